#!/usr/bin/env bash
# artbench census and dump: what they say of trees that are known, of plug-ins, and of what
# goes wrong. Usage: test_census.sh ARTBENCH SOURCE_ROOT. Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

artbench=$(realpath -- "${1:?usage: test_census.sh ARTBENCH SOURCE_ROOT}")
root=$(realpath -- "${2:?}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
cd "$temp" || exit 1
tab=$'\t'

# Sets `status`; stdout and stderr go to the files out and err.
run() { # ARGUMENT...
  status=0
  "$artbench" "$@" >out 2>err </dev/null || status=$?
}
figure() { # WHAT METRIC
  awk -F'\t' -v w="$1" -v m="$2" '$2 == w && $3 == m { print $4 }' out
}

# b hangs from the root; a ends at a node below it, ab at the one below that, with abc.
printf '%s\n' a ab abc b >few.txt
run census --data few.txt --variants art_ref4 --format tsv
check "tsv: status" same "$status" 0
check "tsv: header" same "$(head -1 out)" "variant${tab}what${tab}metric${tab}value${tab}unit"
check "tsv: nodes by kind" same "$(figure kind.Node1 nodes) $(figure kind.Node2 nodes)" "2 1"
check "tsv: keys by kind" same "$(figure kind.Node1 keys) $(figure kind.Node2 keys)" "3 1"
check "tsv: places" same "$(figure kind.Node2 children)/$(figure kind.Node2 capacity)" 2/2
check "tsv: full ones" same "$(figure fill.Node1 100) $(figure fill.Node1 90)" "2 "
check "tsv: keys by depth" same "$(figure depth.1 keys) $(figure depth.2 keys) $(figure depth.3 keys)" "1 1 2"
check "tsv: nodes by level" same "$(figure level.0 nodes) $(figure level.1 nodes) $(figure level.2 nodes)" "1 1 1"
check "tsv: bytes by kind and by level" same \
  "$(awk -F'\t' '$2 ~ /^kind/ && $3 == "bytes" { n += $4 } END { print n }' out)" \
  "$(awk -F'\t' '$2 ~ /^level/ && $3 == "bytes" { n += $4 } END { print n }' out)"
check "tsv: classes of memory" same "$(figure memory total)" \
  $(($(figure memory inner) + $(figure memory leaf) + $(figure memory key) + $(figure memory slack)))
check "tsv: nothing else" same "$(awk -F'\t' 'NF != 5 || $1 !~ /^(variant|art_ref4)$/' out)" ""

run census --data few.txt --variants art_ref4
check "text: how deep" has out "art_ref4, 4 keys of few: a key is behind 2.25 nodes on average, 3 at most"
check "text: a kind" matches out '^Node1 +2 +0\.5000 .* 100\.0 +0\.0 +100\.0$'
check "text: a depth" matches out '^3 +2 +50\.00 +100\.00 +1 '
for i in $(seq 60); do printf '%0*d\n' "$i" 0; done >deep.txt
run census --data deep.txt --variants art_ref4
check "text: far down" has out "and 21 keys deeper; --format tsv has all"
check "text: how far" matches out 'average, 60 at most$'

"$artbench" gen --keys 3000 --output many.txt
run census --data many.txt --variants page_front,art_boxed,glib_tree --format tsv
check "several: status" same "$status" 0
check "several: each has all keys" same "$(awk -F'\t' '$2 ~ /^depth/ { n[$1] += $4 }
  END { print n["art_boxed"], n["page_front"] }' out)" "3000 3000"
check "several: who has none says so" same "$(cat err)" "artbench: glib_tree: declined: it has no census"
check "several: pages are on one level" same "$(awk -F'\t' '$1 == "page_front" && $2 ~ /^depth/' out | wc -l)" 1

# ---- plug-ins, right and wrong ----

plugin() { # NAME SED_EXPRESSION
  sed "$2" "$root/tests/program/faulty/faulty_plugin.c" >"$1.c"
  "${CC:-cc}" -std=gnu11 -O1 -fPIC -fvisibility=hidden -shared -DFAULT=EVERY_OPERATION \
    -I "$root/harness" -I "$root/docs/examples" -I "$root/tests/program/faulty" -o "$1.so" "$1.c" || exit 1
}
plugin right ''
plugin short 's/\.keys = skip_count(t) }/.keys = skip_count(t) - 1 }/'
plugin kinds 's/\.keys = skip_count(t) }/.keys = skip_count(t), .kind = 16 }/'
plugin over 's/\.keys = skip_count(t) }/.keys = skip_count(t), .children = 2, .capacity = 1 }/'
plugin crash 's/^\tstruct ab_node all = /\t__builtin_trap();\n&/'
run census --data few.txt --plugin right.so --variants faulty --format tsv
check "a plug-in: its node" same "$(figure kind.node keys)" 4
wrong() { # NAME TEXT
  run census --data few.txt --plugin "$1.so" --variants faulty
  check "$1: status" same "$status" 1
  check "$1: says so" same "$(cat err)" "artbench: faulty: $2"
}
wrong short "wrong census: it has 3 keys of 4"
wrong kinds "wrong census: a node is of no kind"
wrong over "wrong census: a node has more children than places"
wrong crash "crashed: signal 4"

# ---- dump ----

run dump --data few.txt --variants art_ref4
check "dump: status" same "$status" 0
check "dump: nodes and keys, indented" same "$(sed 's/ value.*//' out)" 'Node2 2/2 prefix ""
  Node1 1/1 prefix "" and a terminal
    key "a"
    Node1 1/1 prefix "" and a terminal
      key "ab"
      key "abc"
  key "b"'
run dump --data few.txt --plugin right.so --variants faulty
check "dump: of a plug-in" same "$(cat out)" "4 keys"
refused() { # TEXT ARGUMENT...
  local text=$1
  shift
  run "$@"
  check "$*: status" same "$status" 2
  check "$*: says so" has err "$text"
  check "$*: one line" same "$(wc -l <err)" 1
}
refused "dump takes one variant" dump --data few.txt --variants art_ref4,art_boxed
refused "glib_tree prints nothing of itself" dump --data few.txt --variants glib_tree
refused "dump needs --data FILE" dump
refused "--format 'csv' is not known" census --data few.txt --format csv
refused "nosuch.txt" census --data nosuch.txt --variants art_ref4
finish
