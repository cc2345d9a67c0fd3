#!/usr/bin/env bash
# artbench grid: points of a variant's parameters measured side by side, what does not compile
# left out and said, a run like any other; and the picture of it.
# Usage: test_grid.sh ARTBENCH SOURCE_ROOT. Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

usage='usage: test_grid.sh ARTBENCH SOURCE_ROOT'
artbench=$(realpath -- "${1:?$usage}")
root=$(realpath -- "${2:?$usage}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
mkdir "$temp/a path & spaces"
cd "$temp/a path & spaces" || exit 1
export ARTBENCH_REVISION=v1

run() { # ARGUMENT...; sets `status`; stdout and stderr go to out and err
  status=0
  "$artbench" "$@" >out 2>err </dev/null || status=$?
}
refused() { # WHAT TEXT ARGUMENT...
  local what=$1 text=$2
  shift 2
  run "$@"
  check "$what: status" same "$status" 2
  check "$what: what it says" has err "$text"
  check "$what: nothing on stdout" same "$(wc -c <out)" 0
}
cells() { # COLUMN...: of the TSV in out, space separated, a line each
  awk -F'\t' -v names="$*" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { n = split(names, name, " "); for (i = 1; i <= n; i++) printf "%s%s", $at[name[i]], i < n ? " " : "\n" }' out
}

"$artbench" gen --keys 1500 --output keys.txt
cp "$root/docs/examples/plugin_skiplist.c" skip.c

# ---- a grid of which one point does not compile ----

run grid skip.c --set LEVELS=2,17,8 --data keys.txt --rounds 1 --format tsv --results grid
check "status: one is left out" same "$status" 1
check "what is left out: what the compiler says" has err 'LEVELS: from 1 to 16'
check "what is left out: by name" has err 'artbench: skip.c:LEVELS=17: does not compile; mend what'
check "what is left out: in the end" has err 'artbench: left out of the grid, for what is said above: LEVELS=17'
check "the others are measured" same "$(cells point parameters verified)" "skiplist - 1500/1500
skip_levels_2 LEVELS=2 1500/1500
skip_levels_8 LEVELS=8 1500/1500"
check "the variant is the reference" same "$(awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
  $1 == "skiplist" { print substr($at["hit"], 1, 7) }' out)" '1 (A:A '
check "each has a ratio of each workload" same \
  "$(awk -F'\t' 'NR > 2 { for (i = 5; i <= 9; i++) n += $i ~ /^[0-9.]+ \(-\) \?$/ } END { print n }' out)" 10
check "some are on the front" test "$(grep -c Pareto out)" -ge 1
check "env.txt: the points" same "$(sed -n 's/^plugin[.]\(.*\)[.]file=/\1 /p' grid/env.txt)" "skiplist skip.c
skip_levels_2 skip.c:LEVELS=2
skip_levels_8 skip.c:LEVELS=8"
check "env.txt: their objects" same "$(grep -cE '^plugin[.].*[.]sha256=[0-9a-f]{64}$' grid/env.txt)" 3
check "env.txt: a run like any other" has grid/env.txt "command=artbench run --plugin=skip.c \
--plugin=skip.c:LEVELS=2 --plugin=skip.c:LEVELS=8 --variants=skiplist --reference=skiplist --data keys.txt"

# ---- a run like any other ----

run report grid
check "report: status" same "$status" 0
check "report: has the points" matches grid/report.md '^\| skip_levels_8 \|'
mv grid grid.partial
sed -i '/^outcome=/d' grid.partial/env.txt
grep -v "speed" grid.partial/raw.tsv >rows && mv rows grid.partial/raw.tsv
run grid --resume grid
check "resume: status" same "$status" 0
check "resume: the table of a grid" same "$(cells point parameters verified | tail -1)" "skip_levels_8 LEVELS=8 1500/1500"
# Whom no other beats, by what summary.tsv has.
front=$(awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
  { name[++n] = $1; rss[n] = $at["rss_bpk"] + 0; hit[n] = $at["hit_mops"] + 0 }
  END { for (i = 1; i <= n; i++) { beaten = 0
    for (j = 1; j <= n; j++) if (rss[j] <= rss[i] && hit[j] >= hit[i] && (rss[j] < rss[i] || hit[j] > hit[i])) beaten = 1
    if (!beaten) print name[i], "Pareto" } }' grid/summary.tsv)
check "the front" same "$(cells point front | grep Pareto)" "$front"
run plan --plugin skip.c:LEVELS=2 --variants glib_tree --data keys.txt --rounds 1 --results parts
check "plan: a point is a plug-in" has out '--plugin skip.c:LEVELS=2'

# ---- what is chosen ----

# Rows are what is wanted here, not figures.
quick=(--data keys.txt --rounds 1 --workloads hit --format tsv)
run grid skip.c --set LEVELS=8 "${quick[@]}" --format text
check "as text" matches out '^skip_levels_8 +LEVELS=8 .* 1500/1500$'
check "as text: what the front is" has out 'Pareto: nothing else measured here'
run grid skip.c "${quick[@]}"
check "what it says is worth trying" same "$(cells parameters | xargs) $status" "- LEVELS=4 LEVELS=8 LEVELS=16 0"
run --plugin=skip.c grid skip.c --set=LEVELS=3 "${quick[@]}"
check "the same plug-in twice is refused" same "$status" 2
sed 's/^AB_PLUGIN.*//; s/static const struct ab_variant skiplist/const struct ab_variant ab_variant_two/
  s/"skiplist"/"two"/; s/"skip list"/"two"/; s/"LEVELS=4,8,16"/"LEVELS=2,16 WIDE=0,1 DEEP=5"/' skip.c >two.c
run grid two.c --reference glib_tree "${quick[@]}"
check "all of both" same "$(cells point | xargs)" "glib_tree two two_levels_2_wide_0 two_levels_2_wide_1 \
two_levels_16_wide_0 two_levels_16_wide_1"
check "another reference" matches out $'^glib_tree\t.*1 \\(A:A '

refused "no variant" 'grid needs a variant before its options' grid --data keys.txt
refused "an unknown one" "variant 'no_such' is not known" grid no_such --data keys.txt
refused "one of baselines/" "'glib_tree' is of baselines/glib_tree.c, which takes no parameters" grid glib_tree
refused "no parameters" 'art_boxed says of no parameters' grid art_boxed --data keys.txt
refused "another parameter" "skiplist takes no such parameter, but LEVELS=4,8,16" grid skip.c --set HEIGHT=2
refused "no values" "'LEVELS' is not NAME=NUMBER" grid skip.c --set LEVELS
refused "a word" "'LEVELS=many' is not NAME=NUMBER" grid skip.c --set LEVELS=many
refused "nothing behind --set" '--set needs NAME=V1' grid skip.c --set
refused "set twice" 'sets what is set already' grid skip.c --set LEVELS=2 --set LEVELS=3
refused "too many points" 'over 32 points' grid skip.c --set "LEVELS=$(seq -s, 33)"
refused "no point that compiles" 'left out of the grid' grid skip.c --set LEVELS=17 --data keys.txt
refused "no keys" 'needs --data' grid skip.c --set LEVELS=2
run grid --help
check "--help" has out '--set=NAME=V1,V2'
check "--help: status" same "$status" 0

# ---- the picture: two parameters, near each other ----

draw() { # NAME
  "$root/scripts/plot.sh" "$1" >out 2>&1
  check "$1: plot.sh succeeds" same "$? $(cat out)" "0 "
}
if command -v gnuplot >/dev/null; then
  draw grid
  check "the picture has each point" same "$(grep -oE '>(LEVELS=[0-9]+|skip list)<' grid/grid.svg | sort | xargs)" \
    '>LEVELS=2< >LEVELS=8< >skip list<'
  run report grid
  check "the page has it" has grid/report.html 'Points of a variant'
  # Bytes and lookups nearly alike; nothing is better in both than 64 with 64.
  mkdir near
  awk -v OFS='\t' 'BEGIN {
      n = split("rss heap exact inner leaf key slack claimed", figure, " ")
      m = split("insert hit miss scan delete", work, " ")
      line = "variant" OFS "label" OFS "family" OFS "index" OFS "status" OFS "keys" OFS "dataset" OFS "revision" OFS "host"
      for (i = 1; i <= n; i++) line = line OFS figure[i] "_bpk"
      for (i = 1; i <= m; i++) line = line OFS work[i] "_mops" OFS work[i] "_min" OFS work[i] "_max"
      print line > "near/summary.tsv"
      for (most = 16; most <= 64; most *= 2)
        for (node = 8; node <= 64; node *= 8) {
          name = "p_most_" most "_node_" node
          print "plugin." name ".file=/x/y.c:z/p.c:MOST=" most ",NODE=" node > "near/env.txt"
          line = name OFS "p M=" most " N=" node OFS "page" OFS 40 + k++ OFS "ok" OFS 1000 OFS "made up" OFS "v1" OFS "here"
          for (i = 1; i <= n; i++) line = line OFS 30 - most / 1000 - node / 2000
          for (i = 1; i <= m; i++) { x = 2 + most / 10000 + node / 8000; line = line OFS x OFS x - 0.001 OFS x + 0.001 }
          print line > "near/summary.tsv"
        }
    }'
  draw near
  check "near: every point once" same "$(grep -oE '>MOST=[0-9]+ NODE=[0-9]+<' near/grid.svg | sort -u | wc -l) \
$(grep -oE '>MOST=[0-9]+ NODE=[0-9]+<' near/grid.svg | wc -l)" "6 6"
  lines() { grep -oE "<path stroke='rgb\($1\)'  d='[^']*'" near/grid.svg | grep -o L | wc -l; } # COLOUR
  check "near: a line for each step of a parameter, and one to say so" same "$(lines '  0, 114, 178') $(lines '213,  94,   0')" "4 5"
  check "near: what the colours mean" same "$(grep -oE '>(MOST|NODE)<' near/grid.svg | sort | xargs)" '>MOST< >NODE<'
  check "near: one is on the front" same "$(grep -c "<use xlink:href='#gpPt5' transform" near/grid.svg)" 1
  check "near: the axis begins near the points" lacks near/grid.svg '>0<'
  sed -i 's/^plugin/#&/' near/env.txt
  rm near/grid.svg
  draw near
  check "no points, no picture" test ! -e near/grid.svg
else
  echo "without gnuplot (Debian package gnuplot-nox): no picture is looked at"
fi
finish
