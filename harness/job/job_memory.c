/* job_memory.c: how much memory one contestant takes; see job.h. */
#include "work/verify.h"
#include "bridge.h"
#include "job.h"
#include "work/queries.h"
#include "ground/row.h"

enum { GROWTH_POINTS = 64 };

struct measured {
	struct fixture f;
	struct bridge_point before;    /* loading, the index not yet made */
	struct memory_sample baseline; /* at the same moment */
	size_t other_before;           /* likewise: memory_other */
	bool no_rss;        /* smaps_rollup cannot be read: all but RSS is told */
	size_t peak_before; /* 0: the peak cannot be taken */
	uint32_t *shuffled; /* all rows, to delete some of; NULL: cannot */
	size_t empty;       /* what an index without keys holds */
	size_t growth[GROWTH_POINTS]; /* resident bytes after each part of loading */
};

/* ---- rows ---- */

static void
emit_bytes(const char *workload, const char *metric, double bytes)
{
	row_emit(workload, metric, bytes, "bytes");
}

static void
emit_classes(const struct fixture *f, const char *workload)
{
	const struct {
		const char *metric;
		size_t offset;
	} classes[] = {
		{ "exact_total", offsetof(struct ab_memory, total) },
		{ "exact_inner", offsetof(struct ab_memory, inner) },
		{ "exact_leaf", offsetof(struct ab_memory, leaf) },
		{ "exact_key", offsetof(struct ab_memory, key) },
		{ "exact_slack", offsetof(struct ab_memory, slack) },
	};
	struct ab_memory m;
	f->v->memory(f->t, &m);
	size_t told = f->v->caps & AB_UNDIVIDED ? 1 : G_N_ELEMENTS(classes);
	for (size_t i = 0; i < told; i++) {
		const char *at = (const char *)&m + classes[i].offset;
		emit_bytes(workload, classes[i].metric, (double)*(const size_t *)at);
	}
	for (size_t i = 0; i < AB_KINDS && f->v->node_kinds[i]; i++) {
		g_autofree char *metric = g_strdup_printf(
			"nodes_%s", f->v->node_kinds[i]);
		row_emit(workload, metric, (double)m.nodes[i], "count");
	}
}

/* What is resident now: anonymous pages, and those of files that the index has mapped. */
static size_t
resident(struct measured *m)
{
	size_t rss = 0;
	m->no_rss = !memory_rss(&rss) || m->no_rss;
	return rss + fixture_file_bytes(&m->f);
}

/* Said in place of RSS (reading.c, report_notes.c). */
static void
emit_no_rss(const struct measured *m, const char *workload)
{
	if (m->no_rss)
		row_emit(workload, "no_rss", 1, "flag");
}

/* Blocks that died before the baseline was taken may have been counted in it. */
enum { HEAP_MAY_SHRINK = 64 << 10 };

/* A malloc that does not count all that it hands out has no account. */
static bool
heap_is_whole(size_t before, size_t after, GError **error)
{
	if (after + HEAP_MAY_SHRINK >= before)
		return true;
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
		"malloc's account shrank by %zu bytes: it leaves out some of what is "
		"allocated; measure with another --malloc",
		before - after);
	return false;
}

/* Pages of files and of shared memory; report_notes.c holds them against what the
 * structure says of itself. */
static void
emit_other(const struct measured *m)
{
	size_t other;
	if (!m->no_rss && memory_other(&other))
		emit_bytes("load", "other", (double)other - (double)m->other_before);
}

/* What the index has added since the baseline, all three ways. The heap says nothing
 * of one that keeps its entries in a file. */
static bool
emit_growth(const struct measured *m, const char *workload, GError **error)
{
	const struct memory_sample *before = &m->baseline;
	const struct fixture *f = &m->f;
	struct memory_sample after;
	memory_sample(&after);
	if (after.has_heap && !heap_is_whole(before->heap, after.heap, error))
		return false;
	after.rss += fixture_file_bytes(f);
	if (after.has_rss && !m->no_rss)
		emit_bytes(workload, "rss", (double)after.rss - (double)before->rss);
	if (f->v->file_bytes)
		emit_bytes(workload, "file", (double)fixture_file_bytes(f));
	else if (after.has_heap)
		emit_bytes(workload, "heap", (double)after.heap - (double)before->heap);
	if (f->v->memory)
		emit_classes(f, workload);
	if (f->v->caps & AB_OWN_ALLOC)
		return true;
	emit_bytes(workload, "held", (double)f->held.bytes);
	row_emit(workload, "blocks", (double)f->held.blocks, "count");
	emit_bytes(workload, "rounding_bound", (double)memory_rounding(&f->held));
	return true;
}

/* ---- loading ---- */

/* Put the keys of part `i` of GROWTH_POINTS. */
static bool
put_part(struct measured *m, size_t i, GError **error)
{
	struct fixture *f = &m->f;
	size_t end = f->loan.n * (i + 1) / GROWTH_POINTS;
	for (size_t k = f->loan.n * i / GROWTH_POINTS; k < end; k++)
		if (!fixture_put(f, k, error))
			return false;
	m->growth[i] = resident(m);
	return true;
}

/* fixture_load, but for the looks on the way. */
static bool
load(struct measured *m, GError **error)
{
	struct fixture *f = &m->f;
	if (!fixture_can_put(f))
		return fixture_load(f, error);
	if (!fixture_renew(f, error))
		return false;
	m->empty = f->held.bytes;
	fixture_lend(f);
	bool ok = true;
	for (size_t i = 0; ok && i < GROWTH_POINTS; i++)
		ok = put_part(m, i, error);
	fixture_take_back(f);
	return ok && fixture_filled(f, error);
}

static void
emit_growing(const struct measured *m)
{
	size_t n = m->f.loan.n, last = 0;
	for (size_t i = 0; i < GROWTH_POINTS && fixture_can_put(&m->f); i++) {
		size_t keys = n * (i + 1) / GROWTH_POINTS;
		g_autofree char *metric = g_strdup_printf("rss_after_%zu", keys);
		if (keys > last && !m->no_rss) /* few keys make fewer points */
			emit_bytes("grow", metric,
				(double)m->growth[i] - (double)m->baseline.rss);
		last = keys;
	}
}

/* The kernel's peak is coarse; it never was below what is resident now. */
static void
emit_peak(const struct measured *m, size_t peak, const struct bridge_point *after)
{
	size_t file = fixture_file_bytes(&m->f);
	double now = (double)(after->rss + file) - (double)m->baseline.rss;
	double most = (double)peak - (double)m->peak_before;
	if (m->peak_before && peak && !m->no_rss)
		emit_bytes("load", "peak_rss", MAX(now, most));
}

static void
emit_interposed(const struct bridge_point *before, const struct bridge_point *after)
{
	const struct interposed *i = &before->interposed, *j = &after->interposed;
	if (!after->counted)
		return;
	emit_bytes("load", "interposed", (double)j->usable - (double)i->usable);
	row_emit("load", "interposed_blocks", (double)j->blocks - (double)i->blocks,
		"count");
	emit_bytes("load", "mapped", (double)j->mapped - (double)i->mapped);
	if (!memory_glibc())
		emit_bytes("load", "malloc_mapped",
			(double)j->malloc_mapped - (double)i->malloc_mapped);
}

static void
emit_bridge(const struct measured *m, const struct bridge_point *after)
{
	const struct fixture *f = &m->f;
	bool own = f->v->caps & AB_OWN_ALLOC;
	struct bridge b;
	if (f->v->file_bytes) /* no bridge leads from malloc to a file's pages */
		return;
	if (!bridge_make(&b, &m->before, after, own ? NULL : &f->held))
		return;
	if (b.exact_known) {
		emit_bytes("bridge", "exact", b.exact);
		emit_bytes("bridge", "rounding", b.rounding);
	} else {
		emit_bytes("bridge", "held", b.held);
	}
	emit_bytes("bridge", "rss", b.rss);
	if (!b.known)
		return;
	emit_bytes("bridge", "metadata", b.metadata);
	emit_bytes("bridge", "page_slack", b.page_slack);
	emit_bytes("bridge", "free", b.free);
	if (b.cached_known)
		emit_bytes("bridge", "cached", b.cached);
	emit_bytes("bridge", "absent", b.absent);
	emit_bytes("bridge", "residue", b.residue);
}

/* Nothing is printed before all has been measured: printing allocates. */
static bool
measure_load(struct measured *m, GError **error)
{
	size_t peak;
	memory_settle();
	memory_sample(&m->baseline);
	m->no_rss = !memory_other(&m->other_before);
	if (!memory_peak_reset() || !memory_peak(&m->peak_before))
		m->peak_before = 0;
	m->before = bridge_look();
	if (!load(m, error))
		return false;
	if (!memory_peak(&peak))
		peak = 0;
	struct bridge_point after = bridge_look();
	if (!emit_growth(m, "load", error))
		return false;
	if (m->baseline.has_heap && !m->f.v->file_bytes)
		row_emit("load", "heap_source", 1, m->baseline.heap_source);
	emit_no_rss(m, "load");
	emit_other(m);
	emit_peak(m, peak, &after);
	emit_interposed(&m->before, &after);
	emit_growing(m);
	emit_bridge(m, &after);
	return job_sound(&m->f, m->f.d->n, error);
}

/* ---- deleting ---- */

static bool
refused(struct measured *m, const char *what, size_t row, enum ab_status st,
	GError **error)
{
	g_autofree char *key = key_text(m->f.d->keys[row]);
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG, "%s of %s: %s", what, key,
		ab_status_text(st));
	return false;
}

/* Delete the rows shuffled[from..to). */
static bool
delete_rows(struct measured *m, size_t from, size_t to, GError **error)
{
	struct fixture *f = &m->f;
	for (size_t i = from; i < to; i++) {
		enum ab_status st = f->v->del(f->t, f->d->keys[m->shuffled[i]]);
		if (st != AB_OK)
			return refused(m, "delete", m->shuffled[i], st, error);
	}
	return true;
}

static bool
put_rows(struct measured *m, size_t from, size_t to, GError **error)
{
	struct fixture *f = &m->f;
	for (size_t i = from; i < to; i++) {
		uint32_t row = m->shuffled[i];
		enum ab_status st = f->v->put(
			f->t, f->d->keys[row], setup_value(&f->setup, row));
		if (st != AB_OK)
			return refused(m, "put", row, st, error);
	}
	return true;
}

static bool
measure_deletes(struct measured *m, GError **error)
{
	size_t n = m->f.d->n, half = n / 2;
	if (!delete_rows(m, 0, half, error) || !emit_growth(m, "delete_half", error) ||
		!job_sound(&m->f, n - half, error) || !delete_rows(m, half, n, error) ||
		!emit_growth(m, "delete_all", error) || !job_sound(&m->f, 0, error))
		return false;
	if (!(m->f.v->caps & AB_OWN_ALLOC) && fixture_can_put(&m->f))
		emit_bytes("delete_all", "held_when_new", (double)m->empty);
	return true;
}

/* ---- churn ---- */

struct churned {
	size_t rss, exact; /* 0 where the variant does not count */
};

/* What there is now; nothing is printed before all has been measured. */
static void
look(struct measured *m, struct churned *out)
{
	struct ab_memory held = { 0 };
	if (m->f.v->memory)
		m->f.v->memory(m->f.t, &held);
	out->exact = held.total;
	out->rss = resident(m);
}

static void
emit_churned(const struct measured *m, const struct churned *after, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		g_autofree char *rss = g_strdup_printf("rss_after_%u", i);
		g_autofree char *exact = g_strdup_printf("exact_after_%u", i);
		if (!m->no_rss)
			emit_bytes(WORKLOAD_CHURN, rss,
				(double)after[i].rss - (double)m->baseline.rss);
		if (m->f.v->memory)
			emit_bytes(WORKLOAD_CHURN, exact, (double)after[i].exact);
	}
}

/* Another half each time; what the index takes when whole again. */
static bool
measure_churn(struct measured *m, GError **error)
{
	struct fixture *f = &m->f;
	size_t n = f->d->n, half = (n + 1) / 2;
	struct churned after[CHURNS + 1];
	uint64_t random = setup_rng(&f->setup, FOR_CHURN);
	memory_settle();
	memory_sample(&m->baseline);
	m->no_rss = !m->baseline.has_rss;
	if (!load(m, error))
		return false;
	look(m, &after[0]);
	for (unsigned i = 1; m->shuffled && i <= CHURNS; i++) {
		rng_shuffle(&random, m->shuffled, n);
		if (!delete_rows(m, 0, half, error) || !put_rows(m, 0, half, error))
			return false;
		look(m, &after[i]);
	}
	emit_no_rss(m, WORKLOAD_CHURN);
	emit_churned(m, after, m->shuffled ? CHURNS + 1 : 1);
	return job_sound(f, n, error) && (!fixture_answers(f) || check_rows(f, error));
}

/* ---- the jobs ---- */

bool
job_can_churn(const struct ab_variant *v, size_t keys)
{
	return variant_can_put(v, keys) && variant_can_del(v, keys) &&
	       !(v->caps & AB_HOLDS_NOTHING);
}

static bool
measure_load_and_deletes(struct measured *m, GError **error)
{
	return measure_load(m, error) && (!m->shuffled || measure_deletes(m, error));
}

static bool
run(const struct ab_variant *v, const struct dataset *d, const struct setup *s,
	bool shuffled, bool (*measure)(struct measured *m, GError **error))
{
	struct measured m = { 0 };
	GError *error = NULL;
	job_emit_data(d);
	bool ok = fixture_open(&m.f, v, d, s, &error);
	fixture_count(&m.f);
	if (ok && shuffled)
		m.shuffled = order_new(d->n, s, FOR_DELETE, false);
	ok = ok && measure(&m, &error);
	pages_free(m.shuffled, d->n * sizeof *m.shuffled);
	fixture_close(&m.f);
	return job_finish(ok, "load", error);
}

bool
job_memory(const struct ab_variant *v, const struct dataset *d, const struct setup *s)
{
	bool deletes = variant_can_del(v, d->n) && !(v->caps & AB_HOLDS_NOTHING);
	return run(v, d, s, deletes, measure_load_and_deletes);
}

bool
job_churn(const struct ab_variant *v, const struct dataset *d, const struct setup *s)
{
	return run(v, d, s, job_can_churn(v, d->n), measure_churn);
}
