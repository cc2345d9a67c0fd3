/* kinds.h: the kinds of keys that can be made up, besides the URLs of generate.h: texts,
 * drawn one after the other, and 64-bit numbers, drawn in batches.
 *
 *   hosts      com.example.www: names of hosts with the last label first, as many of a
 *              domain as a heavy tail says
 *   emails     given and family names at a few large and many small domains
 *   uuid4      random UUIDs of version 4, 36 characters
 *   uuid7      UUIDs of version 7: milliseconds from 2026 on, then random
 *   sha256     SHA-256 of "SEED:0", "SEED:1" ... in hexadecimal
 *   logs       lines of a system's log: time, host, program, message
 *   kmers      each run of 31 bases of a made-up genome with interspersed, tandem and
 *              duplicated repeats
 *   binary32   32 random bytes
 *   shared60k  the URLs behind the same 60,000 letters
 *
 *   uniform    any number as likely
 *   normal     the sum of 12 uniform ones, which is near Gauss's law
 *   lognormal  2 to the power of one of those, as if e to twice a standard normal one
 *   books      a power law: half as many keys above twice as large a number
 *   fb         identifiers given out by blocks, some fuller than others, and 21 outliers
 *   osm        places around cities of Zipf's law, numbered along Hilbert's curve in the
 *              bits of a cell's identifier (3 of the face, 60 of the place, and a 1)
 *   wiki       seconds at which something was edited, more by day than by night
 *
 * The numbers have the shapes of the SOSD benchmark's data sets of those names, by rule;
 * none of its data is in them. All arithmetic is on integers. The models are part of the
 * output's definition: tests/program/test_gen.sh pins its checksums.
 *
 * Units: bytes. Ownership: what `begin` returns is the caller's, to be freed by `end`.
 * Errors: none. Threads: names_init first; a state and a random state belong to one. */
#ifndef AB_KINDS_H
#define AB_KINDS_H

#include "dataset.h"
#include "names.h"

struct key_kind {
	const char *name;
	enum dataset_format format; /* by default: lines, lengths or sosd */
	/* Texts: the next one, of at most GENERATE_MAX_BYTES; it may have come before. */
	void *(*begin)(uint64_t seed);
	void (*draw)(void *state, struct text *t, uint64_t *rng);
	void (*end)(void *state);
	size_t fixed;  /* bytes of each, if they are any bytes; 0: none is a newline */
	size_t shared; /* letters before each, the same ones */
	size_t keys;   /* how many by default; 0: as many as of URLs */
	/* Numbers: `n` more, of which some may have come before; `done` there are. */
	void (*numbers)(
		uint64_t seed, size_t done, uint64_t *to, size_t n, uint64_t *rng);
};

/* The i-th of all; NULL: there are not so many. Without `draw` and `numbers`: the URLs. */
const struct key_kind *key_kind_at(size_t i);
/* NULL: there is none. */
const struct key_kind *key_kind_named(const char *name);
/* Can its keys be written so? */
bool key_kind_has(const struct key_kind *kind, enum dataset_format format);

/* ---- between the sources ---- */

/* Each ends with one that has no name. */
extern const struct key_kind text_kinds[];
extern const struct key_kind number_kinds[];

#endif /* AB_KINDS_H */
