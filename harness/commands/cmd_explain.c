/* cmd_explain.c: artbench explain: bytes per key taken the way the claim's early
 * examples took them, beside a process for each structure and what the structure
 * counts of itself. */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "run/contest.h"
#include "cmd.h"
#include "job/job.h"
#include "kept/disk.h"
#include "kept/record.h"
#include "report/explanation.h"

struct command {
	struct cli_run run;
	char *timeout, *format, *results;
	uint64_t timeout_s;
	int form;
	char *kept; /* explain.md of the run that --results names; NULL: none */
	struct explanation found;
};

/* ---- the children ---- */

static struct figures *
figures_at(const struct command *x, guint i)
{
	return &g_array_index(x->found.figures, struct figures, i);
}

/* What a job on these variants says; reading_free it. Returns an exit status. */
static int
ask(struct command *x, const char *kind, const struct ab_variant **variants, size_t n,
	struct reading *said)
{
	const struct job_argv job = {
		.run = &x->run, .kind = kind, .variants = variants, .n = n, .cpu = -1
	};
	enum run_outcome outcome = contest_of_one(
		&job, &x->found.data, (unsigned)x->timeout_s, said);
	const char *who = strcmp(kind, "explain") == 0 ? "in one process"
						       : variants[0]->name;
	if (outcome == RUN_INTERRUPTED) {
		say_fail("interrupted while measuring %s", who);
		return CLI_INTERRUPTED;
	}
	if (said->failure) {
		say_fail("%s: %s", who, said->failure);
		return CLI_WRONG;
	}
	return CLI_RIGHT;
}

/* GTree's nodes must come from malloc, as BTreeMap's do and as they do in GLib from
 * 2.76 on: before, GLib keeps dropped nodes for itself. */
static int
measure_in_one(struct command *x)
{
	g_autofree char *before = g_strdup(g_getenv("G_SLICE"));
	size_t n = x->found.figures->len - 1;
	g_autofree const struct ab_variant **layouts = g_new(
		const struct ab_variant *, n);
	struct reading said;
	for (guint i = 0; i < n; i++)
		layouts[i] = figures_at(x, i + 1)->v;
	g_setenv("G_SLICE", "always-malloc", TRUE);
	int status = ask(x, "explain", layouts, n, &said);
	if (before)
		g_setenv("G_SLICE", before, TRUE);
	else
		g_unsetenv("G_SLICE");
	for (guint i = 0; i <= n; i++) {
		struct figures *f = figures_at(x, i);
		f->grown = reading_value(&said, f->v->name, "grown");
		f->kept = reading_value(&said, f->v->name, "kept");
		f->free = reading_value(&said, f->v->name, "free");
	}
	reading_free(&said);
	return status;
}

static int
measure_alone(struct command *x, struct figures *f)
{
	struct reading said;
	int status = ask(x, "memory", &f->v, 1, &said);
	f->own = reading_value(&said, "load", "rss");
	f->inner = reading_value(&said, "load", "exact_inner");
	f->leaf = reading_value(&said, "load", "exact_leaf");
	f->key = reading_value(&said, "load", "exact_key");
	reading_free(&said);
	return status;
}

/* ---- what is kept ---- */

/* Before anything is measured: --results must name a run on the same keys. */
static bool
find_run(struct command *x)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *keys = g_strdup_printf("%016" PRIx64, x->found.data.fingerprint);
	struct record run = { 0 };
	if (!record_read_env(&run, x->results, &error))
		say_fail("%s", error->message);
	else if (g_strcmp0(record_env(&run, "fingerprint"), keys) != 0)
		say_fail("%s: is of other keys than those of %s; name the directory of a "
			 "run on them with --results",
			run.dir, x->run.data);
	else
		x->kept = g_build_filename(run.dir, "explain.md", NULL);
	record_clear(&run);
	return x->kept;
}

static int
conclude(const struct command *x)
{
	g_autoptr(GError) error = NULL;
	bool kept = !x->kept ||
		    disk_write(x->kept, explanation_markdown, &x->found, &error);
	explanation_print(stdout, &x->found, x->form);
	bool flushed = say_flush();
	if (!kept)
		return say_fail("%s", error->message);
	return flushed ? CLI_RIGHT : CLI_BAD_INPUT;
}

/* ---- the command ---- */

static void
add(struct command *x, const struct ab_variant *v)
{
	struct figures f = { v, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
	g_array_append_val(x->found.figures, f);
}

/* The ART layouts among those chosen; they must take keys one by one. */
static bool
choose(struct command *x, size_t longest)
{
	add(x, ab_variant_named(JOB_EXPLAIN_FIRST));
	for (guint i = 0; i < x->run.chosen->len; i++) {
		const struct ab_variant *v = x->run.chosen->pdata[i];
		if (strcmp(v->family, "art") == 0 && v->put && longest <= v->max_key)
			add(x, v);
	}
	if (x->found.figures->len > 1)
		return true;
	say_fail("explain is about ART layouts and none was chosen that takes these "
		 "keys; name one with --variants");
	return false;
}

static int
explain(struct command *x)
{
	struct cli_keys keys;
	if (!cli_read_keys(&x->run, CLI_NOTICES, &keys))
		return CLI_BAD_INPUT;
	x->found.data = keys.data;
	x->found.title = keys.title;
	if (!choose(x, keys.longest) || (x->results && !find_run(x)))
		return CLI_BAD_INPUT;
	child_guard();
	int status = measure_in_one(x);
	for (guint i = 0; i < x->found.figures->len && status == CLI_RIGHT; i++)
		status = measure_alone(x, figures_at(x, i));
	return status == CLI_RIGHT ? conclude(x) : status;
}

int
cmd_explain(int argc, char **argv)
{
	struct command x = { .found.figures = g_array_new(
				     FALSE, FALSE, sizeof(struct figures)) };
	const GOptionEntry extra[] = {
		{ "format", 'f', 0, G_OPTION_ARG_FILENAME, &x.format,
			"text (default), markdown or tsv", "FORMAT" },
		{ "results", 0, 0, G_OPTION_ARG_FILENAME, &x.results,
			"Keep it as explain.md in the directory of a run on these keys",
			"DIR" },
		{ "timeout", 0, 0, G_OPTION_ARG_FILENAME, &x.timeout,
			"Most seconds one process may take (default 300)", "SECONDS" },
		{ 0 },
	};
	int status = cli_parse(argc, argv,
		"Takes bytes per key of the ART layouts the way the claim's early "
		"examples did, all\n"
		"in one process after another tree was dropped, beside a process for "
		"each and\n"
		"what each counts of itself.",
		extra, &x.run, NULL);
	if (status < 0)
		status = cli_choice("format", x.format, explanation_formats, &x.form) &&
					 cli_number("timeout", x.timeout, 300, 1, 1000000,
						 &x.timeout_s)
				 ? explain(&x)
				 : CLI_BAD_INPUT;
	g_array_unref(x.found.figures);
	g_free(x.kept);
	g_free(x.results);
	g_free(x.timeout);
	g_free(x.format);
	cli_free(&x.run);
	return status;
}
