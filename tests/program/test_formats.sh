#!/usr/bin/env bash
# Key files of every format from the command line: found by name or by content,
# refused where malformed, and read alike by every process of a command.
# usage: test_formats.sh ARTBENCH
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"
export LC_ALL=C # keys are bytes
artbench=$(realpath -- "${1:?usage: test_formats.sh ARTBENCH}")
work=$(mktemp -d) || exit 1
trap 'rm -rf -- "$work"' EXIT
cd "$work" || exit 1
chosen=() # all structures, or some
! sanitized "$artbench" || chosen=(--variants art_boxed,art_inline,page_front,frozen_front,sorted_array,glib_hash)

run() { # ARGUMENT...: sets `status`; stdout and stderr go to the files out and err
  status=0
  "$artbench" "$@" >out 2>err </dev/null || status=$?
}

refused() { # TEXT ARGUMENT...: status 2, one line on stderr that has a remedy
  local text=$1
  shift
  run "$@"
  same "$status $(wc -l <err) $(wc -c <out)" "2 1 0" && matches err '^artbench: .*; ' &&
    has err "$text"
}

# verified KEYS ARGUMENT...: verify passes for every variant that holds something.
verified() {
  local keys=$1
  shift
  run verify "${chosen[@]}" "$@"
  same "$status" 0 && same "$(grep -cv "holds nothing\|: declined: \|: $keys keys right: " out)" 0 &&
    same "$(grep -c "^art_.*: $keys keys right: " out | sed 's/[1-9].*/some/')" some
}

little() { # NUMBER BYTES: little-endian
  local i
  for ((i = 0; i < $2; i++)); do printf "\\x$(printf %02x $((($1 >> (8 * i)) & 255)))"; done
}

key() { # ESCAPED: its length and its bytes
  little "$(printf "$1" | wc -c)" 4
  printf "$1"
}

# ---- lengths: keys that lines cannot hold, and the longest ones ----

nasty=('' '\0' '\0\0' '\0\n' '\n' '\n\n' '\r\n' 'a' 'a\0' 'a\0b' 'a\n' 'ab' 'abc' 'abcd' \
  'abcde\0\0\0\0\0\0\0\0\0\0' '\xff' '\xff\xff' '\xff\xff\xff\xff\xff\xff\xff\xff\xff' '\x7f' '\x80')
{
  printf 'ABKEYS1\n'
  little $((${#nasty[@]} + 2)) 8
  for k in "${nasty[@]}"; do key "$k"; done
  for last in x y; do
    little 65535 4
    head -c 65534 /dev/zero
    printf $last
  done
} >nasty.keys
check "lengths: every operation is right" verified 22 --data nasty.keys
check "lengths: sorted in memory" has err "nasty.keys: not sorted bytewise; sorted in memory"
check "lengths: named" verified 22 --data nasty.keys --data-format lengths
{ printf 'ABKEYS1\n'; little 1 8; little 0 4; } >empty.keys
check "lengths: the empty key alone" verified 1 --data empty.keys
run profile --data nasty.keys --format tsv
check "lengths: profile" same "$status $(grep -P '^keys\t' out)" "0 keys	22"
head -c 60 nasty.keys >short.keys
check "lengths: cut short" refused "short.keys: at byte " verify --data short.keys
check "lengths: not so" refused "at byte 0: the file does not begin with ABKEYS1" \
  verify --data "${BASH_SOURCE[0]}" --data-format lengths

# ---- sosd ----

{
  little 6 8
  for n in 0 1 256 $((1 << 62)) 255 -1; do little $n 8; done
} >few_uint64
check "sosd: every operation is right" verified 6 --data few_uint64
cp few_uint64 few.bin
check "sosd: named" verified 6 --data few.bin --data-format sosd
check "sosd: profile, named" same "$("$artbench" profile --data few.bin --data-format sosd \
  --format tsv 2>/dev/null | grep -P '^key_bytes\t')" "key_bytes	48"
check "sosd: by the name behind /dev/stdin" same \
  "$("$artbench" verify --data /dev/stdin --variants glib_tree <few_uint64 2>/dev/null |
    cut -d: -f2)" " 6 keys right"
printf x >>few_uint64
check "sosd: a byte too much" refused "few_uint64: at byte 56: 1 bytes follow" \
  verify --data few_uint64
check "sosd: profile of it" refused "few_uint64: at byte 56: " profile --data few_uint64

# ---- the options ----

check "unknown format" refused "--data-format 'xml' is not known; use one of: auto, lines, sosd, lengths" \
  verify --data nasty.keys --data-format xml
check "unknown format to profile" refused "--data-format 'xml'" \
  profile --data nasty.keys --data-format xml
"$artbench" gen --keys 2000 >urls.txt
check "a sample" verified 100 --data urls.txt --keys 100
check "a sample by another seed" verified 1999 --data urls.txt --keys 1999 --seed 9
check "a sample of numbers" verified 3 --data few.bin --data-format sosd --keys 3
for n in 2000 2001; do
  check "a sample of $n" refused "has 2000 different keys, hence no sample of $n; ask for fewer" \
    verify --data urls.txt --keys $n
done
check "a sample of none" refused "--keys '0' is not a whole number" verify --data urls.txt --keys 0

finish
