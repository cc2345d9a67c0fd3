/* reading.c: see reading.h. */
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include "job/job.h"
#include "work/queries.h"
#include "reading.h"

enum { LONGEST_LINE = 4096, MOST_ROWS = 16 * WORKLOADS_MOST };

void
reading_init(struct reading *x, const struct reading_spec *spec,
	const struct row_sink *sink, const struct row *row)
{
	*x = (struct reading){ .spec = *spec,
		.sink = sink,
		.row = *row,
		.rows = g_array_new(FALSE, FALSE, sizeof(struct row)),
		.line = g_string_new(NULL) };
}

void
reading_free(struct reading *x)
{
	if (x->rows)
		g_array_unref(x->rows);
	if (x->line)
		g_string_free(x->line, TRUE);
	*x = (struct reading){ 0 };
}

static void
add(struct reading *x)
{
	x->sink_failed = x->sink_failed || !x->sink->add(x->sink->arg, &x->row);
}

static void
fail(struct reading *x, const char *at, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The first thing that goes wrong is the one that is told. */
static void
fail(struct reading *x, const char *at, const char *format, ...)
{
	if (x->failure)
		return;
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	x->failure = g_intern_string(text);
	x->failed_at = at;
}

double
reading_value(const struct reading *x, const char *workload, const char *metric)
{
	for (guint i = 0; i < x->rows->len; i++) {
		const struct row *r = &g_array_index(x->rows, struct row, i);
		if (strcmp(r->workload, workload) == 0 && strcmp(r->metric, metric) == 0)
			return r->value;
	}
	return NAN;
}

bool
reading_went_wrong(const struct reading *x)
{
	return x->failure && !row_is_declined(x->failure);
}

/* Is it the next stage, of those that there are to be? */
static bool
is_in_order(const struct reading *x, const struct row *r)
{
	const char *stages[JOB_STAGES + 1];
	if (x->spec.kind.what != JOB_VERIFY)
		return true;
	job_verify_stages(x->spec.v, x->spec.data.keys, stages);
	return g_strcmp0(stages[x->rows->len], r->workload) == 0;
}

static void
take_value(struct reading *x)
{
	const struct row *r = &x->row;
	if (x->rows->len >= MOST_ROWS || isnan(r->value) || !is_in_order(x, r) ||
		!isnan(reading_value(x, r->workload, r->metric))) {
		fail(x, "-", "printed garbage instead of results");
		return;
	}
	g_array_append_vals(x->rows, r, 1);
	add(x);
}

/* Did it read what it was meant to? */
static void
take_data(struct reading *x, const struct row_data *got)
{
	const struct row_data *want = &x->spec.data;
	x->identified = true;
	if (got->keys != want->keys || got->key_bytes != want->key_bytes ||
		got->fingerprint != want->fingerprint)
		fail(x, "-", "the key file changed during the run");
}

/* Does it say that it waits, and for what? */
static bool
take_turn(struct reading *x, const char *line)
{
	if (strcmp(line, "rest") == 0) {
		x->state = RESTING;
		return true;
	}
	if (!g_str_has_prefix(line, "turn\t"))
		return false;
	x->ready_for = workload_named(line + strlen("turn\t"));
	x->state = READY;
	if (!x->ready_for)
		fail(x, "-", "printed garbage instead of results");
	return true;
}

static void
take_line(struct reading *x, char *line)
{
	struct row_data data;
	if (x->ended || x->failure) {
		fail(x, "-", "printed more after its last line");
		return;
	}
	if (!x->identified && row_parse_data(line, &data)) {
		take_data(x, &data);
		return;
	}
	if (x->identified && take_turn(x, line))
		return;
	enum row_line kind = row_parse(line, &x->row);
	if (!x->identified && kind != ROW_FAILURE)
		kind = ROW_GARBAGE;
	switch (kind) {
	case ROW_VALUE: take_value(x); break;
	case ROW_FAILURE: fail(x, x->row.workload, "%s", x->row.status); break;
	case ROW_END: x->ended = true; break;
	case ROW_GARBAGE: fail(x, "-", "printed garbage instead of results"); break;
	}
}

void
reading_bytes(void *arg, const char *bytes, size_t n)
{
	struct reading *x = arg;
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n') {
			take_line(x, x->line->str);
			g_string_truncate(x->line, 0);
		} else if (x->line->len < LONGEST_LINE) {
			g_string_append_c(x->line, bytes[i]);
		} else {
			fail(x, "-", "printed garbage instead of results");
		}
	}
}

static bool
has(struct reading *x, const char *workload, const char *metric)
{
	bool has = !isnan(reading_value(x, workload, metric));
	if (!has)
		fail(x, workload, "%s: its results have no '%s'", workload, metric);
	return has;
}

/* Every question asked, and every answer right. */
static void
audit_answers(struct reading *x, const struct workload *w)
{
	size_t keys = x->spec.data.keys;
	double due = (double)workload_asked(w, keys);
	if (!has(x, w->name, "right") || !has(x, w->name, "asked"))
		return;
	double right = reading_value(x, w->name, "right");
	double asked = reading_value(x, w->name, "asked");
	if (asked != due)
		fail(x, w->name, "%s: %.0f questions asked of %.0f", w->name, asked, due);
	else if (right != asked)
		fail(x, w->name, "%s: wrong answers: %.0f/%.0f", w->name, right, asked);
}

/* RSS is the one figure that a system may refuse; then the job says so. */
static void
audit_rss(struct reading *x, const char *workload, const char *metric)
{
	if (isnan(reading_value(x, workload, "no_rss")))
		has(x, workload, metric);
}

static void
audit_memory(struct reading *x)
{
	audit_rss(x, "load", "rss");
	if (x->spec.v->memory)
		has(x, "load", "exact_total");
}

static void
audit_churn(struct reading *x)
{
	bool churned = job_can_churn(x->spec.v, x->spec.data.keys);
	g_autofree char *last = g_strdup_printf("rss_after_%d", churned ? CHURNS : 0);
	audit_rss(x, WORKLOAD_CHURN, last);
}

static void
audit_group(struct reading *x)
{
	const struct workload *order[WORKLOADS_MOST];
	const struct ab_variant *v = x->spec.v;
	workload_order(x->spec.wanted, x->spec.kind.group, 1, order);
	for (size_t i = 0; order[i]; i++) {
		const struct workload *w = order[i];
		if (!workload_possible(w, v, x->spec.data.keys))
			continue;
		has(x, w->name, "operations");
		has(x, w->name, "seconds");
		if (w->timed_singly)
			has(x, w->name, "p50");
		if (!(v->caps & AB_HOLDS_NOTHING))
			audit_answers(x, w);
	}
}

/* Has it ended as it should? */
static bool
is_through(const struct reading *x, const struct child_end *end)
{
	const char *stages[JOB_STAGES + 1] = { NULL };
	if (x->spec.kind.what == JOB_VERIFY)
		job_verify_stages(x->spec.v, x->spec.data.keys, stages);
	return end->how == CHILD_EXITED && end->code == 0 && x->ended &&
	       (x->spec.kind.what != JOB_VERIFY || !stages[x->rows->len]);
}

/* A job that ended well has printed everything that is made of its rows. */
static void
audit(struct reading *x)
{
	switch (x->spec.kind.what) {
	case JOB_MEMORY: audit_memory(x); break;
	case JOB_CHURN: audit_churn(x); break;
	case JOB_GROUP: audit_group(x); break;
	case JOB_BENCH:
	case JOB_VERIFY:
	case JOB_EXPLAIN:
	case JOB_CENSUS:
	case JOB_LINES: break;
	}
}

static void
judge(struct reading *x, const struct child_end *end)
{
	if (x->failure)
		return;
	if (end->how == CHILD_EXITED && x->line->len) {
		fail(x, "-", "printed garbage instead of results");
	} else if (is_through(x, end)) {
		audit(x);
	} else {
		g_autofree char *how = child_end_text(end, x->spec.timeout_s);
		fail(x, "-", "%s", how);
		x->unsaid = true;
	}
}

void
reading_add(struct reading *x, const char *workload, const char *metric, double value,
	const char *unit)
{
	x->row.workload = workload;
	x->row.metric = metric;
	x->row.value = value;
	x->row.unit = unit;
	add(x);
}

void
reading_end(struct reading *x, const struct child_end *end)
{
	x->end = *end;
	judge(x, end);
	x->row.status = x->failure ? x->failure : "ok";
	if (x->failure)
		reading_add(x, x->failed_at, "-", NAN, "-");
	else
		reading_add(x, "-", "process", end->seconds, "s");
}
