#!/usr/bin/env bash
# Draws the pictures of one run. See usage below.
# Exit status: 0 drawn, 1 gnuplot missing or failed, 2 bad usage or bad input.
set -euo pipefail

usage() {
  cat <<'END'
Usage: scripts/plot.sh RESULTS_DIR

Draws headline.svg, memory.svg, throughput.svg and ratios.svg in RESULTS_DIR from its
summary.tsv, and, where its raw.tsv has figures for them, growth.svg and latency.svg.
All are replaced together, or none is. Needs gnuplot 5.4 or later.
END
}

fail() { # STATUS MESSAGE
  echo "plot.sh: $2" >&2
  exit "$1"
}

pictures=(headline memory throughput)

case ${1-} in
  -h | --help) usage; exit 0 ;;
  -*) fail 2 "unknown option '$1'; try --help" ;;
esac
[ $# -eq 1 ] || fail 2 "give one results folder; try --help"

plots=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/plots" && pwd)
[ -d "$1" ] || fail 2 "$1: no such folder"
results=$(cd -- "$1" && pwd)
summary=$results/summary.tsv
[ -e "$summary" ] || fail 2 "$1/summary.tsv: not found; 'artbench table --results' writes it"
if [ ! -f "$summary" ] || [ ! -r "$summary" ]; then
  fail 2 "$1/summary.tsv: not a readable file"
fi

# Every column the pictures use is there, every row is whole, every number is one,
# and all rows tell of the same run: a title must not speak for rows it is not true of.
defect=$(LC_ALL=C awk -F'\t' '
  function stop(text) { print text; failed = 1; exit }
  BEGIN {
    words = "variant label family index status keys dataset revision host"
    numbers = "rss_bpk heap_bpk exact_bpk inner_bpk leaf_bpk key_bpk slack_bpk claimed_bpk"
    m = split("insert hit miss scan delete", w, " ")
    for (i = 1; i <= m; i++) numbers = numbers " " w[i] "_mops " w[i] "_min " w[i] "_max"
    n_words = split(words, word, " "); n_numbers = split(numbers, number, " ")
  }
  NR == 1 {
    width = NF
    for (i = 1; i <= NF; i++) {
      if ($i in column) twice = $i
      column[$i] = i
    }
    for (i = 1; i <= n_words; i++)
      if (!(word[i] in column)) stop("1: the header lacks the column " word[i])
    for (i = 1; i <= n_numbers; i++)
      if (!(number[i] in column)) stop("1: the header lacks the column " number[i])
    if (twice != "") stop("1: the column " twice " stands there twice")
    split("keys dataset revision host", shared, " ")
    next
  }
  NF != width { stop(NR ": " NF " cells where the header has " width) }
  {
    rows++
    if ($column["variant"] == "" || $column["label"] == "") stop(NR ": no variant or label")
    if ($column["index"] !~ /^[0-9]+$/) stop(NR ": index is not a whole number")
    for (i = 1; i <= n_numbers; i++) {
      cell = $column[number[i]]
      if (cell != "-" && cell !~ /^-?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$/)
        stop(NR ": " number[i] " is neither a number nor \"-\": \"" cell "\"")
    }
    for (i in shared) {
      cell = $column[shared[i]]
      if (cell == "-") continue
      if ((i in seen) && seen[i] != cell)
        stop(NR ": " shared[i] " differs from the rows above; one summary tells of one run")
      seen[i] = cell
    }
  }
  END {
    if (failed) exit
    if (NR == 0) print "1: the file is empty"
    else if (rows == 0) print "2: no rows below the header"
  }' "$summary")
[ -z "$defect" ] || fail 2 "$1/summary.tsv:$defect"

command -v gnuplot >/dev/null ||
  fail 1 "gnuplot not found; it is in the Debian package gnuplot-nox (apt-get install gnuplot-nox)"

temp=$(mktemp -d "$results/.plots.XXXXXX") || fail 1 "$1: cannot write there"
trap 'rm -rf -- "$temp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# gnuplot takes a double quote for the start of a quoted cell.
# What older runs do not say is not known.
sed "s/\"/''/g" "$summary" | LC_ALL=C awk -F'\t' -v OFS='\t' '
  NR == 1 { for (i = 1; i <= NF; i++) if ($i == "noise") there = 1 }
  !there { $0 = $0 OFS (NR == 1 ? "noise" : "-") } { print }' >"$temp/summary.tsv"

# Which workloads have figures, in the order of the columns.
workloads=$(LC_ALL=C awk -F'\t' '
  NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /_ratio_lo$/) name[i] = $i; width = NF }
  NR > 1 { for (i in name) if ($(i - 1) != "-") there[i] = 1 }
  END { for (i = 1; i <= width; i++) if (i in there) {
    sub(/_ratio_lo$/, "", name[i]); printf "%s ", name[i] } }' "$summary")
[ -z "$workloads" ] || pictures+=(ratios)
reference=$(sed -n 's/^reference=//p' "$results/env.txt" 2>/dev/null || :)

# The median over the rounds of figures that summary.tsv has no room for.
# medians JOB WORKLOAD-REGEX METRIC-REGEX: lines of variant, workload, metric, value
medians() {
  LC_ALL=C awk -F'\t' -v job="$1" -v workload="$2" -v metric="$3" 'NR > 1 &&
    $4 ~ job && $5 ~ workload && $6 ~ metric && $9 == "ok" && $3 !~ /\.again$/ {
      print $3 "\t" $5 "\t" $6 "\t" $7 }' "$results/raw.tsv" |
    LC_ALL=C sort -t "$(printf '\t')" -k1,1 -k2,2 -k3,3 -k4,4g |
    LC_ALL=C awk -F'\t' 'function flush() {
        if (n) print key "\t" (n % 2 ? x[(n + 1) / 2] : (x[n / 2] + x[n / 2 + 1]) / 2) }
      { k = $1 "\t" $2 "\t" $3; if (k != key) { flush(); key = k; n = 0 } x[++n] = $4 }
      END { flush() }'
}

operations=''
if [ -f "$results/raw.tsv" ]; then
  {
    printf 'variant\tkeys\tmb\n'
    medians '^memory$' '^grow$' '^rss_after_[0-9]+$' | sed 's/rss_after_//' |
      awk -F'\t' '{ print $1 "\t" $3 "\t" $4 / 1e6 }' |
      LC_ALL=C sort -t "$(printf '\t')" -k1,1 -k2,2n
  } >"$temp/growth.tsv"
  [ "$(wc -l <"$temp/growth.tsv")" -le 1 ] || pictures+=(growth)

  {
    printf 'variant\toperation\tp50\tp99\tp999\tmax\n'
    medians '^latency$' '.' '^(p50|p99|p99[.]9|max)$' |
      awk -F'\t' '{ v[$1 "\t" $2 "\t" $3] = $4; key[$1 "\t" $2] = 1 }
        function cell(k, m) { return (k "\t" m) in v ? v[k "\t" m] : "-" }
        END { for (k in key) print k "\t" cell(k, "p50") "\t" cell(k, "p99") "\t" \
          cell(k, "p99.9") "\t" cell(k, "max") }' | LC_ALL=C sort
  } >"$temp/latency.tsv"
  operations=$(awk -F'\t' 'NR > 1 && !seen[$2]++ { printf "%s ", $2 }' "$temp/latency.tsv")
fi
[ -z "$operations" ] || pictures+=(latency)

for picture in "${pictures[@]}"; do
  svg=$temp/$picture.svg
  arguments=()
  case $picture in
    ratios) arguments=("$workloads" "${reference:-none}") ;;
    growth) arguments=("$temp/growth.tsv") ;;
    latency) arguments=("$temp/latency.tsv" "$operations") ;;
  esac
  (cd -- "$plots" &&
    LC_ALL=C.UTF-8 gnuplot -d -c "$picture.gp" "$temp/summary.tsv" "$svg" \
      ${arguments[@]+"${arguments[@]}"} </dev/null) \
    2>"$temp/messages" || {
    cat "$temp/messages" >&2
    fail 1 "gnuplot failed on $picture.gp; no picture was changed"
  }
  cat "$temp/messages" >&2
  grep -qs '^</svg>' "$svg" ||
    fail 1 "gnuplot left $picture.svg incomplete; no picture was changed"
done
for picture in "${pictures[@]}"; do
  mv -f -- "$temp/$picture.svg" "$results/$picture.svg"
done
