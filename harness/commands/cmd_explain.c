/* cmd_explain.c: artbench explain: bytes per key taken the way the claim's early
 * examples took them, beside a process for each structure and what the structure
 * counts of itself. */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "run/child.h"
#include "run/cli.h"
#include "cmd.h"
#include "kept/disk.h"
#include "job/explain.h"
#include "report/explanation.h"
#include "run/probe.h"
#include "kept/record.h"
#include "ground/row.h"

enum { MOST_SAID = 1 << 20 }; /* bytes of one child; a right one says some thousands */

struct command {
	struct cli_run run;
	char *timeout, *format, *results;
	gboolean here;
	uint64_t timeout_s;
	int form;
	char *kept; /* explain.md of the run that --results names; NULL: none */
	struct explanation found;
};

/* ---- the children ---- */

static void
listen(void *arg, const char *bytes, size_t n)
{
	GString *said = arg;
	if (said->len <= MOST_SAID)
		g_string_append_len(said, bytes, (gssize)n);
}

/* One row of the process that measures all, or of one that measures `own` alone. */
static void
take_row(struct command *x, const struct ab_variant *own, const struct row *row)
{
	const struct {
		const char *workload, *metric;
		size_t offset;
	} wanted[] = {
		{ NULL, "grown", offsetof(struct figures, grown) },
		{ NULL, "kept", offsetof(struct figures, kept) },
		{ NULL, "free", offsetof(struct figures, free) },
		{ "load", "rss", offsetof(struct figures, own) },
		{ "load", "exact_inner", offsetof(struct figures, inner) },
		{ "load", "exact_leaf", offsetof(struct figures, leaf) },
		{ "load", "exact_key", offsetof(struct figures, key) },
	};
	for (guint i = 0; i < x->found.figures->len; i++) {
		struct figures *f = &g_array_index(x->found.figures, struct figures, i);
		if (own ? f->v != own : strcmp(row->workload, f->v->name) != 0)
			continue;
		for (size_t k = 0; k < G_N_ELEMENTS(wanted); k++)
			if (strcmp(row->metric, wanted[k].metric) == 0 &&
				(own ? g_strcmp0(row->workload, wanted[k].workload) == 0
				     : !wanted[k].workload))
				*(double *)((char *)f + wanted[k].offset) = row->value;
	}
}

/* NULL: all was said that should be; else what is wrong, interned. */
static const char *
take_lines(struct command *x, const struct ab_variant *own, char **lines)
{
	bool identified = false, ended = false;
	for (size_t i = 0; lines[i]; i++) {
		struct row row;
		struct row_data got;
		if (!identified && row_parse_data(lines[i], &got)) {
			identified = true;
			if (got.fingerprint != x->found.data.fingerprint)
				return "the key file changed during the run";
			continue;
		}
		switch (*lines[i] ? row_parse(lines[i], &row) : ROW_END) {
		case ROW_VALUE: take_row(x, own, &row); break;
		case ROW_FAILURE: return row.status;
		case ROW_END: ended = ended || *lines[i]; break;
		case ROW_GARBAGE: return "printed garbage instead of results";
		}
	}
	return identified && ended ? NULL : "ended before its results did";
}

/* Run what `argv` says, which is freed, and take its rows. */
static int
run_child(struct command *x, const struct ab_variant *own, GPtrArray *argv)
{
	g_autoptr(GString) said = g_string_new(NULL);
	cli_append_setup(argv, &x->run);
	g_ptr_array_add(argv, NULL);
	struct child s = { .argv = (char *const *)argv->pdata,
		.timeout_s = (double)x->timeout_s,
		.output = listen,
		.arg = said };
	struct child_end end = child_run(&s);
	g_ptr_array_unref(argv);
	const char *who = own ? own->name : "in one process";
	if (end.how == CHILD_INTERRUPTED) {
		say_fail("interrupted while measuring %s", who);
		return CLI_INTERRUPTED;
	}
	g_auto(GStrv) lines = g_strsplit(said->str, "\n", 0);
	const char *wrong = take_lines(x, own, lines);
	bool ended_well = end.how == CHILD_EXITED && end.code == 0;
	g_autofree char *how = ended_well ? NULL : child_end_text(&s, &end);
	bool says_itself = end.how == CHILD_EXITED && wrong;
	if (ended_well && !wrong)
		return CLI_RIGHT;
	say_fail("%s: %s", who, says_itself ? wrong : how);
	return CLI_WRONG;
}

static GPtrArray *
command(const char *words)
{
	GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) split = g_strsplit(words, " ", 0);
	for (size_t i = 0; split[i]; i++)
		g_ptr_array_add(argv, g_strdup(split[i]));
	return argv;
}

/* GTree's nodes must come from malloc, as BTreeMap's do and as they do in GLib from
 * 2.76 on: before, GLib keeps dropped nodes for itself. */
static int
measure_in_one(struct command *x)
{
	g_autofree char *before = g_strdup(g_getenv("G_SLICE"));
	GPtrArray *argv = command("artbench explain --in-one-process");
	g_autoptr(GString) names = g_string_new("--variants=");
	for (guint i = 1; i < x->found.figures->len; i++) {
		const struct ab_variant *v =
			g_array_index(x->found.figures, struct figures, i).v;
		g_string_append_printf(names, "%s%s", i > 1 ? "," : "", v->name);
		probe_append_load(argv, v);
	}
	g_ptr_array_add(argv, g_strdup(names->str));
	g_setenv("G_SLICE", "always-malloc", TRUE);
	int status = run_child(x, NULL, argv);
	if (before)
		g_setenv("G_SLICE", before, TRUE);
	else
		g_unsetenv("G_SLICE");
	return status;
}

static int
measure_alone(struct command *x, const struct ab_variant *v)
{
	GPtrArray *argv = command("artbench job memory");
	g_ptr_array_add(argv, g_strdup_printf("--variants=%s", v->name));
	probe_append_load(argv, v);
	return run_child(x, v, argv);
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
	add(x, ab_variant_named(EXPLAIN_FIRST));
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
	struct dataset *d = cli_dataset(&x->run, x->here);
	if (!d)
		return CLI_BAD_INPUT;
	x->found.data = (struct row_data){ d->n, d->key_bytes, d->fingerprint };
	x->found.title = g_strdup(d->name);
	int status = CLI_BAD_INPUT;
	if (x->here)
		status = explain_here(x->run.chosen, d, &x->run.setup) ? CLI_RIGHT
								       : CLI_WRONG;
	else if (choose(x, d->longest) && (!x->results || find_run(x)))
		status = CLI_RIGHT;
	dataset_close(d);
	if (x->here || status != CLI_RIGHT)
		return say_flush() ? status : CLI_BAD_INPUT;
	child_guard();
	status = measure_in_one(x);
	for (guint i = 0; i < x->found.figures->len && status == CLI_RIGHT; i++)
		status = measure_alone(
			x, g_array_index(x->found.figures, struct figures, i).v);
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
		{ "in-one-process", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &x.here,
			"The re-enactment, here", NULL },
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
	g_free(x.found.title);
	g_free(x.kept);
	g_free(x.results);
	g_free(x.timeout);
	g_free(x.format);
	cli_free(&x.run);
	return status;
}
