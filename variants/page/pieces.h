/* pieces.h: key bytes in two pieces: a separator is what its node's separators share,
 * and the rest; a new one the first bytes of a caller's key, and a few others. The
 * bytes are borrowed. Separators around something are its fences. */
#ifndef PAGE_PIECES_H
#define PAGE_PIECES_H

#include "ab.h"
#include "../bytes/bytes.h"

struct pieces {
	const uint8_t *p[2];
	uint32_t n[2];
};

static inline struct pieces
pieces_of(const uint8_t *p, size_t n, const uint8_t *q, size_t m)
{
	return (struct pieces){ { p, q }, { (uint32_t)n, (uint32_t)m } };
}

static inline size_t
pieces_n(const struct pieces *a)
{
	return (size_t)a->n[0] + a->n[1];
}

static inline uint8_t
pieces_byte(const struct pieces *a, size_t i)
{
	return i < a->n[0] ? a->p[0][i] : a->p[1][i - a->n[0]];
}

/* The bytes [from, to), which lie within the pieces. */
static inline void
pieces_copy(uint8_t *out, const struct pieces *a, size_t from, size_t to)
{
	size_t n = a->n[0];
	if (from < n) {
		size_t end = to < n ? to : n;
		memcpy(out, a->p[0] + from, end - from);
		out += end - from;
		from = end;
	}
	if (from < to)
		memcpy(out, a->p[1] + (from - n), to - from);
}

/* The longest run of bytes from `i` on that is in one piece. */
static inline struct ab_key
pieces_run(const struct pieces *a, size_t i)
{
	if (i < a->n[0])
		return (struct ab_key){ a->p[0] + i, a->n[0] - i };
	return (struct ab_key){ a->p[1] + (i - a->n[0]), pieces_n(a) - i };
}

/* Length of the longest common prefix. */
static inline size_t
pieces_common(const struct pieces *a, const struct pieces *b)
{
	size_t i = 0, n = pieces_n(a) < pieces_n(b) ? pieces_n(a) : pieces_n(b);
	while (i < n) {
		struct ab_key x = pieces_run(a, i), y = pieces_run(b, i);
		size_t most = x.n < y.n ? x.n : y.n, same = art_common(x.p, y.p, most);
		i += same;
		if (same < most)
			break;
	}
	return i;
}

/* <0, 0, >0, as ab_key_cmp. */
static inline int
pieces_cmp(const struct pieces *a, const struct pieces *b)
{
	size_t i = pieces_common(a, b), n = pieces_n(a), m = pieces_n(b);
	if (i < n && i < m)
		return pieces_byte(a, i) < pieces_byte(b, i) ? -1 : 1;
	return (n > m) - (n < m);
}

/* How many bytes all keys between two separators begin with; a NULL has none on that side. */
static inline size_t
separators_share(const struct pieces *low, const struct pieces *high)
{
	return low && high ? pieces_common(low, high) : 0;
}

/* The separators around something, where there are any. */
struct fences {
	struct pieces low, high;
	bool has_low, has_high;
};

/* One of them, or NULL. */
static inline const struct pieces *
fences_low(const struct fences *f)
{
	return f->has_low ? &f->low : NULL;
}

static inline const struct pieces *
fences_high(const struct fences *f)
{
	return f->has_high ? &f->high : NULL;
}

/* How many bytes all keys between them begin with. */
static inline size_t
fences_share(const struct fences *f)
{
	return separators_share(fences_low(f), fences_high(f));
}
#endif /* PAGE_PIECES_H */
