/* values_narrow.h: the values policy (values_policy.h) of values as narrow as their page
 * needs: frames of reference.
 *
 *   | width 1 | bytes of base 1 | base | width bits for each value |
 *   | 64 | 8 bytes for each value |          where they would be over VALUES_WIDTH bits
 *
 * The base is the least value of the page, and the width what the greatest needs above
 * that: no more, ghosts included. So what a page takes follows from what it holds, and a
 * value that is changed widens the frame, moves it, or narrows it at once. */
#ifndef PAGE_VALUES_NARROW_H
#define PAGE_VALUES_NARROW_H

#include <string.h>
#include "../bytes/frame.h"
#include "entry.h"

#ifdef PAGE_VALUES
#error "a variant has one values policy: values_whole.h or values_narrow.h"
#endif
#define PAGE_VALUES    1
#define VALUES_MOST(n) (2 + sizeof(uint64_t) + (n) * sizeof(uint64_t))

enum {
	VALUES_WIDTH = 56, /* bits, at most, of a value that is not whole: one load */
	VALUES_WHOLE = 64,
};

struct values {
	const uint8_t *row;
	uint64_t base;
	unsigned width;
};

/* The least and the greatest of some values; of none, as here. */
struct reach {
	uint64_t least, most;
};

static const struct reach reach_none = { UINT64_MAX, 0 };

/* Take one more in. False: they are too far apart by now, whatever follows. */
static inline bool
reach_add(struct reach *r, uint64_t value)
{
	r->least = value < r->least ? value : r->least;
	r->most = value > r->most ? value : r->most;
	return (r->most - r->least) >> VALUES_WIDTH == 0;
}

static inline struct frame
reach_frame(struct reach r)
{
	struct frame f = frame_of(r.least, r.most);
	return f.width <= VALUES_WIDTH ? f : (struct frame){ .width = VALUES_WHOLE };
}

/* Bytes of `n` values in a frame. */
static inline size_t
values_size(struct frame f, unsigned n)
{
	return (f.width == VALUES_WHOLE ? 1 : 2 + f.base_bytes) + frame_row(n, f.width);
}

/* The frame of those at `p`, but for its base. */
static inline struct frame
values_head(const uint8_t *p)
{
	struct frame f = { .width = p[0] };
	f.base_bytes = f.width == VALUES_WHOLE ? 0 : p[1];
	return f;
}

static inline size_t
values_bytes(const uint8_t *p, unsigned n)
{
	return values_size(values_head(p), n);
}

/* ---- reading ---- */

static inline struct values
values_open(const uint8_t *p)
{
	struct frame f = values_head(p);
	if (f.width == VALUES_WHOLE)
		return (struct values){ p + 1, 0, VALUES_WHOLE };
	return (struct values){ p + 2 + f.base_bytes,
		bits_low(bits_load64(p + 2), 8 * f.base_bytes), f.width };
}

static inline uint64_t
values_get(const struct values *v, unsigned i)
{
	if (v->width == VALUES_WHOLE)
		return bits_load64(v->row + 8 * i);
	return v->base + bits_few(v->row, (uint64_t)i * v->width, v->width);
}

/* ---- writing ---- */

static inline struct frame
values_of(const struct entry *e, unsigned n)
{
	struct reach r = reach_none;
	for (unsigned i = 0; i < n && reach_add(&r, e[i].value); i++)
		;
	return reach_frame(r);
}

static inline size_t
values_measure(const struct entry *e, unsigned n)
{
	return values_size(values_of(e, n), n);
}

/* Numbers up to VALUES_WIDTH bits, one after the other: whole bytes leave as they fill. */
static inline void
values_write_row(uint8_t *row, const struct entry *e, unsigned n, struct frame f)
{
	uint64_t pending = 0;
	unsigned bits = 0;
	for (unsigned i = 0; i < n; i++) {
		pending |= (e[i].value - f.base) << bits;
		for (bits += f.width; bits >= 8; bits -= 8) {
			*row++ = (uint8_t)pending;
			pending >>= 8;
		}
	}
	if (bits)
		*row = (uint8_t)pending;
}

/* Write the values in a frame that has all of them. */
static inline void
values_write_in(uint8_t *p, const struct entry *e, unsigned n, struct frame f)
{
	*p++ = (uint8_t)f.width;
	if (f.width == VALUES_WHOLE) {
		for (unsigned i = 0; i < n; i++)
			bits_store64(p + 8 * i, e[i].value);
		return;
	}
	*p++ = (uint8_t)f.base_bytes;
	for (unsigned i = 0; i < f.base_bytes; i++)
		*p++ = (uint8_t)(f.base >> 8 * i);
	values_write_row(p, e, n, f);
}

static inline void
values_write(uint8_t *p, const struct entry *e, unsigned n)
{
	values_write_in(p, e, n, values_of(e, n));
}

/* ---- changing one ---- */

/* The frame of those at `p` if value `at` were `value`. */
static inline struct frame
values_with(const struct values *v, unsigned n, unsigned at, uint64_t value)
{
	struct reach r = { value, value };
	for (unsigned i = 0; i < n; i++)
		if (i != at && !reach_add(&r, values_get(v, i)))
			break;
	return reach_frame(r);
}

static inline bool
values_set(uint8_t *p, unsigned n, unsigned i, uint64_t value)
{
	struct values v = values_open(p);
	struct frame f = values_with(&v, n, i, value);
	if (f.width != v.width || f.base != v.base)
		return false;
	bits_put(p + (v.row - p), (uint64_t)i * v.width, v.width, value - v.base);
	return true;
}

/* ---- one comes or goes ---- */

/* Where the frame stays as it is. */
static inline bool
values_may_insert(const uint8_t *p, unsigned n, uint64_t value, size_t *bytes)
{
	struct values v = values_open(p);
	*bytes = values_size(values_head(p), n + 1);
	return v.width == VALUES_WHOLE ||
	       (value >= v.base && bits_width(value - v.base) <= v.width);
}

static inline bool
values_may_erase(const uint8_t *p, unsigned n, unsigned i, size_t *bytes)
{
	struct values v = values_open(p);
	struct reach r = reach_none;
	for (unsigned j = 0; j < n; j++)
		if (j != i && !reach_add(&r, values_get(&v, j)))
			break;
	struct frame f = reach_frame(r);
	*bytes = values_size(f, n - 1);
	return f.width == v.width && f.base == v.base;
}

/* The frame of those at `p`, with its base. */
static inline struct frame
values_frame(const uint8_t *p)
{
	struct frame f = values_head(p);
	f.base = values_open(p).base;
	return f;
}

static inline void
values_insert(uint8_t *to, const uint8_t *p, unsigned n, unsigned i, uint64_t value)
{
	struct entry e[PAGE_MOST];
	struct values v = values_open(p);
	struct frame f = values_frame(p);
	size_t before = 1 + i * sizeof value, all = 1 + n * sizeof value;
	if (v.width == VALUES_WHOLE) {
		memmove(to + before + sizeof value, p + before, all - before);
		memmove(to, p, before);
		bits_store64(to + before, value);
		return;
	}
	for (unsigned j = 0; j < n; j++)
		e[j + (j >= i)].value = values_get(&v, j);
	e[i].value = value;
	values_write_in(to, e, n + 1, f);
}

static inline void
values_erase(uint8_t *to, const uint8_t *p, unsigned n, unsigned i)
{
	struct entry e[PAGE_MOST];
	struct values v = values_open(p);
	struct frame f = values_frame(p);
	size_t before = 1 + i * sizeof(uint64_t), behind = before + sizeof(uint64_t);
	if (v.width == VALUES_WHOLE) {
		memmove(to, p, before);
		memmove(to + before, p + behind, 1 + n * sizeof(uint64_t) - behind);
		return;
	}
	for (unsigned j = 0; j < n; j++)
		if (j != i)
			e[j - (j > i)].value = values_get(&v, j);
	values_write_in(to, e, n - 1, f);
}

static inline const char *
values_check(const uint8_t *p, unsigned n)
{
	struct values v = values_open(p);
	struct frame f = values_with(&v, n, 0, values_get(&v, 0));
	size_t bits = (size_t)n * v.width, bytes = frame_row(n, v.width);
	if (f.width != v.width)
		return "the values of a page are wider than they need, or narrower";
	if (f.base != v.base || f.base_bytes != values_head(p).base_bytes)
		return "the base of a page's values is not the least of them";
	if (bits % 8 && v.row[bytes - 1] >> bits % 8)
		return "bits are set past the values of a page";
	return NULL;
}
#endif /* PAGE_VALUES_NARROW_H */
