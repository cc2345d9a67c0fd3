#!/usr/bin/env bash
# scripts/plot.sh on made-up summaries: the pictures hold what the data say, and what
# cannot be drawn is refused in words and leaves no picture.
# Usage: test_plots.sh SOURCE_ROOT. Exit status: 0 passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/check.sh"

root=${1:?usage: test_plots.sh SOURCE_ROOT}
plot=$root/scripts/plot.sh
command -v gnuplot >/dev/null || skip "gnuplot is missing (Debian package gnuplot-nox)"
work=$(mktemp -d) || exit 1
trap 'rm -rf -- "$work"' EXIT
pictures=(headline memory throughput)

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

# What raw.tsv alone has: growth while loading, latencies.
raw_rows() {
  local keys what
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
  check "headline: crash" has headline.svg 'art_new (crashed: signal 11)'
  check "headline: the floor sets no scale" has headline.svg 'null_index (the floor, 123 M/s)'
  check "throughput: missing cells" same "$(grep -c '<text>n/a</text>' throughput.svg)" 3
  check "throughput: crash" same "$(grep -c '>crashed: signal 11<' throughput.svg)" 1
  check "throughput: a speed" has throughput.svg '>0.44<'
  check "throughput: own scan unit" has throughput.svg 'million keys/s'
  check "throughput: floor in words" has throughput.svg 'insert 140, hit 123, miss 120, delete 130'
  cd - >/dev/null || exit 1
}

test_one() {
  { header; row only only_one hash 0 ok '50 50 - - - - - -' '1 1 1 - 1'; } | summary one
  draws one
  check "no claim, no claim mark" lacks "$work/one/headline.svg" 'published claim'
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
  scans 8.6 8.2 6.6 100 5.6 | summary near
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
test_one
test_claims
test_memory_words
test_failed_rows
test_far_value
test_dataset
test_sweep
test_raw
test_columns
test_refusals
test_gnuplot_trouble
finish
