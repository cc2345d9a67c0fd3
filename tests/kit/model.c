/* model.c: see model.h. */
#include <glib.h>
#include "model.h"
#include "contract/rng.h"

enum {
	DRAINED_SLACK = 64 * 1024,
	/* Work of a check() that is worth doing after every step, in entries or
	 * 64-byte lines of key; beyond, every n-th step does one. */
	CHECK_WORK = 64,
	COMPACT_ONE_IN = 200, /* steps, as chance has it */
};

/* What `value` holds before a get, and must still hold after a miss. */
static const uint64_t UNTOUCHED = 0xdeadbeefcafef00d;

static void
explain(const struct model *m)
{
	fprintf(stderr, "  %s, %s, seed %" PRIu64 ", step %" PRIu64 ", %zu keys",
		m->v->name, m->phase, m->seed, m->steps, m->oracle->count(m->o));
	if (m->op) {
		fputs(": ", stderr);
		ops_print(stderr, m->op);
	} else {
		fputc('\n', stderr);
	}
}

bool
model_expect(struct model *m, bool right)
{
	if (right)
		return true;
	if (!check_tally.quiet && !m->broken && check_tally.failed <= CHECK_SHOWN)
		explain(m);
	m->broken = true;
	return false;
}

static bool
counted(const struct model *m)
{
	return !(m->v->caps & AB_OWN_ALLOC);
}

/* ---- what is in the oracle, as a list ---- */

static bool
collect_visit(void *arg, struct ab_key key, uint64_t value)
{
	g_array_append_vals(arg, &(struct ab_entry){ key, value }, 1);
	return true;
}

/* The oracle's entries in `r`; keys point into the oracle. */
static GArray *
oracle_range(const struct model *m, struct ab_range r)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	m->oracle->scan(m->o, r, collect_visit, list);
	return list;
}

static GArray *
oracle_prefix(const struct model *m, struct ab_key prefix)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	m->oracle->scan_prefix(m->o, prefix, collect_visit, list);
	return list;
}

static const struct ab_entry *
entry_at(const GArray *list, size_t i)
{
	return &g_array_index(list, struct ab_entry, i);
}

static size_t
rank_of(const GArray *list, struct ab_key k)
{
	size_t lo = 0, hi = list->len;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (ab_key_cmp(entry_at(list, mid)->key, k) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* ---- a scan against that list ---- */

struct match {
	const GArray *want;
	bool ordered;
	bool *seen; /* by rank, so that an unordered scan visits each once */
	size_t visits, stop;
	bool right;
};

static bool
match_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct match *s = arg;
	size_t i = s->ordered ? s->visits : rank_of(s->want, key);
	s->visits++;
	if (i >= s->want->len || s->seen[i] || entry_at(s->want, i)->value != value ||
		ab_key_cmp(entry_at(s->want, i)->key, key) != 0) {
		s->right = false;
		return false;
	}
	s->seen[i] = true;
	return s->visits != s->stop;
}

static struct match
match_begin(const struct model *m, const GArray *want, size_t stop)
{
	return (struct match){
		.want = want,
		.ordered = m->v->caps & AB_ORDERED,
		.seen = g_new0(bool, want->len + 1),
		.stop = stop,
		.right = true,
	};
}

static bool
match_end(struct model *m, struct match *s, enum ab_status got)
{
	bool stops = s->stop && s->stop <= s->want->len;
	g_free(s->seen);
	return EXPECT(m, s->right) && EXPECT(m, got == (stops ? AB_STOPPED : AB_OK)) &&
	       EXPECT(m, s->visits == (stops ? s->stop : s->want->len));
}

/* ---- the last of a range ---- */

struct only {
	const struct ab_entry *want; /* NULL: none */
	size_t visits;
	bool right, goes_on;
};

static bool
only_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct only *o = arg;
	o->visits++;
	o->right = o->want && o->want->value == value &&
		   ab_key_cmp(o->want->key, key) == 0;
	return o->goes_on;
}

/* `want` is what is in the range. */
static bool
same_last(struct model *m, struct ab_range r, const GArray *want)
{
	if (!m->v->last)
		return true;
	struct only o = { .right = true, .goes_on = m->steps & 1 };
	if (want->len)
		o.want = entry_at(want, want->len - 1);
	enum ab_status got = m->v->last(m->t, r, only_visit, &o);
	return EXPECT(m, o.right) && EXPECT(m, o.visits == (want->len > 0)) &&
	       EXPECT(m, got == (want->len && !o.goes_on ? AB_STOPPED : AB_OK));
}

static bool
same_range(struct model *m, struct ab_range r, size_t stop)
{
	if (!m->v->scan)
		return true;
	g_autoptr(GArray) want = oracle_range(m, r);
	struct match s = match_begin(m, want, stop);
	return match_end(m, &s, m->v->scan(m->t, r, match_visit, &s)) &&
	       same_last(m, r, want);
}

static bool
same_prefix(struct model *m, struct ab_key prefix, size_t stop)
{
	if (!m->v->scan_prefix)
		return true;
	g_autoptr(GArray) want = oracle_prefix(m, prefix);
	struct match s = match_begin(m, want, stop);
	return match_end(m, &s, m->v->scan_prefix(m->t, prefix, match_visit, &s));
}

/* ---- what holds after every step ---- */

static bool
memory_adds_up(struct model *m, size_t elsewhere)
{
	if (!m->v->memory)
		return true;
	struct ab_memory mem;
	m->v->memory(m->t, &mem);
	return EXPECT(m, mem.total == mem.inner + mem.leaf + mem.key + mem.slack) &&
	       (!counted(m) || EXPECT(m, mem.total + elsewhere == m->meter.live));
}

/* What the meter is told to do while the test only looks: nothing. */
struct rest {
	uint64_t calls, fail_at;
};

static struct rest
rest_begin(struct model *m)
{
	struct rest r = { m->meter.calls, m->meter.fail_at };
	m->meter.fail_at = 0;
	return r;
}

static void
rest_end(struct model *m, struct rest r)
{
	m->meter.calls = r.calls;
	m->meter.fail_at = r.fail_at;
}

static bool
sound(struct model *m)
{
	struct rest rest = rest_begin(m);
	const char *broken = m->v->check ? m->v->check(m->t) : NULL;
	rest_end(m, rest);
	if (broken && !check_tally.quiet)
		fprintf(stderr, "check: %s\n", broken);
	return EXPECT(m, broken == NULL);
}

static size_t
check_interval(const struct model *m)
{
	struct ab_memory mem;
	m->oracle->memory(m->o, &mem);
	return (1 + (m->oracle->count(m->o) + mem.key / 64) / CHECK_WORK) * m->seldom;
}

static bool
step_is_right(struct model *m)
{
	m->steps++;
	return EXPECT(m, m->v->count(m->t) == m->oracle->count(m->o)) &&
	       memory_adds_up(m, 0) && (m->steps % check_interval(m) || sound(m));
}

/* May the meter have refused something since `calls`? */
static bool
starved_since(const struct model *m, uint64_t calls)
{
	uint64_t fail_at = m->meter.fail_at;
	return counted(m) && fail_at && m->meter.calls >= fail_at &&
	       (m->meter.fail_on || fail_at > calls);
}

static bool
same_get(struct model *m, struct ab_key k)
{
	uint64_t got = UNTOUCHED, want = UNTOUCHED;
	enum ab_status status = m->v->get(m->t, k, &got);
	return EXPECT(m, status == m->oracle->get(m->o, k, &want)) &&
	       EXPECT(m, got == want);
}

/* ---- building, from a list ---- */

/* Build from `list` with one entry spoiled: a duplicate, or two out of order. */
static bool
refuses_spoiled(struct model *m, const GArray *list, size_t held)
{
	if (list->len < 2)
		return true;
	const struct ab_entry *entries = entry_at(list, 0);
	g_autofree struct ab_entry *spoiled = g_memdup2(
		entries, list->len * sizeof *entries);
	size_t at = m->steps % (list->len - 1);
	spoiled[at] = entries[at + 1];
	if (m->steps & 1)
		spoiled[at + 1] = entries[at];
	enum ab_status status = m->v->build(m->t, spoiled, list->len);
	return EXPECT(m, status == AB_EORDER) && EXPECT(m, m->v->count(m->t) == 0) &&
	       memory_adds_up(m, held) && sound(m);
}

/* Make m->t anew from `list`. */
static bool
build_from(struct model *m, const GArray *list)
{
	struct ab_index *old = m->t;
	size_t held = m->meter.live; /* by the old one */
	struct ab_index *t = m->v->create(&m->meter.alloc);
	if (!EXPECT(m, t != NULL))
		return false;
	m->t = t;
	if (refuses_spoiled(m, list, held)) {
		const struct ab_entry *entries = list->len ? entry_at(list, 0) : NULL;
		enum ab_status status = m->v->build(t, entries, list->len);
		EXPECT(m, status == AB_OK);
		status = m->v->build(t, entries, list->len);
		EXPECT(m, status == (list->len ? AB_EBUSY : AB_OK));
	}
	m->v->destroy(old);
	return !m->broken && memory_adds_up(m, 0) && sound(m);
}

static bool
rebuild(struct model *m)
{
	if (!m->v->build)
		return true;
	g_autoptr(GArray) list = oracle_range(m, (struct ab_range){ 0 });
	return build_from(m, list);
}

/* A structure without put is brought up to date before it is looked at. */
static bool
freshen(struct model *m)
{
	if (!m->stale)
		return true;
	m->stale = false;
	return rebuild(m);
}

/* ---- operations ---- */

static bool
apply_put(struct model *m, struct ab_key k, uint64_t value)
{
	if (!ab_key_fits(m->v, k))
		return !m->v->put || EXPECT(m, m->v->put(m->t, k, value) == AB_EKEY);
	if (!m->v->put) {
		m->oracle->put(m->o, k, value);
		m->stale = true;
		return true;
	}
	uint64_t calls = m->meter.calls;
	enum ab_status status = m->v->put(m->t, k, value);
	if (status == AB_ENOMEM) {
		m->refused++;
		return EXPECT(m, starved_since(m, calls)) && same_get(m, k);
	}
	return EXPECT(m, status == m->oracle->put(m->o, k, value));
}

static bool
apply_del(struct model *m, struct ab_key k)
{
	if (!m->v->del && m->v->put)
		return true; /* never forgets: nor does the oracle */
	if (!m->v->del) {
		m->oracle->del(m->o, k);
		m->stale = true;
		return true;
	}
	enum ab_status status = m->v->del(m->t, k);
	return EXPECT(m, status == m->oracle->del(m->o, k));
}

/* As ab.h says: it never ends above where it began, and fails for want of memory in this
 * call only. */
static bool
compact(struct model *m)
{
	struct ab_memory before = { 0 }, after = { 0 };
	uint64_t calls = m->meter.calls;
	if (m->v->memory)
		m->v->memory(m->t, &before);
	enum ab_status status = m->v->compact(m->t);
	if (m->v->memory)
		m->v->memory(m->t, &after);
	if (!EXPECT(m, after.total <= before.total)) {
		if (!check_tally.quiet)
			fprintf(stderr, "  compact: from %zu bytes to %zu\n",
				before.total, after.total);
		return false;
	}
	if (status != AB_ENOMEM)
		return EXPECT(m, status == AB_OK);
	m->refused++;
	return EXPECT(m, starved_since(m, calls));
}

/* For a variant that has it, now and then; what it holds is the same. */
static bool
compact_by_chance(struct model *m)
{
	if (!m->v->compact || rng_mix(m->seed + m->steps) % COMPACT_ONE_IN)
		return true;
	return compact(m) && step_is_right(m);
}

bool
model_apply(struct model *m, const struct ops_op *op)
{
	if (m->broken || !compact_by_chance(m))
		return false;
	bool right = true;
	m->op = op;
	switch (op->kind) {
	case OPS_PUT: right = apply_put(m, op->key, op->value); break;
	case OPS_DEL: right = apply_del(m, op->key); break;
	case OPS_GET: right = freshen(m) && same_get(m, op->key); break;
	case OPS_RANGE: right = freshen(m) && same_range(m, op->range, op->stop); break;
	case OPS_PREFIX: right = freshen(m) && same_prefix(m, op->key, op->stop); break;
	case OPS_REBUILD: right = rebuild(m); break;
	}
	right = right && (m->stale || step_is_right(m));
	m->op = NULL;
	return right;
}

bool
model_put(struct model *m, struct ab_key k, uint64_t value)
{
	return model_apply(
		m, &(struct ops_op){ .kind = OPS_PUT, .key = k, .value = value });
}

bool
model_del(struct model *m, struct ab_key k)
{
	return model_apply(m, &(struct ops_op){ .kind = OPS_DEL, .key = k });
}

/* Of each key, its predecessor. */
static bool
same_before(struct model *m, const GArray *all)
{
	if (!m->v->last)
		return true;
	for (size_t i = 0; i < all->len; i++) {
		struct ab_range r = { .hi = entry_at(all, i)->key, .has_hi = true };
		struct only o = { .right = true, .goes_on = i & 1 };
		if (i)
			o.want = entry_at(all, i - 1);
		m->v->last(m->t, r, only_visit, &o);
		if (!EXPECT(m, o.right) || !EXPECT(m, o.visits == (i > 0)))
			return false;
	}
	return true;
}

static bool
same_gets(struct model *m, const GArray *all)
{
	for (size_t i = 0; i < all->len; i++)
		if (!same_get(m, entry_at(all, i)->key))
			return false;
	return true;
}

/* As the oracle in all that can be asked. */
static bool
same_all(struct model *m, const GArray *all)
{
	return EXPECT(m, m->v->count(m->t) == all->len) && same_gets(m, all) &&
	       same_before(m, all) && same_range(m, (struct ab_range){ 0 }, 0) &&
	       same_prefix(m, (struct ab_key){ 0 }, 0) && memory_adds_up(m, 0) &&
	       sound(m);
}

bool
model_compare(struct model *m)
{
	if (m->broken || !freshen(m))
		return false;
	g_autoptr(GArray) all = oracle_range(m, (struct ab_range){ 0 });
	struct rest rest = rest_begin(m);
	bool same = same_all(m, all);
	if (same && m->v->compact)
		same = compact(m) && same_all(m, all);
	rest_end(m, rest);
	return same;
}

/* ---- a life ---- */

bool
model_open(struct model *m, const struct ab_variant *v, const char *phase, uint64_t seed,
	uint64_t fail_at, bool fail_on)
{
	*m = (struct model){ .v = v, .phase = phase, .seed = seed, .seldom = 1 };
	m->oracle = ab_variant_named("sorted_array");
	ab_meter_init(&m->meter);
	m->meter.fail_at = fail_at;
	m->meter.fail_on = fail_on;
	m->t = v->create(&m->meter.alloc);
	if (!m->t)
		return false;
	m->o = m->oracle->create(NULL);
	if (!m->o)
		g_error("no memory for the oracle");
	if (v->memory)
		v->memory(m->t, &m->fresh);
	if (step_is_right(m))
		return true;
	model_close(m);
	m->t = NULL;
	return false;
}

static bool
is_as_fresh(struct model *m)
{
	if (!m->v->memory || !m->v->del)
		return true;
	struct ab_memory mem;
	m->v->memory(m->t, &mem);
	return EXPECT(m, mem.leaf == 0) && EXPECT(m, mem.key == 0) &&
	       EXPECT(m, mem.inner == m->fresh.inner) &&
	       EXPECT(m, mem.total <= m->fresh.total + DRAINED_SLACK);
}

bool
model_drain(struct model *m, bool tight)
{
	if (m->broken)
		return false;
	g_autoptr(GArray) all = oracle_range(m, (struct ab_range){ 0 });
	g_autoptr(GPtrArray)
		keys = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (size_t i = 0; i < all->len; i++) {
		struct ab_key k = entry_at(all, i)->key;
		g_ptr_array_add(keys, g_bytes_new(k.p, k.n));
	}
	uint64_t rng = m->seed;
	while (keys->len) {
		guint i = (guint)rng_below(&rng, keys->len);
		gsize n;
		const uint8_t *p = g_bytes_get_data(keys->pdata[i], &n);
		if (!model_del(m, (struct ab_key){ p, n }))
			return false;
		g_ptr_array_remove_index_fast(keys, i);
	}
	return freshen(m) && (!tight || is_as_fresh(m));
}

bool
model_close(struct model *m)
{
	m->v->destroy(m->t);
	EXPECT(m, m->meter.live == 0);
	m->oracle->destroy(m->o);
	return !m->broken;
}

bool
model_bytes(const struct ab_variant *v, const char *phase, uint64_t seed,
	const uint8_t *bytes, size_t n)
{
	struct model m;
	if (!CHECK(model_open(&m, v, phase, seed, 0, false)))
		return false;
	struct ops *ops = ops_new(bytes, n);
	struct ops_op op;
	while (ops_next(ops, &op) && model_apply(&m, &op))
		;
	ops_free(ops);
	if (model_compare(&m))
		model_drain(&m, true);
	return model_close(&m);
}
