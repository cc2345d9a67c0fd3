#!/usr/bin/env bash
# test_headers.sh SOURCE_ROOT: every header of variants/ and memkv/ parses alone: it includes
# what it uses, and a part of a template takes the smallest whole that it is of. Exit status: 0
# passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

root=$(cd -- "${1:?usage: test_headers.sh SOURCE_ROOT}" && pwd) || exit 1
command -v gcc >/dev/null || skip "gcc is missing (scripts/setup.sh build)"
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT

parses() { # HEADER
  printf '#include "%s"\n' "$1" >"$temp/alone.c"
  gcc -std=gnu11 -D_GNU_SOURCE -DART_NO_SIMD -Wall -Wextra -Werror -Wno-unused-function -fsyntax-only \
    -I"$root/harness" -I"$root/memkv" -I"$root/memkv/include" \
    "$temp/alone.c" 2>&1 | grep -m1 error && return 1
  return 0
}

while IFS= read -r header; do
  case $header in
    */epoch.h) [ -e /usr/include/ck_epoch.h ] || continue ;; # libck-dev
  esac
  check "${header#"$root/"}" parses "$header"
done < <(find "$root/variants" "$root/memkv" -name '*.h' | sort)
printf '#include "%s/variants/page/text_none.h"\n' "$root" >"$temp/twice.h"
printf '#include "%s/variants/page/text_symbols.h"\n' "$root" >>"$temp/twice.h"
check "two policies are refused" same "$(parses "$temp/twice.h" | grep -c 'one text policy')" 1
finish
