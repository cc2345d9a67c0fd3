#!/usr/bin/env bash
# artbench where what is around it is not as usual: little memory and few processors,
# closed and full outputs, odd terminals, limits on files, names of files, git's variables.
# Usage: test_surroundings.sh ARTBENCH. Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

artbench=$(realpath -- "${1:?usage: test_surroundings.sh ARTBENCH}")
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

# ---- outputs that take nothing ----

mkfifo nobody # who writes to it finds no reader

# In WHAT way stdout takes nothing, ended as a shell has it, where a signal may be ignored.
unheard() { # WHAT ARGUMENT...; sets `status`
  local what=$1 program=(env --default-signal=PIPE "$artbench")
  shift
  status=0
  case $what in
    closed) "${program[@]}" "$@" >&- 2>err </dev/null || status=$? ;;
    full) "${program[@]}" "$@" >/dev/full 2>err </dev/null || status=$? ;;
    pipe)
      # shellcheck disable=SC2094
      exec 3<>nobody 4>nobody 3<&-
      "${program[@]}" "$@" >&4 2>err </dev/null 4>&- || status=$?
      exec 4>&-
      ;;
  esac
}

test_outputs() {
  local what line words bench="bench --data keys.txt --variants"
  local quick="-- --benchmark_filter=hit --benchmark_min_time=0.001"
  local ways=(closed full pipe)
  ! sanitized "$artbench" || ways=(pipe)
  run "$artbench" run --data keys.txt --rounds 1 --variants glib_hash --reference glib_hash --results compared
  while IFS= read -r line; do
    read -ra words <<<"$line"
    for what in "${ways[@]}"; do
      rm -rf new new.partial
      unheard "$what" "${words[@]}"
      check "$what: $line: status" same "$status" 2
      check "$what: $line: one line" same "$(grep -c '^artbench: ' err)" 1
      check "$what: $line: what it says" matches err \
        '^artbench: cannot write the output: (it is closed|No space left on device|Broken pipe|it is a closed pipe); '
    done
  done <<END
--help
--version
list
list --help
plan --data keys.txt --rounds 1 --results new
gen --keys 10
gen --keys 5000
profile --data keys.txt
verify --data keys.txt --variants glib_hash
run --data keys.txt --rounds 1 --workloads hit --variants glib_hash
sweep --data keys.txt --rounds 1 --variants glib_hash --sizes 100 --results new
compare compared compared
explain --data keys.txt --variants art_boxed
count --data keys.txt --operation hit --variants glib_hash
$bench glib_hash $quick
$bench glib_hash,glib_tree $quick
$bench glib_hash,glib_tree $quick --benchmark_format=json
$bench glib_hash -- --help
END
}

test_file_sizes() {
  limited() { # KIB ARGUMENT...
    local kib=$1
    shift
    run bash -c 'ulimit -f "$1"; shift; exec "$@"' - "$kib" "$artbench" "$@"
  }
  told() { # WHAT
    check "$1: one line" same "$(grep -c '^artbench: ' err)" 1
    check "$1: what it says" matches err '^artbench: .*ulimit -f'
  }
  limited 10 gen --keys 2000 --output large.txt
  check "ulimit -f, gen: status" same "$status" 1
  told "ulimit -f, gen"
  check "ulimit -f, gen: names the file" matches err 'large.txt: '
  check "ulimit -f, gen: leaves nothing" same "$(ls large.txt* 2>/dev/null)" ""
  limited 1 run --data keys.txt --rounds 1 --variants glib_hash --results small
  check "ulimit -f, run, at once: status" same "$status" 2
  told "ulimit -f, run, at once"
  limited 8 run --data keys.txt --rounds 2 --variants glib_hash --results small
  check "ulimit -f, run, later: status" same "$status" 2
  told "ulimit -f, run, later"
  run "$artbench" run --resume small
  check "ulimit -f, run, gone on with: status" same "$status" 0
  limited 8 report small
  check "ulimit -f, report: status" same "$status" 2
  told "ulimit -f, report"
  limited 4 bench --data keys.txt --variants glib_hash -- --benchmark_filter=hit \
    --benchmark_min_time=0.001 --benchmark_repetitions=9 --benchmark_out=bench.json
  check "ulimit -f, bench: status" same "$status" 2
  told "ulimit -f, bench"
}

# ---- terminals ----

# The shell COMMAND on a terminal of COLUMNS, in a session of its own; what the terminal
# shows goes to `out`.
on_terminal() { # COLUMNS TERM COMMAND
  export artbench
  status=0
  TERM=$2 SHELL=/bin/bash timeout -k 1 60 script -qec "stty cols $1; $3" /dev/null \
    >out 2>err </dev/null || status=$?
}

test_terminals() {
  command -v script >/dev/null || {
    echo "script is missing: nothing is tried on a terminal"
    return
  }
  # Expanded by the shell that the terminal is given to.
  # shellcheck disable=SC2016
  local bench='"$artbench" bench --data keys.txt --variants glib_hash -- --benchmark_filter=hit --benchmark_min_time=0.001'
  on_terminal 80 xterm "stty tostop; $bench"
  check "stty tostop, bench: it ends" same "$status" 0
  check "stty tostop, bench: its output" has out glib_hash/hit
  on_terminal 80 xterm "stty tostop; $bench --benchmark_time_unit=x"
  check "stty tostop, what bench says: it ends" same "$status" 2
  on_terminal 80 xterm "stty tostop; $bench --nosuch"
  check "stty tostop, what a child says: it ends" same "$status" 2
  check "stty tostop, what a child says" has out "'--nosuch' is not a flag"
  # shellcheck disable=SC2016
  local run='"$artbench" run --data keys.txt --rounds 1 --workloads hit --variants glib_hash,glib_tree'
  on_terminal 40 xterm "$run >/dev/null"
  check "40 columns: rewritten in place" has out $'\r\033[K[1/'
  check "40 columns: no more than fit" same \
    "$(tr '\r' '\n' <out | sed 's/\x1b\[K//' | grep '^\[' | awk 'length($0) > 39')" ""
  on_terminal 40 dumb "$run >/dev/null"
  check "a dumb terminal: no escapes" lacks out $'\033'
  check "a dumb terminal: lines" matches out '^\[1/[0-9]+\] round 1/1: memory  elapsed 0:00, left about'
}

# ---- names of files ----

is_utf8() { iconv -f UTF-8 -t UTF-8 "$1" >/dev/null; } # FILE

# LOCALE, in which NAME is no text.
named() { # LOCALE NAME
  local -x LC_ALL=$1
  local name=$2 what="'$2' under $1" kept=kept-$2 file
  cp keys.txt "$name.txt"
  run "$artbench" run --data "$name.txt" --name "$name" --rounds 1 --workloads hit \
    --variants glib_hash --results "$kept"
  check "$what: run" same "$status" 0
  check "$what: the path as it is" has "$kept/env.txt" "data=$name.txt"
  for file in report.html report.md table.md; do
    check "$what: $file is UTF-8" is_utf8 "$kept/$file"
  done
  run "$artbench" report "$kept"
  check "$what: report" same "$status" 0
  run "$artbench" bench --data "$name.txt" --variants glib_hash -- --benchmark_filter=hit \
    --benchmark_min_time=0.001 --benchmark_format=json
  check "$what: bench" same "$status" 0
  check "$what: JSON is UTF-8" is_utf8 out
  run "$artbench" verify --data "$name.txt" --name "$name" --variants glib_hash
  check "$what: verify" same "$status" 0
  run "$artbench" profile --data "$name.txt" --name "$name"
  check "$what: profile" same "$status" 0
  run "$artbench" gen --keys 10 --output "$name.gen"
  check "$what: gen" same "$status $(wc -l <"$name.gen")" "0 10"
  run "$artbench" verify --data "no-$name.txt"
  check "$what: a message has it" has err "no-$name.txt: cannot be opened"
  run "$artbench" verify --data keys.txt --variants "$name"
  check "$what: as a variant" has err "variant '$name' is not known"
}

test_names() {
  local option
  named C schlüssel
  named C.UTF-8 $'schl\374ssel'
  for option in --data=$'a\nb' --name=$'a\033[1mb' --results=$'a\tb' --malloc=$'a\177b'; do
    run "$artbench" run --data keys.txt --rounds 1 "$option"
    check "$option: status" same "$status" 2
    check "$option: one line" same "$(wc -l <err)" 1
    check "$option: what it says" has err ': has a control character in it; rename the file, or leave it out'
  done
  check "nothing was measured" same "$(find . -name 'a*b*')" ""
}

test_memory_group
test_ulimit
test_processors
test_outputs
test_file_sizes
test_terminals
test_names
finish
