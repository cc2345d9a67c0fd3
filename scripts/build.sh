# Sourced by run_all.sh and callgrind.sh, which set `root` and `build` and have
# `fail STATUS MESSAGE`: the optimised build of artbench that both of them measure.
# setup.sh has hindrance() from here.

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
  mkdir -p -- "$build" 2>/dev/null && [ -w "$build" ] ||
    fail 1 "$build: cannot build there; try --build DIR"
  build=$(cd -- "$build" && pwd)
}

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
