#!/usr/bin/env bash
# scripts/run_all.sh around stand-ins for everything it calls, where each of them can
# fail; or, end to end, run_all.sh --quick.
# Usage: test_run_all.sh SOURCE_ROOT stages|quick. Exit status: 0 passed, 1 failed,
# 77 skipped.
# TEST_BUILD names a release build folder, with short workloads, to use instead of a fresh one.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

root=$(cd -- "${1:?usage: test_run_all.sh SOURCE_ROOT PART}" && pwd) || exit 1
part=${2:?usage: test_run_all.sh SOURCE_ROOT PART}
for tool in meson ninja cc c++ pkg-config; do
  command -v "$tool" >/dev/null || skip "$tool is missing (scripts/setup.sh build)"
done
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
work="$temp/a path & spaces"
mkdir "$work"

is_file() { [ -s "$1" ] || { echo "  no such file, or empty: $1"; return 1; }; }

# Runs it from another folder, without stdin; sets `status`, `out`, `err`.
out=$work/out err=$work/err
run() { # ROOT ARGUMENT...
  local script=$1/scripts/run_all.sh
  shift
  status=0
  (cd / && "$script" "$@") >"$out" 2>"$err" <&- || status=$?
}
results_of() { sed -n 's/^Results in \(.*\):$/\1/p' "$out"; }

# ---- Around stand-ins ----

# What it runs is in a process group of its own, and writes all the same.
test_tostop() {
  command -v script >/dev/null || { echo "tostop was not tried: script is missing"; return; }
  status=0
  printf -v command 'stty tostop; %q --data generated' "$fake/scripts/run_all.sh"
  (cd / && SHELL=/bin/bash timeout -k 1 60 script -qec "$command" /dev/null) \
    >"$out" 2>"$err" </dev/null || status=$?
  check "stty tostop: it ends" same "$status" 0
  check "stty tostop: with all it says" has "$out" 'Results in '
}

stand_ins() {
  fake=$work/fake
  mkdir -p "$fake/scripts/plots" "$fake"/{data,variants,baselines,harness/run}
  cp "$root"/harness/run/{cli,run_options}.c "$fake/harness/run/"
  : >"$fake/meson_options.txt"
  cp "$root"/scripts/{run_all,build,common}.sh "$fake/scripts/"
  cat >"$fake/meson.build" <<'END'
project('stand-in')
peer = dependency('stand-in-peer', required: false)
custom_target('artbench', input: 'artbench.sh', output: 'artbench',
  command: ['sh', files('make.sh'), '@INPUT@', '@OUTPUT@', peer.found() ? 'with' : 'without'])
END
  cat >"$fake/make.sh" <<'END'
echo "made $3 the peer" >>"$LOG"
[ "$HANG" != build ] || { echo $$ >"$LOG.pid"; sleep 30; }
cp "$1" "$2"
END
  cat >"$fake/artbench.sh" <<'END'
#!/bin/sh
[ "$2" != --help ] || { echo "${KNOWS:---preset}"; exit; }
[ "$2" != --check ] || { [ -z "$WRONG" ] || { echo "artbench: $WRONG" >&2; exit 2; }; exit; }
echo "artbench $*" >>"$LOG"
case $1 in
  explain) [ -z "$EXPLAIN_STATUS" ] || exit "$EXPLAIN_STATUS"
    while [ "$1" != --results ]; do shift; done
    echo explained >"$2/explain.md"; exit ;;
  report) echo "report of $2" >"$2/report.html"; exit ;;
esac
[ "$2" = --resume ] || while [ "$1" != --results ]; do shift; done
[ "$1" != run ] || shift # --resume DIR
[ -z "$REFUSE" ] || exit 2
mkdir -p "$2.partial"
[ "$HANG" != table ] || { echo $$ >"$LOG.pid"; sleep 30; }
echo "the table of $ARTBENCH_REVISION"
for file in summary.tsv raw.tsv env.txt table.md; do echo "$file" >"$2.partial/$file"; done
mv "$2.partial" "$2"
exit "${TABLE_STATUS:-0}"
END
  cat >"$fake/scripts/setup.sh" <<'END'
#!/bin/sh
echo "setup $*" >>"$LOG"
exit "${SETUP_STATUS:-0}"
END
  cat >"$fake/scripts/plot.sh" <<'END'
#!/bin/sh
for name in headline memory throughput; do echo x >"$1/$name.svg"; done
exit "${PLOT_STATUS:-0}"
END
  cat >"$fake/data/get.sh" <<'END'
#!/bin/sh
[ "$1" != --names ] || { printf '%s\n' urls967k debian-paths original generated; exit; }
[ "$1" != --check ] || { echo "check $2" >>"$LOG"; exit "${CACHE_STATUS:-0}"; }
echo "get $*" >>"$LOG"
[ "$HANG" != get ] || { echo $$ >"$LOG.pid"; sleep 30; }
[ "$1" = generated ] && [ ! -x "$ARTBENCH" ] && exit 1
[ "$1" != "$OFFLINE" ] || { echo "get.sh: no network" >&2; exit 1; }
echo "/cache/$1"
END
  cat >"$fake/meson" <<'END'
#!/bin/sh
case $1 in
  setup) while [ $# -gt 2 ]; do shift; done; mkdir -p "$1/meson-private"; : >"$1/meson-private/coredata.dat" ;;
  compile) cp "${0%/*}/artbench.sh" "$3/artbench" ;;
esac
END
  printf '#!/bin/sh\n' >"$fake/gnuplot"
  chmod +x "$fake/artbench.sh" "$fake/meson" "$fake/gnuplot" "$fake"/*/*.sh
  export LOG=$work/log PATH=$fake:$PATH
}

# From here on the build is a real one, which takes a second a run.
real_meson() { rm -rf -- "${fake:?}/meson" "$fake/build-release"; }

# The variables in front of the call make one of the stand-ins fail.
test_stages() {
  : >"$LOG"
  run "$fake"
  check "plain run" same "$status" 0
  check "sets up for running" has "$LOG" 'setup run'
  check "measures urls967k" has "$LOG" \
    'artbench run --data /cache/urls967k --name urls967k --format text --results results/'
  check "as it usually does" matches "$LOG" ' --preset main$'
  check "explains the claim" has "$LOG" \
    'artbench explain --data /cache/urls967k --name urls967k --results '
  local n
  for n in 1 2 3 4 5 6; do check "stage $n" has "$err" "[$n/6] "; done
  check "the table on stdout" has "$out" 'the table of unknown'
  check "a folder for the run" grep -qE '/results/[0-9]{8}T[0-9]{6}Z-[A-Za-z0-9_-]+-unknown:$' "$out"
  for n in report.html table.md explain.md summary.tsv raw.tsv env.txt headline.svg memory.svg; do
    check "names $n" has "$out" "$(results_of)/$n"
  done

  run "$fake" --seed=7 --rounds 2 --variants art_two,art_one --data debian-paths --pin
  check "options arrive" has "$LOG" ' --preset main --seed 7 --rounds 2 --variants art_two,art_one --pin'
  check "data arrives" has "$LOG" '--data /cache/debian-paths --name debian-paths'
  check "explains the same keys in the same orders" has "$LOG" \
    'artbench explain --data /cache/debian-paths --name debian-paths --seed 7 --results '
  local preset
  for preset in full ladder ablations; do
    run "$fake" --$preset --reference art_one
    check "--$preset" has "$LOG" " --preset $preset --reference art_one"
  done
  : >"$LOG"
  echo >"$work/my peer.so" && echo >"$fake/own.so" && echo >"$fake/own.c"
  run "$fake" --plugin "$work/my peer.so" --plugin="$fake/own.so" --plugin "$fake/own.c:SIZE=2"
  check "plug-ins: status" same "$status" 0
  check "plug-ins arrive" same \
    "$(grep -F -- "--plugin=$work/my peer.so --plugin=own.so --plugin=own.c:SIZE=2" "$LOG" | cut -d' ' -f2 | xargs)" \
    "run explain"
  run "$fake" --quick
  check "quick keys" has "$LOG" 'get generated --keys 50000 --seed 1'
  check "quick rounds" matches "$LOG" '--name generated .* --preset quick$'
  run "$fake" --data generated
  check "as many keys as urls967k" has "$LOG" 'get generated --keys 966956 --seed 1'
  echo key >"$work/my keys"
  run "$fake" --data "$work/my keys"
  check "own keys" has "$LOG" "--data $work/my keys --name my keys"
}

# The revision is that of this tree, and dirty with what git does not know, but not
# with results.
test_revision() {
  local git=(git -C "$fake" -c user.name=x -c user.email=x@example.com)
  command -v git >/dev/null || return 0
  printf 'build-release/\n' >"$fake/.gitignore"
  "${git[@]}" init -q && "${git[@]}" add . ':!results' && "${git[@]}" commit -qm x
  local short
  short=$("${git[@]}" rev-parse --short HEAD)
  run "$fake"
  check "clean: folder" grep -qE -- "-$short:\$" "$out"
  check "clean: artbench is told" has "$out" "the table of $short"
  echo >"$fake/new_variant.c"
  run "$fake"
  check "dirty: folder" grep -qE -- "-$short-dirty:\$" "$out"
  git init -q "$work/other" && git -C "$work/other" -c user.name=x -c user.email=x commit -q --allow-empty -m x
  GIT_DIR=$work/other/.git GIT_WORK_TREE=$work/other GIT_LITERAL_PATHSPECS=1 run "$fake"
  check "in another's hook: this tree's" has "$out" "the table of $short-dirty"
  rm "$fake/.git/HEAD"
  run "$fake"
  check "git does not say: unknown" has "$out" "the table of unknown"
  check "git does not say: why" matches "$err" 'the revision is not known: git says: fatal: '
  rm -rf "$fake/.git" "$fake/new_variant.c"
  mkdir "$work/outer" && mv "$fake" "$work/outer/" && git -C "$work/outer" init -q
  PATH=$work/outer/fake:$PATH run "$work/outer/fake"
  check "a repository around it is not its own" has "$out" 'the table of unknown'
  mv "$work/outer/fake" "$work/"
}

# What an earlier build has found is looked for again: a package may be gone.
test_package_gone() {
  mkdir "$work/pc"
  printf '%s\n' 'Name: peer' 'Description: stand-in' 'Version: 1' >"$work/pc/stand-in-peer.pc"
  : >"$LOG"
  PKG_CONFIG_PATH=$work/pc run "$fake"
  check "a package that is there: built with it" has "$LOG" 'made with the peer'
  rm "$work/pc/stand-in-peer.pc"
  : >"$LOG"
  PKG_CONFIG_PATH=$work/pc run "$fake"
  check "a package that is gone: status" same "$status" 0
  check "a package that is gone: built without" has "$LOG" 'made without the peer'
}

test_failures() {
  : >"$LOG"
  OFFLINE=urls967k run "$fake"
  check "no network: goes on" same "$status" 0
  check "no network: loudly" has "$err" 'COULD NOT BE FETCHED'
  check "no network: labelled" has "$LOG" '--name generated (urls967k could not be fetched)'
  check "no network: so is the explanation" matches "$LOG" \
    'artbench explain .*--name generated \(urls967k could not be fetched\) --results'
  OFFLINE=original run "$fake" --data original
  check "no network: no other set is replaced" same "$status" 1
  check "no network: says which" has "$err" 'original could not be fetched'

  TABLE_STATUS=1 run "$fake"
  check "wrong answers fail the run" same "$status" 1
  check "wrong answers: results are kept" is_file "$(results_of)/summary.tsv"
  REFUSE=1 run "$fake"
  check "refused data fails the run" same "$status" 2
  check "refused data: no results named" lacks "$out" 'Results in'
  SETUP_STATUS=1 run "$fake"
  check "set-up that fails with all tools there" same "$status" 0
  PLOT_STATUS=1 run "$fake"
  check "failed pictures fail the run" same "$status" 1
  check "failed pictures: the table is kept" is_file "$(results_of)/table.md"
  EXPLAIN_STATUS=1 run "$fake"
  check "a failed explanation fails the run" same "$status" 1
  check "a failed explanation: nothing half" test ! -e "$(results_of)/explain.md"
}

test_build() {
  test_package_gone
  # Everything on PATH but gnuplot.
  local bin=$work/bin folders
  IFS=: read -ra folders <<<"${PATH#*:}"
  mkdir "$bin"
  find "${folders[@]}" -maxdepth 1 ! -type d ! -name 'gnuplot*' -exec ln -sft "$bin" {} + \
    2>/dev/null
  PATH=$bin run "$fake"
  check "no gnuplot: goes on" same "$status" 0
  check "no gnuplot: names the package" has "$err" 'gnuplot-nox'
  check "no gnuplot: names no picture" lacks "$out" '.svg'

  sed -i.good '1s/.*/nonsense(/' "$fake/meson.build"
  run "$fake"
  mv "$fake/meson.build.good" "$fake/meson.build"
  check "a broken build" same "$status" 1
  check "a broken build: names the log" has "$err" 'run_all.log'
  run "$fake"
  check "the next build mends it" same "$status" 0
  touch "$fake/artbench.sh"
  interrupts build TERM 143 alone
}

refuses() { # "MESSAGE" ARGUMENT...
  local message=$1
  shift
  : >"$LOG"
  run "$fake" "$@"
  check "$*: status" same "$status" 2
  check "$*: one line" same "$(wc -l <"$err")" 1
  check "$*: message" has "$err" "$message"
  check "$*: nothing was done" same "$(cat "$LOG")" ''
}

# What a build needs is looked for before anything is done.
before_building() {
  : >"$LOG"
  run "$fake" --build "$work/empty/below"
  check "no place for a build" same "$status $(cat "$err")" \
    "1 run_all.sh: $work/empty/below: cannot build there; try --build DIR"
  CACHE_STATUS=1 run "$fake"
  check "no place for keys: status" same "$status" 1
  check "no place for keys: asked of the data set" same "$(cat "$LOG")" 'check urls967k'
  : >"$LOG"
  (ulimit -s 512 && run "$fake" && exit "$status")
  check "a small stack: status" same "$?" 1
  check "a small stack: what to do" has "$err" \
    'run_all.sh: the stack has 512 KiB at most, and a build needs 1024; give it more (ulimit -s 8192)'
  (ulimit -n 20 && run "$fake" && exit "$status")
  check "few files: status" same "$?" 1
  check "few files: what to do" has "$err" \
    'run_all.sh: 20 files may be open, and a build needs 32; allow more (ulimit -n 1024)'
  check "nothing was done" same "$(cat "$LOG")" ''
  echo key >"$work/keys"
  CACHE_STATUS=1 run "$fake" --data "$work/keys"
  check "one's own keys need no place" same "$status" 0
}

# What artbench refuses is refused at once by one of these sources, and otherwise as soon
# as it is built.
after_building() { # WHAT [TEXT]
  WRONG=${2:-such and such} run "$fake" --rounds 0
  check "$1: status" same "$status" 2
  check "$1: it is built first" has "$err" '[2/6] '
  check "$1: no data are fetched" lacks "$err" '[3/6] '
  check "$1: artbench says what is wrong" same "$(tail -n 1 "$err")" "artbench: ${2:-such and such}"
}
test_refusals() {
  WRONG='such and such' refuses 'artbench: such and such' --rounds 0
  WRONG='such and such' refuses 'such and such' --build "${fake#/}/build-release" --rounds 0
  KNOWS=nothing after_building "one from before there were presets"
  echo >"$fake/harness/new.c"
  after_building "newer sources"
  rm -r "$fake/build-release"
  refuses "unknown argument '--bogus'; try --help" --bogus
  after_building "no artbench yet"
  after_building "a package that set-up may bring" "variant 'x' is not built in; install it"
}

test_arguments() {
  refuses '--data needs a value' --data
  refuses '--data needs a value' --data=
  refuses "unknown argument '-dkeys'" -dkeys
  refuses "unknown argument '--check'; try --help" --check
  refuses "unknown argument 'extra'; try --help" --rounds 2 extra
  refuses '--rounds needs a value' --rounds=
  refuses '--rounds needs a value' --rounds ''
  refuses 'leave out --variants' --ladder --variants=art_boxed
  refuses 'leave out --variants' --variants art_boxed --ablations
  refuses 'is no file; give a shared object or a C file' --plugin /no/such/file
  refuses 'neither a file nor one of: urls967k' --data /no/such/file
  refuses 'is a folder' --data /
  : >"$work/empty"
  refuses 'is empty' --data "$work/empty"
  mkfifo "$work/fifo"
  refuses 'is a pipe or a device' --data "$work/fifo"
  refuses 'is a pipe or a device' --data <(echo key)
  refuses 'is a pipe or a device' --data /dev/null
  refuses 'not both' --quick --data generated
  refuses 'give one of --quick, --full, --ladder and --ablations' --quick --ladder
  refuses 'give one of --quick, --full, --ladder and --ablations' --ablations --ladder
  run "$fake" --results "$work/empty/below"
  check "no place for results: status" same "$status" 1
  check "no place for results: message" has "$err" 'cannot write results there'
  before_building
  run "$fake" --help
  check "help: status" same "$status" 0
  check "help: text" has "$out" 'Usage: scripts/run_all.sh'
}

# What was killed may need a moment to go.
gone() {
  local n
  for n in {1..30}; do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  echo "  still runs after $((n / 10)) s: $1"
  return 1
}

# STAGE SIGNAL STATUS group|alone: to the whole process group, as from a terminal, or
# to the script alone, as from a supervisor. setsid makes it the leader of a new group.
interrupts() {
  local what="$1, SIG$2, $4" target='' waited=0 started
  rm -f "$LOG.pid"
  HANG=$1 setsid --wait env "--default-signal=$2" \
    sh -c 'echo $$ >"$0/group"; exec "$1/scripts/run_all.sh"' "$work" "$fake" \
    >"$out" 2>"$err" &
  while [ ! -s "$LOG.pid" ] && [ "$waited" -lt 200 ]; do
    sleep 0.1
    waited=$((waited + 1))
  done
  check "$what: under way" is_file "$LOG.pid"
  [ "$4" = alone ] || target=-
  started=$SECONDS
  kill "-$2" -- "$target$(cat "$work/group")"
  status=0
  wait $! || status=$?
  check "$what: at once" test $((SECONDS - started)) -lt 10
  check "$what: status" same "$status" "$3"
  check "$what: says so" has "$err" 'run_all.sh: interrupted'
  check "$what: leaves no process" gone "$(cat "$LOG.pid")"
  check "$what: draws nothing" lacks "$err" '6/6'
}

goes_on() { # DIR
  echo data=/cache/urls967k >"$1.partial/env.txt"
  run "$fake" --resume "$1"
  check "resume: a lost key file" has "$err" 'is not there any more'
  echo key >"$work/keys"
  printf '%s\n' "data=$work/keys" 'dataset=my title' plugin.mine.file=peer.so \
    plugin.mine.label=x seed=7 order=sorted values=random keys=5 file_keys=9 \
    "command=artbench run --data 'a --keys 7' --data-format=lines --rounds 2" >"$1.partial/env.txt"
  : >"$LOG"
  run "$fake" --resume "$1"
  check "resume: status" same "$status" 0
  check "resume: the run's own options" has "$LOG" "artbench run --resume results/$(basename "$1")"
  check "resume: explains the same, plug-ins too" has "$LOG" \
    "artbench explain --data $work/keys --name my title --plugin=peer.so --seed=7 --order=sorted --values=random --keys=5 --data-format=lines --results "
  check "resume: fetches nothing" lacks "$LOG" 'get '
  check "resume: where it is" same "$(results_of)" "$1"
  refuses 'takes no other option' --resume "$1" --quick
  refuses 'takes no other option' --resume "$1" --plugin "$work/my peer.so"
  refuses 'no such folder' --resume "$work/nowhere"
}

test_interrupt() {
  interrupts table TERM 143 group
  check "interrupted: names the folder" grep -q 'measured so far is in .*\.partial$' "$err"
  check "interrupted: says how to go on" has "$err" 'scripts/run_all.sh --resume'
  goes_on "$(sed -n 's/.*--resume //p' "$err")"
  interrupts table TERM 143 alone
  check "interrupted: names the folder" grep -q 'measured so far is in .*\.partial$' "$err"
  interrupts table INT 130 alone
  interrupts table HUP 129 alone
  interrupts get TERM 143 alone
  TABLE_STATUS=130 run "$fake"
  check "artbench was interrupted: status" same "$status" 130
  check "artbench was interrupted: says so" has "$err" 'run_all.sh: interrupted'
  check "artbench was interrupted: draws nothing" lacks "$err" '6/6'
}

# ---- End to end ----

column() { # NAME FILE
  awk -F'\t' -v name="$1" '
    NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
    { print c ? $c : "no column " name }' "$2"
}

# What it passes on is refused as artbench has it, before there are any keys.
test_passed() { # BUILD
  local words
  for words in '--rounds 0' '--rounds 1001' '--seed 18446744073709551616' '--seed -1'; do
    # shellcheck disable=SC2086 # two words
    run "$root" $words --build "$1" --results "$work/none"
    check "$words: status" same "$status" 2
    check "$words" has "$err" "artbench: ${words% *} '${words#* }' is not a whole number from "
    check "$words: no keys yet" lacks "$err" '3/6'
  done
  run "$root" --bogus --build "$1" --results "$work/none"
  check "an unknown option" has "$err" "run_all.sh: unknown argument '--bogus'; try --help"
  run "$root" --ablations --variants art_boxed --build "$1" --results "$work/none"
  check "variants twice" has "$err" 'run_all.sh: --ladder and --ablations choose the variants; leave out --variants'
  run "$root" --variants art_none --build "$1" --results "$work/none"
  check "an unknown variant" has "$err" "variant 'art_none' is not known"
}

known_caches() { # ENV_TXT
  local size
  size=$(getconf LEVEL1_DCACHE_SIZE) || return 0
  [ "${size:-0}" -eq 0 ] || matches "$1" '^caches=L1 Data [0-9]+K'
}

# Seconds of processor time that what this script has run took.
processor_seconds() { times | awk 'NR == 2 { gsub(/[ms]/, " "); print int($1 * 60 + $2 + $3 * 60 + $4) }'; }

test_quick() {
  local build=${TEST_BUILD:-$work/build} results=$work/results dir known name took file
  export ARTBENCH_CACHE=$work/cache
  run "$root" --quick --variants null_index --results "$results" --build "$build"
  check "first run, which builds" same "$status" 0
  [ "$status" -eq 0 ] || { sed 's/^/  | /' "$err"; return; }

  took=$(processor_seconds)
  run "$root" --quick --results "$results" --build "$build"
  check "quick run" same "$status" 0
  # By the clock it takes longer where others work, too. The rest of the minute is what
  # workloads take that are as long as in earnest.
  took=$(($(processor_seconds) - took))
  check "a minute is enough" test "$took" -lt "$([ "${TEST_BUILD:-}" ] && echo 40 || echo 60)"
  dir=$(results_of)
  for file in table.md summary.tsv raw.tsv env.txt explain.md; do
    check "there is $file" is_file "$dir/$file"
  done
  # Keys that fit twice into what the dropped tree leaves: the claim's early examples.
  check "explain.md: each layout grows the process by less than it takes" same \
    "$(awk -F' *[|] *' '$2 ~ /^art_/ { gsub(/[*]/, ""); n++; low += $3 < $4 }
      END { print (n > 0 && n == low) }' "$dir/explain.md")" 1
  check "explain.md: one paragraph of what was found" same \
    "$(grep -c '^glib_tree, built first, grew the process by .* were still resident' "$dir/explain.md")" 1
  if command -v gnuplot >/dev/null; then
    for file in headline memory throughput; do
      check "there is $file.svg" grep -q '^</svg>' "$dir/$file.svg"
    done
  fi
  check "two runs, two folders" same "$(find "$results" -mindepth 1 -maxdepth 1 | wc -l)" 2
  file=$(find "$build" -name artbench -type f -perm -u+x)
  known=$("$file" list --format tsv |
    awk -F'\t' 'NR > 1 && $7 == "-" && $4 !~ /by-name/ { print $1 }')
  check "a row for every variant" same "$(column variant "$dir/summary.tsv" | sort)" \
    "$(sort <<<"$known")"
  for name in $known; do
    check "the table shows $name" has "$out" "$name"
    check "table.md shows $name" has "$dir/table.md" "$name"
  done
  check "env.txt knows the caches" known_caches "$dir/env.txt"
  test_passed "$build"
  check "50,000 keys" same "$(column keys "$dir/summary.tsv" | sort -u)" 50000
  check "data set" same "$(column dataset "$dir/summary.tsv" | sort -u)" generated
  check "all went well" same "$(column status "$dir/summary.tsv" | sort -u)" ok

  printf 'a\r\nb\r\n' >"$work/dos"
  run "$root" --data "$work/dos" --results "$results" --build "$build"
  check "refused keys: status" test "$status" -ne 0
  check "refused keys: named" has "$err" "$work/dos"
}

case $part in
  stages)
    stand_ins
    test_stages
    test_tostop
    test_revision
    test_failures
    test_refusals
    test_arguments
    test_interrupt
    real_meson
    test_build ;;
  quick) test_quick ;;
  *) echo "no part of this test: $part"; exit 1 ;;
esac
finish
