#!/usr/bin/env bash
# The library as a stranger has it: built by itself, installed, and found by pkg-config; the
# program in the README, in C and C++, shared and static; and what the library exports.
# Usage: test_install.sh SOURCE_ROOT. Exit status: 0 passed, 1 failed, 77 skipped.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"
root=$(realpath -- "${1:?}")
cd "$(mktemp -d)" || exit 1
trap 'rm -rf -- "$PWD"' EXIT
cc=${CC:-cc} cxx=${CXX:-c++}

meson setup build "$root" --prefix "$PWD/usr" -Dharness=false -Dbuildtype=plain \
  -Doptimization=0 -Dwerror=true >log 2>&1 && meson install -C build >>log 2>&1
check "install: it builds without the harness" same "$?" 0
[ -d usr ] || { tail -n 20 log; finish; exit 1; }
lacks log glib || check "install: nothing asks for GLib" false
library=$(dirname -- "$(find usr -name libartbench.so)")
export PKG_CONFIG_PATH=$PWD/$library/pkgconfig LD_LIBRARY_PATH=$PWD/$library
check "install: files" same "$(cd usr && find . ! -type d | sed 's:lib/[^/]*-linux-[^/]*/:lib/:' | sort)" \
  "./include/artbench/memkv.h
./lib/libartbench.a
./lib/libartbench.so
./lib/libartbench.so.0
./lib/libartbench.so.0.1.0
./lib/pkgconfig/artbench.pc
./share/man/man3/memkv.3"

# ---- the README's program ----
awk '/^## The store/ { here = 1 } /^```/ { on = 0 } on { print } here && /^```c$/ { on = 1; here = 0 }' \
  "$root/README.md" >app.c
warnings=(-Wall -Wextra -Wpedantic -Werror)
want="https://debian.org/: 2
https://debian.org/doc: 1"
# shellcheck disable=SC2046
{
  check "readme: compiles" "$cc" "${warnings[@]}" app.c $(pkg-config --cflags --libs artbench) -o app
  check "readme: says" same "$(./app)" "$want"
  check "readme: links statically" \
    "$cc" app.c $(pkg-config --static --cflags --libs artbench) -static -o app_static
  check "readme: says so statically" same "$(env -u LD_LIBRARY_PATH ./app_static)" "$want"
  cp app.c app.cc
  check "readme: compiles as C++" \
    "$cxx" "${warnings[@]}" app.cc $(pkg-config --cflags --libs artbench) -o app_cxx
  check "readme: says so in C++" same "$(./app_cxx)" "$want"
  echo '#include <artbench/memkv.h>' >only.c
  cp only.c only.cc
  for std in c99 c11 c17; do
    check "header: $std" "$cc" "${warnings[@]}" -Wstrict-prototypes -Wshadow -std=$std \
      $(pkg-config --cflags artbench) -fsyntax-only only.c
  done
  strict=(-Wshadow -Wold-style-cast -Wconversion -Wsign-conversion -Wcast-qual)
  for std in c++98 c++11 c++20; do
    for other in "$cxx" g++ clang++; do
      command -v "$other" >/dev/null || continue
      check "header: $other $std" "$other" "${warnings[@]}" "${strict[@]}" -std=$std \
        $(pkg-config --cflags artbench) -fsyntax-only only.cc
    done
  done
}

# ---- loaded, used and left by a thread that goes on ----
cat >late.c <<'END'
#include <artbench/memkv.h>
#include <dlfcn.h>
#include <pthread.h>

#define FIND(name) __typeof__(name) *call_##name = (__typeof__(name) *)dlsym(library, #name)

static void *
use_and_leave(void *name)
{
	struct memkv_options o = { .threads = MEMKV_CONCURRENT };
	memkv *kv = NULL;
	void *library = dlopen(name, RTLD_NOW);
	FIND(memkv_open);
	FIND(memkv_put);
	FIND(memkv_get);
	FIND(memkv_close);
	if (call_memkv_open(NULL, &o, &kv) == MEMKV_EUNSUPPORTED) /* built without ck */
		return name;
	if (call_memkv_put(kv, "a", 1, 1, NULL) != MEMKV_OK ||
		call_memkv_get(kv, "a", 1, NULL) != MEMKV_OK ||
		call_memkv_close(kv) != MEMKV_OK || dlclose(library) != 0)
		return NULL;
	return name;
}

int
main(int argc, char **argv)
{
	pthread_t thread;
	void *right = NULL;
	if (argc != 2 || pthread_create(&thread, NULL, use_and_leave, argv[1]) != 0)
		return 2;
	pthread_join(thread, &right);
	return !right;
}
END
# shellcheck disable=SC2046
check "dlopen: compiles" "$cc" $(pkg-config --cflags artbench) late.c -ldl -pthread -o late
check "dlopen: a thread may end after dlclose" ./late "$PWD/$library/libartbench.so"

# ---- what it exports and needs ----
names() { nm "$@" | awk '{ print $NF }' | sort; }
check "abi: as recorded in tests/memkv/memkv_abi.txt" \
  same "$(names -D --defined-only "$library/libartbench.so" | grep -v '^ARTBENCH_0$')" \
  "$(cat "$root/tests/memkv/memkv_abi.txt")"
check "abi: the archive has the same names" \
  same "$(names -g --defined-only "$library/libartbench.a" | grep -v -e ':$' -e '^$')" \
  "$(sed 's/@.*//' "$root/tests/memkv/memkv_abi.txt")"
readelf -d "$library/libartbench.so" >dynamic
check "abi: soname" has dynamic 'soname: [libartbench.so.0]'
check "abi: needs libc and its loader alone, and ck if it was there" \
  same "$(grep -o 'Shared library: .*' dynamic | grep -v -e '\[ld-linux' -e '\[libck\.')" "Shared library: [libc.so.6]"
check "abi: version" same "$(pkg-config --modversion artbench)" "0.1"

# ---- the manual ----
if command -v groff >/dev/null; then
  check "man: no warnings" same "$(groff -mdoc -Tascii -ww -z usr/share/man/man3/memkv.3 2>&1)" ""
  groff -mdoc -Tascii usr/share/man/man3/memkv.3 2>/dev/null | sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g' >man.txt
  check "man: has every name" same "$(sed 's/@.*//' "$root/tests/memkv/memkv_abi.txt" |
    while read -r name; do grep -qw "$name" man.txt || echo "$name"; done)" ""
  check "man: has every status" same "$(sed -n '/^enum memkv_status {/,/^}/p' \
    usr/include/artbench/memkv.h | grep -o '\<MEMKV_[A-Z_]* = ' | tr -d ' =' |
    while read -r name; do grep -qw "$name" man.txt || echo "$name"; done)" ""
fi
finish
