/* job_explain.c: the early examples' bytes per key; see job.h. */
#include <malloc.h>
#include <string.h>
#include "job.h"
#include "ground/row.h"

/* The examples' Vec<String>: a heap block a key, and an array grown by doubling of
 * what a Vec has for each, held to the end. */
struct string {
	size_t capacity;
	uint8_t *p;
	size_t n;
};

struct lines {
	struct string *of;
	size_t n, room;
};

static bool
lines_add(struct lines *x, struct ab_key k)
{
	if (x->n == x->room) {
		size_t room = x->room ? 2 * x->room : 4;
		struct string *of = realloc(x->of, room * sizeof *of);
		if (!of)
			return false;
		x->of = of;
		x->room = room;
	}
	uint8_t *p = malloc(k.n ? k.n : 1);
	if (!p)
		return false;
	if (k.n)
		memcpy(p, k.p, k.n);
	x->of[x->n++] = (struct string){ k.n, p, k.n };
	return true;
}

static void
lines_free(struct lines *x)
{
	for (size_t i = 0; i < x->n; i++)
		free(x->of[i].p);
	free(x->of);
}

static inline struct ab_key
line_key(const struct lines *x, size_t row)
{
	return (struct ab_key){ x->of[row].p, x->of[row].n };
}

/* One process that measures several structures, which is what should not be done. */
struct reenactment {
	const struct setup *setup;
	struct lines lines;
	uint32_t *order; /* of insertion */
	GError *error;
};

static bool fails(struct reenactment *r, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool
fails(struct reenactment *r, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	r->error = g_error_new_valist(FIXTURE_ERROR, FIXTURE_WRONG, format, args);
	va_end(args);
	return false;
}

static enum ab_status
fill(struct reenactment *r, const struct ab_variant *v, struct ab_index *t)
{
	for (size_t i = 0; i < r->lines.n; i++) {
		uint32_t row = r->order[i];
		enum ab_status st = v->put(
			t, line_key(&r->lines, row), setup_value(r->setup, row));
		if (st != AB_OK)
			return st;
	}
	return AB_OK;
}

/* Is every key there with its value, and no other? */
static bool
holds_all(struct reenactment *r, const struct ab_variant *v, const struct ab_index *t)
{
	size_t right = 0, n = r->lines.n, count = v->count(t);
	for (size_t row = 0; row < n; row++) {
		uint64_t value = 0;
		right += v->get(t, line_key(&r->lines, row), &value) == AB_OK &&
			 value == setup_value(r->setup, row);
	}
	return (right == n && count == n) ||
	       fails(r, "wrong answers: %zu of %zu right, count %zu", right, n, count);
}

static void
emit(const struct ab_variant *v, const char *metric, double value)
{
	row_emit(v->name, metric, value, "bytes");
}

static bool
resident(struct reenactment *r, size_t *rss)
{
	return memory_rss(rss) ||
	       fails(r, "/proc/self/smaps_rollup cannot be read: no memory figures "
			"here");
}

static bool
build_and_sample(struct reenactment *r, const struct ab_variant *v, size_t before)
{
	size_t after;
	struct ab_index *t = v->create(NULL);
	if (!t)
		return fails(r, "out of memory for an empty index");
	enum ab_status st = fill(r, v, t);
	bool ok = st == AB_OK ? resident(r, &after) && holds_all(r, v, t)
			      : fails(r, "put: %s", ab_status_text(st));
	v->destroy(t);
	if (ok)
		emit(v, "grown", (double)after - (double)before);
	return ok;
}

static bool
one(struct reenactment *r, const struct ab_variant *v)
{
	size_t before, after;
	if (!resident(r, &before) || !build_and_sample(r, v, before) ||
		!resident(r, &after))
		return false;
	emit(v, "before", (double)before);
	emit(v, "kept", (double)after - (double)before);
	if (memory_glibc())
		emit(v, "free", (double)mallinfo2().fordblks);
	return true;
}

static bool
prepare(struct reenactment *r, const struct dataset *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (!lines_add(&r->lines, d->keys[i]))
			return fails(r, "out of memory for the keys");
	r->order = order_new(d->n, r->setup, FOR_INSERT, r->setup->order == ORDER_SORTED);
	return r->order || fails(r, "out of memory for the order");
}

bool
job_explain(const GPtrArray *chosen, const struct dataset *d, const struct setup *s)
{
	struct reenactment r = { .setup = s };
	const struct ab_variant *at = ab_variant_named(JOB_EXPLAIN_FIRST);
	job_emit_data(d);
	bool ok = prepare(&r, d) && one(&r, at);
	for (guint i = 0; ok && i < chosen->len; i++) {
		at = chosen->pdata[i];
		ok = one(&r, at);
	}
	pages_free(r.order, d->n * sizeof *r.order);
	lines_free(&r.lines);
	return job_finish(ok, at->name, r.error);
}
