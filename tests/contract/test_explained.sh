#!/usr/bin/env bash
# The generic suites as one command, over structures that go wrong in chosen ways
# (tests/program/faulty/wrong_plugin.c): each is found, told with its operation and key, and
# shown by few operations, which fail again when they are replayed, and not on what is right.
# Usage: test_explained.sh TEST_VARIANT SOURCE_ROOT
# Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

usage='usage: test_explained.sh TEST_VARIANT SOURCE_ROOT'
test_variant=$(realpath -- "${1:?$usage}")
root=$(realpath -- "${2:?$usage}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
work="$temp/a path & spaces"
mkdir "$work"
cd "$work" || exit 1
export TEST_STEP_SECONDS=1
sanitized=$(sanitized "$test_variant" && echo yes)

run() { # ARGUMENT...; sets `status`; stdout and stderr go to out and err
  status=0
  "$test_variant" "$@" >out 2>err </dev/null || status=$?
}
compile() { # NAME: into NAME.so
  cc -O1 -fPIC -fvisibility=hidden -shared -I "$root/harness" -I "$root/docs/examples" \
    "-DFAULT=$1" -o "$1.so" "$root/tests/program/faulty/wrong_plugin.c"
}
operations() { grep -vc '^#' "$1"; } # FILE

check "RIGHT compiles" compile RIGHT

# explained FAULT SUITE MOST TEXT...: all SUITE's fault is told on stderr by each TEXT, an
# extended regular expression; no more than MOST operations are saved.
explained() {
  local fault=$1 suite=$2 most=$3 file=saved/$1/wrong-$2-1.ops text
  shift 3
  check "$fault compiles" compile "$fault"
  run all "./$fault.so" --save "saved/$fault"
  check "$fault: status" same "$status" 1
  check "$fault: which suite" matches out "^$suite +FAILED after [0-9.]+ s$"
  check "$fault: the last line" matches out "^all \./$fault\.so: WRONG: [0-9]+ right, [0-9]+ skipped, 1 failed, [0-9.]+ s"
  for text in "$@"; do check "$fault: told" matches err "$text"; done
  check "$fault: saved" test -s "$file" || return
  check "$fault: as few operations" test "$(operations "$file")" -le "$most"
  check "$fault: as many are told" matches err "^  $(operations "$file") operations? shows? it, of [0-9]+ \([0-9]+ tries in [0-9.]+ s\):$"
  check "$fault: how to see it again" has err "again: $test_variant replay $file ./$fault.so"
  check "$fault: the file says of what" has "$file" '# variant: wrong'
  check "$fault: the file says what was wrong" matches "$file" '^# fault: .'
  check "$fault: the file says how to use it" has "$file" "# again: test_variant replay $file ./$fault.so"
  run replay "$file" "./$fault.so"
  check "$fault: replayed" same "$status" 1
  check "$fault: replayed, the operation" matches err "${!#}"
  run replay "$file" ./RIGHT.so
  check "$fault: replayed on what is right" same "$status $(cat err)" "0 "
  check "$fault: replayed on what is right, says" has out "operations of $file: right"
  run replay "$file" sorted_array
  check "$fault: replayed on another" same "$status" 0
}

key='"[^"]*"'
# The last text is of the operation, as replay says it, too.
test_answers() {
  explained FAN_OUT model 6 "^    get $key$" "failed: get of $key: expected 'ok', found 'not found'"
  explained SIGNED model 3 "scan: at visit [12] expected $key = [0-9]+, found \"\\\\x[89a-f]"
  explained DEL_LOSES model 3 "failed: count: expected 1, found 0" "wrong, [a-z]+, seed [01], step [0-9]+, [0-9]+ keys: del $key" "failed: get of $key: expected 'ok', found 'not found'"
  explained SCAN_STOPS model 5 "scan: expected [0-9]+ visits, found 3: $key is missing"
  explained COMPACT_LOSES model 4 "keys: compact$"
  explained DRAIN model 2 "destroy: expected all memory to be given back, found 2 bytes held"
  explained LEAK model 2 "memory: expected the [0-9]+ bytes it holds, found [0-9]+" "keys: del $key"
  explained MANY_LOSE model 2 "^    get-many $key $key$" "get-many: at 1 of 2 expected $key found, found the other" "keys: get-many $key $key$"
  explained CUT_SHORT model 4 "del-range: expected 2 keys gone, told of 3" "keys: del-range $key to (the end|$key)$"
  explained MISCOUNTS model 1 "keys: put \"\\\\xff\" = [0-9]+$"
}

# These come after the slower suites have passed.
test_memory() {
  explained REFUSED_LOSES oom 2 "^    put $key = 2, failing allocation 1$" "keys: put $key = [0-9]+, failing allocation 1$"
}

test_ends() {
  explained CRASH model 3 '^  model wrong, seed 1: SIGSEGV, in call [0-9]+, put of "' 'wrong, seed 1: SIGSEGV, in call [0-9]+, put of "\\x00"'
  explained ABORT model 4 'wrong, seed 1: SIGABRT, in call [0-9]+, del of "'
  explained LOOP model 3 'wrong, seed 1: no end after 1 s of processor time, in call [0-9]+, del of "'
}

# A lock that nobody gives back: not for the whole of the suite's time.
test_wait() {
  compile WAIT
  run model ./WAIT.so --wait-seconds 2
  check "waiting: status" same "$status" 1
  check "waiting: where" matches err '^model wrong, seed 1: SIGTERM, in call [0-9]+, del of "'
  check "waiting: why" matches err '^model \./WAIT\.so, seed 1: it waited for something, and was ended; --wait-seconds gives it longer$'
}

# What only a sanitizer sees, when all is over.
test_sanitizer() {
  [ -n "$sanitized" ] || return 0
  grep -qa __lsan_init "$test_variant" || return 0
  compile MALLOC_LEAK
  run all ./MALLOC_LEAK.so
  check "a leak: status" same "$status" 1
  check "a leak: the report" has err 'LeakSanitizer: detected memory leaks'
  check "a leak: by whom" has err 'wrong_del'
}

# A fault that takes 256 keys is not made small in a second.
test_time() {
  compile FULL_FAN_OUT
  run model ./FULL_FAN_OUT.so --shrink-seconds 1
  check "no time: status" same "$status" 1
  check "no time: it is said" has err '; there was no time for more):'
  check "no time: the first ones and the last" same \
    "$(awk '/^    \.\.\. [0-9]+ more, and$/ { print NR - from - 1; from = NR }
      / operations show it/ { from = NR } /^  done again/ { print NR - from - 1 }' err | xargs)" "8 16"
  check "no time: what is left fails" test "$(operations wrong-model-1.ops)" -gt 256
  run replay wrong-model-1.ops ./FULL_FAN_OUT.so
  check "no time: what is left fails" same "$status" 1
}

# Each suite has its line, and a limit; and one that fails ends it, unless told otherwise.
test_lines() {
  local suites=(model contract order parallel waste large build oom deep)
  run all ./RIGHT.so 7
  check "right: status" same "$status $(cat err)" "0 "
  check "right: the limits are said" same "$(head -1 out)" \
    "all ./RIGHT.so, seed 7: at most 120 s a suite, 1 s of processor time an operation"
  check "right: each suite once" same "$(sed '1d;$d' out | cut -d' ' -f1 | xargs)" "${suites[*]}"
  check "right: checks and seconds" matches out '^contract +[0-9]+ checks +[0-9]+\.[0-9][0-9] s$'
  check "right: why one is skipped" matches out '^build +skipped: has no build$'
  check "right: the last line" matches out '^all \./RIGHT\.so: right: 7 right, 2 skipped, 0 failed, [0-9.]+ s$'
  run all ./SIGNED.so --keep-going --shrink-seconds 1
  check "keep going: status" same "$status" 1
  check "keep going: each suite once" same "$(sed '1d;$d' out | cut -d' ' -f1 | xargs)" "${suites[*]}"
  run all ./SIGNED.so
  check "stop: what is not run" has out "; not run: contract, order, parallel, waste, large, build, oom, deep"
  run contract ./FAN_OUT.so
  check "another suite: status" same "$status" 1
  check "another suite: the last operation" matches err '^contract wrong, seed 1: that failed, after call [0-9]+, get of "'
  run model ./LOOP.so --seconds 1 --step-seconds 600
  check "a limit: status" same "$status" 1
  check "a limit: where" matches err '^model wrong, seed 1: SIGTERM, in call [0-9]+, del of "'
  check "a limit: what to do" matches err '^model \./LOOP\.so, seed 1: not over after 1\.[0-9] s and ended; --seconds gives it longer$'
}

test_text() {
  cat >all.ops <<'END'
# each operation there is

put "a\x00\"" = 18446744073709551615
END
  run replay all.ops sorted_array
  check "a quote is \\x22" has err "all.ops:3: at '\\\\\\\"\\\" = 18446744073709' there must be \\x and two hexadecimal digits"
  cp "$root/tests/fuzz/corpus/every_operation.ops" all.ops
  run replay all.ops sorted_array
  check "all: status" same "$status $(cat err)" "0 "
  check "all: how many" same "$(cat out)" "replay sorted_array: 40 operations of all.ops: right"
  refuses() { # LINE TEXT
    printf '# one\n%s\n' "$1" >bad.ops
    run replay bad.ops sorted_array
    check "'$1': status" same "$status" 2
    check "'$1': said" same "$(cat err)" "$test_variant: bad.ops:2: at '$2"
  }
  refuses 'pot "a" = 1' "pot \\\"a\\\" = 1' there must be one of put, get, del, range, prefix, update, get-many, del-range, values, back, nth, rank, rebuild, compact, compare, emptied and scans"
  refuses 'put a = 1' "a = 1' there must be a key in double quotes"
  refuses 'put "a"' "' there must be ' = ' and a value"
  refuses 'put "a" = -1' "-1' there must be a number of 64 bits"
  refuses 'put "a" = 18446744073709551616' "18446744073709551616' there must be a number of 64 bits"
  refuses 'get "a' "' there must be the \" at the key's end, or a byte as \\xNN"
  refuses 'get "\xg0"' "\\\\xg0\\\"' there must be \\x and two hexadecimal digits"
  refuses 'get "a" ' " ' there must be the end of the line"
  refuses 'range "a" "b"' " \\\"b\\\"' there must be ' to ' and a key or 'the end'"
  refuses 'range "a" to the end, stopping at visit 0' "' there must be a number from 1 on"
  refuses 'update "a"' "' there must be ' = ' and a value, ' keep' or ' remove'"
  refuses 'put "a" keep' " keep' there must be ' = ' and a value"
  refuses 'get-many "a" b' "b' there must be a key in double quotes"
  refuses 'rank "a", stopping at visit 1' ", stopping at visit ' there must be the end of the line"
  refuses 'compact, failing from allocation 1' "' there must be ' on'"
  refuses $'get "a"\r' "\\r' there must be the end of the line"
  printf 'compact\nget "a\0"\n' >bad.ops
  run replay bad.ops sorted_array
  check "a NUL byte: status" same "$status" 2
  check "a NUL byte: where" has err 'bad.ops:2: at '
}

test_refusals() {
  refuses() { # TEXT ARGUMENT...
    local text=$1
    shift
    run "$@"
    check "$*: status" same "$status" 2
    check "$*: said" has err "$text"
    check "$*: one line" same "$(wc -l <err)" 1
  }
  refuses "missing argument after"
  refuses "missing argument after 'all'" all
  refuses "missing argument after 'x.ops'" replay x.ops
  refuses "no suite 'modell'" modell sorted_array
  refuses "no variant 'sorted_arrays' is built in" all sorted_arrays
  refuses "none.so: No such file or directory" all none.so
  refuses "none.ops" replay none.ops sorted_array
  refuses "the seed is not a number: '7x'" all sorted_array 7x
  refuses "one argument too many: '8'" all sorted_array 7 8
  refuses "one argument too many: '7'" replay all.ops sorted_array 7
  refuses "seconds are numbers from 1 on; see" contract sorted_array --seconds 0
  refuses "Unknown option --keepgoing; see" all sorted_array --keepgoing
  run contract null_index
  check "a suite that applies: status" same "$status" 0
  run model null_index
  check "a suite that does not apply: status" same "$status" 77
  run --help
  check "help" has out 'replay FILE VARIANT'
  : >file
  run model ./SIGNED.so --save file/in
  check "nowhere to save: status" same "$status" 1
  check "nowhere to save: what to do" has err 'name another folder with --save'
}

for t in answers ends wait sanitizer time text refusals lines memory; do
  [ -n "$sanitized" ] && [[ $t = time || $t = memory ]] && continue
  test_$t
done
finish
