/* memkv_keys.h: keys that are in order as what they say is: numbers, texts, hosts, and several of
 * them in one key, each upwards or downwards. For C11 and C++; copy it, it needs nothing else.
 *
 *   uint8_t key[KEY_TEXT_MOST(NAME_MOST) + KEY_NUMBER], *end = key;
 *   end = key_put_text(end, name, name_n, KEY_UP);
 *   end = key_put_i64(end, seconds, KEY_DOWN);            (the latest first)
 *   memkv_put(kv, key, (size_t)(end - key), value, NULL);
 *
 *   const uint8_t *at = key_get_text(key, end, KEY_UP, name, sizeof name, &name_n);
 *   at = key_get_i64(at, end, KEY_DOWN, &seconds);
 *   if (at != end)
 *           errx(1, "not such a key");
 *
 * A field is never the beginning of another of its kind, so that keys with fields of the same
 * kinds are in order by the first in which they differ, whatever comes behind. The kinds are not
 * in the key: whoever reads it knows them. The last field may as well be raw bytes, upwards.
 *
 * key_put_X   writes behind `to`, where there must be room for as many bytes as it says, and
 *             returns where it ended.
 * key_get_X   reads between `at` and `end`, and returns where it ended. NULL, and what it hands out
 *             means nothing: there is no such field, or `at` is NULL, as after a failure.
 * Own         all memory is the caller's; nothing is kept, and there are no other errors.
 * Threads     any number.
 *
 * Numbers big-endian with the sign bit turned are what everybody does; doubles are as those of
 * FoundationDB's tuple layer (its design/tuple.md), and so is the 0xff behind a zero byte; that a
 * text ends with 0x00 0x01 and goes down as its complement is CockroachDB's and Google's way
 * (pkg/util/encoding; google/orderedcode), which needs no kinds in the key; hosts turned around
 * are the row keys of Bigtable (F. Chang et al., OSDI 2006). */
#ifndef MEMKV_KEYS_H
#define MEMKV_KEYS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A field that goes down is, byte by byte, the complement of one that goes up. */
enum key_order { KEY_UP = 0, KEY_DOWN = 0xff };

static inline uint8_t
key_turn(uint8_t byte, enum key_order order)
{
	return (uint8_t)(byte ^ (unsigned)order);
}

enum { KEY_NUMBER = 8 };               /* bytes of a number */
#define KEY_TEXT_MOST(n) (2 * (n) + 2) /* bytes of a text of n bytes, at most */
#define KEY_HOST(n)      ((n) + 2)     /* bytes of a host of n bytes */

/* ---- numbers: KEY_NUMBER bytes each ---- */

static inline uint8_t *
key_put_u64(uint8_t *to, uint64_t v, enum key_order order)
{
	for (int i = 0; i < KEY_NUMBER; i++)
		to[i] = key_turn((uint8_t)(v >> (56 - 8 * i)), order);
	return to + KEY_NUMBER;
}

static inline const uint8_t *
key_get_u64(const uint8_t *at, const uint8_t *end, enum key_order order, uint64_t *v)
{
	if (!at || end - at < KEY_NUMBER)
		return NULL;
	*v = 0;
	for (int i = 0; i < KEY_NUMBER; i++)
		*v = *v << 8 | key_turn(at[i], order);
	return at + KEY_NUMBER;
}

/* Those below 0 come before the others. */
static inline uint8_t *
key_put_i64(uint8_t *to, int64_t v, enum key_order order)
{
	return key_put_u64(to, (uint64_t)v ^ (uint64_t)1 << 63, order);
}

static inline const uint8_t *
key_get_i64(const uint8_t *at, const uint8_t *end, enum key_order order, int64_t *v)
{
	uint64_t bits = 0;
	at = key_get_u64(at, end, order, &bits);
	bits ^= (uint64_t)1 << 63;
	memcpy(v, &bits, sizeof *v);
	return at;
}

/* IEEE 754's total order: NaNs with the sign bit, -inf, what is below 0, -0.0, 0.0, what is above,
 * inf, NaNs without it; and among NaNs by their other bits. So -0.0 and 0.0 are two keys: put
 * v + 0.0 where they are to be one, which is 0.0 then. NaNs are as many keys as they have bits: put
 * one of them, as NAN, for all, or none. What is < 0 and no NaN is from -inf on and below -0.0. */
static inline uint8_t *
key_put_f64(uint8_t *to, double v, enum key_order order)
{
	uint64_t bits;
	memcpy(&bits, &v, sizeof bits);
	bits ^= bits >> 63 ? UINT64_MAX : (uint64_t)1 << 63;
	return key_put_u64(to, bits, order);
}

static inline const uint8_t *
key_get_f64(const uint8_t *at, const uint8_t *end, enum key_order order, double *v)
{
	uint64_t bits = 0;
	at = key_get_u64(at, end, order, &bits);
	bits ^= bits >> 63 ? (uint64_t)1 << 63 : UINT64_MAX;
	memcpy(v, &bits, sizeof *v);
	return at;
}

/* ---- texts: any bytes ---- */

/* What all texts that begin with `text` begin with, itself included, for memkv_prefix and its
 * like: up to 2 * n bytes. A zero byte gets a 0xff behind it. */
static inline uint8_t *
key_put_text_prefix(uint8_t *to, const void *text, size_t n, enum key_order order)
{
	const uint8_t *from = (const uint8_t *)text;
	for (size_t i = 0; i < n; i++) {
		*to++ = key_turn(from[i], order);
		if (!from[i])
			*to++ = key_turn(0xff, order);
	}
	return to;
}

/* Up to KEY_TEXT_MOST(n) bytes: that, and 0x00 0x01 as its end. */
static inline uint8_t *
key_put_text(uint8_t *to, const void *text, size_t n, enum key_order order)
{
	to = key_put_text_prefix(to, text, n, order);
	*to++ = key_turn(0, order);
	*to++ = key_turn(1, order);
	return to;
}

/* *n bytes into `text`, which has room for `room`; if there are more it is NULL, too. There are
 * never more than end - at. */
static inline const uint8_t *
key_get_text(const uint8_t *at, const uint8_t *end, enum key_order order, void *text,
	size_t room, size_t *n)
{
	uint8_t *to = (uint8_t *)text;
	for (*n = 0; at && end - at >= 2; ++*n) {
		const uint8_t byte = key_turn(*at++, order);
		if (!byte) {
			const uint8_t behind = key_turn(*at++, order);
			if (behind == 1)
				return at;
			if (behind != 0xff)
				return NULL;
		}
		if (*n == room)
			return NULL;
		to[*n] = byte;
	}
	return NULL;
}

/* ---- hosts ---- */

/* What a host and all below it begin with, for memkv_prefix and its like: its labels, the last one
 * first, each with a byte 1 behind it, in all n + 1 bytes; of "www.debian.org" it is
 * "org\1debian\1www\1". The 1 is below what labels have, so that hosts are in order by label, and
 * "a-b.org" does not come between "a.org" and "www.a.org". NULL: the host has a byte 0 or 1.
 * Capitals stay capitals; a dot at the end makes another host, whose last label is empty. */
static inline uint8_t *
key_put_domain(uint8_t *to, const char *host, size_t n, enum key_order order)
{
	for (size_t from = n, stop = n;; stop = --from) {
		while (from && host[from - 1] != '.')
			from--;
		for (size_t i = from; i < stop; i++) {
			if ((uint8_t)host[i] < 2)
				return NULL;
			*to++ = key_turn((uint8_t)host[i], order);
		}
		*to++ = key_turn(1, order);
		if (!from)
			return to;
	}
}

/* KEY_HOST(n) bytes: that, and a zero byte as its end. NULL as there. */
static inline uint8_t *
key_put_host(uint8_t *to, const char *host, size_t n, enum key_order order)
{
	to = key_put_domain(to, host, n, order);
	if (to)
		*to++ = key_turn(0, order);
	return to;
}

/* *n bytes into `host`, which has room for `room`; if there are more it is NULL, too. No zero byte
 * is put behind them. */
static inline const uint8_t *
key_get_host(const uint8_t *at, const uint8_t *end, enum key_order order, char *host,
	size_t room, size_t *n)
{
	const uint8_t *zero = at, *label = at;
	while (at && zero != end && key_turn(*zero, order) &&
		key_turn(*zero, order) != '.')
		zero++;
	if (zero == end || zero == at || *zero != key_turn(0, order) ||
		zero[-1] != key_turn(1, order) || (size_t)(zero - at) > room + 1)
		return NULL;
	*n = (size_t)(zero - at) - 1;
	for (char *to = host + *n; label != zero; label++) {
		const uint8_t *from = label;
		while (*label != key_turn(1, order))
			label++;
		to -= label - from;
		for (size_t i = 0; from + i != label; i++)
			to[i] = (char)key_turn(from[i], order);
		if (label + 1 != zero)
			*--to = '.';
	}
	return zero + 1;
}

#endif /* MEMKV_KEYS_H */
