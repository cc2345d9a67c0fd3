/* cmd_count.c: artbench count: a pass of a workload, the one that is timed (workload.h), for
 * scripts/callgrind.sh to count the instructions of; or passes for so many seconds, for
 * scripts/flame.sh to sample.
 *
 * All that is counted happens below count_measured: a counter that starts where it is
 * entered and stops where it is left sees the structure's own work and the loop around
 * it, and neither loading nor the making of queries. */
#include <gnu/libc-version.h>
#include "build_config.h"
#include "run/cli.h"
#include "cmd.h"
#include "ground/clock.h"
#include "work/workload.h"

/* Named on valgrind's command line: not inlined, not static, so that the symbol is
 * this one, and with something to do after the pass, so that it is left by a return. */
size_t count_measured(stretch_fn *stretch, struct fixture *f, size_t n);

__attribute__((noinline)) size_t
count_measured(stretch_fn *stretch, struct fixture *f, size_t n)
{
	size_t right = stretch(f, 0, n);
	__asm__ volatile("" : "+r"(right)); /* no tail call */
	return right;
}

/* What, apart from the sources, decides the figures. Under valgrind the processor is
 * the one valgrind shows, which is what the C library chooses its memcmp by. */
static void
print_surroundings(void)
{
	const char *level = "unknown";
#if defined __x86_64__
	level = __builtin_cpu_supports("avx512f") ? "x86-64 with AVX-512"
		: __builtin_cpu_supports("avx2")  ? "x86-64 with AVX2"
		: __builtin_cpu_supports("avx")   ? "x86-64 with AVX"
						  : "x86-64 with SSE2";
#elif defined __aarch64__
	level = "aarch64";
#endif
	printf("compiler\t%s\n", BUILD_COMPILER);
	printf("flags\t-O%s %s c_args=%s\n", BUILD_OPTIMIZATION, BUILD_OPTIONS,
		BUILD_C_ARGS);
	printf("libraries\tglibc %s, GLib %u.%u.%u\n", gnu_get_libc_version(),
		glib_major_version, glib_minor_version, glib_micro_version);
	printf("processor\t%s\n", level);
}

/* One pass of `n` operations, and what surrounds it. False: `*error` says why. */
static bool
count_pass(const struct workload *w, struct fixture *f, size_t n, double *seconds,
	GError **error)
{
	if (!workload_ready(w, f, error))
		return false;
	double begun = clock_now();
	size_t right = count_measured(w->pass->stretch, f, n);
	*seconds += clock_now() - begun;
	if (right != n && fixture_answers(f)) {
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
			"wrong answers: %zu of %zu were right", right, n);
		return false;
	}
	return !w->pass->after || w->pass->after(f, error);
}

/* Prints the number of operations in all passes, or "-" where the variant has none. */
static int
count(const struct workload *w, struct fixture *f, uint64_t seconds, GError **error)
{
	size_t n = workload_operations(w, f->d->n), passes = 0;
	double counted = 0;
	if (!workload_possible(w, f->v, f->d->n)) {
		printf("operations\t-\n");
		return CLI_RIGHT;
	}
	do {
		if (!count_pass(w, f, n, &counted, error))
			return CLI_WRONG;
		passes++;
	} while (counted < (double)seconds);
	printf("operations\t%zu\n", passes * n);
	return CLI_RIGHT;
}

static int
count_one(const struct workload *w, const struct cli_run *r, uint64_t seconds)
{
	g_autoptr(GError) error = NULL;
	struct fixture f = { 0 };
	const struct ab_variant *v = r->chosen->pdata[0];
	struct dataset *d = cli_dataset(r, true);
	if (!d)
		return CLI_BAD_INPUT;
	int status = CLI_WRONG;
	if (fixture_open(&f, v, d, &r->setup, &error)) {
		print_surroundings();
		status = count(w, &f, seconds, &error);
		fixture_close(&f);
	}
	if (error)
		say_fail("%s: %s: %s", v->name, w->name, error->message);
	dataset_close(d);
	return say_flush() ? status : CLI_BAD_INPUT;
}

int
cmd_count(int argc, char **argv)
{
	g_autofree char *operation = NULL, *seconds = NULL;
	static const char *const names[] = { "insert", "hit", "miss", "scan", "update",
		"delete", "insert_sorted", "insert_descending", NULL };
	const GOptionEntry extra[] = {
		{ "operation", 0, 0, G_OPTION_ARG_FILENAME, &operation,
			"insert (default), hit, miss, scan, update, delete, "
			"insert_sorted, insert_descending",
			"NAME" },
		{ "seconds", 0, 0, G_OPTION_ARG_FILENAME, &seconds,
			"Pass after pass, until the passes have taken so long together "
			"(default 0: one pass)",
			"SECONDS" },
		{ 0 },
	};
	struct cli_run r = { 0 };
	int o;
	uint64_t long_enough;
	int status = cli_parse_text(argc, argv,
		"One pass of one operation, or more, for scripts/callgrind.sh and "
		"scripts/flame.sh.",
		extra, &r, NULL);
	if (status >= 0)
		goto out;
	status = CLI_BAD_INPUT;
	if (!cli_load_plugins(&r) || !cli_settle(argv[0], &r))
		goto out;
	if (r.chosen->len != 1)
		say_fail("count takes one variant; name it with --variants");
	else if (cli_choice("operation", operation, names, &o) &&
		 cli_number("seconds", seconds, 0, 0, 1000000, &long_enough))
		status = count_one(workload_named(names[o]), &r, long_enough);
out:
	cli_free(&r);
	return status;
}
