#!/usr/bin/env bash
# The programs of docs/cookbook.md, on a little input each.
# Usage: test_memkv_examples.sh WORDS HOSTS COMPLETE CACHE VALUES TIMERS ROUTES. Exit status: 0 passed,
# 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"
words=$(realpath -- "${1:?}") hosts=$(realpath -- "${2:?}") complete=$(realpath -- "${3:?}")
cache=$(realpath -- "${4:?}") values=$(realpath -- "${5:?}") timers=$(realpath -- "${6:?}")
routes=$(realpath -- "${7:?}")
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

check "values" same "$(printf 'b two words\na 1\nc\nb 2\na\nd x\na 1\nb 2\ne \n' | "$values")" \
  "a 1
b 2
d x
e 
13 bytes of values, 10 of them dead, 0 compactions"
# 50 keys, each replaced a hundred times: 5,000 values of 26 bytes, of which 1,300 bytes live.
seq 1 5000 | awk '{ printf "key%02d value number %013d\n", $1 % 50, $1 }' >changes.txt
"$values" <changes.txt >out
check "values: the last of each" same "$(head -n -1 out)" "$(tail -n 50 changes.txt | sort)"
read -r bytes _ _ _ dead _ _ _ compactions _ < <(tail -n 1 out)
check "values: what lives" same "$((bytes - dead))" 1300
check "values: no more is dead" [ "$dead" -le 1300 ]
check "values: compacted again and again" [ "$compactions" -ge 50 ]
awk '{ print $1 }' changes.txt | cat changes.txt - | "$values" >out
check "values: all removed" same "$(sed 's/,.*//' out)" "$(sed -n 's/,.*//p' out | tail -n 1)"

printf 'at 30 tea\nat -5 early\nat 10 cake\nnow -6\nat 10 a second cake\nnow 10\nnow 10\nat 7 late\nnow 29\n' |
  "$timers" >out
check "timers" same "$(cat out)" "-5: early
10: cake
10: a second cake
7: late
1 are left"
check "timers: what is no order" same "$("$timers" <<<"in 5 minutes" 2>&1; echo "status $?")" \
  "timers: 'in 5 minutes' is neither 'at SECONDS WHAT' nor 'now SECONDS'
0 are left
status 1"

cat >routes.txt <<'END'
10.0.0.0/8 192.0.2.1
10.1.0.0/16 192.0.2.2
10.1.2.3/32 192.0.2.3
172.16.0.0/12 192.0.2.4
END
check "routes" same "$("$routes" 10.1.2.3 10.1.2.4 10.2.0.0 172.31.255.255 172.32.0.0 <routes.txt)" \
  "10.1.2.3: 10.1.2.3/32 via 192.0.2.3, of 3
10.1.2.4: 10.1.0.0/16 via 192.0.2.2, of 2
10.2.0.0: 10.0.0.0/8 via 192.0.2.1, of 1
172.31.255.255: 172.16.0.0/12 via 192.0.2.4, of 1
172.32.0.0: no route"
echo '0.0.0.0/0 192.0.2.9' >>routes.txt
check "routes: by default" same "$("$routes" 172.32.0.0 300.0.0.1 <routes.txt)" \
  "172.32.0.0: 0.0.0.0/0 via 192.0.2.9, of 1
300.0.0.1: no address"
check "routes: what is none" same \
  "$("$routes" 10.1.2.3 <<<"10.0.0.0/33 192.0.2.1" 2>&1; echo "status $?")" \
  "routes: '10.0.0.0/33 192.0.2.1' is no route as '10.0.0.0/8 192.0.2.1'
status 1"
check "routes: what is no line" same "$("$routes" 10.1.2.3 <<<"10.0.0.0" 2>&1; echo "status $?")" \
  "routes: '10.0.0.0' is no route as '10.0.0.0/8 192.0.2.1'
status 1"
finish
