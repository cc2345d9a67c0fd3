/* lacking.c: what a variant lacks, done by what it has; see ab.h. */
#include <string.h>
#include "ab.h"

/* Keys that are looked up together before they are put; of fewer it costs more than it saves. */
enum { PUT_AHEAD = 32, PUT_AHEAD_LEAST = 4 };

/* ---- changing ---- */

enum ab_status
ab_update(const struct ab_variant *v, struct ab_index *t, struct ab_key key,
	ab_change *change, void *arg)
{
	uint64_t old, value = 0;
	if (v->update)
		return v->update(t, key, change, arg);
	if (!ab_key_fits(v, key))
		return AB_EKEY;
	enum ab_status there = v->get(t, key, &old);
	switch (change(arg, there == AB_OK ? &old : NULL, &value)) {
	case AB_PUT: return v->put(t, key, value);
	case AB_REMOVE: return there == AB_OK ? v->del(t, key) : AB_NOT_FOUND;
	case AB_KEEP: break;
	}
	return there;
}

/* Let what putting these reads be on its way. */
static void
look_ahead(const struct ab_variant *v, const struct ab_index *t,
	const struct ab_entry *entries, size_t n)
{
	struct ab_entry ahead[PUT_AHEAD];
	bool found[PUT_AHEAD];
	memcpy(ahead, entries, n * sizeof *ahead);
	v->get_many(t, ahead, n, found);
}

enum ab_status
ab_put_many(const struct ab_variant *v, struct ab_index *t,
	const struct ab_entry *entries, size_t n, size_t *done)
{
	for (*done = 0; *done < n; ++*done) {
		const struct ab_entry *e = &entries[*done];
		size_t left = n - *done;
		if (v->caps & AB_PUT_WAITS && *done % PUT_AHEAD == 0 &&
			left >= PUT_AHEAD_LEAST)
			look_ahead(v, t, e, left < PUT_AHEAD ? left : PUT_AHEAD);
		enum ab_status status = v->put(t, e->key, e->value);
		if (status < 0)
			return status;
	}
	return AB_OK;
}

/* The first key of a range, copied. */
struct first {
	const struct ab_alloc *mem;
	uint8_t *p;
	size_t n, room;
	enum ab_status status; /* AB_NOT_FOUND: there is none */
	uint8_t own[256];
};

static void
first_free(const struct first *f)
{
	if (f->p != f->own)
		ab_free(f->mem, f->p, f->room);
}

static bool
copy_first(void *arg, struct ab_key key, uint64_t value)
{
	struct first *f = arg;
	(void)value;
	if (key.n > f->room) {
		uint8_t *p = ab_alloc(f->mem, key.n);
		f->status = AB_ENOMEM;
		if (!p)
			return false;
		first_free(f);
		f->p = p;
		f->room = key.n;
	}
	f->status = AB_OK;
	f->n = key.n;
	if (key.n)
		memcpy(f->p, key.p, key.n);
	return false;
}

enum ab_status
ab_del_range(const struct ab_variant *v, struct ab_index *t, const struct ab_alloc *mem,
	struct ab_range r, size_t *gone)
{
	struct first f = { .mem = mem, .p = f.own, .room = sizeof f.own };
	enum ab_status status;
	*gone = 0;
	if (v->del_range)
		return v->del_range(t, r, gone);
	do {
		f.status = AB_NOT_FOUND;
		status = v->scan(t, r, copy_first, &f);
		if (status >= 0)
			status = f.status;
		if (status == AB_OK)
			status = v->del(t, (struct ab_key){ f.p, f.n });
		*gone += status == AB_OK;
	} while (status >= 0 && f.status == AB_OK);
	first_free(&f);
	return status < 0 ? status : AB_OK;
}

/* ---- reading ---- */

size_t
ab_get_many(const struct ab_variant *v, const struct ab_index *t,
	struct ab_entry *entries, size_t n, bool *found)
{
	size_t hits = 0;
	if (v->get_many)
		return v->get_many(t, entries, n, found);
	for (size_t i = 0; i < n; i++) {
		found[i] = v->get(t, entries[i].key, &entries[i].value) == AB_OK;
		hits += found[i];
	}
	return hits;
}

enum ab_status
ab_scan_values(const struct ab_variant *v, const struct ab_index *t, struct ab_range r,
	ab_visit *visit, void *arg)
{
	return (v->scan_values ? v->scan_values : v->scan)(t, r, visit, arg);
}

/* A visitor behind one that passes over the first entries. */
struct behind {
	size_t before;
	ab_visit *visit;
	void *arg;
};

static bool
pass_over(void *arg, struct ab_key key, uint64_t value)
{
	struct behind *b = arg;
	if (b->before) {
		b->before--;
		return true;
	}
	return b->visit(b->arg, key, value);
}

enum ab_status
ab_scan_nth(const struct ab_variant *v, const struct ab_index *t, size_t i,
	ab_visit *visit, void *arg)
{
	struct behind b = { i, visit, arg };
	if (v->scan_nth)
		return v->scan_nth(t, i, visit, arg);
	return v->scan(t, (struct ab_range){ 0 }, pass_over, &b);
}

static bool
count_entry(void *arg, struct ab_key key, uint64_t value)
{
	(void)key;
	(void)value;
	++*(size_t *)arg;
	return true;
}

enum ab_status
ab_count_range(const struct ab_variant *v, const struct ab_index *t, struct ab_range r,
	size_t *n)
{
	*n = 0;
	if (!v->rank)
		return ab_scan_values(v, t, r, count_entry, n);
	size_t lo = r.lo.n ? v->rank(t, r.lo) : 0;
	size_t hi = r.has_hi ? v->rank(t, r.hi) : v->count(t);
	*n = hi > lo ? hi - lo : 0;
	return AB_OK;
}

enum ab_status
ab_rank(const struct ab_variant *v, const struct ab_index *t, struct ab_key key,
	size_t *below)
{
	struct ab_range under = { .hi = key, .has_hi = true };
	return ab_count_range(v, t, under, below);
}

/* A visitor behind one that visits a single entry, past the first ones. */
struct single {
	struct behind behind;
	const struct ab_variant *v;
	const struct ab_index *t;
	struct ab_range r;
	bool begun, stopped;
	enum ab_status status;
};

/* Is it the last of the range still, where others write? */
static bool
is_last(struct single *s, struct ab_key key)
{
	struct ab_range on = { .lo = key, .hi = s->r.hi, .has_hi = s->r.has_hi };
	size_t n = 0;
	if (s->v->caps & AB_PARALLEL_WRITES)
		s->status = ab_count_range(s->v, s->t, on, &n);
	return s->status >= 0 && n <= 1;
}

static bool
visit_single(void *arg, struct ab_key key, uint64_t value)
{
	struct single *s = arg;
	if (s->behind.before)
		return pass_over(&s->behind, key, value);
	if (!s->begun && !is_last(s, key))
		return false;
	s->begun = true;
	s->stopped = !s->behind.visit(s->behind.arg, key, value);
	return false;
}

enum ab_status
ab_scan_back(const struct ab_variant *v, const struct ab_index *t, struct ab_range r,
	ab_visit *visit, void *arg)
{
	struct single s = { { 0, visit, arg }, v, t, r, false, false, AB_OK };
	if (v->scan_back)
		return v->scan_back(t, r, visit, arg);
	for (size_t n = 0;;) {
		enum ab_status status = AB_OK;
		if (!s.begun)
			status = ab_count_range(v, t, r, &n);
		if (status < 0 || !n)
			return status < 0 ? status : AB_OK;
		s.behind.before = --n;
		status = v->scan(t, r, visit_single, &s);
		if (status < 0 || s.status < 0)
			return status < 0 ? status : s.status;
		if (s.stopped)
			return AB_STOPPED;
	}
}
