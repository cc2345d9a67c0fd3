# check.sh: what the shell tests share. Source it; end with `finish`.

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

skip() { # REASON
  echo "skipped: $1"
  exit 77
}

# Print the count; fails if a check did, or if there was none.
finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
