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
  --plugin FILE    a structure of your own, from a shared object (harness/ab_plugin.h),
                   measured beside --variants
  --rounds N       rounds of all variants (default 9, but none that would end after
                   eight minutes and 20 seconds, and if six do not fit, of the layouts and
                   the reference alone what is left of it; with --quick 1)
  --seed N         of the orders and the values (default 1)
  --results DIR    where the new folder goes (default: results/ beside scripts/)
  --build DIR      the build folder (default: build-release/ beside scripts/)
  --help           this text

The table goes to stdout, progress to stderr. ARTBENCH_CACHE=DIR keeps the keys there
(default: data/cache beside scripts/).
END
}

say() { echo "$*" >&2; }
fail() { # STATUS MESSAGE
  say "run_all.sh: $2"
  exit "$1"
}
stage() { say "[$1/6] $2"; }

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/build.sh"
data_names=(urls967k urls1685k debian-paths original words generated shared random dense)
keys_full=966956 # as many as urls967k has, where that cannot be had
keys_quick=50000
rounds_most=1000 seed_most=18446744073709551615
data_seed=1 # of the generated keys; --seed is that of the run, on the same keys

quick='' full='' ladder='' ablations='' resume='' data='' variants='' rounds='' seed=1
workloads='' reference='' malloc=''
plugins=() # options of artbench
budget=500 # seconds, for the default rounds: with everything around it, ten minutes
results_root=$root/results build=$root/build-release
path='' title=''       # of the key file
out='' measured=0 explained=0 drawn=0 # the new folder; the exit statuses

parse_arguments() {
  local option value
  while [ $# -gt 0 ]; do
    option=$1
    shift
    case $option in
      --help | -h) usage; exit 0 ;;
      --quick) quick=yes; continue ;;
      --full) full=yes; continue ;;
      --ladder) ladder=yes; continue ;;
      --ablations) ablations=yes; continue ;;
      --data=* | --variants=* | --rounds=* | --seed=* | --results=* | --build=* | \
        --resume=* | --workloads=* | --reference=* | --malloc=* | --plugin=*)
        value=${option#*=} option=${option%%=*} ;;
      --data | --variants | --rounds | --seed | --results | --build | \
        --resume | --workloads | --reference | --malloc | --plugin)
        [ $# -gt 0 ] || fail 2 "$option needs a value; try --help"
        value=$1
        shift ;;
      *) fail 2 "unknown argument '$option'; try --help" ;;
    esac
    [ -n "$value" ] || fail 2 "$option needs a value; try --help"
    case $option in
      --data) data=$value ;;
      --variants) variants=$value ;;
      --rounds) rounds=$value ;;
      --seed) seed=$value ;;
      --results) results_root=$value ;;
      --build) build=$value ;;
      --resume) resume=$value ;;
      --workloads) workloads=$value ;;
      --reference) reference=$value ;;
      --malloc) malloc=$value ;;
      --plugin) add_plugin "$value" ;;
    esac
  done
}

# By a name that holds in the project's own folder; see in_root.
add_plugin() { # FILE
  [ -f "$1" ] || fail 2 "--plugin '$1' is no file; give a shared object"
  local file
  file=$(cd -- "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
  plugins+=("--plugin=${file#"$root"/}")
}

is_data_name() { # NAME
  local name
  for name in "${data_names[@]}"; do
    [ "$1" != "$name" ] || return 0
  done
  return 1
}

# The limits are those of artbench; the largest number has more digits than bash's.
is_number() { # TEXT LEAST MOST
  [[ $1 =~ ^0*([0-9]+)$ ]] || return 1
  local n=${BASH_REMATCH[1]}
  no_more "$2" "$n" && no_more "$n" "$3"
}
no_more() { # DIGITS DIGITS, neither with a leading zero
  [ ${#1} -lt ${#2} ] || { [ ${#1} -eq ${#2} ] && [[ ! $1 > $2 ]]; }
}

# A run has the options it was started with.
check_resume() {
  [ -z "$quick$full$ladder$ablations$data$variants$workloads$reference$malloc${plugins[*]}" ] ||
    fail 2 "--resume takes no other option than --build: the run has its own"
  resume=${resume%/}
  resume=${resume%.partial}
  [ -d "$resume" ] || [ -d "$resume.partial" ] ||
    fail 2 "--resume '$resume': no such folder; name one below results/"
  resume=$(cd -- "$(dirname -- "$resume")" && pwd)/$(basename -- "$resume")
}

check_arguments() {
  [ -z "$quick" ] || [ -z "$data" ] ||
    fail 2 "--quick makes its own keys; give it or --data, not both"
  case $quick$full$ladder$ablations in
    yesyes*) fail 2 "give one of --quick, --full, --ladder and --ablations" ;;
  esac
  [ -z "$full" ] || workloads=${workloads:-all}
  [ -z "$full" ] || budget=3300 # likewise, an hour
  [ -z "$ladder$ablations" ] || [ -z "$variants" ] ||
    fail 2 "--ladder and --ablations choose the variants; leave out --variants"
  [ -z "$ladder" ] || budget=780 reference=${reference:-art_boxed} # likewise, a quarter
  [ -z "$ablations" ] || budget=780 reference=${reference:-art_arena_prefix}
  [ -z "$ablations" ] || workloads=${workloads:-insert,hit,scan}
  [ -z "$rounds$quick" ] || budget=''
  [ -z "$quick" ] || rounds=${rounds:-1}
  [ -z "$full" ] || rounds=${rounds:-12}
  rounds=${rounds:-9}
  is_number "$rounds" 1 "$rounds_most" ||
    fail 2 "--rounds '$rounds' is not a whole number from 1 to $rounds_most; give one"
  is_number "$seed" 0 "$seed_most" ||
    fail 2 "--seed '$seed' is not a whole number from 0 to $seed_most; give one"
  [ -z "$variants" ] || [[ $variants =~ ^[a-z0-9_]+(,[a-z0-9_]+)*$ ]] ||
    fail 2 "--variants '$variants' is not a list of names such as art_boxed,glib_tree"
  [ -z "$resume" ] || check_resume
  [ -z "$resume" ] || return 0
  data=${data:-urls967k}
  is_data_name "$data" && return
  [ -e "$data" ] ||
    fail 2 "--data '$data' is neither a file nor one of: ${data_names[*]}"
  [ ! -d "$data" ] || fail 2 "--data '$data' is a folder; give a file of keys"
  # It is read more than once: by every child, and for its checksum.
  [ -f "$data" ] ||
    fail 2 "--data '$data' is a pipe or a device; save its keys in a file and give that"
  [ -r "$data" ] || fail 2 "--data '$data' cannot be read"
  [ -s "$data" ] || fail 2 "--data '$data' is empty"
  path=$(cd -- "$(dirname -- "$data")" && pwd)/$(basename -- "$data")
}

# The revision that is built, for artbench too; results are no part of it, but files
# that git does not know yet, a new variant, say, are.
revision() (
  git=(git --no-optional-locks -C "$root")
  # What names another tree, in a hook or under `git rebase --exec`, and what ':!' means.
  # shellcheck disable=SC2046
  unset $(git rev-parse --local-env-vars 2>/dev/null) "${!GIT_LITERAL_@}" "${!GIT_NOGLOB_@}"
  if [ ! -e "$root/.git" ]; then
    echo unknown
  elif short=$("${git[@]}" rev-parse --short HEAD 2>/dev/null); then
    changes=$("${git[@]}" status --porcelain --untracked-files=normal -- . ':!results' 2>/dev/null) ||
      changes=unknown
    echo "$short${changes:+-dirty}"
  else
    short=$("${git[@]}" rev-parse --short HEAD 2>&1)
    # shellcheck disable=SC2086
    say "the revision is not known: git says:" $short
    echo unknown
  fi
)

# attend COMMAND...: run it, in a process group of its own, so that a signal to this
# script alone takes effect at once, ends all of it, and leaves no process behind.
attend() {
  local status=0
  trap '' TTOU # or under `stty tostop` it would be stopped as it writes
  set -m
  "$@" &
  set +m
  wait $! || status=$?
  return "$status"
}

# Early, for a run that cannot be kept is not worth its ten minutes.
prepare_results() {
  local host name n=1
  if [ -n "$resume" ]; then
    out=$resume
    export ARTBENCH_REVISION=${ARTBENCH_REVISION:-$(revision)}
    return
  fi
  if ! mkdir -p -- "$results_root" 2>/dev/null || [ ! -w "$results_root" ]; then
    fail 1 "$results_root: cannot write results there; choose another with --results DIR"
  fi
  results_root=$(cd -- "$results_root" && pwd)
  export ARTBENCH_REVISION=${ARTBENCH_REVISION:-$(revision)}
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
  [ -z "$quick" ] || name="generated --keys $keys_quick --seed $data_seed"
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
  local log
  stage 2 "build, optimised, in $build"
  log=$build/run_all.log
  if ! attend compile "$log"; then
    tail -n 40 "$log" >&2
    fail 1 "the build failed; the whole log is $log"
  fi
  ARTBENCH=$(find "$build" -name artbench -type f -perm -u+x -print -quit)
  [ -n "$ARTBENCH" ] || fail 1 "the build made no artbench; the log is $log"
  export ARTBENCH
}

# The rungs, as far as they can be built, and what they are held against besides.
choose_ladder() { # LIST
  variants=$(awk -F'\t' 'NR > 1 && $7 == "-" &&
    ($8 ~ /^F?[0-9]+$/ || $1 == "absl_btree" || $1 == "marisa_trie") { print $1 }' <<<"$1" |
    paste -sd,)
}

# The ablations, and what each is held against.
choose_ablations() { # LIST
  variants=$(awk -F'\t' 'NR > 1 && $7 == "-" && ($8 == "S" || $1 == "art_arena_paper" ||
    $1 == "art_arena_prefix" || $1 == "page_front") { print $1 }' <<<"$1" | paste -sd,)
}

check_variants() {
  local known name status=0
  [ -n "$variants${plugins[*]}$ladder$ablations" ] || return 0
  known=$(in_root "$ARTBENCH" list --format tsv "${plugins[@]}") || status=$?
  [ "$status" -eq 0 ] || fail $((status == 2 ? 2 : 1)) "artbench list failed; see above"
  [ -z "$ladder" ] || choose_ladder "$known"
  [ -z "$ablations" ] || choose_ablations "$known"
  known=$(awk -F'\t' 'NR > 1 && $7 == "-" { print $1 }' <<<"$known")
  for name in ${variants//,/ }; do
    grep -qxF -- "$name" <<<"$known" ||
      fail 2 "--variants: no variant is called '$name'; 'artbench list' names them"
  done
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

get_data() {
  if [ -n "$resume" ]; then
    stage 3 "data: as the run has it"
    path=$(of_run data) title=$(of_run dataset) seed=$(of_run seed)
    mapfile -t plugins < <(of_run 'plugin\.[a-z0-9_]*\.file' | sed 's/^/--plugin=/')
    (cd -- "$root" && [ -f "$path" ]) ||
      fail 1 "its key file '$path' is not there any more"
  elif [ -n "$quick" ]; then
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
  local arguments=(--data "${path#"$root"/}" --name "$title" --rounds "$rounds"
    --seed "$seed" --format text --results "${out#"$root"/}" "${plugins[@]}")
  [ -z "$budget" ] || arguments+=(--budget "$budget")
  [ -z "$variants" ] || arguments+=(--variants "$variants")
  [ -z "$workloads" ] || arguments+=(--workloads "$workloads")
  [ -z "$reference" ] || arguments+=(--reference "$reference")
  [ -z "$malloc" ] || arguments+=(--malloc "$malloc")
  if [ -n "$resume" ]; then
    arguments=(--resume "${resume#"$root"/}")
    stage 4 "measure: what $resume still lacks"
  else
    stage 4 "measure: $title, up to $rounds round(s)"
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
      --seed "$seed" "${plugins[@]}" --results "${out#"$root"/}" >/dev/null || explained=1
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
  local group
  for group in $(jobs -p); do
    kill -TERM -- "-$group" 2>/dev/null || :
  done
  trap - HUP INT TERM # so that a second signal ends the wait
  wait 2>/dev/null || :
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
check_arguments
trap 'interrupted 129' HUP
trap 'interrupted 130' INT
trap 'interrupted 143' TERM
prepare_results
check_build
check_cache
set_up # may ask for a password
exec </dev/null
build_all
check_variants
get_data
measure
explain
draw
where_to_look
[ "$measured" -eq 0 ] || fail 1 "the run failed (artbench run: status $measured); see above"
[ "$explained" -eq 0 ] || fail 1 "artbench explain failed; see above"
[ "$drawn" -eq 0 ] || fail 1 "the pictures failed (plot.sh: status $drawn); see above"
