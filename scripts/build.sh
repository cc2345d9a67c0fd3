# shellcheck shell=bash disable=SC2034
# Sourced by run_all.sh and callgrind.sh, which set `build` and have `say MESSAGE`: the
# optimised build of artbench that both of them measure, and what they run beside it.
# setup.sh has hindrance() from here.
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# What artbench is made of.
sources=(variants baselines harness meson.build meson_options.txt)

# What keeps a build from succeeding: limits of this shell, with which pkg-config, meson
# and compilers die, some of them without a word, and what meson makes of a path.
hindrance() { # FOLDER
  local stack files
  stack=$(ulimit -s) files=$(ulimit -n)
  if [ "$stack" != unlimited ] && [ "$stack" -lt 1024 ]; then
    echo "the stack has $stack KiB at most, and a build needs 1024; give it more (ulimit -s 8192)"
  elif [ "$files" != unlimited ] && [ "$files" -lt 32 ]; then
    echo "$files files may be open, and a build needs 32; allow more (ulimit -n 1024)"
  elif [[ $1 == *\\* ]]; then
    echo "$1: meson takes no path with a backslash; rename the folder"
  fi
}

check_build() { # early, for a build takes minutes
  local complaint
  complaint=$(hindrance "$root")
  [ -n "$complaint" ] || complaint=$(hindrance "$build")
  [ -z "$complaint" ] || fail 1 "$complaint"
  must_write "$build" "cannot build there; try --build DIR"
  build=$(cd -- "$build" && pwd)
}

# start COMMAND...: in the background, in a process group of its own, so that a signal to
# this script alone takes effect at once, and end_jobs leaves no process behind.
start() {
  trap '' TTOU # or under `stty tostop` it would be stopped as it writes
  set -m
  "$@" &
  set +m
}

end_jobs() { # and wait until the last process of each group is gone: it may be writing yet
  local group groups
  groups=$(jobs -p)
  for group in $groups; do
    kill -TERM -- "-$group" 2>/dev/null || :
  done
  wait 2>/dev/null || :
  for group in $groups; do
    # Not for ever: where nobody reaps orphans, as in some containers, the dead stay.
    for _ in $(seq 100); do
      kill -0 -- "-$group" 2>/dev/null || break
      sleep 0.1
    done
  done
}

clean_up() {
  end_jobs
  [ -z "$work" ] || rm -rf -- "$work"
}

# Sets `work`, a folder that goes when the script ends. The script has `work` empty until
# then, and `interrupted STATUS`, for signals.
make_work() {
  trap clean_up EXIT
  trap 'interrupted 129' HUP
  trap 'interrupted 130' INT
  trap 'interrupted 143' TERM
  work=$(mktemp -d) || exit 1
}

# revision PATHSPEC...: the commit that is built, dirty where these paths differ from it,
# with files that git does not know yet, a new variant, say.
revision() (
  git=(git --no-optional-locks -C "$root")
  # What names another tree, in a hook or under `git rebase --exec`, and what ':!' means.
  # shellcheck disable=SC2046
  unset $(git rev-parse --local-env-vars 2>/dev/null) "${!GIT_LITERAL_@}" "${!GIT_NOGLOB_@}"
  if [ ! -e "$root/.git" ]; then
    echo unknown
  elif short=$("${git[@]}" rev-parse --short HEAD 2>/dev/null); then
    changes=$("${git[@]}" status --porcelain --untracked-files=normal -- "$@" 2>/dev/null) ||
      changes=unknown
    echo "$short${changes:+-dirty}"
  else
    short=$("${git[@]}" rev-parse --short HEAD 2>&1)
    # shellcheck disable=SC2086
    say "the revision is not known: git says:" $short
    echo unknown
  fi
)

configure() { # ARGUMENT...
  meson setup --buildtype=release -Db_ndebug=true "$@" "$build" "$root"
}

# The log is opened in here, for a trap writes to where the caller writes.
compile() { # LOG
  exec >"$1" 2>&1 </dev/null
  if [ -f "$build/meson-private/coredata.dat" ]; then
    # What was found before may be gone. Of another meson or another source folder:
    # start afresh.
    { meson configure --clearcache "$build" && configure --reconfigure; } ||
      configure --wipe
  else
    configure
  fi && meson compile -C "$build" artbench
}

# What has been built, if anything has.
find_artbench() {
  find "$build" -name artbench -type f -perm -u+x -print -quit 2>/dev/null || :
}

# Sets `artbench`.
build_artbench() { # LOG
  start compile "$1"
  wait $! || {
    tail -n 40 "$1" >&2
    fail 1 "the build failed; the whole log is $1"
  }
  artbench=$(find_artbench)
  [ -n "$artbench" ] || fail 1 "the build made no artbench; the log is $1"
}
