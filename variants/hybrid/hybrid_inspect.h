/* hybrid_inspect.h: memory, check, census and dump of a hybrid index: for tests and for people. */
#ifndef HYBRID_INSPECT_H
#define HYBRID_INSPECT_H

#include "hybrid.h"

#define HYBRID_KINDS FROZEN_KINDS, "delta page", "delta index"
enum { HYBRID_DELTA_KINDS = 2 };

static void
hybrid_memory(const struct ab_index *t, struct ab_memory *out)
{
	struct ab_memory delta;
	size_t dead = dead_bytes(t->base.n);
	*out = frozen_memory(&t->base);
	DELTA.memory(t->delta, &delta);
	out->inner += sizeof *t + delta.inner;
	out->leaf += dead + delta.leaf;
	out->key += delta.key;
	out->slack += delta.slack;
	out->total += sizeof *t + dead + delta.total;
	for (unsigned kind = 0; kind < HYBRID_DELTA_KINDS; kind++)
		out->nodes[FROZEN_INDEX + 1 + kind] = delta.nodes[kind];
}

/* As many are dead as there are bits, and none past the end. */
static const char *
hybrid_check_dead(const struct ab_index *t)
{
	size_t n = 0, bits = 8 * dead_bytes(t->base.n);
	for (size_t rank = 0; rank < bits; rank++) {
		if (is_dead(t, rank) && rank >= t->base.n)
			return "a key past the last one is dead";
		n += is_dead(t, rank);
	}
	return n == t->dead_n ? NULL : "dead keys are miscounted";
}

/* A visitor of the delta; true: its key is not in the base, too. */
static bool
hybrid_check_key(void *arg, struct ab_key key, uint64_t value)
{
	const struct ab_index *t = arg;
	struct frozen_place at;
	(void)value;
	return !base_find(t, key, &at);
}

static const char *
hybrid_check(const struct ab_index *t)
{
	const char *broken = frozen_check(&t->base, t->mem);
	if (!broken)
		broken = hybrid_check_dead(t);
	if (!broken)
		broken = DELTA.check(t->delta);
	if (!broken && t->base.n && t->dead_n == t->base.n)
		broken = "a base of which all keys are dead is kept";
	if (broken)
		return broken;
	switch (DELTA.scan(t->delta, (struct ab_range){ 0 }, hybrid_check_key,
		(void *)(uintptr_t)t)) {
	case AB_OK: return NULL;
	case AB_STOPPED: return "a key is in the delta and alive in the base";
	default: return "no memory to check in";
	}
}

struct hybrid_visitor {
	const struct ab_index *t;
	ab_node_visit *visit;
	void *arg;
	size_t leaves; /* of the base, visited so far */
};

/* A page of the base, without its dead keys. */
static bool
hybrid_visit_base(void *arg, const struct ab_node *page)
{
	struct hybrid_visitor *v = arg;
	struct ab_node n = *page;
	size_t from = v->leaves * FROZEN_LEAF_FAN;
	if (n.kind == FROZEN_LEAF) {
		v->leaves++;
		for (size_t rank = from; rank < from + page->keys; rank++)
			n.keys -= is_dead(v->t, rank);
	}
	return v->visit(v->arg, &n);
}

static bool
hybrid_visit_delta(void *arg, const struct ab_node *node)
{
	struct hybrid_visitor *v = arg;
	struct ab_node n = *node;
	n.kind += FROZEN_INDEX + 1;
	return v->visit(v->arg, &n);
}

/* The base, and then the delta: each with levels of its own. */
static enum ab_status
hybrid_census(const struct ab_index *t, ab_node_visit *visit, void *arg)
{
	struct hybrid_visitor v = { .t = t, .visit = visit, .arg = arg };
	enum ab_status status = frozen_census(&t->base, hybrid_visit_base, &v);
	return status == AB_OK ? DELTA.census(t->delta, hybrid_visit_delta, &v) : status;
}

static bool
hybrid_dump_key(void *arg, struct ab_key key, uint64_t value)
{
	FILE *out = arg;
	fputs("  ", out);
	ab_key_print(out, key, key.n);
	fprintf(out, " = %" PRIu64 "\n", value);
	return true;
}

/* The base, and then the delta, a line a key. */
static void
hybrid_dump(const struct ab_index *t, FILE *out)
{
	frozen_dump(&t->base, t->mem, out);
	fprintf(out, "of them %zu dead:", t->dead_n);
	for (size_t rank = 0; rank < t->base.n; rank++)
		if (is_dead(t, rank))
			fprintf(out, " %zu", rank);
	fprintf(out, "\ndelta of %zu keys\n", DELTA.count(t->delta));
	if (DELTA.scan(t->delta, (struct ab_range){ 0 }, hybrid_dump_key, out) != AB_OK)
		fputs("(out of memory: the dump ends here)\n", out);
}
#endif /* HYBRID_INSPECT_H */
