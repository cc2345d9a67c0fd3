/* job_bench.c: one variant under Google Benchmark's own flags and reporters. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "ground/say.h"
#include "job.h"
#include "work/workload.h"

struct entry {
	const struct workload *w;
	struct fixture *f;
	bool *wrong;
};

static void
run_entry(struct gbench_state *s, void *arg)
{
	const struct entry *e = arg;
	e->f->running = e->w->name;
	workload_run(s, e->f, e->w);
	const struct tally *y = &e->f->tally;
	if (y->failed || (fixture_answers(e->f) && y->right != y->asked))
		*e->wrong = true;
}

static size_t
register_all(
	struct fixture *f, const GPtrArray *wanted, struct entry *entries, bool *wrong)
{
	size_t n = 0;
	for (guint i = 0; i < wanted->len; i++) {
		const struct workload *w = wanted->pdata[i];
		if (!workload_possible(w, f->v, f->d->n))
			continue;
		g_autofree char *name = g_strdup_printf("%s/%s", f->v->name, w->name);
		entries[n] = (struct entry){ w, f, wrong };
		if (gbench_register(&(struct gbench_spec){
			    name, run_entry, &entries[n], GBENCH_MANUAL_TIME, 0 }))
			n++;
	}
	return n;
}

/* ---- which benchmarks the filter leaves ---- */

static const char list_flag[] = "--benchmark_list_tests=";

static void
set_flag(char *flag)
{
	char *argv[] = { (char *)"artbench", flag, NULL };
	int argc = 2;
	gbench_initialize(&argc, argv);
}

/* Back to what the user asked for, by the environment or by flags. */
static void
restore_listing(char **flags)
{
	const char *otherwise = g_getenv("BENCHMARK_LIST_TESTS");
	g_autofree char *flag = g_strconcat(
		list_flag, otherwise ? otherwise : "false", NULL);
	set_flag(flag);
	for (; *flags; flags++)
		if (g_str_has_prefix(*flags, "--benchmark_list_tests"))
			set_flag(*flags);
}

/* Put `to` in the place of `fd`; returns a duplicate of what was there. */
static int
divert(int fd, int to)
{
	int kept = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	dup2(to, fd);
	return kept;
}

static void
undo(int fd, int kept)
{
	dup2(kept, fd);
	close(kept);
}

/* No result comes of a list; but Google Benchmark 1.7 frees its own reporter after
 * one run and uses it in the next, so the list needs another. */
static void
ignore(const struct gbench_result *r, void *arg)
{
	(void)r;
	(void)arg;
}

/* What Google Benchmark says on stderr when asked for a list; `*n` are on it. */
static char *
list_unheard(char **flags, size_t *n)
{
	char said[512] = "";
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int errors = memfd_create("stderr", MFD_CLOEXEC);
	g_autofree char *flag = g_strconcat(list_flag, "true", NULL);
	fflush(NULL);
	int out = divert(1, nowhere), err = divert(2, errors);
	set_flag(flag);
	*n = gbench_run_each(ignore, NULL);
	restore_listing(flags);
	fflush(NULL);
	undo(1, out);
	undo(2, err);
	ssize_t got = pread(errors, said, sizeof said - 1, 0);
	said[MAX(got, 0)] = '\0';
	close(nowhere);
	close(errors);
	return g_strdup(g_strstrip(said));
}

/* It complains when its filter matches nothing, which is no fault where it matches
 * another variant's; so it is asked for the list first. */
static int
check_filter(char **flags)
{
	size_t n;
	g_autofree char *said = list_unheard(flags, &n);
	if (n)
		return CLI_RIGHT;
	char *bad = strstr(said, "Could not compile");
	if (!bad)
		return BENCH_NOTHING_MATCHED;
	bad[strcspn(bad, "\n")] = '\0';
	return say_fail("bench: --benchmark_filter: %s; give another", bad);
}

static int
run(struct fixture *f, const GPtrArray *wanted, char **flags)
{
	struct entry entries[WORKLOADS_MOST];
	bool wrong = false;
	register_all(f, wanted, entries, &wrong);
	g_autofree char *seed = g_strdup_printf("%" PRIu64, f->setup.seed);
	gbench_add_context("data", f->d->name);
	gbench_add_context("seed", seed);
	int status = check_filter(flags);
	if (status == CLI_RIGHT)
		gbench_run();
	const char *thrown = gbench_caught();
	if (thrown) {
		say_fail("%s: has thrown an exception: %s; mend it, or leave it out with "
			 "--variants",
			f->v->name, thrown);
		status = BENCH_COULD_NOT;
	}
	gbench_clear();
	return wrong ? CLI_WRONG : status;
}

int
job_bench(const struct ab_variant *v, const struct dataset *d, const struct setup *s,
	const GPtrArray *wanted, char **flags)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_ptr_array_add(argv, (gpointer) "artbench");
	for (size_t i = 0; flags[i]; i++)
		g_ptr_array_add(argv, flags[i]);
	int argc = (int)argv->len;
	g_ptr_array_add(argv, NULL);
	if (!gbench_initialize(&argc, (char **)argv->pdata)) {
		const char *bad = argv->pdata[1];
		return say_fail("bench: '%s' is not a flag of Google Benchmark%s; see "
				"artbench bench --data FILE -- --help",
			bad,
			strchr(bad, '=') ? ", or has a value that it does not take" : "");
	}
	struct fixture f;
	g_autoptr(GError) error = NULL;
	bool ready = fixture_open(&f, v, d, s, &error);
	int status = ready ? run(&f, wanted, flags) : BENCH_COULD_NOT;
	if (!ready)
		say_fail("%s: %s; leave it out with --variants", v->name, error->message);
	fixture_close(&f);
	return status;
}
