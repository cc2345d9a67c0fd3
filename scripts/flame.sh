#!/usr/bin/env bash
# A flame graph of one operation of one variant, by perf's samples. See usage below.
# Exit status: 0 drawn, 1 failed, 2 bad usage, 129, 130 or 143 interrupted.
set -euo pipefail
export LC_ALL=C
unset CDPATH

usage() {
  cat <<'END_OF_USAGE'
Usage: scripts/flame.sh --variants A [--plugin FILE] [--operation NAME] [--keys N]
                        [--data FILE] [--seconds N] [--output FILE] [--build DIR]

Draws in which functions the time of an operation goes, as a flame graph: a rectangle for
each function on each way to it, as wide as its share of perf's samples, callers below. What
is done before and after a pass of the operation is left out.

  --variants A      which one (see 'artbench list'), or what a plug-in has
  --plugin FILE     take in what is in this shared object or C file
  --operation NAME  insert, hit (default), miss, scan, update or delete
  --keys N          how many keys, at most (default 100000)
  --data FILE       a random choice of this key file's, in place of generated ones
  --seconds N       how long passes take together (default 5)
  --output FILE     where to (default: flame-VARIANT-OPERATION.svg)
  --build DIR       the build folder (default: build-release/ beside scripts/)
  --help            this text

In an optimised build most of a structure is one function. One that knows what was inlined
(meson setup -Dbuildtype=release -Db_ndebug=true -Ddebug=true build-flame) shows more:
--build build-flame. ARTBENCH=FILE samples that program and builds none.
END_OF_USAGE
}

say() { echo "flame.sh: $*" >&2; }
. "$(dirname -- "${BASH_SOURCE[0]}")/counted.sh"

operation=hit seconds=5 output='' build=$root/build-release work='' keys=100000

parse_arguments() {
  local words value
  while [ $# -gt 0 ]; do
    words=1
    case $1 in
      --help | -h) usage; exit 0 ;;
      --variants | --variants=*) take_value "$@"; variants=$value ;;
      --plugin | --plugin=*) take_value "$@"; plugins+=("$value") ;;
      --operation | --operation=*) take_value "$@"; operation=$value ;;
      --keys | --keys=*) take_value "$@"; keys=$value ;;
      --data | --data=*) take_value "$@"; data=$value ;;
      --seconds | --seconds=*) take_value "$@"; seconds=$value ;;
      --output | --output=*) take_value "$@"; output=$value ;;
      --build | --build=*) take_value "$@"; build=$value ;;
      *) fail 2 "unknown argument '$1'; try --help" ;;
    esac
    shift "$words"
  done
}

check_arguments() {
  check_choice
  [[ $variants =~ ^[a-z0-9_]+$ ]] || fail 2 "--variants '$variants' is not one name; give one"
  [[ $operation =~ ^(insert|hit|miss|scan|update|delete)$ ]] ||
    fail 2 "--operation '$operation' is not known; use one of: insert, hit, miss, scan, update, delete"
  [[ $seconds =~ ^[1-9][0-9]{0,3}$ ]] ||
    fail 2 "--seconds '$seconds' is not a whole number from 1 to 9999; give one"
  output=${output:-flame-$variants-$operation.svg}
  must_write "$(dirname -- "$output")" "cannot write there; choose another --output"
}

interrupted() { # STATUS
  say "interrupted; nothing was drawn"
  exit "$1"
}

# Sets `plugin`, what count is told of the variant's object, if it is in one.
find_plugin() {
  local wanted=$variants
  choose_variants
  plugin=(${plugin_of[$wanted]:+--plugin "${plugin_of[$wanted]}"})
  variants=$wanted
}

sample() {
  perf record -q -F 997 --call-graph dwarf,4096 -o "$work/samples" -- \
    "$artbench" count --data "$work/keys" --variants "$variants" --operation "$operation" \
    --seconds "$seconds" "${plugin[@]}" >"$work/out" 2>"$work/err" </dev/null
}

draw() {
  perf script -i "$work/samples" -F comm,ip,sym 2>/dev/null |
    awk -f "$root/scripts/plots/fold.awk" | sort >"$work/folded"
  [ -s "$work/folded" ] ||
    fail 1 "no sample is of $variants, $operation; use a program with its symbols, or more --seconds"
  awk -v title="$variants, $operation, $keys_made" -f "$root/scripts/plots/flame.awk" \
    "$work/folded" >"$work/flame.svg"
  mv -f -- "$work/flame.svg" "$output" 2>/dev/null ||
    fail 1 "$output: cannot be written; choose another --output"
  echo "$output"
}

parse_arguments "$@"
check_arguments
need 1 perf linux-perf
make_work
find_program
find_plugin
make_keys
start sample
wait $! || fail 1 "perf could not sample $variants, $operation:\
 $(grep -m1 '^artbench: ' "$work/err" || tail -n 1 "$work/err")"
! grep -qP '^operations\t-$' "$work/out" ||
  fail 2 "$variants has no $operation, or none for so many keys; choose another --operation"
draw
