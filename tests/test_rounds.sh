#!/usr/bin/env bash
# How many rounds a run has: --rounds, --until-resolved, --budget. Whether it goes on is
# decided by rows nobody measured, in a run that was broken off behind its sixth round.
# Usage: test_rounds.sh ARTBENCH. Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/check.sh"

artbench=$(realpath -- "${1:?usage: test_rounds.sh ARTBENCH}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
cd "$temp" || exit 1
export ARTBENCH_REVISION=v1
"$artbench" gen --keys 200 --output keys.txt
options=(--data keys.txt --variants "glib_tree,glib_hash,null_index" --workloads hit)

run() { # ARGUMENT...; sets `status`
  status=0
  timeout 100 "$artbench" run "$@" >out 2>err </dev/null || status=$?
}
rounds_of() { tail -n +2 "$1/raw.tsv" | cut -f1 | sort -un | tail -1; }
refused() { # OPTION VALUE
  run "${options[@]}" "$1" "$2" --results x
  check "$1 '$2': status" same "$status" 2
  check "$1 '$2': what it says" matches err "^artbench: $1 '$2' .*; "
  check "$1 '$2': nothing is left" test ! -e x.partial
}

# ---- a budget ----

run "${options[@]}" --rounds 1000 --budget 1 --results budget
check "a budget: status" same "$status" 0
check "a budget: some rounds, not all" test "$(rounds_of budget)" -ge 1 -a "$(rounds_of budget)" -le 100
check "a budget: the table says how many" matches out "median of $(rounds_of budget) rounds?\."
check "a budget: it is said that it ended it" matches out \
  "^The budget of 1 s ended it after $(rounds_of budget) rounds?\.$"
check "a budget: in env.txt" has budget/env.txt "stopped=budget"
run "${options[@]}" --rounds 3 --budget 1000 --results enough
check "a large budget cuts nothing" same "$(rounds_of enough)" 3
check "a large budget: what ended it" has enough/env.txt "stopped=rounds"
check "a large budget: no word about it" lacks out "ended it"
run "${options[@]}" --budget 1 --results usual
check "nine rounds unless told otherwise" has usual/env.txt "rounds=9"
run "${options[@]}" --until-resolved 1 --budget 1 --results until
check "until resolved: a hundred at most" has until/env.txt "rounds=100"
check "until resolved, or a budget" test "$(rounds_of until)" -lt 100
check "until resolved, or a budget: which" has until/env.txt "stopped=budget"
check "until resolved, or a budget: the table says which" matches out \
  "^The budget of 1 s ended it after [0-9]+ rounds?: .* interval .*, and 1 % was asked for\.$"
for value in x 0 -1 1.5 ''; do
  refused --budget "$value"
  refused --until-resolved "$value"
done
refused --until-resolved 101

# ---- until every interval is narrow ----

# goes_on NAME PER-CENT RATIO RATIO: a run of 8 rounds at most, until resolved to so much,
# that has 6, in which the ratios of glib_hash and of the floor are these awk expressions
# of the round r; sets `rounds` to how many it has in the end.
run "${options[@]}" --rounds 8 --until-resolved 100 --results base
check "the base: status" same "$status" 0
goes_on() {
  cp -r base "$1.partial"
  sed -i "/^command=/s/--until-resolved 100/--until-resolved $2/; /^command=/s/base/$1/
    s/^until_resolved=.*/until_resolved=0.0$2/" "$1.partial/env.txt"
  awk -F'\t' -v OFS='\t' "
    NR > 1 && \$1 > 6 { next }
    \$6 == \"seconds\" || \$6 == \"cpu_seconds\" {
      r = \$1; \$7 = 1 / (\$3 == \"glib_hash\" ? $3 : \$3 == \"null_index\" ? $4 : 1) }
    \$6 == \"operations\" { \$7 = 1000000 } 1" base/raw.tsv >"$1.partial/raw.tsv"
  run --resume "$1"
  check "$1: status" same "$status" 0
  rounds=$(rounds_of "$1")
}
# From 2 to 2.05, and 2.025 in the middle: 2.47 %.
goes_on narrow 3 '(2 + (r - 1) / 100)' 100
check "narrow enough: no other round" same "$rounds" 6
check "narrow enough: it is said" has out \
  "Resolved after 6 rounds: the widest interval is 2.5 % of its ratio, and 3 % was asked for."
check "narrow enough: in env.txt" same "$(grep -E '^(stopped|widest)=' narrow/env.txt | tail -2 | xargs)" \
  "stopped=resolved widest=0.02469"
check "narrow enough: the table has its interval" matches out "2[.]0[23] [(]2[.]00[.][.]2[.]05[)]"
goes_on wide 2 '(2 + (r - 1) / 100)' 100
check "not narrow enough: on, to as many as may be" same "$rounds" 8
check "not narrow enough: it is said" matches out \
  "^Not resolved in 8 rounds, the most it may have: the widest interval is [0-9.]+ % of its ratio, and 2 % was asked for\.$"
check "not narrow enough: in env.txt" has wide/env.txt "stopped=rounds"
check "not narrow enough: on the page" has wide/report.html "Not resolved in 8 rounds"
goes_on floor 3 '(2 + (r - 1) / 100)' '(100 * r)'
check "the floor is nothing to wait for" same "$rounds" 6

"$artbench" merge wide --results merged >out
check "merged: it is said all the same" has out "Not resolved in 8 rounds, the most it may have: "

# ---- a budget, in a run that was broken off ----

# spends NAME BUDGET KEEP: the base with this budget, of which those rows are there that
# the awk expression KEEP says, each job in turns 30 s long and others next to nothing;
# sets `rounds`.
spends() {
  cp -r base "$1.partial"
  sed -i "/^command=/s/--until-resolved 100/--budget $2/; /^command=/s/base/$1/
    s/^until_resolved=.*/until_resolved=0/; s/^budget_s=.*/budget_s=$2/" "$1.partial/env.txt"
  awk -F'\t' -v OFS='\t' "
    NR > 1 && !($3) { next }
    \$6 == \"process\" { \$7 = \$4 == \"speed\" ? 30 : 0.001 } 1" base/raw.tsv >"$1.partial/raw.tsv"
  run --resume "$1"
  check "$1: status" same "$status" 0
  rounds=$(rounds_of "$1")
}
spends spent 119 '$1 <= 3'
check "what three rounds took leaves no time for another" same "$rounds" 3
spends left 121 '$1 <= 3'
check "it leaves time for one: contestants took turns" same "$rounds" 8
spends begun 30 '$1 == 1 || $1 == 2 && $4 == "memory"'
check "a round that was begun is ended" same "$rounds" 2
check "a round that was begun: both its jobs" same \
  "$(awk -F'\t' '$1 == 2 && $6 == "process" { print $4 }' begun/raw.tsv | sort | uniq -c | xargs)" "3 memory 4 speed"
spends over 50 '$1 <= 3'
check "a round that is there stays" same "$rounds" 3

# ---- what a round does not change ----

run --data keys.txt --rounds 4 --variants art_boxed,art_arena_prefix,glib_hash --workloads hit --results bytes
check "bytes: status" same "$status" 0
check "bytes: nodes, leaves and keys are the same in every round" same "$(awk -F'\t' '
  $5 == "load" && $6 ~ /^(exact_(inner|leaf|key)$|nodes_)/ { n++
    if (!(($3, $6) in x)) x[$3, $6] = $7; else if (x[$3, $6] != $7) print }
  END { print (n >= 2 * 2 * 4) }' bytes/raw.tsv)" 1
# Two structures count themselves, in two rounds; a sanitizer has no heap.
check "bytes: the whole is, but for a chunk, and so is the heap" same "$(awk -F'\t' '
  $5 == "load" && ($6 == "exact_total" || $6 == "heap") { k = $3 " " $6; n++
    if (!(k in least) || $7 < least[k]) least[k] = $7; if ($7 > most[k]) most[k] = $7 }
  END { for (k in least) if (most[k] - least[k] > 12288) print k, least[k], most[k]
    print (n >= 2 * 2) }' bytes/raw.tsv)" 1

finish
