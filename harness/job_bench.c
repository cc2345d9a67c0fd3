/* job_bench.c: one variant under Google Benchmark's own flags and reporters. */
#include <inttypes.h>
#include "cli.h"
#include "job.h"
#include "workload.h"

struct entry {
	const struct workload *w;
	struct fixture *f;
	bool *wrong;
};

static void
run_entry(struct gbench_state *s, void *arg)
{
	const struct entry *e = arg;
	e->w->run(s, e->f);
	if (fixture_answers(e->f) && e->f->tally.right != e->f->tally.asked)
		*e->wrong = true;
}

static size_t
register_all(struct fixture *f, struct entry *entries, bool *wrong)
{
	size_t n = 0;
	for (const struct workload *w = workloads; w->name; w++) {
		if (!workload_supported(w, f))
			continue;
		g_autofree char *name = g_strdup_printf("%s/%s", f->v->name, w->name);
		entries[n] = (struct entry){ w, f, wrong };
		if (gbench_register(&(struct gbench_spec){
			    name, run_entry, &entries[n], w->clock, 0 }))
			n++;
	}
	return n;
}

static int
run(struct fixture *f)
{
	struct entry entries[WORKLOADS_MOST];
	bool wrong = false;
	register_all(f, entries, &wrong);
	g_autofree char *seed = g_strdup_printf("%" PRIu64, f->setup.seed);
	gbench_add_context("data", f->d->name);
	gbench_add_context("seed", seed);
	size_t matched = gbench_run();
	gbench_clear();
	if (!matched)
		return JOB_NOTHING_MATCHED;
	return wrong ? CLI_WRONG : CLI_RIGHT;
}

int
job_bench(const struct ab_variant *v, const struct dataset *d, const struct setup *s,
	char **flags)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_ptr_array_add(argv, (gpointer) "artbench");
	for (; *flags; flags++)
		g_ptr_array_add(argv, *flags);
	int argc = (int)argv->len;
	g_ptr_array_add(argv, NULL);
	if (!gbench_initialize(&argc, (char **)argv->pdata))
		return cli_fail("bench: '%s' is not a flag of Google Benchmark; see "
				"artbench bench --data FILE -- --help",
			(const char *)argv->pdata[1]);
	struct fixture f;
	g_autoptr(GError) error = NULL;
	bool ready = fixture_open(&f, v, d, s, &error);
	int status = ready ? run(&f) : CLI_WRONG;
	if (!ready)
		cli_fail("%s: %s; leave it out with --variants", v->name, error->message);
	fixture_close(&f);
	return status;
}
