#include "keysort.h"

#include <string.h>

#include "ground/memory.h"

enum {
	HEAD_BYTES = 7,    /* key bytes in a head */
	HEAD_MORE = 8,     /* low byte of a head whose key goes on behind it */
	SMALL = 12,        /* partitions up to this are sorted by insertion */
	NINTHER_FROM = 512 /* partitions from this on take a better pivot */
};

struct item {
	uint64_t head;
	struct ab_key key;
};

struct part {
	struct item *item;
	size_t n;
	size_t depth; /* key bytes before the heads, equal in the whole part */
};

/* Seven bytes of the key from `depth`, zero-padded, above the count of them:
 *
 *   63                                                8 7          0
 *   | byte 0 | byte 1 | ...              | byte 6      | min(rest, 8) |
 *
 * The count settles what padding leaves open ("a" before "a\0"), so two equal
 * heads mean equal keys, unless the count says that both go on. */
static uint64_t
head_at(struct ab_key k, size_t depth)
{
	size_t rest = k.n - depth;
	uint64_t head = 0;

	if (rest > HEAD_BYTES) {
		memcpy(&head, k.p + depth, sizeof(head));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		head = __builtin_bswap64(head);
#endif
		return (head & ~(uint64_t)0xff) | HEAD_MORE;
	}
	for (size_t i = 0; i < rest; i++)
		head |= (uint64_t)k.p[depth + i] << (56 - 8 * i);
	return head | rest;
}

static bool
goes_on(uint64_t head)
{
	return (head & 0xff) == HEAD_MORE;
}

static bool
item_less(const struct item *a, const struct item *b, size_t depth)
{
	if (a->head != b->head || !goes_on(a->head))
		return a->head < b->head;
	size_t from = depth + HEAD_BYTES;
	struct ab_key ka = { a->key.p + from, a->key.n - from };
	struct ab_key kb = { b->key.p + from, b->key.n - from };
	return ab_key_cmp(ka, kb) < 0;
}

static void
insertion_sort(struct part s)
{
	for (size_t i = 1; i < s.n; i++) {
		struct item moved = s.item[i];
		size_t j = i;
		for (; j > 0 && item_less(&moved, &s.item[j - 1], s.depth); j--)
			s.item[j] = s.item[j - 1];
		s.item[j] = moved;
	}
}

static uint64_t
median3(uint64_t a, uint64_t b, uint64_t c)
{
	if (a > b) {
		uint64_t swap = a;
		a = b;
		b = swap;
	}
	return c <= a ? a : c >= b ? b : c;
}

static uint64_t
pivot_of(const struct item *v, size_t n)
{
	size_t mid = n / 2, last = n - 1, step = n / 8;

	if (n < NINTHER_FROM)
		return median3(v[0].head, v[mid].head, v[last].head);
	return median3(median3(v[0].head, v[step].head, v[2 * step].head),
		median3(v[mid - step].head, v[mid].head, v[mid + step].head),
		median3(v[last - 2 * step].head, v[last - step].head, v[last].head));
}

static void
swap_items(struct item *a, struct item *b)
{
	struct item swap = *a;
	*a = *b;
	*b = swap;
}

/* Split a part in three by its heads: below, equal to and above a pivot. The
 * middle one comes out empty if its keys are known to be equal. */
static void
split(struct part s, struct part out[3])
{
	uint64_t pivot = pivot_of(s.item, s.n);
	size_t lo = 0, at = 0, hi = s.n;

	while (at < hi) {
		if (s.item[at].head < pivot)
			swap_items(&s.item[lo++], &s.item[at++]);
		else if (s.item[at].head > pivot)
			swap_items(&s.item[at], &s.item[--hi]);
		else
			at++;
	}
	out[0] = (struct part){ s.item, lo, s.depth };
	out[1] = (struct part){ s.item + lo, 0, s.depth + HEAD_BYTES };
	out[2] = (struct part){ s.item + hi, s.n - hi, s.depth };
	if (!goes_on(pivot))
		return;
	out[1].n = hi - lo;
	for (size_t i = lo; i < hi; i++)
		s.item[i].head = head_at(s.item[i].key, out[1].depth);
}

/* Recursion takes the two smaller parts, each at most half, so that it is at
 * most log2(n) deep whatever the keys; the largest is the loop's. */
static void
sort_part(struct part s)
{
	while (s.n > SMALL) {
		struct part three[3];
		size_t largest = 0;

		split(s, three);
		for (size_t i = 1; i < 3; i++)
			if (three[i].n > three[largest].n)
				largest = i;
		for (size_t i = 0; i < 3; i++)
			if (i != largest)
				sort_part(three[i]);
		s = three[largest];
	}
	insertion_sort(s);
}

bool
keysort(struct ab_key *keys, size_t n)
{
	if (n < 2)
		return true;
	size_t size = n * sizeof(struct item);
	struct item *item = pages_new(size);
	if (!item)
		return false;
	for (size_t i = 0; i < n; i++)
		item[i] = (struct item){ head_at(keys[i], 0), keys[i] };
	sort_part((struct part){ item, n, 0 });
	for (size_t i = 0; i < n; i++)
		keys[i] = item[i].key;
	pages_free(item, size);
	return true;
}
