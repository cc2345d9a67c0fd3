/* job_argv.c: see job_argv.h. */
#include "job_argv.h"
#include "probe.h"

static void
append_variants(GPtrArray *argv, const struct job_argv *job)
{
	g_autoptr(GString) names = g_string_new("--variants=");
	for (size_t i = 0; i < job->n; i++) {
		g_string_append_printf(
			names, "%s%s", i ? "," : "", job->variants[i]->name);
		probe_append_load(argv, job->variants[i]);
	}
	g_ptr_array_add(argv, g_strdup(names->str));
}

char **
job_argv(const struct job_argv *job)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_ptr_array_add(argv, g_strdup("artbench"));
	g_ptr_array_add(argv, g_strdup("job"));
	g_ptr_array_add(argv, g_strdup(job->kind));
	append_variants(argv, job);
	cli_append_setup(argv, job->run);
	if (job->round)
		g_ptr_array_add(argv, g_strdup_printf("--round=%u", job->round));
	if (job->cpu >= 0)
		g_ptr_array_add(argv, g_strdup_printf("--pin=%d", job->cpu));
	if (job->turns)
		g_ptr_array_add(argv, g_strdup("--turns"));
	if (job->counters)
		g_ptr_array_add(argv, g_strdup("--counters"));
	if (job->lookups)
		g_ptr_array_add(argv, g_strconcat("--lookups=", job->lookups, NULL));
	if (job->workloads)
		g_ptr_array_add(argv, g_strconcat("--workloads=", job->workloads, NULL));
	if (job->flags)
		g_ptr_array_add(argv, g_strdup("--"));
	for (size_t i = 0; job->flags && job->flags[i]; i++)
		g_ptr_array_add(argv, g_strdup(job->flags[i]));
	g_ptr_array_add(argv, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&argv), FALSE);
}
