#!/usr/bin/env bash
# Draws the pictures of one run. See usage below.
# Exit status: 0 drawn, 1 gnuplot missing or failed, 2 bad usage or bad input.
set -euo pipefail
export LC_ALL=C
unset CDPATH

usage() {
  cat <<'END'
Usage: scripts/plot.sh RESULTS_DIR

Draws headline.svg, memory.svg, throughput.svg and ratios.svg in RESULTS_DIR from its
summary.tsv, ladder.svg if three variants or more are on the ladder of layouts, grid.svg if
some are points of a variant's parameters, and, where its raw.tsv has figures for them,
growth.svg, latency.svg and, of workloads in batches beside the same one by one, batch.svg.
`artbench report RESULTS_DIR` then puts them into report.html.
In the directory of a sweep it draws sweep.svg from sweep.tsv. All are replaced together,
or none is. Needs gnuplot 5.4 or later.
END
}

. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
pictures=(headline memory throughput)

case ${1-} in
  -h | --help) usage; exit 0 ;;
  -*) fail 2 "unknown option '$1'; try --help" ;;
esac
[ $# -eq 1 ] || fail 2 "give one results folder; try --help"

plots=$root/scripts/plots
[ -d "$1" ] || fail 2 "$1: no such folder"
results=$(cd -- "$1" && pwd)
source=summary.tsv
[ -e "$results/summary.tsv" ] || [ ! -e "$results/sweep.tsv" ] || source=sweep.tsv
summary=$results/$source
[ -e "$summary" ] || fail 2 "$1/summary.tsv: not found; 'artbench table --results' writes it"
if [ ! -f "$summary" ] || [ ! -r "$summary" ]; then
  fail 2 "$1/$source: not a readable file"
fi

if [ "$source" = sweep.tsv ]; then
  pictures=(sweep)
  numbers='keys noise rss_bpk heap_bpk exact_bpk claimed_bpk'
  shared='dataset revision host'
else
  numbers='rss_bpk heap_bpk exact_bpk inner_bpk leaf_bpk key_bpk slack_bpk claimed_bpk'
  for workload in insert hit miss scan delete; do
    numbers+=" ${workload}_mops ${workload}_min ${workload}_max"
  done
  shared='keys dataset revision host'
fi

# Every column the pictures use is there, every row is whole, every number is one,
# and all rows tell of the same run: a title must not speak for rows it is not true of.
defect=$(awk -F'\t' -v numbers="$numbers" -v sharing="$shared" '
  function stop(text) { print text; failed = 1; exit }
  BEGIN {
    words = "variant label family index status keys dataset revision host"
    n_words = split(words, word, " "); n_numbers = split(numbers, number, " ")
  }
  NR == 1 {
    width = NF
    for (i = 1; i <= NF; i++) {
      if ($i in column) twice = $i
      column[$i] = i
      if ($i ~ /_ns(_min|_max)?$/) number[++n_numbers] = $i
    }
    for (i = 1; i <= n_words; i++)
      if (!(word[i] in column)) stop("1: the header lacks the column " word[i])
    for (i = 1; i <= n_numbers; i++)
      if (!(number[i] in column)) stop("1: the header lacks the column " number[i])
    if (twice != "") stop("1: the column " twice " stands there twice")
    split(sharing, shared, " ")
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
        stop(NR ": " shared[i] " differs from the rows above; one file tells of one run")
      seen[i] = cell
    }
  }
  END {
    if (failed) exit
    if (NR == 0) print "1: the file is empty"
    else if (rows == 0) print "2: no rows below the header"
  }' "$summary")
[ -z "$defect" ] || fail 2 "$1/$source:$defect"

need 1 gnuplot gnuplot-nox

temp=$(mktemp -d "$results/.plots.XXXXXX" 2>/dev/null) ||
  fail 1 "$1: cannot write there; draw in a copy of your own"
trap 'rm -rf -- "$temp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# column NAME: where it stands in $summary, from 1
column() { head -n 1 -- "$summary" | tr '\t' '\n' | grep -nxF -- "$1" | cut -d: -f1; }

# gnuplot takes a double quote for the start of a quoted cell.
# What older runs do not say is not known, and sweeps have no one speed.
sed "s/\"/''/g" "$summary" | awk -F'\t' -v OFS='\t' '
  NR == 1 { for (i = 1; i <= NF; i++) there[$i] = 1 }
  !("rung" in there) { $0 = $0 OFS (NR == 1 ? "rung" : "-") }
  !("noise" in there) { $0 = $0 OFS (NR == 1 ? "noise" : "-") }
  !("hit_mops" in there) { $0 = $0 OFS (NR == 1 ? "hit_mops" : "-") } { print }' \
  >"$temp/summary.tsv"

# Of a sweep, one variant after another, and what the largest size says of them all,
# with the worst of the noise and what failed first.
if [ "$source" = sweep.tsv ]; then
  { head -n 1 -- "$temp/summary.tsv"
    tail -n +2 -- "$temp/summary.tsv" | sort -t "$(printf '\t')" -s \
      -k"$(column index),$(column index)n" -k"$(column keys),$(column keys)n"
  } >"$temp/sweep.tsv"
  awk -F'\t' -v OFS='\t' -v keys="$(column keys)" -v noise="$(column noise)" \
    -v variant="$(column variant)" -v status="$(column status)" '
    NR == 1 { print; next }
    $status != "ok" && !($variant in bad) { bad[$variant] = $keys " keys: " $status }
    $noise != "-" && $noise + 0 > worst + 0 { worst = $noise }
    !($variant in last) { order[++n] = $variant }
    { last[$variant] = $0 }
    END { for (i = 1; i <= n; i++) { $0 = last[order[i]]; $noise = worst == "" ? "-" : worst
      if ($variant in bad) $status = bad[$variant]
      print } }' "$temp/sweep.tsv" >"$temp/summary.tsv"
fi

# Which workloads have figures, in the order of the columns.
workloads=$(awk -F'\t' '
  NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /_ratio_lo$/) name[i] = $i; width = NF }
  NR > 1 { for (i in name) if ($(i - 1) != "-") there[i] = 1 }
  END { for (i = 1; i <= width; i++) if (i in there) {
    sub(/_ratio_lo$/, "", name[i]); printf "%s ", name[i] } }' "$summary")
if [ "$source" = sweep.tsv ]; then
  workloads=$(head -n 1 -- "$summary" | tr '\t' '\n' | sed -n 's/_ns$//p' | xargs)
elif [ -n "$workloads" ]; then
  pictures+=(ratios)
fi
# How many are on the ladder of layouts, each one idea more than the one before.
rungs=$(awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
  $column["status"] == "ok" && $column["rung"] ~ /^(F?[0-9]+)$/ { n++ } END { print n + 0 }' \
  "$temp/summary.tsv")
[ "$source" = sweep.tsv ] || [ "$rungs" -lt 3 ] || pictures+=(ladder)
order=$(sed -n 's/^order=//p' "$results/env.txt" 2>/dev/null || :)
reference=$(sed -n 's/^reference=//p' "$results/env.txt" 2>/dev/null || :)

# The median over the rounds of figures that summary.tsv has no room for; of several
# hosts, over those of each, named as summary.tsv has them.
# medians JOB WORKLOAD-REGEX METRIC-REGEX: lines of variant, workload, metric, value
medians() {
  awk -F'\t' -v job="$1" -v workload="$2" -v metric="$3" '
    NR == FNR { several = several || (FNR > 2 && $10 != host); host = $10; next }
    FNR > 1 && $4 ~ job && $5 ~ workload && $6 ~ metric && $9 == "ok" && $3 !~ /\.again$/ {
      print $3 (several ? ", " $10 : "") "\t" $5 "\t" $6 "\t" $7 }' \
    "$results/raw.tsv" "$results/raw.tsv" |
    sort -t "$(printf '\t')" -k1,1 -k2,2 -k3,3 -k4,4g |
    awk -F'\t' 'function flush() {
        if (n) print key "\t" (n % 2 ? x[(n + 1) / 2] : (x[n / 2] + x[n / 2 + 1]) / 2) }
      { k = $1 "\t" $2 "\t" $3; if (k != key) { flush(); key = k; n = 0 } x[++n] = $4 }
      END { flush() }'
}

# Which rows are points of a variant's parameters, FILE.c:NAME=NUMBER,... in env.txt, and
# which of them are neighbours: alike but in one parameter, of which none has a value between.
grid=''
if [ "$source" = summary.tsv ] && [ -f "$results/env.txt" ]; then
  grid=$(awk -F'\t' -v points="$temp/points.tsv" -v lines="$temp/lines.tsv" '
    NR == FNR {
      if ($0 !~ /^plugin\.[a-z0-9_]+\.file=.*\.c:[A-Z_][A-Z0-9_]*=/) next
      name = $0; sub(/^plugin\./, "", name); sub(/\..*/, "", name)
      file = $0; sub(/^[^=]*=/, "", file)
      point_of[name] = file; sub(/.*\.c:/, "", point_of[name])
      file_of[name] = substr(file, 1, length(file) - length(point_of[name]))
      next
    }
    FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    {
      n++
      name = $column["variant"]; host = ""
      if (k = index(name, ", ")) { host = substr(name, k); name = substr(name, 1, k - 1) }
      point[n] = point_of[name]
      group[n] = file_of[name] host
      drawn[n] = point[n] != "" && $column["rss_bpk"] != "-" && $column["hit_mops"] != "-"
      if (point[n] != "" && !files[file_of[name]]++) kinds++
      found += point[n] != ""
      m = split(point[n], part, ",")
      for (i = 1; i <= m; i++) { split(part[i], x, "="); value[n, x[1]] = x[2]; names[x[1]] = 1 }
    }
    # The parameter in which two rows differ, if it is one; else "".
    function differ(a, b,    p, which, count) {
      if (!drawn[a] || !drawn[b] || group[a] != group[b]) return ""
      for (p in names) if (value[a, p] != value[b, p]) { which = p; count++ }
      return count == 1 && value[a, which] != "" && value[b, which] != "" ? which : ""
    }
    END {
      print "point" >points
      for (i = 1; i <= n; i++) {
        text = point[i]; gsub(",", " ", text)
        print (text == "" ? "-" : text) >points
      }
      print "from\tto\tparameter" >lines
      print "0\t0\t-" >lines
      for (i = 1; i <= n; i++) for (j = 1; j <= n; j++) {
        p = differ(i, j)
        if (p == "" || value[i, p] + 0 >= value[j, p] + 0) continue
        between = 0
        for (k = 1; k <= n; k++)
          if (differ(i, k) == p && value[k, p] + 0 > value[i, p] + 0 && value[k, p] + 0 < value[j, p] + 0)
            between = 1
        if (!between) print i "\t" j "\t" p >lines
      }
      if (found > 1) {
        for (file in files) if (files[file]) { sub(/\.c:$/, "", file); sub(/.*\//, "", file); stem = file }
        print (kinds == 1 ? stem : "several variants")
      }
    }' "$results/env.txt" "$temp/summary.tsv")
fi
[ -z "$grid" ] || pictures+=(grid)

operations='' batches=''
if [ -f "$results/raw.tsv" ]; then
  {
    printf 'variant\tkeys\tmb\n'
    medians '^memory$' '^grow$' '^rss_after_[0-9]+$' | sed 's/rss_after_//' |
      awk -F'\t' '{ print $1 "\t" $3 "\t" $4 / 1e6 }' |
      sort -t "$(printf '\t')" -k1,1 -k2,2n
  } >"$temp/growth.tsv"
  [ "$(wc -l <"$temp/growth.tsv")" -le 1 ] || pictures+=(growth)

  {
    printf 'variant\toperation\tp50\tp99\tp999\tmax\n'
    medians '^latency$' '.' '^(p50|p99|p99[.]9|max)$' |
      awk -F'\t' '{ v[$1 "\t" $2 "\t" $3] = $4; key[$1 "\t" $2] = 1 }
        function cell(k, m) { return (k "\t" m) in v ? v[k "\t" m] : "-" }
        END { for (k in key) print k "\t" cell(k, "p50") "\t" cell(k, "p99") "\t" \
          cell(k, "p99.9") "\t" cell(k, "max") }' | sort
  } >"$temp/latency.tsv"
  # In the order in which they were run.
  operations=$(awk -F'\t' 'FILENAME == ARGV[1] { if (FNR > 1) there[$2] = 1; next }
    $4 == "latency" && ($5 in there) && !seen[$5]++ { printf "%s ", $5 }' \
    "$temp/latency.tsv" "$results/raw.tsv")

  # Speed in batches over that one by one, of each round: the median, the least and the most.
  {
    printf 'variant\toperation\tmid\tlo\thi\n'
    awk -F'\t' '
      NR == FNR { several = several || (FNR > 2 && $10 != host); host = $10; next }
      FNR == 1 || $9 != "ok" || $3 ~ /\.again$/ { next }
      $5 !~ /^(hit|insert)(_batch_[0-9]+)?$/ { next }
      $6 == "operations" || $6 == "seconds" {
        k = $3 (several ? ", " $10 : "") "\t" $5
        x[$10 "\t" $1 "\t" k "\t" $6] = $7; seen[$10 "\t" $1 "\t" k] = k
      }
      function rate(at) {
        return x[at "\tseconds"] > 0 ? x[at "\toperations"] / x[at "\tseconds"] : 0
      }
      END { for (at in seen) {
        one = at
        if (!sub(/_batch_[0-9]+$/, "", one)) continue
        if (rate(one) > 0 && rate(at) > 0) print seen[at] "\t" rate(at) / rate(one)
      } }' "$results/raw.tsv" "$results/raw.tsv" |
      sort -t "$(printf '\t')" -k1,1 -k2,2 -k3,3g |
      awk -F'\t' 'function flush() {
          if (n) print key "\t" (n % 2 ? x[(n + 1) / 2] : (x[n / 2] + x[n / 2 + 1]) / 2) \
            "\t" x[1] "\t" x[n] }
        { k = $1 "\t" $2; if (k != key) { flush(); key = k; n = 0 } x[++n] = $3 }
        END { flush() }'
  } >"$temp/batch.tsv"
  batches=$(cut -f2 "$temp/batch.tsv" | sed 1d | sort -t_ -u -k1,1 -k3,3n | xargs)
fi
[ -z "$batches" ] || pictures+=(batch)
[ -z "$operations" ] || pictures+=(latency)

for picture in "${pictures[@]}"; do
  svg=$temp/$picture.svg
  arguments=()
  case $picture in
    ratios) arguments=("$workloads" "${reference:-none}") ;;
    sweep) arguments=("$temp/sweep.tsv" "$workloads") ;;
    growth) arguments=("$temp/growth.tsv" "$order") ;;
    grid) arguments=("$temp/points.tsv" "$temp/lines.tsv" "$grid") ;;
    latency) arguments=("$temp/latency.tsv" "$operations") ;;
    batch) arguments=("$temp/batch.tsv" "$batches") ;;
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
