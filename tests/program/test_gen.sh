#!/usr/bin/env bash
# artbench gen and artbench profile from the command line.
# usage: test_gen.sh ARTBENCH
set -u
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"
export LC_ALL=C # keys are bytes
artbench=${1:-${ARTBENCH:-}}
[ -x "$artbench" ] || { echo "usage: test_gen.sh ARTBENCH"; exit 1; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# refused STATUS TEXT ARGUMENTS...: exits with STATUS, says TEXT in the only line
# of stderr, prints nothing.
refused() {
  local want=$1 text=$2 status
  shift 2
  "$artbench" "$@" >"$work/out" 2>"$work/err"
  status=$?
  [ "$status" -eq "$want" ] && [ ! -s "$work/out" ] && [ "$(wc -l <"$work/err")" -eq 1 ] &&
    grep -q -- "^artbench: .*$text" "$work/err" && return
  echo "artbench $*: status $status, said: $(cat "$work/err")"
  return 1
}

sum() { sha256sum | cut -d' ' -f1; }
gen() { "$artbench" gen "$@"; }

# ---- the same bytes everywhere ----

check "10,000 keys of seed 1 are the known bytes" same "$(gen --keys 10000 --seed 1 | sum)" \
  adc94763e0c0e81b42fefb5b364008c8176e5cfff2f41b94450f907b6a3c30c1
check "10,000 keys of seed 2 are the known bytes" same "$(gen --keys 10000 --seed 2 | sum)" \
  effdc96dff7af31be99054e31e933b4111d2bac4d0a3f25769303f9a3a15ddb7
check "the seed is 1 by default" same "$(gen --keys 500 | sum)" \
  "$(gen --keys 500 --seed 1 | sum)"
check "--output writes what stdout gets" gen --keys 500 --output "$work/keys.txt"
check "and the same bytes" same "$(sum <"$work/keys.txt")" "$(gen --keys 500 | sum)"

# ---- the formats ----

number() { od -An -v -t u8 --endian=little -j "$1" -N 8 "$2" | tr -d " "; }
check "lines are the default" same "$(gen --keys 500 --format lines | sum)" "$(gen --keys 500 | sum)"
gen --keys 500 >"$work/keys.txt"
gen --keys 500 --format lengths >"$work/keys.bin"
check "lengths begin with a magic" same "$(head -1 "$work/keys.bin")" ABKEYS1
check "and a count" same "$(number 8 "$work/keys.bin")" 500
check "lengths take 16 bytes and 3 a key more" same "$(stat -c %s "$work/keys.bin")" \
  $(($(stat -c %s "$work/keys.txt") + 16 + 3 * 500))
check "lengths hold the same keys" same \
  "$("$artbench" profile --data "$work/keys.bin" --format tsv 2>&1 | sum)" \
  "$("$artbench" profile --data "$work/keys.txt" --format tsv | sum)"
gen --keys 1000 --format sosd >"$work/n_uint64"
check "numbers of seed 1 are the known bytes" same "$(sum <"$work/n_uint64")" \
  a6ecbe8a5ab0255ccd0532956b73e69a50c1451c3c481d91a499bd210abc8266
check "numbers: their count" same "$(number 0 "$work/n_uint64")" 1000
check "numbers: the size" same "$(stat -c %s "$work/n_uint64")" 8008
check "numbers: sorted and unique" sort -cnu <(od -An -v -t u8 -w8 --endian=little -j 8 "$work/n_uint64")
check "numbers: read without a notice" same "$("$artbench" profile --data "$work/n_uint64" 2>&1 >/dev/null)" ""
check "numbers: another seed, others" test "$(gen --keys 1000 --format sosd --seed 2 | sum)" != \
  "$(sum <"$work/n_uint64")"
check "unknown format" refused 2 "--format .xml. is not known; use one of: lines, sosd, lengths" \
  gen --format xml
check "no numbers" refused 2 "keys .0." gen --keys 0 --format sosd

# ---- other kinds ----

# kind SUM NAME: 2,000 keys of seed 3 are the known bytes; a sum's first 16 digits.
while read -r name want; do
  n=2000
  [ "$name" != shared60k ] || n=20
  gen --kind "$name" --keys $n --seed 3 --output "$work/kind"
  check "$name: the known bytes" same "$(sum <"$work/kind" | cut -c1-16)" "$want"
  check "$name: $n different keys, in order" same \
    "$("$artbench" profile --data "$work/kind" \
      --data-format "$(case $name in
        uniform | normal | lognormal | books | fb | osm | wiki) echo sosd ;; *) echo auto ;; esac)" \
      --format tsv 2>&1 | sed -n 1p)" "keys	$n"
done <<'END'
urls cf76d17c33bbbb0b
hosts b91e2ddfaf07850b
emails 9c5cbcfdde9cea54
uuid4 f796f3abe557f4b8
uuid7 d0cc452b627704fc
sha256 49a9c54d8c507c6c
logs 04ae39223f1b9531
kmers f4512e138904d083
binary32 41f0f194ad04e6af
shared60k b5917dbd1a185365
uniform e518bc1844d5c96e
normal dfd688641298badf
lognormal e0cc837395487283
books cec4ee80503e0c02
fb 1539d1402f9b2abe
osm 69ef5c3e63777846
wiki 8228f054cef0173d
END
check "every kind is above" same "$(gen --help | grep -o 'one of: urls.*' | tr -d , | cut -d' ' -f3- | wc -w)" 17
check "urls are the default" same "$(gen --kind urls --keys 500 | sum)" "$(gen --keys 500 | sum)"
check "uniform is that of sosd" same "$(gen --kind uniform --keys 500 | sum)" \
  "$(gen --format sosd --keys 500 | sum)"
check "another seed, other hosts" test "$(gen --kind hosts --keys 500 | sum)" != \
  "$(gen --kind hosts --keys 500 --seed 2 | sum)"
# all KIND PATTERN: of 500 keys every line is so.
all() { same "$(gen --kind "$1" --keys 500 | grep -Evc "$2")" 0; }
check "hosts: from the last label on" all hosts '^[a-z.]+(\.[a-z0-9-]+)+$'
check "emails: one at" all emails '^[a-z0-9._-]+@[a-z0-9-]+(\.[a-z]+)+$'
check "uuid4: its version and variant" all uuid4 \
  '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
check "uuid7: its version and variant" all uuid7 \
  '^019b76da-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
check "kmers: 31 bases" all kmers '^[ACGT]{31}$'
check "logs: their time first" all logs '^2026-01-01T00:00:[0-9.]+Z host-[0-9]+ [a-zA-Z]+(\[[0-9]+\])?: '
check "sha256: the sums of SEED:0 and on" cmp <(gen --kind sha256 --keys 20 --seed 5) \
  <(for i in $(seq 0 19); do printf 5:%s "$i" | sum; done | sort)
check "kmers: each begins where another goes on" same "$(gen --kind kmers --keys 500 |
  awk '{ begins[substr($0, 1, 30)]; ends[substr($0, 2)] }
    END { for (x in ends) if (!(x in begins)) n++; print (n < 50) }')" 1
check "shared60k: 60,000 letters before each" same "$(gen --kind shared60k --keys 20 | cut -c1-60005 |
  uniq -c | awk '{ print $1, length($2), substr($2, 60001) }')" "20 60005 https"
check "binary32: by itself with lengths" same "$(gen --kind binary32 --keys 9 | wc -c)" $((16 + 9 * 36))
check "binary32: some are newlines" same "$(gen --kind binary32 --keys 100 | tail -c +9 | tr -cd '\n' | wc -c | awk '{ print ($1 > 0) }')" 1
# numbers KIND: of 2,000, the one of each place that is asked for.
numbers() { gen --kind "$1" --keys 2000 | od -An -v -t u8 -w8 -j8 | awk '{ x[NR] = $1 } END { '"$2"' }'; }
check "normal: the middle and a deviation" same "$(numbers normal '
  d = 2 ^ 60; print int(x[1000] / d + 0.5), int((x[1683] - x[1000]) / d + 0.5), int((x[1000] - x[317]) / d + 0.5)')" "8 1 1"
check "lognormal: the middle, and e^2 times it" same "$(numbers lognormal '
  m = x[1000] / 2 ^ 40; r = x[1683] / x[1000]; print (m > 0.8 && m < 1.25), (r > 6 && r < 9.5)')" "1 1"
check "books: half are below twice the least" same "$(numbers books '
  r = x[1000] / 2 ^ 30; s = x[1800] / 2 ^ 30; print (r > 1.9 && r < 2.1), (s > 8.5 && s < 11.5)')" "1 1"
check "fb: 21 outliers" same "$(numbers fb 'print (x[1979] < 2 ^ 38), (x[1980] >= 2 ^ 59)')" "1 1"
check "wiki: a second, and none twice" same "$(numbers wiki 'print (x[1] > 979516800), (x[2000] < 979516800 + 86400)')" "1 1"
check "osm: leaves of six faces" same "$(gen --kind osm --keys 2000 | od -An -v -t x8 -w8 -j8 |
  grep -Evc '^ [0-9ab][0-9a-f]{14}[13579bdf]$')" 0
check "unknown kind" refused 2 "--kind 'dna' is not known; use one of: urls, shared60k, hosts" gen --kind dna
check "texts as numbers" refused 2 "hosts cannot be written as sosd; leave --format out for lines" \
  gen --kind hosts --format sosd
check "numbers as lines" refused 2 "fb cannot be written as lines; leave --format out for sosd" \
  gen --kind fb --format lines
check "any bytes as lines" refused 2 "binary32 cannot be written as lines" \
  gen --kind binary32 --format lines

# ---- N different keys, sorted, of the right lengths ----

for n in 1 2 3 17 1000 200000; do
  gen --keys $n --seed $n >"$work/keys.txt"
  check "$n keys are $n lines" same "$(wc -l <"$work/keys.txt")" $n
  check "$n keys are sorted and unique" sort -cu "$work/keys.txt"
done
check "keys have 42 to 206 bytes" awk 'length($0) < 42 || length($0) > 206 { exit 1 }' \
  "$work/keys.txt"
check "keys are URLs" same "$(grep -cvE '^https?://[a-z0-9.-]+/[A-Za-z0-9-]+/[^ ]+$' \
  "$work/keys.txt")" 0

# ---- the shape, within what data/README.md states ----

gen --keys 200000 --output "$work/keys.txt"
"$artbench" profile --data "$work/keys.txt" --format tsv >"$work/profile.tsv"
# between STATISTIC LOW HIGH
between() {
  awk -v name="$1" -v low="$2" -v high="$3" -F'\t' '
    $1 == name { found = 1; ok = $2 >= low && $2 <= high; value = $2 }
    END { if (!ok) print name " is " (found ? value : "missing"); exit !ok }' \
    "$work/profile.tsv"
}
check "profile counts the keys" between keys 200000 200000
check "length" between key_length_per_key 48 52
check "inner nodes" between inner_nodes_per_key 0.45 0.55
check "children" between children_per_key 1.4 1.55
check "trie bytes" between trie_bytes_per_key 18 23
check "keys that are a prefix" between prefix_keys_per_key 0.010 0.018
check "the parts add up" awk -F'\t' '{ v[$1] = $2 }
  END { exit !(v["trie_bytes"] == v["suffix_bytes"] + v["prefix_bytes"] + v["branch_bytes"] &&
    v["trie_bytes"] == v["key_bytes"] - v["lcp_bytes"]) }' "$work/profile.tsv"
check "text has the count" grep -q '200000 keys' <("$artbench" profile --data "$work/keys.txt")

# ---- floors ----

# statistic NAME: of the last profile.
statistic() { awk -F'\t' -v name="$1" '$1 == name { print $2 }' "$work/profile.tsv"; }
# packed KEYS PATH: a profile of that text with what is in PATH alone.
packed() {
  printf %b "$1" >"$work/packed.txt"
  PATH=$2 "$artbench" profile --data "$work/packed.txt" --packed --format "${3:-tsv}" \
    >"$work/profile.tsv" 2>"$work/err"
}
profile_of() { "$artbench" profile --data "$1" --format tsv >"$work/profile.tsv" 2>"$work/err"; }
printf 'abc\nabde\n' >"$work/two.txt"
check "two keys" profile_of "$work/two.txt"
check "what they take at order 1" same "$(statistic floor_front_1_per_key)" 0.125000
check "with its counts, which is their floor" same \
  "$(statistic floor_paid_1_per_key) $(statistic floor_per_key)" "0.156250 0.156250"
check "of order 1" grep -q '^  front-coded, order 1 .* 0.156  (the floor)$' \
  <("$artbench" profile --data "$work/two.txt")
check "their lcp" same "$(statistic lcp_50) $(statistic keys_with_lcp_2)" "2 1"
check "without --packed no program is asked" lacks "$work/profile.tsv" floor_xz
check "and that is said" has <("$artbench" profile --data "$work/two.txt") \
  "packed, bytes a key: not asked for (--packed)"
mkdir "$work/bin" "$work/empty"
ln -s "$(command -v cat)" "$work/bin/cat"
for name in xz zstd; do
  printf '#!/bin/sh\necho "$@" >"%s"\nexec cat\n' "$work/$name.args" >"$work/bin/$name"
  chmod +x "$work/bin/$name"
done
check "packed: lines" packed 'b\na\nab\n' "$work/bin:/bin"
check "packed: with their newlines" same "$(statistic floor_xz_9_per_key)" 2.333333
check "packed: by zstd as well" same "$(statistic floor_zstd_19_per_key)" 2.333333
check "packed: at the level said" grep -q -- '--threads=1 -9$' "$work/xz.args"
check "packed: zstd too" grep -q -- '--single-thread -19$' "$work/zstd.args"
check "packed: keys of one length" packed 'aa\nab\n' "$work/bin:/bin"
check "packed: nothing between them" same "$(statistic floor_xz_9_per_key)" 2.000000
printf 'ABKEYS1\n\2\0\0\0\0\0\0\0\1\0\0\0\n\2\0\0\0ab' >"$work/binary"
check "packed: keys with newlines" same "$(PATH=$work/bin:/bin "$artbench" profile --packed \
  --data "$work/binary" --format tsv | awk '$1 == "floor_xz_9_per_key" { print $2 }')" 3.500000
check "packed: as text" packed 'aa\nab\n' "$work/bin:/bin" text
check "packed: its line" grep -Eq '^  xz -9 +2\.000$' "$work/profile.tsv"
check "packed: neither is installed" packed 'aa\nab\n' "$work/empty" text
check "packed: which package has it" grep -q '^  xz -9 .*apt-get install xz-utils' "$work/profile.tsv"
check "packed: and the other" grep -q '^  zstd -19 .*apt-get install zstd' "$work/profile.tsv"
check "packed: for programs it is not there" packed 'aa\nab\n' "$work/empty"
check "packed: and said" grep -q 'xz is not installed.*apt-get install xz-utils' "$work/err"
check "packed: the rest is" same "$(statistic keys)" 2
printf '#!/bin/sh\nexit 3\n' >"$work/bin/xz"
check "packed: a program that fails" same "$(packed 'aa\nab\n' "$work/bin:/bin"; echo $?)" 1
check "packed: is named" grep -q '^artbench: xz -9 fails: .*--packed' "$work/err"

# ---- refusals ----

check "no keys" refused 2 "keys '0'" gen --keys 0
check "negative" refused 2 "keys '-1'" gen --keys -1
check "too many" refused 2 "100000000" gen --keys 100000001
check "not a number" refused 2 "keys 'many'" gen --keys many
check "unknown option" refused 2 help gen --colour red
check "stray argument" refused 2 help gen 1000
check "no such folder" refused 1 "No such file" gen --keys 3 --output "$work/none/keys.txt"
check "profile without data" refused 2 "needs --data" profile
check "profile of nothing" refused 2 "No such file" profile --data "$work/none"
check "profile in an unknown format" refused 2 "format" profile --data "$work/keys.txt" \
  --format xml
printf 'a\r\n' >"$work/crlf.txt"
check "profile of a DOS file" refused 2 "crlf.txt:1: .*CR LF" profile --data "$work/crlf.txt"

# ---- output that fails ----

if [ -c /dev/full ]; then
  check "a full disk is an error" same \
    "$(gen --keys 1000 2>&1 >/dev/full | grep -c 'artbench: cannot write the output: No space left')" 1
  check "for numbers too" same \
    "$(gen --keys 1000 --format sosd 2>&1 >/dev/full | grep -c 'artbench: cannot write the output: No space left')" 1
fi
mkfifo "$work/pipe"
wc -l <"$work/pipe" >"$work/piped" &
check "--output to a pipe" gen --keys 7 --output "$work/pipe"
wait
check "writes to it" same "$(cat "$work/piped")" 7
check "and does not replace it" test -p "$work/pipe"
echo old >"$work/old.txt"
ln -s old.txt "$work/link.txt"
check "--output through a link" gen --keys 3 --output "$work/link.txt"
check "keeps the link" test -L "$work/link.txt"
check "and replaces what it names" same "$(wc -l <"$work/old.txt")" 3
check "no temporary file is left" same "$(find "$work" -name '*.txt.*' | wc -l)" 0

finish
