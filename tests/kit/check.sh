# check.sh: what the shell tests share. Source it first of all; end with `finish`.

# The same everywhere, whatever the caller speaks, and in a hook of git's, too.
export LC_ALL=C.UTF-8
unset CDPATH LANGUAGE
unset -v $(git rev-parse --local-env-vars 2>/dev/null)

passed=0 failed=0

# check WHAT COMMAND...: the command succeeds.
check() {
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "failed: $what"
  fi
}

# Commands for check: they say what is wrong.
same() { [ "$1" = "$2" ] || { echo "  have: $1"; echo "  want: $2"; return 1; }; }
has() { grep -qF -- "$2" "$1" || { echo "  lacks: $2"; sed 's/^/  | /' "$1"; return 1; }; }
lacks() { ! grep -qF -- "$2" "$1" || { echo "  has: $2"; return 1; }; }
matches() { grep -qE -- "$2" "$1" || { echo "  lacks: $2"; sed 's/^/  | /' "$1"; return 1; }; }

# Is PROGRAM built with a sanitizer? Then all takes ten times as long, and the same code is
# gone through by fewer structures and fewer keys.
sanitized() { grep -qaE '__(asan|tsan|msan)_init' "$1"; } # PROGRAM

skip() { # REASON
  echo "skipped: $1"
  exit 77
}

# Start this script again, with its arguments "$@", where it may mount a small disk
# (mount -t tmpfs -o size=128k none DIR) that vanishes with it; skip where none can be.
with_own_mounts() {
  [ -z "${OWN_MOUNTS:-}" ] || return 0
  local private=(unshare -m) spot mounted
  [ "$(id -u)" -eq 0 ] || private=(unshare -rm)
  spot=$(mktemp -d) || exit 1
  "${private[@]}" mount -t tmpfs -o size=128k none "$spot" 2>/dev/null
  mounted=$?
  rmdir "$spot"
  [ $mounted -eq 0 ] || skip "no small disk can be mounted here; run this test as root"
  OWN_MOUNTS=1 exec "${private[@]}" "$0" "$@"
}

# Print the count; fails if a check did, or if there was none.
finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
