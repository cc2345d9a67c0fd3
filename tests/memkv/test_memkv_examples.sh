#!/usr/bin/env bash
# The programs of docs/cookbook.md, on a little input each.
# Usage: test_memkv_examples.sh WORDS HOSTS COMPLETE CACHE. Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"
words=$(realpath -- "${1:?}") hosts=$(realpath -- "${2:?}") complete=$(realpath -- "${3:?}")
cache=$(realpath -- "${4:?}")
cd "$(mktemp -d)" || exit 1
trap 'rm -rf -- "$PWD"' EXIT

check "words" same "$(printf 'The cat, the dog;\nTHE end 42' | "$words")" \
  "      1 42
      1 cat
      1 dog
      1 end
      3 the"
check "words: none" same "$("$words" </dev/null)" ""

cat >urls.txt <<'END'
https://debian.org/doc
http://a.org/x
https://debian.org/
http://a.org.uk/
https://debian.org:443/doc?q
http://a.org/x
END
check "hosts" same "$("$hosts" <urls.txt)" \
  "      1 a.org
      1 a.org.uk
      3 debian.org"
check "hosts: one host's" same "$("$hosts" a.org <urls.txt)" "http://a.org/x (line 6)"
check "hosts: one that has none" same "$("$hosts" a.or <urls.txt)" ""

cat >weights.txt <<'END'
debian 900
debug 700
deb 10
default 800
delta 5
define 300
depth 400
zebra 1
END
check "complete" same "$("$complete" deb de q '' <weights.txt)" \
  "deb: debian (900) debug (700) deb (10)
de: debian (900) default (800) debug (700) depth (400) define (300)
q:
: debian (900) default (800) debug (700) depth (400) define (300)"

# 10,000 keys once, and between them 20 that are asked for again and again.
seq 1 10000 | awk '{ print "https://example.org/page/" $1; print "hot/" $1 % 20 }' >keys.txt
"$cache" 20000 <keys.txt >out
read -r asked _ _ hits _ _ kept _ _ _ bytes _ _ limit < <(tr -d ',;' <out)
check "cache: asked" same "$asked" 20000
check "cache: what is hot stays" [ "${hits:-0}" -ge 9900 ]
check "cache: it is full" [ "${kept:-0}" -ge 300 ]
check "cache: within its limit, and near it" [ "${bytes:-0}" -le 20000 -a "${bytes:-0}" -gt 19000 ]
check "cache: the limit" same "${limit:-}" 20000
check "cache: all are freed" same "$(tail -n 1 out)" "0 are left"
check "cache: one that is too small" same "$("$cache" 10 <keys.txt 2>&1 | head -n 1)" \
  "cache: the memory limit of 10 bytes is too low for the index to be made; open a store with a higher limit"
finish
