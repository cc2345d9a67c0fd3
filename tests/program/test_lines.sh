#!/usr/bin/env bash
# artbench lines: what is made of a trace, what a tree that is known touches, and what goes
# wrong. Usage: test_lines.sh ARTBENCH SOURCE_ROOT. Exit status: 0 passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

artbench=$(realpath -- "${1:?usage: test_lines.sh ARTBENCH SOURCE_ROOT}")
root=$(realpath -- "${2:?}")
! sanitized "$artbench" || skip "a program with a sanitizer does not run under valgrind"
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
cd "$temp" || exit 1
tab=$'\t'

# Sets `status`; stdout and stderr go to the files out and err.
run() { # ARGUMENT...
  status=0
  "$artbench" lines --data few.txt "$@" >out 2>err </dev/null || status=$?
}
figure() { # WHERE METRIC
  awk -F'\t' -v w="$1" -v m="$2" '$2 == w && $3 == m { print $4 }' out
}
printf '%s\n' a ab abc b >few.txt

# ---- made-up traces, in place of valgrind ----

made_up() { # SCRIPT: what writes the trace to descriptor 12
  mkdir -p made-up
  printf '#!/bin/bash\n%s\n' "$1" >made-up/valgrind
  chmod +x made-up/valgrind
}
with_made_up() { PATH=$temp/made-up:$PATH run --variants art_ref4 "$@"; }

# In the first lookup a line, and that and the next; in the second a third one, written. The
# rest is outside the index, or of lookups, or no access.
made_up 'for i in 1 2; do
printf "I  04001090,3\n L 200000040,8\nbegin\nI  04001090,3\n" >&12
if [ $i = 1 ]; then printf " L 200000040,4\n L 20000007c,8\n L 1ffeffe7d0,8\n" >&12
else printf " S 200000080,8\n M 4a00000,8\nnothing\n" >&12; fi
printf "end\n L 2000000c0,8\n" >&12
done'
with_made_up --lookups 2 --format tsv
check "a trace: status" same "$status" 0
check "a trace: lookups" same "$(figure all lookups)" 2.0000
check "a trace: lines" same "$(figure all lines)" 1.5000
check "a trace: pages" same "$(figure all pages)" 1.0000
check "a trace: accesses" same "$(figure all accesses)" 1.5000
check "a trace: header" same "$(head -1 out)" "variant${tab}where${tab}metric${tab}value${tab}unit"
failed() { # TEXT
  check "$1: status" same "$status" 1
  check "$1: says so" has err "artbench: art_ref4: $1"
  check "$1: nothing else" same "$(wc -c <out)" 0
}
with_made_up --lookups 3
failed "of 3 lookups 2 were in valgrind's trace"
made_up 'exit 1'
with_made_up
failed "the lookups under valgrind failed"
mkdir none
status=0
PATH=$temp/none "$artbench" lines --data few.txt --variants art_ref4 >out 2>err </dev/null || status=$?
check "no valgrind: status" same "$status" 2
check "no valgrind: which package" has err "valgrind is missing; it is in the Debian package valgrind"
made_up 'exit 0'
PATH=$temp/made-up:$PATH run --variants glib_tree
check "memory of its own: says so" has err "glib_tree: declined: it takes its memory where another process cannot map it"
PATH=$temp/made-up:$PATH run --lookups 0
check "--lookups 0: status" same "$status" 2

# ---- a tree that is known, from a plug-in ----

if ! command -v valgrind >/dev/null; then
  echo "skipped: what valgrind traces, for it is missing (Debian package valgrind)"
  finish
  exit
fi
{ sed 's/art_ref4/my_ref4/g; s/ART 4-byte refs/mine/' "$root/variants/art_ref4.c"
  printf '#include "ab_plugin.h"\nAB_PLUGIN(ab_variant_my_ref4);\n'; } >my_ref4.c
"${CC:-cc}" -std=gnu11 -O2 -w -fPIC -fvisibility=hidden -shared -I "$root/harness" -I "$root/variants" \
  -o my_ref4.so my_ref4.c || exit 1
run --plugin my_ref4.so --variants my_ref4 --format tsv
check "a tree: status" same "$status" 0
check "a tree: each key is asked for once" same "$(figure all lookups)" 4.0000
# b hangs from the root; a ends a level below, ab and abc at the one below that.
check "a tree: who comes to which level" same \
  "$(figure level.0 lookups) $(figure level.1 lookups) $(figure level.2 lookups)" "1.0000 0.7500 0.5000"
check "a tree: who comes to which kind" same "$(figure kind.Node2 lookups) $(figure kind.Node1 lookups)" "1.0000 0.7500"
check "a tree: lines are of one level or of no node" same \
  "$(awk -F'\t' '($2 ~ /^level/ || $2 == "rest") && $3 == "lines" { n += $4 } END { printf "%.2f", n }' out)" \
  "$(figure all lines | awk '{ printf "%.2f", $1 }')"
check "a tree: lines are of one kind or of no node" same \
  "$(awk -F'\t' '($2 ~ /^kind/ || $2 == "rest") && $3 == "lines" { n += $4 } END { printf "%.2f", n }' out)" \
  "$(figure all lines | awk '{ printf "%.2f", $1 }')"
check "a tree: a node of two children is in two lines at most" \
  awk -v n="$(figure kind.Node2 lines)" 'BEGIN { exit !(n >= 1 && n <= 2) }'
finish
