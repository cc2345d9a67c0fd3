#!/bin/sh
# One archive of one object, in which hidden symbols are local, so that the names inside the
# library cannot be taken for those of the program it is linked into.
# Usage: hide.sh ARCHIVE OUT OBJCOPY AR COMPILER...
set -eu
export LC_ALL=C
unset CDPATH
archive=$1 out=$2 objcopy=$3 ar=$4
shift 4
"$@" -r -nostdlib -Wl,--whole-archive "$archive" -o "$out.o"
"$objcopy" --localize-hidden "$out.o"
rm -f -- "$out"
"$ar" rcs "$out" "$out.o"
rm -f -- "$out.o"
