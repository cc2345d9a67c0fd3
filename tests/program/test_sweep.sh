#!/usr/bin/env bash
# artbench sweep: its sizes, its rows, what is refused, what becomes of a sweep that is
# interrupted or killed, and its picture.
# Usage: test_sweep.sh ARTBENCH SOURCE_ROOT ARTBENCH_FAULTY, where the last is artbench
# built over tests/program/faulty/. Exit status: 0 passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

artbench=$(realpath -- "${1:?usage: test_sweep.sh ARTBENCH SOURCE_ROOT ARTBENCH_FAULTY}")
root=$(realpath -- "${2:?}")
faulty=$(realpath -- "${3:?}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
work="$temp/a path & spaces"
mkdir "$work"
cd "$work" || exit 1
tab=$'\t'
export ARTBENCH_REVISION=v1
"$artbench" gen --keys 2500 --output keys.txt || exit 1
# Every job of two contestants at one size takes a quarter of a second.
quick=(--data keys.txt --variants glib_tree,art_arena_prefix --workloads hit --rounds 2)

# Sets `status`; stdout and stderr go to the files out and err.
run() { # PROGRAM ARGUMENT...
  status=0
  "$@" >out 2>err </dev/null || status=$?
}

refused() { # WHAT TEXT ARGUMENT...
  local what=$1 text=$2
  shift 2
  run "$artbench" sweep "$@"
  check "$what: status" same "$status" 2
  check "$what: one line" same "$(grep -c '^artbench: .*; ' err)/$(wc -l <err)" 1/1
  check "$what: what it says" has err "$text"
  check "$what: nothing on stdout" same "$(wc -c <out)" 0
  check "$what: nothing is left" test ! -e new -a ! -e new.partial
}

# Of sweep.tsv: column NAME KEYS VARIANT
cell() {
  awk -F'\t' -v name="$1" -v keys="$2" -v variant="$3" '
    NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
    $c["keys"] == keys && $c["variant"] == variant { print $c[name] }' "${4:-whole}/sweep.tsv"
}
known() { sed -n "s/^$2=//p" "$1/env.txt" | tail -n 1; }

# ---- sizes and rows ----

run "$artbench" sweep --data keys.txt --variants glib_tree,art_arena_prefix,glib_hash \
  --rounds 2 --results whole/
check "by default: status" same "$status" 0
check "by default: sizes" same "$(ls whole | xargs)" "1000 2000 2500 env.txt sweep.md sweep.tsv"
check "by default: nothing partial" test ! -e whole.partial
check "env: sizes" same "$(known whole sizes) $(known whole keys) $(known whole left_out)" \
  "1000,2000,2500 2500 none"
check "env: outcome" same "$(known whole outcome)" right
header="keys key_bytes variant label family index status dataset revision host noise rss_bpk"
header+=" heap_bpk exact_bpk claimed_bpk"
for w in insert hit miss scan delete; do
  header+=" ${w}_ns ${w}_ns_min ${w}_ns_max ${w}_ratio ${w}_ratio_lo ${w}_ratio_hi"
done
check "sweep.tsv: header" same "$(head -1 whole/sweep.tsv)" "$(tr ' ' '\t' <<<"$header above_bpk verified")"
check "sweep.tsv: a row a size and variant" same \
  "$(tail -n +2 whole/sweep.tsv | cut -f1,3 | tr '\t' / | xargs)" \
  "1000/art_arena_prefix 1000/glib_tree 1000/glib_hash 2000/art_arena_prefix 2000/glib_tree 2000/glib_hash 2500/art_arena_prefix 2500/glib_tree 2500/glib_hash"
check "sweep.tsv: all went well" same "$(tail -n +2 whole/sweep.tsv | cut -f7 | sort -u)" ok
check "sweep.tsv: all verified" same \
  "$(awk -F'\t' 'NR > 1 && $NF != $1 "/" $1' whole/sweep.tsv)" ""
# But for what cannot be known: intervals of two rounds, the heap under a sanitizer.
check "sweep.tsv: no figure is missing" same "$(awk -F'\t' '
  NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; next }
  { for (i = 12; i <= NF; i++) {
      hash = $3 == "glib_hash" && name[i] ~ /^scan_/
      own = $3 ~ /^glib/ && name[i] == "exact_bpk" || name[i] == "claimed_bpk"
      if ($i == "-" && !hash && !own && name[i] !~ /_(lo|hi)$|^heap_bpk$/)
        print $1, $3, name[i] } }' whole/sweep.tsv)" ""
check "sweep.tsv: an ordered one scans" matches <(cell scan_ns 2000 art_arena_prefix) '^[0-9.]+$'
check "sweep.tsv: a hash does not" same "$(cell scan_ns 2000 glib_hash)" -
check "sweep.tsv: times are those of the size's own run" same \
  "$(awk -F'\t' -v ns="$(cell hit_ns 2000 art_arena_prefix)" '
    NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i }
    $1 == "art_arena_prefix" { off = ns * $c["hit_mops"] / 1000 - 1
      print (off > -0.01 && off < 0.01) }' whole/2000/summary.tsv)" 1
check "sweep.tsv: fastest, median, slowest" same "$(awk -F'\t' 'NR == 1 {
    for (i = 1; i <= NF; i++) c[$i] = i; next }
  !($c["hit_ns_min"] <= $c["hit_ns"] && $c["hit_ns"] <= $c["hit_ns_max"])' whole/sweep.tsv)" ""
check "on stdout: a table of memory and one a workload" same "$(grep -c '^keys  ' out)" 6
check "on stdout: where the keys are from" has out "random samples of its 2500 keys and all of them, seed 1"
check "sweep.md: the same" same "$(grep -c '^| keys |' whole/sweep.md)" 6
check "progress" matches err '^\[6/6\] 2500 keys, round 2/2  elapsed'

# Each is a run of its own, which says how to do it again: with the same sample.
check "a size: whole" same "$(ls whole/1000 | xargs)" \
  "env.txt raw.tsv report.html report.md summary.tsv table.md"
check "a size: its command" same "$(known whole/1000 command)" \
  "artbench run --data keys.txt --variants glib_tree,art_arena_prefix,glib_hash --rounds 2 --keys=1000 --results=whole/1000"
check "a size: every job once a round" same "$(awk -F'\t' '$6 == "process" { print $1, $3, $4 }' \
  whole/1000/raw.tsv | sort | uniq -c | awk '{ print $1 }' | xargs)" "1 1 1 1 1 1 1 1 1 1 1 1 1 1"
check "all keys: its command" lacks whole/2500/env.txt ' --keys'
check "a size: of what" same "$(known whole/1000 keys) $(known whole/1000 file_keys)" "1000 2500"
check "a size: the table says so" has whole/1000/table.md "1000 keys (a random sample of 2500)"
check "all keys: no sample" lacks whole/2500/table.md "random sample"
run "$artbench" run --data keys.txt --variants art_arena_prefix --workloads hit --rounds 1 \
  --keys 1000 --results alone
check "a size: the same keys again" same "$(known alone fingerprint)" "$(known whole/1000 fingerprint)"
check "a size: the same bytes again" same \
  "$(awk -F'\t' '$3 == "art_arena_prefix" && $6 == "exact_total" && $5 == "load" { print $7 }' alone/raw.tsv)" \
  "$(awk -F'\t' '$3 == "art_arena_prefix" && $6 == "exact_total" && $5 == "load" && $1 == 1 { print $7 }' whole/1000/raw.tsv)"
run "$artbench" run --data keys.txt --variants art_arena_prefix --workloads hit --rounds 1 \
  --keys 1000 --seed 2 --results other
check "a size: other keys of another seed" test "$(known other fingerprint)" != "$(known alone fingerprint)"
run "$artbench" sweep "${quick[@]}" --sizes 300,700 --format tsv --results named
check "named sizes: status" same "$status" 0
check "named sizes" same "$(known named sizes)" 300,700
check "named sizes: as TSV" cmp out named/sweep.tsv

mkdir nogit
printf '#!/bin/sh\necho broken >&2\nexit 1\n' >nogit/git
chmod +x nogit/git
run env -u ARTBENCH_REVISION PATH="$PWD/nogit:$PATH" "$artbench" sweep "${quick[@]}" --sizes 300,700 \
  --rounds 1 --results unknown
check "an unknown revision: said once" same "$(grep -c 'the revision is not known: git says: broken' err)" 1
check "an unknown revision: of every size" same "$(grep -h ^revision= unknown/env.txt unknown/*/env.txt | sort | uniq -c | xargs)" \
  "3 revision=unknown"

# ---- what is refused ----

refused "more keys than there are" \
  "keys.txt: has 2500 different keys, hence no sample of 2501; name smaller --sizes" \
  "${quick[@]}" --sizes 1000,2501 --results new
for list in 0 x 1000,1000 2000,1000 1000, ,1000 -1 1.5 99999999999999999999; do
  refused "--sizes '$list'" "--sizes '$list' is no list of rising numbers" \
    "${quick[@]}" --sizes="$list" --results new
done
refused "--sizes ''" "--sizes ''" "${quick[@]}" --sizes '' --results new
head -n 999 keys.txt >few.txt
refused "few keys" "few.txt: has 999 different keys, and a sweep begins with 1000" \
  --data few.txt --results new
refused "no directory" "needs --results DIR" "${quick[@]}"
refused "--keys" "takes no --keys" "${quick[@]}" --keys 1000 --results new
for option in --until-resolved=5 --budget=5; do
  refused "$option" "takes no --until-resolved, --budget or --part" \
    "${quick[@]}" --results new "$option"
done
refused "no file" "nosuch.txt" --data nosuch.txt --results new
refused "a directory that is there" "whole: is there already" "${quick[@]}" --results whole
refused "--resume of nothing" "new: no such directory" --resume new
refused "--resume of a run" "go on with: $artbench run --resume alone" --resume alone
run "$artbench" run --resume whole
check "a run's --resume of a sweep: status" same "$status" 2
check "a run's --resume of a sweep: says so" has err "whole: has no raw.tsv; name a directory"
mkdir empty.partial
refused "--resume of nothing measured" "empty.partial" --resume empty
touch empty.partial/env.txt
refused "a directory of a sweep that did not end" "artbench sweep --resume empty" \
  "${quick[@]}" --results empty

# ---- memory ----

"$artbench" gen --keys 20000 --output many.txt
refused "nothing fits" "no size fits in memory: 1000, 2000, 5000, 10000, 20000 (1000 keys need about 2 MB, and 1 MB may be taken); free some" \
  --data many.txt --variants glib_tree --memory 1 --results new
refused "--memory" "--memory '0'" "${quick[@]}" --memory 0 --results new
run "$artbench" sweep --data many.txt --variants glib_tree --workloads hit --rounds 1 \
  --sizes 500,1000,20000 --memory 3 --results short
check "the last does not fit: status" same "$status" 1
check "the last does not fit: the others are there" same \
  "$(ls short | xargs) $(tail -n +2 short/sweep.tsv | cut -f1 | xargs)" \
  "1000 500 env.txt sweep.md sweep.tsv 500 1000"
check "the last does not fit: says so" matches err \
  '^artbench: left out for want of memory: 20000 \(20000 keys need about [0-9]+ MB, and 3 MB may be taken\); free some, or allow more with --memory$'
check "the last does not fit: env.txt" matches short/env.txt '^left_out=20000 \(20000 keys need'
check "the last does not fit: the table" has short/sweep.md "LEFT OUT, for want of memory: 20000"
run "$artbench" sweep --data many.txt --variants glib_tree --workloads hit --rounds 1 \
  --memory 4 --results largest
check "the largest that fits: status" same "$status" 0
check "the largest that fits" matches largest/env.txt '^left_out=([0-9]+, )*20000 '
check "the largest that fits: some do" matches <(tail -n +2 largest/sweep.tsv) "^1000$tab"

in_turns() { awk -F'\t' '$6 == "in_turns" { print $1 "/" $7 }' "$1/raw.tsv" | sort -u | xargs; }
# Three contestants need less than 3 MB, but would not if each index took 200 bytes a key.
run "$artbench" sweep --data keys.txt --variants glib_tree,art_arena_prefix --workloads hit \
  --sizes 2500 --rounds 3 --memory 3 --results known
check "what an index takes is known in every round" same "$(in_turns known/2500)" "1/1 2/1 3/1"

sed -i '/^3\t/d' known/2500/raw.tsv
run "$artbench" run --resume known/2500
check "and in one that is gone on with" same "$status $(in_turns known/2500)" "0 1/1 2/1 3/1"

# ---- a contestant that fails ----

run "$faulty" sweep --data keys.txt --variants glib_tree,faulty_crash --workloads hit \
  --rounds 1 --sizes 500,1000 --results faults
check "a crash: status" same "$status" 1
check "a crash: the others are measured" matches <(cell hit_ns 1000 glib_tree faults) '^[0-9.]+$'
check "a crash: the row says so" same "$(cell status 500 faulty_crash faults)" "crashed: signal 6"
check "a crash: the table says so" has faults/sweep.md "FAILED: faulty_crash, 500 keys: crashed: signal 6."
check "a crash: env.txt" same "$(known faults outcome)" wrong

# ---- broken off ----

# What of a sweep's rows does not depend on times: all but values of times.
lasting() { # DIR
  local size
  for size in "$1"/[0-9]*; do
    awk -F'\t' -v OFS='\t' -v size="${size##*/}" '
      $8 == "s" || $5 == "bridge" || $6 ~ /rss|page|heap|absent|interposed|mapped|other/ { $7 = "" }
      { print size, $0 }' "$size/raw.tsv"
  done
}
sizes_begun() { find "$1.partial" -name env.txt 2>/dev/null | wc -l; }
# Start the sweep that is to be broken off; sets `sweep`.
begin() { # DIR ARGUMENT...
  local dir=$1
  shift
  "$artbench" sweep "$@" >out 2>err </dev/null &
  sweep=$!
}
wait_for_rows() { # DIR KEYS, or until it is whole
  for _ in $(seq 3000); do
    [ "$(wc -l 2>/dev/null <"$1.partial/$2.partial/raw.tsv")" -gt 3 ] 2>/dev/null && return
    [ ! -e "$1" ] || return
    sleep 0.01
  done
}
# The same, stopped when a size has some rows; anew, if it was through before it was stopped.
hold() { # DIR KEYS
  local tries
  for tries in {1..10}; do
    rm -rf "$1" "$1.partial"
    begin "$1" "${quick[@]}" --sizes 400,800 --results "$1"
    wait_for_rows "$1" "$2"
    kill -STOP "$sweep"
    [ -e "$1" ] || return
    wait "$sweep"
  done
  check "$1: stopped within $tries times" false
}

run "$artbench" sweep "${quick[@]}" --sizes 400,800 --results unbroken
check "unbroken: status" same "$status" 0
lasting unbroken >unbroken.rows

hold stopped 800
kill -INT "$sweep"
kill -CONT "$sweep"
wait "$sweep"
check "interrupted: status" same $? 130
check "interrupted: says how to go on" has err \
  "artbench: interrupted; what was measured is in stopped.partial; go on with: $artbench sweep --resume stopped"
check "interrupted: not as a whole" test ! -e stopped -a -e stopped.partial
check "interrupted: no table" same "$(wc -c <out)" 0
run env ARTBENCH_REVISION=v2 "$artbench" sweep --resume stopped
check "another revision: status" same "$status" 2
check "another revision: says so" has err "its revision is v1, and it is v2 now; build that revision"
cp keys.txt kept.txt
sed -i '7s/./~/' keys.txt
run "$artbench" sweep --resume stopped
check "another key file: refused" has err "its fingerprint is"
cp kept.txt keys.txt
run "$artbench" sweep --resume stopped.partial/
check "resumed: status" same "$status" 0
check "resumed: the rows of an unbroken one" cmp unbroken.rows <(lasting stopped)
check "resumed: nothing partial" same "$(find . -name 'stopped*.partial' -o -path '*stopped/*.partial')" ""
cut -f1-11 stopped/sweep.tsv | cut -f1-3 >columns
check "resumed: as many rows in sweep.tsv" cmp columns <(cut -f1-3 unbroken/sweep.tsv)
run "$artbench" sweep --resume stopped
check "resumed when all is there: status" same "$status" 0
check "resumed when all is there: nothing is measured" same "$(wc -c <err)" 0

# Killed again and again, later each time, with whatever half-done state that leaves.
begin killed "${quick[@]}" --sizes 400,800 --results killed
for pause in 0.02 0.1 0.3 0.5 0.7 0.9; do
  sleep "$pause"
  kill -KILL "$sweep" 2>/dev/null
  { wait "$sweep"; } 2>/dev/null
  [ ! -e killed ] || break
  if [ "$(sizes_begun killed)" -gt 0 ]; then
    begin killed --resume killed
  else
    rm -rf killed.partial
    begin killed "${quick[@]}" --sizes 400,800 --results killed
  fi
done
wait "$sweep"
[ -e killed ] || run "$artbench" sweep --resume killed
check "killed six times: whole" test -e killed -a ! -e killed.partial
check "killed six times: the rows of an unbroken one" cmp unbroken.rows <(lasting killed)

# Killed between making a size's directory and knowing what is in it.
hold early 400
kill -KILL "$sweep"
{ wait "$sweep"; } 2>/dev/null
rm -rf early.partial/800.partial
mkdir early.partial/800.partial
: >early.partial/800.partial/lock
run "$artbench" sweep --resume early
check "a size without env.txt: status" same "$status" 0
check "a size without env.txt: begun anew" cmp unbroken.rows <(lasting early)

hold locked 400
status=0 # the first one still writes to err
"$artbench" sweep --resume locked >second 2>&1 </dev/null || status=$?
check "two into one directory: status" same "$status" 2
check "two into one directory: says so" has second "locked.partial: another run is writing into it"
kill -TERM "$sweep"
kill -CONT "$sweep"
wait "$sweep"
check "SIGTERM: status" same $? 130

# ---- the picture ----

if command -v gnuplot >/dev/null; then
  check "plot.sh" "$root/scripts/plot.sh" whole
  for text in 'Growth: keys, 1,000 to 2,500 keys' 'GLib GTree' 'RSS, bytes per key' 'hit, ns'; do
    check "sweep.svg: $text" has whole/sweep.svg "$text"
  done
fi

finish
