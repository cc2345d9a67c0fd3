#!/usr/bin/env bash
# Nothing lost: a run that is killed, stopped, starved of disk, damaged or started
# twice keeps what it has measured, and goes on to where an unbroken one ends.
# Usage: test_nothing_lost.sh ARTBENCH ARTBENCH_FAULTY
#        kills|child|stops|locks|damage|full-disk
# Exit status: 0 passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

usage='usage: test_nothing_lost.sh ARTBENCH ARTBENCH_FAULTY kills|child|stops|locks|damage|full-disk'
artbench=$(realpath -- "${1:?$usage}")
faulty=$(realpath -- "${2:?$usage}")
what=${3:?$usage}
[ "$what" != full-disk ] || with_own_mounts "$@"
temp=$(mktemp -d) || exit 1
pid=
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null; cd /
  umount "$temp"/*/disk 2>/dev/null; rm -rf -- "$temp"' EXIT
work="$temp/it's a path & \"more\""
mkdir "$work"
cd "$work" || exit 1
export ARTBENCH_REVISION=v1
options=(--data keys.txt --variants "art_arena_prefix,glib_tree")
case $what in
  kills) options+=(--workloads insert,hit,scan,delete) ;;
  *) options+=(--workloads hit) ;;
esac
"$artbench" gen --keys 1000 --output keys.txt || exit 1

run() { # PROGRAM ARGUMENT...; sets `status`; stdout and stderr go to out and err
  status=0
  "$@" >out 2>err </dev/null || status=$?
}
one_line() { check "$1: one line" same "$(grep -c '^artbench: ' err) $(grep -vc '^\[' err)" "1 1"; }
refused() { # WHAT TEXT ARGUMENT...
  local what=$1 text=$2
  shift 2
  run "$artbench" "$@"
  check "$what: status" same "$status" 2
  check "$what: what it says" has err "$text"
  check "$what: a remedy" matches err '^artbench: .*; '
  one_line "$what"
  check "$what: nothing on stdout" same "$(wc -c <out)" 0
}

# ---- what a run must be like in the end ----

unbroken() { # ARGUMENT...: into `unbroken`
  run "$artbench" run "${options[@]}" "$@" --results unbroken
  check "unbroken: status" same "$status" 0
  rows=$(wc -l <unbroken/raw.tsv)
}

# Everything but times and pages: all columns, and the values that neither has a part in.
timeless() {
  awk -F'\t' -v OFS='\t' '
    $6 !~ /^(heap|exact.*|right|asked|order|operations|in_turns|nodes_.*|held)$/ { $7 = "" } 1' \
    "$1/raw.tsv"
}

is_whole() { # WHAT DIR
  check "$1: it ended" test -d "$2"
  check "$1: nothing else is left" test ! -e "$2.partial"
  check "$1: as an unbroken run" same "$(timeless "$2" | cksum)" "$(timeless unbroken | cksum)"
  check "$1: nothing is there twice" same "$(cut -f1-6 "$2/raw.tsv" | sort | uniq -d)" ""
  check "$1: its files" same "$(ls "$2" | grep -v '^set_aside.tsv$' | xargs)" "$(ls unbroken | xargs)"
  check "$1: its outcome" same "$(sed -n 's/^outcome=//p' "$2/env.txt" | tail -1)" right
  [ ! -e "$2/set_aside.tsv" ] || {
    check "$1: set aside are rows" same "$(awk -F'\t' 'NF != 10' "$2/set_aside.tsv")" ""
    check "$1: set aside under one header" same "$(grep -n '^round' "$2/set_aside.tsv")" \
      "1:$(head -1 "$2/raw.tsv")"
  }
}

# Every whole line that was ever seen in raw.tsv.
see() { grep -E "^[0-9]" "$1/raw.tsv" | awk -F'\t' 'NF == 10' | sed '$!b' >>seen; }
all_kept() { # WHAT DIR
  check "$1: all there, or set aside" same \
    "$(cat "$2/raw.tsv" "$2/set_aside.tsv" 2>/dev/null | sort -u |
      comm -13 - <(sort -u seen) | head -3)" ""
}

# ---- processes ----

# In a process group of its own, as a shell in a terminal would start it; sets `pid`.
start() { # ARGUMENT...
  set -m
  "$artbench" run "$@" >out 2>err </dev/null &
  pid=$!
  set +m
}
wait_for_run() { wait "$pid"; status=$?; pid=; }
children() { cat "/proc/$pid/task/$pid/children" 2>/dev/null; }
lines() { local n=0; [ ! -e "$1" ] || n=$(wc -l <"$1"); echo "$n"; }

# Until raw.tsv has so many lines, or the run has ended.
await() { # FILE LINES
  while [ "$(lines "$1")" -lt "$2" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.002; done
}

gone() { # PID...: they and their process groups
  local p n
  for n in $(seq 200); do
    for p; do
      ! kill -0 -- "-$p" 2>/dev/null || { sleep 0.01; continue 2; }
    done
    return 0
  done
  echo "  still there: $*"
  return 1
}

# ---- kill -9 of the harness ----

resumed() { cat "$1/env.txt" 2>/dev/null | grep -c ^resumed=; }

test_kills() {
  local moment moments left before kills=0
  unbroken --rounds 4
  # Ten random moments: as many rows are there, of a seeded draw; or, every third time,
  # so few milliseconds have passed that it hardly has begun, or gone on. The last third of
  # the rows is for a machine so busy that the run has gone on before it is killed.
  mapfile -t moments < <(awk -v rows="$rows" 'BEGIN { srand(5)
    for (i = 0; i < 10; i++) print int(2 + rand() * rows * 2 / 3) }' | sort -n |
    awk 'BEGIN { srand(6) } { print NR % 3 == 1 ? sprintf("0.%03d", rand() * 60) : $1 }')
  : >seen
  for moment in "${moments[@]}"; do
    before=$(resumed killed.partial)
    if [ -e killed.partial/env.txt ]; then
      start --resume killed
    else
      start "${options[@]}" --rounds 4 --results killed
      before=-1
    fi
    case $moment in
      0.*) sleep "$moment" ;;
      *) until [ "$(resumed killed.partial)" -gt "$before" ] || ! kill -0 "$pid"; do sleep 0.005; done
        await killed.partial/raw.tsv "$moment" ;;
    esac
    left=$(children)
    if kill -KILL "$pid" 2>/dev/null; then kills=$((kills + 1)); fi
    wait_for_run 2>/dev/null
    # shellcheck disable=SC2086
    check "killed at $moment: no child is left" gone $left
    [ ! -e killed.partial/raw.tsv ] || see killed.partial
  done
  check "killed: as often as it was to be" same "$kills" 10
  run "$artbench" run --resume killed
  check "killed: gone on with" same "$status" 0
  is_whole killed killed
  all_kept killed killed
  check "killed: something was set aside" test -s killed/set_aside.tsv
  check "killed: it says how often it was gone on with" test "$(grep -c ^resumed= killed/env.txt)" -ge 6
}

# ---- kill -9 of a child ----

# The next child with these words on its command line; waits for it.
child_with() { # WORD...; sets `child`
  local words kids word
  while kill -0 "$pid" 2>/dev/null; do
    read -ra kids <"/proc/$pid/task/$pid/children" || :
    for child in "${kids[@]}"; do
      words=
      { mapfile -d '' words <"/proc/$child/cmdline"; } 2>/dev/null
      for word; do
        [[ " ${words[*]} " = *" $word "* ]] || continue 2
      done
      return
    done
    sleep 0.003
  done
  child=
}
others() { awk -F'\t' '!($1 == 1 && $4 == "memory" && $3 == "art_arena_prefix") &&
  !($1 == 2 && $4 == "speed")' "$1"; }

test_child() {
  local child
  "$artbench" gen --keys 8000 --output keys.txt
  unbroken --rounds 2
  start "${options[@]}" --rounds 2 --results child
  child_with memory --variants=art_arena_prefix --round=1
  check "a child for memory" kill -KILL "$child"
  child_with speed --variants=art_arena_prefix --round=2
  check "a child for speed" kill -KILL "$child"
  wait_for_run
  check "killed children: status" same "$status" 1
  check "killed children: the run ended" test -d child
  check "killed children: outcome" matches child/env.txt '^outcome=wrong$'
  check "killed children: their rows say so" same \
    "$(awk -F'\t' '$9 != "ok" && NR > 1 { print $1, $3, $4, $9 }' child/raw.tsv)" \
    "1 art_arena_prefix memory crashed: signal 9
2 art_arena_prefix speed crashed: signal 9"
  check "killed children: the table says so" has child/table.md "FAILED: art_arena_prefix: crashed: signal 9."
  check "killed children: all others went on" same \
    "$(cut -f1,3,4,6 child/raw.tsv | grep -c process)" $((2 * (2 + 3) - 2))
  cp child/raw.tsv before
  : >seen
  see child
  run "$artbench" run --resume child
  check "killed children, gone on with: status" same "$status" 0
  is_whole "killed children, gone on with" child
  all_kept "killed children, gone on with" child
  check "killed children, gone on with: nothing else was measured again" \
    same "$(others child/raw.tsv | cksum)" "$(others before | cksum)"
  check "killed children, gone on with: only they were" same \
    "$(grep -oE 'round [0-9]/[0-9]: [a-z]+' err | sort -u | xargs)" "round 1/2: memory round 2/2: speed"
}

# ---- signals to end it ----

test_stops() {
  local name target left how
  unbroken --rounds 3
  for how in "INT group" "INT alone" "TERM alone" "TERM group"; do
    name="stopped by $how"
    start "${options[@]}" --rounds 3 --results "$name"
    await "$name.partial/raw.tsv" 30
    until left=$(children) && [ -n "$left" ]; do kill -0 "$pid" || break; done
    target=$pid
    case $how in *group) target=-$pid ;; esac
    check "$name: children are there" test -n "$left"
    kill "-${how% *}" -- "$target"
    wait_for_run
    check "$name: status" same "$status" 130
    # shellcheck disable=SC2086
    check "$name: no child is left" gone $left
    one_line "$name"
    check "$name: says where it is" has err "interrupted; what was measured is in $name.partial; go on with: "
    check "$name: no table" same "$(wc -c <out)" 0
    check "$name: not as a whole" test ! -e "$name"
    : >seen
    see "$name.partial"
    check "$name: what was measured is there" test "$(lines seen)" -ge 28
    how=$(sed -n 's/^artbench: .*; go on with: //p' err)
    run bash -c "$how"
    check "$name: the command it gave: status" same "$status" 0
    is_whole "$name" "$name"
    all_kept "$name" "$name"
  done
  # Before it has begun there is nothing to keep.
  start "${options[@]}" --rounds 1 --results early
  until [ "/proc/$pid/exe" -ef "$artbench" ]; do :; done
  kill -TERM "$pid"
  wait_for_run
  check "stopped at once: status" test "$status" = 130 -o "$status" = 143 # by itself, or by the signal
  check "stopped at once: not as a whole" test ! -e early
  # Whoever reads the table may go; a job whose harness has gone ends.
  "$artbench" run "${options[@]}" --rounds 3 --results piped 2>err | :
  is_whole "nobody reads the table" piped
  nobody_reads() { (trap '' PIPE; while echo; do sleep 0.01; done) 2>/dev/null; }
  { nobody_reads; timeout 5 "$faulty" job memory --data keys.txt --variants faulty_hang; echo $? >job; } 2>/dev/null | :
  check "a job that nobody reads ends" same "$(<job)" 1
}

# ---- two at a time ----

test_locks() {
  local status_of=()
  unbroken --rounds 4
  start "${options[@]}" --rounds 4 --results two
  await two.partial/env.txt 1
  kill -STOP "$pid"
  cp two.partial/raw.tsv two.partial/env.txt .
  refused "a second run into it" "two.partial: another run is writing into it" \
    run "${options[@]}" --rounds 4 --results two
  refused "a second one that goes on with it" "two.partial: another run is writing into it" run --resume two
  refused "a part into it" "part" run "${options[@]}" --rounds 4 --part 1.speed --results two
  check "the second changed no row" cmp raw.tsv two.partial/raw.tsv
  check "the second changed no fact" cmp env.txt two.partial/env.txt
  kill -CONT "$pid"
  wait_for_run
  check "the first goes on: status" same "$status" 0
  is_whole "the first goes on" two
  # Two that go on with the same one.
  cut_off again 50
  start --resume again
  await again.partial/set_aside.tsv 1
  kill -STOP "$pid"
  refused "two go on with it" "again.partial: another run is writing into it" run --resume again
  refused "two go on with it, by its other name" "again.partial: another run is writing into it" \
    run --resume again.partial/
  kill -CONT "$pid"
  wait_for_run
  is_whole "two go on with it" again
  # Both at once, whichever wins.
  for name in first second; do
    "$artbench" run "${options[@]}" --rounds 4 --results race >/dev/null 2>$name.err </dev/null &
    status_of+=($!)
  done
  for name in "${!status_of[@]}"; do
    wait "${status_of[name]}"
    status_of[name]=$?
  done
  check "both at once: one of them" same "$(printf '%s\n' "${status_of[@]}" | sort | xargs)" "0 2"
  check "both at once: one says why" same "$(cat first.err second.err | grep -c '^artbench: race')" 1
  is_whole "both at once" race
  # What has ended is locked no more, and goes on to where it is.
  cp race/raw.tsv before
  run "$artbench" run --resume race
  check "one that ended: status" same "$status" 0
  is_whole "one that ended" race
  check "one that ended: as it was" cmp race/raw.tsv before
  cp -r race race.partial
  refused "one that is there twice" "race and race.partial: are both there" run --resume race
}

# ---- damage ----

# A run that was killed when raw.tsv had LINES: NAME.partial.
cut_off() { # NAME LINES
  rm -rf -- "$1" "$1.partial"
  mkdir "$1.partial"
  head -n "$2" unbroken/raw.tsv >"$1.partial/raw.tsv"
  sed '/^end=/,$d' unbroken/env.txt >"$1.partial/env.txt"
  : >"$1.partial/lock"
}
goes_on() { # WHAT NAME
  run "$artbench" run --resume "$2"
  check "$1: status" same "$status" 0
  is_whole "$1" "$2"
}
# It is refused, and left as it is.
stays() { # WHAT TEXT NAME
  rm -rf before
  cp -r "$3.partial" before
  refused "$1" "$2" run --resume "$3"
  check "$1: nothing was changed" diff -r before "$3.partial"
}

test_damage() {
  unbroken --rounds 1
  cut_off torn 200
  truncate -s -3 torn.partial/raw.tsv # the end of its host, and the newline
  : >seen
  see unbroken
  goes_on "a torn line" torn
  cut_off bare 1
  goes_on "no row yet" bare
  cut_off ready $((rows))
  goes_on "no row is missing" ready
  check "no row is missing: nothing was measured" lacks err "round 1/1"
  cut_off nul 200
  head -c 3000 /dev/zero >>nul.partial/raw.tsv
  goes_on "zeros at its end" nul
  cut_off nul 200
  printf 'x\0y\n' >>nul.partial/raw.tsv
  stays "a zero" "raw.tsv:201: " nul

  cut_off foreign 200
  sed -i '100s/.*/not a row/' foreign.partial/raw.tsv
  stays "a line that is no row" "raw.tsv:100: is not a row" foreign
  sed -i '1s/round/lap/' foreign.partial/raw.tsv
  stays "another header" "raw.tsv:1: is not the header" foreign
  rm foreign.partial/raw.tsv
  stays "no raw.tsv" "foreign.partial: has no raw.tsv" foreign

  cut_off env 200
  for key in revision host fingerprint seed variants reference rounds workloads compiler \
    LD_PRELOAD kernel thp; do
    sed "/^$key=/d" unbroken/env.txt >env.partial/env.txt
    stays "env.txt without $key" "its $key is unknown" env
  done
  for key in command; do
    sed "/^$key=/d" unbroken/env.txt >env.partial/env.txt
    stays "env.txt without $key" "does not say how the run was started" env
  done
  sed '3s/.*/no fact/' unbroken/env.txt >env.partial/env.txt
  stays "a line that is no fact" "env.txt:3: is not KEY=VALUE" env
  rm env.partial/env.txt
  stays "no env.txt" "env.partial: has no env.txt; put it back" env
  refused "no env.txt, and another run" "env.partial: is there already" run "${options[@]}" --results env
  # A run that was killed before it had said what it is leaves nothing to go on with.
  cut_off begun 1
  rm begun.partial/env.txt
  stays "nothing but its beginning" "begin the run anew" begun
  run "$artbench" run "${options[@]}" --rounds 1 --results begun
  check "nothing but its beginning: begun anew" same "$status" 0
  is_whole "nothing but its beginning" begun
  mv begun begun.partial
  rm begun.partial/[!r]* begun.partial/report.*
  sed -i '2,$d' begun.partial/raw.tsv
  run "$artbench" run "${options[@]}" --rounds 1 --part 1.speed --results begun
  check "nothing but a part's beginning: begun anew" same "$status" 0
  cut_off foreign 1
  rm foreign.partial/env.txt
  touch foreign.partial/mine
  refused "somebody else's folder" "foreign.partial: is there already" run "${options[@]}" --results foreign

  cut_off other 200
  ARTBENCH_REVISION=v2 stays "another revision" "its revision is v1, and it is v2 now; build that revision" other
  G_SLICE=always-malloc stays "another setting" "its G_SLICE is (unset), and it is always-malloc now" other
  sed -i 's/^host=.*/host=elsewhere/' other.partial/env.txt
  stays "another host" "its host is elsewhere, and it is " other
  cut_off other 200
  refused "another option" "--rounds" run --resume other --rounds 3
  refused "no such directory" "nosuch: no such directory" run --resume nosuch
  cp keys.txt kept.txt
  sed -i '500s/$/x/' keys.txt
  stays "other keys" "its fingerprint is " other
  check "other keys: the remedy" has err "give it the keys it had"
  rm keys.txt
  stays "no keys" "keys.txt: " other
  mv kept.txt keys.txt
  goes_on "the keys it had" other

  # What would be enough now was not enough when the last round was begun, of which no
  # row is kept.
  rm -rf unbroken
  unbroken --rounds 7 --until-resolved 1
  cut_off resolved $((rows - 20))
  sed -i 's/--until-resolved 1/--until-resolved 100/; s/^until_resolved=.*/until_resolved=1/' \
    resolved.partial/env.txt
  goes_on "a round that was begun" resolved
}

# ---- a full disk ----

free_pages() { # NUMBER: fill the disk but for so many pages of 4 KiB
  rm -f disk/ballast
  local free
  free=$(stat -f -c %f disk)
  head -c $(((free - $1) * 4096)) /dev/zero >disk/ballast
}
full() { # WHAT FILE
  check "$1: status" same "$status" 2
  check "$1: says what" matches err "^artbench: [^:]*$2[^:]*: .*cannot be written: No space left on device; free some space"
  check "$1: says how to go on" matches err "; then go on with: .* run --resume "
  one_line "$1"
}

test_full_disk() {
  local pages
  unbroken --rounds 1
  mkdir disk
  mount -t tmpfs -o size=400k none disk || skip "no small disk can be mounted here"
  # While rows are appended.
  free_pages 3
  run "$artbench" run "${options[@]}" --rounds 1 --results disk/rows
  full "no room for rows" rows.partial
  check "no room for rows: no table" same "$(wc -c <out)" 0
  check "no room for rows: not as a whole" test ! -e disk/rows
  : >seen
  see disk/rows.partial
  check "no room for rows: what there was room for is there" test "$(lines seen)" -ge 50
  run "$artbench" report disk/rows
  check "no room for a page: status" same "$status" 2
  check "no room for a page: says so" matches err "rows.partial/report.html: cannot be written: .*; free some space"
  check "no room for a page: no half of it" same "$(ls disk/rows.partial | grep -c report)" 0
  run "$artbench" run --resume disk/rows
  full "still no room" 'rows.partial/[a-z_.]*'
  rm disk/ballast
  run "$artbench" report disk/rows
  check "it can be read: status" same "$status" 0
  rm disk/rows.partial/report.*
  goes_on "room for rows" disk/rows
  all_kept "room for rows" disk/rows

  # At each page less while it is closed: env.txt, the report, raw.tsv in order.
  cut_off ended "$rows"
  for pages in $(seq 0 $(($(du -k unbroken/raw.tsv | cut -f1) / 4 + 7))); do
    rm -rf disk/ended disk/ended.partial
    rm -f disk/ballast
    cp -r ended.partial disk/ended.partial
    : >seen
    see disk/ended.partial
    free_pages "$pages"
    run "$artbench" run --resume disk/ended
    [ "$status" -ne 0 ] || break
    full "closed with $pages pages" ended.partial
    check "closed with $pages pages: not as a whole" test ! -e disk/ended
    check "closed with $pages pages: nothing half-made" same "$(ls disk/ended.partial | grep -c '\.new$')" 0
    rm disk/ballast
    goes_on "closed with $pages pages, gone on with" disk/ended
    all_kept "closed with $pages pages, gone on with" disk/ended
  done
  check "closed: enough at last" test "$pages" -ge 10
  check "closed: enough at last, and no more" same "$status" 0

  # From the start.
  rm -rf disk/ended disk/rows disk/ballast
  free_pages 0
  run "$artbench" run "${options[@]}" --rounds 1 --results disk/none
  check "no room at all: status" same "$status" 2
  check "no room at all: says so" matches err "none.partial/.*No space left on device; free some space"
  one_line "no room at all"
  rm disk/ballast
  run "$artbench" run "${options[@]}" --rounds 1 --results disk/none
  check "room at all: status" same "$status" 0
  is_whole "room at all" disk/none
}

case $what in
  kills) test_kills ;;
  child) test_child ;;
  stops) test_stops ;;
  locks) test_locks ;;
  damage) test_damage ;;
  full-disk) test_full_disk ;;
  *) echo "$usage" >&2; exit 1 ;;
esac
finish
