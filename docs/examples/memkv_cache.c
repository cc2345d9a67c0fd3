/* memkv_cache.c: a cache that keeps to a memory limit: reads keys that are asked for, a line
 * each, and prints how many were there.
 *
 *   cc memkv_cache.c $(pkg-config --cflags --libs artbench) -o cache && ./cache 65536 < keys.txt
 *
 * The limit is on the index, to the byte: a put over it returns MEMKV_ELIMIT and changes nothing.
 * Then others have to go, by the clock algorithm: a hand goes round, and takes the first one that
 * was not asked for since it last came by. The hand is a cursor, which what it removes does not
 * disturb. The store owns the answers and frees each that leaves it. */
#include <artbench/memkv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 4096 };

struct answer {
	bool asked; /* since the hand came by */
	size_t n;   /* what there is to know of a key */
};

static size_t live; /* answers */

static void
free_answer(void *ctx, uint64_t value)
{
	(void)ctx;
	free((void *)(uintptr_t)value);
	live--;
}

/* What takes long, and is not to be done twice. */
static struct answer *
find_out(size_t n)
{
	struct answer *a = (struct answer *)malloc(sizeof *a);
	if (a) {
		a->asked = false;
		a->n = n;
		live++;
	}
	return a;
}

/* One goes; false: there was none. */
static bool
evict(memkv *cache, memkv_cursor *hand)
{
	for (size_t round = 2 * memkv_len(cache); round; round--) {
		size_t n;
		if (memkv_cursor_next(hand) != MEMKV_OK &&
			memkv_cursor_first(hand) != MEMKV_OK)
			break;
		const void *key = memkv_cursor_key(hand, &n);
		struct answer *a = (struct answer *)memkv_get_ptr(cache, key, n);
		if (!a->asked)
			return memkv_remove(cache, key, n, NULL) == MEMKV_OK;
		a->asked = false;
	}
	return false;
}

static enum memkv_status
ask(memkv *cache, memkv_cursor *hand, const char *key, size_t n, size_t *hits)
{
	struct answer *a = (struct answer *)memkv_get_ptr(cache, key, n);
	if (a) {
		a->asked = true;
		++*hits;
		return MEMKV_OK;
	}
	enum memkv_status s = MEMKV_ENOMEM;
	if (!(a = find_out(n)))
		return s;
	do
		s = memkv_put_ptr(cache, key, n, a, NULL);
	while (s == MEMKV_ELIMIT && evict(cache, hand));
	if (s < 0)
		free_answer(NULL, (uintptr_t)a); /* it was not taken */
	return s == MEMKV_ELIMIT ? MEMKV_OK : s;
}

int
main(int argc, char **argv)
{
	struct memkv_options o = { .memory_limit = argc > 1 ? strtoull(argv[1], NULL, 0)
							    : 1 << 20,
		.free_value = free_answer };
	struct memkv_stats st = { 0 };
	char key[LINE];
	size_t asked = 0, hits = 0, most = 0;
	memkv *cache = NULL;
	memkv_cursor *hand = NULL;
	enum memkv_status s = memkv_open(NULL, &o, &cache);
	if (s >= 0)
		s = memkv_cursor_open(cache, &hand);
	for (; s >= 0 && fgets(key, sizeof key, stdin); asked++) {
		s = ask(cache, hand, key, strcspn(key, "\n"), &hits);
		memkv_stats(cache, &st);
		most = st.bytes > most ? st.bytes : most;
	}
	if (s < 0)
		fprintf(stderr, "cache: %s\n", memkv_error());
	printf("%zu asked for, %zu were there; %zu are kept, in %zu bytes of %zu\n",
		asked, hits, st.keys, most, o.memory_limit);
	memkv_cursor_close(hand);
	memkv_close(cache);
	printf("%zu are left\n", live);
	return s < 0;
}
