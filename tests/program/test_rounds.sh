#!/usr/bin/env bash
# How many rounds a run has: --rounds, --until-resolved, --budget. Whether it goes on is
# decided by rows nobody measured, in a run that was broken off behind its sixth round.
# Usage: test_rounds.sh ARTBENCH. Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

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

# ---- on whom it is spent ----

# As spends, of a run with a layout under study and peers: five contestants, of which
# art_boxed and the reference, twice, are those asked about first. A job in turns took 300
# s, and so a round of all does; one of the first, 180.
run --data keys.txt --variants art_boxed,glib_tree,glib_hash,null_index --workloads hit --rounds 8 \
  --budget 1000 --results peers
check "first: status" same "$status" 0
check "first: env.txt says who" has peers/env.txt "first=art_boxed,glib_tree"
check "first: room for all: nobody is" lacks peers/env.txt "first_from"
check "first: room for all: no column of rounds" lacks out rounds$'\x20\x20'
check "first: what the machine allows, after a round" matches err \
  '^artbench: round 1 took [0-9]+ s; within 1000 s there is room for 8 of 8 like it$'
spends_first() { # NAME BUDGET KEEP [OF]
  cp -r "${4-peers}" "$1.partial"
  sed -i "/^command=/s/--budget [0-9]*/--budget $2/; /^command=/s/--results [a-z_]*/--results $1/
    s/^budget_s=.*/budget_s=$2/" "$1.partial/env.txt"
  awk -F'\t' -v OFS='\t' "
    NR > 1 && !($3) { next }
    \$6 == \"process\" { \$7 = \$4 == \"speed\" ? 300 : 0.001 } 1" "${4-peers}/raw.tsv" >"$1.partial/raw.tsv"
  run --resume "$1"
  check "$1: status" same "$status" 0
  rounds=$(rounds_of "$1")
}
all='art_boxed glib_hash glib_tree glib_tree.again null_index'
few='art_boxed glib_tree glib_tree.again'
# Who was measured in a round, in turns.
in_round() { awk -F'\t' -v r="$2" '$1 == r && $4 == "speed" && $6 == "process" { print $3 }' "$1/raw.tsv" | sort | xargs; }
table_cell() { # FILE VARIANT COLUMN
  awk -F' *[|] *' -v v="$2" -v c="$3" '$2 == "variant" && !at { for (i = 2; i < NF; i++) if ($i == c) at = i }
    $2 == v && at { print $at; exit }' "$1"
}
# 900 s are gone. For a fourth of all there is no room, but for the first there is.
spends_first some 1100 '$1 <= 3'
check "some: three rounds of all" same "$(in_round some 3)" "$all"
check "some: then of the first" same "$(in_round some 4);$(in_round some 8)" "$few;$few"
check "some: as many as there is time for" same "$rounds" 8
check "some: in env.txt" has some/env.txt "first_from=4"
check "some: each row says how many it has" same \
  "$(for v in art_boxed glib_tree glib_hash null_index; do table_cell some/report.md $v rounds; done | xargs)" "8 8 3 3"
check "some: it is said" has some/report.md "The budget of 1100 s had no room for six rounds of all: from round 4 on only art_boxed, glib_tree were measured."
check "some: not of all rounds" has some/report.md "median of 8 rounds at the most."
# The same but for what is rounded from four digits of summary.tsv: a hundredth.
alike() { # TEXT TEXT
  A=$1 B=$2 awk 'BEGIN {
    n = split(ENVIRON["A"], a, /[^0-9.?]+|[.][.]/)
    if (n < 7 || n != split(ENVIRON["B"], b, /[^0-9.?]+|[.][.]/)) exit 1
    for (i = 1; i <= n; i++) if (a[i] != b[i] && !(a[i] b[i] ~ /^[0-9]/ && a[i] - b[i] < 0.0101 && b[i] - a[i] < 0.0101)) exit 1
  }' || { printf '  have: %s\n  want: %s\n' "$1" "$2"; return 1; }
}
check "some: an interval in each row, of unlike rounds" alike "$(table_cell some/report.md art_boxed 'hit vs glib_tree';
  table_cell some/report.md glib_hash 'hit vs glib_tree')" "$(awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $1 ~ /art_boxed|glib_hash/ { lo = $at["hit_ratio_lo"]; hi = $at["hit_ratio_hi"]
      printf "%.2f (%.2f..%.2f)%s\n", $at["hit_ratio"], lo, hi, (lo > 1 || hi < 1) ? "" : " ?" }' some/summary.tsv)"
for other in '0.72 (0.54..1.08) ?' '0.72 (0.54..1.10)'; do
  check "another than $other" test "$(alike "$(printf '1.41 (1.09..2.26)\n0.72 (0.54..1.10) ?')" \
    "$(printf '1.41 (1.09..2.26)\n%s' "$other")" >/dev/null; echo $?)" = 1
done
# After a fourth of all, two of the first must fit.
spends_first fourth 1550 '$1 <= 3'
check "fourth: not of all, since six of the first would not fit" same "$(in_round fourth 4)" "$few"
spends_first six 1570 '$1 <= 3'
check "six: they would, with a fourth of all" same "$(in_round six 4)" "$all"
# Less than three of all.
spends_first one 550 '$1 == 1'
check "one: of all, then the first" same "$(in_round one 1);$(in_round one 2)" "$all;$few"
check "one: what there is room for is said" matches err \
  '^artbench: round 1 took 300 s; within 550 s there is room for 1 of 8 like it, then one of art_boxed, glib_tree alone$'
check "one: no memory of others in its second round" same \
  "$(awk -F'\t' '$1 == 2 && $4 == "memory" && $6 == "process" { print $3 }' one/raw.tsv | sort | xargs)" "art_boxed glib_tree"
spends_first two 850 '$1 == 1'
check "two: three of all do not fit, so the second is of the first" same "$(in_round two 2)" "$few"
spends_first three 950 '$1 == 1'
check "three: they do" same "$(in_round three 2)" "$all"
spends_first none 400 '$1 == 1'
check "none: nothing fits" same "$rounds" 1
check "none: nobody was put first" lacks none/env.txt first_from
# Broken off in a round of the first: that round is done again, by the same, whatever there
# is room for now.
spends_first again 4000 '$1 < 6 || $1 == 6 && $3 == "art_boxed"' some
check "again: the rounds that were there" same "$(in_round again 5);$(in_round again 6);$(in_round again 8)" "$few;$few;$few"
check "again: only what was broken off was set aside" same \
  "$(awk -F'\t' 'NR > 1 { print $1, $3 }' again/set_aside.tsv | sort -u)" "6 art_boxed"
check "again: nobody else is measured" same "$(awk -F'\t' '$1 > 3 && $3 ~ /hash|null/' again/raw.tsv | wc -l)" 0
run --resume some
check "a run that has ended has nothing to do" same "$(in_round some 8)" "$few"
"$artbench" merge some --results some_merged >out 2>err
check "merged: nothing is missing" same "$(cat err)$(grep -c '^missing=none' some_merged/env.txt)" 1
check "merged: it is said" has out "from round 4 on only art_boxed, glib_tree were measured"
"$artbench" compare peers some >out 2>err
check "compared: no word of who was first" lacks out "DIFFERENT: first"
check "compared: each with the rounds it has" matches out '^(art_boxed|glib_hash) +hit '
run --data keys.txt --variants art_boxed,glib_tree,glib_hash --first glib_hash --budget 9 --rounds 1 --workloads hit --results named
check "first, named" has named/env.txt "first=glib_tree,glib_hash"
for bad in '--first glib_hash' '--first null_index --budget 9' '--first nobody --budget 9'; do
  run --data keys.txt --variants art_boxed,glib_tree,glib_hash $bad
  check "$bad: refused" same "$status $(wc -l <err)" "2 1"
done

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
