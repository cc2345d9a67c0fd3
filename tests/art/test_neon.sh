#!/usr/bin/env bash
# test_bytes and test_lanes for aarch64, whose SIMD is NEON, where that can be had.
# Usage: test_neon.sh SOURCE_ROOT. Exit status: 0 passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"
root=$1

need() { # COMMAND PACKAGE
  command -v "$1" >/dev/null || skip "no $1; install $2"
}
need aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
need qemu-aarch64 qemu-user
work=$(mktemp -d) || exit 1
trap 'rm -rf -- "$work"' EXIT

for name in bytes lanes; do
  check "$name compiles" aarch64-linux-gnu-gcc -static -std=gnu11 -D_GNU_SOURCE -O2 -Wall \
    -Wextra -Wconversion -Wno-sign-conversion -Werror -I "$root/harness" -I "$root/variants" \
    -o "$work/$name" "$root/tests/test_$name.c"
  check "$name passes" qemu-aarch64 "$work/$name" >"$work/out" || cat "$work/out"
  check "$name is with NEON" matches "$work/out" '^NEON$'
done
finish
