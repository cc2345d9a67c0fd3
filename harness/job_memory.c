/* job_memory.c: how much memory one contestant takes; see job.h. */
#include "verify.h"
#include "job.h"
#include "memory.h"
#include "row.h"

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

/* `doomed` are the rows to delete after loading, half of all; NULL: none. */
static bool
measure_memory(struct fixture *f, const uint32_t *doomed, GError **error)
{
	struct memory_sample before;
	size_t half = f->d->n / 2;
	memory_settle();
	if (!sample(&before, error) || !fixture_load(f, error) ||
		!emit_growth(f, "load", &before, error) || !job_sound(f, f->d->n, error))
		return false;
	return !doomed || (delete_rows(f, doomed, half, error) &&
				  emit_growth(f, "delete_half", &before, error) &&
				  job_sound(f, f->d->n - half, error));
}

bool
job_memory(const struct ab_variant *v, const struct dataset *d, const struct setup *s)
{
	struct fixture f;
	uint32_t *doomed = NULL;
	GError *error = NULL;
	job_emit_data(d);
	bool ok = fixture_open(&f, v, d, s, &error);
	fixture_count(&f);
	if (ok && fixture_can_del(&f) && fixture_answers(&f))
		doomed = order_new(d->n, s, FOR_DELETE, false);
	ok = ok && measure_memory(&f, doomed, &error);
	pages_free(doomed, d->n * sizeof *doomed);
	fixture_close(&f);
	return job_finish(ok, "load", error);
}
