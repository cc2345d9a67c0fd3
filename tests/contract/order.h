/* order.h: the parts of the suite 'order': seeks (test_seeks.c) and iterators
 * (test_iterators.c), for variants with AB_ORDERED. They CHECK. */
#ifndef ORDER_H
#define ORDER_H

#include <string.h>
#include "kit/suites.h"

void order_iterators(const struct ab_variant *v, uint64_t seed);

/* A text as a key, borrowed. */
static inline struct ab_key
order_key(const char *text)
{
	return (struct ab_key){ (const uint8_t *)text, strlen(text) };
}

#endif /* ORDER_H */
