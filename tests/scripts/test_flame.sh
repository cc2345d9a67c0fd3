#!/usr/bin/env bash
# scripts/flame.sh: what is made of made-up samples, what goes wrong, and where perf may
# sample, that it does. Usage: test_flame.sh ARTBENCH SOURCE_ROOT. Exit status: 0 passed,
# 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

artbench=$(realpath -- "${1:?usage: test_flame.sh ARTBENCH SOURCE_ROOT}")
root=$(realpath -- "${2:?}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
work="$temp/a path & spaces"
mkdir "$work" "$temp/tmp" "$temp/made-up"
cd "$work" || exit 1
export TMPDIR=$temp/tmp ARTBENCH=$artbench

# Sets `status`; stdout and stderr go to the files out and err.
flame() { # ARGUMENT...
  status=0
  "$root/scripts/flame.sh" --keys 300 --seconds 1 "$@" >out 2>err </dev/null || status=$?
}
refused() { # STATUS TEXT
  check "$2: status" same "$status" "$1"
  check "$2: says so" has err "flame.sh: $2"
  check "$2: one line" same "$(wc -l <err)" 1
  check "$2: nothing is drawn" same "$(ls -- *.svg 2>/dev/null)" ""
}

# In perf's place: samples of three ways, one of them not below count_measured.
cat >"$temp/made-up/perf" <<'END'
#!/bin/bash
case $1 in
  record)
    [ ! -e "${0%/*}/broken" ] || { echo "artbench: broken" >&2; exit 1; }
    printf '%s\n' "$*" >"${0%/*}/words"
    if [ -e "${0%/*}/without" ]; then printf 'operations\t-\n'; else printf 'operations\t9\n'; fi ;;
  script) cat "${0%/*}/samples" ;;
esac
END
chmod +x "$temp/made-up/perf"
with_made_up() { PATH=$temp/made-up:$PATH flame "$@"; }
below() { printf '\t    30c88 %s\n' "$@" batch count_measured main; }
{ for _ in 1 2 3; do echo 'artbench '; below 'find<a&b>' get; echo; done
  echo 'artbench '; below get; echo
  echo 'artbench '; printf '\t 1 %s\n' load main; } >"$temp/made-up/samples"

with_made_up --variants glib_hash --output drawn.svg
check "made up: status" same "$status" 0
check "made up: says where" same "$(cat out)" drawn.svg
check "made up: the title" has drawn.svg ">glib_hash, hit, 300 generated keys: 4 samples<"
check "made up: what all are in is as wide as all" matches drawn.svg \
  '<title>get: 4 samples, 100\.0 %</title><rect x="10\.00" y="[0-9]+" width="1180\.00"'
check "made up: what three are in, as three quarters, escaped" matches drawn.svg \
  '<title>find&lt;a&amp;b&gt;: 3 samples, 75\.0 %</title><rect x="[0-9.]+" y="[0-9]+" width="885\.00"'
check "made up: callers are below" same "$(sed -n 's/.*<title>\([a-z]*\).* y="\([0-9]*\)" width.*/\2 \1/p' drawn.svg |
  sort -n | cut -d' ' -f2 | xargs)" "find get batch"
check "made up: nothing of before" lacks drawn.svg load
check "made up: as many ends as beginnings" same "$(grep -o '<g>' drawn.svg | wc -l)" "$(grep -o '</g>' drawn.svg | wc -l)"
check "made up: the operation that was asked for" matches "$temp/made-up/words" "count .*--variants glib_hash --operation hit --seconds 1"
rm drawn.svg
cp "$temp/made-up/samples" samples
: >"$temp/made-up/samples"
with_made_up --variants glib_hash
refused 1 "no sample is of glib_hash, hit"
: >"$temp/made-up/without"
with_made_up --variants glib_hash --operation scan
refused 2 "glib_hash has no scan, or none for so many keys"
: >"$temp/made-up/broken"
with_made_up --variants glib_hash
refused 1 "perf could not sample glib_hash, hit: artbench: broken"
with_made_up --variants glib_hash,art_ref4
refused 2 "--variants 'glib_hash,art_ref4' is not one name"
with_made_up --variants nosuch
refused 2 "--variants: no variant is called 'nosuch'"
with_made_up --variants glib_hash --operation nosuch
refused 2 "--operation 'nosuch' is not known"
with_made_up --variants glib_hash --seconds 0
refused 2 "--seconds '0' is not a whole number"
mkdir bin
ln -s "$(command -v bash)" "$(command -v dirname)" "$(command -v mkdir)" bin/
status=0
PATH=$work/bin bash "$root/scripts/flame.sh" --variants glib_hash >out 2>err </dev/null || status=$?
refused 1 "perf not found; it is in the Debian package linux-perf"

# ---- perf itself ----

"${CC:-cc}" -std=gnu11 -O2 -fPIC -fvisibility=hidden -shared -I "$root/harness" -o skiplist.so \
  "$root/docs/examples/plugin_skiplist.c" || exit 1
if ! command -v perf >/dev/null || ! perf record -q -o "$temp/try" -- true >/dev/null 2>&1; then
  echo "not looked at: what perf samples, for it is missing (Debian package linux-perf), or may not"
elif sanitized "$artbench"; then
  echo "not looked at: what perf samples of a program with a sanitizer"
else
  flame --variants skiplist --plugin skiplist.so
  check "perf: status" same "$status" 0
  check "perf: a function of the plug-in's" has flame-skiplist-hit.svg "<title>skip_get"
fi
check "no temporary files are left" same "$(ls "$TMPDIR")" ""
finish
