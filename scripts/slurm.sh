#!/usr/bin/env bash
# Measures a run in parts as a Slurm array job. See usage below.
# Exit status: 0 submitted (with --wait: and right), 1 it failed, 2 bad usage or input.
set -euo pipefail
export LC_ALL=C.UTF-8
unset CDPATH LANGUAGE
. "$(dirname -- "${BASH_SOURCE[0]}")/parts.sh"

usage() {
  cat <<'END'
Usage: scripts/slurm.sh [--test-only] [--wait] [--sbatch OPTION]... OPTION...

Submits what `artbench run OPTION...` would measure: an array job with a task for each
part, each alone on its node, and a job that joins the parts when all have ended, in
the folder that --results names. Parts and logs are kept in DIR.parts. Submitted again,
it does what is missing.

  --sbatch OPTION  for both jobs: --sbatch --partition=big --sbatch --time=60. Ratios of
                   different kinds of node do not mix well: choose one --constraint.
  --test-only      ask Slurm whether it would take the array, and submit nothing
  --wait           until all has ended

The folder we are in, the key file and the program must be on a file system that all
nodes share. An array has MaxArraySize tasks at most (scontrol show config).

ARTBENCH names the program (default build-release/harness/artbench).
END
}

wait=() test_only=() extra=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --test-only) test_only=(--test-only) words=1 ;;
    --wait) wait=(--wait) words=1 ;;
    --sbatch | --sbatch=*) take_value "$@"; extra+=("$value") ;;
    *) break ;;
  esac
  shift "$words"
done
need 2 sbatch slurm-wlm

make_plan "$@"
mkdir -p -- "$parts/logs"
options=(--parsable --job-name=artbench --nodes=1 --ntasks=1 --chdir="$PWD" "${extra[@]}")
plan=$(printf %q "$parts/plan")
# A line of the plan is a command; its task runs it.
# shellcheck disable=SC2016
task='line=$(sed -n "${SLURM_ARRAY_TASK_ID}p" '$plan') && exec bash -c "$line"'
tasks=(--array="1-$(wc -l <"$parts/plan")" --exclusive --output="$parts/logs/%a"
  --wrap "$task")
if [ ${#test_only[@]} -gt 0 ]; then
  sbatch --test-only "${options[@]}" "${tasks[@]}" || fail 1 "Slurm would not take it; see above"
  exit 0
fi
job=$(sbatch "${options[@]}" "${tasks[@]}") || fail 1 "Slurm did not take the array; see above"
job=${job%%;*}
join="$(printf %q "$artbench") merge $(printf %q "$parts")/[0-9]* --results $(printf %q "$results")"
last=$(sbatch "${options[@]}" "${wait[@]}" --dependency="afterany:$job" \
  --output="$parts/logs/merge" --wrap "$join") || {
  [ ${#wait[@]} = 0 ] || { cat -- "$parts/logs/merge" >&2; fail 1 "the run is not whole; see $parts/logs"; }
  fail 1 "Slurm did not take the job that joins the parts of $job; see above"
}
echo "$parts: array job $job, joined by job ${last%%;*} into $results"
