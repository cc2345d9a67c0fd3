#!/usr/bin/env bash
# get.sh NAME: make a key file, verify it, keep it in data/cache, print its path.
# See usage() below, and README.md for what the files are.
set -u -o pipefail
export LC_ALL=C
unset CDPATH

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) || exit 1
root=$(dirname "$here")
cache=${ARTBENCH_CACHE:-$here/cache}

# The pinned sums. `generated` is pinned for its defaults only.
package=all-the-package-repos
version=2.0.3148
tarball_sha512=b78132be3c38d2b3b548795d9b5929ada99025c80aa567cbc491d1c83f3970f9\
eb95fcf3a39752fa99dfbeccbe7af91ab95eb507646493bc98b5ad642ba515e1
urls967k_sha256=a12a1ed099d6064f96ec93670bf4f18dce379ff9dcccdbbfe51b232b77ed3b55
urls1685k_sha256=83859d54843997da383028773b2331717a06f3485cd8f5a08daed713d5c2d915
generated_sha256=8f50d520c822d3cf5e4eb545adb0cf1c8c709d8221038911960566dd5881df3f
shared_sha256=2d73a709d8cb221e385c5be860a311c8177ef8f63c242cd24ffee20be832d62a
random_sha256=fc3d35457940cb22ef4939f0a072981c8d32a6154596d5e69565ac5b65224f10
dense_sha256=dcb51ea142a19da8e38c316bb7ff0885a49b421cee40063f46de98c1b4ae7566
original_url=${ARTBENCH_ORIGINAL_URL:-https://static.wilsonl.in/urls.txt}
original_bytes=${ARTBENCH_ORIGINAL_BYTES:-50000001}
original_keys=${ARTBENCH_ORIGINAL_KEYS:-966956}

# Made by artbench gen --kind: keys, what the file's name ends in, sum of seed 1.
declare -A kinds=(
  [hosts]='1000000 txt ad25649b7a20aafbc24c12987cdb9e44e0f868894d7269f173b6e079d10a4f4d'
  [emails]='1000000 txt c837078d949881cb2621d4a08c3eb37e15043d791a656a0a56b87ccc79611327'
  [uuid4]='1000000 txt 70f76ce5a261cd12e909b9d56a62eae46469f098afd8f327c95b1077b8772d00'
  [uuid7]='1000000 txt d4e11f9c2f1eb726feeec4197b8e32e2aef2a594ef822721978c8e199966912e'
  [sha256]='1000000 txt 46e3f8b3cfbeeed465fabe547997584ef5c5dbdd2953503d95b1160d75bf8568'
  [logs]='1000000 txt bd4e19f7f206822365c4b02e365a9c541575a38b26d5dea96df37b1974ec1688'
  [kmers]='1000000 txt 3234c0d195c42ae8dbe178cb1be6f42858f3c21688a98eede030a4b2a2a98c88'
  [binary32]='1000000 keys f4bbaf98733064c9ae86eb8a2373388602c6f06e8159020822687ec565222382'
  [shared60k]='1000 txt 57d52edb3412d3472a9a8ce0ebd662ba4d4a1622b904beb00f7391e06ba132ca'
  [normal]='1000000 sosd 4aa73c5614a2184765c72ae11bc98dd8eec37aa855a6021f00556a640652a1c5'
  [lognormal]='1000000 sosd 7b1f0e1c988fd8746b742b34a4148f0183619b1acec2593aeefc8cf6a4257fb2'
  [books]='1000000 sosd 95d112a39c36f31a8fc0da1bb753a77708e0871b6b8e7cb96765200808cdc3a0'
  [fb]='1000000 sosd 468a3225a805114b1e373abc91b3153efd7447fc347ea5264067b50749320063'
  [osm]='1000000 sosd f4a43b54eb9fcbed01fb245a4637b91513a6aa368e663298b348ef7d01728462'
  [wiki]='1000000 sosd bd3e9686541c78995b66d13f5d1ed602f9f7f5d7e68c0d9c36f323fa5a645f41'
)
kind_names=(hosts emails uuid4 uuid7 sha256 logs kmers binary32 shared60k normal lognormal books fb
  osm wiki)
languages=(wngerman wfrench wspanish witalian wdutch wukrainian)

names=(urls967k urls1685k debian-paths original words words-multi generated shared random dense
  "${kind_names[@]}")
work='' worker='' # the temporary folder; the process that fetches

usage() {
  cat <<'END'
usage: data/get.sh [--check] NAME [--keys N] [--seed N]
       data/get.sh --names

Makes the key file NAME, verifies it, keeps it as data/cache/NAME.txt (numbers as
NAME.sosd, any bytes as NAME.keys) and prints that path. A kept file is verified again
and printed at once.

  urls967k      966,956 URLs of source repositories        needs npm and jq
  urls1685k     the same source, all 1,685,456 of them     needs npm and jq
  debian-paths  paths of all files in Debian's packages    needs apt
  original      the first 50,000,001 bytes of the list     needs curl
                that the published figures were made on
  words         a large dictionary of American English     needs apt
  words-multi   dictionaries of German, French, Spanish,   needs apt
                Italian, Dutch and Ukrainian
  generated     made by artbench gen                       needs artbench built
  shared        200,000 of those behind the same 200 bytes needs artbench built
  random        1,000,000 random 64-bit numbers            needs artbench built
  dense         the numbers 0 to 999,999                   needs perl

  1,000,000 each, made by artbench gen --kind NAME         needs artbench built
  hosts         names of hosts, the last label first
  emails        addresses
  uuid4, uuid7  random UUIDs, and such that begin with their time
  sha256        SHA-256 in hexadecimal
  logs          lines of a system's log
  kmers         31 bases each of a made-up genome
  binary32      32 random bytes
  shared60k     1,000 URLs behind the same 60,000 letters
  normal, lognormal, books, fb, osm, wiki
                64-bit numbers of the shapes of SOSD's data sets

  --names              only say which names there are, one a line
  --check              only say whether it is kept already, or could be
  --keys N, --seed N   of what artbench gen makes but shared and random: how many
                       and which (1)

Environment:
  ARTBENCH                 the artbench to generate with (build*/harness/artbench)
  ARTBENCH_CACHE           where to keep the files (data/cache)
  ARTBENCH_ORIGINAL_URL    where `original` comes from
  ARTBENCH_ORIGINAL_BYTES  how many bytes of it are taken (50000001)
  ARTBENCH_ORIGINAL_KEYS   how many complete lines those must hold (966956)
END
}

say() { printf 'data/get.sh: %s\n' "$*" >&2; }

fail() {
  say "$@"
  exit 1
}

bad_usage() {
  say "$1; see data/get.sh --help"
  exit 2
}

# need PROGRAM PACKAGE: stop if PROGRAM is not installed.
need() {
  command -v "$1" >/dev/null ||
    fail "$1 is not installed; install it with: apt-get install $2"
}

# explain WHAT MESSAGES: stop with one line out of what a program complained.
explain() {
  local line
  case $2 in
    *'No space left'* | *ENOSPC*) fail "$1: no space left in $cache; free some and run this again" ;;
  esac
  line=$(printf '%s\n' "$2" | grep -v -i -e 'warn' -e '^$' | head -n 1)
  fail "$1${line:+: $line}; nothing was changed"
}

# attempt WHAT COMMAND...: run it without its standard output; if it fails, stop
# with one line. Complaints stay in memory: the disk may be what is full.
attempt() {
  local what=$1 complaint
  shift
  complaint=$("$@" 2>&1 >/dev/null) || explain "$what" "$complaint"
}

# From stdin, for a name with a backslash is said with escapes, and so marked.
sha256_of() { sha256sum <"$1" | cut -d' ' -f1; }

# ---- urls967k, urls1685k ----

pack() { cd "$work" && npm pack "$package@$version" --cache "$work/npm" --ignore-scripts \
  --no-audit --no-fund --no-update-notifier --loglevel=error; }

unpack() { tar -C "$work" -xzf "$work/$package-$version.tgz" package/data/packages.json; }

# The file is one JSON object, one member a line, so that a string value without
# a backslash is the line's last pair of quotes: no need to parse 257 MB. The few
# values with one are decoded by jq. The pinned sum would show any difference.
urls() {
  local name='^  "([^"\]|\\.)*": ' json=$work/package/data/packages.json
  {
    grep -E "$name\"https?://[^\"\\]*\",?\$" "$json" | awk -F'"' '{ print $(NF - 1) }' &&
      { grep -E "$name\"https?://[^\"]*\\\\" "$json" || [ $? -eq 1 ]; } |
      sed 's/^/{/; s/,$//; s/$/}/' | jq -r '.[] | strings'
  } | grep -v '[[:cntrl:]]' | sort -u -T "$work" >"$work/all"
}

long_urls() { awk 'length($0) >= 42' "$work/all" | sed -n '1,966956p' >"$work/out"; }

fetch_urls() {
  need npm npm
  need jq jq
  need sha512sum coreutils
  say "fetching the npm package $package $version (47 MB)"
  attempt "npm cannot fetch $package $version (is there a network?)" pack
  [ "$(sha512sum <"$work/$package-$version.tgz" | cut -d' ' -f1)" = "$tarball_sha512" ] ||
    fail "$package-$version.tgz is not the known one (wrong sha512); nothing was changed"
  say "extracting and sorting the URLs"
  attempt "cannot unpack $package-$version.tgz" unpack
  attempt "cannot extract the URLs" urls
  if [ "$name" = urls967k ]; then
    attempt "cannot select the URLs" long_urls
  else
    attempt "cannot rename the URLs" mv "$work/all" "$work/out"
  fi
}

# ---- debian-paths ----

# shellcheck disable=SC2016 # $(COMPONENT) is apt's
# apt's own lists and configuration stay as they are: only the Contents indices
# are fetched, into the temporary folder.
apt_private() {
  local get=Acquire::IndexTargets::deb
  "$@" -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/aptcache" \
    -o APT::Architecture=amd64 -o APT::Sandbox::User="$(id -un)" \
    -o APT::Update::Error-Mode=any \
    -o $get::Packages::DefaultEnabled=false -o $get::Translations::DefaultEnabled=false \
    -o $get::Contents-deb::MetaKey='$(COMPONENT)/Contents-$(ARCHITECTURE)' \
    -o $get::Contents-deb::ShortDescription='Contents-$(ARCHITECTURE)' \
    -o $get::Contents-deb::Description='$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Contents' \
    -o $get::Contents-deb::DefaultEnabled=true -o $get::Contents-deb::PDiffs=false
}

# A line of an index is a path, blanks, and the packages that have it.
debian_paths() {
  local index
  for index in "$@"; do
    /usr/lib/apt/apt-helper cat-file "$index" || return 1
  done | sed -E 's/[ \t]+[^ \t]+$//' | sort -u -T "$work" >"$work/out"
}

fetch_debian() {
  local indices
  need apt-get apt
  mkdir -p "$work/lists/partial" "$work/aptcache/archives/partial" ||
    fail "cannot make folders in $cache; check its disk"
  say "fetching the Contents indices of the configured Debian suites (about 50 MB)"
  attempt "apt cannot fetch the Contents indices (is there a network?)" \
    apt_private apt-get update -qq
  shopt -s nullglob
  indices=("$work"/lists/*_main_Contents-{all,amd64}{,.*})
  [ ${#indices[@]} -gt 0 ] ||
    fail "apt fetched no Contents index of main; check that sources.list has a Debian suite"
  say "extracting and sorting the paths of ${#indices[@]} indices"
  attempt "cannot extract the paths" debian_paths "${indices[@]}"
}

# ---- original ----

# The body may be longer than asked for (a server that ignores Range): take what
# was asked for and hang up.
fetch_original() {
  local report code size lines
  need curl curl
  say "fetching the first $original_bytes bytes of $original_url"
  report=$({ curl -sS -f -L --connect-timeout 20 --speed-limit 1000 --speed-time 60 \
    -r "0-$((original_bytes - 1))" -w '%{stderr}status %{http_code}\n' "$original_url" |
    head -c "$original_bytes" >"$work/part"; } 2>&1)
  code=$(printf '%s\n' "$report" | sed -n 's/^status //p' | tail -n 1)
  size=$(stat -c %s "$work/part" 2>/dev/null || echo 0)
  if [ "$size" -ne "$original_bytes" ]; then
    case $report in *'No space left'*) explain "cannot keep $original_url" "$report" ;; esac
    case $code in
      20?) fail "$original_url: only $size of $original_bytes bytes came;" \
        "nothing was changed, run this again" ;;
      [45]??) fail "$original_url: the server answered $code; set ARTBENCH_ORIGINAL_URL" \
        "to where the file is now" ;;
      *) explain "$original_url cannot be fetched (is there a network?)" \
        "$(printf '%s\n' "$report" | grep -v '^status')" ;;
    esac
  fi
  [ "$code" = 206 ] || say "the server ignored the range; took the first bytes of the whole"
  lines=$(wc -l <"$work/part")
  [ "$lines" -eq "$original_keys" ] ||
    fail "$original_url: $lines complete lines in $original_bytes bytes, not" \
      "$original_keys: not the known file; nothing was changed"
  attempt "cannot cut the last line" cut_part "$lines"
}

cut_part() { head -n "$1" "$work/part" >"$work/out" && rm -f "$work/part"; }

# ---- words ----

words() {
  dpkg-deb -x "$work"/wamerican-huge_*.deb "$work/deb" &&
    sort -u -T "$work" "$work/deb/usr/share/dict/american-english-huge" >"$work/out"
}

download() { cd "$work" && apt-get download -q -o APT::Sandbox::User="$(id -un)" "$@"; }

fetch_words() {
  need apt-get apt
  need dpkg-deb dpkg
  say "fetching the Debian package wamerican-huge (1 MB)"
  attempt "apt cannot fetch wamerican-huge (run apt-get update; is there a network?)" \
    download wamerican-huge
  attempt "cannot unpack the words" words
}

# ---- words-multi ----

words_multi() {
  local package
  for package in "${languages[@]}"; do
    dpkg-deb -x "$work/$package"_*.deb "$work/deb" || return
  done
  find "$work/deb/usr/share/dict" -type f -exec cat {} + | sort -u -T "$work" >"$work/out"
}

fetch_words_multi() {
  need apt-get apt
  need dpkg-deb dpkg
  say "fetching the Debian packages ${languages[*]} (8 MB)"
  attempt "apt cannot fetch ${languages[*]} (run apt-get update; is there a network?)" \
    download "${languages[@]}"
  attempt "cannot unpack the words" words_multi
}

# ---- dense ----

dense() { perl -e 'print pack "Q<*", 1000000, 0 .. 999999' >"$work/out"; }

fetch_dense() {
  need perl perl-base
  attempt "cannot write the numbers" dense
}

# ---- generated, shared, random, and the kinds ----

# Sets `program`.
find_artbench() {
  local candidate
  program=${ARTBENCH:-}
  for candidate in "$root"/build/harness/artbench "$root"/build*/harness/artbench; do
    [ -n "$program" ] || ! [ -x "$candidate" ] || program=$candidate
  done
  [ -n "$program" ] || fail "artbench is not built; build it (meson setup build &&" \
    "ninja -C build), or set ARTBENCH"
  [ -x "$program" ] || fail "$program cannot be run; set ARTBENCH to a built artbench"
}

fetch_generated() {
  find_artbench
  say "generating $keys keys with seed $seed"
  attempt "$program gen fails" "$program" gen --keys "$keys" --seed "$seed" \
    --output "$work/out"
}

fetch_kind() {
  find_artbench
  say "making $keys keys of kind $name with seed $seed"
  attempt "$program gen fails" "$program" gen --kind "$name" --keys "$keys" --seed "$seed" \
    --output "$work/out"
}

fetch_random() {
  find_artbench
  attempt "$program gen fails" "$program" gen --keys 1000000 --format sosd --output "$work/out"
}

shared() {
  local prefix
  printf -v prefix '%0200d' 0
  "$program" gen --keys 200000 | sed "s/^/$prefix/" >"$work/out"
}

fetch_shared() {
  find_artbench
  attempt "$program gen fails" shared
}

# ---- verifying, keeping ----

# The sum that $file must have: the pinned one, or the one noted beside it.
known_sum() {
  local pinned=$1
  if [ -n "$pinned" ]; then
    printf '%s\n' "$pinned"
  elif [ -r "$file.sha256" ]; then
    sed -n '1s/ .*//p' "$file.sha256"
  fi
}

is_kept() {
  local sum
  [ -e "$file" ] || return 1
  sum=$(known_sum "$1")
  if [ -z "$sum" ]; then
    say "$file has no $(basename "$file").sha256 beside it; making it again"
    return 1
  fi
  [ "$(sha256_of "$file")" = "$sum" ] && return
  say "$file has another sha256 than $sum; making it again"
  return 1
}

# Check $work/out, and note its sum where none is pinned. Runs in the worker.
verify() {
  local pinned=$1 sum
  [ -s "$work/out" ] || fail "$name came out empty; nothing was changed"
  sum=$(sha256_of "$work/out")
  if [ -n "$pinned" ]; then
    [ "$sum" = "$pinned" ] || fail "$name came out with sha256 $sum, not $pinned; nothing" \
      "was changed"
    return
  fi
  printf '%s  %s\n# %s keys\n' "$sum" "$(basename "$file")" "${keys:-$(wc -l <"$work/out")}" \
    >"$work/sum" || fail "cannot write in $cache; check its disk"
}

keep() {
  mv -fT -- "$work/out" "$file" || fail "cannot move $name to $file; check its folder"
  if [ -e "$work/sum" ]; then
    mv -fT -- "$work/sum" "$file.sha256" || fail "cannot write $file.sha256; check its folder"
  fi
  say "kept $file"
}

stop() {
  trap '' HUP INT TERM
  [ -z "$worker" ] || kill -TERM -- "-$worker" 2>/dev/null
  wait
  say "stopped; nothing was changed"
  exit "$1"
}

check_cache() {
  mkdir -p -- "$cache" 2>/dev/null ||
    fail "$cache cannot be made; set ARTBENCH_CACHE to a folder"
  [ -w "$cache" ] || fail "$cache cannot be written in; set ARTBENCH_CACHE to another folder"
}

# The work is done in a process group of its own, so that a signal ends all of it
# at once and the temporary folder can go.
make_file() {
  check_cache
  trap '[ -z "$work" ] || rm -rf -- "$work"' EXIT
  trap 'stop 129' HUP
  trap 'stop 130' INT
  trap 'stop 143' TERM
  work=$(mktemp -d "$cache/.$name.XXXXXX") || fail "cannot write in $cache; check its disk"
  set -m
  ( trap - EXIT HUP INT TERM; "$1" && verify "$2" ) </dev/null &
  worker=$!
  set +m
  wait "$worker" || exit 1
  worker=''
  keep
}

number() {
  [[ $2 =~ ^[0-9]{1,18}$ ]] || bad_usage "$1 needs a whole number, not '$2'"
}

# Sets how a name of kind_names is made, and what it is called.
prepare_kind() {
  local usual suffix sum
  read -r usual suffix sum <<<"${kinds[$name]}"
  keys=${keys:-$usual} how=fetch_kind file=$cache/$name.$suffix pinned=$sum
  [ "$keys $seed" = "$usual 1" ] || pinned='' file=$cache/$name-$keys-$seed.$suffix
}

name='' keys='' seed=1 tuned='' check=''
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --check) check=yes ;;
    --names) printf '%s\n' "${names[@]}"; exit 0 ;;
    --keys | --seed)
      [ $# -gt 1 ] || bad_usage "$1 needs a number"
      number "$1" "$2"
      printf -v "${1#--}" %s "$((10#$2))"
      tuned=$1
      shift ;;
    -*) bad_usage "$1 is not an option" ;;
    *)
      [ -z "$name" ] || bad_usage "one name at a time, not also '$1'"
      name=$1 ;;
  esac
  shift
done
[ -n "$name" ] || bad_usage "which key file?"
[ -z "$tuned" ] || [ "$name" = generated ] || [ -n "${kinds[$name]:-}" ] ||
  bad_usage "$tuned is for generated and the kinds of artbench gen only"

file=$cache/$name.txt pinned=''
case $name in
  words) how=fetch_words ;;
  words-multi) how=fetch_words_multi ;;
  shared) how=fetch_shared pinned=$shared_sha256 ;;
  random) how=fetch_random pinned=$random_sha256 file=$cache/$name.sosd ;;
  dense) how=fetch_dense pinned=$dense_sha256 file=$cache/$name.sosd ;;
  urls967k) how=fetch_urls pinned=$urls967k_sha256 ;;
  urls1685k) how=fetch_urls pinned=$urls1685k_sha256 ;;
  debian-paths) how=fetch_debian ;;
  original) how=fetch_original ;;
  generated)
    how=fetch_generated keys=${keys:-966956}
    if [ "$keys $seed" = "966956 1" ]; then
      pinned=$generated_sha256
    else
      file=$cache/generated-$keys-$seed.txt
    fi ;;
  *)
    [ -n "${kinds[$name]:-}" ] || bad_usage "'$name' is not one of ${names[*]}"
    prepare_kind ;;
esac
if [ -n "$check" ]; then
  [ -r "$file" ] || check_cache
  exit 0
fi
is_kept "$pinned" || make_file "$how" "$pinned"
printf '%s\n' "$file"
