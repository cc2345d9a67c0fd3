# shellcheck shell=bash disable=SC2034 # set for those who source it
# Sourced by the scripts beside it: where the project is, how they fail, and the options
# that have a value.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

fail() { # STATUS MESSAGE
  echo "${0##*/}: $2" >&2
  exit "$1"
}

need() { # STATUS COMMAND PACKAGE
  command -v "$2" >/dev/null ||
    fail "$1" "$2 not found; it is in the Debian package $3 (apt-get install $3)"
}

must_write() { # FOLDER MESSAGE
  if ! mkdir -p -- "$1" 2>/dev/null || [ ! -w "$1" ]; then
    fail 1 "$1: $2"
  fi
}

# take_value ARGUMENT...: of the option that comes first. Sets `value`, and how many
# `words` option and value are.
take_value() {
  words=1 value=${1#*=}
  if [[ $1 != *=* ]]; then
    words=2 value=${2-}
  fi
  [ -n "$value" ] || fail 2 "${1%%=*} needs a value; try --help"
}
