/* generate.h: key files made from a seed, the same bytes on every machine: URLs, and what
 * kinds.h has.
 *
 * URL-like keys look like addresses of source repositories and have about the shape
 * of the data set `urls967k` to a radix tree (data/README.md compares the two):
 *
 *     https://github.com/ kelmora /     react-panel-kit
 *     \__ a few hosts __/ \_ owner _/   \_ name, often with a stem that the
 *                                          owner used before _/
 *
 * Owners have as many repositories as a table of a heavy-tailed distribution
 * says. All arithmetic is on integers, so that no libm, locale or word size
 * shows in the bytes. The model is part of the output's definition: any change
 * to it changes every key, and the checksum that tests/program/test_gen.sh pins.
 *
 * Units: n counts keys; every URL has 42 to 206 bytes, other texts at most 206. Ownership: `out` stays
 * the caller's and is not closed. Errors: false and a message that ends in the
 * remedy; what was written by then is not a whole key file. Threads: any number
 * may generate to different files. */
#ifndef AB_GENERATE_H
#define AB_GENERATE_H

#include <stdio.h>
#include <glib.h>
#include "kinds.h"

enum { GENERATE_MAX_KEYS = 100000000, GENERATE_MIN_BYTES = 42, GENERATE_MAX_BYTES = 206 };

#define GENERATE_ERROR (generate_error_quark())
enum generate_error {
	GENERATE_ERROR_COUNT,  /* n is 0, too large, or more than can be told apart */
	GENERATE_ERROR_MEMORY, /* about 110 bytes a key did not fit */
	GENERATE_ERROR_WRITE,  /* `out` took no more */
};
GQuark generate_error_quark(void);

/* Write `n` different keys, sorted, as a key file of that format, which is one that the
 * kind has (key_kind_has). Nothing is written before all of them are made. */
bool generate_keys(const struct key_kind *kind, size_t n, uint64_t seed,
	enum dataset_format format, FILE *out, GError **error);

#endif /* AB_GENERATE_H */
