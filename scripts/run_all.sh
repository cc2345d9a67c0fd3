#!/usr/bin/env bash
# From a fresh clone to the table and its pictures. See usage below.
# Exit status: 0 done, 1 something failed (what was measured is kept and named),
# 2 bad usage, 129, 130 or 143 interrupted.
set -euo pipefail
export LC_ALL=C.UTF-8
unset CDPATH LANGUAGE

usage() {
  cat <<'END'
Usage: scripts/run_all.sh [--quick | --full | --ladder | --ablations] [--data NAME|FILE]
                          [--variants A,B] [--workloads A,B] [--reference NAME] [--malloc NAME]
                          [--plugin FILE]... [--rounds N] [--seed N] [--results DIR] [--build DIR]
                          [OPTION]...
       scripts/run_all.sh --resume DIR [--build DIR]

Sets up, builds optimised, gets the data, measures, prints the table, re-enacts the
claim, and draws the pictures; everything is kept in a new folder
DIR/<UTC time>-<host>-<revision>/, report.html first of all.

  --quick          50,000 generated keys and one round: under a minute
  --full           every workload and 12 rounds, but none that would end after 55 minutes
  --ladder         the ladder of layouts, each one idea more than the one before, and two
                   peers, by art_boxed's speed: under 15 minutes
  --ablations      what single ideas are worth: variants that have one less, or one more,
                   beside the three they are made of: inserts, hits and scans, by
                   art_arena_prefix's speed: under 15 minutes
  --resume DIR     go on with a run that was broken off, with the options it had
  --data NAME      urls967k (default), urls1685k, debian-paths, original, words,
                   generated, shared, random, dense: see data/README.md
  --data FILE      your own keys, one a line
  --variants A,B   only these (see 'artbench list'); default: all, but for those by-name
  --workloads A,B  core (default), all, or some of 'artbench run --help'
  --reference NAME what ratios are taken to (default glib_tree)
  --malloc NAME    glibc (default), jemalloc, mimalloc, tcmalloc
  --plugin FILE    a structure of your own, from a shared object or a C file
                   (harness/ab_plugin.h), measured beside --variants
  --rounds N       rounds of all variants (default 9, but none that would end after
                   eight minutes and 20 seconds, and if six do not fit, of the layouts and
                   the reference alone what is left of it; with --quick 1)
  --seed N         of the orders and the values (default 1)
  --results DIR    where the new folder goes (default: results/ beside scripts/)
  --build DIR      the build folder (default: build-release/ beside scripts/)
  --help           this text

Any OPTION else is for artbench run, whose --help has them all.

The table goes to stdout, progress to stderr. ARTBENCH_CACHE=DIR keeps the keys there
(default: data/cache beside scripts/).
END
}

say() { echo "$*" >&2; }
stage() { say "[$1/6] $2"; }

. "$(dirname -- "${BASH_SOURCE[0]}")/build.sh"
keys_full=966956 # as many as urls967k has, where that cannot be had
keys_quick=50000
data_seed=1 # of the generated keys; --seed is that of the run, on the same keys

preset=main resume='' data=''
options=() # of artbench run
shared=()  # those of them that say which keys and which orders, for artbench explain, too
results_root=$root/results build=$root/build-release
path='' title=''       # of the key file
out='' measured=0 explained=0 drawn=0 # the new folder; the exit statuses

# What is not this script's own is for artbench to take or to refuse.
parse_arguments() {
  local words value option='' # that may have the word behind it
  while [ $# -gt 0 ]; do
    words=1
    case $1 in
      --help | -h) usage; exit 0 ;;
      --quick | --full | --ladder | --ablations) choose_preset "${1#--}" ;;
      --data | --data=*) take_value "$@"; data=$value ;;
      --results | --results=*) take_value "$@"; results_root=$value ;;
      --build | --build=*) take_value "$@"; build=$value ;;
      --resume | --resume=*) take_value "$@"; resume=$value ;;
      --plugin | --plugin=*) take_value "$@"; add_plugin "$value" ;;
      --seed | --order | --values | --keys | --data-format | \
        --seed=* | --order=* | --values=* | --keys=* | --data-format=*)
        take_value "$@"
        shared+=("${1%%=*}" "$value") ;;
      --name | --name=* | -d*) fail 2 "unknown argument '$1'; try --help" ;;
      --?*)
        is_option "${1%%=*}" || fail 2 "unknown argument '$1'; try --help"
        [[ $1 != --*= ]] || fail 2 "${1%=} needs a value; try --help"
        options+=("$1") option=$1 ;;
      -?*) options+=("$1") option=$1 ;;
      *)
        [ -n "$option" ] || fail 2 "unknown argument '$1'; try --help"
        [ -n "$1" ] || fail 2 "$option needs a value; try --help"
        options+=("$1") option='' ;;
    esac
    shift "$words"
  done
}

# Of artbench run, as its sources have them, and for people: what is none is refused before
# a build.
is_option() { # --NAME
  grep -F -- "{ \"${1#--}\", " "$root"/harness/run/{cli,run_options}.c | grep -qv HIDDEN
}

choose_preset() { # NAME
  [ "$preset" = main ] || [ "$preset" = "$1" ] ||
    fail 2 "give one of --quick, --full, --ladder and --ablations"
  preset=$1
}

# By a name that holds in the project's own folder; see in_root.
add_plugin() { # FILE
  [ -f "${1/%.c:*/.c}" ] || fail 2 "--plugin '$1' is no file; give a shared object or a C file"
  local file
  file=$(cd -- "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
  shared+=("--plugin=${file#"$root"/}")
}

# A run has the options it was started with.
check_resume() {
  [ "$preset$data${options[*]}${shared[*]}" = main ] ||
    fail 2 "--resume takes no other option than --build: the run has its own"
  resume=${resume%/}
  resume=${resume%.partial}
  [ -d "$resume" ] || [ -d "$resume.partial" ] ||
    fail 2 "--resume '$resume': no such folder; name one below results/"
  resume=$(cd -- "$(dirname -- "$resume")" && pwd)/$(basename -- "$resume")
}

check_options() {
  case $preset,${options[*]} in
    ladder,*--variants* | ablations,*--variants*)
      fail 2 "--ladder and --ablations choose the variants; leave out --variants" ;;
  esac
}

check_data() {
  local names
  [ "$preset" != quick ] || [ -z "$data" ] ||
    fail 2 "--quick makes its own keys; give it or --data, not both"
  data=${data:-urls967k}
  names=$("$root/data/get.sh" --names)
  ! grep -qxF -- "$data" <<<"$names" || return 0
  [ -e "$data" ] ||
    fail 2 "--data '$data' is neither a file nor one of: ${names//$'\n'/ }"
  [ ! -d "$data" ] || fail 2 "--data '$data' is a folder; give a file of keys"
  # It is read more than once: by every child, and for its checksum.
  [ -f "$data" ] ||
    fail 2 "--data '$data' is a pipe or a device; save its keys in a file and give that"
  [ -r "$data" ] || fail 2 "--data '$data' cannot be read"
  [ -s "$data" ] || fail 2 "--data '$data' is empty"
  path=$(cd -- "$(dirname -- "$data")" && pwd)/$(basename -- "$data")
}

# Says what is wrong with the options, if anything; no key file is opened.
ask() ( # ARTBENCH
  ARTBENCH_REVISION=unknown in_root "$1" run --check --data keys --preset "$preset" \
    "${shared[@]}" "${options[@]}"
)

# Of an earlier build, if it is of these sources. What it has not built in, this one may.
ask_early() {
  local built said status=0
  built=$(find_artbench)
  [ -n "$built" ] || return 0
  built=$(realpath -- "$built")
  # An older one has no presets.
  "$built" run --help 2>/dev/null | grep -e --preset >/dev/null || return 0
  [ -z "$(cd -- "$root" && find "${sources[@]}" -newer "$built" -print -quit 2>&1)" ] || return 0
  said=$(ask "$built" 2>&1) || status=$?
  [ "$status" -ne 2 ] || [[ $said == *' is not built in; '* ]] || {
    say "$said"
    exit 2
  }
}

# attend COMMAND...: run it so that a signal to this script alone ends all of it at once.
attend() {
  local status=0
  start "$@"
  wait $! || status=$?
  return "$status"
}

# Early, for a run that cannot be kept is not worth its ten minutes.
prepare_results() {
  local host name n=1
  # For artbench, too.
  export ARTBENCH_REVISION=${ARTBENCH_REVISION:-$(revision . ':!results')}
  if [ -n "$resume" ]; then
    out=$resume
    return
  fi
  must_write "$results_root" "cannot write results there; choose another with --results DIR"
  results_root=$(cd -- "$results_root" && pwd)
  host=$(uname -n | cut -d. -f1)
  name=$(date -u +%Y%m%dT%H%M%SZ)-$host-$ARTBENCH_REVISION
  name=$results_root/${name//[!A-Za-z0-9_.-]/-}
  out=$name
  while [ -e "$out" ] || [ -e "$out.partial" ]; do # of the same second
    n=$((n + 1))
    out=$name-$n
  done
}

# Early, too, but not for keys that it has already.
check_cache() {
  local name=$data
  [ -z "$resume$path" ] || return 0
  [ "$preset" != quick ] || name="generated --keys $keys_quick --seed $data_seed"
  # shellcheck disable=SC2086 # a name and options
  "$root/data/get.sh" --check $name || exit 1
}

# artbench table gives the folder its name when all is in it.
keep_partial() { [ -d "$out" ] || [ ! -d "$out.partial" ] || out=$out.partial; }

set_up() {
  stage 1 "set up"
  "$root/scripts/setup.sh" run >&2 && return
  # Whatever is missing for pictures or downloads alone is no reason to stop here.
  local tool
  for tool in cc c++ meson ninja pkg-config; do
    command -v "$tool" >/dev/null || fail 1 "$tool is missing; see the message above"
  done
  say "run_all.sh: something could not be installed (see above); going on without it"
}

build_all() {
  local status=0
  stage 2 "build, optimised, in $build"
  build_artbench "$build/run_all.log"
  export ARTBENCH=$artbench
  [ -n "$resume" ] || ask "$artbench" || status=$?
  [ "$status" -eq 0 ] || exit $((status == 2 ? 2 : 1))
}

# Sets `path`. Through a file, for a signal waits until $(...) has ended.
get() { # ARGUMENT...
  attend "$root/data/get.sh" "$@" >"$build/run_all.path" && path=$(<"$build/run_all.path")
}

generate() { # KEYS
  get generated --keys "$1" --seed "$data_seed" ||
    fail 1 "the generated keys could not be made; see the message above"
}

# What the run to be gone on with says of itself.
of_run() { # KEY
  cat "$resume.partial/env.txt" "$resume/env.txt" 2>/dev/null | sed -n "s/^$1=//p" || :
}

# Which keys and which orders it has, as options.
setup_of_run() {
  local key
  of_run 'plugin\.[a-z0-9_]*\.file' | sed 's/^/--plugin=/'
  for key in seed order values; do
    of_run "$key" | sed "s/^/--$key=/"
  done
  [ "$(of_run keys)" = "$(of_run file_keys)" ] || of_run keys | sed 's/^/--keys=/'
  of_run command | grep -oE -- ' --data-format[ =][a-z]+' | sed 's/^ //; s/ /=/' || :
}

get_data() {
  if [ -n "$resume" ]; then
    stage 3 "data: as the run has it"
    path=$(of_run data) title=$(of_run dataset)
    mapfile -t shared < <(setup_of_run)
    (cd -- "$root" && [ -f "$path" ]) ||
      fail 1 "its key file '$path' is not there any more"
  elif [ "$preset" = quick ]; then
    stage 3 "data: $keys_quick generated keys"
    title=generated
    generate "$keys_quick"
  elif [ -n "$path" ]; then
    stage 3 "data: $path"
    title=$(basename -- "$path")
  elif [ "$data" = generated ]; then
    stage 3 "data: $keys_full generated keys"
    title=generated
    generate "$keys_full"
  else
    stage 3 "data: $data"
    title=$data
    get "$data" && return
    [ "$data" = urls967k ] || fail 1 "$data could not be fetched; see the message above"
    say "************************************************************************"
    say "run_all.sh: urls967k COULD NOT BE FETCHED. Going on with $keys_full GENERATED"
    say "keys; table and pictures say so. Compare them with no run on urls967k."
    say "************************************************************************"
    title='generated (urls967k could not be fetched)'
    generate "$keys_full"
  fi
}

# From the project's own folder and with names relative to it, so that what env.txt
# records says nothing of where the project lies.
in_root() { cd -- "$root" && exec "$@"; }

measure() {
  local arguments=(--data "${path#"$root"/}" --name "$title" --format text
    --results "${out#"$root"/}" --preset "$preset" "${shared[@]}" "${options[@]}")
  if [ -n "$resume" ]; then
    arguments=(--resume "${resume#"$root"/}")
    stage 4 "measure: what $resume still lacks"
  else
    stage 4 "measure: $title"
  fi
  attend in_root "$ARTBENCH" run "${arguments[@]}" || measured=$?
  [ "$measured" -ne 130 ] || interrupted 130
  keep_partial
  if [ "$measured" -ne 0 ] && [ ! -d "$out" ]; then
    fail $((measured == 2 ? 2 : 1)) "nothing was measured; see above"
  fi
}

# How the claim came about, on the same keys.
explain() {
  stage 5 "the claim, explained"
  if [ ! -f "$out/summary.tsv" ]; then
    say "run_all.sh: not explained, for the run left no summary.tsv"
  else
    attend in_root "$ARTBENCH" explain --data "${path#"$root"/}" --name "$title" \
      "${shared[@]}" --results "${out#"$root"/}" >/dev/null || explained=1
  fi
}

draw() {
  stage 6 "pictures"
  if [ ! -f "$out/summary.tsv" ]; then
    say "run_all.sh: no pictures, for the run left no summary.tsv"
  elif ! command -v gnuplot >/dev/null; then
    say "run_all.sh: no pictures, for gnuplot is missing: install the Debian package" \
      "gnuplot-nox, then scripts/plot.sh '$out'"
  else
    attend "$root/scripts/plot.sh" "$out" || drawn=$?
    # The page takes in the pictures.
    attend "$ARTBENCH" report "$out" || drawn=$?
  fi
}

where_to_look() {
  local file
  echo
  echo "Results in $out:"
  for file in report.html report.md table.md explain.md summary.tsv raw.tsv env.txt; do
    [ ! -e "$out/$file" ] || echo "  $out/$file"
  done
  for file in "$out"/*.svg; do
    [ ! -e "$file" ] || echo "  $file"
  done
}

interrupted() { # STATUS
  trap - HUP INT TERM # so that a second signal ends the wait
  end_jobs
  say
  say "run_all.sh: interrupted"
  keep_partial
  if [ -n "$out" ] && [ -d "$out" ]; then
    say "run_all.sh: what was measured so far is in $out"
    say "run_all.sh: go on with it: scripts/run_all.sh --resume ${out%.partial}"
  fi
  exit "$1"
}

parse_arguments "$@"
if [ -n "$resume" ]; then
  check_resume
else
  check_options
  check_data
  ask_early
fi
trap 'interrupted 129' HUP
trap 'interrupted 130' INT
trap 'interrupted 143' TERM
prepare_results
check_build
check_cache
set_up # may ask for a password
exec </dev/null
build_all
get_data
measure
explain
draw
where_to_look
[ "$measured" -eq 0 ] || fail 1 "the run failed (artbench run: status $measured); see above"
[ "$explained" -eq 0 ] || fail 1 "artbench explain failed; see above"
[ "$drawn" -eq 0 ] || fail 1 "the pictures failed (plot.sh: status $drawn); see above"
