#!/usr/bin/env bash
# Measures a run in parts with GNU parallel, here or on several hosts. See usage below.
# Exit status: 0 right, 1 wrong answers or a failed part, 2 bad usage or bad input.
set -euo pipefail
export LC_ALL=C.UTF-8
unset CDPATH LANGUAGE
. "$(dirname -- "${BASH_SOURCE[0]}")/parts.sh"

usage() {
  cat <<'END'
Usage: scripts/parallel.sh [--sshloginfile FILE] [--slots N] OPTION...

Measures what `artbench run OPTION...` would, part by part, and joins the parts in the
folder that --results names. The parts are kept in DIR.parts. Started again, it does
what is missing.

  --sshloginfile FILE  the hosts, as GNU parallel has them: one a line, : is this one.
                       The folder we are in, the key file and the program must have the
                       same paths on each, on a file system they share.
  --slots N            parts at a time on each host (default 1)

More than one slot is for trying it out: two parts on one host disturb each other, and
their speeds, and the ratios taken from them, are not to be trusted.

ARTBENCH names the program (default build-release/harness/artbench).
END
}

slots=1 hosts=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --slots | --slots=*) take_value "$@"; slots=$value ;;
    --sshloginfile | --sshloginfile=*) take_value "$@"; hosts=(--sshloginfile "$value") ;;
    *) break ;;
  esac
  shift "$words"
done
[[ $slots =~ ^[1-9][0-9]*$ ]] || fail 2 "--slots '$slots' is not a number of parts; give one"
[ ${#hosts[@]} = 0 ] || [ -r "${hosts[1]}" ] ||
  fail 2 "${hosts[1]}: cannot be read; give a file with one host a line"
need 2 parallel parallel
parallel --version 2>/dev/null </dev/null | grep -q '^GNU parallel' ||
  fail 2 "parallel is another program of that name; GNU's is in the Debian package parallel"

make_plan "$@"
[ ${#hosts[@]} = 0 ] || hosts+=(--workdir "$PWD")
# A part that fails is missing in the end, and named then.
status=0
parallel --jobs "$slots" "${hosts[@]}" --joblog "$parts/joblog" <"$parts/plan" \
  >"$parts/log" || status=$?
[ "$status" -le 101 ] || fail 1 "parallel ended with status $status; start this again to go on"
[ "$status" = 0 ] || echo "parallel.sh: $status parts ended badly; see $parts/joblog" >&2
"$artbench" merge "$parts"/[0-9]* --results "$results"
