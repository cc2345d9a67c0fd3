#!/usr/bin/env bash
# artbench pack and unpack: what is packed comes out as it was, and of what is not as it
# should be nothing does. Usage: test_pack.sh ARTBENCH. Exit status: 0 passed, 1 failed.
# shellcheck disable=SC2016 # what is for sed
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../kit/made_up.sh"

artbench=$(realpath -- "${1:?usage: test_pack.sh ARTBENCH}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
mkdir "$temp/a path & spaces"
cd "$temp/a path & spaces" || exit 1

run() { # COMMAND ARGUMENT...; sets `status`; stdout and stderr go to out and err
  status=0
  "$artbench" "$@" >out 2>err </dev/null || status=$?
}
refused() { # WHAT TEXT ARGUMENT...
  local what=$1 text=$2
  shift 2
  run "$@"
  check "$what: status" same "$status" 2
  check "$what: one line" same "$(wc -l <err)" 1
  check "$what: who says so, and a remedy" matches err '^artbench: .*; '
  check "$what: what it says" has err "$text"
}
# A pack of the files of the folder `made`, by GNU tar: packed WORD...
packed() { tar -C made --format=ustar -c "$@" | gzip -n >bad.tar.gz; }
unsound() { # WHAT TEXT: bad.tar.gz is refused, and nothing is left of it
  refused "$1" "$2" unpack bad.tar.gz --results there/bad
  check "$1: nothing is left" same "$(find there ! -name there 2>/dev/null)" ""
}

made_up run '1 + length(v) * 0.1 + r * 0.01' \
  '(m ~ /^exact_[ilks]/ ? 0.25 : 1) * 40000 * length(v)' reference=glib_tree
made_up bare 1 '(m ~ /^exact_[ilks]/ ? 0.25 : 1) * 40000'
summary() { # DIR: the summary of its rows, by joining the run with nothing
  rm -rf joined && "$artbench" merge "$1" --results joined >/dev/null && cp joined/summary.tsv "$1/"
}
summary run || exit 1
echo '# explained' >run/explain.md

# ---- there and back ----

run pack run
check "pack: status" same "$status" 0
check "pack: what it made" same "$(cat out)" run.tar.gz
check "pack: the files" same "$(tar tzf run.tar.gz | xargs)" "env.txt raw.tsv summary.tsv explain.md"
check "pack: no time, owner or right of this machine" same \
  "$(TZ=UTC tar tvzf run.tar.gz | awk '{ print $1, $2, $4, $5 }' | sort -u)" "-rw-r--r-- 0/0 1970-01-01 00:00"
cp -r run elsewhere && touch -d 2001-01-01 elsewhere/* && chmod 600 elsewhere/raw.tsv
(umask 077; run pack elsewhere/ --output again.tar.gz)
check "pack: the same bytes" cmp run.tar.gz again.tar.gz
run unpack run.tar.gz
check "unpack: status" same "$status" 0
check "unpack: where to" same "$(cat out)" results/run
for name in env.txt raw.tsv summary.tsv explain.md; do
  check "unpack: $name" cmp "run/$name" "results/run/$name"
done
check "unpack: no more than that" same "$(find results -type f | wc -l)" 4
check "unpack: can be read by others" same "$(stat -c %a results/run)" 755
refused "unpack: what is there stays" "is there already" unpack run.tar.gz
refused "pack: what is there stays" "File exists" pack run
refused "pack: no such run" "cannot be read" pack nothing
refused "pack: no summary" "summary.tsv: cannot be read" pack bare --output bare.tar.gz
check "pack: nothing is made of it" test ! -e bare.tar.gz
cp run.tar.gz other
refused "unpack: under no usual name" "say where to with --results DIR" unpack other
run unpack other --results mine/deep
check "unpack: --results" same "$(cat out)" mine/deep
echo 'diff' >elsewhere/changes.diff
run pack elsewhere --output changed.tar.gz
check "pack: with what the tree was changed in" same "$(tar tzf changed.tar.gz | tail -1)" changes.diff

# ---- what is in an archive and should not be ----

cp -r run made
files=(env.txt raw.tsv summary.tsv explain.md)
packed "${files[@]}"
run unpack bad.tar.gz --results fine
check "made by tar: is one, too" same "$status" 0
mkdir there
echo mine >made/notes.txt
packed "${files[@]}" notes.txt
unsound "a file of another name" "has a file of another name"
packed --transform 's|^env|../env|' -P "${files[@]}"
unsound "a way out" "has a file of another name"
packed --transform "s|^env|$temp/env|" -P "${files[@]}"
unsound "a path from the root" "has a file of another name"
packed --transform 's|^|run/|' "${files[@]}"
unsound "a folder before names" "has a file of another name"
ln -sf /etc/passwd made/explain.md
packed "${files[@]}"
unsound "a link" "no regular file"
rm made/explain.md && ln made/env.txt made/explain.md
packed "${files[@]}"
unsound "a hard link" "no regular file"
rm made/explain.md && mkdir made/explain.md
packed "${files[@]}"
unsound "a folder" "no regular file"
rmdir made/explain.md && mkfifo made/explain.md
packed "${files[@]}"
unsound "a pipe" "no regular file"
rm made/explain.md && cp run/explain.md made/
tar -C made --format=ustar -cf twice.tar "${files[@]}" && tar -C made --format=ustar -rf twice.tar env.txt
gzip -nc twice.tar >bad.tar.gz
unsound "a file twice" "has a file twice"
packed env.txt raw.tsv
unsound "a file too few" "lacks one of"
head -c 2M /dev/zero | tr '\0' x >made/explain.md
packed "${files[@]}"
unsound "a file too large" "larger than it may be"
cp run/explain.md made/

# ---- what is no archive ----

packed "${files[@]}"
good=$(stat -c %s bad.tar.gz)
for size in 0 10 $((good / 2)) $((good - 1)); do
  packed "${files[@]}" && truncate -s "$size" bad.tar.gz
  unsound "cut off at $size bytes" "bad.tar.gz: "
done
cp run/raw.tsv bad.tar.gz
unsound "not packed" "cannot be unpacked by gzip"
gzip -nc run/raw.tsv >bad.tar.gz
unsound "packed, and no archive" "is no tar archive"
{ tar -C made --format=ustar -c "${files[@]}"; echo more; } | gzip -n >bad.tar.gz
unsound "something behind its end" "something behind its end"
tar -C made --format=ustar -c "${files[@]}" | head -c 3000 | gzip -n >bad.tar.gz
unsound "an archive that ends early" "ends within a file"
tar -C made --format=ustar -c "${files[@]}" | sed '1s/0000644/0000777/' | gzip -n >bad.tar.gz
unsound "a header that was changed" "a damaged one"
head -c 100M /dev/zero | gzip -1n >bad.tar.gz
unsound "more than any pack has" "larger than any pack"
rm bad.tar.gz && mkfifo bad.tar.gz
unsound "a pipe in its place" "is no regular file"
rm bad.tar.gz

# ---- what is in the files and cannot be ----

changed() { # FILE SED: the files with this one changed
  cp run/*.t* made/ && sed -i "$2" "made/$1" && packed "${files[@]}"
}
changed raw.tsv 's/load\trss\t[0-9]*/load\trss\t17/'
unsound "rows changed" "rss_bpk of art_boxed is 360.0000, and 0.0170 by raw.tsv"
changed summary.tsv '2s/\t[0-9.]*\t/\t9.9\t/9'
unsound "the summary changed" "by raw.tsv"
changed summary.tsv '$d'
unsound "a line of the summary missing" "summary.tsv has 2 lines, and 3 by raw.tsv"
changed summary.tsv '1s/rss_bpk/bpk/'
unsound "the summary's header" "summary.tsv:1: is not its header"
changed summary.tsv '1s/heap_bpk/heap/'
unsound "a column that nobody knows" "column heap that is not known"
changed raw.tsv '0,/right\t1000/s//right\t1001/'
unsound "more right than asked" "more right answers than questions"
changed raw.tsv '0,/\tok/s//\tok\tok/'
unsound "no row" "raw.tsv:2: is not a row"
changed raw.tsv '$s/$/\x00/'
unsound "a zero byte" "raw.tsv"
changed raw.tsv 's/^9/4000000000/'
unsound "rounds without end" "more than 1000 rounds"
changed env.txt "s/^variants=.*/&$(printf ',v%.0s' {1..600})/"
unsound "variants without end" "more than 500 variants"
changed env.txt '/^outcome/d'
unsound "not ended" "broken off"
changed env.txt '/^keys/d'
unsound "no keys" "does not say which keys"
changed env.txt '$d;s/^thp.*/nothing/'
unsound "no environment" "env.txt:"
changed raw.tsv 's/nothing/&/'
run unpack bad.tar.gz --results there/good
check "nothing changed: status" same "$status" 0

# ---- the board takes in what came ----

run site --output board there/good
check "the board" has out "1 runs, 0 left out"

finish
