/* calls.h: a store beside an oracle (memkv_oracle.h), and the calls of artbench/memkv.h on both, which bytes
 * choose: random ones in test_calls.c, a fuzzer's in fuzz_calls.c.
 *
 * The first bytes choose the variant, the thread mode, and whether values are freed, memory is
 * limited or an allocation fails now and then. After each call what it said, what it left and
 * which values it had freed must be right.
 *
 * Errors: CHECK. Threads: one. */
#ifndef MEMKV_CALLS_H
#define MEMKV_CALLS_H

#include "kit/check.h"
#include "memkv_kit.h"
#include "memkv_oracle.h"

enum { LONG_KEY = 70000 };

struct bytes {
	const uint8_t *p, *end;
};

struct calls {
	struct bytes from;
	memkv *kv;
	struct memkv_variant_info v;
	enum memkv_threads threads;
	struct purse purse;
	struct oracle o;
	bool frees, limited, fails;
	bool fixed;      /* it has no put, or is frozen: what changes it is refused */
	uint64_t values; /* so far: each is another */
	uint64_t freed, owed; /* sums of values that were freed, and are to be */
	memkv_cursor *cursor;
};

struct key {
	const uint8_t *p;
	size_t n;
	uint8_t own[40];
};

/* The next byte; 0 at the end. */
static inline unsigned
take(struct calls *c)
{
	return c->from.p < c->from.end ? *c->from.p++ : 0;
}

void take_key(struct calls *c, struct key *k);

/* Some of all keys. */
struct extent {
	struct key lo, hi;
	const void *hi_p; /* NULL: to the end */
	size_t from, to;  /* in the oracle */
};
void take_extent(struct calls *c, struct extent *e);
void prefix_extent(const struct calls *c, struct extent *e);

/* May the call have failed so? Then the oracle is not told. */
bool may_fail(const struct calls *c, enum memkv_status s);
bool is_entry(const struct memkv_entry *want, const void *key, size_t n, uint64_t value);

/* Which entry of the oracle that is; as many as it has: none. */
size_t entry_where(const struct calls *c, enum memkv_where where, const struct key *k);

/* ---- calls_read.c, calls_change.c: one call each, of those that `which` leads to ---- */
void call_read(struct calls *c, unsigned which);
void call_change(struct calls *c, unsigned which);

/* ---- calls.c ---- */

/* A life of a store. */
void calls_run(const uint8_t *bytes, size_t n);

#endif /* MEMKV_CALLS_H */
