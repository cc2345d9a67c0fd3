#!/usr/bin/env bash
# scripts/callgrind.sh and artbench count: the same figures on every run, what is kept
# and what is refused, and that growth is seen.
# Usage: test_count.sh ARTBENCH SOURCE_ROOT ARTBENCH_FAULTY, where the last is artbench
# built over tests/program/faulty/. Exit status: 0 passed, 1 failed, 77 skipped.
# TEST_BUILD names a release build folder to use instead of a fresh one.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

artbench=$(realpath -- "${1:?usage: test_count.sh ARTBENCH SOURCE_ROOT ARTBENCH_FAULTY}")
root=$(realpath -- "${2:?}")
faulty=$(realpath -- "${3:?}")
command -v valgrind >/dev/null || skip "valgrind is missing (scripts/setup.sh test)"
! sanitized "$artbench" || skip "a program with a sanitizer does not run under valgrind"
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
work="$temp/a path & spaces"
mkdir "$work" "$temp/tmp"
cd "$work" || exit 1
export TMPDIR=$temp/tmp ARTBENCH=$artbench ARTBENCH_REVISION
tab=$'\t'

# Sets `status`; stdout and stderr go to the files out and err.
run() { # PROGRAM ARGUMENT...
  status=0
  "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}
count() { # REVISION ARGUMENT...
  ARTBENCH_REVISION=$1
  shift
  run "$root/scripts/callgrind.sh" --keys 300 --results kept --variants glib_hash "$@"
}
ledger=kept/instructions.tsv
figure() { # REVISION VARIANT OPERATION
  awk -F'\t' -v r="$1" -v v="$2" -v o="$3" '$1 == r && $3 == v && $4 == o { print $5 }' "$ledger"
}
# doctor FACTOR: of old's figure for a hit in glib_hash.
doctor() {
  awk -F'\t' -v OFS='\t' -v f="$1" '
    $1 == "old" && $3 == "glib_hash" && $4 == "hit" { $5 = sprintf("%.2f", $5 * f) } 1' \
    "$work/first.tsv" >"$ledger"
}
between() { awk -v x="$1" -v lo="$2" -v hi="$3" 'BEGIN { exit !(x >= lo && x <= hi) }' ||
  { echo "  have: $1"; echo "  want: $2 to $3"; return 1; }; }

# Each cell is counted for real at least twice. What comparisons are made of is then said
# again: in place of valgrind is a script that keeps what valgrind says of a cell and, from
# `replay on` to `replay off`, repeats it.
cells=$work/cells
mkdir "$cells"
printf -v quoted %q "$cells"
real=$(command -v valgrind) cat=$(command -v cat) cp=$(command -v cp) # for there is no PATH
cat >"$cells/valgrind" <<END
#!/bin/bash
[ "\$1" != --version ] || exec $real --version
for word; do case \$word in --callgrind-out-file=*) cell=\${word#*=} ;; esac; done
if [ -e $quoted/on ] && [ -e $quoted/"\$cell" ]; then
  $cp -- $quoted/"\$cell" .
  exec $cat -- $quoted/"\${cell%.callgrind}.out"
fi
status=0
$real "\$@" || status=\$?
$cp -- "\$cell" "\${cell%.callgrind}.out" $quoted/
exit \$status
END
chmod +x "$cells/valgrind"
PATH=$cells:$PATH
replay() { # on|off
  rm -f "$cells/on"
  [ "$1" = off ] || : >"$cells/on"
}

# ---- figures ----

count old --variants glib_hash,null_index # the registry has them the other way
check "first run: status" same "$status" 0
check "first run: says that it is alone" has err "nothing to compare with"
check "first run: nothing else is said" same "$(wc -l <err)" 1
check "the file: header" same "$(head -1 "$ledger")" \
  "revision${tab}keys${tab}variant${tab}operation${tab}instructions_per_op${tab}compiler${tab}flags${tab}libraries${tab}processor${tab}valgrind"
check "the file: a row for each operation there is" same \
  "$(awk -F'\t' 'NR > 1 { print $3 "/" $4 }' "$ledger" | xargs)" \
  "null_index/insert null_index/hit null_index/miss null_index/scan null_index/delete glib_hash/insert glib_hash/hit glib_hash/miss glib_hash/delete"
check "the file: every cell is filled" same \
  "$(awk -F'\t' 'NF != 10 || /\t(\t|$)/' "$ledger")" ""
for operation in insert hit miss delete; do # the loop, a call and a return
  check "the floor: $operation" between "$(figure old null_index $operation)" 5 150
  check "a hash of 50 bytes: $operation" between "$(figure old glib_hash $operation)" 200 20000
done
check "the floor: a scan of nothing" between "$(figure old null_index scan)" 0.01 1
check "the table has the figures" matches out \
  "^glib_hash +$(figure old glib_hash insert) +$(figure old glib_hash hit) +$(figure old glib_hash miss) +- +$(figure old glib_hash delete)\$"
cp "$ledger" first.tsv

padding=$(head -c 5000 /dev/zero | tr '\0' x)
mkdir elsewhere
cp "$artbench" elsewhere/another-name
ARTBENCH_REVISION=old ARTBENCH=elsewhere/another-name PADDING=$padding G_SLICE=always-malloc \
  HOME=/nonexistent MALLOC_PERTURB_=7 VALGRIND_OPTS=--cache-sim=yes \
  run "$root/scripts/callgrind.sh" --keys=300 --variants=glib_hash --results=kept
check "a subset, in another environment: status" same "$status" 0
check "a subset: the same figures, kept once" cmp "$ledger" first.tsv

# ---- comparison ----

replay on
doctor 0.9
cp "$ledger" before.tsv
count old
check "other figures for a revision: status" same "$status" 1
check "other figures: says so" matches err \
  "^callgrind.sh: .*instructions.tsv: has other figures for old, so nothing was kept: glib_hash, hit: [0-9.]+ there, $(awk -F'\t' '$3 == "glib_hash" && $4 == "hit" { print $5 }' first.tsv) now\$"
check "other figures: the file stays" cmp "$ledger" before.tsv

count new
check "growth: status" same "$status" 1
check "growth: says which" matches err \
  '^callgrind.sh: grew by over 2 %: glib_hash, hit: [0-9.]+, and [0-9.]+ in old \(\+11.1 %\)$'
check "growth: only that" same "$(wc -l <err)" 1
check "growth: in the table" matches out '^glib_hash .* \+11\.1% .* \+0\.0%$'
check "growth: what is there stays" cmp <(head -n "$(wc -l <before.tsv)" "$ledger") before.tsv
check "growth: the figures are kept" same "$(figure new glib_hash hit)" \
  "$(awk -F'\t' '$3 == "glib_hash" && $4 == "hit" { print $5 }' first.tsv)"
count newer
check "against the last one: status" same "$status" 0
check "against the last one: nothing is said" same "$(wc -c <err)" 0
count newest --against old
check "--against: status" same "$status" 1
check "--against: names it" has err "in old (+11.1 %)"
cp "$ledger" before.tsv
count last --against nosuch
check "--against an unknown one: status" same "$status" 2
check "--against an unknown one: says which there are" has err "or give one of: new newer newest old"
check "--against an unknown one: the file stays" cmp "$ledger" before.tsv

doctor 0.985
check "growth by 1.5 % passes" count new
doctor 0.975
count new
check "growth by 2.6 % does not" same "$status" 1
doctor 1.5
check "what shrinks passes" count new
awk -F'\t' -v OFS='\t' 'NR > 1 { $10 = "0.0.1"; $5 = "1.00" } 1' first.tsv >"$ledger"
count new
check "counted by another valgrind: status" same "$status" 0
check "counted by another valgrind: not compared" has err "nothing to compare with"
count newer --against old
check "counted by another valgrind: --against refuses" same "$status" 2

cp first.tsv "$ledger"
for revision in abc-dirty unknown; do
  count $revision
  check "$revision: status" same "$status" 0
  check "$revision: compared" matches out '^glib_hash .*\+0\.0%'
  check "$revision: not kept" has err "not kept: "
  check "$revision: the file stays" cmp "$ledger" first.tsv
done

# ---- refusals ----

# refused STATUS TEXT: of the last run, in one line, with the file as it was.
refused() {
  check "$3: status" same "$status" "$1"
  check "$3: says so" has err "$2"
  check "$3: one line" same "$(grep -c '^callgrind.sh: ' err)/$(wc -l <err)" 1/1
  check "$3: no table" same "$(wc -c <out)" 0
}
head -c -3 first.tsv >"$ledger"
count new
refused 2 "instructions.tsv:10: cut short; restore the file" "a file cut short"
sed '4s/\t[^\t]*$//' first.tsv >"$ledger"
count new
refused 2 "instructions.tsv:4: 9 cells where the header has 10" "a row too short"
sed '3s/\(insert\|hit\)\t[0-9.]*/\1\tmany/' first.tsv >"$ledger"
count new
refused 2 "instructions.tsv:3: \"many\" is not a figure" "a figure that is none"
echo something else >"$ledger"
count new
refused 2 "instructions.tsv:1: not the header" "another file of that name"
cp first.tsv "$ledger"
for keys in 0 -1 x 1.5 1000001 99999999999999999999; do
  count new --keys $keys
  refused 2 "--keys '$keys' is not a whole number from 1 to 1000000" "--keys $keys"
done
count new --variants nosuch
refused 2 "no variant is called 'nosuch'" "an unknown variant"
count new --variants 'a;b'
refused 2 "is not a list of names" "no list of variants"
count new --against -x
refused 2 "is not a revision" "--against an option"
count new --keys
refused 2 "--keys needs a value" "a value missing"
count new --colour
refused 2 "unknown argument '--colour'" "an unknown option"
count new stray
refused 2 "unknown argument 'stray'" "a stray word"
count 'a b'
refused 2 "is not a revision" "a revision with a space"
ARTBENCH=/nonexistent count new
refused 2 "ARTBENCH=/nonexistent: not a program" "no program"
replay off
echo >file
count new --results file/below
refused 1 "cannot write results there; choose another with --results" "no folder"
strip -o stripped "$artbench"
ARTBENCH=stripped count new
refused 1 "glib_hash, insert: no instruction was counted" "a program without symbols"
mkdir bin
ln -s "$(command -v bash)" "$(command -v dirname)" bin/
ARTBENCH_REVISION=new PATH=$work/bin run bash "$root/scripts/callgrind.sh"
refused 1 "valgrind is missing; it is in the Debian package valgrind" "without valgrind"
for what in get:wrong leave:; do
  ARTBENCH=$faulty count new --keys 3000 --variants "faulty_${what%:*}" # each 1,000th is wrong
  check "faulty_${what%:*}: status" same "$status" 1
  check "faulty_${what%:*}: says so" matches err \
    "^callgrind.sh: faulty_${what%:*}, [a-z]+: could not be counted: .*${what#*:}"
done
"$artbench" gen --keys 3000 --output keys.txt
for what in get:hit miss:miss crash:hit; do
  run "$faulty" count --data keys.txt --variants "faulty_${what%:*}" --operation "${what#*:}"
  check "artbench count faulty_${what%:*}: status" test "$status" != 0
  [ "$what" = crash:hit ] ||
    check "artbench count faulty_${what%:*}: says so" matches err "^artbench: .*wrong"
done
check "after all refusals the file stays" cmp "$ledger" first.tsv
run "$root/scripts/callgrind.sh" --help
check "--help: status" same "$status" 0
check "--help: on stdout" has out "Usage: scripts/callgrind.sh"

"$artbench" gen --keys 3 --output keys.txt
for arguments in '--variants glib_tree --operation nosuch' '--variants glib_tree,glib_hash' ''; do
  # shellcheck disable=SC2086
  run "$artbench" count --data keys.txt $arguments
  check "artbench count $arguments: status" same "$status" 2
  check "artbench count $arguments: one line" matches err '^artbench: .*; '
done

# ---- from the sources, and interrupted ----

build=${TEST_BUILD:-$work/build}
ARTBENCH='' ARTBENCH_REVISION=built run "$root/scripts/callgrind.sh" --keys 20 \
  --variants null_index --results built --build "$build"
check "built from the sources: status" same "$status" 0
check "built from the sources: optimised" matches built/instructions.tsv \
  "^built${tab}20${tab}null_index${tab}hit${tab}.*${tab}-O3 .*b_ndebug=true"

# The sources of now against the last revision that is kept: the radix trees that are
# measured by default, for pages take long. What grew on purpose is kept by scripts/callgrind.sh, and then is the last.
kept=$root/results/instructions.tsv
if [ -e "$kept" ]; then
  mkdir now
  cp "$kept" now/
  own=$("$artbench" list --format tsv | awk -F'\t' 'NR > 1 && $3 == "art" && $4 !~ /by-name/ { print $1 }' | paste -sd,)
  ARTBENCH=$build/harness/artbench ARTBENCH_REVISION=now-dirty \
    run "$root/scripts/callgrind.sh" --results now --variants "$own"
  [ "$status" = 0 ] || sed 's/^/  /' err
  check "no more instructions than in the last revision kept" same "$status" 0
  check "the figures that are kept stay as they are" cmp "$kept" now/instructions.tsv
fi

ARTBENCH_REVISION=stopped "$root/scripts/callgrind.sh" --keys 200000 --results stopped \
  >out 2>err </dev/null &
script=$!
for _ in $(seq 100); do
  ls "$TMPDIR"/*/*.callgrind >/dev/null 2>&1 && break
  sleep 0.1
done
children=$(pgrep -P "$script")
kill -TERM "$script"
wait "$script"
check "interrupted: status" same $? 143
check "interrupted: says so" has err "interrupted; nothing was kept"
check "interrupted: something was running" test -n "$children"
# shellcheck disable=SC2086
check "interrupted: nothing runs on" same "$(ps -o pid= -p ${children//$'\n'/,})" ""
check "interrupted: nothing is kept" test ! -e stopped/instructions.tsv
check "no temporary files are left" same "$(ls "$TMPDIR")" ""

finish
