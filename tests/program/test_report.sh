#!/usr/bin/env bash
# What tables, page and pictures say of a run that is noisy, and of a machine that ran at
# two speeds: on rows nobody measured.
# Usage: test_report.sh ARTBENCH SOURCE_ROOT. Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../kit/made_up.sh"

artbench=$(realpath -- "${1:?usage: test_report.sh ARTBENCH SOURCE_ROOT}")
root=$(realpath -- "${2:?}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
cd "$temp" || exit 1
tab=$'\t'

# gnuplot draws the same, whatever artbench was built with.
draws() { ! sanitized "$artbench" && command -v gnuplot >/dev/null; }

# Everything that is made of the rows of DIR: what the terminal shows in DIR.out, table.md,
# summary.tsv and the pictures in DIR.all, the page in DIR.
derive() { # DIR [pictures]
  check "$1: the table" "$artbench" merge "$1" --results "$1.all" >"$1.out"
  check "$1: the page" "$artbench" report "$1"
  if [ -n "${2-}" ] && draws; then
    check "$1: the pictures" "$root/scripts/plot.sh" "$1.all"
  fi
}
pictures() { find "$1.all" -name '*.svg' | sort; }

# cell FILE VARIANT COLUMN: of the table `| variant | ...` in a Markdown file that has
# this column first.
cell() {
  awk -F' *[|] *' -v v="$2" -v c="$3" '
    $2 == "variant" { at = 0; for (i = 2; i < NF; i++) if ($i == c) at = i }
    $2 == v && at { print $at; exit }' "$1"
}

# ---- A:A ----

# The reference's second run is as fast but in these workloads; noise is the same both
# ways, so that the median is what is said.
again() { echo "v ~ /again/ ? ($1) * (r % 2 ? 1 : 1 + (r - 5) / 100) : v ~ /^glib/ ? 1 : 2"; }

noisy() { # NAME WORST-PER-CENT WORDS-OF-THE-NOTE
  local file
  derive "$1" pictures
  check "$1: on the terminal" has "$1.out" "NOISY: glib_tree against itself (A:A): the median of the in-round ratios of a workload should be 1, and is off by more than 2 % in: $3. "
  check "$1: in the table, on the terminal" matches "$1.out" "^glib_tree .* 1 \(NOISY: A:A off by $2 %\)  1000/1000$"
  check "$1: in table.md" same "$(cell "$1.all/table.md" glib_tree 'hit vs glib_tree')" "1 (NOISY: A:A off by $2 %)"
  check "$1: below it" has "$1.all/table.md" "* NOISY: glib_tree against itself"
  for file in "$1/report.md" "$1.all/report.md"; do
    check "$1: $file, the table" has "$file" "1 (NOISY: A:A off by $2 %)"
    check "$1: $file, as a warning" has "$file" "**NOISY: glib_tree against itself"
  done
  check "$1: the page" has "$1/report.html" '<p class="warning">NOISY: glib_tree against itself'
  check "$1: the page's table" has "$1/report.html" "<td>1 (NOISY: A:A off by $2 %)</td>"
  check "$1: in summary.tsv" same "$(tail -n +2 "$1.all/summary.tsv" | cut -f12 | sort -u |
    awk '{ printf "%.1f", 100 * $1 }')" "$2"
  while IFS= read -r file; do
    check "$1: in ${file##*/}" has "$file" "NOISY RUN: the reference against itself is off by $2 %"
  done < <(pictures "$1")
}
quiet() { # NAME [pictures]
  local file
  derive "$@"
  for file in "$1.out" "$1/report.md" "$1/report.html" "$1.all/table.md" $(pictures "$1"); do
    check "$1: not in $file" lacks "$file" NOISY
  done
}

made_up slow "$(again 'w == "hit" ? 0.964 : 1')" 1e6
noisy slow 3.6 "hit 0.964"
check "the ratios' table has the mark where it belongs" same \
  "$(awk '/^## Speed against/,/^## Speed$/' slow/report.md | grep '^| glib_tree ')" \
  "| glib_tree | 1 (A:A 1.000) | 1 (A:A 0.964 NOISY) | 1 (A:A 1.000) | 1 (A:A 1.000) | 1 (A:A 1.000) |"
check "the others are named too" has slow.out \
  "A:A, glib_tree against itself, median in-round ratios: insert 1.000, miss 1.000, scan 1.000, delete 1.000."
! draws || check "there are pictures" test "$(pictures slow | wc -l)" -ge 4

# The page says how it gets its pictures, as long as it has none.
hint="No pictures: scripts/plot.sh DIR draws them"
check "a page without pictures says so" has slow/report.html "$hint"
check "the page in Markdown never has any" lacks slow/report.md "$hint"
if draws; then
  check "before artbench report: says so" has slow.all/report.html "$hint"
  check "artbench report" "$artbench" report slow.all
  check "it takes in the pictures" same "$(grep -o '<svg role="img"' slow.all/report.html | wc -l)" \
    "$(pictures slow | wc -l)"
  check "a page with pictures" lacks slow.all/report.html "$hint"
fi

# Any workload makes the run noisy, one that is not in the short table as well.
made_up fast "$(again 'w == "scan" ? 1.05 : w == "miss" ? 1.021 : 1')" 1e6
noisy fast 5.0 "miss 1.021, scan 1.050"
check "hit itself was not" has fast.out "insert 1.000, hit 1.000, delete 1.000"

# The bound: over 2 %. The picture and the note agree. (For a sanitizer it is the same code.)
if ! sanitized "$artbench"; then
  made_up just "$(again 'w == "hit" ? 1.02001 : 1')" 1e6
  noisy just 2.0 "hit 1.020"
  made_up within "$(again 'w == "hit" ? 1.01999 : w == "miss" ? 0.9801 : 1')" 1e6
  quiet within pictures
  check "within: in the table" same "$(cell within.all/table.md glib_tree 'hit vs glib_tree')" "1 (A:A 1.020)"
fi

# It is the median that counts: two rounds of nine that are far off are not noise.
made_up outlier 'v ~ /again/ && r < 3 ? 3 : 1' 1e6
quiet outlier
made_up without "2" 1e6 reference=none
quiet without
check "no reference: no A:A" lacks without.out "A:A"

# A run whose table is for programs says so on the terminal all the same.
"$artbench" gen --keys 300 --output keys.txt
export ARTBENCH_REVISION=v1
"$artbench" run --data keys.txt --rounds 6 --variants glib_tree --format tsv --results run >/dev/null 2>&1
mv run run.partial
awk -F'\t' -v OFS='\t' '$6 == "seconds" || $6 == "cpu_seconds" { $7 = $3 ~ /again/ ? 1.1 : 1 } 1' \
  run.partial/raw.tsv >rows && mv rows run.partial/raw.tsv
"$artbench" run --resume run >out 2>err
check "tsv: status" same $? 0
check "tsv: one line a variant" same "$(wc -l <out)" 2
check "tsv: noisy, on the terminal" has err "artbench: NOISY: glib_tree against itself (A:A)"
check "tsv: nothing but warnings" lacks err "artbench: A:A"

# ---- two speeds ----

# Rounds 2, 5 and 8 at 0.7 of the speed, in which art_boxed loses its advantage.
slow='(r % 3 == 2)'
made_up two "($slow ? 0.7 : 1) * (1 + r / 1000) * (v == \"art_boxed\" ? ($slow ? 1.1 : 1.5) :
  v == \"art_arena_key\" ? 2 : 1)" 1e6
derive two
for file in two.out two.all/table.md two/report.md two/report.html; do
  check "$file: says so" has "$file" \
    "The machine ran at two speeds: 3 rounds at 0.70 of its median speed, 6 at 1.00."
done
for file in two.all/table.md two/report.md; do
  check "$file: ratios together" same "$(cell $file art_boxed 'hit vs glib_tree')" "1.50 (1.10..1.50)"
  check "$file: ratios of the slow rounds" has $file "| art_boxed, slow | 1.10 (1.10..1.10) | 1.10 (1.10..1.10) |"
  check "$file: ratios of the fast rounds" has $file "| art_boxed, fast | 1.50 (1.50..1.50) | 1.50 (1.50..1.50) |"
  check "$file: A:A in both" same "$(grep -c '^| glib_tree, \(slow\|fast\) | 1 (A:A 1.000) |' $file)" 2
  check "$file: speeds of the slow rounds" same "$(grep -o '^| art_arena_key, slow | 1\.41[^|]*' $file)" \
    "| art_arena_key, slow | 1.41 ±0.3 %, 1.40 to 1.41 "
  check "$file: speeds of the fast rounds" same "$(grep -o '^| art_arena_key, fast | 2\.01[^|]*' $file)" \
    "| art_arena_key, fast | 2.01 ±0.2 %, 2.00 to 2.02 "
done
check "the terminal: ratios" matches two.out "^art_boxed, slow +1.10 \\(1.10..1.10\\) +1.10 \\(1.10..1.10\\)"
check "the terminal: speeds" matches two.out "^art_boxed, fast +1.51 ±0.2 %, 1.50 to 1.51"
check "the terminal: columns in line" same "$(grep -A 8 '^Speed, millions' two.out | tail -6 |
  LC_ALL=C.UTF-8 awk '{ print index($0, "±") }' | sort -u | wc -l)" 1
check "the page: both" same "$(grep -c '<td>art_boxed, \(slow\|fast\)</td>\|>art_boxed, \(slow\|fast\)<' two/report.html)" 4
made_up one "(1 + r / 1000) * (v == \"art_boxed\" ? 1.5 : 1)" 1e6
derive one
for file in one.out one.all/table.md one/report.md one/report.html; do
  check "$file: one speed" lacks "$file" "two speeds"
  check "$file: nothing apart" lacks "$file" ", slow"
done

# ---- the first sentences: of whom they speak ----

# says NAME SENTENCES VARIANTS SPEED BYTES [KEY=VALUE]...: a run of these has them first.
# Each contestant's RSS is BYTES, an awk expression of its name v, for 1,000 keys.
verdict() { sed -n 3p "$1/report.md"; }
says() {
  local name=$1 text=$2 variants=$3 speed=$4 bytes=$5
  shift 5
  made_up "$name" "$speed" "$bytes" rounds=6 "variants=$variants" "$@"
  [ ! -e "$name.rows" ] || cat "$name.rows" >>"$name/raw.tsv"
  check "$name: the page" "$artbench" report "$name"
  check "$name: what it says first" same "$(verdict "$name")" "$text"
}
twice='v ~ /^glib_tree/ ? 1 : 2'
faster='finds keys 2.00 times as fast as glib_tree (95 % interval 2.00..2.00, 6 rounds).'
says all "Of the 3 measured, page_front takes the fewest bytes per key, 30.8 by RSS, 31 % of what glib_tree takes. page_front $faster" \
  art_boxed,page_front,glib_tree "$twice" 'v == "page_front" ? 30800 : 1e5'
says static "Of the 3 that can be changed, page_front takes the fewest bytes per key, 30.8 by RSS, 31 % of what glib_tree takes. Built once and not changed after that, frozen_front takes less, 18.7. page_front $faster" \
  art_boxed,page_front,frozen_front,glib_tree "$twice" \
  'v == "page_front" ? 30800 : v == "frozen_front" ? 18700 : 1e5'
says larger "Of the 2 that can be changed, page_front takes the fewest bytes per key, 30.8 by RSS, 31 % of what glib_tree takes. page_front $faster" \
  page_front,frozen_front,glib_tree "$twice" 'v == "page_front" ? 30800 : 1e5'
says in_bulk "Of the 2 measured, hybrid_front (loaded in bulk) takes the fewest bytes per key, 18.8 by RSS, 19 % of what glib_tree takes. hybrid_front $faster" \
  hybrid_front,glib_tree "$twice" 'v ~ /^glib/ ? 1e7 : 188e4' keys=100000
says only_static "frozen_front takes 18.7 bytes per key by RSS. Speeds were held against no reference." \
  frozen_front 2 18700 reference=none
says unordered "Of the 3 measured, glib_hash (no order of keys) takes the fewest bytes per key, 20.0 by RSS, 20 % of what glib_tree takes. Of the 2 that keep keys in order, art_boxed takes the fewest, 90.0. glib_hash $faster" \
  art_boxed,glib_tree,glib_hash "$twice" 'v == "glib_hash" ? 20000 : v == "art_boxed" ? 90000 : 1e5'
says no_other "Of the 2 measured, glib_hash (no order of keys) takes the fewest bytes per key, 20.0 by RSS, 20 % of what glib_tree takes. The only one that keeps keys in order is glib_tree, 100.0. glib_hash $faster" \
  glib_tree,glib_hash "$twice" 'v == "glib_hash" ? 20000 : 1e5'
says tied "Of the 3 measured, art_boxed and page_front take the fewest bytes per key, 30.8 by RSS each. art_boxed $faster page_front $faster" \
  art_boxed,page_front,glib_tree "$twice" 'v == "page_front" ? 30801 : v == "art_boxed" ? 30799 : 1e5'
says itself "Of the 2 measured, glib_tree takes the fewest bytes per key, 10.0 by RSS. Speeds are held against glib_tree." \
  art_boxed,glib_tree "$twice" 'v == "glib_tree" ? 10000 : 1e5'
says alone "art_boxed takes 100.0 bytes per key by RSS. Speeds were held against no reference." \
  art_boxed,null_index 2 'v == "null_index" ? 0 : 1e5' reference=none
says untimed "Of the 2 measured, art_boxed takes the fewest bytes per key, 90.0 by RSS, 90 % of what glib_tree takes. Lookups were not timed." \
  art_boxed,glib_tree "$twice" 'v == "art_boxed" ? 90000 : 1e5' workloads=insert,scan
says doubtful "Of the 2 measured, art_boxed takes the fewest bytes per key, 90.0 by RSS, 90 % of what glib_tree takes. Whether art_boxed finds keys faster than glib_tree is unresolved: the ratio is 1.01, its 95 % interval 0.99..1.04 (6 rounds)." \
  art_boxed,glib_tree 'v ~ /^glib/ ? 1 : 0.98 + r / 100' 'v == "art_boxed" ? 90000 : 1e5'
says hasty "Of the 2 measured, art_boxed takes the fewest bytes per key, 90.0 by RSS, 90 % of what glib_tree takes. Whether art_boxed finds keys faster than glib_tree is unresolved: the ratio is 2.00, and the rounds are too few for an interval." \
  art_boxed,glib_tree "$twice" 'v == "art_boxed" ? 90000 : 1e5' rounds=2
says slower "Of the 2 measured, art_boxed takes the fewest bytes per key, 90.0 by RSS, 90 % of what glib_tree takes. art_boxed finds keys 0.50 times as fast as glib_tree (95 % interval 0.50..0.50, 6 rounds)." \
  art_boxed,glib_tree 'v ~ /^glib/ ? 2 : 1' 'v == "art_boxed" ? 90000 : 1e5'
echo "1${tab}1${tab}page_front${tab}speed${tab}-${tab}-${tab}nan${tab}-${tab}crashed: signal 11${tab}here" >failed.rows
says failed "Of the 2 measured, art_boxed takes the fewest bytes per key, 90.0 by RSS, 90 % of what glib_tree takes. art_boxed $faster" \
  art_boxed,page_front,glib_tree "$twice" 'v == "page_front" ? 1000 : v == "art_boxed" ? 90000 : 1e5'
says plugin "Of the 3 measured, mine (a plug-in) takes the fewest bytes per key, 5.0 by RSS, 5 % of what glib_tree takes. mine $faster" \
  art_boxed,glib_tree,mine "$twice" 'v == "mine" ? 5000 : 1e5' plugin.mine.{file=./mine.so,sha256=0123,name=mine,label=mine,family=list,kinds=-,caps=1,max_key=65535} \
  'plugin.mine.functions=put get del scan memory'
says plugin_static "Of the 2 that can be changed, art_boxed takes the fewest bytes per key, 90.0 by RSS, 90 % of what glib_tree takes. Built once and not changed after that, mine (its keys not counted, a plug-in) takes less, 5.0. art_boxed $faster" \
  art_boxed,glib_tree,mine "$twice" 'v == "mine" ? 5000 : v == "art_boxed" ? 90000 : 1e5' plugin.mine.{file=./mine.so,sha256=0123,name=mine,label=mine,family=list,kinds=-,caps=17,max_key=65535} \
  'plugin.mine.functions=build get scan memory'
check "a plug-in that is built once: is said below, too" has plugin_static/report.md \
  "* mine: built at once from all keys in their order, and not changed after that."
says gone "Of the 3 measured, gone_trie takes the fewest bytes per key, 5.0 by RSS, 5 % of what glib_tree takes. gone_trie $faster" \
  art_boxed,glib_tree,gone_trie "$twice" 'v == "gone_trie" ? 5000 : 1e5'
check "one of another program: is said below" has gone/report.md \
  "* gone_trie: not in this program, which has its name and figures alone."
says gone_untold "Of the 2 measured, art_boxed takes the fewest bytes per key, 90.0 by RSS, 90 % of what glib_tree takes. art_boxed $faster" \
  art_boxed,glib_tree,gone_trie "$twice" 'v == "gone_trie" ? 5000 : v == "art_boxed" ? 90000 : 1e5' workloads=hit
# What loses stands in a paragraph of its own, which most runs have not.
lost() { sed -n 5p "$1/report.md"; }
loses() { # NAME SENTENCES VARIANTS BYTES [KEY=VALUE]...
  local name=$1 text=$2 variants=$3 bytes=$4
  shift 4
  made_up "$name" "$twice" "$bytes" rounds=1 "variants=$variants" "$@"
  check "$name: the page" "$artbench" report "$name"
  check "$name: what loses" same "$(lost "$name")" "$text"
}
for name in all static unordered tied itself untimed; do
  check "$name: nothing loses that is a rung" same "$(lost $name | grep -c 'rung F1\|What is no rung')" \
    "$([ $name = unordered ] || [ $name = itself ] && echo 1 || echo 0)"
done
ladder=art_boxed,page_front,page_fsst,page_for,frozen_front,hybrid_front
words='v == "art_boxed" ? 86100 : v == "page_front" ? 13500 : v ~ /^page/ ? 14600 : v == "marisa_trie" ? 10900 : v == "frozen_front" ? 12600 : 12700'
loses words "Not every rung takes at most what those below it do: page_fsst (rung 7) takes 14.6 bytes per key, page_front (rung 6) 13.5; page_for (rung 8) takes 14.6 bytes per key, page_front (rung 6) 13.5. What is no rung takes less than every rung that was measured, of which frozen_front takes the fewest, 12.6 bytes per key: marisa_trie (no order of keys), built once, 10.9." \
  "$ladder,marisa_trie" "$words" reference=none
loses between "## The table" art_boxed,page_front,frozen_front,hybrid_front,marisa_trie \
  'v == "art_boxed" ? 5e4 : v == "page_front" ? 3e4 : v == "frozen_front" ? 18700 : v == "hybrid_front" ? 18800 : 20800' reference=none
loses as_small "## The table" art_boxed,page_front,marisa_trie 'v == "art_boxed" ? 9e4 : v == "page_front" ? 20840 : 20800' reference=none
loses last "Not every rung takes at most what those below it do: frozen_front (rung F1) takes 20.0 bytes per key, page_front (rung 6) 19.0." \
  page_front,frozen_front,marisa_trie 'v == "page_front" ? 19000 : v == "frozen_front" ? 2e4 : 3e4' reference=none
loses ablation "What is no rung takes less than every rung that was measured, of which art_arena_prefix takes the fewest, 20.0 bytes per key: glib_hash (no order of keys) 15.0." \
  art_arena_prefix,art_no_simd,page_no_simd,glib_hash 'v == "art_arena_prefix" ? 2e4 : v == "art_no_simd" ? 3e4 : v == "glib_hash" ? 15e3 : 1e4' reference=none
loses borrowing "## The table" art_boxed,mine 'v == "mine" ? 1e4 : 2e4' reference=none plugin.mine.{file=./mine.so,sha256=0123,name=mine,label=mine,family=list,kinds=-,caps=17,max_key=65535} \
  'plugin.mine.functions=put get scan memory'
loses two_others "What is no rung takes less than every rung that was measured, of which art_boxed takes the fewest, 20.0 bytes per key: glib_hash (no order of keys) 10.0, mine (a plug-in) 5.0." \
  art_boxed,art_arena_key,glib_hash,glib_tree,mine 'v == "mine" ? 5e3 : v == "glib_hash" ? 1e4 : v == "art_boxed" ? 2e4 : v == "art_arena_key" ? 2e4 : 9e4' reference=none plugin.mine.{file=./mine.so,sha256=0123,name=mine,label=mine,family=list,kinds=-,caps=1,max_key=65535} \
  'plugin.mine.functions=put get scan memory'
loses no_rungs "## The table" glib_hash,glib_tree 'v == "glib_hash" ? 1e4 : 2e4' reference=none

made_up no_rss "$twice" 'm == "rss" ? 9 : 1000' rounds=6
sed -i "s/^\(.*\tmemory\tload\t\)rss\t9\tbytes/\1no_rss\t1\tflag/; /\trss\t/d" no_rss/raw.tsv
check "no RSS: the page" "$artbench" report no_rss
check "no RSS: first of all" same "$(verdict no_rss)" "No resident memory was measured, so that none is named the smallest."
check "no RSS: it is said" has no_rss/report.md "**INCOMPLETE: /proc/self/smaps_rollup could not be read, and so there is no RSS of art_boxed, art_arena_key, glib_tree. Heap, exact and speeds do not need it.**"
check "no RSS: the rest stays" has no_rss/report.md "| art_boxed | - | - | - | 1.0 | 1.0 | 2.00 | 2.00 | 2.00 | 2.00 | 2.00 | 2.00 (2.00..2.00) | 1000/1000 |"

# ---- above the floor ----

# A run of before the floor was counted has no column for people, and '-' for programs.
above() { # DIR VARIANT: for programs
  awk -F'\t' -v v="$2" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    $1 == v { print $at["above_bpk"] }' "$1.all/summary.tsv"
}
bytes_of='v == "art_boxed" ? 30800 : v == "glib_tree" ? 125600 : 9e3'
all_four=art_boxed,marisa_trie,null_index,glib_tree
made_up no_floor "$twice" "$bytes_of" rounds=1 "variants=$all_four"
derive no_floor
check "no floor: no column" same "$(cell no_floor/report.md art_boxed 'above floor')" ""
check "no floor: for programs" same "$(above no_floor art_boxed)" -
check "no floor: no word about it" same "$(grep -ic 'above floor' no_floor.out)" 0
made_up floor "$twice" "$bytes_of" rounds=1 "variants=$all_four" floor=11.080
derive floor
check "above the floor" same "$(cell floor/report.md art_boxed 'above floor')" 11.7
check "below it" same "$(cell floor/report.md marisa_trie 'above floor')" -10.1
check "of one that holds nothing" same "$(cell floor/report.md null_index 'above floor')" -
check "above the floor: for programs" same "$(above floor glib_tree)" 106.52
check "above the floor: in the table of memory, too" same "$(grep -c '^| variant .* above floor ' floor/report.md)" 2
for file in floor.out floor/report.md floor/report.html; do
  check "above the floor: $file says what it is" has $file "Above floor: RSS B/key beyond 19.1, which is 11.1 for the keys, front-coded at their entropy, and 8 for a value."
done
made_up floor_rank "$twice" "$bytes_of" rounds=1 "variants=$all_four" floor=11.080 values=rank
derive floor_rank
check "row numbers take nothing" same "$(cell floor_rank/report.md art_boxed 'above floor')" 19.7
check "row numbers: is said" has floor_rank.out "beyond 11.1, which is 11.1 for the keys, front-coded at their entropy, and nothing for a row number, which their order tells."
made_up borrowed "$twice" "$bytes_of" rounds=1 floor=1 variants=art_boxed,mine,glib_tree plugin.mine.{file=./mine.so,sha256=0123,name=mine,label=mine,family=list,kinds=-,caps=17,max_key=65535} \
  'plugin.mine.functions=put get scan memory'
derive borrowed
check "of one whose bytes leave out the keys" same "$(cell borrowed/report.md mine 'above floor')" -

# ---- ratios to another than it was measured with ----

made_up other "v ~ /^glib/ ? 1 : v == \"art_boxed\" ? 2 : 3" 1e6 rounds=6 until_resolved=0.05 stopped=resolved widest=0.01
check "another reference: the page" "$artbench" report other --reference art_boxed
check "another reference: another page" test -s other/report.art_boxed.html -a ! -e other/report.md
check "another reference: the ratio" same "$(cell other/report.art_boxed.md art_arena_key 'hit vs art_boxed')" "1.50 (1.50..1.50)"
check "another reference: the run's own beside it" same "$(cell other/report.art_boxed.md glib_tree 'hit vs art_boxed')" "0.50 (0.50..0.50)"
check "another reference: whose A:A" has other/report.art_boxed.md \
  "A:A is of glib_tree, which alone ran twice in each round."
check "another reference: A:A" has other/report.art_boxed.md "A:A, glib_tree against itself"
check "another reference: nothing was resolved for it" lacks other/report.art_boxed.md "Resolved after"
check "its own: is so" "$artbench" report other
check "its own: no word of another" lacks other/report.md "was measured with"
made_up unheld 2 1e6 reference=none
check "no reference, another: the page" "$artbench" report unheld --reference glib_tree
check "no reference, another: no A:A" has unheld/report.glib_tree.md "so that there is no A:A."
"$artbench" report other --reference page_front 2>err
check "one that was not measured: status" same $? 2
check "one that was not measured: says so" has err "other: --reference 'page_front' was not measured; name one of: art_boxed, art_arena_key, glib_tree"

# ---- what the claim is about ----

claimed() { # NAME KEY=VALUE...
  made_up "$@" 2>/dev/null
  derive "$1"
}
on_claims_keys() { claimed "$1" "$twice" 1e8 rounds=1 workloads=hit keys=966956 "${@:2}"; }
urls=69d856e7b71b3883
on_claims_keys urls fingerprint=$urls
on_claims_keys original dataset=original
on_claims_keys old fingerprint= sha256=a12a1ed099d6064f96ec93670bf4f18dce379ff9dcccdbbfe51b232b77ed3b55
for run in urls original old; do
  check "$run: the claim, in the table" same "$(cell $run/report.md art_boxed 'claimed B/key')" 145
  check "$run: the claim, below it" has $run.out "Claimed, by MemKV's README"
  check "$run: for programs" matches $run.all/summary.tsv "^art_boxed.*${tab}145${tab}"
done
on_claims_keys named dataset=urls967k
on_claims_keys sampled fingerprint=$urls keys=96695
for run in named sampled all; do
  [ $run != all ] || derive all
  for file in $run.out $run/report.md $run/report.html $run.all/table.md; do
    check "other keys: $file" same "$(grep -ic claim $file)" 0
  done
  check "other keys, $run: no figure for programs" lacks $run.all/summary.tsv "${tab}145${tab}"
done

# ---- intervals that include 1 ----

for file in doubtful/report.md; do
  check "unresolved: its interval" same "$(cell $file art_boxed 'hit vs glib_tree')" "1.01 (0.99..1.04) ?"
done
check "unresolved: grey on the page" has doubtful/report.html '<td class="faint">1.01 (0.99..1.04) ?</td>'
check "unresolved: the mark is explained" has doubtful/report.md "'?': unresolved, the interval includes 1, or there is none."
check "resolved: no mark" same "$(cell slower/report.md art_boxed 'hit vs glib_tree')" "0.50 (0.50..0.50)"
check "no interval" same "$(cell hasty/report.md art_boxed 'hit vs glib_tree')" "2.00 (-) ?"

# ---- other sentences ----

made_up loose "$twice" 1e5 rounds=1 variants=glib_hash,mine reference=none plugin.mine.{name=mine,label=mine,family=hash,kinds=-,caps=0,max_key=9} \
  'plugin.mine.functions=put get del scan memory'
derive loose
check "who is scanned in no order: there is nobody else" has loose.out "mine: scanned in no order."
for file in loose.out loose/report.md loose/report.html; do
  check "no reference: nothing is held against it in $file" same "$(grep -c ' vs \|against the reference' $file)" 0
done
made_up unasked "$twice" 1e5 rounds=1 workloads=insert
derive unasked
check "hit was not asked for" has unasked.out "vs glib_tree: RSS against it."
made_up two_of_nine "$twice" 1e5
sed -i "/^[3-9]\t.*\tmemory\t/d" two_of_nine/raw.tsv
derive two_of_nine
check "bytes of fewer rounds" has two_of_nine.out "median of 9 rounds. Bytes: of 2 of them."
made_up nothing_to 2 1e5 rounds=6 reference=none until_resolved=0.03 stopped=resolved widest=none
derive nothing_to
check "no ratio to resolve" has nothing_to.out "There was no ratio to resolve in 6 rounds."
made_up few_rounds "$twice" 1e5 rounds=3 until_resolved=0.03 stopped=rounds widest=0.01
derive few_rounds
check "narrow by chance" has few_rounds.out "Too few to be sure in 3 rounds, the most it may have: the widest interval is 1.0 % of its ratio, and 3 % was asked for."

# ---- median, MdAPE, minimum ----

made_up spread 'v == "art_boxed" ? (r == 1 ? 1.2 : r == 2 ? 3.1 : r < 5 ? 1.9 : r < 7 ? 2.1 : 2) : 1' 1e6
derive spread
for file in spread/report.md spread/report.html; do
  check "$file: median, MdAPE, minimum and maximum" has $file "2.00 ±5.0 %, 1.20 to 3.10"
  check "$file: says which is which" has $file "the median of the rounds, by how much a round is off it in the middle (MdAPE), and the minimum and the maximum."
done
check "summary.tsv: median, minimum, maximum, MdAPE" same \
  "$(awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    $1 == "art_boxed" { print $at["hit_mops"], $at["hit_min"], $at["hit_max"], $at["hit_mdape"] }' spread.all/summary.tsv)" \
  "2.0000 1.2000 3.1000 0.0500"

# ---- the bridge ----

more_rows() { # DIR JOB WORKLOAD METRIC=BYTES...: of art_boxed, the same in each round
  awk -v job="$2" -v workload="$3" -v figures="${*:4}" -v OFS='\t' 'BEGIN {
    n = split(figures, figure, " ")
    for (r = 1; r <= 9; r++) for (i = 1; i <= n; i++) {
      split(figure[i], x, "="); print r, 1, "art_boxed", job, workload, x[1], x[2], "bytes", "ok", "here" } }' \
    >>"$1/raw.tsv"
}

# A residue of 60 bytes, of which malloc's cache explains so many.
for cached in 0 57 59; do
  made_up bridge 2 1e6
  more_rows bridge memory bridge exact=500 rounding=100 metadata=40 page_slack=300 rss=1000 \
    residue=60 $([ $cached = 0 ] || echo cached=$cached)
  check "bridge, $cached: the page" "$artbench" report bridge
  grep '^| art_boxed | 0.50 ' bridge/report.md | cut -d'|' -f7- >bridge.$cached
done
check "malloc's cache: its column" has bridge/report.md "| page slack | malloc's cache | RSS | residue | residue of RSS |"
check "malloc's cache: not known" same "$(<bridge.0)" " - | 1.00 | 0.06 | +6.0 % ! |"
check "malloc's cache: explains most of the residue" same "$(<bridge.57)" " 0.06 | 1.00 | 0.00 | +0.3 % |"
check "malloc's cache: explains all but one" same "$(<bridge.59)" " 0.06 | 1.00 | 0.00 | +0.1 % |"

# ---- so few keys that loading them takes no page ----

made_up few 2 'm == "rss" ? 4096 * (v == "art_arena_key") : 64'
more_rows few churn churn rss_after_{0,1,2,5,10}=0 exact_after_{0,10}=64
more_rows few memory bridge exact=64 rounding=0 metadata=0 page_slack=0 cached=0 rss=0 residue=-64
derive few
check "nothing resident: growth" has few/report.md "| art_boxed | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | - | 0.06 | 0.06 |"
check "nothing resident: the bridge" has few/report.md "| art_boxed | 0.06 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | -0.06 | - |"
for v in art_boxed art_arena_key; do
  check "nothing resident: $v against it" same "$(cell few/report.md $v 'RSS vs glib_tree')" -
done
for file in few.out few/report.md few/report.html few.all/*.{md,tsv}; do
  check "nothing resident: $file" same "$(grep -oiE '.{0,20}\b(nan|inf)\b.{0,9}' $file)" ""
done

# ---- to do it again ----

made_up usual 2 1e6 buildtype=release sanitize=none
check "the usual build: the page" "$artbench" report usual
check "the usual build: no word about it" lacks usual/report.md 'built in another way'
made_up debug 2 1e6 buildtype=debug sanitize=address
check "another build: the page" "$artbench" report debug
check "another build: which" has debug/report.md \
  'It was built in another way than that: buildtype: debug; sanitize: address.'
finish
