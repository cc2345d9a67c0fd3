#!/usr/bin/env bash
# The command line of artbench: output formats, errors, results folders, and what
# becomes of children that fail.
# Usage: test_cli.sh ARTBENCH SOURCE_ROOT ARTBENCH_FAULTY, where the last is artbench
# built over tests/program/faulty/. Exit status: 0 passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

artbench=$(realpath -- "${1:?usage: test_cli.sh ARTBENCH SOURCE_ROOT ARTBENCH_FAULTY}")
root=$(realpath -- "${2:?}")
faulty=$(realpath -- "${3:?}")
command -v jq >/dev/null || skip "jq is missing (scripts/setup.sh run)"
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
work="$temp/a path & spaces"
mkdir "$work"
cd "$work" || exit 1
tab=$'\t'

# Sets `status`; stdout and stderr go to the files out and err.
run() { # PROGRAM ARGUMENT...
  status=0
  "$@" >out 2>err </dev/null || status=$?
}

# A refusal: status 2, nothing on stdout, one line on stderr that has a remedy.
refused() { # WHAT TEXT ARGUMENT...
  local what=$1 text=$2
  shift 2
  run "$artbench" "$@"
  check "$what: status" same "$status" 2
  check "$what: one line" same "$(wc -l <err)" 1
  check "$what: who says so" matches err '^artbench: .*; '
  check "$what: what it says" has err "$text"
  check "$what: nothing on stdout" same "$(wc -c <out)" 0
}

# 3,000 keys: some are prefixes of others, some have high bytes.
awk 'BEGIN { for (i = 0; i < 1500; i++) {
    k = sprintf("https://example.org/%x/%d", i * 2654435761 % 4096, i)
    print k; print k (i % 7 ? "/" i % 13 : "\303\251") } }' | sort -u >keys.txt
n=$(wc -l <keys.txt)
bytes=$(($(wc -c <keys.txt) - n))
check "the key file" same "$n" 3000

# ---- list ----

run "$artbench" list --format tsv
check "list: status" same "$status" 0
check "list: columns" same "$(head -1 out)" \
  "name${tab}label${tab}family${tab}capabilities${tab}source${tab}library${tab}package${tab}rung${tab}parameters"
check "list: width" same "$(awk -F'\t' 'NF != 9' out)" ""
check "list: glib_tree" matches out "^glib_tree${tab}[^${tab}]+${tab}tree${tab}[^${tab}]*own-alloc[^${tab}]*${tab}baselines/glib_tree.c${tab}GLib [0-9.]+${tab}-${tab}-${tab}-\$"
check "list: parameters" matches out "^page_front${tab}.*${tab}PAGE_MOST=16,32,64 [^${tab}]*\$"
check "list: null_index" matches out "^null_index${tab}.*holds-nothing"
all=$(wc -l <out)
mapfile -t names < <(awk -F'\t' 'NR > 1 && $7 == "-" && $4 !~ /by-name/ { print $1 }' out)
built_in=" ${names[*]} "
chosen=() # all of them, or some
if sanitized "$artbench"; then
  mapfile -t names < <(printf '%s\n' "${names[@]}" |
    grep -xE 'art_boxed|page_front|frozen_front|null_index|glib_(tree|hash)|judy_sl|lmdb')
  chosen=(--variants "$(IFS=,; echo "${names[*]}")")
fi
undivided=$(awk -F'\t' 'NR > 1 && $7 == "-" && $4 ~ /undivided/ { print $1 }' out | xargs)
places=$(awk -F'\t' -v names=" ${names[*]} " 'NR > 1 && $7 == "-" {
  if (index(names, " " $1 " ")) print n + 0; n++ }' out | xargs)
static=" $(awk -F'\t' 'NR > 1 && $7 == "-" && $4 !~ /(^| )put / { print $1 }' out | xargs) "
while IFS= read -r file; do
  check "list: $file is there" test -f "$root/$file"
done < <(awk -F'\t' 'NR > 1 && $7 == "-" { print $5 }' out)
check "list: rungs" same "$(awk -F'\t' 'NR > 1 && $8 != "-" { print $8 }' out | sort -u | xargs)" \
  "0 1 2 3 4 5 6 7 8 F1 F2$(grep -q '^art_no_simd' out && echo ' S')" # -Dablations=false has none
run "$artbench" list
check "list as text: status" same "$status" 0
check "list as text: every variant" same "$(wc -l <out)" "$all"
run "$faulty" list --format tsv
check "list: what a package would bring" same "$(tail -1 out)" "faulty_absent$tab-$tab-$tab-$tab-$tab-${tab}libfaulty-dev$tab-$tab-"
run "$faulty" list
check "list as text: what a package would bring" matches out "^faulty_absent +not built in: .* libfaulty-dev\$"
run "$faulty" table --data keys.txt --variants glib_tree,faulty_absent
check "a variant that is not built in" has err \
  "artbench: variant 'faulty_absent' is not built in; install the package libfaulty-dev"
check "a variant that is not built in: status" same "$status" 2

# ---- table ----

header="variant keys key_bytes rss_bytes_per_key heap_bytes_per_key exact_bytes_per_key"
header+=" claimed_bytes_per_key insert_mops hit_mops miss_mops scan_mkeys delete_mops verified"
header+=" above_floor_bytes_per_key"
run "$artbench" table --data keys.txt --rounds 2 "${chosen[@]}" --format tsv --results kept
check "table: status" same "$status" 0
check "table: header" same "$(head -1 out)" "${header// /$tab}"
check "table: width" same "$(awk -F'\t' 'NF != 14' out)" ""
check "table: every variant, in order" same "$(tail -n +2 out | cut -f1 | xargs)" "${names[*]}"
check "table: keys and bytes" same "$(tail -n +2 out | cut -f2,3 | sort -u)" "$n$tab$bytes"
check "table: all verified" same \
  "$(awk -F'\t' -v all="$n/$n" 'NR > 1 && $1 != "null_index" && $13 != all' out)" ""
check "table: the floor is not verified" matches out "^null_index$tab.*$tab-\$"
check "table: a hash has no order" same "$(awk -F'\t' '$1 == "glib_hash" { print $6 $11 }' out)" "--"
check "table: rates are positive" same \
  "$(awk -F'\t' -v static="$static" 'NR > 1 && !($9 > 0 && $10 > 0) ||
    NR > 1 && (index(static, " " $1 " ") ? $8 $12 != "--" : !($8 > 0 && $12 > 0))' out)" ""
check "table: progress" matches err '^\[1/[0-9]+\] round 1/2: (memory|speed)  elapsed 0:00, left about'
cp out first.tsv

run "$artbench" table --data keys.txt --rounds 1 --variants glib_tree,null_index --name 'A title'
check "table as text: status" same "$status" 0
check "table as text: the title" has out "Data: A title, $n keys, $bytes key bytes. Inserted in random order, values random, seed 1, median of 1 round."
check "table as text: nothing was claimed of these keys" same "$(grep -ic claim out)" 0
check "table as text: no exact figure" has out "glib_tree: own allocation, hence no exact figure"
check "table as text: whose code" matches out "Libraries: glib_tree GLib [0-9.]+\.\$"
check "table as text: registry order" same "$(awk '/^(glib_tree|null_index) /{ print $1 }' out | xargs)" "null_index glib_tree"

run "$artbench" table --data keys.txt --rounds 1 --variants glib_tree,null_index --memory 1
check "--memory: status" same "$status" 0
check "--memory: no more at once than fit" has out "One contestant ran after another, not in turns, in 1 of 1 rounds"

run "$artbench" table --data keys.txt --rounds 1 --variants glib_tree --format markdown \
  --order sorted --values rank --seed 7 --pin
check "markdown: status" same "$status" 0
check "markdown: rule" same "$(sed -n 2p out | tr -d ':|-')" ""
check "markdown: as many bars in each row" same "$(sed -n 1,3p out | tr -cd '|\n' | sort -u | wc -l)" 1
check "markdown: verified" has out "| $n/$n |"
check "markdown: parameters" has out "Inserted in sorted order, values rank, seed 7"

# ---- results ----

check "results: files" same "$(ls kept | xargs)" "env.txt raw.tsv report.html report.md summary.tsv table.md"
check "results: nothing partial" test ! -e kept.partial
check "raw: header" same "$(head -1 kept/raw.tsv)" \
  "$(tr ' ' '\t' <<<'round position variant job workload metric value unit status host')"
check "raw: width" same "$(awk -F'\t' 'NF != 10' kept/raw.tsv)" ""
check "raw: every contestant once a round, in both jobs" same \
  "$(awk -F'\t' '$6 == "process"' kept/raw.tsv | cut -f1,3,4 | sort | uniq -c | awk '$1 != 1')" ""
check "raw: as many jobs" same "$(awk -F'\t' '$6 == "process"' kept/raw.tsv | wc -l)" $((${#names[@]} * 4 + 2))
check "raw: positions" same "$(awk -F'\t' '$1 == 1 && $6 == "process" { print $2 }' kept/raw.tsv | sort -nu | xargs)" \
  "$(seq -s ' ' $((${#names[@]} + 1)))"
check "raw: the reference again" same \
  "$(awk -F'\t' '$3 == "glib_tree.again" && $6 == "process" { print $1, $4 }' kept/raw.tsv | xargs)" "1 speed 2 speed"
check "raw: the host" same "$(cut -f10 kept/raw.tsv | sort -u | xargs)" "host $(uname -n | cut -d. -f1)"
reads() { awk -F'\t' -v r="$1" '$1 == r && $3 == "glib_tree" && $6 == "order" { print $7, $5 }' kept/raw.tsv | sort -n | cut -d' ' -f2 | xargs; }
check "raw: order of round 1" same "$(reads 1)" "insert hit miss scan delete"
check "raw: order of round 2" same "$(reads 2)" "insert miss scan hit delete"
check "raw: classes add up" same "$(awk -F'\t' -v undivided=" $undivided " '
  $5 == "load" && $6 ~ /^exact_/ && !index(undivided, " " $3 " ") {
    sum[$1 $3] += $6 == "exact_total" ? -$7 : $7 } END { for (v in sum) if (sum[v]) print v, sum[v] }' kept/raw.tsv)" ""
check "raw: no classes where they cannot be told" same "$(awk -F'\t' -v undivided=" $undivided " '
  $5 == "load" && $6 ~ /^exact_/ && index(undivided, " " $3 " ") { print $3, $6 }' kept/raw.tsv | sort -u | xargs -n2)" \
  "${undivided:+$(printf "%s exact_total\n" $undivided)}"
# Whole passes over the keys, and enough of them to time.
least=$(sed -n 's/^c_args=.*-DPASS_AT_LEAST=\([0-9]*\).*/\1/p' kept/env.txt)
for w in insert hit miss delete; do
  check "raw: $w is long enough" same "$(awk -F'\t' -v w=$w -v n="$n" -v least="${least:-500000}" '
    $3 == "glib_tree" && $5 == w && $6 == "operations" { print ($7 >= least && $7 % n == 0) }' kept/raw.tsv | xargs)" "1 1"
done
check "raw: asked for every key" same \
  "$(awk -F'\t' '$6 == "asked" || $6 == "right" { print $7 }' kept/raw.tsv | sort -u)" "$n"
summary="variant label family rung index status keys key_bytes dataset revision host noise rss_bpk heap_bpk"
summary+=" exact_bpk inner_bpk leaf_bpk key_bpk slack_bpk peak_bpk half_bpk emptied_bpk claimed_bpk"
for w in insert hit miss scan delete; do
  summary+=" ${w}_mops ${w}_min ${w}_max ${w}_mdape ${w}_ratio ${w}_ratio_lo ${w}_ratio_hi"
done
check "summary: header" same "$(head -1 kept/summary.tsv)" "$(tr ' ' '\t' <<<"$summary above_bpk verified")"
check "summary: width" same "$(awk -F'\t' 'NF != 60' kept/summary.tsv)" ""
check "summary: index" same "$(tail -n +2 kept/summary.tsv | cut -f5 | xargs)" "$places"
check "summary: min <= median <= max" same \
  "$(awk -F'\t' 'NR > 1 && $31 != "-" && !($32 <= $31 && $31 <= $33)' kept/summary.tsv)" ""
check "summary: glib_tree against itself" same \
  "$(awk -F'\t' '$1 == "glib_tree" { print $35, $36, $37 }' kept/summary.tsv)" "1.0000 - -"
check "summary: the median of raw.tsv" same \
  "$(awk -F'\t' '$3 == "glib_tree" && $5 == "hit" { x[$1 $6] = $7 } END {
      printf "%.3f", (x["1operations"] / x["1seconds"] + x["2operations"] / x["2seconds"]) / 2e6 }' kept/raw.tsv)" \
  "$(awk -F'\t' '$1 == "glib_tree" { print $9 }' first.tsv)"
check "env: the floor, as profile has it" same "$(sed -n 's/^floor=//p' kept/env.txt)" \
  "$("$artbench" profile --data keys.txt --format tsv 2>/dev/null |
    awk -F'\t' '$1 == "floor_per_key" { printf "%.3f", $2 }')"
check "env: sha256" has kept/env.txt "sha256=$(sha256sum <keys.txt | cut -d' ' -f1)"
for key in revision command start end load_before load_after data dataset keys key_bytes seed \
  order values rounds variants artbench compiler buildtype optimization c_args options simd \
  sanitize glib glibc google_benchmark G_SLICE LD_PRELOAD thp aslr governor cpu cores caches \
  ram_bytes kernel host; do
  check "env: $key" matches kept/env.txt "^$key="
done
check "env: libraries" matches kept/env.txt "^libraries=.*glib_hash GLib 2"
check "env: data as given" has kept/env.txt "data=keys.txt"
check "table.md: a row a variant" same "$(grep -c "^| [a-z]" kept/table.md)" $((${#names[@]} + 1))
G_SLICE=always-malloc MALLOC_ARENA_MAX=1 ARTBENCH_REVISION=v9 \
  run "$artbench" table --data keys.txt --rounds 1 --variants glib_tree --results "deep/er/"
check "env: set variables" same "$(grep -E '^(revision|G_SLICE|MALLOC_ARENA_MAX)=' deep/er/env.txt | sort | xargs)" \
  "G_SLICE=always-malloc MALLOC_ARENA_MAX=1 revision=v9"
refused "an existing folder" "is there already" table --data keys.txt --results kept
mkdir part.partial && touch part.partial/env.txt
refused "a partial folder" "part.partial: is there already" table --data keys.txt --results part
refused "no name for a folder" "--results '' names no directory" \
  table --data keys.txt --rounds 1 --variants glib_tree --results ''
check "no name for a folder: nothing is left" test ! -e .partial
refused "a file for a folder" "keys.txt" table --data keys.txt --results keys.txt/x
check "nothing was touched" same "$(ls kept | xargs)" "env.txt raw.tsv report.html report.md summary.tsv table.md"

# ---- bench ----

for variants in glib_tree glib_tree,null_index; do
  run "$artbench" bench --data keys.txt --variants "$variants" -- \
    --benchmark_min_time=0.001 --benchmark_format=json
  check "bench $variants: status" same "$status" 0
  check "bench $variants: one JSON document" jq -e . out >/dev/null
  check "bench $variants: variants" same "$(jq -r '[.benchmarks[].name | split("/")[0]] | unique | sort | join(",")' out)" "$variants"
  check "bench $variants: workloads" same \
    "$(jq -r '[.benchmarks[].name | select(startswith("glib_tree/")) | split("/")[1]] | join(" ")' out)" \
    "insert hit miss scan delete"
  check "bench $variants: all right" same \
    "$(jq -r '[.benchmarks[] | select(.name | startswith("glib_tree/")) | .verified] | unique | join(" ")' out)" 1
  check "bench $variants: counters and label" same \
    "$(jq -r '[.benchmarks[] | select(.items_per_second > 0 and .label == "keys") | 1] | length' out)" \
    "$(jq -r '[.benchmarks[] | select(.name != "null_index/scan/manual_time")] | length' out)"
done
run "$artbench" bench --data keys.txt --variants glib_tree,glib_hash -- \
  --benchmark_min_time=0.001 --benchmark_format=csv --benchmark_filter=hit
check "bench as CSV: one header" same "$(grep -c '^name,' out)" 1
check "bench as CSV: rows" same "$(grep -c '/hit/manual_time"' out)" 2
run "$artbench" bench --data keys.txt --variants glib_tree -- --benchmark_min_time=0.001 \
  --benchmark_out=one.json --benchmark_filter=scan --benchmark_repetitions=3
check "bench to a file: status" same "$status" 0
check "bench to a file: repetitions" same "$(jq '[.benchmarks[] | select(.run_type == "iteration")] | length' one.json)" 3
refused "bench: --benchmark_out of several" "--benchmark_out is for one variant" \
  bench --data keys.txt --variants glib_tree,glib_hash -- --benchmark_out=x.json
refused "bench: unknown flag" "'--nosuch' is not a flag" bench --data keys.txt -- --nosuch
refused "bench: unknown format" "--benchmark_format" bench --data keys.txt -- --benchmark_format=xml
run "$artbench" bench --data keys.txt --variants glib_tree,glib_hash -- --benchmark_filter=nosuch
check "bench: a filter that matches nothing" same "$status" 2
check "bench: a filter that matches nothing: one line" same "$(wc -l <err)" 1
run "$artbench" bench --data keys.txt --variants glib_tree,glib_hash -- \
  --benchmark_min_time=0.001 --benchmark_filter=scan --benchmark_context=a=b
check "bench: a filter that matches one: status" same "$status" 0
check "bench: a filter that matches one: it runs" matches out '^glib_tree/scan'
check "bench: a filter that matches one: no complaint" lacks err "Failed to match"
for format in console json; do
  run "$artbench" bench --data keys.txt --variants glib_tree,glib_hash -- \
    --benchmark_list_tests --benchmark_filter=hit --benchmark_format=$format
  check "bench: list as $format" same "$(xargs <out)" "glib_tree/hit/manual_time glib_hash/hit/manual_time"
done
refused "bench: a bad filter" "--benchmark_filter: Could not compile" \
  bench --data keys.txt -- '--benchmark_filter=('
for value in nan inf x -1 '' 1s; do
  refused "bench: --benchmark_min_time=$value" "--benchmark_min_time '$value' is not a number" \
    bench --data keys.txt -- "--benchmark_min_time=$value"
done
BENCHMARK_MIN_TIME=nan refused "bench: BENCHMARK_MIN_TIME" "--benchmark_min_time 'nan'" \
  bench --data keys.txt
refused "bench: --benchmark_repetitions" "--benchmark_repetitions '0' is not a whole number" \
  bench --data keys.txt -- --benchmark_repetitions=0
refused "bench: --benchmark_time_unit" "use one of: ns, us, ms, s" \
  bench --data keys.txt -- --benchmark_time_unit=h
refused "bench: a file that cannot be written" "--benchmark_out: /dev/null/x: Not a directory" \
  bench --data keys.txt --variants glib_tree -- --benchmark_out=/dev/null/x
refused "bench --timeout" "--timeout '-1'" bench --data keys.txt --timeout -1
run "$artbench" bench --data keys.txt --variants glib_tree --timeout 1 -- \
  --benchmark_min_time=60 --benchmark_filter=hit
check "bench --timeout: status" same "$status" 1
check "bench --timeout: says so" has err "artbench: glib_tree: timed out after 1 s; give it longer with --timeout"
run "$artbench" bench --data keys.txt --variants glib_tree --timeout 0 -- \
  --benchmark_min_time=0.001 --benchmark_filter=hit
check "bench --timeout 0: no limit" same "$status" 0
run "$artbench" bench --help
check "bench: what Time is of" has out "per turn, a sixteenth of all"

# ---- verify ----

run "$artbench" verify --data keys.txt "${chosen[@]}"
check "verify: status" same "$status" 0
check "verify: a line a variant" same "$(wc -l <out)" ${#names[@]}
check "verify: what was asked" has out "glib_tree: $n keys right: put, hits, misses, scan, ranges, prefixes, back, delete, put again"
check "verify: hard keys, too" matches out '^glib_tree: .*; so are [0-9]+ keys made to be hard$'
"$artbench" list --format tsv | awk -F'\t' '$1 == "judy_sl" && $7 == "-"' | grep -q . && {
  run "$artbench" verify --data keys.txt --variants judy_sl
  check "verify: what it does not take" matches out \
    '; so are [0-9]+ keys made to be hard, and [0-9]+ that it does not take are refused$'
}
refused "verify --timeout" "--timeout '0'" verify --data keys.txt --timeout 0
mkfifo pipe
for command in verify bench; do # opening a pipe without a writer waits for ever
  refused "$command of a pipe" "pipe: not a regular file; save it to one first" \
    $command --data pipe
done
"$artbench" verify --data /dev/stdin --variants glib_tree <keys.txt >out 2>err
check "verify of stdin that is a file" matches out "^glib_tree: $n keys right"

# ---- errors ----

refused "no command" "no command"
refused "unknown command" "'tabel' is not a command" tabel
refused "unknown option" "--nosuch" table --nosuch
refused "a stray word" "'stray'" table --data keys.txt stray
refused "no data" "needs --data FILE;" table --rounds 1
refused "no data to verify" "needs --data FILE;" verify
refused "no data to bench" "needs --data FILE;" bench
refused "unknown variant" "variant 'nosuch' is not known; use some of: ${names[0]}, " \
  table --data keys.txt --variants glib_tree,nosuch
refused "no variant" "variant" table --data keys.txt --variants ''
for value in x 0 -1 1.5 1001 ''; do
  refused "--rounds '$value'" "--rounds '$value'" table --data keys.txt --rounds "$value"
done
refused "--seed" "--seed 'x'" table --data keys.txt --seed x
refused "--timeout" "--timeout '0'" table --data keys.txt --timeout 0
refused "--memory" "--memory '0'" table --data keys.txt --memory 0
refused "--format" "--format 'html' is not known; use one of: text, tsv, markdown" \
  table --data keys.txt --format html
refused "--order" "use one of: random, sorted" verify --data keys.txt --order backwards
refused "--values" "use one of: random, rank" bench --data keys.txt --values none
refused "list --format" "use one of: text, tsv" list --format markdown
refused "a missing file" "nosuch.txt" table --data nosuch.txt
refused "a folder" "is a directory" verify --data .
printf 'a\r\nb\r\n' >crlf.txt
refused "CRLF" "crlf.txt:1" bench --data crlf.txt
for help in --help --version {list,table,bench,verify,site,pack,unpack}' --help'; do
  # shellcheck disable=SC2086
  run "$artbench" $help
  check "$help: status" same "$status" 0
  check "$help: says something" test -s out
  check "$help: no error" same "$(wc -c <err)" 0
done
"$artbench" list >/dev/full 2>err
check "a full disk: status" same $? 2
check "a full disk: says so" matches err '^artbench: cannot write the output: .*; '

# What a command refuses is not offered by its --help.
for command in run sweep plan; do
  run "$artbench" $command --help
  cp out help
  for value in --until-resolved=5 --budget=5 --part=1.speed; do
    option=${value%=*}
    if [ $command = run ]; then
      check "run --help: $option" has help " $option="
      continue
    fi
    check "$command --help: no $option" lacks help " $option="
    refused "$command $option" "takes no --" $command --data keys.txt --rounds 1 --results new $value
  done
done
run "$artbench" plan --help
check "plan --help: what it does" has out "Prints the parts of the run"
run "$artbench" --help
check "--help: every command with one of its own" same \
  "$(sed -n 's/^  \([a-z]*\)  .*/\1/p' out | xargs)" \
  "list run table sweep grid plan merge report compare site pack unpack bench verify explain profile census dump lines gen sample objects count"

# ---- children that fail ----

row() { awk -F'\t' -v v="$1" '$1 == v { print $(NF - 1) }' out; }
run "$faulty" table --data keys.txt --rounds 1 --timeout 5 --format tsv --results faults
check "faults: status" same "$status" 1
check "faults: the right one is right" same "$(row glib_tree)" "$n/$n"
check "faults: a crash" same "$(row faulty_crash)" "crashed: signal 6"
check "faults: a hang" same "$(row faulty_hang)" "timed out after 5 s"
check "faults: an early exit" same "$(row faulty_leave)" "ended before its results did"
check "faults: garbage" same "$(row faulty_print)" "printed garbage instead of results"
check "faults: wrong values" same "$(row faulty_get)" "hit: wrong answers: $((n - 3))/$n"
check "faults: found what is not there" same "$(row faulty_miss)" "miss: wrong answers: $((n - 3))/$n"
check "faults: order" matches <(row faulty_order) "^scan, at \"[^\"]+\": not visited where it belongs\$"
check "faults: delete" matches <(row faulty_delete) "^count: says [0-9]+ and holds [0-9]+ keys\$"
check "faults: a scan that loses a key" same "$(row faulty_lossy)" \
  "scan: count, values or key bytes are not those of the keys"
check "faults: results that break off" same "$(row forge_end)" "load: its results have no 'rss'"
check "faults: answers that were not asked for" same "$(row forge_few)" "hit: 9 questions asked of $n"
check "faults: results printed twice" same "$(row forge_rows)" "printed garbage instead of results"
check "faults: a self-report that is wrong" matches <(row faulty_memory) \
  "^memory\(\) says [0-9]+ bytes, [0-9]+ are held\$"
check "faults: classes that do not add up" matches <(row faulty_classes) \
  "^memory: total [0-9]+ is not the sum of its classes\$"
check "faults: put keeps the caller's bytes" matches <(row faulty_keeper) "^hit: wrong answers: [0-9]+/$n\$"
check "faults: build keeps the caller's bytes" matches <(row faulty_builder) "^hit: wrong answers: [0-9]+/$n\$"
check "faults: borrowing that is declared" same "$(row open_keeper) $(row open_builder)" "$n/$n $n/$n"
check "faults: declined" matches <(row faulty_short) "^declined: it takes keys of up to 8 bytes"
check "faults: no figures beside a failure" same \
  "$(awk -F'\t' '$1 ~ /^faulty_(crash|hang|get|order)$/ { print $4 $5 $6 $8 $9 $10 $11 $12 }' out | sort -u)" "--------"
check "faults: in raw.tsv" matches faults/raw.tsv "^1$tab[0-9]+${tab}faulty_crash${tab}speed$tab-$tab-$tab-$tab-${tab}crashed: signal 6$tab"
check "faults: in summary.tsv" same "$(awk -F'\t' '$1 == "faulty_hang" { print $6 }' faults/summary.tsv)" "timed out after 5 s"
check "faults: in table.md" has faults/table.md "FAILED: faulty_hang: timed out after 5 s."
check "faults: memory behind the allocator's back is right" same "$(row hider)" "$n/$n"
if [ "$(awk -F'\t' '$1 == "hider" { print $5 }' out)" != - ]; then # no heap under a sanitizer
  check "faults: memory behind the allocator's back" matches faults/table.md \
    "FLAGGED: hider: heap and exact disagree by [0-9]+ bytes"
fi
check "faults: on stderr" has err "artbench: faulty_crash, round 1, speed: crashed: signal 6"
run "$faulty" verify --data keys.txt --timeout 5
check "verify of faulty ones: status" same "$status" 1
wrong='^(faulty|forge)_' # but for the one that has declared its limits
check "verify of faulty ones: the right ones" same "$(cut -d: -f1 out)" \
  "$("$faulty" list --format tsv | awk -F'\t' -v w="$wrong" 'NR > 1 && $7 == "-" &&
    ($1 !~ w || $1 == "faulty_short") { print $1 }')"
check "verify of faulty ones: a line each" same "$(cut -d: -f1,2 err | sort -u)" \
  "$("$faulty" list --format tsv | awk -F'\t' -v w="$wrong" '$1 ~ w && $7 == "-" &&
    $1 != "faulty_short" { print "artbench: " $1 }' | sort)"
check "verify of faulty ones: one line each" same "$(cut -d: -f2 err | sort | uniq -d)" ""
check "verify: a scan back" matches err \
  "^artbench: faulty_back: scan back from [^:]*, at \"[^\"]*\": not visited where it belongs"
check "verify: a crash" has err "artbench: faulty_crash: crashed: signal 6, in hits"
check "verify: a hang" has err "artbench: faulty_hang: timed out after 5 s, in put; give it longer with --timeout"
check "verify: an early exit" has err "artbench: faulty_leave: ended before its results did, in put"
check "verify: an end too early" has err "artbench: forge_end: ended before its results did, in put"
check "verify: an end behind made-up rows" has err "artbench: forge_few: printed garbage instead of results"
check "verify: garbage" has err "artbench: faulty_print: printed garbage instead of results"
check "verify: declined" has out "faulty_short: declined: it takes keys of up to 8 bytes"
check "verify: a self-report that is wrong" matches err "^artbench: faulty_memory: memory\(\) says [0-9]+ bytes, [0-9]+ are held\$"
for what in get miss order delete; do
  check "verify faulty_$what: names the key" matches err "^artbench: faulty_$what: .*\"https://example.org/[^\"]*\".*: "
done
check "verify: a range too wide, without an order" matches err \
  "^artbench: faulty_range: scan from \"[^\"]*\" to .*: unknown, outside, repeated or with another value: \""
check "verify: a prefix too wide, without an order" matches err \
  "^artbench: faulty_prefix: scan of prefix \"[^\"]*\": unknown, outside, repeated or with another value: \""
run "$faulty" bench --data keys.txt --variants glib_tree,faulty_get -- \
  --benchmark_min_time=0.001 --benchmark_format=json
check "bench of a faulty one: status" same "$status" 1
check "bench of a faulty one: says so" same \
  "$(jq -r '[.benchmarks[] | select(.error_occurred) | .name] | join(" ")' out)" "faulty_get/hit/manual_time"
check "bench of a faulty one: one line" same "$(grep -c '^artbench: faulty_get' err)" 1
run "$faulty" bench --data keys.txt --timeout 5 -- --benchmark_min_time=0.001 \
  --benchmark_filter=hit --benchmark_format=csv
check "bench of faulty ones: status" same "$status" 1
check "bench of faulty ones: a crash" has err "artbench: faulty_crash: crashed: signal 6; leave it out"
check "bench of faulty ones: a hang" has err "artbench: faulty_hang: timed out after 5 s; give it longer"
check "bench of faulty ones: an early exit" has err "artbench: faulty_leave: ended before its results did; leave it out"
check "bench of faulty ones: garbage" has err "artbench: faulty_print: printed what is no Google Benchmark"
check "bench of faulty ones: declined is no wrong answer" same \
  "$(grep -c '^artbench: faulty_short' err)" 1
check "bench of faulty ones: the others go on" matches out '^"faulty_memory/hit/manual_time",[0-9]'
check "bench of faulty ones: one header" same "$(grep -c '^name,' out)" 1
run "$faulty" bench --data keys.txt --variants faulty_leave -- --benchmark_min_time=0.001
check "bench of one that exits: status" same "$status" 1

for what in keeper builder; do # they keep the caller's key bytes
  run "$faulty" verify --data keys.txt --variants "faulty_$what"
  check "verify faulty_$what: status" same "$status" 1
  run "$faulty" verify --data keys.txt --variants "open_$what"
  check "verify open_$what: status" same "$status" 0
  run "$faulty" bench --data keys.txt --variants "open_$what" -- --benchmark_min_time=0.001 \
    --benchmark_repetitions=2
  check "bench open_$what: status" same "$status" 0
done

# What a variant has declared that it does not take is no failure.
run "$faulty" table --data keys.txt --rounds 1 --variants glib_tree,faulty_short
check "declined: status" same "$status" 0
check "declined: in the notes" has out "LEFT OUT: faulty_short: declined: it takes keys of up to 8 bytes"
run "$faulty" verify --data keys.txt --variants faulty_short
check "verify of what is declined: status" same "$status" 0
declines() { # VARIANT WHY FILE: if it is built in
  case $built_in in *" $1 "*) ;; *) return ;; esac
  run "$artbench" verify --data "$3" --variants "$1"
  check "$1 declines: status" same "$status" 0
  check "$1 declines: why" has out "$1: declined: $2"
}
printf 'one\ntw\0o\n' >nul.txt
declines judy_sl 'it takes no NUL bytes and the data has "tw\x00o"' nul.txt
{ echo short; head -c 512 /dev/zero | tr '\0' x; echo; } >long.txt
declines lmdb 'it takes keys of up to 511 bytes and the data has one of 512' long.txt
printf 'ABKEYS1\n\001\0\0\0\0\0\0\0\0\0\0\0' >empty.txt
declines lmdb 'it takes no empty key and the data has ""' empty.txt

# A key file that changes meanwhile, in one byte, after the first job has read it.
cp keys.txt changing.txt
FAULTY_MEDDLES_WITH=changing.txt run "$faulty" table --data changing.txt --rounds 1 \
  --variants meddler --format tsv --results changed
check "a changed key file: it was changed" same "$(cmp keys.txt changing.txt | wc -l)" 1
check "a changed key file: status" same "$status" 1
check "a changed key file: says so" same "$(row meddler)" "the key file changed during the run"
check "a changed key file: the first job was right" matches changed/raw.tsv "meddler${tab}memory$tab-${tab}process"
check "a changed key file: no figures of the second" same \
  "$(awk -F'\t' '$4 == "speed" && $9 == "ok" && $6 != "in_turns"' changed/raw.tsv)" ""

# ---- keys that are handed on ----

refused "a descriptor of no keys" "keys.txt: descriptor 9 has no keys that artbench has handed on" \
  job memory --data keys.txt --variants glib_tree --handed 9
refused "a descriptor of no number" "--handed '1'" \
  job memory --data keys.txt --variants glib_tree --handed 1
(
  ulimit -f 1 # which is for files in memory, too
  run "$artbench" verify --data keys.txt --variants glib_tree
  echo "$status" >status
)
check "no room to hand them on: a job reads the file" same "$(<status)" 0
check "no room to hand them on: and is right" matches out "^glib_tree: $n keys right"

# ---- signals ----

words_of() { tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline"; } 2>/dev/null

# Start a run whose first child hangs; sets `parent` and `child`.
hanging() { # RESULTS
  "$faulty" table --data keys.txt --rounds 1 --variants faulty_hang,glib_tree --results "$1" \
    >out 2>err </dev/null &
  parent=$! child=''
  for _ in $(seq 100); do
    for child in $(cat "/proc/$parent/task/$parent/children" 2>/dev/null); do
      words_of "$child" | grep -q -- '--variants=faulty_hang' && return
    done
    sleep 0.1
  done
  child=''
}
ended() { ! kill -0 "$1" 2>/dev/null; }

for signal in INT TERM; do
  hanging "stop$signal"
  check "SIG$signal: a child hangs" test -n "$child"
  check "SIG$signal: it was handed its keys" matches <(words_of "$child") '--handed=3 '
  kill "-$signal" "$parent"
  wait "$parent"
  check "SIG$signal: status" same $? 130
  check "SIG$signal: says where" has err "artbench: interrupted; what was measured is in stop$signal.partial"
  check "SIG$signal: no table" same "$(wc -c <out)" 0
  check "SIG$signal: the rows are kept" test -s "stop$signal.partial/raw.tsv"
  check "SIG$signal: not as a whole" test ! -e "stop$signal"
  check "SIG$signal: the child is gone" ended "$child"
done

hanging killed
check "a killed child: it hangs" test -n "$child"
for _ in $(seq 100); do # its memory job, then its speed job
  for child in $(cat "/proc/$parent/task/$parent/children" 2>/dev/null); do
    if words_of "$child" | grep -q -- '--variants=faulty_hang'; then kill -KILL "$child"; fi
  done
  sleep 0.1
  ended "$parent" && break
done
wait "$parent"
check "a killed child: status" same $? 1
check "a killed child: a row says so" matches killed/raw.tsv "faulty_hang${tab}memory$tab.*crashed: signal 9$tab"
check "a killed child: the others go on" matches killed/summary.tsv "^glib_tree$tab.*$tab$n/$n\$"

finish
