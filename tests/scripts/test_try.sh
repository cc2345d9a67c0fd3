#!/usr/bin/env bash
# scripts/try.sh, and what it is made of: the verdict of a trial, on rows nobody measured.
# Usage: test_try.sh ARTBENCH SOURCE_ROOT TEST_VARIANT. Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../kit/made_up.sh"

artbench=$(realpath -- "${1:?usage: test_try.sh ARTBENCH SOURCE_ROOT TEST_VARIANT}")
root=$(realpath -- "${2:?}")
test_variant=$(realpath -- "${3:?}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
cd "$temp" || exit 1
mkdir tmp && export TMPDIR=$temp/tmp # of try.sh alone
tab=$'\t'

# ---- verdicts ----

# says NAME SENTENCE SPEED BYTES [KEY=VALUE]...: what is said of art_boxed (own) beside
# glib_tree (base), the reference; WITH has the options. SPEED and BYTES as made_up
# has them.
WITH=(--of art_boxed --to glib_tree)
says() {
  local name=$1 text=$2 speed=$3 bytes=$4
  shift 4
  made_up "$name" "$speed" "$bytes" rounds=6 "$@"
  [ ! -e "$name.rows" ] || cat "$name.rows" >>"$name/raw.tsv"
  check "$name: status" "$artbench" compare "$name" "${WITH[@]}" >"$name.out"
  check "$name: what is said" same \
    "$(awk '/^VERDICT/ { on = 1 } on' "$name.out" | tr -s ' \n' ' ' | sed 's/ $//')" "VERDICT: $text"
  check "$name: a screen" same "$(LC_ALL=C.UTF-8 awk 'length > 100' "$name.out")$(
    [ "$(wc -l <"$name.out")" -le 20 ] || echo too long)" ""
}
own() { echo "v == \"art_boxed\" ? $1 : $2"; } # VALUE OTHERS'
more='v == "art_boxed" ? 1200000 : 1e6' fewer='v == "art_boxed" ? 800000 : 1e6'
all="insert, hit, miss, scan, delete"

says better "better: art_boxed beside glib_tree: 20.0 % fewer bytes a key (800.0 beside 1000.0 by RSS); faster in insert 2.00 (2.00..2.00), hit 2.00 (2.00..2.00), miss 2.00 (2.00..2.00), scan 2.00 (2.00..2.00), delete 2.00 (2.00..2.00)." \
  "$(own 2 1)" "$fewer"
says worse "worse: art_boxed beside glib_tree: 20.0 % more bytes a key (1200.0 beside 1000.0 by RSS); slower in hit 0.50 (0.50..0.50); as fast within 3 % in insert, miss, scan, delete." \
  "$(own '(w == "hit" ? 1 : 2)' 2)" "$more"
says trade "a trade: art_boxed beside glib_tree: 20.0 % fewer bytes a key (800.0 beside 1000.0 by RSS); slower in scan 0.50 (0.50..0.50); as fast within 3 % in insert, hit, miss, delete." \
  "$(own '(w == "scan" ? 1 : 2)' 2)" "$fewer"
says trade_of_speeds "a trade: art_boxed beside glib_tree: as many bytes a key within 3 % (10000.0 beside 10000.0 by RSS); faster in hit 1.50 (1.50..1.50); slower in scan 0.50 (0.50..0.50); as fast within 3 % in insert, miss, delete." \
  "$(own '(w == "scan" ? 1 : w == "hit" ? 3 : 2)' 2)" 1e7
says equivalent "equivalent: art_boxed beside glib_tree: as many bytes a key within 3 % (10100.0 beside 10000.0 by RSS); as fast within 3 % in $all." \
  "$(own 1.02 1)" "$(own 101e5 1e7)"
check "equivalent: what the ratio is" matches equivalent.out "^hit .* 1[.]02 \(1[.]02[.][.]1[.]02\) +within 3 % "
says noise "unresolved: art_boxed beside glib_tree: as many bytes a key within 3 % (10000.0 beside 10000.0 by RSS); speed unresolved in $all." \
  "$(own '(0.9 + r / 30)' 1)" 1e7
says partly "better as far as it is resolved: art_boxed beside glib_tree: as many bytes a key within 3 % (10000.0 beside 10000.0 by RSS); faster in hit 1.50 (1.50..1.50); speed unresolved in insert, miss, scan, delete." \
  "$(own '(w == "hit" ? 1.5 : 0.9 + r / 30)' 1)" 1e7
says partly_worse "worse as far as it is resolved: art_boxed beside glib_tree: as many bytes a key within 3 % (10000.0 beside 10000.0 by RSS); slower in hit 0.50 (0.50..0.50); speed unresolved in insert, miss, scan, delete." \
  "$(own '(w == "hit" ? 0.5 : 0.9 + r / 30)' 1)" 1e7

# What the machine's noise can make is no difference: the reference's second run is 8 % off
# in one workload, and so are ratios of 1.05, however narrow.
again='v ~ /again/ ? (w == "scan" ? 1.08 : 1)'
says noisy "unresolved: art_boxed beside glib_tree: as many bytes a key within 3 % (10000.0 beside 10000.0 by RSS); speed unresolved in $all." \
  "$again : $(own 1.05 1)" 1e7
check "noisy: says so" has noisy.out "NOISY: A:A is off 1 by up to 8.0 %: an interval that is not all"
says noisy_equal "unresolved: art_boxed beside glib_tree: as many bytes a key within 3 % (10000.0 beside 10000.0 by RSS); speed unresolved in $all." \
  "$again : 1" 1e7
says noisy_yet "better: art_boxed beside glib_tree: as many bytes a key within 3 % (10000.0 beside 10000.0 by RSS); faster in insert 1.50 (1.50..1.50), hit 1.50 (1.50..1.50), miss 1.50 (1.50..1.50), scan 1.50 (1.50..1.50), delete 1.50 (1.50..1.50)." \
  "$again : $(own 1.5 1)" 1e7

# ---- bytes ----

same='as fast within 3 % in insert, hit, miss, scan, delete'
says few_keys "worse: art_boxed beside glib_tree: 50.0 % more bytes a key (150.0 beside 100.0 by heap); $same." \
  1 "$(own 150000 100000)"
says few_pages "unresolved: art_boxed beside glib_tree: bytes a key unresolved (150.0 beside 100.0 by RSS); $same." \
  1 "m == \"rss\" ? ($(own 150000 100000)) : 0"
says orders "unresolved: art_boxed beside glib_tree: bytes a key unresolved (9500.0 beside 10000.0 by RSS); $same." \
  1 "$(own '(r % 2 ? 9e6 : 10e6)' 1e7)" workloads=insert,hit,miss,scan,delete
says no_pages "better: art_boxed beside glib_tree: 10.0 % fewer bytes a key (9000.0 beside 10000.0 by heap); $same." \
  1 "m == \"rss\" ? 0 : $(own 9e6 1e7)"
made_up one_round 1 "$fewer" rounds=1
check "one round: status" "$artbench" compare one_round "${WITH[@]}" >one_round.out
check "one round: no interval, no verdict" has one_round.out "VERDICT: unresolved: art_boxed beside glib_tree: bytes a key unresolved (800.0 beside 1000.0 by"
check "one round: the figures" matches one_round.out "^in per cent +-20.0 % .* -20.0 %$"
check "one round: the ratio" matches one_round.out "^hit +1.00 +1.00 +1.00 \(-\) +unresolved "

# ---- who is not compared, and with whom ----

fails() { echo "1${tab}1${tab}$1${tab}speed${tab}-${tab}-${tab}nan${tab}-${tab}$2${tab}here"; } # VARIANT HOW
fails art_boxed 'crashed: signal 11' >crashed.rows
says crashed "wrong: art_boxed: crashed: signal 11." 1 1e6
fails glib_tree 'timed out' >base_failed.rows
says base_failed "not compared: the base failed: glib_tree: timed out." 1 1e6
fails art_boxed 'declined: keys with a NUL' >declined.rows
says declined "not compared: art_boxed does not take these keys: declined: keys with a NUL." 1 1e6
WITH=(--of glib_hash --to glib_tree)
says unequal "better: glib_hash (no order of keys) beside glib_tree: as many bytes a key within 3 % (10000.0 beside 10000.0 by RSS); faster in hit 2.00 (2.00..2.00)." \
  'v == "glib_hash" ? 2 : 1' 1e7 variants=glib_hash,glib_tree workloads=hit
WITH=(--of art_boxed --to art_arena_key)
says not_reference "better: art_boxed beside art_arena_key: as many bytes a key within 3 % (10000.0 beside 10000.0 by RSS); faster in hit 2.00 (2.00..2.00)." \
  'v == "art_boxed" ? 2 : 1' 1e7 workloads=hit
says no_reference "better: art_boxed beside art_arena_key: as many bytes a key within 3 % (10000.0 beside 10000.0 by RSS); faster in hit 2.00 (2.00..2.00)." \
  'v == "art_boxed" ? 2 : 1' 1e7 workloads=hit reference=none
check "no reference: nothing tells the noise" has no_reference.out "Nothing ran twice in a round, so that nothing tells the noise (A:A)."
WITH=(--of art_boxed --to art_arena_key --within 10)
says margin "equivalent: art_boxed beside art_arena_key: as many bytes a key within 10 % (10000.0 beside 10000.0 by RSS); as fast within 10 % in hit." \
  'v == "art_boxed" ? 1.08 : 1' 1e7 workloads=hit

# ---- instructions, nodes ----

counted=$(tr ' ' '\t' <<<'revision keys variant operation instructions_per_op compiler flags libraries processor valgrind')
WITH=(--of art_boxed --to glib_tree --instructions counted.tsv)
{
  echo "$counted"
  printf 'r\t9\t%s\t%s\t%s\tgcc\t-\t-\t-\t-\n' glib_tree hit 200.00 art_boxed hit 150.00 art_boxed scan 9.00
} >counted.tsv
says counted "equivalent: art_boxed beside glib_tree: as many bytes a key within 3 % (10000.0 beside 10000.0 by RSS); $same." 1 1e7
check "instructions: both" matches counted.out "^hit .* 200 +150 +-25.0 %$"
check "instructions: one of two" matches counted.out "^scan .* - +9 +-$"
check "instructions: none" matches counted.out "^miss .* - +- +-$"
check "as TSV" "$artbench" compare counted "${WITH[@]}" --format tsv >rows
check "as TSV: width" same "$(awk -F'\t' 'NF != 11' rows)" ""
check "as TSV: bytes" same "$(grep "^memory${tab}RSS" rows)" \
  "memory${tab}RSS${tab}B/key${tab}10000.0000${tab}10000.0000${tab}0.0000${tab}1.000000${tab}0.988446${tab}1.011554${tab}6${tab}within"
check "as TSV: instructions" has rows \
  "instructions${tab}hit${tab}instructions/operation${tab}200.0000${tab}150.0000${tab}-50.0000${tab}0.750000${tab}-${tab}-${tab}-${tab}-"
check "as Markdown" "$artbench" compare counted "${WITH[@]}" --format markdown >rows
check "as Markdown: as many bars in each line" same "$(tr -cd '|\n' <rows | sort -u | wc -l)" 1

# A structure of as many kinds as there may be, and names as long as they may be: what has
# no room is counted.
kinds=$(printf 'Kind_of_node_%d,' {1..16})
long=$(printf 'a%.0s' {1..63}) longer=$(printf 'b%.0s' {1..63})
for v in "$long" "$longer"; do
  printf '%s\n' "plugin.$v.name=$v" "plugin.$v.file=$v.so" "plugin.$v.sha256=0123" "plugin.$v.label=${v::20}" "plugin.$v.kinds=${kinds%,}" \
    "plugin.$v".{family=list,caps=1,max_key=65535} "plugin.$v.functions=put get del scan memory"
done >described
for r in 1 2 3; do for k in {1..16}; do for v in "$long" "$longer"; do
  echo "$r${tab}1${tab}$v${tab}memory${tab}load${tab}nodes_Kind_of_node_$k${tab}${k}00${tab}count${tab}ok${tab}here"
done; done; done >many.rows
WITH=(--of "$long" --to "$longer")
mapfile -t described <described
says many "better: $long (a plug-in) beside $longer (a plug-in): as many bytes a key within 3 % (10000.0 beside 10000.0 by RSS); faster in insert 2.00 (2.00..2.00), hit 2.00 (2.00..2.00), miss 2.00 (2.00..2.00), scan 2.00 (2.00..2.00), delete 2.00 (2.00..2.00)." \
  'v ~ /^a/ ? 2 : 1' 1e7 "variants=$long,$longer" "reference=$longer" "${described[@]}"
check "many kinds: how many nodes" matches many.out "^nodes, own: 13600: Kind_of_node_1 100, "
check "many kinds: how many more" matches many.out " more kinds$"

# ---- what is refused ----

refused() { # WHAT TEXT ARGUMENT...
  local status=0
  "$artbench" compare "${@:3}" >out 2>err || status=$?
  check "$1: status" same "$status" 2
  check "$1: one line, and a remedy" matches err '^artbench: .*; '
  check "$1: what it says" has err "$2"
  check "$1: nothing on stdout" same "$(wc -c <out)" 0
}
refused "one that was not measured" "counted: page_front was not measured; name one of: art_boxed, art_arena_key, glib_tree" \
  counted --of page_front --to art_boxed
refused "a base that was not measured" "page_front was not measured" counted --of art_boxed --to page_front
refused "the same twice" "art_boxed is the same as art_boxed" counted --of art_boxed --to art_boxed
made_up floor 1 1e6 variants=art_boxed,null_index reference=none
refused "a floor" "null_index holds nothing" floor --of art_boxed --to null_index
mkdir begun && cp counted/env.txt begun && head -n 1 counted/raw.tsv >begun/raw.tsv
refused "no rows" "begun: it has no rows yet" begun --of art_boxed --to glib_tree
{ cat counted.tsv && echo "r${tab}9${tab}art_boxed${tab}hit${tab}many"; } >cut.tsv
{ tail -n +2 counted.tsv; } >header.tsv
refused "no header of instructions" "header.tsv:1: is no line of instructions" counted --of art_boxed --to glib_tree --instructions header.tsv
refused "no file of instructions" "none.tsv" counted --of art_boxed --to glib_tree --instructions none.tsv
refused "no instructions" "cut.tsv:5: is no line of instructions" counted --of art_boxed --to glib_tree --instructions cut.tsv

# ---- the script ----

# What it calls, made short: suites and counting are tested elsewhere.
mkdir bin cache
cat >bin/test_variant <<'END'
#!/bin/sh
echo "$1 $2" >>"$SUITES_LOG"
if [ -z "${FAULT:-}" ]; then
  echo "model 12 checks 0.1 s"
  echo "waste 30 checks 0.1 s"
  exit 0
fi
echo "put x" >"$4/saved.ops"
echo "model 12 checks 0.1 s"
echo "waste FAILED after 0.1 s"
{ echo "expected replaced, found inserted"
  seq 100
  echo "  saved to $4/saved.ops; again: that"; } >&2
exit 1
END
cat >bin/valgrind <<'END'
#!/bin/sh
[ "$1" != --version ] || echo valgrind-0
exit 1
END
chmod +x bin/*
real_path=$PATH
export PATH=$temp/bin:$PATH SUITES_LOG=$temp/suites ARTBENCH=$artbench TEST_VARIANT=$temp/bin/test_variant
export ARTBENCH_CACHE=$temp/cache
"$artbench" gen --keys 500 --seed 1 --output keys.txt
try() { # ARGUMENT...; sets `status`; stdout and stderr go to out and err
  status=0
  : >suites
  "$root/scripts/try.sh" "$@" --build "$temp/build" >out 2>err </dev/null || status=$?
}
# As short as may be, and complete.
tried() { # WHAT OWN BASE ARGUMENT...
  local what=$1 name=$2 base=$3 folder
  try "${@:4}" --data keys.txt --quick --results tries
  check "$what: status" same "$status $(grep -c ^VERDICT out)" "0 1"
  check "$what: who, and beside whom" matches out "^$name beside $base: keys.txt, 500 keys; "
  check "$what: one screen" same "$(awk 'length > 100' out)$([ "$(wc -l <out)" -le 24 ] || cat out)" ""
  check "$what: it is right" has <(xargs <out) "Right (2 suites, 42 checks). "
  folder=$(tr -d '\n' <out | sed 's/.*Kept in *//; s/\.$//')
  check "$what: kept, as any run" "$artbench" compare "$folder" --of "$name" --to "$base" >again
  rm -rf tries.last && mv "$folder" tries.last
}

tried "a word" art_node80 art_arena_prefix art_node80
check "a word: all suites are run, once, on it" same "$(cat suites)" "all art_node80"
check "a word: depth" matches <(xargs <out) "A key is behind [0-9.]+ nodes, [0-9]+ at most; in the base [0-9.]+, [0-9]+ at most[.]"
check "a word: not counted" has <(xargs <out) "Instructions not counted:"
check "a word: what is in the run" same "$(sed -n 's/^\(reference\|variants\)=//p' tries.last/env.txt | xargs)" \
  "art_arena_prefix art_arena_prefix,art_node80"
mkdir own
cp "$root/docs/examples/art_bitmap.c" own/
tried "a C file" art_bitmap page_front own/art_bitmap.c --base page_front --page
check "a C file: the suites have its object" matches suites "^all /.*/art_bitmap-[0-9a-f]*.so$"
check "a C file: the page" has out report.html
check "a C file: the page is there" test -s tries.last/report.html
object=$("$artbench" objects --plugin own/art_bitmap.c | cut -f3)
check "objects: a C file's" test -f "$object"
cp "$object" own/made.so
FAULT=1 try own/made.so --data keys.txt --quick --results tries
check "a shared object: is put through the suites" same "$(cat suites)" "all $temp/own/made.so"
check "a shared object: its name" has out "VERDICT: wrong: art_bitmap: fails the suite waste;"
rm -rf tries
if git -C "$root" rev-parse -q --verify HEAD >/dev/null 2>&1; then
  tried "against itself" art_node80 art_node80_2 art_node80 --against HEAD
  check "against itself: says which" has <(xargs <out) "The base is variants/art_node80.c as of "
  check "against itself: of that revision's own headers" same \
    "$(find build/against -path '*/variants/art/layout.h' | wc -l)" 1
else
  echo "skipped: --against: $root is no repository"
fi

# ---- wrong ----

FAULT=1 try art_node80 --data keys.txt --quick --results tries
check "a fault: status" same "$status" 1
check "a fault: what was found" has out 'expected replaced, found inserted'
check "a fault: a screen, and how much more there is" same "$(wc -l <out) $(grep -c '72 lines$' out)" "32 1"
check "a fault: the verdict" has out \
  "VERDICT: wrong: art_node80: fails the suite waste; all that was said is in $temp/tries/art_node80.wrong"
check "a fault: all that was said" same "$(wc -l <tries/art_node80.wrong)" 104
check "a fault: how to see it again" has out "Again: $temp/bin/test_variant replay $temp/tries/saved.ops art_node80"
check "a fault: nothing is measured" same "$(find tries -mindepth 1 -type d)" ""
# Planted in a layout, and found by the suites themselves.
sed 's/return word >> b % 64 & 1;/return b != 200 \&\& (word >> b % 64 \& 1);/' own/art_bitmap.c >own/art_faulty.c
sed -i 's/art_bitmap/art_faulty/; s/ART bitmap nodes/ART faulty nodes/' own/art_faulty.c
check "a planted fault: is planted" has own/art_faulty.c "b != 200"
TEST_VARIANT=$test_variant try own/art_faulty.c --data keys.txt --quick --results tries
check "a planted fault: status" same "$status" 1
check "a planted fault: the verdict" matches out "^VERDICT: wrong: art_faulty: fails the suite model;"
check "a planted fault: is shown by few operations" matches out "^ +1?[0-9] operations show it, of "
check "a planted fault: how to see it again" matches out "^Again: $test_variant replay $temp/tries/art_faulty-model-1.ops $temp/own/art_faulty.c$"
# In what the suites do not try: the run finds it.
cat >own/art_forgets.c <<'END'
#include "art/arena_prefix.h"
static enum ab_status forgets(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	enum ab_status s = art_get(t, k, value);
	*value += s == AB_OK && k.n > 9;
	return s;
}
#define art_get forgets
const struct ab_variant ab_variant_art_forgets = { .name = "art_forgets", .label = "forgets",
	ART_VARIANT };
END
try own/art_forgets.c --data keys.txt --quick --results tries
check "wrong answers: status" same "$status" 1
check "wrong answers: the verdict" matches out "^VERDICT: wrong: art_forgets"
rm -rf tries/*

# ---- bases ----

eval "$(sed -n '/^base_of()/,/^}/p' "$root/scripts/try.sh")"
based() { check "the base of $1" same "$(base_of "$root/variants/$1.c")" "$2"; } # NAME BASE
based art_node80 art_arena_prefix
based art_arena_prefix art_arena_paper
based page_no_simd page_front
based page_for page_fsst
based rwlock_page_front ''
based art_copying ''
check "the base of an example" same "$(base_of "$root/docs/examples/art_bitmap.c")" art_arena_prefix

# ---- how many keys, and how many rounds ----

eval "$(sed -n '/^share_out()/,/^}/p' "$root/scripts/try.sh")"
# One round of 1,000 keys: two processes took a second each for memory, three 3, 4 and 5 in turns.
{ for x in memory:1 memory:1 speed:3 speed:4 speed:5; do
  echo "1${tab}1${tab}v${tab}${x%:*}${tab}-${tab}process${tab}${x#*:}${tab}s${tab}ok${tab}here"
done; } >pilot.tsv
shares() { check "$1" same "$(share_out pilot.tsv "${@:3}")" "$2"; } # WHAT WANTED SECONDS KEYS ALL LEAST MOST
shares "time for a sample" "150000 6" 1000 1000 1000000 6 12
shares "time for a small one" "10000 6" 100 1000 1000000 6 12
shares "time for none" "1000 6" 4 1000 1000000 6 12
shares "time for all, and more rounds" "20000 9" 180 1000 20000 6 12
shares "time for all, and for more rounds than are wanted" "15000 12" 1000 1000 15000 6 12
shares "no time for all" "10000 6" 105 1000 15000 6 12
shares "no more keys" "1000 12" 100 1000 1000 6 12

# ---- what is refused, before anything is built or measured ----

wrong() { # WHAT STATUS TEXT ARGUMENT...
  try "${@:4}"
  check "$1: status" same "$status" "$2"
  check "$1: what it says" has err "$3"
  check "$1: nothing on stdout" same "$(wc -c <out)" 0
  check "$1: no suite is run" test ! -s suites
}
wrong "no structure" 2 "name a variant, a C file or a shared object"
wrong "two" 2 "one structure at a time, and 'art_ref4' is another" art_boxed art_ref4
wrong "an unknown name" 2 "no variant is called 'nosuch'; 'artbench list' names them" nosuch --data keys.txt
wrong "no such file" 2 "'own/nosuch.c': no such file" own/nosuch.c
wrong "an unknown option" 2 "unknown argument '--fast'; try --help" art_boxed --fast
wrong "no value" 2 "--base needs a value" art_boxed --base=
wrong "an unknown base" 2 "no variant is called 'nosuch'" art_boxed --base nosuch --data keys.txt
wrong "its own base" 2 "'art_boxed' is 'art_boxed' itself; give another --base" art_boxed --base art_boxed --data keys.txt
wrong "two bases" 2 "--against is a base of its own" art_boxed --base art_ref4 --against HEAD
wrong "no such keys" 2 "--data 'nosuch' is neither a file nor one of: urls967k" art_boxed --data nosuch
wrong "no margin" 2 "--within 'x' is not a number of per cent" art_boxed --within x
wrong "an object's revision" 2 "--against needs a C file, which 'own/made.so' is not" own/made.so --against HEAD --data keys.txt
wrong "another's revision" 2 "is no file of this repository" own/art_bitmap.c --against HEAD --data keys.txt
wrong "no such revision" 2 "--against 'nosuch' is no revision" art_boxed --against nosuch --data keys.txt
echo 'int nothing;' >own/nothing.c
wrong "no variant in it" 1 "own/nothing.c: defines no variant" own/nothing.c --data keys.txt
TEST_VARIANT=$temp/none wrong "no program" 2 "one of them is no program" art_boxed
run_help() { "$root/scripts/try.sh" --help >out && has out "Usage: scripts/try.sh NAME"; }
check "help" run_help
check "no temporary files are left" same "$(ls tmp)" ""

finish
