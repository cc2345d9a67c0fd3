/* job.c: see job.h. */
#include "verify.h"
#include "job.h"
#include "memory.h"
#include "row.h"
#include "workload.h"

/* ---- memory ---- */

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
	for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
		const char *at = (const char *)&m + classes[i].offset;
		row_emit(workload, classes[i].metric, (double)*(const size_t *)at,
			"bytes");
	}
	for (size_t i = 0; i < AB_KINDS && f->v->node_kinds[i]; i++) {
		g_autofree char *metric = g_strdup_printf(
			"nodes_%s", f->v->node_kinds[i]);
		row_emit(workload, metric, (double)m.nodes[i], "count");
	}
}

static bool
sample(struct memory_sample *out, GError **error)
{
	if (memory_sample(out))
		return true;
	g_set_error(error, FIXTURE_ERROR, FIXTURE_NO_MEMORY,
		"/proc/self/smaps_rollup cannot be read: no memory figures here");
	return false;
}

/* What the index has added since `before`, all three ways. */
static bool
emit_growth(const struct fixture *f, const char *workload,
	const struct memory_sample *before, GError **error)
{
	struct memory_sample after;
	if (!sample(&after, error))
		return false;
	row_emit(workload, "rss", (double)after.rss - (double)before->rss, "bytes");
	if (after.has_heap)
		row_emit(workload, "heap", (double)after.heap - (double)before->heap,
			"bytes");
	if (f->v->memory)
		emit_classes(f, workload);
	if (f->v->caps & AB_OWN_ALLOC)
		return true;
	row_emit(workload, "held", (double)f->held.bytes, "bytes");
	row_emit(workload, "blocks", (double)f->held.blocks, "count");
	row_emit(workload, "rounding_bound", (double)memory_rounding(&f->held), "bytes");
	return true;
}

static bool
delete_rows(struct fixture *f, const uint32_t *rows, size_t n, GError **error)
{
	for (size_t i = 0; i < n; i++) {
		enum ab_status st = f->v->del(f->t, f->d->keys[rows[i]]);
		if (st == AB_OK || !fixture_answers(f))
			continue;
		g_autofree char *key = key_text(f->d->keys[rows[i]]);
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG, "delete of %s: %s", key,
			ab_status_text(st));
		return false;
	}
	return true;
}

static bool
sound(struct fixture *f, size_t keys, GError **error)
{
	return fixture_answers(f) ? check_sound(f, keys, error) : check_memory(f, error);
}

/* `doomed` are the rows to delete after loading, half of all; NULL: none. */
static bool
measure_memory(struct fixture *f, const uint32_t *doomed, GError **error)
{
	struct memory_sample before;
	size_t half = f->d->n / 2;
	memory_settle();
	if (!sample(&before, error) || !fixture_load(f, error) ||
		!emit_growth(f, "load", &before, error) || !sound(f, f->d->n, error))
		return false;
	return !doomed || (delete_rows(f, doomed, half, error) &&
				  emit_growth(f, "delete_half", &before, error) &&
				  sound(f, f->d->n - half, error));
}

static void
emit_data(const struct dataset *d)
{
	row_emit_data(&(struct row_data){ d->n, d->key_bytes, d->fingerprint });
}

static bool
finish(bool ok, const char *workload, GError *error)
{
	if (ok)
		row_emit_end();
	else
		row_emit_failure(workload, error->message);
	g_clear_error(&error);
	return ok;
}

bool
job_memory(const struct ab_variant *v, const struct dataset *d, const struct setup *s)
{
	struct fixture f;
	uint32_t *doomed = NULL;
	GError *error = NULL;
	emit_data(d);
	bool ok = fixture_open(&f, v, d, s, &error);
	fixture_count(&f);
	if (ok && fixture_can_del(&f) && fixture_answers(&f))
		doomed = order_new(d->n, s, FOR_DELETE, false);
	ok = ok && measure_memory(&f, doomed, &error);
	pages_free(doomed, d->n * sizeof *doomed);
	fixture_close(&f);
	return finish(ok, "load", error);
}

/* ---- speed ---- */

struct timing {
	double seconds, cpu_seconds;
	char *failure; /* NULL: it ran */
};

static void
take_timing(const struct gbench_result *r, void *arg)
{
	struct timing *t = arg;
	t->seconds = r->real_seconds;
	t->cpu_seconds = r->cpu_seconds;
	t->failure = g_strdup(r->error);
}

struct bound {
	const struct workload *w;
	struct fixture *f;
};

static void
run_bound(struct gbench_state *s, void *arg)
{
	const struct bound *b = arg;
	b->w->run(s, b->f);
}

static bool
time_workload(struct fixture *f, const struct workload *w, int order, GError **error)
{
	struct bound b = { w, f };
	struct timing t = { 0 };
	bool ran = gbench_register(&(struct gbench_spec){
			   w->name, run_bound, &b, w->clock, w->iterations(f) }) &&
		   gbench_run_each(take_timing, &t) == 1;
	gbench_clear();
	row_emit(w->name, "order", order, "position");
	if (fixture_answers(f)) {
		row_emit(w->name, "right", (double)f->tally.right, "count");
		row_emit(w->name, "asked", (double)f->tally.asked, "count");
	}
	g_autofree char *what = ran ? t.failure : g_strdup("it could not be run");
	if (what) {
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG, "%s: %s", w->name, what);
		return false;
	}
	row_emit(w->name, "operations", (double)f->tally.operations, w->unit);
	row_emit(w->name, "seconds", t.seconds, "s");
	row_emit(w->name, "cpu_seconds", t.cpu_seconds, "s");
	return true;
}

/* The workloads this variant supports, in the order to run them: what loads it,
 * the read-only ones rotated by round, what empties it. NULL ends them. */
static void
plan(const struct fixture *f, const struct workload **order)
{
	const struct workload *reads[WORKLOADS_MOST];
	size_t n = 0, readers = 0;
	for (const struct workload *w = workloads; w->name; w++)
		if (w->needs & READS_ONLY && workload_supported(w, f))
			reads[readers++] = w;
	for (const struct workload *w = workloads; w->name; w++)
		if (w->needs == NEEDS_PUT && workload_supported(w, f))
			order[n++] = w;
	for (size_t i = 0; i < readers; i++)
		order[n++] = reads[(i + f->setup.round - 1) % readers];
	for (const struct workload *w = workloads; w->name; w++)
		if (w->needs & NEEDS_DEL && workload_supported(w, f))
			order[n++] = w;
	order[n] = NULL;
}

/* Off the clock, between the last read and the first delete, and at the end. */
static bool
compare(struct fixture *f, GError **error)
{
	if (!fixture_answers(f))
		return true;
	return check_scan(f, error) && check_sound(f, f->d->n, error);
}

/* `*at` is the name of the workload that failed. */
static bool
measure_speed(struct fixture *f, const char **at, GError **error)
{
	const struct workload *order[WORKLOADS_MOST];
	bool compared = false;
	plan(f, order);
	for (int i = 0; order[i]; i++) {
		if (order[i]->needs & NEEDS_DEL && !compared) {
			*at = "compare";
			if (!compare(f, error))
				return false;
			compared = true;
		}
		*at = order[i]->name;
		if (!time_workload(f, order[i], i + 1, error))
			return false;
	}
	*at = "compare";
	return compared ? sound(f, 0, error) : compare(f, error);
}

bool
job_speed(const struct ab_variant *v, const struct dataset *d, const struct setup *s)
{
	struct fixture f;
	GError *error = NULL;
	const char *at = "load";
	emit_data(d);
	bool ok = fixture_open(&f, v, d, s, &error) && measure_speed(&f, &at, &error);
	fixture_close(&f);
	return finish(ok, at, error);
}
