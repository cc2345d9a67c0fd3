/* cohort.c: see cohort.h. */
#include "cohort.h"

static void
clear(void *arg)
{
	struct cohort *s = arg;
	facts_free(s->facts);
	g_free(s->when);
}

static GArray *
no_cohorts(void)
{
	GArray *cohorts = g_array_new(FALSE, FALSE, sizeof(struct cohort));
	g_array_set_clear_func(cohorts, clear);
	return cohorts;
}

/* Takes the facts and the name. */
static void
add(GArray *cohorts, struct facts *facts, const struct ab_variant *reference, char *when)
{
	struct cohort s = { facts, digest_noise(reference, facts), when };
	g_array_append_val(cohorts, s);
}

/* const char *, interned; g_ptr_array_unref them. */
static GPtrArray *
hosts_of(const struct facts *x)
{
	GPtrArray *hosts = g_ptr_array_new();
	for (unsigned i = 0; i < facts_laps(x); i++)
		if (!g_ptr_array_find(hosts, facts_host(x, i), NULL))
			g_ptr_array_add(hosts, (gpointer)facts_host(x, i));
	return hosts;
}

GArray *
cohorts_by_host(const GArray *rows, const struct ab_variant *reference, bool with_all)
{
	GArray *cohorts = no_cohorts();
	struct facts *all = facts_new(rows);
	unsigned laps = facts_laps(all);
	g_autoptr(GPtrArray) hosts = hosts_of(all);
	g_autofree bool *there = g_new(bool, laps + 1);
	if (with_all || hosts->len <= 1)
		add(cohorts, facts_new(rows), reference, NULL);
	for (guint h = 0; hosts->len > 1 && h < hosts->len; h++) {
		for (unsigned i = 0; i < laps; i++)
			there[i] = facts_host(all, i) == hosts->pdata[h];
		add(cohorts, facts_only(all, there), reference,
			g_strdup(hosts->pdata[h]));
	}
	facts_free(all);
	return cohorts;
}

GArray *
cohorts_by_speed(
	const GArray *rows, const struct ab_variant *reference, const GPtrArray *variants)
{
	GArray *cohorts = no_cohorts();
	struct facts *all = facts_new(rows);
	unsigned laps = facts_laps(all);
	g_autoptr(GPtrArray) hosts = hosts_of(all);
	g_autofree double *speeds = digest_speeds(variants, all);
	g_autofree bool *there = g_new(bool, laps + 1);
	struct two_speeds two = stats_two_speeds(speeds, laps);
	for (guint k = 0; two.found && k < 2 * hosts->len; k++) {
		const char *host = hosts->pdata[k / 2], *which = k % 2 ? "fast" : "slow";
		bool any = false;
		for (unsigned i = 0; i < laps; i++) {
			there[i] = facts_host(all, i) == host &&
				   (k % 2 ? speeds[i] > two.between
					  : speeds[i] <= two.between);
			any = any || there[i];
		}
		if (any)
			add(cohorts, facts_only(all, there), reference,
				hosts->len > 1 ? g_strdup_printf("%s, %s", host, which)
					       : g_strdup(which));
	}
	facts_free(all);
	return cohorts;
}

const struct cohort *
cohort_at(const GArray *cohorts, guint i)
{
	return &g_array_index(cohorts, struct cohort, i);
}

bool
cohort_has(const struct cohort *c, const struct ab_variant *v)
{
	return !c->when || facts_have(c->facts, v->name);
}

char *
cohort_name(const struct cohort *c, const char *of)
{
	return c->when ? g_strdup_printf("%s, %s", of, c->when) : g_strdup(of);
}
