/* shapes.h: of an entry in a page, how many bytes it shares with the one before and how
 * many codes follow, in one byte: the number of the pair in a table of the 255 most
 * frequent ones. What is rarer is SHAPE_ESCAPE, and then both stand in front of its codes.
 *
 * The two depend on each other: on URLs the pair has an entropy of 7.1 bits and either
 * alone 4.4 and 3.2, so that a byte for both is as good as any code of its own, and a row
 * of them is searched without decoding anything. */
#ifndef FROZEN_SHAPES_H
#define FROZEN_SHAPES_H

#include "ab.h"
#include "../bytes/bits.h"

enum {
	SHAPE_ESCAPE = 255,
	SHAPE_ESCAPE_BITS = 32, /* shared bytes and codes, 16 bits each */
	SHAPE_SIDE = 128,       /* pairs of numbers below this can be in the table */
	SHAPE_PAIRS = SHAPE_SIDE * SHAPE_SIDE,
};

struct shape {
	uint8_t shared; /* beyond what all in the page share */
	uint8_t codes;
};

struct shapes {
	struct shape shape[SHAPE_ESCAPE + 1]; /* the last one all zero */
};

/* How often each pair occurs, those that do, and then their numbers. */
struct shape_count {
	uint32_t of[SHAPE_PAIRS];
	uint16_t seen[SHAPE_PAIRS];
	uint8_t number[SHAPE_PAIRS];
	unsigned n;
};

static inline void
shape_count_open(struct shape_count *c)
{
	memset(c->of, 0, sizeof c->of);
	memset(c->number, SHAPE_ESCAPE, sizeof c->number);
	c->n = 0;
}

static inline bool
shape_fits(size_t shared, size_t codes)
{
	return shared < SHAPE_SIDE && codes < SHAPE_SIDE;
}

static inline void
shape_count(struct shape_count *c, size_t shared, size_t codes)
{
	size_t pair = shared * SHAPE_SIDE + codes;
	if (shape_fits(shared, codes) && !c->of[pair]++)
		c->seen[c->n++] = (uint16_t)pair;
}

static inline uint8_t
shape_number(const struct shape_count *c, size_t shared, size_t codes)
{
	if (!shape_fits(shared, codes))
		return SHAPE_ESCAPE;
	return c->number[shared * SHAPE_SIDE + codes];
}

/* Numbers for the most frequent pairs. */
static inline void
shapes_choose(struct shapes *s, struct shape_count *c)
{
	memset(s, 0, sizeof *s);
	for (unsigned number = 0; number < SHAPE_ESCAPE && number < c->n; number++) {
		unsigned best = number;
		for (unsigned i = number + 1; i < c->n; i++)
			if (c->of[c->seen[i]] > c->of[c->seen[best]])
				best = i;
		uint16_t pair = c->seen[best];
		c->seen[best] = c->seen[number];
		c->seen[number] = pair;
		unsigned shared = pair / SHAPE_SIDE, codes = pair % SHAPE_SIDE;
		s->shape[number] = (struct shape){ (uint8_t)shared, (uint8_t)codes };
		c->number[pair] = (uint8_t)number;
	}
}
#endif /* FROZEN_SHAPES_H */
