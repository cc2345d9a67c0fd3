#!/usr/bin/env bash
# artbench compare: what changed between two runs, on rows nobody measured.
# Usage: test_compare.sh ARTBENCH. Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../kit/made_up.sh"

artbench=$(realpath -- "${1:?usage: test_compare.sh ARTBENCH}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
mkdir "$temp/a path & spaces"
cd "$temp/a path & spaces" || exit 1
tab=$'\t'

run() { # ARGUMENT...; sets `status`; stdout and stderr go to out and err
  status=0
  "$artbench" compare "$@" >out 2>err </dev/null || status=$?
}
compares() { # WHAT ARGUMENT...
  local what=$1
  shift
  run "$@"
  check "$what: status" same "$status" 0
  check "$what: nothing on stderr" same "$(wc -c <err)" 0
}
refused() { # WHAT TEXT ARGUMENT...
  local what=$1 text=$2
  shift 2
  run "$@"
  check "$what: status" same "$status" 2
  check "$what: one line" same "$(wc -l <err)" 1
  check "$what: who says so, and a remedy" matches err '^artbench: .*; '
  check "$what: what it says" has err "$text"
  check "$what: nothing on stdout" same "$(wc -c <out)" 0
}
# row KIND VARIANT FIGURE COLUMN...: cells of `--format tsv` by the columns' names.
row() {
  awk -F'\t' -v kind="$1" -v variant="$2" -v figure="$3" -v columns="${*:4}" '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; n = split(columns, column, " ") }
    $at["kind"] == kind && $at["variant"] == variant && $at["figure"] == figure {
      for (i = 1; i <= n; i++) printf "%s%s", $at[column[i]], i < n ? " " : "\n" }' out
}

# The same in each run of the test, another for each round, contestant and workload.
noise='exp(0.03 * sin(r * 7.1 + length(v) * 3.3 + index("abcdefghi_", substr(v, 5, 1)) * 2.3 + length(w) * 1.7))'
plain="(v ~ /^glib_tree/ ? 1 : 2) * $noise"
made_up before "$plain" 'v == "art_boxed" ? 4096000 + (m == "rss" ? 4096 : 0) : 8192000'

# ---- the figures ----

# art_boxed gets 1.2 times as fast, on a machine that is ten times as slow and drifts.
made_up after "(v == \"art_boxed\" ? 1.2 : 1) * $plain * (1 + r / 9) / 10" \
  'v == "art_boxed" ? 4096000 - (m == "heap" ? 1 : 0) : 8192000' revision=def5678
compares "as TSV" before after --format tsv
check "TSV: the header" same "$(head -1 out)" "$(tr ' ' '\t' <<<'kind variant figure unit a b difference change change_lo change_hi rounds_a rounds_b verdict')"
check "TSV: width" same "$(awk -F'\t' 'NF != 13' out)" ""
check "TSV: rows" same "$(cut -f1,2 out | sort | uniq -c | awk '{ print $1, $2, $3 }' | xargs)" \
  "1 kind variant 10 memory art_arena_key 10 memory art_boxed 10 memory glib_tree 5 speed art_arena_key 5 speed art_boxed"
check "a change" same "$(row speed art_boxed hit change change_lo change_hi verdict)" "$(
  row speed art_boxed hit change change_lo change_hi) faster"
check "a change: that of the speeds' ratios" same \
  "$(row speed art_boxed hit change | awk '{ print ($1 > 1.195 && $1 < 1.205) }')" 1
check "no change for a slower machine" same "$(row speed art_arena_key hit verdict)" unresolved
check "rounds" same "$(row speed art_boxed scan rounds_a rounds_b)" "9 9"
check "bytes: more" same "$(row memory art_boxed rss a b difference change)" "4100096 4096000 -4096 0.999001"
check "bytes: to the byte" same "$(row memory art_boxed heap a b difference)" "4096000 4095999 -1"
check "bytes: the same" same "$(row memory glib_tree exact a b difference change)" "8192000 8192000 0 1.000000"
check "bytes: by class" same "$(row memory art_boxed inner unit difference)" "bytes 0"
check "no figure of a run's own speed" same "$(awk -F'\t' '$1 == "speed" && $4 != "ratio"' out)" ""

# The same by other means: all quotients in order, of which the interval of Moses for 9
# and 9 rounds takes the 18th from either end (test_stats.c has the table).
in_round() { # DIR VARIANT WORKLOAD
  awk -F'\t' -v v="$2" -v w="$3" '$5 == w && $6 == "seconds" { s[$1, $3] = $7 }
    END { for (r = 1; r <= 9; r++) printf "%.15g\n", s[r, "glib_tree"] / s[r, v] }' "$1/raw.tsv"
}
for w in insert scan; do
  in_round before art_boxed $w >ratios
  in_round after art_boxed $w | awk 'NR == FNR { a[NR] = $1; next }
    { for (i in a) printf "%.15g\n", $1 / a[i] }' ratios - | sort -g >quotients
  check "$w: median and interval, by other means" same \
    "$(row speed art_boxed $w change change_lo change_hi)" \
    "$(awk '{ x[NR] = $1 } END { printf "%.6f %.6f %.6f", x[41], x[18], x[64] }' quotients)"
done

run after before --format tsv
check "the other way round: slower" same "$(row speed art_boxed hit verdict)" slower
cp out backwards
run before after --format tsv
check "the other way round: the inverse" same "$(paste out backwards |
  awk -F'\t' '$1 == "speed" { for (i = 8; i <= 10; i++) {
    x = $i * $(i == 8 ? 21 : i == 9 ? 23 : 22); if (x < 0.99999 || x > 1.00001) print $0 } }')" ""

compares "with itself" before before --format tsv
check "with itself: nothing changed" same "$(awk -F'\t' 'NR > 1 { print $7, $13 }' out | sort -u | xargs)" "- unresolved 0 -"

# ---- for people ----

compares "as text" before after
check "text: bytes" matches out "^art_boxed +RSS +4100096 +4096000 +-4096 +-0.10 %$"
check "text: the same bytes" matches out "^glib_tree +heap +8192000 +8192000 +0 +0$"
check "text: a ratio of ratios" matches out "^art_boxed +hit +[12][.][0-9]{3} +2[.][0-9]{3} +1[.](19|20)[0-9] +1[.][0-9]{3}[.][.]1[.][0-9]{3}, faster$"
check "text: unresolved" matches out "^art_arena_key +miss .* 0[.]9[0-9]{2}[.][.]1[.]0[0-9]{2}, unresolved$"
check "text: the reference is not held against itself" same "$(grep -c '^glib_tree ' out)" 6
check "text: what A is" has out "A: before, revision abc1234 on here, begun 2026-11-25T10:00:00Z, 9 rounds."
check "text: what B is" has out "B: after, revision def5678 on here"
check "text: how many" matches out "^5 of 10 changes are resolved. If nothing had changed, about 0.4 would be."
check "text: A:A of both" same "$(grep -c '^In [AB]: A:A, glib_tree against itself' out)" 2
check "text: no difference that matters" lacks out DIFFERENT
compares "as Markdown" before after/ --format markdown
check "Markdown: bytes" has out "| art_boxed | RSS | 4100096 | 4096000 | -4096 | -0.10 % |"
check "Markdown: as many bars in each table" same "$(grep '^|' out | tr -cd '|\n' | sort -u | wc -l)" 1
check "Markdown: notes" has out "* A: before, revision abc1234"
made_up noisy "$plain * (v ~ /again/ ? 1.03 : 1)" 1e6
compares "a noisy run" before noisy
check "a noisy run: says so" matches out "^In B: NOISY: glib_tree against itself"
made_up two "$plain * (r % 3 == 2 ? 0.7 : 1)" 1e6
compares "two speeds" two before
check "two speeds: says so" matches out "^In A: The machine ran at two speeds: 3 rounds"

# ---- equivalence ----

made_up steady "(v ~ /^glib_tree/ ? 1 : 2) * (1 + r / 1000)" 1e6
made_up nudged "(v ~ /^glib_tree/ ? 1 : v == \"art_boxed\" ? 2.01 : 2.2) * (1 + r / 1000)" 1e6
compares "within 3 %" steady nudged --within 3
check "within 3 %: resolved, and does not matter" matches out "^art_boxed +hit .* 1.005[.][.]1.005, faster, within 3 %$"
check "within 3 %: one that does" matches out "^art_arena_key +hit .* 1.100[.][.]1.100, faster$"
compares "within 0.4 %" steady nudged --within 0.4 --format tsv
check "within 0.4 %: not" same "$(row speed art_boxed hit verdict)" faster
compares "within 11 %" steady nudged --within 11 --format tsv
check "within 11 %: as TSV" same "$(row speed art_arena_key hit verdict)" "faster, within 11 %"
compares "not asked for" steady nudged
check "not asked for: not said" lacks out "within 3"
for percent in 0 51 -1 x ''; do
  refused "a margin of '$percent'" "--within '$percent' is not a number above 0 and up to 50" steady nudged --within "$percent"
done

# ---- what differs ----

for key in compiler c_args glib cpu caches thp order values seed turns LD_PRELOAD sha256 \
  malloc kernel_of_tomorrow; do
  made_up other "$plain" 1e6 "$key=quite another"
  compares "another $key" before other
  was=$(sed -n "s/^$key=//p" before/env.txt)
  check "another $key: says so" has out "DIFFERENT: $key: $([ -n "$was" ] || grep -q "^$key=" before/env.txt || echo unknown)$was in A, quite another in B."
  check "another $key: and no more" same "$(grep -c DIFFERENT out)" 1
done
for key in revision host start rounds timeout_s memory_mb ram_bytes dataset; do
  made_up other "$plain" 1e6 "$key=9"
  compares "another $key" before other
  check "another $key: does not matter" lacks out DIFFERENT
done
made_up other "$plain" 1e6 variants=art_arena_prefix,art_boxed,glib_tree workloads=hit,scan,delete
compares "others in it" before other
check "others in it: only in A" has out "Only in A, and left out: art_arena_key, insert, miss."
check "others in it: only in B" has out "Only in B, and left out: art_arena_prefix."
check "others in it: what is in both" same "$(awk '$1 ~ /^art_/ && $NF ~ /resolved|er$/ { print $1, $2 }' out | xargs)" \
  "art_boxed hit art_boxed scan art_boxed delete"
made_up other "(v ~ /^art_boxed/ ? 2 : 1) * $noise" 1e6 reference=art_boxed
compares "another reference" before other --format tsv
check "another reference: that of A" same "$(row speed art_boxed hit verdict)" unresolved
run before other
check "another reference: says so" has out "The reference of A was glib_tree, and that of B art_boxed; here all ratios are to glib_tree."
made_up without "$plain" 1e6 variants=art_boxed,art_arena_key reference=art_boxed
compares "one that A has not as its own" before without
check "that of B is in both" has out "here all ratios are to art_boxed."

# ---- not whole ----

cp -r after torn.partial
sed -i '/^end=/d; /^outcome=/d' torn.partial/env.txt
head -c -9 torn.partial/raw.tsv >cut && mv cut torn.partial/raw.tsv
compares "one that has not ended" before torn
check "one that has not ended: says so" matches out "^B: torn.partial, .*, 9 rounds; it has not ended; its last row was cut off and is left out.$"
check "one that has not ended: figures" matches out "^art_boxed +hit .*, faster$"
made_up few "$plain" 1e6 rounds=3
compares "3 rounds" few few --format tsv
check "3 rounds have no interval" same \
  "$(row speed art_boxed hit change change_lo change_hi rounds_a verdict)" "1.000000 - - 3 unresolved"
run few few
check "3 rounds: on the terminal" matches out "^art_boxed +hit +([0-9.]+) +\1 +1.000 +unresolved$"
check "3 rounds: says why" has out "No change has an interval: the rounds are too few"
made_up few "$plain" 1e6 rounds=4
compares "4 rounds" few few --format tsv
check "4 rounds have one" same "$(row speed art_boxed hit change_lo change_hi rounds_b verdict |
  awk '{ print ($1 > 0.8 && $1 < 1), ($2 > 1 && $2 < 1.25), $3, $4 }')" "1 1 4 unresolved"
run few before
check "few and many rounds" matches out "^A: few, .*, 4 rounds.$"
cp -r after failed
awk -F'\t' -v OFS='\t' '$1 == 3 && $3 == "art_boxed" && $6 == "process" { $7 = $8 = "-"; $9 = "crashed: signal 11" } 1' \
  after/raw.tsv >failed/raw.tsv
compares "one that failed" before failed
check "one that failed: no bytes" matches out "^art_boxed +RSS +4100096 +- +- +-$"
check "one that failed: no ratio" matches out "^art_boxed +hit +[12][.][0-9]{3} +- +- +-$"
check "one that failed: says so" has out "In B: FAILED: art_boxed: crashed: signal 11."

# ---- what cannot be compared ----

refused "one directory" "needs two directories" before
refused "two variants of two runs" "--to BASE needs one directory" before after --of art_boxed --to glib_tree
refused "one variant" "--of and --to go together" before --of art_boxed
refused "instructions of two runs" "--instructions with them" before after --instructions x
refused "three directories" "needs two directories" before after after
refused "no such directory" "nosuch: no such directory" before nosuch
refused "an unknown format" "--format 'html' is not known" before after --format html
made_up other "$plain" 1e6 fingerprint=00000000cafe
refused "other keys" "before and other: they are about different keys" before other
sed -i /^fingerprint=/d other/env.txt
refused "unknown keys" "one does not say which keys it is about" before other
refused "unknown keys, twice" "one does not say which keys it is about" other other
made_up other "$plain" 1e6 variants=glib_hash,art_arena_prefix reference=glib_hash
refused "no variant" "they have no variant in common" before other
made_up other "$plain" 1e6 variants=art_boxed,glib_hash reference=glib_hash
refused "no reference" "they have no reference in common" before other
made_up other "$plain" 1e6 variants=art_boxed reference=none
refused "no reference at all" "they have no reference in common" other other
made_up other "$plain" 1e6
awk -F'\t' -v OFS='\t' '$3 == "glib_tree" && $6 == "process" { $7 = $8 = "-"; $9 = "timed out" } 1' \
  other/raw.tsv >rows && mv rows other/raw.tsv
refused "a reference that failed" "they have no reference in common" before other
head -1 before/raw.tsv >other/raw.tsv
refused "no rows" "one has no rows yet" before other
printf 'round%sx\n' "$tab" >other/raw.tsv
refused "another header" "other/raw.tsv:1: is not the header of raw.tsv" before other
cut -f1-9 before/raw.tsv >other/raw.tsv
refused "an earlier program's rows" \
  "other/raw.tsv:1: written by an earlier artbench, revision abc1234, whose rows have no host; use that revision" before other
check "an earlier program's rows: no other remedy" lacks err "put the file back"
for cut in 'round\tposit' 'position\tround' ''; do
  printf "$cut\n" >other/raw.tsv
  refused "a header that never was, '$cut'" "other/raw.tsv:1: is not the header of raw.tsv; put the file back" before other
done
cp before/raw.tsv other/raw.tsv
echo "x" >>other/raw.tsv
refused "no row" "other/raw.tsv:$(wc -l <other/raw.tsv): is not a row" before other
rm other/raw.tsv
refused "no rows' file" "other: has no raw.tsv" before other
run --help
check "help: the exit status" has out "Exit status: 0 compared"
"$artbench" compare before after >/dev/full 2>err
check "a full disk: status" same $? 2

# ---- rows that were measured ----

"$artbench" gen --keys 300 --output keys.txt
for name in one two; do
  "$artbench" run --data keys.txt --rounds 1 --variants glib_hash,glib_tree --results measured.$name >/dev/null 2>&1
done
compares "measured runs" measured.one measured.two
check "measured runs: bytes" matches out "^glib_hash +RSS +[0-9]+ +[0-9]+ "
# A sanitizer has no heap to tell of.
check "measured runs: heap to the byte" same "$(awk '$2 == "heap" && $5 != 0' out)" ""
check "measured runs: the same environment" lacks out DIFFERENT

finish
