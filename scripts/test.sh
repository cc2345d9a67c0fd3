#!/usr/bin/env bash
# Build and test everything, in several configurations. See usage below.
# Exit status: 0 all that ran passed, 1 something failed or nothing ran, 2 bad usage.
set -uo pipefail
export LC_ALL=C.UTF-8
unset CDPATH LANGUAGE
# shellcheck disable=SC2046 # words
unset -v $(git rev-parse --local-env-vars 2>/dev/null) # which a hook sets

usage() {
  cat <<'END'
Usage: scripts/test.sh [--quick | --all] [--help]

Sets up, then builds with warnings as errors and runs the tests, in build-test/:

  gcc        optimised as for measuring: everything, end to end scripts included
  threads    gcc with ThreadSanitizer: the parallel tests

and checks the format of the sources and the syntax of the shell scripts.

  --all      also, as continuous integration does:
             sanitized  clang with AddressSanitizer and UBSan, without most of the scripts
             portable   gcc without SIMD and without the peers that need a package
  --quick    gcc only, without the scripts and the command line
  --help     this text

The last line is the count: every test in every configuration, and every build and
check as one each. Logs are kept in build-test/NAME/meson-logs/.
END
}

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd) || exit 1
builds=$root/build-test
units=(--no-suite scripts --no-suite program --no-suite runs)
passed=0 failed=0 skipped=0
started=$SECONDS

say() { echo "[$((SECONDS - started)) s] $*"; }
pass() { passed=$((passed + 1)); }
fail() { # WHAT, and on stdin what it said
  failed=$((failed + 1))
  echo "FAILED: $1"
  sed 's/^/    /'
}
skip() { # WHAT WHY
  skipped=$((skipped + 1))
  echo "$1: $2" >>"$skips"
}

# The lines of a build log that say what is wrong.
excerpt() {
  grep -E -A3 '( error|ERROR|FAILED): |undefined reference' "$1" | head -n 40 | grep . ||
    tail -n 20 "$1"
}

# Configure and build build-test/NAME: build NAME CC CXX MESON_OPTIONS -- [TARGET...]
build() {
  local name=$1 cc=$2 cxx=$3 options=() log=$builds/$1.log
  shift 3
  while [ "$1" != -- ]; do options+=("$1"); shift; done
  shift
  say "$name: building"
  # Few operations to time: what is slow here is no news.
  options+=(-Dwerror=true -Dpass_at_least=20000 "$builds/$name" "$root")
  export CC=$cc CXX=$cxx
  if { { [ -d "$builds/$name" ] && meson configure --clearcache "$builds/$name" &&
    meson setup --reconfigure "${options[@]}"; } ||
    { rm -rf -- "${builds:?}/$name" && meson setup "${options[@]}"; }; } </dev/null >"$log" 2>&1 &&
    ninja -C "$builds/$name" "$@" </dev/null >>"$log" 2>&1; then
    pass
  else
    fail "$name: build" < <(excerpt "$log")
    return 1
  fi
}

# Count build-test/NAME's test log, show what failed and note what was skipped.
count_tests() { # NAME
  local log=$builds/$1/meson-logs/testlog.json name reason
  [ -s "$log" ] || { fail "$1: no tests ran" </dev/null; return; }
  local ok bad
  ok=$(jq -s 'map(select(.result == "OK" or .result == "EXPECTEDFAIL")) | length' "$log")
  bad=$(jq -s 'map(select(.result | IN("OK", "EXPECTEDFAIL", "SKIP") | not)) | length' "$log")
  passed=$((passed + ok)) failed=$((failed + bad))
  while IFS=$'\t' read -r name reason; do
    skip "$name" "$reason"
  done < <(jq -r 'select(.result == "SKIP")
    | [.name, ((.stdout // "" | capture("(^|\n)skipped: (?<why>[^\n]*)").why)
               // "no reason given")] | @tsv' "$log")
  jq -r --arg build "$1" 'select(.result | IN("OK", "EXPECTEDFAIL", "SKIP") | not)
    | "FAILED: \($build): \(.name) (\(.result), exit status \(.returncode))",
      ((.stdout // "", .stderr // "") | split("\n") | map(select(. != "")) | .[-25:][]
       | "    " + .)' "$log"
  say "$1: $ok passed, $bad failed"
}

# Run the tests of build-test/NAME: run NAME [MESON_TEST_OPTION...]
run() {
  local name=$1
  shift
  say "$name: testing"
  rm -f "$builds/$name"/meson-logs/testlog.json
  meson test -C "$builds/$name" --no-rebuild "$@" </dev/null >"$builds/$name-test.log" 2>&1
  count_tests "$name"
}

# Built as what is measured, which scripts that measure then need not build again.
check_gcc() {
  local -x TEST_BUILD=$builds/gcc
  build gcc gcc g++ -Dbuildtype=release -Db_ndebug=true -- &&
    if [ "$quick" ]; then
      run gcc "${units[@]}"
    else # the scripts wait, for more than half of their time
      run gcc --num-processes $(($(nproc) * 2))
    fi
}

check_sanitized() {
  # Few callers of each malloc are noted, and what is freed is held back for less long.
  local args='-fno-sanitize-recover=all -gline-tables-only'
  local -x ASAN_OPTIONS=abort_on_error=1:malloc_context_size=8:quarantine_size_mb=32
  # Half the time for linking, where it is there.
  if command -v ld.lld >/dev/null; then local -x CC_LD=lld CXX_LD=lld; fi
  build sanitized clang clang++ -Db_sanitize=address,undefined -Db_lundef=false \
    -Doptimization=1 -Ddebug=false -Dablations=false \
    "-Dc_args=$args" "-Dcpp_args=$args" -- &&
    run sanitized --no-suite scripts --no-suite runs --no-suite repeats --timeout-multiplier 3 \
      --num-processes $(($(nproc) + 1))
}

check_portable() {
  build portable gcc g++ -Doptimization=2 -Ddebug=false -Dsimd=false -Dablations=false \
    -Dauto_features=disabled -- tests/test_variant tests/fuzz_ops &&
    run portable --suite contract --suite model --suite large --suite replay --no-suite locked
}

# Some kernels place programs where ThreadSanitizer cannot: try without the shuffling
# of addresses, and do without the tests if even that does not work.
check_threads() {
  local probe=$builds/probe wrap=()
  echo 'int main(void) { return 0; }' >"$probe.c"
  gcc -fsanitize=thread "$probe.c" -o "$probe" 2>/dev/null
  if ! "$probe" >/dev/null 2>&1; then
    setarch -R "$probe" >/dev/null 2>&1 || {
      skip threads "ThreadSanitizer does not run on this machine"
      return
    }
    wrap=(--wrapper 'setarch -R')
  fi
  build threads gcc g++ -Db_sanitize=thread -Doptimization=1 -Ddebug=false \
    -Dc_args=-g1 -Dcpp_args=-g1 -Dablations=false -Drust=disabled -- tests/test_variant \
    tests/test_rwlock tests/test_concurrent tests/test_linear tests/test_walk \
    tests/test_memkv_threads tests/test_memkv_concurrent tests/test_memkv_waits \
    tests/test_memkv_atomic tests/test_memkv_stream &&
    run threads --suite parallel "${wrap[@]}"
}

# NUL-separated names of the repository's files that match PATTERN...
files() {
  if git -C "$root" rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git -C "$root" ls-files -z --cached --others --exclude-standard -- "$@"
  else
    local pattern names=()
    for pattern; do names+=(-o -path "*/$pattern"); done
    (cd "$root" && find . -path './build*' -prune -o -type f \( "${names[@]:1}" \) -print0)
  fi
}

check_format() {
  local program version output
  program=$(command -v clang-format-14 || command -v clang-format) || {
    skip format "clang-format is missing"
    return
  }
  version=$("$program" --version | grep -oE 'version [0-9]+')
  [ "$version" = "version 14" ] || {
    skip format "the format is that of clang-format 14; here is ${version:-another}"
    return
  }
  say "checking the format"
  if output=$(cd "$root" && files '*.c' '*.h' '*.cc' |
    xargs -0 "$program" --dry-run -Werror 2>&1); then
    pass
  else
    fail "format (clang-format -i FILE mends it)" \
      < <(grep ': error:' <<<"$output" | head -n 20)
  fi
}

check_rust() {
  local output
  rustfmt --version >/dev/null 2>&1 || { skip "format of Rust" "rustfmt is missing"; return; }
  if output=$(cd "$root" && files '*.rs' | xargs -0 rustfmt --edition 2021 --check 2>&1); then
    pass
  else
    fail "format of Rust (rustfmt --edition 2021 FILE mends it)" < <(head -n 20 <<<"$output")
  fi
}

check_shell() {
  local script output
  say "checking the scripts"
  while IFS= read -r -d '' script; do
    if output=$(bash -n "$root/$script" 2>&1); then
      pass
    else
      fail "shell syntax of $script" <<<"$output"
    fi
  done < <(files '*.sh' .ci/run)
}

quick='' all=''
for argument; do
  case $argument in
    --help | -h) usage; exit 0 ;;
    --quick) quick=yes ;;
    --all) all=yes ;;
    *) echo "test.sh: unknown argument '$argument'; try --help" >&2; exit 2 ;;
  esac
done

if [ "$quick" ] && [ "$all" ]; then
  echo "test.sh: --quick and --all exclude each other: give one" >&2
  exit 2
fi

{ mkdir -p -- "$builds" 2>/dev/null && [ -w "$builds" ]; } || {
  echo "test.sh: $builds: cannot build there; test a copy of your own" >&2
  echo "0 passed, 1 failed"
  exit 1
}
"$root/scripts/setup.sh" test ${all:+sanitizers} || {
  echo "0 passed, 1 failed"
  exit 1
}
skips=$(mktemp) || exit 1
trap 'rm -f -- "$skips"' EXIT

check_format
check_rust
check_shell
check_gcc
if [ "$all" ]; then
  check_sanitized
  check_portable
fi
[ "$quick" ] || check_threads

if [ "$skipped" -gt 0 ]; then
  echo "Skipped, with how many times each:"
  sort "$skips" | uniq -c
fi
count="$passed passed, $failed failed"
[ "$skipped" = 0 ] || count="$count, $skipped skipped"
echo "$count"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
