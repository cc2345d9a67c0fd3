#!/usr/bin/env bash
# A run in parts: artbench plan, run --part, merge, and scripts/parallel.sh and
# scripts/slurm.sh around them.
# Usage: test_merge.sh ARTBENCH SOURCE_ROOT parts|parallel|slurm
# Exit status: 0 passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

usage='usage: test_merge.sh ARTBENCH SOURCE_ROOT parts|parallel|slurm'
artbench=$(realpath -- "${1:?$usage}")
root=$(realpath -- "${2:?$usage}")
what=${3:?$usage}
temp=$(mktemp -d) || exit 1
cleanup=()
trap 'for f in "${cleanup[@]}"; do [ ! -s "$f" ] || kill "$(<"$f")"; done 2>/dev/null
  sleep 0.2; rm -rf -- "$temp"' EXIT
work="$temp/a path & 'spaces'"
mkdir "$work"
cd "$work" || exit 1
export ARTBENCH=$artbench ARTBENCH_REVISION=v1
tab=$'\t'

run() { # PROGRAM ARGUMENT...; sets `status`; stdout and stderr go to out and err
  status=0
  "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}
refused() { # WHAT TEXT PROGRAM ARGUMENT...
  local what=$1 text=$2
  shift 2
  run "$@"
  check "$what: status" same "$status" 2
  check "$what: what it says" has err "$text"
  check "$what: a remedy" matches err '; '
  check "$what: nothing on stdout" same "$(wc -c <out)" 0
}
# What neither time nor pages have a part in.
figures() { awk -F"\t" "\$6 ~ /^(heap|exact_total|right|asked|order)\$/" "$1/raw.tsv"; }
columns() { cut -f1-6,8- "$1/raw.tsv"; } # all but the values

"$artbench" gen --keys 2000 --output keys.txt
options=(--data keys.txt --rounds 6 --variants "glib_tree,glib_hash" --name 'A "title"')
n_parts=10 # two of memory in two rounds, and one of speed in six

test_plan() {
  run "$artbench" plan "${options[@]}" --results "r/split"
  check "plan: status" same "$status" 0
  check "plan: a line a part" same "$(wc -l <out)" $n_parts
  check "plan: different parts" same "$(grep -o -- '--part=[^ ]*' out | sort -u | wc -l)" $n_parts
  cp out plan
  run "$artbench" plan "${options[@]}" --results "r/split"
  check "plan: the same again" cmp -s plan out
  check "plan: measures nothing" test ! -e r
  refused "plan without --results" "--results" "$artbench" plan "${options[@]}"
  refused "plan with a budget" "--budget" "$artbench" plan "${options[@]}" --results x --budget 9
  refused "plan of no file" "nosuch.txt" "$artbench" plan --data nosuch.txt --results x
  refused "no such part" "'7.speed' is no part" "$artbench" run "${options[@]}" --part 7.speed --results x
  refused "no such contestant" "is no part" "$artbench" run "${options[@]}" --part 1.memory.null_index --results x
  refused "part without --results" "--results" "$artbench" run "${options[@]}" --part 1.speed
  check "refused: nothing is left" test ! -e x
}

test_part() { # the first speed part, killed, and gone on with
  local line pid
  line=$(grep -F -- --part=2.speed plan)
  # shellcheck disable=SC2086
  bash -c "exec $line" >/dev/null 2>&1 &
  pid=$!
  until [ -e r/split.parts/2.speed.partial/env.txt ]; do kill -0 $pid || break; sleep 0.01; done
  kill -KILL $pid
  wait $pid 2>/dev/null
  check "killed: it did not end" test -d r/split.parts/2.speed.partial
  run bash -c "$line"
  check "gone on with: status" same "$status" 0
  check "gone on with: it ended" test -d r/split.parts/2.speed
  check "gone on with: it says so" has r/split.parts/2.speed/env.txt "resumed="
  check "part: env.txt names it" has r/split.parts/2.speed/env.txt "part=2.speed"
  check "part: nothing else is in it" same "$(tail -n +2 r/split.parts/2.speed/raw.tsv | cut -f1,4 | sort -u)" "2${tab}speed"
  check "part: has its table" test -s r/split.parts/2.speed/table.md
  cp -r r/split.parts/2.speed before
  run bash -c "$line"
  check "done again: status" same "$status" 0
  check "done again: it says so" has err "is measured already"
  check "done again: nothing changed" diff -r before r/split.parts/2.speed
  refused "another run's part" "its seed is 1, and that of this part is 2" \
    "$artbench" run "${options[@]}" --seed 2 --part 2.speed --results r/split.parts/2.speed
  refused "another part" "its part is 2.speed" \
    "$artbench" run "${options[@]}" --part 3.speed --results r/split.parts/2.speed
  # Broken off on another host: this one does it.
  mv r/split.parts/2.speed r/split.parts/2.speed.partial
  sed -i 's/^host=.*/host=elsewhere/; s/^cpu=.*/cpu=other/' r/split.parts/2.speed.partial/env.txt
  sed -i '/process/d' r/split.parts/2.speed.partial/raw.tsv
  run bash -c "$line"
  check "taken over: status" same "$status" 0
  check "taken over: this host's" has r/split.parts/2.speed/env.txt "host=$(hostname)"
  check "taken over: what was there is kept" test -s r/split.parts/2.speed/set_aside.tsv
}

test_whole() {
  while IFS= read -r line; do
    bash -c "$line" </dev/null >/dev/null 2>&1 || check "a part: $line" false
  done <plan
  run "$artbench" merge r/split.parts/* --results r/split
  check "merge: status" same "$status" 0
  check "merge: prints the table" matches out "^glib_hash "
  check "merge: files" same "$(ls r/split | xargs)" "env.txt raw.tsv report.html report.md summary.tsv table.md"
  run "$artbench" run "${options[@]}" --results r/whole
  check "merged rows are those of one run, positions and order too" \
    same "$(columns r/split)" "$(columns r/whole)"
  check "what takes no time is the same to the byte" same "$(figures r/split)" "$(figures r/whole)"
  keys() { grep -vE '^(start|end|load_.*|stopped|widest|merged|missing|command)=' "$1/env.txt"; }
  check "merged env.txt is that of one run" same "$(keys r/split)" "$(keys r/whole)"
  check "merged env.txt: the whole run's command" matches r/split/env.txt '^command=artbench run .*--results=r/split$'
  check "merged env.txt: no part" lacks r/split/env.txt "part="
  check "merged: one host, no note of several" lacks r/split/table.md MIXED
  refused "merge into a folder that is there" "is there already" \
    "$artbench" merge r/split.parts/* --results r/split
}

# What the tree was changed in goes with the whole.
test_changes() {
  local part
  rm -rf changed r/changed
  cp -r r/split.parts changed
  for part in changed/*; do
    echo changes=changes.diff >>"$part/env.txt"
    echo "what $part changed" >"$part/changes.diff"
  done
  run "$artbench" merge changed/* --results r/changed
  check "merge, changed: status" same "$status" 0
  check "merge, changed: the first part's" matches r/changed/changes.diff '^what changed/1\..* changed$'
  check "merge, changed: the page says how to apply it" has r/changed/report.md 'git apply DIR/changes.diff'
}

# doctored KEY VALUE [PART]: a copy of the parts, one of them with another env.txt.
doctored() {
  rm -rf copy
  cp -r r/split.parts copy
  sed -i "s|^$1=.*|$1=$2|" "copy/${3:-2.speed}/env.txt"
}

test_refusals() {
  local key
  for key in revision fingerprint sha256 keys seed order values rounds workloads variants \
    reference turns timeout_s compiler LD_PRELOAD; do
    doctored $key other
    refused "another $key" "its $key is " "$artbench" merge copy/* --results x
  done
  doctored thp sometimes
  refused "a host that changed" "its thp is " "$artbench" merge copy/* --results x
  doctored nothing x
  sed -i '/^seed=/d' copy/1.speed/env.txt
  refused "no seed" "seed is unknown" "$artbench" merge copy/* --results x
  doctored nothing x
  cp -r copy/1.speed again
  refused "the same job twice" "and so has " "$artbench" merge copy/* again --results x
  rm -rf copy/1.speed copy/2.memory.glib_hash
  refused "missing parts" "missing: 1.speed, 2.memory.glib_hash;" "$artbench" merge copy/* --results x
  cp -r again copy/1.speed.partial
  refused "a part that did not end" "copy/1.speed: has not ended" \
    "$artbench" merge copy/*glib* copy/[2-6].speed copy/1.speed --results x
  refused "no such folder" "nosuch: no such directory" "$artbench" merge copy/* nosuch --results x
  refused "no parts" "needs parts" "$artbench" merge --results x
  check "refused: nothing is left" same "$(ls -d x x.partial 2>/dev/null)" ""
  run "$artbench" merge --incomplete copy/* --results incomplete
  check "incomplete: status" same "$status" 0
  check "incomplete: names what is missing" has incomplete/env.txt "missing=1.speed, 2.memory.glib_hash"
  check "incomplete: the table says so" has incomplete/table.md "INCOMPLETE: not measured: 1.speed, 2.memory.glib_hash."
  run "$artbench" run --resume incomplete
  check "incomplete, gone on with: status" same "$status" 0
  check "incomplete, gone on with: it is whole" same "$(columns incomplete)" "$(columns r/whole)"
  check "incomplete, gone on with: the table says nothing" lacks incomplete/table.md INCOMPLETE
  doctored outcome wrong
  run "$artbench" merge copy/* --results wrong
  check "wrong answers: status" same "$status" 1
  check "wrong answers: outcome" has wrong/env.txt "outcome=wrong"
}

ratios() { # of summary.tsv, by the names of the columns
  awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /ratio/) keep[i]; next }
    { line = $1; for (i = 1; i <= NF; i++) if (i in keep) line = line " " $i; print line }' "$1/summary.tsv"
}

# Every other round on another host, so many times as slow; apart from that nearly the same
# times in all rounds.
on_two_hosts() { # FACTOR DIR
  local part
  doctored nothing x
  for part in copy/*; do
    case $part in
      copy/[246].*) sed -i "s/^host=.*/host=slow/; s/^cpu=.*/cpu=Slow One/" "$part/env.txt" ;;
    esac
    awk -F"\t" -v OFS="\t" -v factor="$1" '
      NR > 1 && $1 % 2 == 0 { $10 = "slow" }
      $6 == "seconds" || $6 == "cpu_seconds" {
        $7 = (length($3) + length($5)) / ($3 ~ /hash/ ? 200 : 100) * (1 + $1 / 1000) * ($1 % 2 ? 1 : factor) } 1' \
      "$part/raw.tsv" >raw && mv raw "$part/raw.tsv"
  done
  run "$artbench" merge copy/* --results "$2"
  check "two hosts: status" same "$status" 0
}

# cell FILE LINE COLUMN: of the table in a Markdown file that has both first.
cell() {
  awk -F' *[|] *' -v v="$2" -v c="$3" '
    $2 == "variant" { at = 0; for (i = 2; i < NF; i++) if ($i == c) at = i }
    $2 == v && at { print $at; exit }' "$1"
}
# Parts as measured on that host, where METRIC is so many times as large.
of_host() { # HOST METRIC FACTOR PART...
  local part host=$1 metric=$2 factor=$3
  for part in "${@:4}"; do
    sed -i "s/^host=.*/host=$host/" "$part/env.txt"
    awk -F"\t" -v OFS="\t" -v host="$host" -v metric="$metric" -v factor="$factor" '
      NR > 1 { $10 = host } $6 == metric { $7 *= factor } 1' "$part/raw.tsv" >raw && mv raw "$part/raw.tsv"
  done
}

# Of the directory two: every other round on a slow host.
test_apart() {
  local here host file
  here=$(hostname)
  for file in two/table.md two/report.md; do
    for host in "$here" slow; do
      check "$file: bytes of $host" matches <(cell $file "glib_hash, $host" "RSS B/key") '^[0-9.]+$'
      check "$file: speed of $host" matches <(cell $file "glib_hash, $host" "hit M/s") '^[0-9.]+$'
      check "$file: ratio of $host" matches <(cell $file "glib_hash, $host" "hit vs glib_tree") '^2[.]00 \(2[.]00[.][.]2[.]00\)$'
    done
    check "$file: no bytes of all" same "$(cell $file glib_hash "RSS B/key")" -
    check "$file: no speed of all" same "$(cell $file glib_hash "hit M/s")" -
    check "$file: a ratio of all" same "$(cell $file glib_hash "hit vs glib_tree")" "2.00 (2.00..2.00)"
  done
  check "spread: no range spans both hosts" same "$(awk -F'\t' '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { if ($at["hit_max"] > $at["hit_min"] * 1.1) print; n++ } END { print n }' two/summary.tsv)" 4
  check "verdict: for each host" same "$(grep -c '^On [^ ,]*, of the 2 measured, glib_[a-z]* .*takes the fewest bytes per key' two/report.md)" 2
  check "bridge: for each host" same "$(awk '/^## From what/, /^## (Does|Speed)/' two/report.md | grep -c '^| glib_[a-z]*, ')" 4
  # One variant's memory on another host, where pages are three times as large.
  doctored nothing x
  of_host other rss 3 copy/*.memory.glib_hash
  run "$artbench" merge copy/* --results lone
  check "bytes of two hosts: no ratio" same "$(cell lone/table.md glib_hash "RSS vs glib_tree")" -
  check "bytes of two hosts: none of the other host" same "$(cell lone/table.md "glib_hash, other" "RSS vs glib_tree")" -
  check "bytes of two hosts: a line for one" matches <(cell lone/table.md "glib_hash, other" "RSS B/key") '^[0-9.]+$'
  check "bytes of two hosts: no line without figures" lacks lone/report.md "| glib_tree, other |"
  check "bytes of two hosts: no verdict" has lone/report.md "No host measured the memory of two variants"
  check "bytes of two hosts: speeds have their ratio" matches <(cell lone/table.md glib_hash "hit vs glib_tree") '^[0-9]'
  # All of those rounds there: the ratios of its own rounds stand.
  doctored nothing x
  of_host other rss 3 copy/[246].*
  run "$artbench" merge copy/* --results large
  check "pages of another size: the ratio is that of one host" same \
    "$(cell large/table.md glib_hash "RSS vs glib_tree")" "$(cell r/split/table.md glib_hash "RSS vs glib_tree")"
  # Comparing them: bytes host by host.
  run "$artbench" compare large two --format tsv
  check "compared: bytes of the host in both" same "$(awk -F"\t" '$1 == "memory" { print $3 }' out |
    grep -v "@$here\$")" ""
  check "compared: there are some" has out "rss@$here"
  cp -r two third
  sed -i "s/^host=.*/host=third, fourth/" third/env.txt
  sed -i "s/$tab$here\$/${tab}third/; s/${tab}slow\$/${tab}fourth/" third/raw.tsv
  run "$artbench" compare two third
  check "compared with other hosts: no bytes" same "$(grep -c '^glib_hash *RSS' out)" 0
  check "compared with other hosts: says so" has out "no bytes are compared"
  command -v gnuplot >/dev/null || return 0
  run "$root/scripts/plot.sh" two
  check "pictures of two hosts: status" same "$status" 0
  for file in headline growth; do
    check "pictures of two hosts: $file" same "$(grep -o 'GHashTable, [a-z]*' two/$file.svg | sort -u | wc -l)" 2
  done
}

test_hosts() {
  local part
  on_two_hosts 1 alike
  on_two_hosts 10 two
  check "two hosts: ratios stand" same "$(ratios two)" "$(ratios alike)"
  check "two hosts: they differ from those of one" test "$(ratios two)" != "$(ratios r/split)"
  check "two hosts: there are some" matches two/summary.tsv "hit_ratio"
  check "two hosts: the table says so" matches two/table.md "MIXED: measured on several hosts \(.*slow.*\)"
  check "two hosts: they are not one at two speeds" lacks two/table.md "ran at two speeds"
  check "two hosts: what differs is named by host" has two/env.txt "cpu@slow=Slow One"
  check "two hosts: and of the other" matches two/env.txt "^cpu@$(hostname)="
  check "two hosts: not without" same "$(grep -c '^cpu=' two/env.txt)" 0
  check "two hosts: what is common stands once" same "$(grep -c '^cores' two/env.txt)" 1
  test_apart
  # The whole plan on each of two hosts: twice the rounds.
  rm -rf both
  mkdir both
  for part in r/split.parts/*; do
    cp -r "$part" both
    sed -i "s/^host=.*/host=third/" "both/${part##*/}/env.txt"
    sed -i "2,\$s/$tab[^$tab]*\$/${tab}third/" "both/${part##*/}/raw.tsv"
  done
  run "$artbench" merge r/split.parts/* both/* --results twice
  check "the plan on two hosts: status" same "$status" 0
  check "the plan on two hosts: twice the rounds" has twice/table.md "median of 12 rounds"
  # A round that is parted between hosts has no ratio; nothing is made up.
  doctored nothing x
  sed -i 's/^host=.*/host=slow/' copy/1.memory.glib_hash/env.txt
  sed -i "2,\$s/$tab[^$tab]*\$/${tab}slow/" copy/1.memory.glib_hash/raw.tsv
  run "$artbench" merge copy/* --results parted
  check "a round on two hosts: status" same "$status" 0
  sed -i "2s/$tab[^$tab]*\$/${tab}fast/" copy/1.speed/raw.tsv
  refused "rows of another host" "has rows of host fast" "$artbench" merge copy/* --results x
}

script_refusals() { # SCRIPT PACKAGE
  local bare=$temp/bare command
  mkdir -p "$bare"
  for command in bash dirname cat mkdir; do ln -sf "$(command -v $command)" "$bare/$command"; done
  run env PATH="$bare" "$root/scripts/$1" "${options[@]}" --results x
  check "$1 without its engine: status" same "$status" 2
  check "$1 without its engine: the package" has err "Debian package $2"
  run "$root/scripts/$1" --help
  check "$1 --help" same "$status" 0
}

test_parallel() {
  command -v parallel >/dev/null || skip "parallel is missing (scripts/setup.sh test)"
  local script=$root/scripts/parallel.sh
  script_refusals parallel.sh parallel
  refused "no --results" "--results" "$script" "${options[@]}"
  refused "no number" "--slots 'x'" "$script" --slots x "${options[@]}" --results x
  refused "no host file" "nosuch: cannot be read" "$script" --sshloginfile nosuch "${options[@]}" --results x
  # Kill a part, by the pid that has its lock, as soon as one is there.
  "$script" --slots 2 "${options[@]}" --results run >first 2>&1 </dev/null &
  local script_pid=$! pid=
  for _ in $(seq 500); do
    for pid in $(pgrep -f -- "--part=1.speed --results=run.parts/1.speed"); do
      [ ! "/proc/$pid/exe" -ef "$artbench" ] || [ ! "/proc/$pid/cwd" -ef . ] ||
        [ ! -e run.parts/1.speed.partial/env.txt ] || break 2
    done
    pid=
    sleep 0.01
  done
  check "a part to kill" test -n "$pid"
  [ -z "$pid" ] || kill -KILL "$pid"
  wait $script_pid
  check "a part was killed: status" same "$?" 2
  check "a part was killed: it is named" has first "missing: 1.speed;"
  check "a part was killed: no whole" test ! -e run
  run "$script" "${options[@]}" --results run
  check "again: status" same "$status" 0
  check "again: only what was missing" same "$(grep -c 'is measured already' err)" $((n_parts - 1))
  check "again: it is whole" matches run/env.txt "^merged=$n_parts$"
  refused "a whole one" "is there already" "$script" "${options[@]}" --results run
  mv run kept
  refused "other options" "other options" "$script" "${options[@]}" --seed 3 --results run
  printf ':\n' >hosts
  run "$script" --sshloginfile hosts "${options[@]}" --results "with hosts"
  check "a file of hosts: status" same "$status" 0
  check "a file of hosts: the same rows" same "$(columns "with hosts")" "$(columns kept)"
}

# A cluster of one node, this one, on ports of its own.
start_slurm() {
  local dir=$temp/slurm host port=$((20000 + $$ % 20000))
  host=$(hostname -s)
  mkdir -p "$dir/state" "$dir/spool" && chmod 755 "$temp" "$dir"
  head -c 1024 /dev/urandom >"$dir/key" && chmod 600 "$dir/key"
  cat >"$dir/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthInfo=socket=$dir/socket
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/ctld.pid
SlurmdPidFile=$dir/d.pid
SlurmctldLogFile=$dir/ctld.log
SlurmdLogFile=$dir/d.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SchedulerParameters=sched_interval=1,batch_sched_delay=0
MinJobAge=300
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
  export SLURM_CONF=$dir/slurm.conf
  cleanup+=("$dir/d.pid" "$dir/ctld.pid" "$dir/munge.pid")
  munged --force --key-file="$dir/key" --socket="$dir/socket" --pid-file="$dir/munge.pid" \
    --log-file="$dir/munge.log" --seed-file="$dir/seed" && slurmctld && slurmd || return 1
  for _ in $(seq 100); do
    sinfo -h -o %T 2>/dev/null | grep -q idle && return
    sleep 0.2
  done
  return 1
}

test_slurm() {
  local command script=$root/scripts/slurm.sh
  script_refusals slurm.sh slurm-wlm
  for command in sbatch slurmctld slurmd munged; do
    command -v $command >/dev/null || skip "$command is missing (apt-get install slurm-wlm)"
  done
  [ "$(id -u)" = 0 ] || skip "a Slurm of its own needs root"
  start_slurm >slurm.log 2>&1 || { cat slurm.log; skip "Slurm cannot be started here"; }
  options=(--data keys.txt --rounds 1 --variants "glib_tree,glib_hash" --name 'A "title"')
  run "$script" --test-only "${options[@]}" --results run
  check "test-only: status" same "$status" 0
  check "test-only: nothing was measured" same "$(ls run.parts | grep -v plan)" logs
  run "$script" --wait --sbatch --time=10 "${options[@]}" --results run
  check "slurm: status" same "$status" 0
  check "slurm: says where" has out "into run"
  check "slurm: it is whole" matches run/env.txt "^merged=3$"
  check "slurm: ended well" matches run/env.txt "^outcome=right$"
  mv run kept
  mv run.parts/1.speed taken
  run "$script" --wait "${options[@]}" --results run
  check "slurm again: status" same "$status" 0
  check "slurm again: one was missing" same "$(cat run.parts/logs/[123] | grep -c 'is measured already')" 2
  check "slurm again: the same rows" same "$(columns run)" "$(columns kept)"
  mv run again
  rm keys.txt
  refused "no key file" "keys.txt" "$script" "${options[@]}" --results run
}

case $what in
  parts) test_plan; test_part; test_whole; test_changes; test_refusals; test_hosts ;;
  parallel) test_parallel ;;
  slurm) test_slurm ;;
  *) echo "$usage" >&2; exit 1 ;;
esac
finish
