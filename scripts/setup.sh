#!/usr/bin/env bash
# Install what the project needs and the machine lacks. See usage below.
# Exit status: 0 everything required is there, 1 it is not, 2 bad usage.
set -uo pipefail
export LC_ALL=C
unset CDPATH

usage() {
  cat <<'END'
Usage: scripts/setup.sh [build] [peers] [run] [test] [sanitizers]

Installs from Debian's packages what is missing for the groups named, or for all of
them: as root, or through sudo; otherwise it prints the command to run. What is there
already, from wherever, is left as it is.

  build       gcc, g++, meson, ninja, pkg-config, GLib, Google Benchmark,
              the header of xxHash
  peers       what the layouts are held against: rustc, Abseil, Judy, HAT-trie, marisa,
              LMDB, oneTBB; and Concurrency Kit, for the one with threads
  run         build, peers, and what makes tables and pictures: git, jq, curl, gnuplot,
              npm
  test        build, peers, and what the tests add: git, jq, clang-format, locales,
              valgrind, GNU parallel; where CI is set, Slurm
  sanitizers  what test.sh --all adds to that: clang and its sanitizers, lld

The peers, gnuplot, npm, clang-format, locales, valgrind, parallel and lld are optional:
without them there are fewer rows, no pictures, the data sets fetched through npm cannot
be had, the sources' format and other languages' decimals are not tested, no
instructions are counted, runs are not measured in parts, and the tests take longer.
Where they cannot be installed, that is a warning.
END
}

. "$(dirname -- "${BASH_SOURCE[0]}")/build.sh"
required=() optional=()

need_command() { command -v "$1" >/dev/null 2>&1 || required+=("$2"); } # COMMAND PACKAGE
want_command() { command -v "$1" >/dev/null 2>&1 || optional+=("$2"); }
want_header() { # HEADER PACKAGE
  printf '#include <%s>\n' "$1" | g++ -E -x c++ - >/dev/null 2>&1 || optional+=("$2")
}
need_library() { # PKG_CONFIG_NAME PACKAGE
  pkg-config --exists "$1" 2>/dev/null || required+=("$2")
}

need_header() { # HEADER PACKAGE
  printf '#include <%s>\n' "$1" | gcc -E - >/dev/null 2>&1 || required+=("$2")
}

group_build() {
  need_command gcc gcc
  need_command g++ g++
  printf '#include <stdio.h>\n' | gcc -E - >/dev/null 2>&1 || required+=(libc6-dev)
  need_command meson meson
  need_command ninja ninja-build
  need_command pkg-config pkg-config
  need_library glib-2.0 libglib2.0-dev
  need_library benchmark libbenchmark-dev
  need_header xxhash.h libxxhash-dev
}

# What baselines/meson.build and variants/meson.build look for.
group_peers() {
  want_command rustc rustc
  want_header absl/container/btree_map.h libabsl-dev
  want_header Judy.h libjudy-dev
  want_header hat-trie/hat-trie.h libhat-trie-dev
  want_header marisa.h libmarisa-dev
  want_header lmdb.h liblmdb-dev
  want_header tbb/concurrent_hash_map.h libtbb-dev
  want_header ck_epoch.h libck-dev
}

group_run() {
  group_build
  group_peers
  need_command git git
  need_command jq jq
  need_command curl curl
  [ -e /etc/ssl/certs/ca-certificates.crt ] || required+=(ca-certificates)
  want_command gnuplot gnuplot-nox
  want_command npm npm
}

group_test() {
  group_build
  group_peers
  need_command git git
  need_command jq jq
  command -v clang-format-14 >/dev/null 2>&1 || want_command clang-format clang-format
  [ -e /usr/share/i18n/locales/de_DE ] || optional+=(locales)
  want_command valgrind valgrind
  want_command parallel parallel
  # It brings services that nobody wants on a machine of their own; the tests can
  # do without it.
  [ -z "${CI:-}" ] || want_command sbatch slurm-wlm
}

# clang's sanitizers are in a package of its version, which Debian's own clang has not
# brought if there is none yet.
group_sanitizers() {
  local version
  need_command clang clang
  need_command clang++ clang
  version=$(clang -dumpversion 2>/dev/null)
  echo 'int main(void) { return 0; }' |
    clang -fsanitize=address,undefined -x c - -o /dev/null 2>/dev/null ||
    required+=("libclang-rt-${version:+${version%%.*}-}dev")
  want_command ld.lld lld
}

# May this user install packages? If sudo wants a password, it may ask a person.
can_install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  [ "$(id -u)" != 0 ] || return 0
  command -v sudo >/dev/null 2>&1 || return 1
  sudo -n true 2>/dev/null || { [ -t 0 ] && [ -z "${CI:-}" ] && sudo -v; }
}

apt() {
  local as=()
  [ "$(id -u)" = 0 ] || as=(sudo -n)
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" </dev/null >"$log" 2>&1
}

# With fresh package lists only if those at hand do not do.
install() {
  apt install --no-install-recommends "$@" ||
    { apt update && apt install --no-install-recommends "$@"; }
}

# Why the last apt failed, in one line.
reason() { grep -m1 '^E: ' "$log" || tail -n 1 "$log"; }

warn() { echo "setup.sh: warning: $1 is missing, which is optional: $2" >&2; }

install_required() {
  echo "setup: installing $*"
  install "$@" && return
  echo "setup.sh: cannot install $*: $(reason)" >&2
  exit 1
}

install_optional() {
  local package
  for package; do
    echo "setup: installing $package"
    install "$package" || warn "$package" "$(reason)"
  done
}

ask_for() { # what this user may not install
  local package get='apt-get install --no-install-recommends'
  for package in "${optional[@]}"; do
    warn "$package" "as root: $get $package"
  done
  [ ${#required[@]} -gt 0 ] || exit 0
  echo "setup.sh: missing ${required[*]}; as root, run: $get ${required[*]}" >&2
  exit 1
}

main() {
  local group complaint
  for group; do
    case $group in
      build | peers | run | test | sanitizers) ;;
      --help | -h) usage; exit 0 ;;
      *) echo "setup.sh: no group '$group'; there are build, peers, run, test, sanitizers" >&2; exit 2 ;;
    esac
  done
  complaint=$(hindrance "$(dirname -- "${BASH_SOURCE[0]}")")
  [ -z "$complaint" ] || { echo "setup.sh: $complaint" >&2; exit 1; }
  [ $# -gt 0 ] || set -- build run test sanitizers
  for group; do "group_$group"; done
  mapfile -t required < <(printf '%s\n' "${required[@]}" | sed '/^$/d' | sort -u)
  mapfile -t optional < <(printf '%s\n' "${optional[@]}" | sed '/^$/d' | sort -u)
  if [ ${#required[@]} = 0 ] && [ ${#optional[@]} = 0 ]; then
    echo "setup: nothing to install"
    exit 0
  fi
  can_install || ask_for
  log=$(mktemp) || exit 1
  trap 'rm -f -- "$log"' EXIT
  [ ${#required[@]} = 0 ] || install_required "${required[@]}"
  [ ${#optional[@]} = 0 ] || install_optional "${optional[@]}"
}

main "$@"
