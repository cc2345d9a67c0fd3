#!/usr/bin/env bash
# test_floors.sh SOURCE_ROOT: every include goes down or stays on its floor, by the floors
# that docs/ARCHITECTURE.md names; what a header declares is defined on its floor; and no
# two sources have one name. Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

root=$(cd -- "${1:?usage: test_floors.sh SOURCE_ROOT}" && pwd) || exit 1
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
cd "$root" || exit 1

# FOLDER<TAB>HEIGHT of each, the lowest 1.
sed -n '/^```floors$/,/^```$/p' docs/ARCHITECTURE.md | grep -v '^```' | tac |
  awk '{ for (i = 1; i <= NF; i++) print $i "\t" NR }' >"$temp/floors"
check "there are floors" test "$(wc -l <"$temp/floors")" -ge 15

sources() { find "$1" -name .git -o -path "$1/build*" -prune -o -type f \( -name '*.[ch]' -o -name '*.cc' \) -print; }

# includes ROOT: FROM<TAB>TO<TAB>NAME of each include of a source of the tree by another.
includes() {
  (cd "$1" && sources . | sed 's|^\./||' | sort) >"$temp/files"
  (cd "$1" && xargs grep -HE '^[ \t]*#[ \t]*include "' <"$temp/files") |
    awk -v files="$temp/files" '
      function folder(path) { sub(/\/?[^\/]*$/, "", path); return path }
      function plain(path) { # without a/..
        while (sub(/[^\/.]+\/\.\.\//, "", path)) continue
        return path
      }
      function found(from, name,    i, path) {
        path = plain(folder(from) "/" name)
        if (path in there) return path
        for (i = 1; i <= n; i++) if ((root[i] name) in there) return root[i] name
        return ""
      }
      BEGIN {
        while ((getline line <files) > 0) there[line] = 1
        n = split("harness/ variants/ memkv/ memkv/include/ tests/ baselines/", root, " ")
      }
      {
        from = $0; sub(/:.*/, "", from)
        name = $0; sub(/[^"]*"/, "", name); sub(/".*/, "", name)
        to = found(from, name)
        if (to != "" && from !~ /^docs\//) print from "\t" to "\t" name
      }'
}

# by_floor PROGRAM: awk over what `includes` lists, with the floor of both ends, 0 for none,
# and the folder that is named: "harness" is of no floor, but below all.
by_floor() {
  awk -F'\t' -v floors="$temp/floors" '
    function floor_of(path) { # the nearest folder that is named
      sub(/\/?[^\/]*$/, "", path)
      if (path == "harness") return path
      while (path != "" && !(path in height)) sub(/\/?[^\/]*$/, "", path)
      return path
    }
    BEGIN { while ((getline line <floors) > 0) { split(line, x, "\t"); height[x[1]] = x[2] } }
    { from = floor_of($1); to = floor_of($2) }
    '"$1"
}

# upward ROOT: FILE: INCLUDE of each that goes up, or is of no floor.
upward() {
  includes "$1" | by_floor 'to != "harness" && (!height[from] || !height[to] ||
    height[to] > height[from]) { print $1 ": " $3 }'
}

# between ROOT: now<TAB>FROM<TAB>TO<TAB>INCLUDES of each pair of folders, the source of a
# picture.
between() {
  includes "$1" | by_floor 'from != to { n["now\t" from "\t" to]++ }
    END { for (pair in n) print pair "\t" n[pair] }' | LC_ALL=C sort
}

check "every include goes down" same "$(upward .)" ""
check "docs/includes.tsv has them (they are below)" same "$(grep '^now' docs/includes.tsv)" \
  "$(between .)"
check "no two sources of one name" same \
  "$(sources . | grep -v '^\./docs/' | sed 's|.*/||' | sort | uniq -d)" ""

# homeless ROOT: HEADER: NAME of each function and variable that a header declares and no
# source of its floor defines, by what stands at the left margin, where .clang-format has it.
homeless() {
  (cd "$1" && sources . | sed 's|^\./||' | grep -v '^docs/' | sort | xargs awk -v floors="$temp/floors" '
      function floor_of(path) {
        if (path == "harness/ab.h") return height["harness/contract"]
        while (sub(/\/?[^\/]*$/, "", path) && path != "")
          if (path in height) return height[path]
        return 0
      }
      # `said` is what stands before the { or ; or = that ends it.
      function take(said, end,    name, call, known) {
        known = said ~ /^extern /
        if (said ~ /^(typedef|static|_Static_assert)/) return
        call = sub(/\(.*/, "", said)
        sub(/\[.*/, "", said)
        sub(/ +$/, "", said)
        if (!call && said ~ /^((struct|enum|union) )?[a-z_0-9]*$/) return # a type
        name = said
        sub(/.*[^A-Za-z0-9_]/, "", name)
        if (name ~ /^(_.*)?$/ || !floor_of(FILENAME)) return # the compiler has it, or no floor
        if (call ? end == "{" : !known || end == "=") defined[floor_of(FILENAME), name]
        else if (FILENAME ~ /\.h$/) declared[FILENAME ": " name] = floor_of(FILENAME) SUBSEP name
      }
      BEGIN { while ((getline line <floors) > 0) { split(line, x, "\t"); height[x[1]] = x[2] } }
      FNR == 1 { said = ""; inside = foreign = more = 0 }
      {
        while (match($0, /\/\*([^*]|\*+[^*\/])*\*+\//)) $0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
        if (inside && !sub(/.*\*\//, "")) next
        inside = sub(/\/\*.*/, "")
        gsub(/__attribute__\(\(([^()]|\([^()]*\))*\)\) */, "")
        if (/^[ \t]*#[ \t]*ifdef __cplusplus/) foreign = 1
        if (foreign) { foreign = !/^[ \t]*#[ \t]*endif/; next }
        if (more || /^[ \t]*#/) { more = /\\$/; next }
        if (sub(/^G_DEFINE_QUARK\(.*, /, "GQuark ")) sub(/\)/, "_quark(void) {")
        if (said == "" && !/^[A-Za-z_]/ || /^[A-Z0-9_]+\(.*\)$/) next # inside, or a macro
        said = said (said == "" ? "" : " ") $0
        if (match(said, /[{;=]/)) { take(substr(said, 1, RSTART - 1), substr(said, RSTART, 1)); said = "" }
      }
      END {
        for (name in declared) {
          n++
          split(declared[name], at, SUBSEP)
          if (!((at[1], at[2]) in defined)) print name
        }
        if (n < 1) print "nothing is declared"
      }' | sort)
}
check "what a header declares is defined on its floor" same "$(homeless .)" ""

# A floor that includes upwards is seen.
mkdir -p "$temp/house/harness/ground" "$temp/house/harness/run"
echo '#include "run/run.h"' >"$temp/house/harness/ground/row.c"
echo '#include "ground/row.h"' >"$temp/house/harness/run/run.h"
: >"$temp/house/harness/ground/row.h"
mkdir -p "$temp/house/harness/attic"
: >"$temp/house/harness/attic/trunk.h"
echo '#include "attic/trunk.h"' >>"$temp/house/harness/run/run.h"
check "an include that goes up, or nowhere, is seen" same "$(upward "$temp/house" | sort)" \
  "$(printf '%s\n' 'harness/ground/row.c: run/run.h' 'harness/run/run.h: attic/trunk.h')"
printf 'int run_all(int n);\nextern int runs;\nint row_width(void);\n' >>"$temp/house/harness/run/run.h"
printf 'int\nrun_all(int n)\n{\n\treturn n;\n}\nint runs = 1;\n' >"$temp/house/harness/run/run.c"
check "what is defined on its floor is found" same "$(homeless "$temp/house")" "harness/run/run.h: row_width"
printf 'int row_width(void)\n{\n\treturn 1;\n}\n' >>"$temp/house/harness/ground/row.c"
mv "$temp/house/harness/run/run.c" "$temp/house/harness/ground/"
check "what is defined on another floor is seen" same "$(homeless "$temp/house")" \
  "$(printf 'harness/run/run.h: %s\n' row_width run_all runs)"
finish
