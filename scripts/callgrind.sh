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
Usage: scripts/callgrind.sh [--variants A,B] [--keys N] [--against REV]
                            [--results DIR] [--build DIR]

Counts, under valgrind's callgrind, the instructions that each variant executes per
insert, hit, miss, key scanned and delete, on generated keys. The same program gives
the same figures on every run, however busy the machine, so that a regression shows
where times do not tell. Instructions are no times: cache misses cost none.

Prints each figure and its change since an earlier revision, and exits with status 1 if
any grew by over 2 %. What was counted is appended to DIR/instructions.tsv, once per
revision; from sources with uncommitted changes it is printed and compared only.

  --variants A,B   only these (see 'artbench list'); default: all
  --keys N         how many keys (default 10000)
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
. "$(dirname -- "${BASH_SOURCE[0]}")/build.sh"
# What the figures depend on; changes to anything else leave a revision as it is.
sources+=(scripts/callgrind.sh scripts/build.sh scripts/common.sh)
operations=(insert hit miss scan delete)
keys_most=1000000 data_seed=1
percent=2 # of growth that is an error

variants='' keys=10000 against=''
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
      --keys | --keys=*) take_value "$@"; keys=$value ;;
      --against | --against=*) take_value "$@"; against=$value ;;
      --results | --results=*) take_value "$@"; results=$value ;;
      --build | --build=*) take_value "$@"; build=$value ;;
      *) fail 2 "unknown argument '$1'; try --help" ;;
    esac
    shift "$words"
  done
}

check_arguments() {
  { [[ $keys =~ ^0*([1-9][0-9]{0,6})$ ]] && keys=${BASH_REMATCH[1]} &&
    [ "$keys" -le "$keys_most" ]; } ||
    fail 2 "--keys '$keys' is not a whole number from 1 to $keys_most; give one"
  [ -z "$variants" ] || [[ $variants =~ ^[a-z0-9_]+(,[a-z0-9_]+)*$ ]] ||
    fail 2 "--variants '$variants' is not a list of names such as art_boxed,glib_tree"
  [[ $against != -* && $against != *[[:space:]]* ]] ||
    fail 2 "--against '$against' is not a revision; give one that git knows"
}

# ---- processes ----

clean_up() {
  end_jobs
  [ -z "$work" ] || rm -rf -- "$work"
}

interrupted() { # STATUS
  say "interrupted; nothing was kept"
  exit "$1"
}

# ---- the program ----

set_revision() {
  if [ -n "${ARTBENCH_REVISION:-}" ]; then
    revision=$ARTBENCH_REVISION
    [[ $revision =~ ^[A-Za-z0-9_.-]+$ ]] ||
      fail 2 "ARTBENCH_REVISION '$revision' is not a revision; use letters, digits, '.-_'"
  elif [ -n "${ARTBENCH:-}" ]; then
    revision=unknown
  else
    revision=$(revision "${sources[@]}")
  fi
}

# Sets `artbench`.
find_program() {
  if [ -n "${ARTBENCH:-}" ]; then
    if [ ! -f "$ARTBENCH" ] || [ ! -x "$ARTBENCH" ]; then
      fail 2 "ARTBENCH=$ARTBENCH: not a program"
    fi
    artbench=$(realpath -- "$ARTBENCH")
    return
  fi
  command -v meson >/dev/null ||
    fail 1 "meson is missing; scripts/setup.sh build installs what a build needs"
  check_build
  build_artbench "$build/callgrind.log"
}

# Sets `names`, in the order of the registry.
choose_variants() {
  local known name
  known=$("$artbench" list --format tsv) || fail 1 "artbench list failed"
  known=$(awk -F'\t' 'NR > 1 && $7 == "-" { print $1 }' <<<"$known")
  for name in ${variants//,/ }; do
    grep -qxF -- "$name" <<<"$known" ||
      fail 2 "--variants: no variant is called '$name'; 'artbench list' names them"
  done
  mapfile -t names < <(if [ -n "$variants" ]; then
    grep -xF -- "${variants//,/$'\n'}" <<<"$known"
  else
    echo "$known"
  fi)
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
    "$valgrind" -q --tool=callgrind --main-stacksize=8388608 \
    --toggle-collect=count_measured --callgrind-out-file="$1.$2.callgrind" \
    ./artbench count --data keys --variants "$1" --operation "$2" \
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

# The row of one cell, or none where the variant does not have the operation.
row_of() { # VARIANT OPERATION
  local cell=$work/$1.$2 facts total reason
  facts=$(awk -F'\t' '{ fact[$1] = $2 }
    END { OFS = "\t"; print fact["operations"] "\t" fact["compiler"], fact["flags"],
      fact["libraries"], fact["processor"] }' "$cell.out")
  total=$(sed -n 's/^totals: \([0-9]*\)$/\1/p' "$cell.callgrind" 2>/dev/null) || :
  if [ -z "${facts%%$'\t'*}" ] || [ -z "$total" ]; then
    reason=$(grep -m1 '^artbench: ' "$cell.err" || tail -n 1 "$cell.err")
    fail 1 "$1, $2: could not be counted: ${reason:-ended without a word}"
  fi
  [ "${facts%%$'\t'*}" != - ] || return 0
  [ "$total" -gt 0 ] ||
    fail 1 "$1, $2: no instruction was counted; use a program with its symbols"
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

# The figures of this revision that are not in the ledger yet, to $work/fresh.tsv;
# prints those that are there and differ.
separate() {
  awk -F'\t' -v OFS='\t' -v fresh="$work/fresh.tsv" '
    { row = $0; figure = $5; $5 = "" }
    FILENAME == ARGV[1] { old[$0] = figure; next }
    !($0 in old) { print row > fresh; next }
    old[$0] != figure { print $3 ", " $4 ": " old[$0] " there, " figure " now" }' \
    "$work/old.tsv" "$work/new.tsv"
}

# Append what is not there yet; refuse another figure for what is. The file grows by
# all of it or by nothing.
keep() {
  local conflicts folder
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

# A line a variant, each figure with its change since `against`, or else since the last
# other revision in the ledger that has this cell. What grew too much goes to
# $work/grown, and if nothing could be compared, $work/alone is made.
compare() {
  awk -F'\t' -v against="$against" -v percent="$percent" -v grown="$work/grown" \
    -v alone="$work/alone" -v operations="${operations[*]}" -v revision="$revision" '
    { cell = $2 FS $3 FS $4 FS $6 FS $7 FS $8 FS $9 FS $10 }
    FILENAME == ARGV[1] {
      if (against == "" ? $1 != revision : $1 == against) {
        before[cell] = $5
        from[cell] = $1
      }
      next
    }
    !($3 in seen) { seen[$3]; variant[++n] = $3 }
    !(cell in before) { text[$3, $4] = sprintf("%9.2f        ", $5); next }
    {
      compared++
      was = before[cell]
      change = 100 * ($5 - was) / (was > 0 ? was : 0.01)
      text[$3, $4] = sprintf("%9.2f %+6.1f%%", $5, change)
      if (change > percent)
        printf "%s, %s: %.2f, and %.2f in %s (%+.1f %%)\n", $3, $4, $5, was, from[cell],
          change > grown
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
      if (!compared) print "" > alone
    }' "$work/old.tsv" "$work/new.tsv" | sed 's/ *$//'
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

trap clean_up EXIT
trap 'interrupted 129' HUP
trap 'interrupted 130' INT
trap 'interrupted 143' TERM
work=$(mktemp -d) || exit 1
must_write "$results" "cannot write results there; choose another with --results DIR"
ledger=$(cd -- "$results" && pwd)/instructions.tsv
check_ledger
find_program
choose_variants
ln -s -- "$artbench" "$work/artbench"
"$artbench" gen --keys "$keys" --seed "$data_seed" --output "$work/keys" ||
  fail 1 "the keys could not be generated; see the message above"
count_all
collect
resolve_reference
echo "instructions per operation, $keys generated keys, $revision"
compare
keep
if [ -e "$work/alone" ]; then
  say "nothing to compare with: $ledger has no other revision counted like this"
fi
[ ! -e "$work/grown" ] || report_growth
