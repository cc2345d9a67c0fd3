#!/usr/bin/env bash
# artbench where what is around it is not as usual: little memory and few processors,
# closed and full outputs, odd terminals, limits on files, names of files, git's variables.
# Usage: test_surroundings.sh ARTBENCH SOURCE_ROOT. Exit status: 0 passed, 1 failed,
# 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/check.sh"

usage='usage: test_surroundings.sh ARTBENCH SOURCE_ROOT'
artbench=$(realpath -- "${1:?$usage}")
root=$(realpath -- "${2:?$usage}")
temp=$(mktemp -d) || exit 1
groups=()
leave() {
  rm -rf -- "$temp"
  [ ${#groups[@]} -eq 0 ] || rmdir -- "${groups[@]}"
}
trap leave EXIT
cd "$temp" || exit 1
export ARTBENCH_REVISION=v1

run() { # PROGRAM ARGUMENT...; sets `status`; stdout and stderr go to out and err
  status=0
  "$@" >out 2>err </dev/null || status=$?
}

"$artbench" gen --keys 2000 --output keys.txt

# ---- less of the machine ----

# A control group of ours with this in a file of it, by version 1 or 2; into `group`.
make_group() { # CONTROLLER FILE-OF-1 FILE-OF-2 VALUE-OF-1 VALUE-OF-2
  local own top
  own=$(awk -F: -v c="$1" '("," $2 ",") ~ "," c "," { print $3 }' /proc/self/cgroup)
  top=$(awk -v c="$1" '$(NF - 2) == "cgroup" && ("," $NF ",") ~ "," c "," { print $5 }' /proc/self/mountinfo)
  group=$top$own/artbench-test-$$
  if [ -n "$top" ] && mkdir "$group" 2>/dev/null; then
    groups+=("$group")
    echo "$4" 2>/dev/null >"$group/$2" && return
  fi
  top=$(awk '$(NF - 2) == "cgroup2" { print $5; exit }' /proc/self/mountinfo)
  group=$top/artbench-test-$1-$$
  if [ -n "$top" ] && mkdir "$group" 2>/dev/null; then
    groups+=("$group")
    [ -e "$group/$3" ] && echo "$5" 2>/dev/null >"$group/$3" && return
  fi
  return 1
}
in_group() ( # PROGRAM ARGUMENT...
  echo "$BASHPID" >"$group/cgroup.procs" || exit 99
  exec "$@"
)

test_memory_group() {
  sanitized "$artbench" && return
  make_group memory memory.limit_in_bytes memory.max 83886080 83886080 || {
    echo "no control group can be made here: nothing really has less memory"
    return
  }
  "$artbench" gen --keys 40000 --output many.txt
  run in_group "$artbench" run --data many.txt --rounds 1 --workloads hit --results less --format tsv
  check "a group with 80 MiB: status" same "$status" 0
  check "a group with 80 MiB: everyone is right" same \
    "$(awk -F'\t' 'NR > 1 && $1 != "null_index" && $13 != "40000/40000" { print $1, $13 }' out)" ""
  check "a group with 80 MiB: in env.txt" has less/env.txt memory_limit=83886080
  check "a group with 80 MiB: not all at once" matches less/table.md \
    'One contestant ran after another, not in turns, in 1 of 1 rounds'
}

test_ulimit() {
  sanitized "$artbench" && return
  run bash -c 'ulimit -v 4000000; exec "$@"' - "$artbench" run --data keys.txt --rounds 1 \
    --variants glib_hash --results limited
  check "ulimit -v: status" same "$status" 0
  check "ulimit -v: in env.txt" has limited/env.txt memory_limit=4096000000
  run bash -c 'ulimit -v 1000000; exec "$@"' - "$artbench" sweep --data keys.txt --rounds 1 \
    --variants glib_hash --results swept --sizes 1000
  check "ulimit -v, a sweep that fits: status" same "$status" 0
}

test_processors() {
  run taskset -c "$(taskset -cp $$ | grep -o '[0-9]*$')" "$artbench" run --data keys.txt \
    --rounds 1 --variants glib_hash --results one
  check "one processor: in env.txt" has one/env.txt cores=1
  # As wide as one processor, on however many.
  if make_group cpu cpu.cfs_quota_us cpu.max 150000 '150000 100000'; then
    run in_group "$artbench" run --data keys.txt --rounds 1 --variants glib_hash --results quota
    check "one and a half: the quota" has quota/env.txt cpu_quota=1.5
    check "one and a half: whole ones" has quota/env.txt cores=1
  fi
}

test_memory_group
test_ulimit
test_processors
finish
