# shellcheck shell=bash
# parts.sh: what scripts/parallel.sh and scripts/slurm.sh share. Source it.

. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
artbench=${ARTBENCH:-$root/build-release/harness/artbench}

# Sets `results` and `parts` from the options of a run; writes the plan, or finds it.
make_plan() { # OPTION_OF_RUN...
  local word new before=
  results=
  for word; do
    case $word in --results=*) results=${word#*=} ;; esac
    [ "$before" != --results ] || results=$word
    before=$word
  done
  [ -n "$results" ] || fail 2 "give --results DIR; try --help"
  while [[ $results == ?*/ ]]; do results=${results%/}; done
  parts=$results.parts
  [ -x "$artbench" ] || fail 2 "$artbench: not found; build it (scripts/run_all.sh), or set ARTBENCH"
  [ ! -e "$results" ] || fail 2 "$results: is there already; give --results another name"
  new=$("$artbench" plan "$@") || exit 2
  if [ -e "$parts/plan" ]; then
    [ "$new" = "$(cat -- "$parts/plan")" ] ||
      fail 2 "$parts/plan: is of other options or another revision; give --results another name"
    return
  fi
  mkdir -p -- "$parts" || exit 2
  { printf '%s\n' "$new" >"$parts/plan.new" && mv -- "$parts/plan.new" "$parts/plan"; } ||
    fail 2 "$parts/plan: cannot be written; check the disk"
}
