/* test_memkv_file.c: memkv_save, memkv_load and memkv_map: what comes back, what is refused and in
 * which words, and that a save that fails leaves the old file and nothing else. What a damaged file
 * may do is fuzz_memkv.c's. */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "kit/check.h"
#include "memkv_kit.h"
#include "contract/rng.h"
#include "snapshot.h"

static char dir[] = "/tmp/test_memkv_file.XXXXXX";

/* How many files there are. */
static int
files(void)
{
	int n = 0;
	DIR *d = opendir(".");
	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n - 2;
}

static long
size_of(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 ? (long)st.st_size : -1;
}

static memkv *
store_of(unsigned n)
{
	static char long_key[MEMKV_KEY_MOST];
	memkv *kv = NULL;
	char key[64];
	CHECK(memkv_open(NULL, NULL, &kv) == MEMKV_OK);
	memset(long_key, 0xff, sizeof long_key);
	for (unsigned i = 0; i < n; i++) {
		int m = snprintf(key, sizeof key, "https://host%u.example/%u", i % 7, i);
		memkv_put(kv, key, (size_t)m, rng_mix(i) >> i % 64, NULL);
	}
	if (n) {
		memkv_put(kv, NULL, 0, UINT64_MAX, NULL);
		memkv_put(kv, "\0\0", 2, 0, NULL);
		memkv_put(kv, long_key, sizeof long_key, 1, NULL);
		memkv_put(kv, long_key, sizeof long_key - 1, 1ull << 63, NULL);
	}
	return kv;
}

/* ---- there and back ---- */

static void
test_round_trip(unsigned n)
{
	struct memkv_variant_info v;
	struct memkv_stats st;
	struct memkv_memory m;
	memkv *kv = store_of(n), *back = NULL;
	uint64_t digest = digest_of_store(kv);
	CHECK(memkv_save(kv, "trip") == MEMKV_OK && files() == 1);
	for (size_t i = 0; memkv_variant(i, &v); i++) {
		CHECK(memkv_load("trip", v.name, NULL, &back) == MEMKV_OK);
		CHECK(digest_of_store(back) == digest);
		CHECK(memkv_stats(back, &st) == MEMKV_OK &&
			strcmp(st.variant, v.name) == 0 && st.keys == memkv_len(kv));
		CHECK(memkv_save(back, "again") ==
			MEMKV_OK); /* the same, byte for byte */
		CHECK(system("cmp -s trip again") == 0);
		CHECK(memkv_close(back) == MEMKV_OK);
	}
	CHECK(memkv_map("trip", NULL, &back) == MEMKV_OK);
	CHECK(digest_of_store(back) == digest);
	CHECK(memkv_memory(back, &m) == MEMKV_OK && m.total < 100);
	CHECK(m.mapped == (size_t)size_of("trip"));
	CHECK(memkv_stats(back, &st) == MEMKV_OK && st.read_only &&
		strcmp(st.variant, "mapped") == 0);
	CHECK(memkv_put(back, "x", 1, 1, NULL) == MEMKV_EREADONLY);
	CHECK(memkv_clear(back) == MEMKV_EREADONLY && memkv_compact(back) == MEMKV_OK);
	/* A saved file takes the place of the one that is mapped, which stays as it is. */
	CHECK(memkv_put(kv, "more", 4, 1, NULL) == MEMKV_OK);
	CHECK(memkv_save(kv, "trip") == MEMKV_OK && digest_of_store(back) == digest);
	CHECK(memkv_save(back, "again") == MEMKV_OK);
	CHECK(memkv_freeze(back) == MEMKV_OK && digest_of_store(back) == digest);
	CHECK(memkv_thaw(back) == MEMKV_OK && digest_of_store(back) == digest);
	CHECK(memkv_put(back, "more", 4, 1, NULL) == MEMKV_OK);
	CHECK(digest_of_store(back) == digest_of_store(kv));
	CHECK(memkv_close(back) == MEMKV_OK && memkv_close(kv) == MEMKV_OK);
	CHECK(unlink("trip") == 0 && unlink("again") == 0 && files() == 0);
}

/* Small for what is in it: 20,000 URLs take a third of their bytes, values included. */
static void
test_size(void)
{
	memkv *kv = store_of(20000);
	CHECK(memkv_save(kv, "small") == MEMKV_OK);
	long bytes = size_of("small") - 2 * MEMKV_KEY_MOST;
	CHECK(bytes > 0 && bytes < 20000 * 12);
	CHECK(memkv_close(kv) == MEMKV_OK && unlink("small") == 0);
}

/* ---- what is no snapshot ---- */

static void
refused(const char *path, enum memkv_status want, const char *words)
{
	memkv *kv = (memkv *)(void *)dir;
	CHECK(memkv_load(path, NULL, NULL, &kv) == want && !kv && says(words));
	kv = (memkv *)(void *)dir;
	CHECK(memkv_map(path, NULL, &kv) == want && !kv && says(words));
}

static void
write_file(const char *path, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");
	CHECK(f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
}

static void
test_refused(void)
{
	uint8_t head[SNAPSHOT_HEAD];
	refused("absent", MEMKV_EIO, "absent: cannot be opened: No such file");
	refused(".", MEMKV_EFORMAT, ".: not a regular file");
	refused("/dev/null", MEMKV_EFORMAT, "/dev/null: not a regular file");
	CHECK(mkfifo("pipe", 0600) == 0);
	refused("pipe", MEMKV_EFORMAT, "pipe: not a regular file");
	CHECK(unlink("pipe") == 0);
	write_file("f", "", 0);
	refused("f", MEMKV_EFORMAT, "f: at byte 0: the file ends within its head; copy");
	memset(head, 'x', sizeof head);
	write_file("f", head, sizeof head);
	refused("f", MEMKV_EFORMAT, "f: at byte 0: not a snapshot; name a file");
	memkv *kv = store_of(3);
	CHECK(memkv_save(kv, "f") == MEMKV_OK && memkv_close(kv) == MEMKV_OK);
	FILE *f = fopen("f", "rb");
	CHECK(f && fread(head, 1, sizeof head, f) == sizeof head && fclose(f) == 0);
	store_le(head + 8, 2, 4);
	store_le(head + SNAPSHOT_SUMMED, snapshot_sum(head, SNAPSHOT_SUMMED), 8);
	write_file("f", head, sizeof head);
	refused("f", MEMKV_EFORMAT, "f: at byte 8: a snapshot of version 2, and this");
	store_le(head + 8, SNAPSHOT_VERSION, 4);
	store_le(head + SNAPSHOT_SUMMED, snapshot_sum(head, SNAPSHOT_SUMMED), 8);
	write_file("f", head, sizeof head);
	refused("f", MEMKV_EFORMAT, "f: at byte 64: the file ends, and should have");
	CHECK(unlink("f") == 0 && files() == 0);
}

static bool
count(void *arg, const void *key, size_t n, uint64_t value)
{
	(void)key;
	(void)n;
	(void)value;
	++*(size_t *)arg;
	return true;
}

/* An index that somebody overwrites while it is mapped leads to nothing. */
static void
test_changed_underneath(void)
{
	static const uint64_t edge[] = { UINT64_MAX, INT64_MAX, 1ull << 32 };
	enum { KEYS = 3000 };
	memkv *kv = store_of(KEYS), *back = NULL;
	char room[64];
	struct memkv_found last = { room, sizeof room, 0, 0 };
	CHECK(memkv_save(kv, "f") == MEMKV_OK && memkv_map("f", NULL, &back) == MEMKV_OK);
	FILE *f = fopen("f", "r+b");
	uint8_t head[SNAPSHOT_HEAD], wrong[8];
	CHECK(f && fread(head, 1, sizeof head, f) == sizeof head);
	long index_at = (long)load_le(head + 32, 8);
	for (size_t i = 0; i < sizeof edge / sizeof *edge; i++) {
		size_t n = 0;
		store_le(wrong, edge[i], 8);
		for (long at = index_at; at < size_of("f"); at += INDEX_ENTRY)
			CHECK(fseek(f, at, SEEK_SET) == 0 && fwrite(wrong, 8, 1, f) == 1);
		CHECK(fflush(f) == 0);
		CHECK(memkv_get(back, "https://host3.example/3", 23, NULL) ==
			MEMKV_NOT_FOUND);
		CHECK(memkv_range(back, NULL, 0, NULL, 0, count, &n) == MEMKV_OK && !n);
		CHECK(memkv_last(back, &last) == MEMKV_NOT_FOUND);
	}
	CHECK(fclose(f) == 0 && unlink("f") == 0);
	CHECK(memkv_close(back) == MEMKV_OK && memkv_close(kv) == MEMKV_OK);
}

static void
ignore_value(void *ctx, uint64_t value)
{
	(void)ctx;
	(void)value;
}

static void
test_arguments(void)
{
	memkv *kv = store_of(10), *other = NULL;
	struct memkv_options owns = { .free_value = ignore_value };
	struct memkv_options free_threads = { .threads = MEMKV_CONCURRENT };
	struct memkv_options small = { .memory_limit = 10000 };
	CHECK(memkv_save(kv, NULL) == MEMKV_EINVAL && memkv_save(kv, "") == MEMKV_EINVAL);
	CHECK(memkv_save(NULL, "f") == MEMKV_EINVAL && files() == 0);
	CHECK(memkv_save(kv, "f") == MEMKV_OK);
	CHECK(memkv_load(NULL, NULL, NULL, &other) == MEMKV_EINVAL);
	CHECK(memkv_load("f", NULL, NULL, NULL) == MEMKV_EINVAL);
	CHECK(memkv_map("", NULL, &other) == MEMKV_EINVAL);
	CHECK(memkv_map("f", NULL, NULL) == MEMKV_EINVAL);
	CHECK(memkv_load("f", "none", NULL, &other) == MEMKV_EUNKNOWN && !other);
	CHECK(memkv_load("f", NULL, &owns, &other) == MEMKV_EUNSUPPORTED && !other);
	CHECK(memkv_map("f", &owns, &other) == MEMKV_EUNSUPPORTED && !other);
	CHECK(memkv_map("f", &free_threads, &other) == MEMKV_EUNSUPPORTED && !other);
	CHECK(memkv_load("f", NULL, &small, &other) == MEMKV_ELIMIT && !other);
	CHECK(says("the memory limit of 10000 bytes is too low for the index to be"));
	CHECK(memkv_close(kv) == MEMKV_OK && unlink("f") == 0);
	CHECK(memkv_open(NULL, &owns, &kv) == MEMKV_OK);
	CHECK(memkv_save(kv, "f") == MEMKV_EUNSUPPORTED && files() == 0);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

/* ---- what is at the place ---- */

static mode_t
mode_of(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 ? st.st_mode : 0;
}

/* What is no regular file stays what it is, and the store is told so. */
static void
test_special_files(void)
{
	memkv *kv = store_of(3);
	CHECK(mkfifo("pipe", 0600) == 0 && symlink("pipe", "link") == 0);
	CHECK(memkv_save(kv, "pipe") == MEMKV_EIO && says("pipe: not a regular file, "));
	CHECK(memkv_save(kv, "link") == MEMKV_EIO && says("link: not a regular file, "));
	CHECK(S_ISFIFO(mode_of("pipe")) && S_ISLNK(mode_of("link")) && files() == 2);
	CHECK(unlink("pipe") == 0 && unlink("link") == 0);
	if (mknod("device", S_IFCHR | 0600, makedev(1, 3)) == 0) { /* as root */
		CHECK(memkv_save(kv, "device") == MEMKV_EIO && says("name a file"));
		CHECK(S_ISCHR(mode_of("device")) && unlink("device") == 0);
	}
	CHECK(memkv_close(kv) == MEMKV_OK && files() == 0);
}

/* A link stays, and what it leads to is replaced, or made. */
static void
test_links(void)
{
	memkv *kv = store_of(3);
	CHECK(mkdir("d", 0700) == 0 && symlink("d/link", "to_link") == 0);
	CHECK(symlink("target", "d/link") == 0 && symlink("loop", "loop") == 0);
	CHECK(memkv_save(kv, "to_link") == MEMKV_OK && size_of("d/target") > 0);
	long bytes = size_of("d/target");
	CHECK(memkv_put(kv, "more", 4, 1, NULL) == MEMKV_OK);
	CHECK(memkv_save(kv, "to_link") == MEMKV_OK && size_of("d/target") > bytes);
	CHECK(S_ISREG(mode_of("d/target")) && S_ISLNK(mode_of("d/link")));
	CHECK(S_ISLNK(mode_of("to_link")) && files() == 3);
	char whole[sizeof dir + 16];
	snprintf(whole, sizeof whole, "%s/new", dir);
	CHECK(symlink(whole, "d/absolute") == 0);
	CHECK(memkv_save(kv, "d/absolute") == MEMKV_OK && size_of("new") > bytes);
	CHECK(memkv_save(kv, "loop") == MEMKV_EIO && says("loop: cannot be examined: "));
	CHECK(unlink("d/absolute") == 0 && unlink("d/link") == 0 && unlink("new") == 0);
	CHECK(unlink("d/target") == 0 && rmdir("d") == 0 && unlink("to_link") == 0);
	CHECK(unlink("loop") == 0 && memkv_close(kv) == MEMKV_OK && files() == 0);
}

static void
test_modes(void)
{
	static const mode_t modes[] = { 0600, 0640, 0444, 0666, 0 };
	memkv *kv = store_of(3);
	mode_t mask = umask(027);
	CHECK(memkv_save(kv, "f") == MEMKV_OK && (mode_of("f") & 07777) == 0640);
	umask(0);
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		CHECK(chmod("f", modes[i]) == 0 && memkv_save(kv, "f") == MEMKV_OK);
		CHECK((mode_of("f") & 07777) == modes[i]);
	}
	umask(mask);
	if (geteuid() == 0) { /* the group is kept, or else it is given no rights */
		enum { NOBODY = 65534, GROUP = 12345 };
		struct stat st = { 0 };
		CHECK(chown("f", 0, GROUP) == 0 && chmod("f", 0664) == 0);
		CHECK(memkv_save(kv, "f") == MEMKV_OK && stat("f", &st) == 0);
		CHECK(st.st_gid == GROUP && (st.st_mode & 07777) == 0664);
		CHECK(chmod(".", 0777) == 0 && seteuid(NOBODY) == 0);
		CHECK(memkv_save(kv, "f") == MEMKV_OK && stat("f", &st) == 0);
		CHECK(st.st_uid == NOBODY && st.st_gid != GROUP);
		CHECK((st.st_mode & 07777) == 0644);
		CHECK(seteuid(0) == 0 && chmod(".", 0700) == 0);
	}
	CHECK(unlink("f") == 0 && memkv_close(kv) == MEMKV_OK);
}

/* ---- a save that fails ---- */

static bool
waits(void)
{
	sigset_t s;
	return sigpending(&s) == 0 && sigismember(&s, SIGXFSZ);
}

static bool
is_kept_back(void)
{
	sigset_t s;
	return sigprocmask(SIG_BLOCK, NULL, &s) == 0 && sigismember(&s, SIGXFSZ);
}

static void
signal_wait(void)
{
	sigset_t s;
	CHECK(sigemptyset(&s) == 0 && sigaddset(&s, SIGXFSZ) == 0);
	CHECK(sigprocmask(SIG_BLOCK, &s, NULL) == 0 && raise(SIGXFSZ) == 0);
}

static void
signal_wait_over(void)
{
	sigset_t s;
	int got = 0;
	CHECK(sigemptyset(&s) == 0 && sigaddset(&s, SIGXFSZ) == 0);
	CHECK(sigwait(&s, &got) == 0 && got == SIGXFSZ);
	CHECK(sigprocmask(SIG_UNBLOCK, &s, NULL) == 0);
}

static void
test_save_fails(void)
{
	memkv *kv = store_of(3000), *back = NULL;
	struct rlimit old, low = { 20000, RLIM_INFINITY };
	write_file("old", "what was there", 14);
	CHECK(memkv_save(kv, "no/such/place") == MEMKV_EIO && says("no/such/place"));
	CHECK(mkdir("d", 0700) == 0);
	CHECK(memkv_save(kv, "d") == MEMKV_EIO && says("d: not a regular file, and"));
	CHECK(rmdir("d") == 0 && files() == 1);
	/* As if the disk were full; the signal that may come with it ends nobody, and is not taken
	 * from who waits for it. */
	CHECK(getrlimit(RLIMIT_FSIZE, &old) == 0);
	low.rlim_max = old.rlim_max;
	CHECK(setrlimit(RLIMIT_FSIZE, &low) == 0);
	CHECK(memkv_save(kv, "old") == MEMKV_EIO && says("old: cannot be written: "));
	CHECK(!is_kept_back() && !waits());
	signal_wait();
	CHECK(memkv_save(kv, "old") == MEMKV_EIO && is_kept_back() && waits());
	signal_wait_over();
	CHECK(setrlimit(RLIMIT_FSIZE, &old) == 0);
	CHECK(files() == 1 && size_of("old") == 14);
	CHECK(memkv_save(kv, "old") == MEMKV_OK && files() == 1);
	CHECK(memkv_map("old", NULL, &back) == MEMKV_OK);
	CHECK(memkv_close(back) == MEMKV_OK && memkv_close(kv) == MEMKV_OK);
	CHECK(unlink("old") == 0);
}

/* Each allocation fails in turn. */
static void
test_starving(void)
{
	memkv *kv = store_of(3000);
	CHECK(memkv_save(kv, "f") == MEMKV_OK && memkv_close(kv) == MEMKV_OK);
	for (int what = 0; what < 4; what++) {
		enum memkv_status s = MEMKV_ENOMEM;
		for (uint64_t at = 1; at < 200 && s != MEMKV_OK; at++) {
			struct purse p;
			purse_init(&p);
			struct memkv_options o = { .allocator = &p.a };
			kv = NULL;
			p.fail_at = what < 3 ? at : 0;
			s = what == 0   ? memkv_load("f", NULL, &o, &kv)
			    : what == 1 ? memkv_load("f", "frozen_front", &o, &kv)
			    : what == 2 ? memkv_map("f", &o, &kv)
					: memkv_load("f", NULL, &o, &kv);
			CHECK(!kv == (s != MEMKV_OK));
			if (what == 3) {
				p.calls = 0;
				p.fail_at = at;
				s = memkv_save(kv, "g");
				p.fail_at = 0;
				CHECK(files() == 1 + (s == MEMKV_OK));
				unlink("g");
			}
			CHECK(s == MEMKV_OK || s == MEMKV_ENOMEM);
			CHECK(memkv_close(kv) == MEMKV_OK && p.live == 0);
		}
	}
	CHECK(unlink("f") == 0 && files() == 0);
}

/* ---- from inside a visitor ---- */

static bool
visit(void *arg, const void *key, size_t n, uint64_t value)
{
	(void)key;
	(void)n;
	(void)value;
	CHECK(memkv_save(arg, "inside") == MEMKV_OK);
	return false;
}

static void
test_inside(void)
{
	struct memkv_options o = { .threads = MEMKV_RWLOCK };
	memkv *kv = NULL, *back = NULL;
	CHECK(memkv_open(NULL, &o, &kv) == MEMKV_OK);
	CHECK(memkv_put(kv, "a", 1, 1, NULL) == MEMKV_OK);
	CHECK(memkv_range(kv, NULL, 0, NULL, 0, visit, kv) == MEMKV_STOPPED);
	CHECK(memkv_map("inside", &o, &back) == MEMKV_OK && memkv_len(back) == 1);
	CHECK(memkv_close(kv) == MEMKV_OK && memkv_close(back) == MEMKV_OK);
	CHECK(unlink("inside") == 0);
}

int
main(void)
{
	CHECK(mkdtemp(dir) && chdir(dir) == 0);
	test_round_trip(0);
	test_round_trip(1);
	test_round_trip(5000);
	test_size();
	test_refused();
	test_changed_underneath();
	test_arguments();
	test_special_files();
	test_links();
	test_modes();
	test_save_fails();
	test_starving();
	test_inside();
	CHECK(files() == 0 && chdir("/") == 0 && rmdir(dir) == 0);
	return check_finish();
}
