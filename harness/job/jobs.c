/* jobs.c: see jobs.h. */
#include <string.h>
#include "jobs.h"

/* 0 to JOB_KINDS - 1. */
static struct job_kind
job_kind_nth(int n)
{
	switch (n) {
	case JOB_MEMORY: return (struct job_kind){ "memory", JOB_MEMORY, 0 };
	case JOB_CHURN: return (struct job_kind){ WORKLOAD_CHURN, JOB_CHURN, 0 };
	default: break;
	}
	enum workload_group group = (enum workload_group)(n - JOB_GROUP);
	return (struct job_kind){ workload_groups[group], JOB_GROUP, group };
}

int
job_kind_place(const char *name)
{
	for (int n = 0; n < JOB_KINDS; n++)
		if (strcmp(job_kind_nth(n).name, name) == 0)
			return n;
	return -1;
}

bool
job_kind_named(const char *name, struct job_kind *kind)
{
	static const struct job_kind others[] = { { "bench", JOB_BENCH, 0 },
		{ "verify", JOB_VERIFY, 0 }, { "explain", JOB_EXPLAIN, 0 },
		{ "census", JOB_CENSUS, 0 }, { "lines", JOB_LINES, 0 } };
	int place = job_kind_place(name);
	if (place >= 0)
		*kind = job_kind_nth(place);
	for (size_t i = 0; place < 0 && i < G_N_ELEMENTS(others); i++)
		if (strcmp(others[i].name, name) == 0) {
			*kind = others[i];
			return true;
		}
	return place >= 0;
}

static bool
is_wanted(const struct job_kind *k, const GPtrArray *wanted)
{
	if (k->what != JOB_GROUP)
		return k->what == JOB_MEMORY || workload_is_wanted(wanted, k->name);
	for (guint i = 0; i < wanted->len; i++)
		if (((const struct workload *)wanted->pdata[i])->group == k->group)
			return true;
	return false;
}

size_t
job_kinds_wanted(const GPtrArray *wanted, struct job_kind *kinds)
{
	size_t n = 0;
	for (int i = 0; i < JOB_KINDS; i++) {
		kinds[n] = job_kind_nth(i);
		n += is_wanted(&kinds[n], wanted);
	}
	return n;
}

bool
job_kind_is_in(const struct job_kind *k, unsigned round)
{
	return k->what == JOB_GROUP || round <= SAME_ROUNDS;
}
