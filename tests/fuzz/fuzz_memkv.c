/* fuzz_memkv.c: files that nobody saved. Whatever a file has in it, loading and mapping it either
 * works, and then every call does, or is refused in one line; nothing is read that is not there.
 *
 * Test:    fuzz_memkv [SEED]           every truncation and every flipped bit of a small file, and
 *                                      some thousand made-up ones whose checksums are right,
 *                                      and heads that claim what is not there
 * Fuzzing: fuzz_memkv_libfuzzer DIR    built with FUZZ_LIBFUZZER and clang's -fsanitize=fuzzer */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "kit/check.h"
#include "memkv/memkv_kit.h"
#include "contract/rng.h"
#include "snapshot.h"

enum { FILE_MOST = 1 << 16 };

/* ---- a file in memory ---- */

static int file = -1;
static char path[64];

static void
set_file(const uint8_t *bytes, size_t n)
{
	if (file < 0) {
		file = memfd_create("snapshot", MFD_CLOEXEC);
		snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	}
	if (ftruncate(file, (off_t)n) != 0 || pwrite(file, bytes, n, 0) != (ssize_t)n)
		abort();
}

/* Make the checksums right, as far as the rest of it has places for them. */
static void
sign(uint8_t *bytes, size_t n)
{
	if (n < SNAPSHOT_HEAD)
		return;
	uint64_t blocks = load_le(bytes + 24, 8), index_at = load_le(bytes + 32, 8);
	if (index_at <= n && blocks <= (n - index_at) / INDEX_ENTRY) {
		uint8_t *index = bytes + index_at;
		for (uint64_t i = 0; i < blocks; i++) {
			uint8_t *e = index + i * INDEX_ENTRY;
			uint64_t at = load_le(e, 8);
			uint64_t end = i + 1 < blocks ? load_le(e + INDEX_ENTRY, 8)
						      : index_at;
			if (at <= end && end <= n)
				store_le(e + 8, snapshot_sum(bytes + at, end - at), 8);
		}
		store_le(bytes + 48, snapshot_sum(index, blocks * INDEX_ENTRY), 8);
	}
	store_le(bytes + SNAPSHOT_SUMMED, snapshot_sum(bytes, SNAPSHOT_SUMMED), 8);
}

/* ---- what must hold of any store ---- */

struct last_key {
	uint8_t key[MEMKV_KEY_MOST];
	size_t n, visits;
	const memkv *kv;
	bool right;
};

static bool
visit(void *arg, const void *key, size_t n, uint64_t value)
{
	struct last_key *l = arg;
	uint64_t got = ~value;
	struct ab_key now = { key, n }, before = { l->key, l->n };
	l->right = l->right && (!l->visits || ab_key_cmp(before, now) < 0) &&
		   memkv_get(l->kv, key, n, &got) == MEMKV_OK && got == value;
	memcpy(l->key, key, n);
	l->n = n;
	l->visits++;
	return l->right;
}

/* Every key once, in order, found by get, and stepped over from behind. */
static bool
is_whole(memkv *kv)
{
	static struct last_key l;
	memkv_cursor *c;
	size_t n = 0;
	l.n = l.visits = 0;
	l.kv = kv;
	l.right = true;
	if (memkv_range(kv, NULL, 0, NULL, 0, visit, &l) != MEMKV_OK || !l.right ||
		l.visits != memkv_len(kv) || memkv_cursor_open(kv, &c) != MEMKV_OK)
		return false;
	for (enum memkv_status s = memkv_cursor_last(c); s == MEMKV_OK;
		s = memkv_cursor_prev(c))
		n++;
	memkv_cursor_close(c);
	memkv_prefix(kv, "k", 1, visit, &l);
	return n == memkv_len(kv);
}

static bool
is_refusal(enum memkv_status s, const memkv *kv)
{
	const char *e = memkv_error();
	return s == MEMKV_EFORMAT && !kv && strstr(e, path) && strstr(e, "at byte") &&
	       !strchr(e, '\n');
}

/* The bytes as a stream, some at a time. */
struct stream {
	const uint8_t *p;
	size_t left;
};

static ptrdiff_t
read_some(void *ctx, void *p, size_t room)
{
	struct stream *x = ctx;
	size_t n = 1 + x->left % 997;
	n = n < room ? n : room;
	n = n < x->left ? n : x->left;
	memcpy(p, x->p, n);
	x->p += n;
	x->left -= n;
	return (ptrdiff_t)n;
}

/* It is a store, as the file is one; or in the same way none, but for what stands behind it. */
static bool
streams(const uint8_t *bytes, size_t n, const memkv *read, enum memkv_status r)
{
	struct stream x = { bytes, n };
	memkv *kv = NULL;
	enum memkv_status s = memkv_load_from(read_some, &x, NULL, NULL, &kv);
	bool right = r == MEMKV_OK ? s == MEMKV_OK &&
					     digest_of_store(kv) == digest_of_store(read)
		     : s == MEMKV_OK
			     ? load_le(bytes + 40, 8) == n - x.left && is_whole(kv)
			     : s == MEMKV_EFORMAT && !kv &&
				       strstr(memkv_error(), "at byte");
	return memkv_close(kv) == MEMKV_OK && right;
}

/* Try it, all ways: *loaded if it is a sound file. False: something is wrong. */
static bool
try(const uint8_t *bytes, size_t n, bool *loaded)
{
	memkv *mapped = NULL, *read = NULL;
	set_file(bytes, n);
	enum memkv_status m = memkv_map(path, NULL, &mapped);
	bool refused = m == MEMKV_OK || is_refusal(m, mapped);
	enum memkv_status r = memkv_load(path, NULL, NULL, &read);
	bool right = refused && m == r;
	*loaded = m == MEMKV_OK;
	if (m == MEMKV_OK && r == MEMKV_OK)
		right = is_whole(mapped) && is_whole(read) &&
			digest_of_store(mapped) == digest_of_store(read);
	else
		right = right && is_refusal(r, read);
	right = right && streams(bytes, n, read, r);
	return memkv_close(mapped) == MEMKV_OK && memkv_close(read) == MEMKV_OK && right;
}

#ifdef FUZZ_LIBFUZZER

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* The last byte says whether checksums are made right. */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static uint8_t copy[FILE_MOST];
	bool loaded;
	if (!n || n > FILE_MOST)
		return 0;
	memcpy(copy, bytes, n);
	if (bytes[n - 1] & 1)
		sign(copy, n - 1);
	if (!try(copy, n - 1, &loaded))
		abort();
	return 0;
}

#else

/* ---- the tests ---- */

/* A file of `n` keys, some of them long. */
static size_t
make(uint8_t *bytes, unsigned n, size_t longest)
{
	static char key[1 << 12];
	char place[] = "/tmp/fuzz_memkv.XXXXXX";
	memkv *kv = NULL;
	int fd = mkstemp(place);
	CHECK(fd >= 0 && memkv_open(NULL, NULL, &kv) == MEMKV_OK);
	for (unsigned i = 0; i < n; i++) {
		int m = snprintf(key, sizeof key, "k%x", i * 7919 % 1000);
		memset(key + m, 'x', sizeof key - (size_t)m);
		CHECK(memkv_put(kv, key, (size_t)m + i % 3 * longest,
			      rng_mix(i) >> i % 64, NULL) == MEMKV_OK);
	}
	CHECK(memkv_save(kv, place) == MEMKV_OK && memkv_close(kv) == MEMKV_OK);
	close(fd);
	FILE *f = fopen(place, "rb");
	size_t size = f ? fread(bytes, 1, FILE_MOST, f) : 0;
	CHECK(f && size < FILE_MOST && fclose(f) == 0 && unlink(place) == 0);
	return size;
}

static void
test_damage(const uint8_t *sound, size_t n)
{
	static uint8_t bytes[FILE_MOST];
	bool loaded;
	CHECK(try(sound, n, &loaded) && loaded);
	for (size_t cut = 0; cut < n; cut++)
		CHECK(try(sound, cut, &loaded) && !loaded);
	memcpy(bytes, sound, n);
	for (size_t bit = 0; bit < 8 * n; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(try(bytes, n, &loaded) && !loaded);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	bytes[n] = 0; /* and one byte more */
	CHECK(try(bytes, n + 1, &loaded) && !loaded);
}

/* Change a few bytes, or numbers to what would overflow, or move some; the head as often as all
 * the rest. */
static size_t
spoil(uint8_t *bytes, size_t n, uint64_t *rng)
{
	static const uint64_t edge[] = { 0, 1, 63, 64, 65, 0x7f, 0x80, 0xffff, 0x10000,
		UINT32_MAX, INT64_MAX, UINT64_MAX, UINT64_MAX - 15 };
	for (uint64_t i = 1 + rng_below(rng, 3); i; i--) {
		size_t within = rng_below(rng, 2) ? SNAPSHOT_HEAD : n;
		size_t at = rng_below(rng, within < n ? within : n);
		switch (rng_below(rng, 5)) {
		case 0: bytes[at] = (uint8_t)rng_next(rng); break;
		case 1: bytes[at]++; break;
		case 2: bytes[at]--; break;
		case 3:
			at = at / 8 * 8;
			if (at + 8 <= n)
				store_le(bytes + at, edge[rng_below(rng, 13)], 8);
			break;
		default:
			if (n > SNAPSHOT_HEAD + 40) {
				size_t to = SNAPSHOT_HEAD +
					    rng_below(rng, n - SNAPSHOT_HEAD - 32);
				memmove(bytes + to, bytes + at / 2, rng_below(rng, 24));
			}
			break;
		}
	}
	if (rng_below(rng, 8) == 0) { /* shorter, and it says so */
		n -= rng_below(rng, n / 4);
		if (n >= SNAPSHOT_HEAD)
			store_le(bytes + 40, n, 8);
	}
	return n;
}

static void
test_hostile(const uint8_t *sound, size_t n, uint64_t seed, int times)
{
	static uint8_t bytes[FILE_MOST];
	size_t sounds = 0, refused = 0;
	for (int i = 0; i < times; i++) {
		bool loaded;
		memcpy(bytes, sound, n);
		size_t m = spoil(bytes, n, &seed);
		sign(bytes, m);
		if (!CHECK(try(bytes, m, &loaded)))
			fprintf(stderr, "  %d: %s\n", i, memkv_error());
		*(loaded ? &sounds : &refused) += 1;
	}
	/* Both must have come about: a value may be any, a length not. */
	CHECK(sounds > 0 && refused > (size_t)times / 2);
}

/* A head that claims an index of 64 MiB, of which there is as much as `n` entries of a sound file;
 * what is taken for it is what has been found sound, not what it claims. */
static void
test_claims(const uint8_t *sound, uint64_t n)
{
	enum { AT = 16 << 20, CLAIMED = 4 << 20, LIMIT = 1 << 20 };
	static uint8_t bytes[FILE_MOST];
	uint64_t index_at = load_le(sound + 32, 8);
	struct purse p;
	purse_init(&p);
	struct memkv_options o = { .memory_limit = LIMIT, .allocator = &p.a };
	memkv *kv = NULL;
	CHECK(n <= load_le(sound + 24, 8));
	memcpy(bytes, sound, index_at);
	store_le(bytes + 16, CLAIMED, 8);
	store_le(bytes + 24, CLAIMED, 8);
	store_le(bytes + 32, AT, 8);
	store_le(bytes + 40, AT + CLAIMED * (uint64_t)INDEX_ENTRY, 8);
	store_le(bytes + SNAPSHOT_SUMMED, snapshot_sum(bytes, SNAPSHOT_SUMMED), 8);
	set_file(bytes, index_at);
	CHECK(pwrite(file, sound + index_at, n * INDEX_ENTRY, AT) ==
		(ssize_t)n * INDEX_ENTRY);
	CHECK(ftruncate(file, AT + CLAIMED * (off_t)INDEX_ENTRY) == 0);
	for (int i = 0; i < 3; i++) {
		enum memkv_status s = i < 2 ? memkv_load(path, i ? "frozen_front" : NULL,
						      &o, &kv)
					    : memkv_map(path, &o, &kv);
		CHECK(is_refusal(s, kv) && p.live == 0 && p.peak < 2 * LIMIT);
		CHECK(strstr(memkv_error(), "a block is not where it can be"));
	}
}

int
main(int argc, char **argv)
{
	static uint8_t sound[FILE_MOST];
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	test_damage(sound, make(sound, 0, 0));
	test_damage(sound, make(sound, 50, 1));
	test_hostile(sound, make(sound, 0, 0), seed, 2000);
	test_hostile(sound, make(sound, 20, 1), seed + 1, 10000);
	test_hostile(sound, make(sound, 150, 300), seed + 2, 3000);
	test_claims(sound, 0);
	test_claims(sound, 1);
	make(sound, 900, 1);
	test_claims(sound, 28);
	return check_finish();
}

#endif
