#!/usr/bin/env bash
# artbench site: the board, of rows nobody measured, and of this tree's own results.
# Usage: test_site.sh ARTBENCH SOURCE_ROOT. Exit status: 0 passed, 1 failed, 77 no Python.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../kit/made_up.sh"

artbench=$(realpath -- "${1:?usage: test_site.sh ARTBENCH SOURCE_ROOT}")
root=$(realpath -- "${2:?usage: test_site.sh ARTBENCH SOURCE_ROOT}")
command -v python3 >/dev/null || skip "no python3 to read the pages with"
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
mkdir "$temp/a path & spaces"
cd "$temp/a path & spaces" || exit 1

site() { # DIR RUN...; sets `status`; stdout and stderr go to out and err
  local dir=$1
  shift
  status=0
  "$artbench" site --output "$dir" "$@" >out 2>err </dev/null || status=$?
}
is_sound() { # DIR
  check "$1: pages" python3 "$root/tests/kit/check_pages.py" "$1"
}
page() { # DIR PREFIX: the one page whose name begins so
  local all=("$1/$2"*.html)
  [ ${#all[@]} -eq 1 ] || echo "  not one page: ${all[*]}" >&2
  printf '%s\n' "${all[0]}"
}
# row FILE VARIANT: the text of its cells, with tabs between.
row() {
  grep -F ">$2</a>" "$1" | grep -F '<th scope="row">' | head -1 |
    sed 's/<\/t[dh]>/\t/g; s/<[^>]*>//g'
}

# ---- two machines, two data sets, three revisions ----

# Bytes of which the classes are a quarter each; no two runs have the same rows.
of() { # EXPRESSION NUMBER
  echo "(m ~ /^exact_[ilks]/ ? 0.25 : 1) * ($1) + (m == \"peak_rss\" ? $2 : 0)"
}
plain='v ~ /^glib_tree/ ? 1 : v == "art_boxed" ? 2 : 3'
bytes='v == "art_boxed" ? 40000 : v == "glib_tree" ? 80000 : 60000'
made_up r1 "$plain" "$(of "$bytes" 0)" revision=aaaaaa1 start=2026-01-01T00:00:00Z
made_up r2 "v == \"art_boxed\" ? 4 : $plain" "$(of "v == \"art_boxed\" ? 30000 : $bytes" 1)" \
  revision=aaaaaa2 start=2026-01-02T00:00:00Z
made_up r3 "v ~ /again/ ? 1.05 : v == \"art_boxed\" ? 9 : $plain" \
  "$(of "v == \"art_boxed\" ? 1000 : $bytes" 2)" revision=aaaaaa3 start=2026-01-03T00:00:00Z
made_up r4 "v == \"art_boxed\" ? 8 : $plain" "$(of "$bytes" 3)" revision=aaaaaa2 host=there cores=9 \
  start=2026-01-04T00:00:00Z
made_up r5 "v == \"art_boxed\" ? 9 : $plain" "$(of "$bytes" 4)" revision=aaaaaa2 dataset=others \
  fingerprint=0000000000000001 variants=art_boxed,glib_tree start=2026-01-05T00:00:00Z
# Of the name of the first machine, and another: more caches.
made_up r6 "$plain" "$(of "$bytes" 5)" revision=aaaaaa2 'caches=L1 32K, L2 1M' \
  start=2026-01-06T00:00:00Z
made_up r7 "$plain" "$(of "$bytes" 6)" revision=aaaaaa2 values=rank start=2026-01-07T00:00:00Z
# Of a data set that has noisy rounds alone.
made_up r8 "v ~ /again/ ? 1.05 : $plain" "$(of "$bytes" 10)" revision=aaaaaa3 dataset=loud \
  fingerprint=0000000000000004 start=2026-01-08T00:00:00Z
runs=(r1 r2 r3 r4 r5 r6 r7 r8)
site board "${runs[@]}"
check "status" same "$status" 0
check "nothing on stderr" same "$(cat err)" ""
check "what was made" has out "board/index.html: 18 pages of 8 runs, 0 left out"
is_sound board
check "pages" same "$(find board -name '*.html' -printf '%f\n' | sed 's/-.*//; s/[.].*//' | sort | uniq -c | xargs)" \
  "3 data 1 index 3 machine 8 run 3 variant"
check "machines of one name are told apart" same \
  "$(grep -oE '>here \([0-9a-f]{4}\)</a></th>' board/index.html | sort -u | wc -l)" 2
check "a machine alone keeps its name" has board/index.html '>there</a></th>'

# The newest figures that are not noisy, of that machine alone; noisy r3 has 1 B/key.
data=$(page board data-made-up-)
check "boards: one a machine and setting" same "$(grep -c '<section' "$data")" 4
first=$temp/first
awk '/<section/ { n++ } n == 1' "$data" >"$first"
check "the newest quiet run heads" same "$(row "$first" art_boxed | cut -f1-5)" \
  "$(printf 'art_boxed●\t30.0\t30.0\t4.00 (4.00..4.00)\t4.00 (4.00..4.00)')"
check "a noisy run is counted" has "$first" "Runs: 3, of which noisy: 1."
check "the reference is what most have a ratio to" has "$first" "Speeds are times glib_tree"
check "in front: fewer bytes than all" matches "$first" '>art_boxed</a><span class="top"'
check "not in front: more bytes and fewer hits" lacks "$first" '>glib_tree</a><span class="top"'
check "a picture, with both" same "$(grep -c '<circle class="dot own"' "$first")" 3

# One machine's line is never joined to another's, and goes through no noisy run.
history=board/variant-art-boxed.html
check "history: places" same "$(grep -c '<section' "$history")" 6
check "history: lines, of the one place with two quiet runs" same "$(grep -c 'class="line" d="M' "$history")" 2
check "history: points of a line" same \
  "$(grep -o 'class="line" d="[^"]*"' "$history" | sed 's/[^ML]//g' | sort -u)" ML
check "history: the noisy one is hollow" same "$(grep -o 'hollow" cx' "$history" | wc -l)" 2
check "history: marked" same "$(grep -c '<tr class="noisy">' "$history")" 2
check "history: the change of a ratio" matches "$history" \
  '>aaaaaa2</td>.*<td class="">2.00 <small>\(2.00..2.00\)</small></td></tr>$'

# A mean is of one machine: of art_boxed's 4 and 9 times, not the 8 of `there`. Of
# art_arena_key, which one data set lacks, it is of one.
here=$(grep -l 'L1 32K</dd>' board/machine-here-*)
check "mean" same "$(row "$here" art_boxed | cut -f4)" "6.00 2 of 3"
check "mean: of bytes, as ratios" same "$(row "$here" art_boxed | cut -f2)" "0.43 2 of 3"
check "mean: nothing is made up for what is missing" same "$(row "$here" art_arena_key | cut -f2-4,8)" \
  "$(printf '0.75 1 of 3\t3.00 1 of 3\t3.00 1 of 3\tloud, others')"
check "mean: and that is grey" matches "$here" '>art_arena_key</a></th><td class="some">'
check "mean: it stands last" same "$(grep -A9 '<tbody>' "$here" | grep -o '">[a-z_]*</a></th>' | head -3 | tail -1)" \
  '">art_arena_key</a></th>'
check "mean: of other values, apart" same "$(grep -c '<h3>' "$here")" 2
there=$(page board machine-there-)
check "mean: there" same "$(row "$there" art_boxed | cut -f4)" "8.00 1 of 1"

# ---- the same runs make the same bytes ----

mkdir elsewhere && cp -r "${runs[@]}" elsewhere
site again elsewhere/r7 elsewhere/r3/ elsewhere/r{1,2,4,5,6,8}
check "in another order, from elsewhere: the same bytes" diff -r board again
site again r1 r4
check "pages that are none any more are gone" same "$(find again -name 'run-*' | wc -l)" 2
is_sound again
touch elsewhere/mine
site elsewhere r1
check "a directory of other files: status" same "$status" 2
check "a directory of other files: says so" matches err '^artbench: elsewhere: .*; name a new directory$'
check "a directory of other files: untouched" same "$(find elsewhere -name index.html)" ""
site other --reference art_arena_key r1
check "--reference" matches other/variant-art-boxed.html "times art_arena_key"

# ---- what cannot be taken in ----

cp -r r1 torn && printf '1\t1\tart_bo' >>torn/raw.tsv
cp -r r1 broken && sed -i '/^outcome/d' broken/env.txt
cp -r r1 parts && echo 'missing=1.speed' >>parts/env.txt
cp -r r1 nameless && sed -i '/^fingerprint/d' nameless/env.txt
cp -r r1 early && sed -i 's/\thost$//' early/raw.tsv
cp -r r1 twin
cp -r r1 going.partial
mkdir empty
of_bytes() { sed -i "0,/$1/s//$2/" "$3/raw.tsv"; }
cp -r r1 sums && of_bytes 'exact_leaf\t10000' 'exact_leaf\t10001' sums
cp -r r1 wrong && of_bytes 'right\t1000' 'right\t1001' wrong
cp -r r1 infinite && of_bytes 'rss\t40000' 'rss\tinf' infinite
cp -r r2 honest
left=(torn broken parts nameless early twin going.partial empty sums wrong infinite)
site rest r1 honest "${left[@]}"
check "left out: the rest is there" same "$status" 0
check "left out: a line each" same "$(wc -l <err)" ${#left[@]}
for name in "${left[@]}"; do
  check "left out, on stderr: $name" matches err "^artbench: left out: $name(/|:) ?.*"
  check "left out, on the page: $name" matches rest/index.html "^<li>$name(/|:) ?.*</li>$"
done
check "left out: torn" has err "torn: torn: the last line of raw.tsv was cut off"
check "left out: another format" has err "early/raw.tsv:1: written by an earlier artbench"
check "left out: twice" has err "twin: has the same rows as r1"
check "left out: bytes that do not add up" has err "sums: raw.tsv: the classes of"
check "left out: no path of this machine" lacks rest/index.html "$temp"
is_sound rest
site none torn empty
check "none: status" same "$status" 2
check "none: no site" test ! -e none
site nothing; (cd elsewhere && "$artbench" site --output x >/dev/null 2>../err; echo $? >../out)
check "no runs at all: status" same "$(cat out)" 2
check "no runs at all: says so" has err "no run can be taken in; name directories"
"$artbench" site r1 >out 2>err
check "no --output" has err "site needs --output DIR"
site /dev/null/board r1
check "cannot be written: status" same "$status" 2
check "cannot be written: one line, with a remedy" matches err '^artbench: /dev/null/board: .*; check the directory$'
"$artbench" site --help >out
for option in --output --reference; do check "site --help: $option" has out " $option="; done

# ---- names that are not meant well ----

evil='<script>alert(1)</script>"'"'"'&amp;</td>'
made_up evil "$plain" "$(of "$bytes" 8)" "dataset=$evil" 'host=<img src=x onerror=alert(1)>' \
  "cpu=$evil" "caches=--><!--" "revision=</title><svg/onload=alert(1)>" \
  "variants=art_boxed,$(seq -s, -f 'w%g' 70)",'<b>x</b>,../../x,javascript:y,art-boxed' reference=art_boxed rounds=2 \
  "command=artbench </style><script>" "values=<i>" "compiler=}</style>" "start=<u>20" \
  $'bytes=\xff\xfe\xc2' $'pinned_to=caf\xc3'
cp -r evil '<s>&"'
sed -i 's/8$/9/' '<s>&"/raw.tsv'
made_up fails "$plain" "$(of "$bytes" 9)" fingerprint=0000000000000002
sed -i '0,/\t1\tart_boxed\tspeed\tinsert.*ok/s//\t1\tart_boxed\tspeed\tinsert\tright\t-\tcount\t<script>died/' fails/raw.tsv
made_up rival "$plain" "$(of "$bytes" 7)" "dataset=$evil" fingerprint=0000000000000003
site hostile evil '<s>&"' fails rival torn
check "hostile: status" same "$status" 0
is_sound hostile
check "hostile: names of files" same "$(find hostile -printf '%f\n' | grep -v '^[a-z0-9-]*[.]html$' | sort | xargs)" \
  "hostile pages.txt"
for text in '<img' '<b>' '<i>' '<u>' '<s>' 'alert(1)</script>' '<svg/' '<!--' '</style><script>alert'; do
  check "hostile: $text" same "$(grep -rlF -- "$text" hostile)" ""
done
check "hostile: the name is shown" has hostile/index.html '&lt;script&gt;alert(1)&lt;/script&gt;'
check "hostile: UTF-8" iconv -f UTF-8 -t UTF-8 -o /dev/null hostile/*.html
check "what failed is shown as that, and last" same "$(awk '/<section/ { on = /on-/ } on' \
  "$(grep -l died hostile/data-made-up-*)" | grep -o '<tr class="failed".*died' | wc -l)" 1

# ---- what is in this tree ----

cd "$root" || exit 1
"$artbench" site --output "$temp/tree" >"$temp/out" 2>"$temp/err"
check "the tree's own results: status" same $? 0
cd "$temp" || exit 1
is_sound tree
check "the tree's own results: what is left out is of another format" same \
  "$(grep -vc 'written by an earlier artbench' err)" 0

finish
