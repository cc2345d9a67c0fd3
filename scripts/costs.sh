# shellcheck shell=bash disable=SC2154
# Sourced by callgrind.sh: what callgrind says of caches, branches and functions. Its events,
# by the names that its files give them:
#   Ir         instructions          I1mr               of them not in the first level
#   D1mr D1mw  data not in it        ILmr DLmr DLmw     what was not in the last level, too
#   Bcm Bim    branches whose way, or whose target, was predicted wrongly

# costs_of VARIANT OPERATION OPERATIONS: adds a row to costs.tsv for a cell, and one to
# functions.tsv for each function in it: instructions and, if they were simulated, misses of
# both levels and wrong predictions, an operation. What a function calls is not in its own;
# what was inlined into it is.
costs_of() {
  awk -v OFS='\t' -v cell="$1"$'\t'"$2" -v n="$3" -v costs="$work/costs.tsv" \
    -v functions="$work/functions.tsv" '
    # Notes the name that a number stands for where both are said, and returns the number.
    function number(text,    label) {
      sub(/^c?fn=/, "", text)
      label = text
      if (sub(/^\([0-9]+\) /, "", label)) named[substr(text, 1, index(text, ")"))] = label
      return substr(text, 1, index(text, ")"))
    }
    function an_operation(of,    k, i, m, name, sum, text) {
      text = sprintf("%.2f", cost[of, "Ir"] / n)
      for (k = 1; k <= 4; k++) {
        m = split(group[k], name, " ")
        for (i = 1; i <= m; i++) sum += cost[of, name[i]]
        text = text OFS (simulated ? sprintf("%.4f", sum / n) : "-")
        sum = 0
      }
      return text
    }
    BEGIN { split("I1mr|D1mr D1mw|ILmr DLmr DLmw|Bcm Bim", group, "|") }
    /^events: / { events = split(substr($0, 9), event, " "); simulated = / I1mr / }
    /^fn=/ { at = number($0) }
    /^cfn=/ { number($0) }
    /^calls=/ { getline; next } # what a call takes is in what is called
    /^[0-9+*-]/ { for (i = 1; i <= events; i++) cost[at, event[i]] += $(i + 1); in_use[at] }
    /^totals: / { for (i = 1; i <= events; i++) cost["all", event[i]] = $(i + 1) }
    END {
      print cell, an_operation("all") >>costs
      for (at in in_use)
        if (cost[at, "Ir"] > 0) print cell, named[at], an_operation(at) >>functions
    }' "$work/$1.$2.callgrind"
}

# ---- for people ----

print_costs() {
  printf '\nmisses per operation, simulated: first levels of 32 KiB, a last level of %s KiB;'\
' and wrong predictions\n' "$((ll / 1024))"
  awk -F'\t' '
    NR == 1 { printf "%-18s %-9s %10s %10s %10s %10s\n", "variant", "operation",
      "I1", "D1", "last", "predicted" }
    { printf "%-18s %-9s %10.3f %10.3f %10.3f %10.3f\n", $1 == last ? "" : $1, $2, $4, $5, $6, $7
      last = $1 }' "$work/costs.tsv"
}

print_functions() {
  printf '\ninstructions per operation, by function; more in %s\n' "$functions/functions.tsv"
  awk -F'\t' '
    { cell = $1 FS $2 }
    cell != last { rows = 0; print $1 ", " $2; last = cell }
    ++rows <= 5 { printf "  %10.2f  %s\n", $4, $3 }' < <(tail -n +2 "$functions/functions.tsv")
}

# ---- to be kept ----

functions_header=$'variant\toperation\tfunction\tinstructions\ti1_misses\td1_misses\tlast_level_misses\tmispredicted'

keep_functions() {
  local order=$work/order.tsv
  must_write "$functions" "cannot write there; name another --functions DIR"
  # The cells in their order, and in each the most expensive first.
  awk -F'\t' -v OFS='\t' '{ print $1, $2, NR }' "$work/costs.tsv" >"$order"
  if ! { echo "$functions_header"
    awk -F'\t' -v OFS='\t' 'NR == FNR { place[$1, $2] = $3; next }
      { print place[$1, $2], $0 }' "$order" "$work/functions.tsv" |
      sort -t$'\t' -k1,1n -k5,5gr -k4,4 | cut -f2-
  } >"$functions/functions.tsv" || ! cp -- "$work"/*.callgrind "$functions/"; then
    fail 1 "$functions: cannot be written; make room, or name another --functions DIR"
  fi
}

# A row for each cell, for programs.
print_tsv() {
  printf 'variant\toperation\tkeys\tinstructions\tbefore\trevision_before'
  printf '\ti1_misses\td1_misses\tlast_level_misses\tmispredicted\n'
  awk -F'\t' -v OFS='\t' -v keys="$keys" '
    FILENAME == ARGV[1] { before[$1, $2] = $3; from[$1, $2] = $4; next }
    { known = ($1, $2) in before
      print $1, $2, keys, $3, known ? before[$1, $2] : "-", known ? from[$1, $2] : "-",
        $4, $5, $6, $7 }' "$work/before.tsv" "$work/costs.tsv"
}
