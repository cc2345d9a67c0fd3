#!/usr/bin/env bash
# What all scripts have to bear: the caller's CDPATH and language, few packages.
# Usage: test_scripts.sh SOURCE_ROOT everywhere|languages ARTBENCH. Exit status: 0 passed,
# 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../kit/made_up.sh"

root=$(realpath -- "${1:?usage: test_scripts.sh SOURCE_ROOT everywhere|languages ARTBENCH}")
part=${2:?} artbench=$(realpath -- "${3:?}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
cd "$temp" || exit 1

# ---- how each begins ----

# The first commands but `set` of a script, which is a program or what tests begin with.
beginning() { grep -vE '^(#|set -|$)' "$1" | head -n 2 | paste -sd' '; }
begins_right() { # SCRIPT
  case $(beginning "$1") in
    'export LC_ALL=C unset CDPATH' | 'export LC_ALL=C.UTF-8 unset CDPATH LANGUAGE') ;;
    ". \"\$(dirname \"\${BASH_SOURCE[0]}\")/../kit/check.sh\""*) ;;
    *) echo "  $1 does not begin with: export LC_ALL=C, unset CDPATH"; return 1 ;;
  esac
}

test_beginnings() {
  local script
  while IFS= read -r script; do
    check "$script" begins_right "$root/$script"
  done < <(cd "$root" && find . \( -path './build*' -o -name .git \) -prune -o \
    \( -name '*.sh' -o -path ./.ci/run \) ! -type d -exec grep -l '^#!' {} +)
  check "check.sh" begins_right "$root/tests/kit/check.sh"
  printf '%s\n' '#!/bin/sh' 'set -eu' 'root=$(cd . && pwd)' 'export LC_ALL=C' >wrong.sh
  check "check.sh: git's variables, as in a hook" same \
    "$(GIT_DIR=/no GIT_INDEX_FILE=/no bash -c '. "$1"; env | grep -E "^GIT_(DIR|INDEX_FILE)="' - "$root/tests/kit/check.sh")" ''
  check "another beginning is seen" same "$(begins_right wrong.sh >/dev/null; echo $?)" 1
}

# The same with a CDPATH by which `cd scripts` says where it went.
test_cdpath() {
  local script option
  cd "$root" || exit 1
  for script in scripts/*.sh data/get.sh; do
    [ -x "$script" ] || continue
    for option in --help --no-such-option; do
      check "$script $option" same "$(CDPATH=. "$script" $option 2>&1)" "$("$script" $option 2>&1)"
    done
  done
  cd "$temp" || exit 1
}

# ---- programs that the documents name ----

# What run_all.sh builds, or test.sh, or a command that the document has.
is_built() { # DOCUMENT PROGRAM
  case $2 in
    build-release/harness/artbench | build-test/gcc | build-test/gcc/tests/*) ;;
    *) grep -qF -- "ninja -C ${2%%/*} ${2#*/}" "$1" || { echo "  nothing builds $2"; return 1; } ;;
  esac
}

test_named() {
  local document link program
  while IFS= read -r document; do
    for link in $(grep -oE '\]\([^)# ]+' "$document" | cut -c3- | grep -v :// | sort -u); do
      check "${document#"$root"/}: leads to $link" test -e "$(dirname "$document")/$link"
    done
    for program in $(grep -oE '\bbuild(-[a-z]+)*/[a-z_/]+' "$document" | sort -u); do
      check "${document#"$root"/}: $program" is_built "$document" "$program"
    done
  done < <(find "$root" \( -path "$root/build*" -o -name .git -o -path "$root/results" -o \
    -path "$root/data/cache" \) -prune -o -name '*.md' -print)
}

# ---- setup.sh where there is nothing ----

asks_for() { # GROUP: the packages that are to be installed
  PATH=$temp/few "$root/scripts/setup.sh" "$1" 2>&1 | sed -n 's/.*apt-get install --no-install-recommends //p' |
    tr ' ' '\n'
}

test_setup() {
  local tool
  mkdir few
  for tool in bash env dirname sed sort tail grep mktemp rm; do
    ln -s "$(command -v $tool)" few/
  done
  printf '#!/bin/sh\necho 1000\n' >few/id
  chmod +x few/id
  asks_for test >asked
  check "the tests need meson" has asked meson
  check "the tests need no clang" same "$(grep -E '^(lib)?clang(-rt|$)' asked)" ''
  check "the sanitizers, of Debian's own clang" same "$(asks_for sanitizers | grep clang | xargs)" \
    'clang libclang-rt-dev'
  printf '#!/bin/sh\n[ "$1" != -dumpversion ] || echo 16.0.6\n[ "$1" = -dumpversion ]\n' >few/clang
  chmod +x few/clang
  check "the sanitizers, of the clang that is there" \
    same "$(asks_for sanitizers | grep clang-rt)" 'libclang-rt-16-dev'
}

# ---- languages ----

languages=(de_DE.UTF-8 tr_TR.UTF-8) # 1,5 for 1.5; and in the other, too, no i in [a-z]
in_language() { # LANGUAGE COMMAND..., with a CDPATH, too
  CDPATH=. LOCPATH=$temp/locales LC_ALL=$1 LANG=$1 LANGUAGE=${1%%_*} "${@:2}"
}

make_languages() {
  local language made=()
  command -v localedef >/dev/null || skip "no localedef; install libc-bin"
  mkdir locales
  for language in "${languages[@]}"; do
    [ -e "/usr/share/i18n/locales/${language%.*}" ] || skip "no ${language%.*}; install locales"
    localedef -i "${language%.*}" -f UTF-8 "locales/$language" 2>/dev/null &
    made+=($!)
  done
  wait "${made[@]}"
  for language in "${languages[@]}"; do
    check "$language has a decimal comma" same "$(in_language "$language" bash -c 'printf %.1f 1,5')" 1,5
  done
}

# A run that is the same in each language, with growth in thirds of a megabyte.
make_run() {
  in_language C.UTF-8 "$artbench" run --data generated --rounds 1 --variants glib_tree,sorted_array \
    --workloads hit --results measured >/dev/null 2>&1
  check "a run" test -d measured
  awk -F'\t' -v OFS='\t' 'END { for (keys = 100; keys <= 1000; keys += 100)
    print 1, 1, "glib_tree", "memory", "grow", "rss_after_" keys, keys * 333.3, "bytes", "ok", $10 }' \
    measured/raw.tsv >rows && cat rows >>measured/raw.tsv
}

test_report() { # LANGUAGE
  mkdir "$1"
  made_up "$1/report" '2 + 1 / (r + 2)' '100000 + 12345 * r'
  check "$1: report: status" in_language "$1" "$artbench" report "$1/report"
  cp -r measured "$1/pictures"
  if command -v gnuplot >/dev/null; then
    check "$1: plot.sh: status" in_language "$1" "$root/scripts/plot.sh" "$1/pictures"
    check "$1: plot.sh: growth" test -s "$1/pictures/growth.svg"
  fi
  check "$1: the same report and pictures" diff -rq C.UTF-8 "$1"
}

test_numbers() { # LANGUAGE
  in_language "$1" "$artbench" gen --keys 300 --output keys.txt
  check "$1: gen" cmp keys.txt generated
  check "$1: profile" same "$(in_language "$1" "$artbench" profile --data generated)" "$(<profile)"
  check "$1: table: status" in_language "$1" "$artbench" table --data keys.txt --rounds 1 \
    --variants glib_tree,sorted_array --workloads hit --format tsv --results "$1.run" >table 2>err
  check "$1: table: no comma" lacks table ,
  check "$1: table: a point" matches table '^glib_tree.*[0-9]\.[0-9]'
  check "$1: raw.tsv: no comma" lacks "$1.run/raw.tsv" ,
}

# A plug-in that speaks the language.
test_plugin() { # LANGUAGE
  printf '%s\n' '#include "plugin_skiplist.c"' '#include <locale.h>' \
    '__attribute__((constructor)) static void speak(void) { setlocale(LC_ALL, ""); }' >speaks.c
  [ -e speaks.so ] || cc -std=gnu11 -O1 -fPIC -fvisibility=hidden -shared -I "$root/harness" \
    -I "$root/docs/examples" -o speaks.so speaks.c || return
  check "$1: a plug-in that speaks it: status" in_language "$1" "$artbench" run --plugin ./speaks.so \
    --data generated --rounds 1 --variants skiplist --reference skiplist --workloads hit --format tsv \
    >table 2>err
  check "$1: a plug-in that speaks it: a point" matches table '^skiplist.*[0-9]\.[0-9]'
}

# What each says after it has taken the name for a name.
test_names() { # LANGUAGE
  check "$1: run_all.sh" same "$(in_language "$1" "$root/scripts/run_all.sh" \
    --variants glib_tree --data /no/such/file 2>&1 | cut -d' ' -f-3)" "run_all.sh: --data '/no/such/file'"
  check "$1: callgrind.sh" same "$(in_language "$1" "$root/scripts/callgrind.sh" \
    --variants glib_tree --against -x 2>&1 | cut -d' ' -f-3)" "callgrind.sh: --against '-x'"
}

case $part in
  everywhere)
    test_beginnings
    test_cdpath
    test_named
    test_setup ;;
  languages)
    make_languages
    languages=(C.UTF-8 "${languages[@]}")
    "$artbench" gen --keys 300 --output generated && "$artbench" profile --data generated >profile
    make_run
    for language in "${languages[@]}"; do
      test_report "$language"
      test_numbers "$language"
      test_names "$language"
      test_plugin "$language"
    done ;;
  *) echo "no part of this test: $part"; exit 1 ;;
esac
finish
