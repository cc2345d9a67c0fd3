/* span.h: what a scan is to visit, for structures that find a key and step to the next:
 * where to begin, and whether a key at or behind that is still inside.
 *
 * Ownership: borrows the keys of the range or prefix. Threads: plain values. */
#ifndef AB_SPAN_H
#define AB_SPAN_H

#include "ab.h"

enum span_kind { SPAN_OPEN, SPAN_BELOW, SPAN_PREFIX };

struct span {
	struct ab_key lo; /* visit from here on, itself included */
	enum span_kind kind;
	struct ab_key bound; /* all that are below it, or begin with it */
};

static inline struct span
span_of_range(struct ab_range r)
{
	struct span s = { r.lo, r.has_hi ? SPAN_BELOW : SPAN_OPEN, r.hi };
	return s;
}

static inline struct span
span_of_prefix(struct ab_key prefix)
{
	struct span s = { prefix, SPAN_PREFIX, prefix };
	return s;
}

/* Is `k`, which is not below lo, inside? After the first that is not, none is. */
static inline bool
span_goes_on(const struct span *s, struct ab_key k)
{
	if (s->kind == SPAN_OPEN)
		return true;
	return s->kind == SPAN_BELOW ? ab_key_cmp(k, s->bound) < 0
				     : ab_key_starts_with(k, s->bound);
}

#endif /* AB_SPAN_H */
