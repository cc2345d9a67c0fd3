#!/usr/bin/env bash
# What memory jobs and `artbench explain` say about many generated keys.
# Usage: test_memory.sh ARTBENCH [COUNTING_LIBRARY]. Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

artbench=$(realpath -- "${1:?usage: test_memory.sh ARTBENCH [COUNTING_LIBRARY]}")
library=${2:+$(realpath -- "$2")}
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
cd "$temp" || exit 1
cp -- "$artbench" ${library:+"$library"} . # to where LD_PRELOAD can name it: no spaces
artbench=$PWD/${artbench##*/} library=${library:+$PWD/${library##*/}}
export MALLOC_PERTURB_=0 # which meson sets, and which touches every byte

status=0
run() { # PROGRAM ARGUMENT...
  status=0
  "$@" >out 2>err </dev/null || status=$?
}
row() { awk -F'\t' -v w="$1" -v m="$2" '$2 == w && $3 == m { print $4 }' out; }
holds() { # AN EXPRESSION of awk's, over row WORKLOAD METRIC as [WORKLOAD.METRIC]
  awk -F'\t' -v n="$n" '{ x[$2 "." $3] = $4 } function of(k) {
      if (!(k in x)) { print "  no row: " k; bad = 1 }
      return x[k] }
    function abs(v) { return v < 0 ? -v : v }
    END { ok = '"$1"'; exit bad || !ok }' out
}

tab=$'\t'
n=200000
! sanitized "$artbench" || n=50000
"$artbench" gen --keys $n --output keys.txt || exit 1
head -n 3000 keys.txt >few.txt

for v in art_boxed art_arena_key art_arena_prefix; do
  run "$artbench" job memory --data keys.txt --variants $v
  check "$v: status" same "$status" 0
  check "$v: it ends" same "$(tail -1 out)" end
  check "$v: 64 points of growth" same "$(grep -c "^row${tab}grow${tab}rss_after_" out)" 64
  check "$v: growth ends at all keys" same "$(grep "${tab}grow$tab" out | tail -1 | cut -f3)" "rss_after_$n"
  check "$v: growth ends where loading does" holds \
    "abs(of(\"grow.rss_after_$n\") - of(\"load.rss\")) < 65536"
  check "$v: deleting frees" holds 'of("delete_half.held") < of("load.held") * 0.8'
  # Arenas keep their last chunks, up to the size that compacting is worth.
  check "$v: nothing is left after deleting all" holds \
    'of("delete_all.held") - of("delete_all.held_when_new") <= 65536'
  check "$v: its own count is what it holds" same \
    "$(row load held)" "$(row load exact_total)"
  if [ -n "$library" ]; then # no bridge under a sanitizer
    check "$v: the peak is no less than the end" holds 'of("load.peak_rss") >= of("bridge.rss")'
    check "$v: exact is the same in the bridge" same "$(row load held)" "$(row bridge exact)"
    check "$v: residue" holds 'abs(of("bridge.residue")) < 0.03 * of("bridge.rss")'
    check "$v: the terms add up" holds \
      'of("bridge.rss") == of("bridge.exact") + of("bridge.rounding") + of("bridge.metadata") + of("bridge.page_slack") + of("bridge.residue")'
  fi
done
run "$artbench" job memory --data keys.txt --variants art_boxed
check "art_boxed: as new after deleting all" same "$(row delete_all held)" "$(row delete_all held_when_new)"
run "$artbench" job memory --data keys.txt --variants sorted_array
check "loaded in bulk: status" same "$status" 0
check "loaded in bulk: no growth" same "$(grep -c "${tab}grow$tab" out)" 0
run "$artbench" job memory --data few.txt --variants glib_tree
check "own allocation: no bridge without the library" lacks out "${tab}bridge$tab"

if "$artbench" list --format tsv | grep -q "^lmdb$tab.*in-a-file"; then
  run "$artbench" job memory --data keys.txt --variants lmdb
  check "in a file: status" same "$status" 0
  check "in a file: its pages" holds 'of("load.file") > n * 40'
  sanitized "$artbench" || # they have pages of their own
    check "in a file: its pages are most of RSS" holds \
      'of("load.rss") - of("load.file") < 0.1 * of("load.rss")'
  check "in a file: growth ends where loading does" holds \
    "abs(of(\"grow.rss_after_$n\") - of(\"load.rss\")) < 65536"
  check "in a file: the peak is no less" holds 'of("load.peak_rss") >= of("load.rss")'
  check "in a file: no heap" lacks out "${tab}heap$tab"
  check "in a file: no bridge" lacks out "${tab}bridge$tab"
fi

if [ -n "$library" ]; then
  run env LD_PRELOAD="$library" "$artbench" job memory --data keys.txt --variants art_boxed
  check "counted: status" same "$status" 0
  check "counted: blocks" same "$(row load interposed_blocks)" "$(row load blocks)"
  check "counted: nothing mapped" same "$(row load mapped)" 0
  check "counted: bytes" holds 'of("load.interposed") == of("bridge.exact") + of("bridge.rounding")'
  check "counted: the residue is the thread cache" holds \
    'abs(of("bridge.residue") - of("bridge.cached")) <= 8192'
  run env LD_PRELOAD="$library" "$artbench" job memory --data keys.txt --variants glib_tree
  check "counted: own allocation has a bridge" holds \
    'abs(of("bridge.residue")) < 0.03 * of("bridge.rss") && of("bridge.held") > n * 60'
  for malloc in libjemalloc.so.2 libmimalloc.so.2 libtcmalloc_minimal.so.4; do
    path=$(ldconfig -p | awk -v f="$malloc" '$1 == f { print $NF; exit }')
    [ -n "$path" ] || continue
    run env LD_PRELOAD="$library:$path" "$artbench" job memory --data keys.txt --variants art_boxed
    check "$malloc: status" same "$status" 0
    check "$malloc: heap is counted" same "$(awk -F'\t' '$3 == "heap_source" { print $5 }' out)" interposer
    check "$malloc: heap" same "$(row load heap)" "$(row load interposed)"
    check "$malloc: blocks" same "$(row load interposed_blocks)" "$(row load blocks)"
    check "$malloc: no figures of glibc's" lacks out "${tab}metadata$tab"
    for variant in $("$artbench" list --format tsv |
      awk -F'\t' '$7 == "-" && ($1 == "tbb_hash" || $1 == "marisa_trie") { print $1 }'); do
      run env LD_PRELOAD="$library:$path" "$artbench" job memory --data keys.txt --variants "$variant"
      check "$malloc, $variant: what C++ allocates is counted" holds \
        'of("load.heap") > n * 8 && of("load.heap") < 1.02 * of("load.rss")'
    done
  done
fi

# ---- run --malloc ----

figure() { awk -F'\t' -v v="$1" -v w="$2" -v m="$3" '$3 == v && $5 == w && $6 == m { print $7 }' kept/raw.tsv; }
kept_run() { # MALLOC
  rm -rf kept
  run "$artbench" run --data few.txt --rounds 1 --workloads hit --variants art_boxed,glib_tree \
    --malloc "$1" --results kept
  check "--malloc $1: status" same "$status" 0
  check "--malloc $1: recorded" has kept/env.txt "malloc=$1"
}

kept_run glibc
check "--malloc glibc: no word about it" lacks out "in place of"
[ -z "$library" ] || check "--malloc glibc: whose account the heap is" has out "heap malloc's account"
[ -z "$library" ] || check "--malloc glibc: every variant has its bridge" same \
  "$(awk -F'\t' '$5 == "bridge" && $6 == "residue" { print $3 }' kept/raw.tsv | sort | xargs)" "art_boxed glib_tree"
if [ -n "$library" ] && ldconfig -p | grep -q 'libjemalloc\.so\.2'; then
  kept_run jemalloc
  check "--malloc jemalloc: it is said" has out "with jemalloc in place of the C library's malloc"
  check "--malloc jemalloc: whose account the heap is" has out \
    "heap what malloc handed out, counted by libartbench_count.so"
  check "--malloc jemalloc: the heap is its own" same \
    "$(figure art_boxed load heap)" "$(figure art_boxed load interposed)"
fi
# What the loader passes over, or what is no malloc, gives no rows with its name.
no_malloc() { # WHAT REMEDY LD_PRELOAD OPTION...
  local what=$1 remedy=$2 preload=$3
  shift 3
  rm -rf kept
  run env LD_PRELOAD="$preload" "$artbench" run --data few.txt --rounds 1 --workloads hit \
    --variants art_boxed --results kept "$@"
  check "$what: status" same "$status" 2
  check "$what: says so" has err "artbench: $what: was not loaded, or is no malloc"
  check "$what: the remedy" has err "; $remedy"
  check "$what: nothing is left" test ! -e kept -a ! -e kept.partial
}
if [ -n "$library" ]; then
  math=$(ldconfig -p | awk '$1 == "libm.so.6" { print $NF; exit }')
  for file in "$PWD/keys.txt" "$math" "$library"; do
    no_malloc "$file" "give the path of a malloc's shared library" '' --malloc "$file"
    check "$file: one line" same "$(wc -l <err)" 1
    no_malloc "LD_PRELOAD=$file" "unset it, or give --malloc glibc" "$file"
  done
fi
mkdir 'a space' && cp keys.txt 'a space/malloc.so' && cd 'a space' || exit 1
run "$artbench" run --data ../few.txt --malloc ./malloc.so
check "a space in the folder's name" same "$status $(cat err)" \
  "2 artbench: $PWD/malloc.so: LD_PRELOAD takes no path with spaces or colons; make a link to it"
cd "$temp" || exit 1
run "$artbench" run --data few.txt --malloc nosuch
check "--malloc nosuch: status" same "$status" 2
check "--malloc nosuch: one line" same "$(wc -l <err)" 1
check "--malloc nosuch: the remedy" has err "use one of: glibc, jemalloc, mimalloc, tcmalloc, or a path"

# ---- where RSS is kept from us ----

# table_cell VARIANT COLUMN
table_cell() {
  awk -F' *[|] *' -v v="$1" -v c="$2" '$2 == "variant" && !at { for (i = 2; i < NF; i++) if ($i == c) at = i }
    $2 == v && at { print $at; exit }' none/report.md
}
if [ -n "$library" ]; then
  check "no RSS: compiles" cc -O1 -fPIC -shared -o no_rss.so "$here/faulty/no_rss.c"
  run "$artbench" run --malloc ./no_rss.so --data few.txt --variants art_boxed,glib_tree --rounds 3 \
    --workloads core,churn --results none
  check "no RSS: status" same "$status" 0
  check "no RSS: it is said once" same "$(grep -c '^INCOMPLETE: /proc/self/smaps_rollup could not be read, and so there is no RSS of art_boxed, glib_tree\. ' out)" 1
  for column in 'RSS MB' 'RSS B/key' 'RSS vs glib_tree'; do
    check "no RSS: no $column" same "$(table_cell art_boxed "$column")" -
  done
  for column in 'heap B/key' 'exact B/key' 'insert M/s' 'hit M/s' 'scan M/s'; do
    check "no RSS: $column all the same" matches <(table_cell art_boxed "$column") '^[0-9.]+$'
  done
  check "no RSS: its ratio, too" matches <(table_cell art_boxed 'hit vs glib_tree') '^[0-9.]+ \([0-9.]+'
  check "no RSS: churn by its own count" matches none/report.md '^\| art_boxed (\| - ){6}\| [0-9.]+ \| [0-9.]+ \|$'
  check "no RSS: answers were checked" same "$(table_cell art_boxed verified)" 3000/3000
fi

# ---- explain ----

run "$artbench" explain --data keys.txt --variants art_boxed,art_arena_key,art_arena_prefix
check "explain: status" same "$status" 0
check "explain: columns" has out "in one process  own process  self-reported"
check "explain: lines" same "$(awk '/^(art|glib)_[a-z_]+ / { print $1 }' out | head -4 | xargs)" \
  "glib_tree art_boxed art_arena_key art_arena_prefix"
check "explain: what was found" has out "glib_tree, built first, grew"
if [ -n "$library" ]; then # a sanitizer holds freed memory back
  check "explain: the order of building shows" same \
    "$(awk '/^art_/ && NF == 4 && $2 + 0 < $3 + 0 { print $1 }' out | xargs)" \
    "art_boxed art_arena_key art_arena_prefix"
  check "explain: self-reported is no more" same "$(awk '/^art_/ && NF == 4 && $4 > $3 * 1.02' out)" ""
  check "explain: nothing was claimed of these keys" same "$(grep -icE '^variant.*claimed|^claimed' out)" 0
fi
run "$artbench" explain --data few.txt --format tsv
check "explain as TSV: columns" same "$(awk -F'\t' 'NF != 5' out)" ""
check "explain as TSV: header" has out "in_one_process_bytes_per_key"
run "$artbench" explain --data few.txt --format markdown --variants art_boxed,glib_hash
check "explain as Markdown: its rows" same "$(grep -c '^| [ag]' out)" 2
check "explain as Markdown: what was found" has out "Of 1 layout built after it, "

# Into the directory of a run on the same keys, and of no other.
kept_run glibc
run "$artbench" explain --data few.txt --variants art_boxed --results kept
check "explain --results: status" same "$status" 0
check "explain --results: on the terminal all the same" has out "in one process  own process"
check "explain --results: a file of the run" same "$(ls kept | grep -c '^explain')" 1
check "explain --results: the table" matches kept/explain.md '^\| art_boxed \| [0-9.]+ \| \*\*[0-9.]+\*\* \|'
check "explain --results: what was found" has kept/explain.md "glib_tree, built first, grew"
for where in keys nowhere; do
  rm -f kept/explain.md
  dir=kept data=few.txt
  if [ $where = keys ]; then data=keys.txt; else dir=nowhere; fi
  run "$artbench" explain --data $data --variants art_boxed --results $dir
  check "explain --results, other $where: status" same "$status" 2
  check "explain --results, other $where: one line" matches err "^artbench: $dir: .*; name "
  check "explain --results, other $where: nothing is left" test ! -e kept/explain.md -a ! -e nowhere
done
run "$artbench" explain --data few.txt --variants glib_hash
check "explain of no layout: status" same "$status" 2
check "explain of no layout: one line" matches err '^artbench: explain is about ART layouts .*; name one'

finish
