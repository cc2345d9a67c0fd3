/* model.h: an index under test beside the oracle (sorted_array), fed the same
 * operations. After each one the outcome, the count, the memory accounting and,
 * as often as size allows, check() must be right. An index that has compact is told to
 * every now and then.
 *
 * Every function but model_open returns false at the first disagreement, which
 * it has printed with what was expected and found, variant, seed, step and operation by
 * then (unless check_tally.quiet); from there on the model does nothing but close. What
 * is done to the index is recorded (trail.h), all of it as operations of ops.h.
 *
 * Ownership: a model owns both indexes and the meter. Threads: one a model. */
#ifndef MODEL_H
#define MODEL_H

#include "contract/alloc.h"
#include "check.h"
#include "ops.h"

struct model {
	const struct ab_variant *v;
	const struct ab_variant *oracle;
	struct ab_index *t; /* under test */
	struct ab_index *o; /* the oracle's */
	struct ab_meter meter;
	struct ab_memory fresh; /* of the empty index */
	const char *phase;      /* for messages */
	uint64_t seed;          /* likewise */
	uint64_t steps;         /* operations begun */
	unsigned seldom;  /* check() after every so many-th step of those that have one */
	uint64_t refused; /* operations, compact among them, that failed with AB_ENOMEM */
	const struct ops_op *op; /* being done; for messages */
	bool stale;              /* no put: the index is rebuilt before it is read */
	bool replays;            /* does what it is told, and compacts only then */
	bool broken;
};

/* Empty indexes, the variant's over m->meter, whose fail_at becomes `fail_at`
 * and fail_on `fail_on`. False if create returned NULL, which the caller must
 * judge, or if the empty index is wrong; then there is nothing to close. */
bool model_open(struct model *m, const struct ab_variant *v, const char *phase,
	uint64_t seed, uint64_t fail_at, bool fail_on);
/* Do `op` on both. AB_ENOMEM counts as right if the meter was told to fail
 * within the operation and nothing changed; `refused` counts those. */
bool model_apply(struct model *m, const struct ops_op *op);
bool model_put(struct model *m, struct ab_key k, uint64_t value);
bool model_del(struct model *m, struct ab_key k);
/* Everything both hold, by get and by scan, with check() and memory; and once more after
 * compact, for variants that have one, which they go on from. Looking never
 * fails and does not count as calls: the meter rests meanwhile, for a scan and a
 * check may take memory. */
bool model_compare(struct model *m);
/* Delete every key, in an order drawn from the seed. With `tight`, hold memory
 * to what an empty index may keep (no leaf, no key bytes, 64 KiB of slack). */
bool model_drain(struct model *m, bool tight);
/* Every scan, with no allocation that succeeds: it may say AB_ENOMEM, and has changed
 * nothing. */
bool model_starved_scans(struct model *m);
/* Destroy both; every byte must have come back. */
bool model_close(struct model *m);

/* The whole life of a model over one input: open, apply, compare, drain, close. */
bool model_bytes(const struct ab_variant *v, const char *phase, uint64_t seed,
	const uint8_t *bytes, size_t n);
/* The same of a list of operations (ops.h), with no other than these between opening and
 * closing. */
bool model_list(const struct ab_variant *v, const char *phase, const GPtrArray *list);

/* CHECK that explains itself: what was being done, and then stop. */
#define EXPECT(m, cond) model_expect((m), CHECK(cond), #cond)
bool model_expect(struct model *m, bool right, const char *what);
/* The same with a printf format for what was expected, and what found. */
#define AGREE(m, cond, ...)                                                              \
	((cond) ? CHECK(true) : model_differs((m), __FILE__, __LINE__, __VA_ARGS__))
bool model_differs(struct model *m, const char *file, int line, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
/* A key for such a message: escaped and cut, good until the fourth call after it. */
const char *model_key(struct ab_key k);

#endif /* MODEL_H */
