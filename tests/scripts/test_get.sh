#!/usr/bin/env bash
# data/get.sh without the internet: against a local server, and with programs that
# fail or are not there.
# usage: test_get.sh ARTBENCH [full-disk]
set -u
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"
export LC_ALL=C # keys are bytes
[ -x "${1:-}" ] || { echo "usage: test_get.sh ARTBENCH [full-disk]"; exit 1; }
ARTBENCH=$(realpath "$1")
export ARTBENCH
mode=${2:-all}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) || exit 1
get=$here/../../data/get.sh

[ "$mode" != full-disk ] || with_own_mounts "$@"

work=$(mktemp -d) || exit 1
server=
clean_up() {
  [ -z "$server" ] || kill "$server" 2>/dev/null
  [ "$mode" != full-disk ] || umount "$work/cache" 2>/dev/null
  rm -rf "$work"
}
trap clean_up EXIT
export ARTBENCH_CACHE=$work/cache
mkdir "$work/cache" "$work/bin"

# Nothing half-made: no hidden entry in the cache.
clean() { same "$(find "$work/cache" -name '.*.??????' | wc -l)" 0; }

# gives NAME OPTION...: exits 0 and prints just the file's path; leaves nothing.
gives() {
  "$get" "$@" >"$work/out" 2>"$work/err" &&
    same "$(cat "$work/out")" "$work/cache/$(basename "$(cat "$work/out")")" &&
    [ -s "$(cat "$work/out")" ] && clean && return
  cat "$work/err"
  return 1
}

# refuses STATUS TEXT NAME...: exits so, prints no path, ends its say with TEXT in
# one line, leaves nothing half-made.
refuses() {
  local want=$1 text=$2 status
  shift 2
  "$get" "$@" >"$work/out" 2>"$work/err"
  status=$?
  [ "$status" -eq "$want" ] && [ ! -s "$work/out" ] && clean &&
    tail -n 1 "$work/err" | grep -q "^data/get.sh: .*$text" && return
  echo "status $status, said: $(cat "$work/err")"
  return 1
}

said() { grep -q "$1" "$work/err" || { cat "$work/err"; return 1; }; }

# program NAME: a stand-in in $work/bin, its text from stdin.
program() {
  { echo '#!/bin/sh'; cat; } >"$work/bin/$1"
  chmod +x "$work/bin/$1"
}

# ---- a local copy of "the original": 1,000 lines and half a line ----

"$ARTBENCH" gen --keys 1001 >"$work/list" || exit 1
head -n 1000 "$work/list" >"$work/want"
export ARTBENCH_ORIGINAL_KEYS=1000
ARTBENCH_ORIGINAL_BYTES=$(($(stat -c %s "$work/want") + 20))
export ARTBENCH_ORIGINAL_BYTES
coproc SERVER { exec python3 "$here/range_server.py" "$work/list"; }
server=$SERVER_PID
read -r -t 100 port <&"${SERVER[0]}" || { echo "the local server does not start"; exit 1; }
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
at() { export ARTBENCH_ORIGINAL_URL=http://127.0.0.1:$port/$1; }

if [ "$mode" = full-disk ]; then
  mount -t tmpfs -o size=128k none "$work/cache" || exit 1
  at good
  check "fits" gives original
  cp "$work/cache/original.txt" "$work/kept"
  rm "$work/cache/original.txt.sha256" # as if it could not be trusted
  check "full disk, downloading" refuses 1 'no space left' original
  check "the old file is still there" cmp "$work/cache/original.txt" "$work/kept"
  check "full disk, generating" refuses 1 'no space left' generated --keys 5000
  head -c 60000 /dev/zero >"$work/cache/ballast"
  check "full disk, small file" refuses 1 'no space left' generated --keys 1000
  check "the old file is still there" cmp "$work/cache/original.txt" "$work/kept"
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
  exit
fi

# ---- original ----

at good
check "original" gives original
check "drops the partial line" cmp "$work/cache/original.txt" "$work/want"
check "notes the sum" same "$(cut -d' ' -f1 "$work/cache/original.txt.sha256" | head -n 1)" \
  "$(sha256sum <"$work/want" | cut -d' ' -f1)"
at missing
check "kept, so no server is asked" gives original
check "and says nothing" same "$(cat "$work/err")" ""
echo damage >>"$work/cache/original.txt"
cp "$work/cache/original.txt" "$work/damaged"
check "damaged, and 404" refuses 1 'answered 404' original
check "is not deleted" cmp "$work/cache/original.txt" "$work/damaged"
at good
check "damaged, fetched again" gives original
check "says so" said 'another sha256'
check "and is right again" cmp "$work/cache/original.txt" "$work/want"
rm "$work/cache/original.txt.sha256"
check "without its sum, fetched again" gives original
rm -f "$work/cache/"*
at short
check "half the bytes" refuses 1 'only [0-9]* of [0-9]* bytes' original
at cut
check "hung up half-way" refuses 1 'only [0-9]* of [0-9]* bytes' original
at missing
check "404" refuses 1 'answered 404' original
check "nothing kept" same "$(find "$work/cache" -type f | wc -l)" 0
ARTBENCH_ORIGINAL_URL=http://127.0.0.1:9/none
check "no server" refuses 1 'is there a network' original
at good
ARTBENCH_ORIGINAL_KEYS=999 check "another count" refuses 1 '1000 complete lines' original
check "still nothing kept" same "$(find "$work/cache" -type f | wc -l)" 0
at ignore
check "a server that ignores the range" gives original
check "says so" said 'ignored the range'
check "the cmp file" cmp "$work/cache/original.txt" "$work/want"

# ---- a signal ----

rm -f "$work/cache/"*
at slow
"$get" original >"$work/out" 2>"$work/err" &
child=$!
for _ in $(seq 100); do
  [ -n "$(find "$work/cache" -name part)" ] && break
  sleep 0.1
done
check "it was under way" same "$(find "$work/cache" -name part | wc -l)" 1
kill -TERM $child
wait $child
check "stopped by a signal" same $? 143
check "prints no path" same "$(cat "$work/out")" ""
check "ends the download" same \
  "$(grep -l "127.0.0.1:$port/[s]low" /proc/[0-9]*/cmdline 2>/dev/null)" ""
check "leaves nothing" same "$(find "$work/cache" -mindepth 1 | wc -l)" 0

# ---- generated ----

check "generated" gives generated --keys 300 --seed 7
rm "$work/cache/generated-300-7.txt.sha256"
check "without its sum, generated again" gives generated --keys 300 --seed 7
check "names the sum it lacks" said 'has no generated-300-7.txt.sha256 beside it'
check "its own file" cmp "$work/cache/generated-300-7.txt" \
  <("$ARTBENCH" gen --keys 300 --seed 7)
check "generated by default, as pinned" gives generated
check "966,956 of them" same "$(wc -l <"$work/cache/generated.txt")" 966956
ARTBENCH=$work/none check "no artbench" refuses 1 'cannot be run' generated --keys 10
program broken <<<'exit 3'
ARTBENCH=$work/bin/broken check "a broken artbench" refuses 1 'gen fails' generated --keys 10
program silent <<<'while [ "$1" != --output ]; do shift; done; : >"$2"'
ARTBENCH=$work/bin/silent check "an empty result" refuses 1 'empty' generated --keys 10
echo damage >"$work/cache/generated.txt"
ARTBENCH=$work/bin/broken check "damaged, a broken artbench" refuses 1 'gen fails' generated
program other <<<'while [ "$1" != --output ]; do shift; done; echo other >"$2"'
ARTBENCH=$work/bin/other check "an artbench with another model" \
  refuses 1 'came out with sha256' generated

# A name that a sum would be said with escapes of.
odd=$work/'ba\ck slash'
for time in first second; do
  check "a backslash in the cache's name, the $time time" \
    same "$(ARTBENCH_CACHE=$odd "$get" dense 2>"$work/err")" "$odd/dense.sosd"
done
check "and is kept" same "$(cat "$work/err")" ""
mkdir -p "$work/tree/data" && cp "$get" "$work/tree/data"
check "with a CDPATH" same "$(cd "$work/tree" && CDPATH=. env -u ARTBENCH_CACHE data/get.sh generated --keys 300 2>/dev/null)" \
  "$work/tree/data/cache/generated-300-1.txt"

# ---- shared, random, dense ----

for name in shared random dense; do check "$name, as pinned" gives "$name"; done
check "shared: 200 bytes before each" same "$(cut -c1-204 "$work/cache/shared.txt" | sort | uniq -c |
  awk '{ print $2 }')" "$(printf '%0200d' 0)http"
check "dense: how many, and the first and the last" same \
  "$(od -An -v -t u8 -w8 "$work/cache/dense.sosd" | sed -n '1p;2p;$p' | xargs)" "1000000 0 999999"
rm "$work/cache/shared.txt"
ARTBENCH=$work/none check "shared, without artbench" refuses 1 'cannot be run' shared

# ---- the kinds of artbench gen ----

for name in wiki binary32; do check "$name, as pinned" gives "$name"; done
check "binary32: its name" test -s "$work/cache/binary32.keys"
check "hosts, some" gives hosts --keys 300 --seed 7
check "hosts: those of artbench gen" cmp "$work/cache/hosts-300-7.txt" \
  <("$ARTBENCH" gen --kind hosts --keys 300 --seed 7)
check "numbers, some" gives fb --keys 300
check "with their count, which no line tells" grep -q '^# 300 keys$' "$work/cache/fb-300-1.sosd.sha256"
check "shared60k, some" gives shared60k --keys 3
check "every kind has its name, but those under another" same \
  "$("$get" --names | tail -n +11 | sort | xargs)" \
  "$("$ARTBENCH" gen --help | sed -n 's/.*one of: //p' | tr -d ' ' | tr , '\n' |
    grep -vx -e urls -e uniform | sort | xargs)"
ARTBENCH=$work/none check "logs, without artbench" refuses 1 'cannot be run' logs
echo damage >"$work/cache/wiki.sosd"
ARTBENCH=$work/bin/other check "wiki, by another model" refuses 1 'came out with sha256' wiki

# ---- urls967k: npm ----

path=$PATH
export PATH=$work/bin:$path
program jq <<<'exit 1'
program npm <<<'echo "npm warn something" >&2; echo "npm error code ENOTFOUND" >&2; exit 1'
check "npm fails" refuses 1 'is there a network.*ENOTFOUND' urls967k
check "the cmp for urls1685k" refuses 1 'is there a network.*ENOTFOUND' urls1685k
program npm <<<'echo "npm error code ENOSPC" >&2; exit 1'
check "npm on a full disk" refuses 1 'no space left in .*free some' urls967k
program npm <<<'echo nonsense >all-the-package-repos-2.0.3148.tgz'
check "npm brings something else" refuses 1 'wrong sha512' urls967k
program npm <<<'exit 0'
check "npm brings nothing" refuses 1 'not the known one' urls967k
echo https://github.com/nobody/nothing >"$work/cache/urls967k.txt"
program npm <<<'exit 1'
check "damaged, and npm fails" refuses 1 'npm cannot fetch' urls967k
check "says so" said 'another sha256'
check "is not deleted" test -s "$work/cache/urls967k.txt"

# Only what get.sh uses, without npm, jq, curl and apt.
mkdir "$work/few"
for tool in bash env dirname basename sha256sum sha512sum cut mktemp rm mkdir grep sed head \
  tail wc stat sort awk mv tar cat id find; do
  ln -s "$(PATH=$path command -v $tool)" "$work/few/$tool"
done
rm -f "$work/cache/urls967k.txt"
PATH=$work/few check "no npm" refuses 1 'npm is not installed.*apt-get install npm' urls967k
PATH=$work/few check "no curl" refuses 1 'curl is not installed' original
PATH=$work/few check "no apt" refuses 1 'apt-get is not installed' debian-paths
ln -s "$work/bin/npm" "$work/few/npm"
PATH=$work/few check "no jq" refuses 1 'jq is not installed.*apt-get install jq' urls967k

# ---- debian-paths: apt ----

program apt-get <<<'echo "E: Could not resolve the mirror" >&2; exit 100'
check "apt fails" refuses 1 'is there a network.*Could not resolve' debian-paths
program apt-get <<<'exit 0'
check "apt brings nothing" refuses 1 'no Contents index' debian-paths
program apt-get <<'END'
for word; do
  case $word in Dir::State::lists=*) lists=${word#*=} ;; esac
done
printf 'usr/bin/b   utils/b\nusr/bin/a b\t \tutils/a,utils/c\n' >"$lists/x_main_Contents-amd64"
printf 'usr/bin/b  utils/b\nusr/share/c   doc/c\n' >"$lists/x_main_Contents-all"
printf 'usr/bin/no  utils/no\n' >"$lists/x_contrib_Contents-all"
END
if [ -x /usr/lib/apt/apt-helper ]; then
  check "debian-paths" gives debian-paths
  check "are the first columns" cmp "$work/cache/debian-paths.txt" \
    <(printf 'usr/bin/a b\nusr/bin/b\nusr/share/c\n')
  check "with their count" grep -q '^# 3 keys$' "$work/cache/debian-paths.txt.sha256"
else
  echo "not checked: extracting Contents indices, because apt is not installed"
fi
# ---- words: apt ----

mkdir -p "$work/deb/DEBIAN" "$work/deb/usr/share/dict"
printf 'Package: wamerican-huge\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: x\n' \
  >"$work/deb/DEBIAN/control"
printf 'zebra\nant\n\303\251\n' >"$work/deb/usr/share/dict/american-english-huge"
program apt-get <<END
[ "\$1" = download ] && dpkg-deb --root-owner-group -b "$work/deb" wamerican-huge_1_all.deb
END
if command -v dpkg-deb >/dev/null; then
  check "words" gives words
  check "sorted bytewise" same "$(tr '\n' ' ' <"$work/cache/words.txt")" "$(printf 'ant zebra \303\251 ')"
else
  echo "not checked: unpacking words, because dpkg-deb is not installed"
fi
# Each package has a word of its own, and a link to it.
program apt-get <<END
[ "\$1" = download ] || exit 1
shift 4
for package; do
  rm -rf "$work/one"
  mkdir -p "$work/one/DEBIAN" "$work/one/usr/share/dict"
  printf 'Package: %s\\nVersion: 1\\nArchitecture: all\\nMaintainer: x\\nDescription: x\\n' \
    "\$package" >"$work/one/DEBIAN/control"
  printf 'all\\n%s\\n' "\$package" >"$work/one/usr/share/dict/\$package"
  ln -s "\$package" "$work/one/usr/share/dict/words"
  dpkg-deb --root-owner-group -b "$work/one" "\${package}_1_all.deb"
done
END
if command -v dpkg-deb >/dev/null; then
  check "words-multi" gives words-multi
  check "of each language, once" same "$(tr '\n' ' ' <"$work/cache/words-multi.txt")" \
    "all wdutch wfrench witalian wngerman wspanish wukrainian "
else
  echo "not checked: unpacking words of several languages, because dpkg-deb is not installed"
fi
program apt-get <<<'echo "E: Unable to locate package" >&2; exit 100'
rm -f "$work/cache/words-multi.txt"
check "no such languages" refuses 1 'run apt-get update.*Unable to locate' words-multi
rm -f "$work/cache/words.txt"
check "no such package" refuses 1 'run apt-get update.*Unable to locate' words
PATH=$path

# ---- usage ----

check "help" same "$("$get" --help | grep -c '^  urls967k ')" 1
check "no name" refuses 2 'which key file'
check "unknown name" refuses 2 "'urls' is not one of" urls
check "two names" refuses 2 'one name at a time' original urls967k
check "unknown option" refuses 2 'not an option' original --fast
check "a seed for real data" refuses 2 'for generated and the kinds' urls967k --seed 2
check "a count that is none" refuses 2 'whole number' generated --keys many
check "an option without its value" refuses 2 'needs a number' generated --keys
touch "$work/file"
ARTBENCH_CACHE=$work/file check "a cache that is no folder" refuses 1 'ARTBENCH_CACHE' \
  generated --keys 10
ARTBENCH_CACHE=$work/file check "said beforehand" refuses 1 'ARTBENCH_CACHE' --check generated
check "nothing to say" same "$("$get" --check words 2>&1)" ""
check "nothing was made" test ! -e "$work/cache/words.txt"

finish
