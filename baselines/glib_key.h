/* glib_key.h: a key as a GLib program would own it, for GTree and GHashTable:
 * length and bytes in one heap block of 2 + n bytes. That is as lean as owning
 * arbitrary bytes gets: no pointer, no terminator, no GBytes header, and a length
 * no wider than the longest key of a data set (65,535 bytes) needs.
 *
 * GLib looks a key up by a pointer of the kind it stores, and making such a
 * block for every query would time malloc. So the pointer passed in may also be
 * a *probe*: the address of the caller's ab_key with its lowest bit set, which
 * no heap block has. Only stored keys ever enter a table.
 *
 * Ownership: glib_key_own's block is freed with g_free, by the table.
 * Errors: none; GLib ends the program when memory runs out.
 * Threads: no state. */
#ifndef GLIB_KEY_H
#define GLIB_KEY_H

#include <glib.h>
#include <string.h>
#include "ab.h"

#define GLIB_LIBRARY                                                                     \
	"GLib " G_STRINGIFY(GLIB_MAJOR_VERSION) "." G_STRINGIFY(                         \
		GLIB_MINOR_VERSION) "." G_STRINGIFY(GLIB_MICRO_VERSION)

enum { GLIB_MAX_KEY = UINT16_MAX };

struct glib_key {
	uint16_t n;
	uint8_t p[];
};

_Static_assert(sizeof(struct glib_key) == 2, "the length costs 2 bytes, no more");
_Static_assert(sizeof(gpointer) == sizeof(uint64_t), "values are kept in the pointer");

/* A heap copy of `k`, k.n <= GLIB_MAX_KEY. */
static inline struct glib_key *
glib_key_own(struct ab_key k)
{
	struct glib_key *own = g_malloc(sizeof *own + k.n);
	own->n = (uint16_t)k.n;
	if (k.n)
		memcpy(own->p, k.p, k.n);
	return own;
}

/* Something to look `*k` up by, valid while `*k` and its bytes are. */
static inline gconstpointer
glib_key_probe(const struct ab_key *k)
{
	return (const char *)k + 1;
}

/* The bytes behind a stored key or a probe. */
static inline struct ab_key
glib_key_bytes(gconstpointer p)
{
	if ((uintptr_t)p & 1)
		return *(const struct ab_key *)(gconstpointer)((const char *)p - 1);
	const struct glib_key *own = p;
	return (struct ab_key){ own->p, own->n };
}

#endif /* GLIB_KEY_H */
