#!/usr/bin/env bash
# Instructions per operation, counted and compared with an earlier revision's.
# See usage below.
# Exit status: 0 counted and nothing grew, 1 something grew, differs or failed,
# 2 bad usage, 129, 130 or 143 interrupted.
set -euo pipefail
export LC_ALL=C
unset CDPATH

usage() {
  cat <<'END_OF_USAGE'
Usage: scripts/callgrind.sh [--variants A,B] [--plugin FILE] [--keys N] [--data FILE]
                            [--cache [--ll BYTES]] [--functions DIR] [--format tsv]
                            [--against REV] [--results DIR] [--build DIR]

Counts, under valgrind's callgrind, the instructions that each variant executes per
insert, hit, miss, key scanned and delete, on generated keys. The same program gives
the same figures on every run, however busy the machine, so that a regression shows
where times do not tell. Instructions are no times: cache misses cost none; --cache
simulates what they leave out.

Prints each figure and its change since an earlier revision, and exits with status 1 if
any grew by over 2 %. What was counted is appended to DIR/instructions.tsv, once per
revision; from sources with uncommitted changes it is printed and compared only, and so
are plug-ins. Figures of keys of your own are printed only.

  --variants A,B   only these (see 'artbench list'); default: all
  --plugin FILE    and what is in this shared object or C file; may be repeated
  --keys N         how many keys, at most (default 10000)
  --data FILE      a random choice of this key file's, in place of generated ones
  --cache          simulate caches and branch prediction, too: misses an operation of a
                   first level of 32 KiB for instructions and one for data, of a last
                   level of 2 MiB, and wrong predictions; the same on every machine
  --ll BYTES       size of that last level, a power of two from 65536 on
  --functions DIR  keep in this new folder what callgrind says, and functions.tsv, what
                   each function takes an operation; the five that take most are printed
  --format tsv     a row for each variant and operation, for programs
  --against REV    the revision to compare with; default: the last one in the file that
                   was counted with the same tools
  --results DIR    where instructions.tsv is (default: results/ beside scripts/)
  --build DIR      the build folder (default: build-release/ beside scripts/)
  --help           this text

ARTBENCH=FILE counts that program and builds none; ARTBENCH_REVISION=REV says of which
revision it is.
END_OF_USAGE
}

say() { echo "callgrind.sh: $*" >&2; }
. "$(dirname -- "${BASH_SOURCE[0]}")/counted.sh"
. "$(dirname -- "${BASH_SOURCE[0]}")/costs.sh"
# What the figures depend on; changes to anything else leave a revision as it is.
sources+=(scripts/callgrind.sh scripts/counted.sh scripts/build.sh scripts/common.sh)
operations=(insert hit miss scan delete)
percent=2 # of growth that is an error

against='' format=text cache='' ll=2097152 functions=''
results=$root/results build=$root/build-release
ledger='' work='' revision=''
columns=$'revision\tkeys\tvariant\toperation\tinstructions_per_op\tcompiler\tflags'
columns+=$'\tlibraries\tprocessor\tvalgrind'

parse_arguments() {
  local words value
  while [ $# -gt 0 ]; do
    words=1
    case $1 in
      --help | -h) usage; exit 0 ;;
      --variants | --variants=*) take_value "$@"; variants=$value ;;
      --plugin | --plugin=*) take_value "$@"; plugins+=("$value") ;;
      --keys | --keys=*) take_value "$@"; keys=$value ;;
      --data | --data=*) take_value "$@"; data=$value ;;
      --cache) cache=yes ;;
      --ll | --ll=*) take_value "$@"; ll=$value cache=yes ;;
      --functions | --functions=*) take_value "$@"; functions=$value ;;
      --format | --format=*) take_value "$@"; format=$value ;;
      --against | --against=*) take_value "$@"; against=$value ;;
      --results | --results=*) take_value "$@"; results=$value ;;
      --build | --build=*) take_value "$@"; build=$value ;;
      *) fail 2 "unknown argument '$1'; try --help" ;;
    esac
    shift "$words"
  done
}

check_arguments() {
  check_choice
  [[ $format == text || $format == tsv ]] ||
    fail 2 "--format '$format' is not known; use one of: text, tsv"
  { [[ $ll =~ ^[1-9][0-9]{4,9}$ ]] && [ $((ll & (ll - 1))) -eq 0 ] && [ "$ll" -ge 65536 ]; } ||
    fail 2 "--ll '$ll' is not a power of two from 65536 on; give one, such as 33554432"
  [ -z "$functions" ] || [ ! -e "$functions" ] ||
    fail 2 "--functions $functions: is there already; name a new folder"
  [ -z "$data" ] || [ -z "$against" ] ||
    fail 2 "--against is for generated keys, of which figures are kept; leave it out, or --data"
  [[ $against != -* && $against != *[[:space:]]* ]] ||
    fail 2 "--against '$against' is not a revision; give one that git knows"
}

# ---- processes ----

interrupted() { # STATUS
  say "interrupted; nothing was kept"
  exit "$1"
}

# ---- counting ----

# Everything that the process under valgrind can see is the same each time: names
# relative to its folder, the environment, the size of the stack, and the addresses.
# LD_BIND_NOW has all symbols resolved before the counting begins. Without ERMS and FSRM
# memcpy and memmove copy in loops of vectors; "rep movsb" would count once a byte.
count_cell() { # VARIANT OPERATION
  cd -- "$work"
  exec env -i LD_BIND_NOW=1 GLIBC_TUNABLES=glibc.cpu.hwcaps=-ERMS,-FSRM \
    ${fixed_addresses:+"$fixed_addresses" -R} \
    "$valgrind" -q --tool=callgrind --main-stacksize=8388608 "${simulated[@]}" \
    --toggle-collect=count_measured --callgrind-out-file="$1.$2.callgrind" \
    ./artbench count --data keys --variants "$1" --operation "$2" \
    ${plugin_of[$1]:+--plugin "${plugin_of[$1]}"} \
    >"$1.$2.out" 2>"$1.$2.err" </dev/null
}

count_all() {
  local name operation running=0 most
  most=$(nproc)
  for name in "${names[@]}"; do
    for operation in "${operations[@]}"; do
      if [ "$running" -ge "$most" ]; then
        wait -n || : # told from what it left behind
        running=$((running - 1))
      fi
      start count_cell "$name" "$operation"
      running=$((running + 1))
    done
  done
  wait
}

# What callgrind is told of caches and branches; nothing, if they are not simulated. All
# sizes are named, or it would take the machine's.
set_simulated() {
  simulated=()
  [ -z "$cache" ] || simulated=(--cache-sim=yes --branch-sim=yes
    "--I1=32768,8,64" "--D1=32768,8,64" "--LL=$ll,16,64")
}

# The row of one cell, or none where the variant does not have the operation.
row_of() { # VARIANT OPERATION
  local cell=$work/$1.$2 facts total reason
  facts=$(awk -F'\t' '{ fact[$1] = $2 }
    END { OFS = "\t"; print fact["operations"] "\t" fact["compiler"], fact["flags"],
      fact["libraries"], fact["processor"] }' "$cell.out")
  total=$(sed -n 's/^totals: \([0-9]*\).*$/\1/p' "$cell.callgrind" 2>/dev/null) || :
  if [ -z "${facts%%$'\t'*}" ] || [ -z "$total" ]; then
    reason=$(grep -m1 '^artbench: ' "$cell.err" || tail -n 1 "$cell.err")
    fail 1 "$1, $2: could not be counted: ${reason:-ended without a word}"
  fi
  [ "${facts%%$'\t'*}" != - ] || return 0
  [ "$total" -gt 0 ] ||
    fail 1 "$1, $2: no instruction was counted; use a program with its symbols"
  costs_of "$1" "$2" "${facts%%$'\t'*}"
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$revision" "$keys" "$1" "$2" \
    "$(awk -v t="$total" -v n="${facts%%$'\t'*}" 'BEGIN { printf "%.2f", t / n }')" \
    "${facts#*$'\t'}" "$version"
}

collect() {
  local name operation
  for name in "${names[@]}"; do
    for operation in "${operations[@]}"; do
      row_of "$name" "$operation"
    done
  done >"$work/new.tsv"
  [ -s "$work/new.tsv" ] || fail 1 "nothing was counted: no variant has any operation"
}

# ---- the ledger ----

check_ledger() {
  local defect
  if [ ! -e "$ledger" ]; then
    : >"$work/old.tsv"
    return
  fi
  if [ ! -f "$ledger" ] || [ ! -r "$ledger" ]; then
    fail 2 "$ledger: not a readable file"
  fi
  defect=$(awk -F'\t' -v header="$columns" '
    NR == 1 { if ($0 != header) { print "1: not the header of such a file"; exit } next }
    NF != 10 { print NR ": " NF " cells where the header has 10"; exit }
    $5 !~ /^[0-9]+\.[0-9][0-9]$/ { print NR ": \"" $5 "\" is not a figure"; exit }
    END { if (NR == 0) print "1: the file is empty" }' "$ledger")
  if [ -z "$defect" ] && [ -n "$(tail -c 1 -- "$ledger")" ]; then
    defect="$(($(wc -l <"$ledger") + 1)): cut short"
  fi
  [ -z "$defect" ] || fail 2 "$ledger:$defect; restore the file, with git say"
  tail -n +2 -- "$ledger" >"$work/old.tsv"
}

# Is there what a row can be held against, and kept beside? Not of a plug-in, or of keys that
# the ledger does not name. The others of new.tsv go to ours.tsv.
set_apart() {
  awk -F'\t' -v data="$data" -v plugins="${!plugin_of[*]}" '
    BEGIN { n = split(plugins, name, " "); for (i = 1; i <= n; i++) foreign[name[i]] }
    data == "" && !($3 in foreign)' "$work/new.tsv" >"$work/ours.tsv"
}

# The figures of this revision that are not in the ledger yet, to $work/fresh.tsv;
# prints those that are there and differ.
separate() {
  awk -F'\t' -v OFS='\t' -v fresh="$work/fresh.tsv" '
    { row = $0; figure = $5; $5 = "" }
    FILENAME == ARGV[1] { old[$0] = figure; next }
    !($0 in old) { print row > fresh; next }
    old[$0] != figure { print $3 ", " $4 ": " old[$0] " there, " figure " now" }' \
    "$work/old.tsv" "$work/ours.tsv"
}

# Append what is not there yet; refuse another figure for what is. The file grows by
# all of it or by nothing.
keep() {
  local conflicts folder
  [ -z "$data" ] || { say "not kept: only figures of generated keys are"; return; }
  [ ${#plugin_of[@]} -eq 0 ] || say "not kept: those of plug-ins (${!plugin_of[*]})"
  [ -s "$work/ours.tsv" ] || return 0
  case $revision in
    *-dirty)
      say "not kept: the sources have uncommitted changes ($revision); commit them first"
      return ;;
    unknown)
      say "not kept: the revision is not known; name it with ARTBENCH_REVISION"
      return ;;
  esac
  folder=$(dirname -- "$ledger")
  exec 9<"$folder"
  flock 9
  check_ledger
  conflicts=$(separate)
  [ -z "$conflicts" ] ||
    fail 1 "$ledger: has other figures for $revision, so nothing was kept:\
 ${conflicts//$'\n'/; }"
  if [ -s "$work/fresh.tsv" ]; then
    { { echo "$columns" && cat -- "$work/old.tsv" "$work/fresh.tsv"; } \
      >"$ledger.partial" &&
      mv -f -- "$ledger.partial" "$ledger"; } 2>/dev/null || {
      rm -f -- "$ledger.partial"
      fail 1 "$ledger: cannot be written; make room, or choose another --results DIR"
    }
  fi
  exec 9<&-
}

# Turn --against into a revision as the ledger has it.
resolve_reference() {
  local known wanted=$against
  [ -n "$wanted" ] || return 0
  # Those that were counted as these were.
  known=$(awk -F'\t' '{ tools = $2 FS $6 FS $7 FS $8 FS $9 FS $10 }
    NR == FNR { ours = tools; next }
    tools == ours { print $1 }' "$work/new.tsv" "$work/old.tsv" | sort -u)
  ! grep -qxF -- "$wanted" <<<"$known" || return 0
  against=$(git --no-optional-locks -C "$root" rev-parse --short --verify -q \
    "$wanted^{commit}" 2>/dev/null) && grep -qxF -- "$against" <<<"$known" && return
  fail 2 "--against '$wanted': $ledger has no such revision with $keys keys and the tools\
 of now; count it anew, or give one of: $(xargs <<<"${known:-none is there}")"
}

# What each figure of ours.tsv was at `against`, or else in the last other revision in the
# ledger that has this cell, and which that is, to before.tsv. What grew too much goes to
# $work/grown, and if nothing could be compared, $work/alone is made.
compare() {
  awk -F'\t' -v OFS='\t' -v against="$against" -v percent="$percent" -v grown="$work/grown" \
    -v alone="$work/alone" -v revision="$revision" '
    { cell = $2 FS $3 FS $4 FS $6 FS $7 FS $8 FS $9 FS $10 }
    FILENAME == ARGV[1] {
      if (against == "" ? $1 != revision : $1 == against) {
        before[cell] = $5
        from[cell] = $1
      }
      next
    }
    !(cell in before) { next }
    {
      compared++
      was = before[cell]
      print $3, $4, was, from[cell]
      change = 100 * ($5 - was) / (was > 0 ? was : 0.01)
      if (change > percent)
        printf "%s, %s: %.2f, and %.2f in %s (%+.1f %%)\n", $3, $4, $5, was, from[cell],
          change > grown
    }
    END { if (!compared) print "" > alone }' "$work/old.tsv" "$work/ours.tsv" >"$work/before.tsv"
}

# A line a variant, each figure with its change since that.
print_figures() {
  awk -F'\t' -v operations="${operations[*]}" '
    FILENAME == ARGV[1] { before[$1, $2] = $3; next }
    !($3 in seen) { seen[$3]; variant[++n] = $3 }
    !(($3, $4) in before) { text[$3, $4] = sprintf("%9.2f        ", $5); next }
    {
      was = before[$3, $4]
      text[$3, $4] = sprintf("%9.2f %+6.1f%%", $5, 100 * ($5 - was) / (was > 0 ? was : 0.01))
    }
    END {
      m = split(operations, operation, " ")
      printf "%-18s", "variant"
      for (i = 1; i <= m; i++) printf "%10s        ", operation[i]
      print ""
      for (j = 1; j <= n; j++) {
        printf "%-18s", variant[j]
        for (i = 1; i <= m; i++) {
          shown = text[variant[j], operation[i]]
          printf "%18s", shown == "" ? "-        " : shown
        }
        print ""
      }
    }' "$work/before.tsv" "$work/new.tsv" | sed 's/ *$//'
}

report_growth() {
  local line
  while IFS= read -r line; do
    say "grew by over $percent %: $line"
  done <"$work/grown"
  exit 1
}

parse_arguments "$@"
check_arguments
set_revision
valgrind=$(command -v valgrind) ||
  fail 1 "valgrind is missing; it is in the Debian package valgrind (apt-get install it)"
version=$("$valgrind" --version)
version=${version#valgrind-}
fixed_addresses=$(command -v setarch) && "$fixed_addresses" -R true 2>/dev/null ||
  fixed_addresses='' # some containers forbid it; valgrind places most things itself

make_work
must_write "$results" "cannot write results there; choose another with --results DIR"
ledger=$(cd -- "$results" && pwd)/instructions.tsv
check_ledger
find_program
choose_variants
ln -s -- "$artbench" "$work/artbench"
make_keys
set_simulated
count_all
collect
set_apart
resolve_reference
compare
[ -z "$functions" ] || keep_functions
if [ "$format" = tsv ]; then
  print_tsv
else
  echo "instructions per operation, $keys_made, $revision"
  print_figures
  [ -z "$cache" ] || print_costs
  [ -z "$functions" ] || print_functions
fi
keep
if [ -e "$work/alone" ] && [ -s "$work/ours.tsv" ]; then
  say "nothing to compare with: $ledger has no other revision counted like this"
fi
[ ! -e "$work/grown" ] || report_growth
