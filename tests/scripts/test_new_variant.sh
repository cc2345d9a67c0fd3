#!/usr/bin/env bash
# test_new_variant.sh SOURCE_ROOT: a new variant is one file and one word. In a copy
# of the sources, the example in README.md and those in docs/examples are added that
# way; they must then be in the list, pass all generic tests, and appear in the table,
# the results and the pictures, with nothing else changed. And what artbench makes of the
# revision of its sources, for which it takes a copy as well.
# TEST_BUILD names a build folder below SOURCE_ROOT, a copy of which is then built on:
# of the variants there are, all, and of the code, what the new ones change. Otherwise a
# few are built from the beginning.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

root=$(cd -- "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# What the command prints matters only if it fails.
quietly() {
  "$@" >"$work/check.log" 2>&1 && return
  tail -n 20 "$work/check.log" | sed 's/^/  | /'
  return 1
}

copy=$work/artbench
mkdir "$copy"
copied() { tar -C "$root" --exclude=cache -cf - "$@" | tar -C "$copy" -xf -; } # PART...
copied variants memkv baselines harness tests scripts data docs meson.build \
  meson_options.txt .gitignore
build=$(realpath --relative-base="$root" -- "${TEST_BUILD:-/}")
if [[ $build != /* ]]; then # with its times, by which ninja goes
  copied "$build"/{build.ninja,.ninja_log,.ninja_deps,meson-private,variants.inc} \
    "$build"/{variants,baselines,harness} "$build"/tests/{test_variant.p,libkit.a,libkit.a.p}
  options=(--reconfigure)
  build=$copy/$build
else
  options=(-Dauto_features=disabled -Dbuildtype=plain)
  build=$work/build
fi

# The first C block of the README is the example; its first line names the file.
example=$(awk '/^```c$/ { on = 1; next } /^```$/ && on { exit } on' "$root/README.md")
file=$(sed -n '1s|^/\* variants/\([a-z0-9_]*\)\.c:.*|\1|p' <<<"$example")
[ -n "$file" ] || { echo "failed: README.md has no example that names its file"; exit 1; }
printf '%s\n' "$example" >"$copy/variants/$file.c"
names=("$file")
for path in "$root"/docs/examples/art_*.c; do
  cp -- "$path" "$copy/variants/"
  names+=("$(basename "$path" .c)")
done
# Those that it takes long to build, and that are tested elsewhere, are left out.
if [ "$build" = "$work/build" ]; then
  for list in in_library locked ablations; do
    sed -i "/^$list = '''/,/^'''/{/^ /{/ art_boxed$/!d}}" "$copy/variants/meson.build"
  done
fi
words=$(printf '  %s\\n' "${names[@]}")
sed -i "0,/^'''\.split/s//$words'''.split/" "$copy/variants/meson.build"

check "README's example is under 60 lines" quietly test "$(wc -l <<<"$example")" -lt 60
check "the copy configures" quietly meson setup -Dwerror=true "${options[@]}" "$build" "$copy"
check "the copy builds" quietly ninja -C "$build" harness/artbench tests/test_variant
[ "$failed" = 0 ] || finish
goes_into_library() { ninja -C "$build" -t inputs memkv/libartbench.so.0.1.0 | grep "/$1\.c$" >/dev/null; } # NAME
is_offered() { grep -q "($1)" "$build/memkv/memkv_variants.inc"; } # NAME
check "what the library has is linked into it" goes_into_library art_boxed
check "what the library has is offered" is_offered art_boxed

# ---- the variants ----

no() { ! "$@"; }
# What the compiler calls where the processor, as it must take it to be, has no instruction.
free_of_calls() { # OBJECT
  ! nm -u "$1" | grep -E ' __[a-z]+[sdt][if][0-9]$'
}

artbench=$build/harness/artbench
"$artbench" gen --keys 3000 --seed 1 --output "$work/keys.txt"
list=$(IFS=,; echo "${names[*]}")
status=0
"$artbench" table --data "$work/keys.txt" --variants "$list" --rounds 1 --format tsv \
  --results "$work/results" >"$work/table.tsv" 2>"$work/table.log" || status=$?
check "the table is made" quietly test "$status" = 0
for name in "${names[@]}"; do
  check "$name is not in the library" no goes_into_library "$name"
  check "$name is not offered by the library" no is_offered "$name"
  check "$name is listed" quietly grep -q "^$name " <("$artbench" list)
  check "$name passes the generic suites" quietly "$build/tests/test_variant" all "$name" --keep-going
  check "$name calls no function of libgcc's" quietly free_of_calls \
    "$build"/variants/lib*.p/"$name".c.o
  check "$name verifies" quietly "$artbench" verify --data "$work/keys.txt" --variants "$name"
  check "$name has a verified row" quietly grep -q "^$name	.*	3000/3000	" "$work/table.tsv"
  check "$name is in summary.tsv" quietly grep -q "^$name	" "$work/results/summary.tsv"
done
if command -v gnuplot >/dev/null; then
  check "the pictures are made" quietly "$copy/scripts/plot.sh" "$work/results"
  for name in "${names[@]}"; do
    label=$(awk -F'\t' -v n="$name" '$1 == n { print $2 }' "$work/results/summary.tsv")
    for picture in headline memory throughput; do
      check "$name is in $picture.svg" quietly grep -qF -- "$label" "$work/results/$picture.svg"
    done
  done
else
  echo "the pictures were not tried: gnuplot is missing"
fi

# ---- the revision ----

# What artbench finds out by itself is what run_all.sh tells it: in sources under git,
# clean, and then with files that git does not know.
git=(git -C "$copy" -c user.name=x -c user.email=x@example.com)
runs=0
own_revision() { # WHAT REVISION
  runs=$((runs + 1))
  env -u ARTBENCH_REVISION "$artbench" table --data "$work/keys.txt" --rounds 1 \
    --variants null_index --results "$work/own$runs" >/dev/null 2>&1 || :
  check "$1" same "$(sed -n 's/^revision=//p' "$work/own$runs/env.txt")" "$2"
}
if command -v git >/dev/null; then
  "${git[@]}" init -q && "${git[@]}" add . && "${git[@]}" commit -qm x
  short=$("${git[@]}" rev-parse --short HEAD)
  own_revision "clean" "$short"
  mkdir "$copy/results" && echo >"$copy/results/new"
  own_revision "with results: clean" "$short"
  echo >"$copy/variants/new.c"
  own_revision "with a new file: dirty" "$short-dirty"
  rm "$copy/variants/new.c" && echo >>"$copy/meson_options.txt"
  own_revision "with a change: dirty" "$short-dirty"
  rm -rf "$copy/.git" && git -C "$work" init -q
  own_revision "a repository around it is not its own" unknown
fi
finish
