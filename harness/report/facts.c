/* facts.c: rows that can be looked up; see digest.h. */
#include <math.h>
#include <string.h>
#include "digest.h"

struct lap {
	const char *host; /* interned */
	unsigned round;
	const char *name; /* interned: both of them */
};

struct facts {
	GArray *laps;         /* struct lap */
	GHashTable *values;   /* key of `key` -> index into rows + 1 */
	GHashTable *variants; /* names that rows are about */
	const GArray *rows;
};

/* As said of every figure that is looked up: formatting it would take most of a report's
 * time. */
static char *
key(const struct lap *lap, const char *variant, const char *job, const char *workload,
	const char *metric)
{
	return g_strjoin("\t", lap->name, variant, job, workload, metric, NULL);
}

/* The index of a row's lap; as many as there are: it is a new one. */
static guint
lap_of(const struct facts *x, const struct row *r)
{
	for (guint i = x->laps->len; i > 0; i--) {
		const struct lap *lap = &g_array_index(x->laps, struct lap, i - 1);
		if (lap->round == r->round && strcmp(lap->host, r->host) == 0)
			return i - 1;
	}
	return x->laps->len;
}

static void
take(struct facts *x, guint i)
{
	const struct row *r = &g_array_index(x->rows, struct row, i);
	guint at = lap_of(x, r);
	if (at == x->laps->len) {
		g_autofree char *name = g_strdup_printf("%s\t%u", r->host, r->round);
		struct lap lap = { r->host, r->round, g_intern_string(name) };
		g_array_append_val(x->laps, lap);
	}
	const struct lap *lap = &g_array_index(x->laps, struct lap, at);
	g_hash_table_add(x->variants, (gpointer)r->variant);
	g_hash_table_replace(x->values,
		key(lap, r->variant, r->job, r->workload, r->metric),
		GUINT_TO_POINTER(i + 1));
}

static struct facts *
no_facts(const GArray *rows)
{
	struct facts *x = g_new(struct facts, 1);
	*x = (struct facts){ g_array_new(FALSE, FALSE, sizeof(struct lap)),
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		g_hash_table_new(g_str_hash, g_str_equal), rows };
	return x;
}

struct facts *
facts_new(const GArray *rows)
{
	struct facts *x = no_facts(rows);
	for (guint i = 0; i < rows->len; i++)
		take(x, i);
	return x;
}

struct facts *
facts_only(const struct facts *x, const bool *wanted)
{
	struct facts *some = no_facts(x->rows);
	for (guint i = 0; i < x->rows->len; i++)
		if (wanted[lap_of(x, &g_array_index(x->rows, struct row, i))])
			take(some, i);
	return some;
}

void
facts_free(struct facts *x)
{
	if (!x)
		return;
	g_array_unref(x->laps);
	g_hash_table_unref(x->values);
	g_hash_table_unref(x->variants);
	g_free(x);
}

unsigned
facts_laps(const struct facts *x)
{
	return x->laps->len;
}

const char *
facts_host(const struct facts *x, unsigned lap)
{
	return g_array_index(x->laps, struct lap, lap).host;
}

bool
facts_of_one_host(const struct facts *x)
{
	for (unsigned i = 1; i < facts_laps(x); i++)
		if (facts_host(x, i) != facts_host(x, 0))
			return false;
	return true;
}

bool
facts_have(const struct facts *x, const char *variant)
{
	return g_hash_table_contains(x->variants, variant);
}

double
facts_get(const struct facts *x, unsigned lap, const char *variant, const char *job,
	const char *workload, const char *metric)
{
	const struct lap *l = &g_array_index(x->laps, struct lap, lap);
	g_autofree char *k = key(l, variant, job, workload, metric);
	guint at = GPOINTER_TO_UINT(g_hash_table_lookup(x->values, k));
	return at ? g_array_index(x->rows, struct row, at - 1).value : NAN;
}

bool
facts_have_memory(const struct facts *x, unsigned lap, const char *variant)
{
	return !isnan(facts_get(x, lap, variant, "memory", "-", "process"));
}

double
facts_median(const struct facts *x, const char *variant, const char *job,
	const char *workload, const char *metric)
{
	unsigned laps = facts_of_one_host(x) ? facts_laps(x) : 0;
	g_autofree double *values = g_new(double, laps + 1);
	for (unsigned i = 0; i < laps; i++)
		values[i] = facts_get(x, i, variant, job, workload, metric);
	return stats_spread(values, laps).median;
}

const char *
facts_failure(const struct facts *x, const char *variant)
{
	for (guint i = 0; i < x->rows->len; i++) {
		const struct row *r = &g_array_index(x->rows, struct row, i);
		if (strcmp(r->variant, variant) == 0 && strcmp(r->status, "ok") != 0)
			return r->status;
	}
	return "ok";
}
