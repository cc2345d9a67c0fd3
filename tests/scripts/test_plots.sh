#!/usr/bin/env bash
# scripts/plot.sh on made-up summaries: the pictures hold what the data say, and what
# cannot be drawn is refused in words and leaves no picture.
# Usage: test_plots.sh SOURCE_ROOT. Exit status: 0 passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

root=${1:?usage: test_plots.sh SOURCE_ROOT}
plot=$root/scripts/plot.sh
command -v gnuplot >/dev/null || skip "gnuplot is missing (Debian package gnuplot-nox)"
work=$(mktemp -d) || exit 1
trap 'rm -rf -- "$work"' EXIT
pictures=(headline memory throughput)
tab=$'\t'

well_formed() {
  if command -v xmllint >/dev/null; then
    xmllint --noout "$1"
  elif command -v python3 >/dev/null; then
    python3 -c 'import sys, xml.dom.minidom as d; d.parse(sys.argv[1])' "$1"
  else
    [ "$(grep -c '^</svg>' "$1")" = 1 ]
  fi
}

header() {
  printf 'variant\tlabel\tfamily\tindex\tstatus\tkeys\tkey_bytes\tdataset\trevision\thost'
  printf '\t%s_bpk' rss heap exact inner leaf key slack claimed
  local w
  for w in insert hit miss scan delete; do
    printf "\\t${w}_%s" mops min max ratio ratio_lo ratio_hi
  done
  printf '\tverified\n'
}

# NAME LABEL FAMILY INDEX STATUS "8 bytes/key figures" "5 speeds", - where missing.
row() {
  local figure
  printf '%s\t%s\t%s\t%s\t%s' "${@:1:5}"
  printf '\t966956\t48398434\t%s\tabc1234\ttesthost' "${dataset:-urls967k}"
  for figure in $6; do printf '\t%s' "$figure"; done
  for figure in $7; do
    if [ "$figure" = - ]; then
      printf '\t-\t-\t-\t-\t-\t-'
    else
      awk -v f="$figure" 'BEGIN {
        printf "\t%g\t%g\t%g\t1\t0.98\t1.02", f, f * 0.9, f * 1.05 }'
    fi
  done
  printf '\t966956/966956\n'
}

seven() {
  header
  row art_boxed art_boxed art 0 ok '138 135 133 48 40 45 0 145' '0.9 1.05 1.1 14 0.8'
  row art_arena_key 'art & <keys>' art 1 ok '76 75 74 20 22 31 1 84' '1.1 1.2 1.25 12 0.9'
  row art_new art_new art 2 'crashed: signal 11' '- - - - - - - 68' '- - - - -'
  row null_index null_index floor 3 ok '0 0 0 0 0 0 0 -' '140 123 120 - 130'
  row sorted_array 'sorted {a}^2 "x"' array 4 ok '76 76 75 0 16 50 9 -' '- 0.7 0.73 30 -'
  row glib_tree 'GLib GTree' tree 5 ok '125 123 - - - - - -' '0.43 0.44 0.43 5.6 0.4'
  row glib_hash 'GLib GHashTable' hash 6 ok '89 88 - - - - - -' '1.9 2 1.9 - 1.7'
}

# The folder of a summary read from stdin.
summary() { # NAME
  mkdir -p "$work/$1"
  cat >"$work/$1/summary.tsv"
}

# Three sizes of three variants and the floor; at the largest one of them crashed.
three_sizes() {
  local keys n=0 status
  printf 'keys\tkey_bytes\tvariant\tlabel\tfamily\tindex\tstatus\tdataset\trevision\thost'
  printf '\tnoise\trss_bpk\theap_bpk\texact_bpk\tclaimed_bpk\thit_ns\thit_ns_min\thit_ns_max'
  printf '\tscan_ns\tscan_ns_min\tscan_ns_max\tverified\n'
  for keys in 1000 31623 1000000; do
    n=$((n + 1))
    line() { # VARIANT LABEL FAMILY INDEX STATUS "FIGURES"
      printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\turls967k\tabc1234\ttesthost\t0.0%s' \
        $keys $((keys * 50)) "${@:1:5}" $n
      printf '\t%s' $6
      printf '\t-\n'
    }
    status=ok
    [ $keys != 1000000 ] || status='crashed: signal 11'
    line art_one 'art & <one>' art 0 ok "$((90 / n)) 80 70 68 $((n * 100)) 90 900 20 19 21"
    line null null floor 1 ok '0.1 0 0 - 2 1 3 - - -'
    line tree "tree's" tree 2 ok "$((140 - n)) 130 - - $((n * 200)) 90 900 25 24 26"
    if [ "$status" = ok ]; then
      line bad bad hash 3 ok '99 98 - - 70 60 80 - - -'
    else
      line bad bad hash 3 "$status" '- - - - - - - - - -'
    fi
  done
}

test_sweep() {
  local label
  mkdir -p "$work/sweep"
  three_sizes >"$work/sweep/sweep.tsv"
  check "sweep: plot.sh succeeds" "$plot" "$work/sweep"
  check "sweep: is well-formed" well_formed "$work/sweep/sweep.svg"
  check "sweep: nothing else is left" same "$(find "$work/sweep" -type f | wc -l)" 2
  for label in 'art &amp; &lt;one>' 'tree&#39;s' 'Growth: urls967k, 1,000 to 1,000,000 keys' \
    'RSS, bytes per key' 'hit, ns, log scale' 'scan, ns a key, log scale' 'revision abc1234' \
    '>10k<' 'NOISY RUN: the reference against itself is off by 3.0 %' \
    'Not shown: null. Failed: bad (1000000 keys: crashed: signal 11)'; do
    check "sweep: $label" grep -qF -- "${label//&#39;/\'}" "$work/sweep/sweep.svg"
  done
  check "sweep: a name at each line's end" same \
    "$(grep -cE '<text>(art &amp; &lt;one>|tree.s)</text>' "$work/sweep/sweep.svg")" 6
  mkdir -p "$work/sweep broken"
  three_sizes | sed '3s/urls967k/paths/' >"$work/sweep broken/sweep.tsv"
  refuses 'sweep broken' 2 'sweep.tsv:3: dataset differs'
  three_sizes | sed '3s/\t2\t1\t3/\t2\tfew\t3/' >"$work/sweep broken/sweep.tsv"
  refuses 'sweep broken' 2 'sweep.tsv:3: hit_ns_min is neither a number'
  three_sizes | cut -f2- >"$work/sweep broken/sweep.tsv"
  refuses 'sweep broken' 2 'sweep.tsv:1: the header lacks the column keys'
}

# What raw.tsv alone has: growth while loading, latencies, batches beside the same one by one.
raw_rows() {
  local keys what row round job seconds
  printf 'round\tposition\tvariant\tjob\tworkload\tmetric\tvalue\tunit\tstatus\thost\n'
  for keys in 100 966956; do
    printf '1\t1\tart_boxed\tmemory\tgrow\trss_after_%s\t%s\tbytes\tok\ttesthost\n' \
      $keys $((keys * 120))
  done
  for what in miss hit; do
    for keys in p50:90 p99:1000 p99.9:20000 max:3000000; do
      printf '1\t1\tart_boxed\tlatency\t%s\t%s\t%s\tns\tok\ttesthost\n' \
        $what ${keys%:*} ${keys#*:}
    done
  done
  for row in {1:speed:hit:2,2:speed:hit:4,{1,2}:speed:hit_batch_32:1,1:speed:{hit_batch_8,insert_batch_32}:1}; do
    IFS=: read -r round job what seconds <<<"$row"
    printf '%s\t1\tart_boxed\t%s\t%s\toperations\t1000\toperations\tok\ttesthost\n' "$round" "$job" "$what"
    printf '%s\t1\tart_boxed\t%s\t%s\tseconds\t%s\ts\tok\ttesthost\n' "$round" "$job" "$what" "$seconds"
  done
}

test_raw() {
  local word
  seven | summary raw
  raw_rows >"$work/raw/raw.tsv"
  echo order=sorted >"$work/raw/env.txt"
  check "raw: plot.sh succeeds" "$plot" "$work/raw"
  for word in growth latency; do
    check "raw: $word is well-formed" well_formed "$work/raw/$word.svg"
  done
  check "growth: in the order that the run had" has "$work/raw/growth.svg" 'in sorted order'
  check "growth: what is not there" has "$work/raw/growth.svg" \
    "Not shown: art &amp; &lt;keys> (loaded in bulk), art_new (crashed: signal 11), null_index (the floor)"
  for word in 100 1k 10k 100k 1M; do
    check "latency: a tick at $word" has "$work/raw/latency.svg" "<text>$word</text>"
  done
  check "latency: n/a" same "$(grep -c '<text>n/a</text>' "$work/raw/latency.svg")" 10
  check "latency: in the order of the rows" same \
    "$(grep -oE '<text>(hit|miss)</text>' "$work/raw/latency.svg" | xargs)" \
    '<text>miss</text> <text>hit</text>'
  check "batch: is well-formed" well_formed "$work/raw/batch.svg"
  check "batch: those beside one by one, by their number" same \
    "$(grep -oE '<text>[a-z]+_batch_[0-9]+</text>' "$work/raw/batch.svg" | xargs)" \
    '<text>hit_batch_8</text> <text>hit_batch_32</text>'
  check "batch: a tick at its ratio" has "$work/raw/batch.svg" '<text>4</text>'
}

draws() { # NAME
  local picture
  check "$1: plot.sh succeeds" "$plot" "$work/$1"
  for picture in "${pictures[@]}"; do
    check "$1: $picture is well-formed" well_formed "$work/$1/$picture.svg"
  done
  check "$1: nothing else is left" \
    same "$(find "$work/$1" -mindepth 1 ! -name ratios.svg | wc -l)" 4
}

# NAME STATUS "words of the message" [ENVIRONMENT...]
refuses() {
  local name=$1 status=$2 message=$3 found=0
  shift 3
  env "$@" "$plot" "$work/$name" >"$work/out" 2>"$work/err" || found=$?
  check "$name: exit status" same "$found" "$status"
  check "$name: says why" has "$work/err" "$message"
  check "$name: no picture" same "$(find "$work/$name" -name '*.svg' -o -name '.plots*' 2>/dev/null)" ''
}

test_seven() {
  local picture label
  seven | summary 'seven & a space'
  draws 'seven & a space'
  cd "$work/seven & a space" || exit 1
  for picture in "${pictures[@]}"; do
    for label in art_boxed 'art &amp; &lt;keys>' art_new null_index "sorted {a}^2 ''x''" \
      'GLib GTree' 'GLib GHashTable' 'urls967k, 966,956 keys' 'data set urls967k' \
      'revision abc1234' 'host testhost'; do
      check "$picture: a text" has "$picture.svg" "$label"
    done
  done
  check "memory: claim in the numbers" has memory.svg '138.0 · counted 133.0 · claimed 145'
  check "memory: claim in the legend" has memory.svg 'published claim'
  check "memory: own allocator" has memory.svg '125.0 · heap 123.0'
  check "memory: unbroken class" has memory.svg 'heap, not broken down'
  check "memory: crash" has memory.svg '>crashed: signal 11<'
  check "headline: two claim marks" same "$(grep -c "href='#gpPt11'.*color=" headline.svg)" 2
  check "headline: the front" has headline.svg 'Dotted: the Pareto front.'
  check "headline: crash" has headline.svg 'art_new (crashed: signal 11)'
  check "headline: the floor sets no scale" has headline.svg 'null_index (the floor, 123 M/s)'
  check "throughput: missing cells" same "$(grep -c '<text>n/a</text>' throughput.svg)" 3
  check "throughput: crash" same "$(grep -c '>crashed: signal 11<' throughput.svg)" 1
  check "throughput: a speed" has throughput.svg '>0.44<'
  check "throughput: own scan unit" has throughput.svg 'million keys/s'
  check "throughput: floor in words" has throughput.svg 'insert 140, hit 123, miss 120, delete 130'
  cd - >/dev/null || exit 1
}

# on_ladder: rows of stdin with rungs, in a last column; RUNG... one a row.
on_ladder() { paste - <(printf '%s\n' rung "$@"); }

test_ladder() {
  check "no rungs, no ladder" test ! -e "$work/seven & a space/ladder.svg"
  seven | on_ladder 0 1 2 - - - - | summary ladder2
  check "two rungs that have figures: plot.sh succeeds" "$plot" "$work/ladder2"
  check "two rungs that have figures: no ladder" test ! -e "$work/ladder2/ladder.svg"
  seven | on_ladder F1 1 2 - 0 10 S | summary ladder
  check "ladder: plot.sh succeeds" "$plot" "$work/ladder"
  local svg=$work/ladder/ladder.svg
  check "ladder: is well-formed" well_formed "$svg"
  check "ladder: rungs in their order, without crashes and ablations" same \
    "$(grep -oE '>F?[0-9]+  [^<]*' "$svg" | sed 's/^>//;s/  .*//' | xargs)" '0 1 10 F1'
  check "ladder: a figure of the first" has "$svg" '>76.0<'
  check "ladder: what a rung takes more" has "$svg" '>125.0  +49.0<'
  check "ladder: no change" has "$svg" '>76.0  +0.0<'
  check "ladder: lookups" has "$svg" '>0.44<'
}

test_one() {
  { header; row only only_one hash 0 ok '50 50 - - - - - -' '1 1 1 - 1'; } | summary one
  draws one
  check "no claim, no claim mark" lacks "$work/one/headline.svg" 'published claim'
  check "one point is no front" lacks "$work/one/headline.svg" 'Pareto'
  check "one point: bytes begin near it, and it says so" has "$work/one/headline.svg" "(RSS), not from 0"
  check "no claim in the legend" lacks "$work/one/memory.svg" 'published claim'
  { header; row null_index alone floor 0 ok '0 0 0 0 0 0 0 -' '140 123 120 - 130'; } |
    summary floor
  draws floor
  check "a floor alone is drawn" has "$work/floor/throughput.svg" '>123<'
  { header; row dead dead art 0 killed '- - - - - - - -' '- - - - -'; } | summary nothing
  draws nothing
  check "a failed run is named" has "$work/nothing/throughput.svg" '>killed<'
}

# The claims were made on one list: elsewhere they leave no trace, on the scale neither.
test_claims() {
  local dataset word
  for dataset in urls967k original; do
    seven | summary "$dataset"
    draws "$dataset"
    check "$dataset: marks" same "$(grep -c "href='#gpPt11'.*color=" "$work/$dataset/headline.svg")" 2
    check "$dataset: numbers" has "$work/$dataset/memory.svg" 'claimed 145'
  done
  dataset=debian-paths
  seven | summary claims
  seven | awk -F'\t' -v OFS='\t' 'NR > 1 { $18 = "-" } 1' | summary none
  check "the claims' column" same "$(head -1 "$work/none/summary.tsv" | cut -f18)" claimed_bpk
  draws claims
  draws none
  for word in headline memory; do
    check "other keys: $word says nothing of claims" \
      lacks "$work/claims/$word.svg" 'published claim'
    check "other keys: $word as if there were none" \
      cmp "$work/claims/$word.svg" "$work/none/$word.svg"
  done
}

# RSS below the count (pages not yet touched) and above it (what malloc adds).
test_memory_words() {
  check "memory: true of RSS above and below the bar" has "$work/one/memory.svg" \
    'Bars: bytes held; circles: pages touched (RSS).'
  check "memory: not of one alone" lacks "$work/one/memory.svg" 'adds'
}

test_failed_rows() {
  local i status picture
  {
    header
    row fine fine art 0 ok '138 135 133 48 40 45 0 145' '0.9 1.05 1.1 14 0.8'
    for i in {1..15}; do
      row "v$i" "variant number $i" art "$i" 'crashed: signal 11' '- - - - - - - -' '- - - - -'
    done
  } | summary failures
  draws failures
  check "15 failures: as many as fit" has "$work/failures/headline.svg" \
    'Not shown: variant number 1 (crashed: signal 11), variant number 2 (crashed: signal 11)'
  check "15 failures: a mark where they do not" grep -q 'Not shown: .*…<' \
    "$work/failures/headline.svg"
  for picture in memory throughput; do
    check "15 failures: all in $picture" same \
      "$(grep -c '>crashed: signal 11<' "$work/failures/$picture.svg")" 15
  done
  status=$(printf 'x%.0s' {1..400})
  { header; row dead dead art 0 "$status" '- - - - - - - -' '- - - - -'; } | summary long
  draws long
}

# How many panels have a bar that is cut; the numbers stand in full all the same.
cuts() { grep -c '>broken bar: cut short<' "$work/$1/throughput.svg"; }

# In whole pixels.
shortest_bar() { # NAME
  sed -n "s/.*<polygon fill.* points = '\([0-9.]*\),[^ ]* \([0-9.]*\),.*/\1 \2/p" \
    "$work/$1/throughput.svg" |
    awk '{ w = int($2 - $1); if (NR == 1 || w < least) least = w } END { print least + 0 }'
}

# The scan of as many variants, in millions a second; the rest are alike.
scans() { # SPEED...
  local i=0 speed
  header
  for speed; do
    row "v$i" "v$i" art "$i" ok '76 75 74 20 22 31 1 -' "0.9 1.05 1.1 $speed 0.8"
    i=$((i + 1))
  done
}

test_far_value() {
  scans 8.6 8.2 6.6 309 5.6 | summary far
  draws far
  check "a far value cuts a bar" same "$(cuts far)" 1
  check "a far value in full" has "$work/far/throughput.svg" '>309<'
  scans 8.6 8.2 6.6 60 5.6 | summary near
  draws near
  check "a near value does not" same "$(cuts near)" 0
  scans - 6 - 300 - | summary two
  draws two
  check "one of two" same "$(cuts two)" 1
  scans 300 | summary alone
  draws alone
  check "nothing to be far from" same "$(cuts alone)" 0
  check "no bar vanishes" test "$(shortest_bar far)" -ge 30
}

# As many as a run with all peers and a plug-in has, some close together.
many() {
  header
  row art_boxed 'ART boxed' art 0 ok '126.4 126.4 99.3 35.5 12 51.8 0 145' '1.48 1.20 1.16 8.0 1.20'
  row art_arena_key 'ART arena key' art 1 ok '73.8 74.3 74.3 15.7 8 50.1 0.5 84' '1.69 1.25 1.30 7.5 0.96'
  row art_arena_prefix 'ART arena key+prefix' art 2 ok '41.5 41.7 41.7 14.7 8 18.2 0.8 68' '1.65 1.24 1.23 6.0 0.95'
  row art_u32 'ART arena, u32 refs' art 3 ok '37.9 38.1 38.1 10.9 8 18.2 1 -' '1.55 1.18 1.21 6.2 0.93'
  row page_front 'pages, front-coded' page 4 ok '32.6 32.9 32.8 1.6 10.2 19.8 1.2 -' '1.40 1.68 1.60 21 0.90'
  row page_symbols 'pages, symbol table' page 5 ok '24.4 24.6 24.5 1.6 10.2 11.6 1.1 -' '0.66 1.94 1.80 12 0.60'
  row null_index 'null (harness floor)' floor 6 ok '0 0 0 0 0 0 0 -' '285 343 340 - 300'
  row sorted_array 'sorted array' array 7 ok '90.9 90.9 74.1 0 24 50.1 0 -' '- 1.03 0.99 314 -'
  row glib_tree 'GLib GTree' tree 8 ok '125.6 124.9 - - - - - -' '0.66 0.54 0.49 6.0 0.60'
  row glib_hash 'GLib GHashTable' hash 9 ok '89.5 89.5 - - - - - -' '4.98 2.59 11.19 - 1.82'
  row rust_btreemap 'Rust BTreeMap' tree 10 ok '119.7 119.7 - - - - - 133' '0.88 0.80 0.81 31.5 0.7'
  row absl_btree 'absl::btree_map' tree 11 ok '126.2 126.0 - - - - - -' '0.59 0.58 0.54 28.3 0.55'
  row std_map 'std::map' tree 12 ok '141.8 141.1 - - - - - -' '0.60 0.56 0.50 6.2 0.58'
  row judy_sl 'JudySL' trie 13 ok '66.7 66.1 - - - - - -' '0.88 1.03 1.04 2.4 0.75'
  row hat_trie 'HAT-trie' trie 14 ok '60.2 59.8 - - - - - -' '0.97 1.61 1.72 4.1 -'
  row marisa_trie 'marisa-trie (static)' trie 15 ok '20.9 20.8 - - - - - -' '- 0.26 0.27 1.3 -'
  row lmdb 'LMDB' tree 16 ok '104.2 0.1 - - - - - -' '0.30 0.61 0.62 17 0.3'
  row tbb_hash 'TBB concurrent_hash_map' hash 17 ok '135.0 133.2 - - - - - -' '1.10 1.05 1.20 - 0.9'
  row skiplist 'skip list' list 18 ok '116.0 115.8 88.8 10.7 16 62.1 0 -' '0.35 0.31 0.30 9.6 0.3'
}

# The texts of a picture, one a line: left, right, top, bottom, where they are anchored
# and what they say. A character is as wide as Arial has it, or less.
texts() { # SVG
  awk -v OFS='\t' '
    function width(s,   i, w) {
      gsub(/&[a-z]+;/, "x", s)
      for (i = 1; i <= length(s); i++)
        w += index("iljtfr.,:;|()[] ", substr(s, i, 1)) ? 0.22 : \
          substr(s, i, 1) ~ /[A-Zmw]/ ? 0.61 : 0.5
      return w
    }
    sub(/.*<g transform="translate/, "") { split($0, at, /[(),]/); turned = /rotate/
      size = $0; sub(/.*font-size="/, "", size); anchor = $0; sub(/.*text-anchor="/, "", anchor)
      sub(/".*/, "", anchor) }
    /<text>/ && !turned {
      s = $0; sub(/.*<text>/, "", s); sub(/<\/text>.*/, "", s); w = width(s) * size
      x = at[2] - (anchor == "end" ? w : anchor == "middle" ? w / 2 : 0)
      if (w > 0) print x, x + w, at[3] - 0.7 * size, at[3], anchor, s }' "$1"
}

# Pairs of texts that lie on one another, and texts that leave the picture.
collisions() { # SVG
  texts "$1" | awk -F'\t' '{ a[NR] = $1; b[NR] = $2; c[NR] = $3; d[NR] = $4; s[NR] = $6
      if ($1 < 0 || $2 > 900 || $3 < 0) print "outside: " $6
      for (i = 1; i < NR; i++)
        if (a[i] < $2 && $1 < b[i] && c[i] < $4 && $3 < d[i]) print s[i] " / " $6 }'
}

# The marks of a picture: x, y, shape and colour.
marks() { # SVG
  sed -n "s/.*<use xlink:href='#gpPt\([0-9]*\)' transform='translate(\([0-9.]*\),\([0-9.]*\)).*color='rgb(\(.*\))'.*/\2 \3 \1 \4/p" \
    "$1" | sed 's/, */,/g'
}

# Texts that lie on the middle of a mark.
covered() { # SVG
  { marks "$1" | awk -v OFS='\t' '{ print "mark", $1, $2 }'; texts "$1"; } |
    awk -F'\t' '$1 == "mark" { x[++n] = $2; y[n] = $3; next }
      { for (i = 1; i <= n; i++) if ($1 < x[i] && x[i] < $2 && $3 < y[i] && y[i] < $4) print $6 }' | sort -u
}

# What stands left of the rows, from the top down.
row_labels() { texts "$1" | awk -F'\t' '$5 == "end" && !/revision|better/' | sort -t "$tab" -k3n | cut -f6; }

# Lines of name, tab, family: the same with the colour that pictures give them.
colours_of() {
  { header
    while IFS=$tab read -r name family; do row "$name" "$name" "$family" 0 ok '9 9 9 - - - - -' '1 1 1 1 1'; done
  } | awk -v OFS='\t' '{ print $0, NR == 1 ? "noise" : "-" }' >"$work/colours.tsv"
  (cd "$root/scripts/plots" && gnuplot -d -e "SUMMARY = '$work/colours.tsv'; set print '-'; load 'common.gp'" \
    -e 'do for [i=1:N] { print sprintf("%s\t%s\t%06x", VARIANT[i], FAMILY[i], COLOUR[i]) }')
}

# Of lines of name, family, colour: "distance NAME NAME CIEDE2000" for each pair, and
# "contrast NAME RATIO" against white, "chroma NAME CIELAB".
compare_colours() {
  awk -F'\t' '
    function lin(h) { h = (16 * digit(substr(h, 1, 1)) + digit(substr(h, 2, 1))) / 255; return h <= 0.04045 ? h / 12.92 : ((h + 0.055) / 1.055) ^ 2.4 }
    function digit(c) { return index("0123456789abcdef", c) - 1 }
    function f(t) { return t > 216 / 24389 ? t ^ (1 / 3) : (24389 / 27 * t + 16) / 116 }
    function atan(y, x,   t) { t = atan2(y, x) * 180 / pi; return t < 0 ? t + 360 : t }
    function cosd(x) { return cos(x * pi / 180) }
    function root(x) { return sqrt(x < 0 ? 0 : x) }
    # Sharma, Wu and Dalal, Color Research and Application 30 (2005).
    function distance(i, j,   c, g, a1, a2, c1, c2, h1, h2, dh, l, lm, cm, hm, t, sl, sc, sh, rt) {
      c = (C[i] + C[j]) / 2; g = (1 - sqrt(c ^ 7 / (c ^ 7 + 25 ^ 7))) / 2
      a1 = (1 + g) * A[i]; a2 = (1 + g) * A[j]
      c1 = sqrt(a1 ^ 2 + B[i] ^ 2); c2 = sqrt(a2 ^ 2 + B[j] ^ 2)
      h1 = atan(B[i], a1); h2 = atan(B[j], a2); dh = h2 - h1
      hm = (h1 + h2) / 2
      if (dh > 180) { dh -= 360; hm += 180 } else if (dh < -180) { dh += 360; hm += 180 }
      l = L[j] - L[i]; lm = (L[i] + L[j]) / 2; cm = (c1 + c2) / 2
      dh = 2 * sqrt(c1 * c2) * sin(dh / 2 * pi / 180)
      t = 1 - 0.17 * cosd(hm - 30) + 0.24 * cosd(2 * hm) + 0.32 * cosd(3 * hm + 6) - 0.2 * cosd(4 * hm - 63)
      sl = 1 + 0.015 * (lm - 50) ^ 2 / sqrt(20 + (lm - 50) ^ 2); sc = 1 + 0.045 * cm; sh = 1 + 0.015 * cm * t
      rt = -sin(60 * exp(-((hm % 360 - 275) / 25) ^ 2) * pi / 180) * 2 * sqrt(cm ^ 7 / (cm ^ 7 + 25 ^ 7))
      return root((l / sl) ^ 2 + ((c2 - c1) / sc) ^ 2 + (dh / sh) ^ 2 + rt * (c2 - c1) / sc * dh / sh)
    }
    BEGIN { pi = atan2(0, -1) }
    { r = lin(substr($3, 1, 2)); g = lin(substr($3, 3, 2)); b = lin(substr($3, 5, 2))
      x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
      light = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b; y = f(light)
      z = f((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883)
      n++; name[n] = $1; L[n] = 116 * y - 16; A[n] = 500 * (x - y); B[n] = 200 * (y - z)
      C[n] = sqrt(A[n] ^ 2 + B[n] ^ 2)
      printf "contrast %s %.2f\nchroma %s %.2f\n", $1, 1.05 / (light + 0.05), $1, C[n]
      for (i = 1; i < n; i++) printf "distance %s %s %.2f\n", name[i], $1, distance(i, n) }'
}
# under WHAT BOUND: those figures that are below it.
under() { awk -v what="$1" -v bound="$2" '$1 == what && $NF < bound' "$work/compared"; }

test_colours() {
  local name found
  # 1 is hardly seen, and 10 at a glance.
  check "the distance: two greys and two blues" same "$(printf '%s\tx\t%s\n' a 808080 b 707070 c 0000ff d 0040ff |
    compare_colours | awk '$2 $3 == "ab" || $2 $3 == "cd" { printf "%.1f ", $4 }')" "6.3 8.2 "
  sed -n "/^COLOURS/,/^# Of others/p" "$root/scripts/plots/common.gp" | grep -oE '[a-z_0-9]+ [0-9a-f]{6}\b' |
    awk '{ print $1 "\tart" }' >"$work/known"
  check "colours: as many as there are variants, or more" test "$(wc -l <"$work/known")" -ge 37
  check "colours: no name twice" same "$(cut -f1 "$work/known" | sort | uniq -d)" ''
  colours_of <"$work/known" >"$work/colours"
  compare_colours <"$work/colours" >"$work/compared"
  check "colours: any two are told apart" same "$(under distance 12)" ''
  check "colours: all are told from white" same "$(under contrast 3)" ''
  check "colours: none is grey" same "$(under chroma 24)" ''
  # What a run measures unless told otherwise.
  grep -E '^(art_(boxed|arena_key|arena_prefix)|page_front|sorted_array|glib_(tree|hash)|std_map|rust_btreemap|absl_btree|judy_sl|hat_trie|marisa_trie|lmdb|tbb_hash)'"$tab" \
    "$work/colours" | compare_colours >"$work/compared"
  check "colours of the table: at a glance" same "$(grep -c ^distance "$work/compared") $(under distance 20)" '105 '
  # Others: whatever they are called.
  for name in skiplist my_trie art_node32 art_bitmap z page_front2 faulty; do printf '%s\tlist\n' $name; done |
    colours_of >"$work/others"
  compare_colours <"$work/others" >"$work/compared"
  check "colours of others: told from white, not grey" same "$(under contrast 3; under chroma 20)" ''
  # Who comes first, or goes, or is on another host, changes nobody's.
  found=$(printf '%s\t%s\n' glib_tree tree skiplist list art_boxed art | colours_of | sort)
  check "colours stay in another order and company" same \
    "$({ printf 'new\thash\n'; sort "$work/known" | sed 's/art$/tree/'; printf 'skiplist\tlist\n'; } | colours_of |
      grep -E '^(art_boxed|skiplist|glib_tree)'"$tab" | cut -f1,3 | sort)" "$(cut -f1,3 <<<"$found")"
  check "colours on two hosts" same "$(printf '%s\t%s\n' 'glib_tree, here' tree 'skiplist, there' list | colours_of | cut -f3)" \
    "$(cut -f1,3 <<<"$found" | sed '/^art/d' | cut -f2)"
}

test_many() {
  local picture label
  many | summary many
  draws many
  cd "$work/many" || exit 1
  for picture in "${pictures[@]}" ratios; do
    check "many: no text of $picture on another" same "$(collisions $picture.svg)" ''
    while IFS= read -r label; do
      check "many: $picture" has $picture.svg "$label"
    done < <(sed 1d summary.tsv | cut -f2 | grep -v null)
  done
  check "many: bytes are logarithmic" has headline.svg '(RSS), log scale'
  check "many: no text on a mark" same "$(covered headline.svg)" ''
  check "many: a mark each, no two alike" same \
    "$(marks headline.svg | awk '$3 != 11 && !/255,255,255|112,112,112/ { print $3, $4 }' | sort | uniq -c |
      awk '{ n++; twice += $1 > 1 } END { print n, twice + 0 }')" '18 0'
  check "many: the smallest first, the floor last" same "$(row_labels memory.svg)" \
    "$(sed 1d summary.tsv | sort -t "$tab" -k3,3r -k11n | awk -F'\t' '$3 != "floor" { print $11 "\t" $2 }' |
      sort -n | cut -f2; echo 'null (harness floor)')"
  for picture in throughput ratios; do
    check "many: the fastest first in $picture" same "$(row_labels $picture.svg | grep -vx n/a)" \
      "$(sed 1d summary.tsv | awk -F'\t' '$3 != "floor" { print $25 "\t" $2 }' | sort -rn -s -k1,1 | cut -f2)"
  done
  cd - >/dev/null || exit 1
}

test_dataset() {
  local dataset='generated (urls967k could not be fetched)' picture
  seven | summary fallback
  draws fallback
  for picture in "${pictures[@]}"; do
    check "$picture: the fallback in title and corner" same \
      "$(grep -cF "$dataset" "$work/fallback/$picture.svg")" 2
  done
}

# Columns are found by name: another order and more of them make no difference.
test_columns() {
  seven | awk -F'\t' -v OFS='\t' '{ print "more", $0; }' |
    awk -F'\t' -v OFS='\t' '{ t = $2; $2 = $12; $12 = t; print }' | summary shuffled
  draws shuffled
  local picture
  for picture in "${pictures[@]}"; do
    check "$picture: same with shuffled columns" \
      cmp "$work/shuffled/$picture.svg" "$work/seven & a space/$picture.svg"
  done
}

test_refusals() {
  mkdir "$work/empty"
  refuses empty 2 'summary.tsv: not found'
  refuses absent 2 'absent: no such folder'
  seven | sed '1s/rss_bpk/rss/' | summary header
  refuses header 2 'summary.tsv:1: the header lacks the column rss_bpk'
  seven | sed 1d | summary headless
  refuses headless 2 'summary.tsv:1: the header lacks'
  : | summary blank
  refuses blank 2 'summary.tsv:1: the file is empty'
  header | summary rowless
  refuses rowless 2 'summary.tsv:2: no rows'
  seven | sed '3s/\t[^\t]*$//' | summary short
  refuses short 2 'summary.tsv:3: '
  seven | sed '4s/\t68\t/\tmany\t/' | summary number
  refuses number 2 'summary.tsv:4: claimed_bpk is neither'
  seven | sed '5s/urls967k/paths/' | summary mixed
  refuses mixed 2 'summary.tsv:5: dataset differs'
}

# A folder of links to all that plot.sh calls but gnuplot, and then a broken gnuplot.
test_gnuplot_trouble() {
  local tool
  mkdir "$work/bin"
  for tool in bash env dirname awk mktemp sed grep cat rm mv; do
    ln -s "$(command -v "$tool")" "$work/bin/$tool"
  done
  seven | summary plotless
  refuses plotless 1 'Debian package gnuplot-nox' "PATH=$work/bin"
  cat >"$work/bin/gnuplot" <<'END'
#!/bin/sh
echo half >"$5"
echo "line 7: broken" >&2
exit "${GNUPLOT_STATUS:-1}"
END
  chmod +x "$work/bin/gnuplot"
  refuses plotless 1 'line 7: broken' "PATH=$work/bin"
  check "names the script" has "$work/err" 'headline.gp'
  refuses plotless 1 'headline.svg incomplete' "PATH=$work/bin" GNUPLOT_STATUS=0

  seven | summary older
  cp "$work/seven & a space/headline.svg" "$work/older/"
  check "fails again" same "$(PATH=$work/bin "$plot" "$work/older" >/dev/null 2>&1; echo $?)" 1
  check "older pictures survive" \
    cmp "$work/older/headline.svg" "$work/seven & a space/headline.svg"
}

test_seven
test_ladder
test_one
test_claims
test_colours
test_memory_words
test_failed_rows
test_far_value
test_many
test_dataset
test_sweep
test_raw
test_columns
test_refusals
test_gnuplot_trouble
finish
