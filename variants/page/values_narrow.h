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

/* ---- as a change leaves them ---- */

struct values_then {
	struct frame frame;
	size_t bytes;
};

static inline struct values_then
values_then(struct frame f, unsigned n)
{
	return (struct values_then){ f, values_size(f, n) };
}

/* The frame of those at `p`, with its base. */
static inline struct frame
values_frame(const uint8_t *p)
{
	struct frame f = values_head(p);
	f.base = values_open(p).base;
	return f;
}

/* The frame of what is in reach and of all of them but number `at`. */
static inline struct frame
values_beside(const struct values *v, unsigned n, unsigned at, struct reach r)
{
	for (unsigned i = 0; i < n; i++)
		if (i != at && !reach_add(&r, values_get(v, i)))
			break;
	return reach_frame(r);
}

/* The least number that takes so many bits. */
static inline uint64_t
values_widest(unsigned width)
{
	return width ? 1ull << (width - 1) : 0;
}

/* Does the frame of values that are not whole stay without number `at`? Another has to be
 * the least then, and another, or the same, to take the whole width; `least` and `most`
 * say that something is already. */
static inline bool
values_hold(const struct values *v, unsigned n, unsigned at, bool least, bool most)
{
	uint64_t own = values_get(v, at) - v->base, widest = values_widest(v->width);
	least |= own > 0;
	most |= own < widest;
	for (unsigned i = 0; i < n && !(least && most); i++) {
		uint64_t other = values_get(v, i) - v->base;
		least |= i != at && other == 0;
		most |= i != at && other >= widest;
	}
	return least && most;
}

/* `value` comes among them. */
static inline struct values_then
values_with(const uint8_t *p, unsigned n, uint64_t value)
{
	struct values v = values_open(p);
	struct frame f = values_frame(p);
	if (v.width != VALUES_WHOLE && value < v.base)
		f = values_beside(&v, n, n, (struct reach){ value, value });
	else if (v.width != VALUES_WHOLE && bits_width(value - v.base) > v.width)
		f = reach_frame((struct reach){ v.base, value });
	return values_then(f, n + 1);
}

/* Number `i` goes. */
static inline struct values_then
values_without(const uint8_t *p, unsigned n, unsigned i)
{
	struct values v = values_open(p);
	bool stays = v.width != VALUES_WHOLE && values_hold(&v, n, i, false, false);
	struct frame f = stays ? values_frame(p) : values_beside(&v, n, i, reach_none);
	return values_then(f, n - 1);
}

/* ---- changing one ---- */

/* Does the frame stay if number `i` is `value`? */
static inline bool
values_stay(const struct values *v, unsigned n, unsigned i, uint64_t value)
{
	uint64_t own = value - v->base;
	if (v->width == VALUES_WHOLE)
		return values_beside(v, n, i, (struct reach){ value, value }).width ==
		       VALUES_WHOLE;
	return value >= v->base && bits_width(own) <= v->width &&
	       values_hold(v, n, i, own == 0, own >= values_widest(v->width));
}

static inline bool
values_set(uint8_t *p, unsigned n, unsigned i, uint64_t value, struct values_then *then)
{
	struct values v = values_open(p);
	uint8_t *row = p + (v.row - p);
	if (!values_stay(&v, n, i, value)) {
		struct reach r = { value, value };
		*then = values_then(values_beside(&v, n, i, r), n);
		return false;
	}
	if (v.width == VALUES_WHOLE)
		bits_store64(row + 8 * i, value);
	else
		bits_put(row, (uint64_t)i * v.width, v.width, value - v.base);
	return true;
}

/* Write them in another frame, with `come` values of this one in place of `gone` at `i`. */
static inline void
values_reframe(uint8_t *to, const uint8_t *p, unsigned n, unsigned i, unsigned gone,
	unsigned come, uint64_t value, struct frame f)
{
	struct entry e[PAGE_MOST];
	struct values v = values_open(p);
	unsigned m = 0;
	for (unsigned j = 0; j < i; j++)
		e[m++].value = values_get(&v, j);
	if (come)
		e[m++].value = value;
	for (unsigned j = i + gone; j < n; j++)
		e[m++].value = values_get(&v, j);
	values_write_in(to, e, m, f);
}

static inline void
values_change(uint8_t *to, const uint8_t *p, unsigned n, unsigned i, uint64_t value,
	const struct values_then *then)
{
	values_reframe(to, p, n, i, 1, 1, value, then->frame);
}

/* ---- one comes or goes ---- */

/* Is the frame the same? */
static inline bool
values_kept(const struct values *v, const struct values_then *then)
{
	return v->width == then->frame.width && v->base == then->frame.base;
}

/* Write `bits` bits: first the `have` of `first`, fewer than 64, and then those of `from`
 * from number `at` on, word by word. They may be the same row if none is written before it
 * is read. */
static inline void
values_shift(uint8_t *to, size_t bits, uint64_t first, unsigned have, const uint8_t *from,
	uint64_t at)
{
	for (; bits > 64; bits -= 64, to += 8) {
		bits_store64(to, first | bits_get(from, at, 64) << have);
		at += 64 - have;
		first = have = 0;
	}
	uint64_t last = first | bits_get(from, at, 64) << have;
	uint8_t word[8];
	bits_store64(word, bits_low(last, (unsigned)bits));
	memcpy(to, word, (bits + 7) / 8);
}

/* In the frame that they have. The bits behind are set aside, to be shifted from there. */
static inline void
values_insert_bits(uint8_t *to, const uint8_t *p, const struct values *v, unsigned n,
	unsigned i, uint64_t value)
{
	uint8_t behind[PAGE_MOST * VALUES_WIDTH / 8 + BITS_PAD];
	size_t before = (size_t)i * v->width, at = before / 8;
	unsigned shift = before % 8;
	uint64_t first = bits_low(v->row[at], shift) | (value - v->base) << shift;
	size_t head = (size_t)(v->row - p) + at;
	memcpy(behind, v->row + at, frame_row(n, v->width) - at);
	memmove(to, p, head);
	values_shift(to + head, (n + 1) * v->width - 8 * at, first, shift + v->width,
		behind, shift);
}

static inline void
values_insert(uint8_t *to, const uint8_t *p, unsigned n, unsigned i, uint64_t value,
	const struct values_then *then)
{
	struct values v = values_open(p);
	size_t before = 1 + i * sizeof value, all = 1 + n * sizeof value;
	if (!values_kept(&v, then)) {
		values_reframe(to, p, n, i, 0, 1, value, then->frame);
	} else if (v.width == VALUES_WHOLE) {
		memmove(to + before + sizeof value, p + before, all - before);
		memmove(to, p, before);
		bits_store64(to + before, value);
	} else {
		values_insert_bits(to, p, &v, n, i, value);
	}
}

static inline void
values_erase_bits(
	uint8_t *to, const uint8_t *p, const struct values *v, unsigned n, unsigned i)
{
	size_t before = (size_t)i * v->width, at = before / 8;
	unsigned shift = before % 8;
	uint64_t first = bits_low(v->row[at], shift);
	size_t head = (size_t)(v->row - p) + at;
	memmove(to, p, head);
	values_shift(to + head, (n - 1) * v->width - 8 * at, first, shift, v->row + at,
		shift + v->width);
}

static inline void
values_erase(uint8_t *to, const uint8_t *p, unsigned n, unsigned i,
	const struct values_then *then)
{
	struct values v = values_open(p);
	size_t before = 1 + i * sizeof(uint64_t), behind = before + sizeof(uint64_t);
	if (!values_kept(&v, then)) {
		values_reframe(to, p, n, i, 1, 0, 0, then->frame);
	} else if (v.width == VALUES_WHOLE) {
		memmove(to, p, before);
		memmove(to + before, p + behind, 1 + n * sizeof(uint64_t) - behind);
	} else {
		values_erase_bits(to, p, &v, n, i);
	}
}

static inline const char *
values_check(const uint8_t *p, unsigned n)
{
	struct values v = values_open(p);
	struct frame f = values_beside(&v, n, n, reach_none);
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
