#!/usr/bin/env bash
# artbench's presets: what list says of them, what run takes from them and what overrides
# it, and that a run of one is gone on with and is measured in parts.
# Usage: test_presets.sh ARTBENCH. Exit status: 0 passed, 1 failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

artbench=$(realpath -- "${1:?usage: test_presets.sh ARTBENCH}")
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
cd "$temp" || exit 1
export ARTBENCH_REVISION=v1
"$artbench" gen --keys 500 --output keys.txt || exit 1

# Sets `status`; stdout and stderr go to the files out and err.
run() { # COMMAND ARGUMENT...
  status=0
  "$artbench" "$@" >out 2>err </dev/null || status=$?
}
# measured WHAT RESULTS FACTS ARGUMENT...: FACTS are of env.txt, in its order.
measured() {
  local what=$1 dir=$2 facts=$3
  shift 3
  run run --data keys.txt --results "$dir" "$@"
  check "$what: status" same "$status" 0
  check "$what" same "$(facts_of "$dir")" "$facts"
}
facts_of() {
  sed -nE 's/^(rounds|budget_s|workloads|reference|variants)=//p' "$1/env.txt" | xargs
}
refused() { # WHAT TEXT ARGUMENT...
  local what=$1 text=$2
  shift 2
  run run --data keys.txt "$@"
  check "$what: status" same "$status" 2
  check "$what: what it says" same "$(cat err)" "artbench: $text"
}

# ---- what there is ----

# Those that are built in on such a RUNG, or are called one of NAMES.
on_rungs() { # RUNG NAMES
  "$artbench" list --format tsv | awk -F'\t' -v rung="$1" -v names=" $2 " '
    NR > 1 && $7 == "-" && ($8 ~ rung || index(names, " " $1 " ")) { print $1 }' | paste -sd,
}
ladder=$(on_rungs '^F?[0-9]+$' 'absl_btree marisa_trie')
ablations=$(on_rungs '^S$' 'art_arena_paper art_arena_prefix page_front')
check "some are on the ladder" test "$(tr ',' '\n' <<<"$ladder" | wc -l)" -gt 8
run list --presets --format tsv
check "list: status" same "$status" 0
check "list: width" same "$(awk -F'\t' 'NF != 7' out)" ''
check "list: all of them" same "$(cut -f1-5,7 out | tail -n +2 | tr '\t' ' ')" "main - 500 - - -
quick 1 - - - -
full 12 3300 all - -
ladder - 780 - art_boxed $ladder
ablations - 780 insert,hit,scan art_arena_prefix $ablations"
run list --presets
check "list as text" matches out '^full +12 +3300 +all '
run run --help
check "run --help names the list" matches out '^ +--preset=NAME .*list --presets$'

# ---- what is taken ----

one=(--variants null_index --workloads hit)
measured "main" main "9 500 hit none null_index" --preset main "${one[@]}"
measured "full" full "12 3300 hit none null_index" --preset full "${one[@]}"
measured "rounds that are given have no budget" rounds "2 0 hit none null_index" \
  --preset full --rounds 2 "${one[@]}"
measured "but one that is given, too" both "2 40 hit none null_index" \
  --preset full --rounds 2 --budget 40 "${one[@]}"
measured "until it is resolved: as many as that takes" until "100 3300 hit none null_index" \
  --preset full --until-resolved 90 "${one[@]}"
measured "quick" quick "1 0 insert,hit,miss,scan,delete none null_index" --preset quick \
  --variants null_index
measured "ablations" ablations "1 0 hit art_arena_prefix $ablations" --preset ablations \
  --rounds 1 --workloads hit
run run --check --data keys.txt --results new --preset ladder
check "only checked" same "$status $(cat out err)" "0 "
check "only checked: nothing is made" test ! -e new

refused "an unknown one" \
  "--preset 'none' is not known; use one of: main, quick, full, ladder, ablations" --preset none
refused "variants twice" "--preset ladder chooses the variants; leave out --variants" \
  --preset ladder --variants art_boxed
refused "what is given is checked, too" \
  "--rounds 'x' is not a whole number from 1 to 1000; give one" --check --preset quick --rounds x

# ---- what is done with it later ----

mv quick quick.partial
sed -i '/^outcome=/d' quick.partial/env.txt
sed -i '/\tspeed\t/d' quick.partial/raw.tsv
run run --resume quick
check "gone on with: status" same "$status" 0
check "gone on with: as it was begun" same "$(facts_of quick)" \
  "1 0 insert,hit,miss,scan,delete none null_index"
check "gone on with: with its row" same "$(grep -c '^null_index' quick/summary.tsv)" 1

run plan --data keys.txt --results parts --rounds 9 "${one[@]}"
parts=$(wc -l <out)
run plan --data keys.txt --results parts --preset main "${one[@]}"
check "in parts: as many rounds, whatever they take" same "$(grep -c -- ' --preset main ' out)" "$parts"
bash -c "$(head -n 1 out)" >/dev/null 2>err </dev/null
check "one of them: measured" same "$? $(facts_of parts.parts/1.memory.null_index)" "0 9 0 hit none null_index"
run sweep --data keys.txt --results sizes --sizes 100,200 --preset quick "${one[@]}"
check "a sweep: status" same "$status" 0
check "a sweep: of one round" has sizes/env.txt 'rounds=1'
finish
