#!/usr/bin/env bash
# Every workload from the command line: what is measured, and that wrong answers show.
# Usage: test_workloads.sh ARTBENCH ARTBENCH_FAULTY. Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

usage="usage: test_workloads.sh ARTBENCH ARTBENCH_FAULTY"
artbench=$(realpath -- "${1:?$usage}")
faulty=$(realpath -- "${2:?$usage}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
cd "$temp" || exit 1

tab=$'\t'
status=0
run() { # PROGRAM ARGUMENT...
  status=0
  "$@" >out 2>err </dev/null || status=$?
}

"$artbench" gen --keys 2000 --output keys.txt || exit 1
run "$artbench" list --workloads --format tsv
check "list: status" same "$status" 0
cp out workloads
check "list: the core ones" same \
  "$(awk -F'\t' 'NR > 1 && $3 == "core" { print $1 }' workloads | xargs)" "insert hit miss scan delete"

# ---- all of them ----
variants=art_boxed,rwlock_art_boxed,page_front,null_index,glib_tree,glib_hash
run "$artbench" run --data keys.txt --rounds 1 --variants $variants --workloads all --results all
check "all: status" same "$status" 0
names=$(sed 1d workloads | cut -f1)
check "all: every workload has figures" same \
  "$(awk -F'\t' '$6 == "operations" { print $5 }' all/raw.tsv | sort -u | xargs)" \
  "$(sort <<<"$names" | xargs)"
# The workloads that a variant cannot do.
lacks_of() { # VARIANT
  comm -13 <(awk -F'\t' -v v="$1" '$3 == v && $6 == "operations" { print $5 }' all/raw.tsv | sort -u) \
    <(sort <<<"$names") | xargs
}
check "all: behind a lock, art_boxed does all but count" same "$(lacks_of rwlock_art_boxed)" "nth rank"
together="mix50_threads_2 mix95_threads_2 nth rank scan_write_threads_2 write_threads_2" # two writers
check "all: art_boxed" same "$(lacks_of art_boxed)" "$together"
check "all: why not" has out "LEFT OUT: art_boxed: declined: mix95_threads_2, mix50_threads_2, write_threads_2, scan_write_threads_2: it is written by one thread at a time (no AB_PARALLEL_WRITES)."
check "all: glib_tree" same "$(lacks_of glib_tree)" "build hit_grown $together"
check "all: glib_hash" same "$(lacks_of glib_hash)" \
  "build hit_grown mix50_threads_2 mix95_threads_2 nth prefix_dir prefix_host range_100 rank scan scan_back scan_values scan_write_threads_1 scan_write_threads_2 write_threads_2 ycsb_e"
check "all: in the groups they are listed in" same \
  "$(awk -F'\t' '$6 == "operations" { print $5 "\t" $4 }' all/raw.tsv | sort -u)" \
  "$(sed 1d workloads | cut -f1,2 | sort)"
check "all: each took time" same "$(awk -F'\t' '$3 != "null_index" && $6 == "seconds" && $7 <= 0' all/raw.tsv)" ""
check "all: each answer was right" same \
  "$(awk -F'\t' '$6 == "right" { r[$3 $4 $5] = $7 } $6 == "asked" { a[$3 $4 $5] = $7 }
    END { for (k in a) if (r[k] != a[k] || !a[k]) print k }' all/raw.tsv)" ""
check "all: percentiles rise" same "$(awk -F'\t' '$4 == "latency" { x[$3, $5, $6] = $7; seen[$3, $5] }
  END { for (k in seen) if (!(x[k, "p50"] <= x[k, "p99"] && x[k, "p99"] <= x[k, "p99.9"] && x[k, "p99.9"] <= x[k, "max"])) print k }' \
  SUBSEP='|' all/raw.tsv)" ""
check "all: churn has its memory" same \
  "$(awk -F'\t' '$4 == "churn" && $3 == "art_boxed" && $6 ~ /^rss_after_([1-9]|10)$/' all/raw.tsv | wc -l)" 10
check "all: the table of the others" matches out "^hit_zipf, M/s  "
check "all: latencies" matches out "^latency_hit, ns: p50 / p99.9  "

check "all: in the page, a line a workload" has all/report.md "| ycsb_f | "
check "all: in the page, a column a variant" has all/report.md "| workload | art_boxed | "
check "all: the page knows how it ended" has all/report.md "| outcome | right |"

# ---- some of them ----
run "$artbench" run --data keys.txt --rounds 1 --variants glib_tree --workloads ycsb_f,hit_zipf --results some
check "some: status" same "$status" 0
check "some: no others" same \
  "$(awk -F'\t' '$6 == "operations" { print $5 }' some/raw.tsv | sort -u | xargs)" "hit_zipf ycsb_f"
# More threads than are on the list; the row says the rest.
three="hit_threads_3,write_threads_3,scan_write_threads_5"
run "$artbench" run --data keys.txt --rounds 1 --variants art_boxed,rwlock_art_boxed,null_index --workloads $three --results three
check "three threads: status" same "$status" 0
check "three threads: each has figures" same \
  "$(awk -F'\t' '$3 == "rwlock_art_boxed" && $6 == "operations" { print $5 }' three/raw.tsv | xargs)" "${three//,/ }"
check "three threads: where two may not write, lookups" same \
  "$(awk -F'\t' '$3 == "art_boxed" && $6 == "operations" { print $5 }' three/raw.tsv | xargs)" hit_threads_3
check "three threads: each answer was right" same \
  "$(awk -F'\t' '$6 == "right" { r[$3 $5] = $7 } $6 == "asked" { a[$3 $5] = $7; n++ }
    END { for (k in a) if (r[k] != a[k] || !a[k]) print k; print n }' three/raw.tsv)" 5
had=$(awk -F'\t' '$5 == "hit_threads_3" && $6 == "processors" { print $7; exit }' three/raw.tsv)
case $had in 1) few="one processor" ;; *) few="$had processors" ;; esac
check "three threads: fewer processors are told" same \
  "$(grep -c "^FLAGGED: the threads of .* had $few in some round.\$" out)" "$(($had < 3 ? 3 : $had < 5 ? 1 : 0))"
cp three/report.md before.md
run "$artbench" report three
check "three threads: read back, status" same "$status" 0
check "three threads: read back, the same" cmp three/report.md before.md
for bad in hit_threads_0 mix50_threads_257 write_threads_2x; do
  run "$artbench" run --data keys.txt --workloads insert,$bad --results bad
  check "$bad: status" same "$status" 2
  check "$bad: one line" same "$(wc -l <err)" 1
  check "$bad: what it may be" has err "'$bad' is not known; give a number of threads from 1 to 256"
done
# Any number of keys at a time; the ratio over one by one stands below each.
run "$artbench" run --data keys.txt --rounds 3 --variants art_boxed,glib_tree \
  --workloads hit,hit_batch_1,hit_batch_32,hit_batch_1000,insert_batch_7 --results batches
check "batches: status" same "$status" 0
check "batches: each answer was right" same \
  "$(awk -F'\t' '$5 ~ /_batch_/ && $6 == "right" { r[$1 $3 $5] = $7 } $5 ~ /_batch_/ && $6 == "asked" { a[$1 $3 $5] = $7; n++ }
    END { for (k in a) if (r[k] != a[k] || !a[k]) print k; print n }' batches/raw.tsv)" 36
check "batches: over one by one" same "$(grep -oE '^hit_batch_[0-9]+, times hit' out | xargs)" \
  "hit_batch_1, times hit hit_batch_32, times hit hit_batch_1000, times hit"
check "batches: not over what was not measured" lacks out "times insert"
# Of three rounds the median of seconds over seconds, as many operations in each.
over=$(awk -F'\t' '$3 == "art_boxed" && ($5 == "hit" || $5 == "hit_batch_32") && $6 ~ /^(seconds|operations)$/ {
    x[$1, $5, $6] = $7 }
  END { for (i = 1; i <= 3; i++) print x[i, "hit_batch_32", "operations"] / x[i, "hit_batch_32", "seconds"] \
    / (x[i, "hit", "operations"] / x[i, "hit", "seconds"]) }' batches/raw.tsv | sort -g | sed -n 2p)
check "batches: in the page" matches batches/report.md \
  "^[|] art_boxed [|] hit_batch_32 [|] hit [|] $(printf '%.2f' "$over") [|] [0-9.]+[.][.][0-9.]+( [?])? [|]$"
for bad in hit_batch_0 insert_batch_1025; do
  run "$artbench" run --data keys.txt --workloads insert,$bad --results bad
  check "$bad: what it may be" has err "'$bad' is not known; give a number of keys at a time from 1 to 1024"
done
run "$artbench" run --data keys.txt --workloads hit,nosuch
check "unknown: status" same "$status" 2
check "unknown: one line" same "$(wc -l <err)" 1
check "unknown: which" has err "'nosuch'"
for few in 1 2; do
  head -n $few keys.txt >few.txt
  run "$artbench" run --data few.txt --rounds 1 --variants art_boxed,glib_hash --workloads all
  check "$few keys: status" same "$status" 0
done

# ---- wrong answers ----
wrong() { # VARIANT WORKLOAD
  run "$faulty" run --data keys.txt --rounds 1 --variants "$1" --workloads "$2" --timeout 20
  check "$1 in $2: status" same "$status" 1
  check "$1 in $2: says so" has out "FAILED: $1: "
}
wrong faulty_order range_100
wrong faulty_order ycsb_e
wrong faulty_lossy scan_values
for workload in hit_zipf hit_batch_32 ycsb_a ycsb_f insert_descending churn latency_hit mix95_threads_1; do wrong faulty_get $workload; done
wrong stale update
wrong denier update
for workload in miss_cut miss_longer latency_miss; do wrong faulty_miss $workload; done
for workload in latency_delete write_threads_1; do wrong faulty_delete $workload; done

finish
