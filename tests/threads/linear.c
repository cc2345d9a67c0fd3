/* linear.c: see linear.h. */
#include "linear.h"
#include <glib.h>

/* What is left to do, and what the key has meanwhile. */
struct state {
	uint64_t done; /* a bit for each operation */
	uint64_t value;
	bool there;
};

struct search {
	const struct linear_op *op;
	size_t n;
	GHashTable *been; /* of struct state */
};

static guint
hash(gconstpointer p)
{
	const struct state *s = p;
	uint64_t x = s->done * 0x9e3779b97f4a7c15u ^ s->value ^ s->there;
	return (guint)(x ^ x >> 32);
}

static gboolean
equal(gconstpointer a, gconstpointer b)
{
	const struct state *x = a, *y = b;
	return x->done == y->done && x->value == y->value && x->there == y->there;
}

/* True: it was not there before. */
static bool
remember(struct search *x, const struct state *s)
{
	return g_hash_table_add(x->been, g_memdup2(s, sizeof *s));
}

/* Would it have answered so? Then `s` is what comes of it. */
static bool
may_be_next(struct state *s, const struct linear_op *op, size_t i)
{
	if (op->there != s->there ||
		(op->kind == LINEAR_GET && s->there && op->value != s->value))
		return false;
	s->done |= UINT64_C(1) << i;
	if (op->kind != LINEAR_GET) {
		s->there = op->kind == LINEAR_PUT;
		s->value = s->there ? op->value : 0;
	}
	return true;
}

static bool
is_done(const struct state *s, size_t i)
{
	return s->done >> i & 1;
}

static bool
search(struct search *x, const struct state *at)
{
	uint64_t first_end = UINT64_MAX;
	bool all = true;
	if (!remember(x, at))
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (!is_done(at, i)) {
			all = false;
			first_end = MIN(first_end, x->op[i].to);
		}
	for (size_t i = 0; i < x->n; i++) {
		struct state next = *at;
		if (!is_done(at, i) && x->op[i].from <= first_end &&
			may_be_next(&next, &x->op[i], i) && search(x, &next))
			return true;
	}
	return all;
}

bool
linear_is(const struct linear_op *op, size_t n)
{
	struct search x = { op, n, g_hash_table_new_full(hash, equal, g_free, NULL) };
	struct state none = { 0 };
	g_assert(n <= LINEAR_MOST);
	bool is = search(&x, &none);
	g_hash_table_destroy(x.been);
	return is;
}
