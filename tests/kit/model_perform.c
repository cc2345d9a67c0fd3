/* model_perform.c: what each operation does to a model; see model_same.h. */
#include "model_same.h"
#include "suites.h"

enum {
	DRAINED_SLACK = 64 * 1024,
	/* Work of a check() that is worth doing after every step, in entries or
	 * 64-byte lines of key; beyond, every n-th step does one. */
	CHECK_WORK = 64,
};

bool
model_is_counted(const struct model *m)
{
	return !(m->v->caps & AB_OWN_ALLOC);
}

/* ---- what holds after every step ---- */

static bool
memory_adds_up(struct model *m, size_t elsewhere)
{
	if (!m->v->memory)
		return true;
	struct ab_memory mem;
	m->v->memory(m->t, &mem);
	size_t sum = mem.inner + mem.leaf + mem.key + mem.slack;
	size_t held = m->meter.live - elsewhere;
	return AGREE(m, mem.total == sum,
		       "memory: expected the sum of its classes, %zu, found a total of "
		       "%zu",
		       sum, mem.total) &&
	       (!model_is_counted(m) ||
		       AGREE(m, mem.total == held,
			       "memory: expected the %zu bytes it holds, found %zu", held,
			       mem.total));
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
	return AGREE(m, !broken, "check: %s", broken);
}

static bool
same_count(struct model *m)
{
	size_t found = m->v->count(m->t), expected = m->oracle->count(m->o);
	return AGREE(
		m, found == expected, "count: expected %zu, found %zu", expected, found);
}

static size_t
check_interval(const struct model *m)
{
	struct ab_memory mem;
	m->oracle->memory(m->o, &mem);
	return (1 + (m->oracle->count(m->o) + mem.key / 64) / CHECK_WORK) * m->seldom;
}

bool
model_step_is_right(struct model *m)
{
	return same_count(m) && memory_adds_up(m, 0) &&
	       (m->steps % check_interval(m) || sound(m));
}

bool
model_starved_since(const struct model *m, uint64_t calls)
{
	uint64_t fail_at = m->meter.fail_at;
	return model_is_counted(m) && fail_at && m->meter.calls >= fail_at &&
	       (m->meter.fail_on || fail_at > calls);
}

/* ---- building, from a list ---- */

/* Build from `list` with one entry spoiled: a duplicate, or two out of order. */
static bool
refuses_spoiled(struct model *m, const GArray *list, size_t held)
{
	if (list->len < 2)
		return true;
	const struct ab_entry *entries = same_entry(list, 0);
	g_autofree struct ab_entry *spoiled = g_memdup2(
		entries, list->len * sizeof *entries);
	size_t at = m->steps % (list->len - 1);
	spoiled[at] = entries[at + 1];
	if (m->steps & 1)
		spoiled[at + 1] = entries[at];
	enum ab_status status = m->v->build(m->t, spoiled, list->len);
	size_t count = m->v->count(m->t);
	return same_status(
		       m, "build in a wrong order", spoiled[at].key, status, AB_EORDER) &&
	       AGREE(m, count == 0, "count after it: expected 0, found %zu", count) &&
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
		const struct ab_entry *entries = list->len ? same_entry(list, 0) : NULL;
		const struct ab_key first = list->len ? entries->key
						      : (struct ab_key){ 0 };
		enum ab_status status = m->v->build(t, entries, list->len);
		if (same_status(m, "build from the key", first, status, AB_OK)) {
			status = m->v->build(t, entries, list->len);
			same_status(m, "a second build from the key", first, status,
				list->len ? AB_EBUSY : AB_OK);
		}
	}
	m->v->destroy(old);
	return !m->broken && memory_adds_up(m, 0) && sound(m);
}

static bool
rebuild(struct model *m)
{
	if (!m->v->build)
		return true;
	g_autoptr(GArray) list = same_list(m, (struct ab_range){ 0 });
	return build_from(m, list);
}

/* A structure without put is brought up to date before it is looked at. */
bool
model_freshen(struct model *m)
{
	if (!m->stale)
		return true;
	m->stale = false;
	return rebuild(m);
}

/* ---- operations ---- */

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
	if (!AGREE(m, after.total <= before.total,
		    "compact: expected at most %zu bytes, found %zu", before.total,
		    after.total))
		return false;
	if (status != AB_ENOMEM)
		return AGREE(m, status == AB_OK, "compact: expected 'ok', found '%s'",
			ab_status_text(status));
	m->refused++;
	return AGREE(m, model_starved_since(m, calls),
		"compact: expected 'ok' where no allocation failed, found 'out of "
		"memory'");
}

/* As the oracle in all that can be asked. */
static bool
same_all(struct model *m, const GArray *all)
{
	return same_count(m) && same_gets(m, all) && same_before(m, all) &&
	       same_range(m, (struct ab_range){ 0 }, 0) &&
	       same_prefix(m, (struct ab_key){ 0 }, 0) &&
	       same_values(m, (struct ab_range){ 0 }, 0) && same_places(m, all) &&
	       memory_adds_up(m, 0) && sound(m);
}

static bool
compare(struct model *m)
{
	if (!model_freshen(m))
		return false;
	g_autoptr(GArray) all = same_list(m, (struct ab_range){ 0 });
	struct rest rest = rest_begin(m);
	bool same = same_all(m, all);
	if (same && m->v->compact)
		same = compact(m) && same_all(m, all);
	rest_end(m, rest);
	return same;
}

/* Of an index that holds keys nothing is said. */
static bool
is_as_fresh(struct model *m)
{
	if (!model_freshen(m) || !m->v->memory || !m->v->del || m->oracle->count(m->o))
		return !m->broken;
	struct ab_memory mem;
	size_t most = m->fresh.total + DRAINED_SLACK;
	m->v->memory(m->t, &mem);
	return AGREE(m, mem.leaf == 0 && mem.key == 0,
		       "emptied: expected 0 bytes of leaves and 0 of keys, found %zu and "
		       "%zu",
		       mem.leaf, mem.key) &&
	       AGREE(m, mem.inner == m->fresh.inner,
		       "emptied: expected %zu bytes of inner nodes, found %zu",
		       m->fresh.inner, mem.inner) &&
	       AGREE(m, mem.total <= most,
		       "emptied: expected at most %zu bytes, found %zu", most, mem.total);
}

/* `what` visited so many of `all`, in memory that was short; they are 0 after it. */
static bool
starved_scan(struct model *m, const char *what, enum ab_status status, size_t *visits,
	size_t all)
{
	size_t n = *visits;
	*visits = 0;
	return AGREE(m, status == AB_ENOMEM || (status == AB_OK && n == all),
		"%s: expected %zu visits or 'out of memory', found %zu and '%s'", what,
		all, n, ab_status_text(status));
}

/* What cannot say that there is none: get_many, and a rank of the variant's own. */
static bool
starved_answers(struct model *m)
{
	enum { MOST = 40 };
	struct ab_key keys[MOST];
	g_autoptr(GArray) all = same_list(m, (struct ab_range){ 0 });
	size_t n = MIN(all->len, MOST);
	for (size_t i = 0; i < n; i++)
		keys[i] = same_entry(all, i * all->len / n)->key;
	return same_many(m, keys, n) && (!m->v->rank || !n || same_rank(m, keys[n - 1]));
}

static bool
starved_of_all(struct model *m, size_t n)
{
	const struct ab_variant *v = m->v;
	const struct ab_range r = { 0 };
	size_t visits = 0;
	if (v->scan && !starved_scan(m, "scan", v->scan(m->t, r, count_visit, &visits),
			       &visits, n))
		return false;
	if (v->scan_prefix &&
		!starved_scan(m, "prefix scan",
			v->scan_prefix(m->t, r.lo, count_visit, &visits), &visits, n))
		return false;
	if (v->scan_back &&
		!starved_scan(m, "scan back", v->scan_back(m->t, r, count_visit, &visits),
			&visits, n))
		return false;
	return !(v->caps & AB_ORDERED) ||
	       (starved_scan(m, "values",
			ab_scan_values(v, m->t, r, count_visit, &visits), &visits, n) &&
		       starved_scan(m, "nth",
			       ab_scan_nth(v, m->t, n / 2, count_visit, &visits), &visits,
			       n - n / 2));
}

static bool
starved_scans(struct model *m)
{
	bool right = model_freshen(m);
	if (m->v->caps & AB_OOM_EXITS)
		return right;
	struct ab_meter before = m->meter;
	m->meter.fail_at = m->meter.calls + 1;
	m->meter.fail_on = true;
	right = right && starved_of_all(m, m->oracle->count(m->o)) && starved_answers(m);
	m->meter.fail_at = before.fail_at;
	m->meter.fail_on = before.fail_on;
	m->meter.calls = before.calls;
	return right;
}

/* What is asked of an index that is up to date. */
static bool
ask(struct model *m, const struct ops_op *op)
{
	switch (op->kind) {
	case OPS_GET: return same_get(m, op->key);
	case OPS_RANGE: return same_range(m, op->range, op->stop);
	case OPS_PREFIX: return same_prefix(m, op->key, op->stop);
	case OPS_GET_MANY: return same_many(m, op->keys, op->n_keys);
	case OPS_VALUES: return same_values(m, op->range, op->stop);
	case OPS_BACK: return same_back(m, op->range, op->stop);
	case OPS_RANK: return same_rank(m, op->key);
	case OPS_NTH: return same_nth(m, op->key, op->stop);
	default: return true;
	}
}

bool
model_perform(struct model *m, const struct ops_op *op)
{
	switch (op->kind) {
	case OPS_PUT:
	case OPS_DEL:
	case OPS_UPDATE:
	case OPS_DEL_RANGE: return model_change(m, op);
	case OPS_REBUILD: return rebuild(m);
	case OPS_COMPACT: return !m->v->compact || compact(m);
	case OPS_COMPARE: return compare(m);
	case OPS_EMPTIED: return is_as_fresh(m);
	case OPS_SCANS: return starved_scans(m);
	default: return model_freshen(m) && ask(m, op);
	}
}
