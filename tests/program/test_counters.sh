#!/usr/bin/env bash
# artbench run --counters: rows and tables of what the processor counts, and what is said
# where there is nothing to count with; by a kernel that no_counters.c plays.
# Usage: test_counters.sh ARTBENCH SOURCE_ROOT. Exit status: 0 passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

artbench=$(realpath -- "${1:?usage: test_counters.sh ARTBENCH SOURCE_ROOT}")
root=$(realpath -- "${2:?}")
! sanitized "$artbench" || skip "a sanitizer must be loaded before all else"
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
cd "$temp" || exit 1

"${CC:-cc}" -std=gnu11 -O1 -w -fPIC -shared -o kernel.so "$root/tests/program/no_counters.c" -ldl || exit 1
"$artbench" gen --keys 500 --output keys.txt

# Sets `status`; stdout and stderr go to the files out and err.
run() { # ARGUMENT...
  status=0
  LD_PRELOAD=$temp/kernel.so "$artbench" run --counters --data keys.txt \
    --variants art_ref4,null_index --rounds 3 "$@" >out 2>err </dev/null || status=$?
}

refused() { # ERRNO TEXT
  ANSWER=$1 run --results refused
  check "errno $1: status" same "$status" 2
  check "errno $1: one line" matches err "^artbench: --counters: .*$2"
  check "errno $1: no other" same "$(wc -l <err)" 1
  check "errno $1: nothing is begun" same "$(ls -d refused* 2>/dev/null)" ""
}
refused 2 "the processor shows no counters.*scripts/callgrind.sh --cache simulates them"
refused 95 "the processor shows no counters"
refused 38 "the kernel has no perf_event_open"
refused 24 "Too many open files"
if [ "$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null || echo 0)" -gt 2 ]; then
  refused 13 "kernel.perf_event_paranoid is [0-9]+\); be root"
else
  refused 13 "perf_event_open is forbidden here"
fi

run --results kept
if [ "$status" = 2 ] && grep -q 'perf_event' err; then
  echo "not looked at: $(cat err)"
  finish
  exit
fi
check "status" same "$status" 0
check "rows: each workload and round has its sums" same "$(awk -F'\t' '$3 == "art_ref4" && $6 == "instructions" {
  print $5 }' kept/raw.tsv | sort | uniq -c | xargs)" "3 delete 3 hit 3 insert 3 miss 3 scan"
check "rows: what there is no counter for has none" lacks kept/raw.tsv ll_misses
check "rows: in how much of the time" same "$(awk -F'\t' '$6 == "counted" { print $7 }' kept/raw.tsv | sort -u)" 1
# A lookup does less than an insert, before which it never comes: what that counted is not in it.
check "rows: each workload's own" awk -F'\t' '$3 == "art_ref4" && $6 == "cycles" { sum[$5] += $7 }
  END { exit !(sum["hit"] > 0 && sum["hit"] < sum["insert"]) }' kept/raw.tsv
# The table has the medians of the rounds' own quotients.
median() { # METRIC
  awk -F'\t' -v m="$1" '$3 == "art_ref4" && $5 == "hit" && ($6 == m || $6 == "operations") { x[$1, $6] = $7 }
    END { for (r = 1; r <= 3; r++) printf "%.1f\n", x[r, m] / x[r, "operations"] }' kept/raw.tsv | sort -g | sed -n 2p
}
check "table: an operation of hit" matches out "^art_ref4 +hit +$(median cycles) +$(median instructions) .* - .* 100\$"
check "table: what it is" has out "What the processor counted an operation"
check "page: has it" has kept/report.html "What the processor counted"
check "env.txt: says so" has kept/env.txt "counters=yes"
sed -i "/${tab:=$'\t'}counted$tab/s/${tab}1${tab}share/${tab}0.25${tab}share/" kept/raw.tsv
"$artbench" report kept >report.txt 2>&1
check "a quarter of the time: is said" matches kept/report.html '<td[^>]*>25</td>'

LD_PRELOAD=$temp/kernel.so "$artbench" run --data keys.txt --variants art_ref4 --rounds 1 \
  --workloads hit --results without >out 2>&1
check "without --counters: no rows" lacks without/raw.tsv cycles
check "without --counters: no table" lacks out "What the processor counted"
run --rounds 1 --workloads latency_hit,hit_threads_1,hit --results kinds
check "clocked singly, and by threads: not counted" same \
  "$(awk -F'\t' '$6 == "cycles" { print $5 }' kinds/raw.tsv | sort -u)" hit
finish
