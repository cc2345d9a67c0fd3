#!/usr/bin/env bash
# scripts/callgrind.sh on plug-ins and keys of one's own, with simulated caches and by
# functions; artbench sample and count, which it is made of.
# Usage: test_costs.sh ARTBENCH SOURCE_ROOT. Exit status: 0 passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

artbench=$(realpath -- "${1:?usage: test_costs.sh ARTBENCH SOURCE_ROOT}")
root=$(realpath -- "${2:?}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
work="$temp/a path & spaces"
mkdir "$work" "$temp/tmp"
cd "$work" || exit 1
export TMPDIR=$temp/tmp ARTBENCH=$artbench ARTBENCH_REVISION=own
tab=$'\t'

# Sets `status`; stdout and stderr go to the files out and err.
run() { # PROGRAM ARGUMENT...
  status=0
  "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}
callgrind() { run "$root/scripts/callgrind.sh" --keys 200 --results kept "$@"; }
refused() { # STATUS TEXT: of the last run, in one line
  check "$2: status" same "$status" "$1"
  check "$2: says so" has err "$2"
  check "$2: one line" same "$(wc -l <err)" 1
  check "$2: no table" same "$(wc -c <out)" 0
}

# ---- artbench sample, and count ----

test_sample() {
  printf 'b\n\na\0x\nc\nb\n' >keys.txt
  run "$artbench" sample --data keys.txt
  check "sample: all keys, sorted, once" same "$(od -An -v -t x1 out | tr -d ' \n')" \
    41424b455953310a030000000000000003000000610078010000006201000000"63"
  "$artbench" gen --keys 500 --output many.txt
  run "$artbench" sample --data many.txt --keys 20 --seed 3
  cp out sampled
  check "sample: so many" same "$("$artbench" profile --data sampled --format tsv | awk '$1 == "keys" { print $2 }')" 20
  run "$artbench" sample --data many.txt --keys 20 --seed 3
  check "sample: the same again" cmp out sampled
  run "$artbench" sample --data many.txt --keys 20 --seed 4
  check "sample: others for another seed" test "$(cmp -s out sampled; echo $?)" = 1
  run "$artbench" sample --data many.txt --keys 501
  check "sample: no more than there are" same "$(od -An -t u8 -j 8 -N 8 out | tr -d ' ')" 500
  run "$artbench" sample
  refused 2 "sample needs --data FILE"
  run "$artbench" sample --data many.txt --keys 0
  refused 2 "--keys '0' is not a whole number"
  run "$artbench" sample --data nosuch
  refused 2 "nosuch"
}

test_count() {
  for operation in insert hit; do
    run "$artbench" count --data many.txt --variants skiplist --plugin skiplist.so \
      --operation $operation --seconds 1
    check "count --seconds, $operation: status" same "$status" 0
    check "count --seconds, $operation: many whole passes" \
      awk -F'\t' '$1 == "operations" && $2 >= 1000 && $2 % 500 == 0 { ok = 1 } END { exit !ok }' out
  done
  run "$artbench" count --data many.txt --variants skiplist \
    --plugin "$root/docs/examples/plugin_skiplist.c"
  check "count, of a C file: status" same "$status" 0
  check "count, of a C file: one pass" same "$(awk '$1 == "operations" { print $2 }' out)" 500
  run "$artbench" count --data many.txt --variants skiplist --plugin nosuch.so
  refused 2 "nosuch.so: cannot be read"
  run "$artbench" count --data many.txt --variants glib_hash --seconds -1
  refused 2 "--seconds '-1' is not a whole number"
}

# ---- what is made of what callgrind says ----

# In place of valgrind: for each operation two functions, which call each other.
make_valgrind() {
  mkdir -p made-up
  { # it has no environment
    echo '#!/bin/bash'
    printf 'words=%q\n' "$work/words"
    cat <<'END'
[ "$1" != --version ] || exec echo valgrind-1.2.3
printf '%s\n' "$*" >>"$words"
for word; do case $word in --callgrind-out-file=*) file=${word#*=} ;; esac; done
case " $* " in *" --cache-sim=yes "*) cache=yes ;; esac
if [ "$cache" ]; then
  cat >"$file" <<'FILE'
positions: line
events: Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw Bc Bcm Bi Bim
summary: 600 60 6 5 40 20 1 10 4 70 7 9 3

fl=(1) ???
fn=(7) outer
0 100 10 2 5 10
+3 100 10
cfn=(8) inner
calls=2 0
0 400 40 4 0 30 20 1 10 4 70 7 9 3

fn=(8)
0 400 40 4 0 30 20 1 10 4 70 7 9 3
totals: 600 60 6 5 40 20 1 10 4 70 7 9 3
FILE
else
  printf 'events: Ir\nfn=(1) outer\n0 600\ntotals: 600\n' >"$file"
fi
printf 'operations\t100\ncompiler\tc\nflags\tf\nlibraries\tl\nprocessor\tp\n'
END
  } >made-up/valgrind
  chmod +x made-up/valgrind
}

test_arithmetic() {
  local PATH=$work/made-up:$PATH
  make_valgrind
  callgrind --variants glib_hash --cache --functions functions
  check "caches: status" same "$status" 0
  check "caches: sizes do not depend on the machine" has words \
    "--cache-sim=yes --branch-sim=yes --I1=32768,8,64 --D1=32768,8,64 --LL=2097152,16,64"
  check "caches: misses an operation" matches out '^ +hit +0\.050 +0\.600 +0\.150 +0\.100$'
  check "caches: instructions as without" matches out '^glib_hash( +6\.00){5}$'
  check "functions: what a call took is in what was called" same \
    "$(awk -F'\t' '$2 == "hit"' functions/functions.tsv)" \
    "glib_hash${tab}hit${tab}inner${tab}4.00${tab}0.0000${tab}0.5000${tab}0.1500${tab}0.1000
glib_hash${tab}hit${tab}outer${tab}2.00${tab}0.0500${tab}0.1000${tab}0.0000${tab}0.0000"
  check "functions: the same, printed" matches out '^ +4\.00  inner$'
  check "functions: callgrind's files are kept" test -s functions/glib_hash.hit.callgrind
  callgrind --variants glib_hash --functions functions
  refused 2 "--functions functions: is there already"
  callgrind --variants glib_hash --cache --ll 65536
  check "--ll: is the size" has words "--LL=65536,16,64"
  check "--ll: is said" has out "a last level of 64 KiB"
  callgrind --variants glib_hash --format tsv
  check "without: nothing is simulated" lacks <(tail -1 words) "cache-sim"
  check "tsv: header" same "$(head -1 out)" "variant${tab}operation${tab}keys${tab}instructions${tab}before${tab}revision_before${tab}i1_misses${tab}d1_misses${tab}last_level_misses${tab}mispredicted"
  check "tsv: a row" same "$(awk '$2 == "hit"' out)" \
    "glib_hash${tab}hit${tab}200${tab}6.00${tab}-${tab}-${tab}-${tab}-${tab}-${tab}-"
  ARTBENCH_REVISION=later callgrind --variants glib_hash --format tsv --cache
  check "tsv: before, and what was simulated" same "$(awk '$2 == "hit"' out)" \
    "glib_hash${tab}hit${tab}200${tab}6.00${tab}6.00${tab}own${tab}0.0500${tab}0.6000${tab}0.1500${tab}0.1000"

  for ll in 0 1000 65537 98304 x -1; do
    callgrind --ll "$ll"
    refused 2 "--ll '$ll' is not a power of two from 65536 on"
  done
  callgrind --format csv
  refused 2 "--format 'csv' is not known; use one of: text, tsv"
  callgrind --plugin nosuch.so
  refused 2 "--plugin: nosuch.so: there is no such file"
  callgrind --data many.txt --against old
  refused 2 "--against is for generated keys"
}

# ---- plug-ins and keys of one's own, counted ----

test_own() {
  rm -rf kept functions
  callgrind --variants null_index --plugin skiplist.so --cache --functions functions
  check "a plug-in: status" same "$status" 0
  check "a plug-in: counted" matches out '^skiplist +([0-9.]+ +){4}[0-9.]+$'
  check "a plug-in: what is beside it is kept, it is not" same \
    "$(tail -n +2 kept/instructions.tsv | cut -f3 | sort -u)" null_index
  check "a plug-in: says so" has err "not kept: those of plug-ins (skiplist)"
  check "functions: all instructions are in one" same "$(awk -F'\t' '
    NR > 1 { sum[$1, $2] += $4 }
    END { for (i in sum) { split(i, x, SUBSEP); print x[1], x[2], sprintf("%.0f", sum[i]) } }' \
    functions/functions.tsv | grep skiplist | sort)" "$(awk '
    /^variant/ { n = split($0, operation); next } /^skiplist +[0-9.]+ +[0-9.]+ / {
      for (i = 2; i <= n; i++) print $1, operation[i], sprintf("%.0f", $i); exit }' out | sort)"
  check "functions: its own by name" has functions/functions.tsv "skiplist${tab}hit${tab}skip_get"
  cp kept/instructions.tsv before.tsv
  callgrind --variants null_index
  check "without simulated caches the same figures" same "$status" 0
  check "without simulated caches nothing new is kept" cmp kept/instructions.tsv before.tsv

  printf '%s\n' a ab abc b >few.txt
  callgrind --variants skiplist --plugin skiplist.so --data few.txt --format tsv
  check "own keys: status" same "$status" 0
  check "own keys: how many" same "$(awk -F'\t' 'NR > 1 { print $3 }' out | sort -u)" 4
  check "own keys: not kept" cmp kept/instructions.tsv before.tsv
  check "own keys: says so" has err "not kept: only figures of generated keys are"
  check "no temporary files are left" same "$(ls "$TMPDIR")" ""
}

"${CC:-cc}" -std=gnu11 -O2 -fPIC -fvisibility=hidden -shared -I "$root/harness" -o skiplist.so \
  "$root/docs/examples/plugin_skiplist.c" || exit 1
test_sample
test_count
sanitized "$artbench" || test_arithmetic
if sanitized "$artbench"; then
  echo "skipped: a program with a sanitizer does not run under valgrind"
elif command -v valgrind >/dev/null; then
  test_own
else
  echo "skipped: what valgrind counts, for it is missing (Debian package valgrind)"
fi
finish
