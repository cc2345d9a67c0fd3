#!/usr/bin/env bash
# A rustc that is there and of no use costs one row, not the build; and where it was asked
# for it is an error.
# Usage: test_rustc.sh SOURCE_ROOT
# Exit status: 0 passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

root=$(realpath -- "${1:?usage: test_rustc.sh SOURCE_ROOT}")
command -v meson >/dev/null || skip "meson is not in the path"
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
cd "$temp" || exit 1

configure() { # auto|enabled, into a folder of that name; with a rustc that has a version and no std
  mkdir -p bin
  printf '#!/bin/sh\n[ "$*" = --version ] && echo "rustc 1.0.0" && exit\necho "no std here" >&2\nexit 1\n' >bin/rustc
  chmod +x bin/rustc
  PATH=$temp/bin:$PATH meson setup "-Drust=$1" "$1" "$root" >out 2>&1 </dev/null
}

check "auto: configures" configure auto
check "auto: its row is missing, with its package" has auto/variants.inc 'AB_ABSENT(rust_btreemap, "rustc")'
check "auto: the others are there" has auto/variants.inc 'AB_VARIANT(std_map,'
check "enabled: fails" eval '! configure enabled'
check "enabled: says why" has out 'ERROR: Problem encountered: rustc is there, but compiles no static library: no std here'
finish
