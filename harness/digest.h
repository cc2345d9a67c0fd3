/* digest.h: the rows of one variant boiled down to figures: one spread over the
 * rounds per measure, and its ratio to the reference within the rounds.
 *
 * A measure is one row of the table in digest.c. Units: bytes per key, millions
 * of operations per second. Threads: plain values. */
#ifndef AB_DIGEST_H
#define AB_DIGEST_H

#include "ab.h"
#include "row.h"
#include "stats.h"

enum measure {
	M_RSS,
	M_HEAP,
	M_EXACT,
	M_INNER,
	M_LEAF,
	M_KEY,
	M_SLACK,
	M_INSERT,
	M_HIT,
	M_MISS,
	M_SCAN,
	M_DELETE,
	MEASURES,
	FIRST_RATE = M_INSERT, /* it and all behind it are rates */
};

/* The workload a rate is of: "insert", "hit" ... */
const char *measure_workload(enum measure m);

struct digest {
	const struct ab_variant *v;
	unsigned index;      /* in the registry */
	const char *failure; /* what went wrong first, "ok" if nothing did */
	struct spread of[MEASURES];
	struct spread ratio[MEASURES]; /* to the reference, in-round */
	double right, asked;           /* looked up, in the worst round; NAN: not asked */
	double busy;     /* largest share of a timed span without the processor */
	double off_heap; /* bytes by which heap and exact disagree beyond the bound; 0 */
};

/* Digest what `rows` (struct row) say about `v`. `reference` may be NULL. */
struct digest digest_of(const struct ab_variant *v, const struct ab_variant *reference,
	const GArray *rows, size_t keys, unsigned rounds);

#endif /* AB_DIGEST_H */
