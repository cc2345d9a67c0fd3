#!/usr/bin/env bash
# test_floors.sh SOURCE_ROOT: every include goes down or stays on its floor, by the floors
# that docs/ARCHITECTURE.md names; and no two sources have one name. Exit status: 0 passed,
# 1 failed.
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
      do sub(/\/?[^\/]*$/, "", path)
      while (path != "" && path != "harness" && !(path in height))
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
finish
