#!/usr/bin/env bash
# A structure from a shared object: the example in docs/ compiled against the documented
# headers alone, through every command; what is refused; and what becomes of the others
# when one crashes.
# Usage: test_plugin.sh ARTBENCH SOURCE_ROOT TEST_VARIANT FAULTY, the last artbench built
# over tests/program/faulty/.
# Exit status: 0 passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

usage='usage: test_plugin.sh ARTBENCH SOURCE_ROOT TEST_VARIANT FAULTY'
artbench=$(realpath -- "${1:?$usage}")
root=$(realpath -- "${2:?$usage}")
test_variant=$(realpath -- "${3:?$usage}")
faulty=$(realpath -- "${4:?$usage}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
work="$temp/a path & spaces"
mkdir "$work"
cd "$work" || exit 1
export ARTBENCH_REVISION=v1
tab=$'\t'

run() { # PROGRAM ARGUMENT...; sets `status`; stdout and stderr go to out and err
  status=0
  "$@" >out 2>err </dev/null || status=$?
}
refused() { # WHAT TEXT ARGUMENT...
  local what=$1 text=$2
  shift 2
  run "$artbench" "$@"
  check "$what: status" same "$status" 2
  check "$what: one line" same "$(wc -l <err)" 1
  check "$what: who says so" matches err '^artbench: .*; '
  check "$what: what it says" has err "$text"
  check "$what: nothing on stdout" same "$(wc -c <out)" 0
}

# ---- the example: the headers, one file and one command ----

# The command that a text has, on a line.
command_in() { # FILE
  awk '{ sub(/^[ *]+/, "") } /^cc .*plugin_skiplist|^cc .*\\$/ { on = 1 }
    on { more = sub(/ *\\$/, ""); printf "%s ", $0; if (!more) exit }' "$1" | xargs
}

mkdir -p harness docs/examples
cp "$root/harness/ab.h" "$root/harness/ab_plugin.h" harness/
cp "$root/docs/examples/plugin_skiplist.c" docs/examples/
build=$(command_in docs/examples/plugin_skiplist.c)
check "its header and README.md have the same command" same "$(command_in "$root/README.md")" "$build"
check "that command" matches <(echo "$build") '^cc .* -o skiplist.so docs/examples/plugin_skiplist.c$'
run sh -c "$build -Wall -Wextra -Wpedantic -Werror"
check "it compiles" same "$status $(cat out err)" "0 "
[ -e skiplist.so ] || finish || exit 1
check "it is short" test "$(wc -l <docs/examples/plugin_skiplist.c)" -lt 250

cat >harness.cc <<'END'
#include "ab_plugin.h"
static const ab_variant mine = {};
AB_PLUGIN(mine);
END
run c++ -std=c++17 -Wall -Wextra -Wpedantic -Wno-missing-field-initializers -Werror \
  -I harness -fPIC -shared -o empty.so harness.cc
check "a plug-in in C++ compiles" same "$status $(cat err)" "0 "

faulty() { # NAME: into NAME.so
  cc -O1 -fPIC -fvisibility=hidden -shared -I harness -I docs/examples "-DFAULT=$1" -o "$1.so" \
    "$root/tests/program/faulty/faulty_plugin.c"
}
for fault in NOTHING CRASH_LOADING CRASH_LEAVING HANG_LOADING EXIT_LOADING PRINT_LOADING \
  PRINT_PAIR PRINT_NAME TRACE_LOADING CRASH_GET CRASH_PUT DEEP_GET HANG_DEL UNSOUND MISCOUNTS \
  NEWER LARGER NO_VARIANT NO_GET BUILT_IN_NAME OTHERS_LABEL NOT_UTF8 ABSENT_NAME UNKNOWN_CAP \
  INFINITE SHARED_PAGES ABLATION EVERY_OPERATION; do
  check "$fault compiles" faulty $fault
done

"$artbench" --plugin ./HANG_LOADING.so list >hang.out 2>hang.err & # for ten seconds
hanging=$!
"$artbench" gen --keys 2000 --output keys.txt
sha256=$(sha256sum skiplist.so | cut -d' ' -f1)
options=(--data keys.txt --variants "skiplist,glib_hash" --reference glib_hash)

# ---- what a plug-in is good for ----

test_list() {
  built_in() { awk -F'\t' '$7 == "-"'; } # the others are behind them all
  run "$artbench" list --format tsv
  built_in <out >without
  run "$artbench" --plugin ./skiplist.so list --format tsv
  check "list: status" same "$status $(cat err)" "0 "
  check "list: behind those built in" same "$(built_in <out | head -n -1)" "$(cat without)"
  check "list: what it is" same "$(built_in <out | tail -1)" \
    "skiplist${tab}skip list${tab}list${tab}put del scan prefix memory check ordered parallel-reads${tab}./skiplist.so${tab}-${tab}-${tab}-${tab}LEVELS=4,8,16"
  run "$artbench" list --format tsv --plugin=skiplist.so --plugin NOTHING.so
  check "list: two, behind the command" same "$(built_in <out | tail -2 | cut -f1 | xargs)" "skiplist faulty"
  run "$artbench" list --plugin NOTHING.so --format tsv
  check "list: its rung" same "$(built_in <out | tail -1 | cut -f8)" 8
  run "$artbench" plan --plugin NOTHING.so --data keys.txt --rounds 1 --results planned
  check "measured unless others are named" has out '--part=1.memory.faulty'
  run "$artbench" plan --plugin skiplist.so --data keys.txt --rounds 1 --results planned --variants glib_hash
  check "measured if others are named" same "$(grep -o 'memory[.][a-z_]*' out | sort -u | xargs)" \
    "memory.glib_hash memory.skiplist"
  check "measured if others are named: nothing to say" same "$status $(cat err)" "0 "
  run "$artbench" plan --plugin ABLATION.so --data keys.txt --rounds 1 --results planned --variants glib_hash
  check "an ablation, if others are named: it is said" same "$status $(grep -c faulty out) $(cat err)" \
    "0 0 artbench: ABLATION.so: the plug-in 'faulty' goes by name, and is left out; add it to --variants"
  run "$artbench" plan --plugin ABLATION.so --data keys.txt --rounds 1 --results planned
  check "an ablation: only if named" same "$status $(grep -c faulty out)" "0 0"
  run "$artbench" plan --plugin ABLATION.so --data keys.txt --rounds 1 --results planned --variants faulty
  check "an ablation that is named" has out '--part=1.memory.faulty'
}

test_generic() {
  local suite
  for suite in contract model order build large waste oom deep parallel; do
    run "$test_variant" $suite ./skiplist.so
    check "the example passes $suite" same "$status" "$([ $suite = build ] && echo 77 || echo 0)"
    check "$suite tests the example" has out "$suite skiplist"
  done
  run "$test_variant" contract ./no.so
  check "test_variant: no such plug-in" same "$status" 2
}

# What a suite did when a variant ended it, and numbers and what check says in place of the
# expression that was false.
test_failures() {
  local suite
  run "$test_variant" model ./CRASH_PUT.so 7
  check "a crash: status" test "$status" -ne 0
  check "a crash: where" matches err '^model faulty, seed 7: SIGSEGV, in call [0-9]+, put of "[^"]*"(\.\.\. of [0-9]+ bytes)?$'
  grep '^model faulty' err >said
  run "$test_variant" model ./CRASH_PUT.so 7
  check "a crash: there again" same "$(grep '^model faulty' err)" "$(cat said)"
  run "$test_variant" deep ./DEEP_GET.so
  check "a small stack that is full: where" matches err '^deep faulty, seed 1: SIG(SEGV|BUS), in call [0-9]+, get of "a+"\.\.\. of [0-9]+ bytes$'
  run env TEST_STEP_SECONDS=1 "$test_variant" model ./HANG_DEL.so
  check "an endless loop: status" test "$status" -ne 0
  check "an endless loop: where" matches err '^model faulty, seed 1: no end after 1 s of processor time, in call [0-9]+, del of "'
  for suite in contract build waste; do
    run "$test_variant" $suite ./UNSOUND.so
    check "$suite, unsound: status" same "$status" 1
    check "$suite, unsound: what check says" matches err "test_$suite.c:[0-9]+: failed: check: what it holds is too much$"
    run "$test_variant" $suite ./MISCOUNTS.so
    check "$suite, a wrong count: the numbers" matches err "test_$suite.c:[0-9]+: failed: [a-z>-]*count\(.*\) is ([0-9]+), not [0-9]+$"
  done
}

hard=4838 # keys of harness/keys/hard_keys.h

test_verify() {
  run "$artbench" --plugin ./skiplist.so verify --data keys.txt --variants skiplist
  check "verify" matches out '^skiplist: 2000 keys right: put, hits, misses, scan, ranges, prefixes, delete, put again; so are '"$hard"' keys made to be hard$'
  # A node of 256 children, which URLs do not have.
  check "FULL_FAN_OUT compiles" cc -O1 -fPIC -fvisibility=hidden -shared -I harness -I docs/examples \
    -DFAULT=FULL_FAN_OUT -o full.so "$root/tests/program/faulty/wrong_plugin.c"
  run "$artbench" --plugin ./full.so verify --data keys.txt --variants wrong
  check "verify, a full node: status" same "$status" 1
  check "verify, a full node: which key" matches err \
    '^artbench: wrong: of keys made to be hard, get of "k+"\.\.\. \(256 bytes\): not found$'
}

# What a plug-in says of itself is all that there is in ab.h.
test_every_operation() {
  local words="build put update get-many del del-range compact scan prefix values nth rank back memory in-a-file census check dump"
  run "$artbench" list --plugin EVERY_OPERATION.so --format tsv
  check "every operation: list" same "$(awk -F'\t' '$1 == "faulty" { print $4 }' out)" "$words ordered"
  run "$artbench" --plugin EVERY_OPERATION.so verify --data keys.txt --variants faulty
  check "every operation: verify" same "$status $(cat out err)" \
    "0 faulty: 2000 keys right: put, hits, misses, scan, ranges, prefixes, back, delete, put again; so are $hard keys made to be hard"
  run "$artbench" --plugin EVERY_OPERATION.so table --data keys.txt --variants faulty,glib_hash --rounds 1
  check "every operation: table" matches out '^faulty .* 2000/2000$'
  # One more in the struct, and not in the list.
  mkdir more
  cp "$root/harness/contract/registry.c" "$root/harness/ab.h" more/
  : >more/variants.inc
  check "the registry compiles" cc -fsyntax-only more/registry.c
  sed -i 's/^\tvoid (\*dump)/\tvoid (*more)(void);\n&/' more/ab.h
  run cc -fsyntax-only more/registry.c
  check "an operation that is not in the list" has err 'an operation of struct ab_variant is not in AB_OPERATIONS'
}

# A C file, compiled as this artbench was: the same example; one that has no AB_PLUGIN and
# is of templates; and one that is named as what is built in.
test_source() {
  local skiplist=docs/examples/plugin_skiplist.c described
  mkdir own
  cp "$root/docs/examples/art_bitmap.c" own/
  cp "$root/variants/rwlock_page_front.c" own/
  run "$artbench" --plugin $skiplist list --plugin own/art_bitmap.c --format tsv
  check "C: status" same "$status $(cat err)" "0 "
  check "C: both" same "$(built_in <out | tail -2 | cut -f1,5 | xargs)" \
    "skiplist docs/examples/plugin_skiplist.c art_bitmap own/art_bitmap.c"
  run "$artbench" list --plugin own/rwlock_page_front.c --plugin own/rwlock_page_front.c --format tsv
  check "C, a name that is built in" same "$(built_in <out | tail -2 | cut -f1,2,8 | tr '\t' ' ')" \
    $'rwlock_page_front_2 pages, rwlock 2 -\nrwlock_page_front_3 pages, rwlock 3 -'
  check "C, a name that is built in: it is said" has err "artbench: own/rwlock_page_front.c: its variant is \
named rwlock_page_front_2, beside rwlock_page_front from variants/rwlock_page_front.c"
  run "$artbench" run --plugin $skiplist --data keys.txt --variants glib_hash --rounds 1 --results compiled \
    --workloads hit
  check "C, run: status" same "$status" 0
  described=$(sed -n 's/^plugin.skiplist.//p' compiled/env.txt)
  check "C, run: env.txt has the file" has <(echo "$described") "file=docs/examples/plugin_skiplist.c"
  check "C, run: env.txt has the object's checksum" matches <(echo "$described") '^sha256=[0-9a-f]{64}$'
  rm -r compiled/report.md compiled/summary.tsv
  mv compiled compiled.partial # as if it had not ended
  sed -i '/^outcome=/d' compiled.partial/env.txt
  run "$artbench" run --resume compiled
  check "C, resume: the object is the same" same "$status" 0
  echo 'int more = 1;' >>$skiplist
  mv compiled compiled.partial
  refused "C, resume: another source" "its plugin.skiplist.sha256 is" run --resume compiled
  cp "$root/$skiplist" $skiplist
  run "$test_variant" contract own/art_bitmap.c
  check "C, test_variant" same "$status $(sed -n 1p out)" "0 contract art_bitmap, seed 1"
}

# A point: a C file and values of its parameters.
test_point() {
  local front=$root/variants/page_front.c
  run "$artbench" list --format tsv --plugin "$front:PAGE_MOST=16" --plugin "$front:NODE_MOST=8,PAGE_MOST=32"
  check "points: status" same "$status $(cat err)" "0 "
  check "points: names and labels" same "$(built_in <out | tail -2 | cut -f1,2,8 | tr '\t' ' ')" \
    $'page_front_page_most_16 page_front PAGE_MOST=16 -\npage_front_node_most_8_page_most_32 page_front NM=8 PM=32 -'
  run "$artbench" verify --data keys.txt --variants page_front_page_most_16 --plugin "$front:PAGE_MOST=16"
  check "points: verify" has out "page_front_page_most_16: 2000 keys right"
  run "$artbench" run --data keys.txt --variants page_front --plugin "$front:PAGE_MOST=16" --rounds 1 \
    --workloads hit --results point --reference page_front
  check "points: run" same "$status" 0
  check "points: env.txt has which" has point/env.txt "plugin.page_front_page_most_16.file=$front:PAGE_MOST=16"
  check "points: another structure" same \
    "$(awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next } { x[$1] = $c["exact_bpk"] }
      END { print (x["page_front_page_most_16"] > x["page_front"]) }' point/summary.tsv)" 1
  run "$test_variant" model "$front:PAGE_MOST=16"
  check "points: test_variant" same "$status $(sed -n 1p out)" "0 model page_front_page_most_16, seed 1"
  run "$artbench" list --plugin "$front:PAGE_MOST=17"
  check "a point that does not work: status" same "$status" 2
  check "a point that does not work: what is allowed" matches err 'PAGE_MOST, the entries of a page: 16, 32, 48 or 64'
  check "a point that does not work: which" same "$(tail -1 err)" \
    "artbench: $front:PAGE_MOST=17: does not compile; mend what the compiler says above"
  refused "a point of no such parameter" "its variant takes no PAGE_LEAST, but PAGE_MOST=16,32,64 " \
    list --plugin "$front:PAGE_LEAST=17"
  refused "a point of no parameter" "its variant takes no N, but nothing; " list --plugin own/art_bitmap.c:N=1
  for point in 'PAGE_MOST=16,' PAGE_MOST PAGE_MOST=x page_most=16 PAGE_MOST=16,PAGE_MOST=32; do
    refused "no point: $point" "$front:$point: is not FILE.c:NAME=NUMBER" list --plugin "$front:$point"
  done
  refused "the same point twice" "its name 'page_front_page_most_16' is that of the variant in" \
    list --plugin "$front:PAGE_MOST=16" --plugin "$front:PAGE_MOST=16"
}

test_source_refused() {
  { cat docs/examples/plugin_skiplist.c; echo '#error planned'; } >own/broken.c
  run "$artbench" list --plugin own/broken.c
  check "C, does not compile: status" same "$status" 2
  check "C, does not compile: what the compiler says" matches err 'own/broken.c:[0-9]+:.*error: '
  check "C, does not compile: in short" same "$(tail -1 err)" \
    "artbench: own/broken.c: does not compile; mend what the compiler says above"
  run "$test_variant" contract own/broken.c
  check "C, does not compile, test_variant" same "$status $(tail -1 err)" \
    "2 $test_variant: own/broken.c: does not compile; mend what the compiler says above"
  echo 'int nothing;' >own/nothing.c
  refused "C, no variant" 'own/nothing.c: defines no variant; end it with AB_PLUGIN' list --plugin own/nothing.c
  echo 'struct ab_variant { int a; }; const struct ab_variant ab_variant_mine = { 1 };' >own/other.c
  refused "C, another's name" 'own/other.c: defines ab_variant_mine; name the file mine.c' list --plugin own/other.c
  refused "C, no file" 'own/no.c: No such file or directory' list --plugin own/no.c
  mkdir own/folder.c
  refused "C, a folder" 'own/folder.c: not a regular file' list --plugin own/folder.c
  sed 's/art_bitmap/art_bits/g' own/art_bitmap.c >own/art_bits.c
  refused "C, another's label" "own/art_bits.c: its label 'ART bitmap nodes' is that of the variant in own/art_bitmap.c" \
    list --plugin own/art_bitmap.c --plugin own/art_bits.c
}

test_bench() {
  run "$artbench" bench --plugin ./skiplist.so --data keys.txt --variants skiplist -- \
    --benchmark_filter=hit --benchmark_min_time=0.01
  check "bench: status" same "$status" 0
  check "bench: it is there" matches out 'skiplist.*hit'
}

in_summary() { # DIR
  awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
    $1 == "skiplist" { print $c["label"] ";" $c["family"] ";" $c["index"] ";" $c["status"] }' \
    "$1/summary.tsv"
}

test_run() {
  run "$artbench" --plugin ./skiplist.so table "${options[@]}" --rounds 1 --results whole
  check "table: status" same "$status" 0
  check "table: verified" matches out '^skiplist .* 2000/2000$'
  check "table: counts exactly" lacks out 'FLAGGED: skiplist'
  check "table: says what it is" has out "skiplist: a plug-in, which the revision does not cover: ./skiplist.so, sha256 ${sha256:0:12}."
  check "env.txt: the object" has whole/env.txt "plugin.skiplist.file=./skiplist.so"
  check "env.txt: its checksum" has whole/env.txt "plugin.skiplist.sha256=$sha256"
  check "env.txt: the command has it" has whole/env.txt "command=artbench table --plugin ./skiplist.so "
  check "summary: with its index" same "$(in_summary whole)" "skip list;list;$(wc -l <without);ok"
  run "$artbench" --plugin ./ABLATION.so run --data keys.txt --variants glib_hash --rounds 1 --results others
  check "a plug-in that is not chosen leaves no trace" lacks others/env.txt 'plugin.faulty'
}

# What has no part in measuring it does not load it, and what measures it loads no other.
test_loading() {
  run "$artbench" --plugin ./TRACE_LOADING.so --plugin ./skiplist.so table --data keys.txt \
    --variants faulty,skiplist,glib_hash --rounds 1
  check "loading: status" same "$status" 0
  check "loading: once to look, and to measure its memory and speed" same \
    "$(awk '{ print $2, $3 }' trace | sort | xargs)" \
    "job memory job speed probe ./TRACE_LOADING.so"
  check "loading: no other" lacks trace 'skiplist.so'
}

test_report() { # which needs no plug-in
  mv skiplist.so away.so
  run "$artbench" report whole
  mv away.so skiplist.so
  check "report: status" same "$status" 0
  check "report: has it" has whole/report.md "skiplist: a plug-in, which the revision does not cover"
  check "report: its row" matches whole/report.md '^\| skiplist \|'
}

test_pictures() {
  command -v gnuplot >/dev/null || return 0
  local picture
  run "$root/scripts/plot.sh" whole
  check "pictures: status" same "$status" 0
  for picture in headline memory throughput ratios; do
    check "$picture.svg has it" has whole/$picture.svg 'skip list'
  done
}

test_resume() {
  local pid
  "$artbench" run --plugin skiplist.so "${options[@]}" --rounds 2 --results broken \
    >/dev/null 2>&1 &
  pid=$!
  until grep -qs process broken.partial/raw.tsv; do kill -0 $pid || break; sleep 0.01; done
  kill -TERM $pid
  wait $pid
  check "resume: it was broken off" test -d broken.partial
  mv skiplist.so right.so
  refused "resume without the object" 'skiplist.so: No such file' run --resume broken
  sh -c "$build -DOTHER -g"
  refused "resume with another" "its plugin.skiplist.sha256 is $sha256" run --resume broken
  mv right.so skiplist.so
  run "$artbench" run --resume broken
  check "resume: status" same "$status" 0
  check "resume: whole" matches out '^skiplist .* 2000/2000$'
}

test_parts() {
  local line
  run "$artbench" --plugin ./skiplist.so plan "${options[@]}" --rounds 1 --results split
  check "plan: each part has it" same "$(grep -c -- '--plugin \./skiplist\.so' out)" 3
  cp out plan
  while IFS= read -r line; do run sh -c "$line"; done <plan
  mv skiplist.so away.so
  run "$artbench" merge split.parts/* --results split
  check "merge, without the object: status" same "$status" 0
  check "merge: describes it still" same "$(in_summary split)" "$(in_summary whole)"
  sh -c "$build -DOTHER -g"
  rm -r split split.parts/1.speed
  while IFS= read -r line; do run sh -c "$line"; done < <(grep -F -- --part=1.speed plan)
  refused "parts with different objects" "plugin.skiplist.sha256" merge split.parts/* --results split
  mv away.so skiplist.so
}

# A library that artbench has linked, too, and whose malloc judy_sl has replaced: each
# of the two has memory of its own.
test_shared_library() {
  "$artbench" list --format tsv | awk -F'\t' '$1 == "judy_sl" && $7 == "-"' | grep -q . || return 0
  run cc -O1 -fPIC -fvisibility=hidden -shared -I harness -o judy_hs.so "$root/tests/program/judy_hs.c" -lJudy
  check "JudyHS compiles" same "$status $(cat out err)" "0 "
  run "$artbench" --plugin ./judy_hs.so table --data keys.txt --variants judy_hs,judy_sl --rounds 1 --format tsv
  check "JudyHS beside JudySL: status" same "$status" 0
  check "JudyHS beside JudySL: both are right" same \
    "$(awk -F'\t' '$4 > 0 && $13 == "2000/2000" { print $1 }' out | sort | xargs)" "judy_hs judy_sl"
}

# ---- what is refused ----

test_refusals() {
  refused "no such file" 'no.so: No such file or directory' --plugin no.so list
  refused "a folder" 'docs: not a regular file' list --plugin docs
  refused "no object" 'keys.txt: is no shared object' list --plugin keys.txt
  echo 'int nothing(void); int nothing(void) { return 0; }' | cc -x c -fPIC -shared -o nothing.so -
  refused "no entry" 'nothing.so: has no ab_plugin_entry; end its source with AB_PLUGIN' list --plugin nothing.so
  echo 'int lacks(void); int nothing(void) { return lacks(); }' | cc -w -x c -fPIC -shared -o lacking.so -
  refused "what it calls is not there" 'undefined symbol: lacks' list --plugin lacking.so
  refused "another ABI" 'NEWER.so: is made for version' list --plugin NEWER.so
  refused "another struct" 'LARGER.so: has a struct ab_variant of' list --plugin LARGER.so
  refused "no variant" 'its variant is malformed: there is none' list --plugin NO_VARIANT.so
  refused "a gap in the table" 'NO_GET.so: its variant is malformed: create, destroy, get' list --plugin NO_GET.so
  refused "empty" 'empty.so: its variant is malformed: name, label and family' list --plugin empty.so
  refused "no UTF-8" 'NOT_UTF8.so: its label, family or library is not UTF-8' list --plugin NOT_UTF8.so
  refused "a built-in name" "its name 'glib_tree' is that of the variant in baselines/glib_tree.c" \
    list --plugin BUILT_IN_NAME.so
  refused "another's label" "its label 'GLib GTree' is that of the variant in baselines/glib_tree.c" \
    list --plugin OTHERS_LABEL.so
  refused "twice" "its name 'skiplist' is that of the variant in skiplist.so" \
    list --plugin skiplist.so --plugin ./skiplist.so
  for fault in PRINT_LOADING PRINT_PAIR PRINT_NAME; do
    refused "$fault" "$fault.so: prints when it is loaded" list --plugin $fault.so
  done
  refused "a capability that is none" 'UNKNOWN_CAP.so: its variant is malformed: caps has a bit' list --plugin UNKNOWN_CAP.so
  refused "an infinite claim" 'INFINITE.so: its variant is malformed: claimed is not' list --plugin INFINITE.so
  cp skiplist.so $'new\nline.so'
  refused "a newline in its name" 'new\nline.so: has a control character in it; rename the file' \
    list --plugin $'new\nline.so'
  run "$faulty" --plugin ABSENT_NAME.so list
  check "the name of one that is not built in: status" same "$status" 2
  check "the name of one that is not built in" has err \
    "its name 'faulty_absent' is that of a variant that comes with the package libfaulty-dev; give it another"
  refused "it exits" 'EXIT_LOADING.so: ends the process' list --plugin EXIT_LOADING.so
  refused "before anything is read" 'no.so: No such file' run --plugin no.so --data nowhere
  refused "no command" 'no command' --plugin skiplist.so
  refused "a command that takes none" 'nknown option --plugin' --plugin skiplist.so gen
  refused "no checksum" "--load 'skiplist.so' is not SHA256:FILE" \
    job memory --load skiplist.so --data keys.txt
  refused "rebuilt meanwhile" './skiplist.so: is another file than at the start' \
    job memory "--load=${sha256//[0-9a-f]/0}:./skiplist.so" --variants skiplist --data keys.txt
  wait "$hanging"
  check "it hangs: status" same $? 2
  check "it hangs: refused" has hang.err 'HANG_LOADING.so: timed out after 10 s when it was loaded; '
}

test_shared_pages() {
  run "$artbench" --plugin ./SHARED_PAGES.so run --data keys.txt --rounds 1 --workloads hit \
    --variants faulty,glib_hash
  check "shared pages: status" same "$status" 0
  check "shared pages: flagged" matches out \
    '^FLAGGED: faulty: [0-9.]+ B/key of files or shared memory are mapped that no figure counts'
  check "shared pages: nobody else" same "$(grep -c 'no figure counts' out)" 1
}

# A sanitizer turns a signal into an exit of its own, and has more to say.
died='(crashed: signal|exited with status) [0-9]+'

test_crashes() {
  local fault
  for fault in CRASH_LOADING CRASH_LEAVING; do
    run "$artbench" --plugin ./$fault.so table --data keys.txt --rounds 1 --results crash
    check "$fault: status" same "$status" 2
    check "$fault: says which" matches err "^artbench: ./$fault.so: $died when it was loaded; mend it"
    check "$fault: nothing was measured" same "$(ls -d crash* 2>/dev/null)$(cat out)" ''
  done
  for fault in CRASH_GET CRASH_PUT; do
    run "$artbench" --plugin ./$fault.so --plugin ./skiplist.so table --data keys.txt \
      --variants faulty,skiplist,glib_hash --rounds 1 --format tsv
    check "$fault: status" same "$status" 1
    check "$fault: says which" matches err "artbench: faulty, round 1, (memory|speed): $died"
    check "$fault: has no figures" same "$(awk -F'\t' '$1 == "faulty" { print $4 $8 $9 }' out)" "---"
    check "$fault: the others have theirs" same \
      "$(awk -F'\t' '$4 > 0 && $9 > 0 && $13 == "2000/2000" { print $1 }' out | xargs)" "glib_hash skiplist"
    run "$artbench" --plugin ./$fault.so verify --data keys.txt --variants faulty,glib_hash
    check "$fault: verify" matches err "^artbench: faulty: $died, in (put|hits)\$"
    check "$fault: verify goes on" has out 'glib_hash: 2000 keys right'
  done
}

# Through frames of C, which is nothing to rely on: but if it comes out, with its words.
test_exception() {
  run c++ -std=c++20 -O1 -fPIC -fvisibility=hidden -shared -I harness -o throwing.so "$root/tests/program/faulty/throwing.cc"
  check "an exception: compiles" same "$status $(cat err)" "0 "
  run "$artbench" --plugin ./throwing.so table --data keys.txt --variants throwing,glib_hash --reference glib_hash --rounds 1
  check "an exception: status" same "$status" 1
  check "an exception: what it was" has err "throwing, round 1, speed: hit: it has thrown an exception: a thousand"
  run "$artbench" --plugin ./throwing.so bench --data keys.txt --variants throwing -- \
    --benchmark_filter=hit --benchmark_min_time=0.01
  check "an exception in bench: status" same "$status" 1
  check "an exception in bench: what it was" has err "artbench: throwing: has thrown an exception: a thousand; mend it"
}

test_list
test_shared_pages
test_generic
test_failures
test_verify
test_every_operation
test_source
test_point
test_source_refused
test_bench
test_run
test_loading
test_report
test_pictures
test_resume
test_parts
test_shared_library
test_refusals
test_crashes
test_exception
finish
