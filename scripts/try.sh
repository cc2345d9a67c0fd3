#!/usr/bin/env bash
# shellcheck disable=SC2317 # functions that `start` and `timeout` are given
# From an idea for a layout to a verdict. See usage below.
# Exit status: 0 right, and measured, whatever came out; 1 wrong, or something failed;
# 2 bad usage, 129, 130 or 143 interrupted.
set -euo pipefail
export LC_ALL=C.UTF-8
unset CDPATH LANGUAGE

usage() {
  cat <<'END'
Usage: scripts/try.sh NAME [--base BASE | --against REV] [--data NAME|FILE] [--quick]
                      [--page] [--within PERCENT] [--results DIR] [--build DIR]

Is this structure right, and is it better than another? NAME is a word of 'artbench list',
a C file, or a shared object. Builds what that needs, puts NAME through the generic tests
(the first failure is explained, and ends it), measures it beside the base in the same
rounds, and prints one screen with a verdict. In under two minutes, on a build that is
there: of a large file a sample is measured, as large as fits, and the screen says so.

  --base BASE      what it is held against, named as NAME is; default: the variant whose
                   headers its C file includes, or art_arena_prefix, or glib_hash if
                   it has no order of keys
  --against REV    the base is NAME as that revision of this repository has it
  --data NAME      a name of data/get.sh, or a file of keys; default: urls967k if it is there,
                   else generated keys
  --quick          in under half a minute: fewer keys
  --page           pictures, and a page of it all
  --within PERCENT what is surely nearer to equal than this is called so (default 3)
  --results DIR    where the run's folder goes (default: tries/ in the build folder)
  --build DIR      the build folder (default: build-release/ beside scripts/)
  --help           this text

The folder is a run's as any other: artbench report, compare, merge and scripts/plot.sh take
it. ARTBENCH_CACHE=DIR is where keys are kept (default: data/cache beside scripts/).
ARTBENCH=FILE and TEST_VARIANT=FILE are used in place of what would be built.
END
}

say() { echo "try.sh: $*" >&2; }
. "$(dirname -- "${BASH_SOURCE[0]}")/build.sh"

subject='' base='' against='' data='' page='' within=3
results='' build=$root/build-release
work='' out='' test_variant=''
plugins=()     # --plugin=FILE
own='' held='' # names of the subject and of its base
path='' title=''
notes=() # what else there is to say below the screen
begun=$SECONDS

# Seconds that all of it may take; the most of them that go to counting; rounds.
seconds=104 counting=25 rounds_least=6 rounds_most=12
keys_pilot=50000 keys_counted=2000 keys_generated=400000
small=1000000 # bytes of a file that is measured as a whole

quicken() {
  seconds=24 counting=8 rounds_most=6 keys_pilot=20000 keys_counted=500 keys_generated=50000
}

# ---- options ----

parse_arguments() {
  local words value
  while [ $# -gt 0 ]; do
    words=1
    case $1 in
      --help | -h) usage; exit 0 ;;
      --base | --base=*) take_value "$@"; base=$value ;;
      --against | --against=*) take_value "$@"; against=$value ;;
      --data | --data=*) take_value "$@"; data=$value ;;
      --within | --within=*) take_value "$@"; within=$value ;;
      --results | --results=*) take_value "$@"; results=$value ;;
      --build | --build=*) take_value "$@"; build=$value ;;
      --quick) quicken ;;
      --page) page=1 ;;
      -*) fail 2 "unknown argument '$1'; try --help" ;;
      *)
        [ -z "$subject" ] || fail 2 "one structure at a time, and '$1' is another; try --help"
        [ -n "$1" ] || fail 2 "'' names no structure; try --help"
        subject=$1 ;;
    esac
    shift "$words"
  done
  [ -n "$subject" ] || fail 2 "name a variant, a C file or a shared object; try --help"
}

# A file's path; with a slash in it, or it would be taken for a word.
is_path() { [[ $1 == */* || $1 == *.c || $1 == *.so ]]; } # NAME

absolute() { echo "$(cd -- "$(dirname -- "$1")" && pwd)/$(basename -- "$1")"; } # FILE

# The C file of a structure, if it has one that is known.
source_of() { # NAME
  if [[ $1 == *.c ]]; then
    absolute "$1"
  elif ! is_path "$1" && [ -f "$root/variants/$1.c" ]; then
    echo "$root/variants/$1.c"
  fi
}

check_name() { # NAME
  is_path "$1" || return 0
  [ -f "$1" ] || fail 2 "'$1': no such file; give a C file or a shared object"
  [ -r "$1" ] || fail 2 "'$1' cannot be read; allow it"
}

check_arguments() {
  check_name "$subject"
  [ -z "$base" ] || [ -z "$against" ] || fail 2 "--against is a base of its own; leave out --base"
  [ -z "$base" ] || check_name "$base"
  [[ $within =~ ^[0-9]+(\.[0-9]+)?$ ]] ||
    fail 2 "--within '$within' is not a number of per cent; give one such as 3"
  [ -z "$data" ] || [ -e "$data" ] || "$root/data/get.sh" --names | grep -xF -- "$data" >/dev/null ||
    fail 2 "--data '$data' is neither a file nor one of: $("$root/data/get.sh" --names | xargs)"
}

# ---- the build ----

compile_needed() { # LOG
  exec >"$1" 2>&1 </dev/null
  [ -f "$build/build.ninja" ] || configure || exit
  ninja -C "$build" harness/artbench tests/test_variant
}

# Sets `artbench` and `test_variant`.
build_needed() {
  if [ -n "${ARTBENCH:-}" ] && [ -n "${TEST_VARIANT:-}" ]; then
    if [ ! -x "$ARTBENCH" ] || [ ! -x "$TEST_VARIANT" ]; then
      fail 2 "ARTBENCH=$ARTBENCH, TEST_VARIANT=$TEST_VARIANT: one of them is no program"
    fi
    artbench=$(realpath -- "$ARTBENCH") test_variant=$(realpath -- "$TEST_VARIANT")
    must_write "$build" "cannot write there; try --build DIR"
    build=$(cd -- "$build" && pwd)
    return
  fi
  check_build
  need 1 meson meson
  need 1 ninja ninja-build
  [ -f "$build/build.ninja" ] || say "building in $build: that takes some minutes, once"
  start compile_needed "$build/try.log"
  wait $! || {
    grep -A 9 -m 3 -E '(error|undefined reference)' "$build/try.log" >&2 ||
      tail -n 20 "$build/try.log" >&2
    fail 1 "the build failed; the whole log is $build/try.log"
  }
  artbench=$build/harness/artbench test_variant=$build/tests/test_variant
}

# ---- who ----

# Is there a row of `artbench list` whose column has this text?
built_in() { # COLUMN TEXT
  "$artbench" list --format tsv | awk -F'\t' -v column="$1" -v text="$2" '
    $column == text && $7 == "-" { found = 1 } END { exit !found }'
}

# add NAME: sets `named`, the structure's name, after taking it in.
add() {
  local file=$1
  if ! is_path "$1"; then
    named=$1
    ! built_in 1 "$1" || return 0
    file=$root/variants/$1.c # which meson.build does not name
    [ -f "$file" ] || fail 2 "no variant is called '$1'; 'artbench list' names them, or give a\
 C file or a shared object"
  fi
  file=$(absolute "$file")
  named=$(basename -- "$file" .c)
  if [ "$file" = "$root/variants/$named.c" ] && built_in 5 "variants/$named.c"; then
    return
  fi
  plugins+=("--plugin=${file#"$root"/}")
  # From the project's own folder, as all that is measured.
  (cd -- "$root" && "$artbench" objects "${plugins[@]}" >"$work/objects" 2>"$work/objects.err") || {
    cat -- "$work/objects.err" >&2
    fail 1 "$1 cannot be tried; see above"
  }
  named=$(tail -n 1 "$work/objects" | cut -f1)
}

# The variant with a rung whose headers the C file includes: that has most of them in
# common, if all, on the highest rung, else on the lowest.
base_of() { # FILE
  local others
  [ -n "$1" ] || return 0
  mapfile -t others < <(find "$root/variants" -maxdepth 1 -name '*.c' ! -path "$1" | sort)
  awk -v own="$1" '
    FNR == 1 { name = FILENAME; sub(/.*\//, "", name); sub(/\.c$/, "", name) }
    /^#include "[a-z]+\// {
      header = $2
      if (header ~ /_head\.h"$/) next
      if (FILENAME == own) mine[header]; else { its[name] = its[name] " " header }
    }
    /^\t\.rung = "F?[0-9]+"/ && FILENAME != own { rung[name] = $3; gsub(/[",]/, "", rung[name]) }
    END {
      for (name in rung) {
        n = split(its[name], its_header, " ")
        both = 0
        for (i = 1; i <= n; i++) both += its_header[i] in mine
        place = rung[name] ~ /F/ ? 50 : rung[name]
        worth = 1000 * both + (both == n ? 100 + place : 0 - place)
        if (both && (best == "" || worth > most)) { best = name; most = worth }
      }
      print best
    }' "$1" "${others[@]}"
}

# What has no order of keys is held against a hash table, if one is built in.
base_of_kind() { # NAME
  if "$artbench" list ${plugins[@]+"${plugins[@]}"} --format tsv |
    awk -F'\t' -v name="$1" '$1 == name && $4 !~ /(^| )ordered( |$)/ { found = 1 }
      END { exit !found }' && built_in 1 glib_hash; then
    echo glib_hash
  else
    echo art_arena_prefix
  fi
}

# The subject's file as the revision has it, in a tree of that revision's own headers.
file_against() { # FILE; sets `base`
  local revision tree file=${1#"$root"/}
  need 1 git git
  [ -n "$1" ] || fail 2 "--against needs a C file, which '$subject' is not; give --base"
  [[ $1 == "$root"/* ]] || fail 2 "--against: $1 is no file of this repository; give --base"
  revision=$(git --no-optional-locks -C "$root" rev-parse --short --verify -q "$against^{commit}") ||
    fail 2 "--against '$against' is no revision; give one that git knows"
  tree=$build/against/$revision
  if [ ! -d "$tree" ]; then
    rm -rf -- "$tree.partial"
    mkdir -p -- "$tree.partial"
    git --no-optional-locks -C "$root" archive "$revision" variants |
      tar -xf - -C "$tree.partial" ||
      fail 1 "$tree: cannot be made; see the message above"
    mv -- "$tree.partial" "$tree"
  fi
  [ -f "$tree/$file" ] ||
    fail 2 "--against '$against': $revision has no $file; give another, or --base"
  base=$tree/$file
  notes+=("The base is $file as of $revision.")
}

# Sets `own` and `held`.
choose() {
  local named='' file
  file=$(source_of "$subject")
  add "$subject"
  own=$named
  [ -z "$against" ] || file_against "$file"
  if [ -z "$base" ]; then
    base=$(base_of "$file")
    base=${base:-$(base_of_kind "$own")}
  fi
  add "$base"
  held=$named
  [ "$held" != "$own" ] || fail 2 "'$base' is '$subject' itself; give another --base"
}

# ---- is it right? ----

# The generic suites, the quick ones first; what fails is shrunk and saved by them.
prove() {
  local status=0 what=$own file log=$work/suites
  file=$(object_of "$own" 2)
  ! grep -q . <<<"$file" || what=$(object_of "$own" 3) # compiled once
  start "$test_variant" all "$what" --save "$results" >"$log.out" 2>"$log.err" </dev/null
  wait $! || status=$?
  if [ "$status" -eq 0 ]; then
    notes=("Right ($(awk '$2 ~ /^[0-9]+$/ { n += $2; all++ }
      END { print all " suites, " n " checks" }' "$log.out"))." "${notes[@]}")
    return
  fi
  cat -- "$log.err" "$log.out" >"$results/$own.wrong"
  shorten "$log.err"
  echo "VERDICT: wrong: $own: $(awk '$2 == "FAILED" { print "fails the suite " $1; n++ }
    END { if (!n) print "the suites ended with status " status }' status="$status" "$log.out");\
 all that was said is in $results/$own.wrong"
  [ ! -f "$(saved "$log.err")" ] ||
    echo "Again: $test_variant replay $(saved "$log.err") ${file:-$own}"
  exit 1
}

# The file that a failure's operations were saved to.
saved() { sed -n 's/^ *saved to \([^;]*\);.*/\1/p' "$1" | head -n 1; } # FILE

# As much as a screen has room for: where more is left out than said, the middle.
shorten() { # FILE
  grep -v '^ *saved to ' "$1" | cut -c 1-300 | awk -v most=30 '
    { line[NR] = $0 }
    END {
      for (i = 1; i <= NR; i++)
        if (NR <= most || i <= most - 9 || i > NR - 8) print line[i]
        else if (i == most - 8) print "    ... " NR - most + 1 " lines"
    }'
}

# Of a plug-in its file (2) or object (3); nothing of what is built in.
object_of() { # NAME COLUMN
  [ ! -f "$work/objects" ] || awk -F'\t' -v name="$1" -v column="$2" '
    $1 == name { print $column }' "$work/objects"
}

# ---- instructions ----

# Of the same keys, in the background of the tests: how busy the machine is does not matter.
count() {
  local objects=()
  [ ! -f "$work/objects" ] || mapfile -t objects < <(cut -f3 "$work/objects" | sed 's/^/--plugin=/')
  ARTBENCH=$artbench timeout "$counting" "$root/scripts/callgrind.sh" --variants "$own,$held" \
    "${objects[@]}" --data "$path" --keys "$keys_counted" --results "$work" --format tsv \
    >"$work/counted.tsv" 2>"$work/count.err"
}

begin_counting() {
  counted=''
  if command -v valgrind >/dev/null; then
    start count
    counted=$!
  else
    notes+=("Instructions not counted: valgrind is missing (Debian package valgrind).")
  fi
}

end_counting() {
  local status=0 why
  [ -n "$counted" ] || return 0
  wait "$counted" || status=$?
  [ "$status" -ne 0 ] || return 0
  why=$(grep -m 1 '^callgrind.sh: ' "$work/count.err" || :)
  why=${why#callgrind.sh: } why=${why:0:120}
  [ "$status" -ne 124 ] || why="it took over $counting s"
  notes+=("Instructions not counted: $why.")
  rm -f -- "$work/counted.tsv"
}

# ---- the keys ----

# Sets `path` and `title`.
get_data() {
  local cache=${ARTBENCH_CACHE:-$root/data/cache}
  if [ -n "$data" ] && [ -e "$data" ]; then
    path=$(absolute "$data") title=$(basename -- "$data")
  elif [ -n "$data" ]; then
    title=$data
    path=$("$root/data/get.sh" "$data") || fail 1 "$data could not be fetched; see the message above"
  elif [ -f "$cache/urls967k.txt" ]; then
    title=urls967k path=$cache/urls967k.txt
  else
    title=generated
    # Another number of keys is another file: what is there of a full run stays.
    path=$build/generated-$keys_generated.txt
    [ -s "$path" ] || ARTBENCH=$artbench "$artbench" gen --keys "$keys_generated" --seed 1 \
      --output "$path" || fail 1 "the generated keys could not be made; see the message above"
  fi
}

# ---- is it better? ----

# From the project's own folder, so that env.txt says nothing of where that is.
measure() { # OPTION...
  cd -- "$root" && exec "$artbench" run --data "${path#"$root"/}" --name "$title" \
    --variants "$held,$own" --reference "$held" "${plugins[@]}" "$@"
}

# Seconds, and some in any case: three rounds of a few keys.
left() {
  local left=$((seconds - (SECONDS - begun)))
  echo $((left > 4 ? left : 4))
}

of_pilot() { sed -n "s/^$1=//p" "$work/pilot/env.txt"; } # KEY

# measure_some OPTION...: of so many keys as `sample` says, or of all if there are fewer. Sets
# `status`.
measure_some() {
  status=0
  start measure ${sample:+--keys "$sample"} "$@" >"$work/run.out" 2> >(tee "$work/run.err" >&2)
  wait $! || status=$?
  if [ "$status" -eq 2 ] && grep -q 'hence no sample' "$work/run.err"; then
    sample=''
    measure_some "$@"
  fi
}

# How many keys there is time for, and how many rounds, after what a few keys take in one:
# sets `sample`, '' for all, and `rounds`. Larger indices are slower, for they leave the
# caches.
pace() {
  local status
  sample='' rounds=$rounds_most
  [ "$(stat -L -c %s -- "$path")" -gt "$small" ] || return 0
  sample=$keys_pilot rounds=$rounds_least
  [ "$(left)" -gt 8 ] || return 0
  measure_some --rounds 1 --timeout "$(left)" --results "$work/pilot" 2>/dev/null
  [ "$status" -eq 0 ] || fail_measuring "$status"
  read -r sample rounds < <(share_out "$work/pilot/raw.tsv" "$(left)" "$(of_pilot keys)" \
    "$(of_pilot file_keys)" "$rounds_least" "$rounds_most")
  [ "$sample" -lt "$(of_pilot file_keys)" ] || sample=''
}

# How many of all keys, and how many rounds, there is time for, as one round of fewer keys
# shows: "KEYS ROUNDS". Rather all rounds of fewer keys than fewer rounds of all. Speed takes
# so many operations at the least (harness/work/pass.h), and each takes longer with twice the
# keys, which leave the caches: by a quarter of what it takes of the fewest.
share_out() { # RAW.TSV SECONDS KEYS ALL-KEYS ROUNDS-LEAST ROUNDS-MOST
  awk -F'\t' -v left="$2" -v keys="$3" -v all="$4" -v least="$5" -v most="$6" '
    function operations(n) { return n > 500000 ? n : 500000 }
    function slower(n) { return 1 + log(n / keys) / log(2) / 4 }
    function round(n) { return speed * operations(n) / operations(keys) * slower(n) }
    function twice(n) { return 2 * memory * n / keys * slower(n) }
    $6 == "process" && $4 == "memory" { memory += $7 / 2 } # two at a time, in two rounds
    $6 == "process" && $4 == "speed" && $7 > speed { speed = $7 } # all in turns
    END {
      for (n = all; n > keys && least * round(n) + twice(n) > left; n *= 0.95) cut = 1
      n = n < keys ? keys : int(n)
      if (n > 10000 && cut) n -= n % 10000
      rounds = speed > 0 ? int((left - twice(n)) / round(n)) : least
      print n, (rounds < least || cut ? least : rounds > most ? most : rounds)
    }' "$1"
}

fail_measuring() { # STATUS
  [ "$1" -ne 130 ] || interrupted 130
  grep '^artbench: ' "$work/run.err" >&2 || :
  [ "$1" -eq 2 ] || {
    echo "VERDICT: wrong: $own or $held fails on $title; see above"
    exit 1
  }
  fail 2 "it could not be measured; see above"
}

prepare_results() {
  local name n=1
  results=${results:-$build/tries}
  must_write "$results" "cannot write results there; choose another with --results DIR"
  results=$(cd -- "$results" && pwd)
  name=$results/$(date -u +%Y%m%dT%H%M%SZ)-$own
  out=$name
  while [ -e "$out" ] || [ -e "$out.partial" ]; do # of the same second
    n=$((n + 1))
    out=$name-$n
  done
}

compete() {
  local status
  measure_some --rounds "$rounds" --budget "$(left)" --timeout "$(($(left) + 60))" \
    --results "$out"
  [ -d "$out" ] || fail_measuring "$status"
  [ "$status" -eq 0 ] || failed=1
  [ -z "$sample" ] || notes+=("Fewer keys than there are, so as to be done in ${seconds} s: artbench run takes all.")
  ! grep -qx stopped=budget "$out/env.txt" ||
    notes+=("Time ended it before $rounds rounds.")
}

# How deep keys lie, of those that were measured.
measure_depth() {
  local name depth text=''
  for name in "$own" "$held"; do
    depth=$(cd -- "$root" && timeout 20 "$artbench" census --data "${path#"$root"/}" \
      ${sample:+--keys "$sample"} --variants "$name" ${plugins[@]+"${plugins[@]}"} 2>/dev/null |
      sed -n "s/^$name, .*: a key is behind \([0-9.]*\) nodes on average, \([0-9]*\) at most$/\1, \2 at most/p") || :
    text+="${text:+; in the base }${depth:-not known how many}"
  done
  [[ $text != *[0-9]* ]] || notes+=("A key is behind ${text/,/ nodes,}.")
}

show() {
  local counts=()
  if [ -f "$work/counted.tsv" ]; then
    cp -- "$work/counted.tsv" "$out/counted.tsv"
    counts=(--instructions "$out/counted.tsv")
  fi
  "$artbench" compare "$out" --of "$own" --to "$held" --within "$within" "${counts[@]}" ||
    fail 1 "$out: cannot be compared; see above"
}

draw() {
  [ -n "$page" ] || return 0
  if command -v gnuplot >/dev/null; then
    "$root/scripts/plot.sh" "$out" >&2 || fail 1 "the pictures failed; see above"
  else
    notes+=("No pictures: gnuplot is missing (Debian package gnuplot-nox).")
  fi
  "$artbench" report "$out" || fail 1 "the page failed; see above"
  notes+=("Page: $out/report.html.")
}

# ---- the end ----

interrupted() { # STATUS
  trap - HUP INT TERM
  say "interrupted"
  [ -z "$out" ] || [ ! -d "$out.partial" ] ||
    say "what was measured is in $out.partial; go on with it: artbench run --resume $out"
  exit "$1"
}

parse_arguments "$@"
check_arguments
make_work
failed=0 sample='' rounds=''
build_needed
begun=$SECONDS # a build that is there takes no time
choose
get_data
prepare_results
begin_counting
prove
end_counting
pace
compete
measure_depth
show
draw
notes+=("Kept in $out.")
fold -s -w 100 <<<"${notes[*]}" | sed 's/ *$//'
exit "$failed"
