# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by callgrind.sh and flame.sh, which have `say MESSAGE` and set `build`, `results` and
# `work`: of what `artbench count` makes passes: the program, structures and keys.
. "$(dirname -- "${BASH_SOURCE[0]}")/build.sh"

keys_most=1000000 data_seed=1
variants='' plugins=() keys=10000 data='' revision=''
declare -A plugin_of=() # the object that a variant is from, if it is a plug-in

check_choice() {
  { [[ $keys =~ ^0*([1-9][0-9]{0,6})$ ]] && keys=${BASH_REMATCH[1]} &&
    [ "$keys" -le "$keys_most" ]; } ||
    fail 2 "--keys '$keys' is not a whole number from 1 to $keys_most; give one"
  [ -z "$variants" ] || [[ $variants =~ ^[a-z0-9_]+(,[a-z0-9_]+)*$ ]] ||
    fail 2 "--variants '$variants' is not a list of names such as art_boxed,glib_tree"
}

set_revision() {
  if [ -n "${ARTBENCH_REVISION:-}" ]; then
    revision=$ARTBENCH_REVISION
    [[ $revision =~ ^[A-Za-z0-9_.-]+$ ]] ||
      fail 2 "ARTBENCH_REVISION '$revision' is not a revision; use letters, digits, '.-_'"
  elif [ -n "${ARTBENCH:-}" ]; then
    revision=unknown
  else
    revision=$(revision "${sources[@]}")
  fi
}

# Sets `artbench`. The build's log is named after the script.
find_program() {
  local name=${0##*/}
  if [ -n "${ARTBENCH:-}" ]; then
    if [ ! -f "$ARTBENCH" ] || [ ! -x "$ARTBENCH" ]; then
      fail 2 "ARTBENCH=$ARTBENCH: not a program"
    fi
    artbench=$(realpath -- "$ARTBENCH")
    return
  fi
  command -v meson >/dev/null ||
    fail 1 "meson is missing; scripts/setup.sh build installs what a build needs"
  check_build
  build_artbench "$build/${name%.sh}.log"
}

# The lines of `artbench list` about what can be measured: NAME, and the object if it is a
# plug-in's, or "-".
list_known() {
  local file words=()
  for file in "${plugins[@]}"; do words+=(--plugin "$file"); done
  "$artbench" list --format tsv "${words[@]}" >"$work/list" || return
  awk -F'\t' -v OFS='\t' -v plugins="${#plugins[@]}" '
    NR > 1 && $7 == "-" { name[++n] = $1; source[n] = $5 }
    END {
      for (i = 1; i <= n; i++) print name[i], (i > n - plugins ? source[i] : "-")
    }' "$work/list"
}

# Sets `names`, in the order of the registry, and `plugin_of`.
choose_variants() {
  local known name file i
  for i in "${!plugins[@]}"; do # where the process that loads it finds it, wherever that runs
    file=$(realpath -e -- "${plugins[i]}" 2>/dev/null) ||
      fail 2 "--plugin: ${plugins[i]}: there is no such file"
    plugins[i]=$file
  done
  known=$(list_known) || fail 2 "artbench list failed; see the message above"
  while IFS=$'\t' read -r name file; do
    [ "$file" = - ] || plugin_of[$name]=$file
  done <<<"$known"
  known=$(cut -f1 <<<"$known")
  for name in ${variants//,/ }; do
    grep -qxF -- "$name" <<<"$known" ||
      fail 2 "--variants: no variant is called '$name'; 'artbench list' names them"
  done
  for name in "${!plugin_of[@]}"; do
    variants=${variants:+$variants,$name}
  done
  mapfile -t names < <(if [ -n "$variants" ]; then
    grep -xF -- "${variants//,/$'\n'}" <<<"$known"
  else
    echo "$known"
  fi)
}

# Makes $work/keys. Sets `keys`, how many they are, and `keys_made`, for people.
make_keys() {
  if [ -z "$data" ]; then
    "$artbench" gen --keys "$keys" --seed "$data_seed" --output "$work/keys" ||
      fail 1 "the keys could not be generated; see the message above"
    keys_made="$keys generated keys"
    return
  fi
  "$artbench" sample --data "$data" --keys "$keys" --seed "$data_seed" >"$work/keys" || exit 2
  keys=$(od -An -t u8 --endian=little -j 8 -N 8 "$work/keys" | tr -d ' ')
  keys_made="$keys keys of $(basename -- "$data")"
}
