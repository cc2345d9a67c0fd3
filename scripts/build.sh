# Sourced by run_all.sh and callgrind.sh, which set `root` and `build`: the optimised
# build of artbench that both of them measure.

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
