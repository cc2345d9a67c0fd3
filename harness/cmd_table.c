/* cmd_table.c: artbench table: measure variants on a key file, print the table,
 * keep the rows. */
#include <inttypes.h>
#include <sched.h>
#include <string.h>
#include "cli.h"
#include "cmd.h"
#include "env.h"
#include "report.h"
#include "results.h"
#include "run.h"

static const char *const formats[] = { "text", "tsv", "markdown", NULL };

struct table_options {
	struct cli_run run;
	char *rounds, *format, *results, *timeout;
	gboolean pin;
	/* checked */
	struct run_spec spec;
	int form;
};

/* Everything one run needs to know and keeps. */
struct table {
	const struct table_options *o;
	struct report_about about;
	struct report *report;
	struct results results;
	struct row_data data; /* what the children must have read */
	bool keep;            /* results is open */
	char *revision, *host, *sha256, *command;
	GError *error; /* of writing rows */
};

static int
parse(int argc, char **argv, struct table_options *o)
{
	const GOptionEntry extra[] = {
		{ "rounds", 'r', 0, G_OPTION_ARG_STRING, &o->rounds,
			"Times everything is measured (default 3)", "N" },
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &o->format,
			"text (default), tsv or markdown", "FORMAT" },
		{ "results", 0, 0, G_OPTION_ARG_FILENAME, &o->results,
			"Keep rows, table and environment in this new directory", "DIR" },
		{ "timeout", 0, 0, G_OPTION_ARG_STRING, &o->timeout,
			"Most seconds one measurement may take (default 300)",
			"SECONDS" },
		{ "pin", 0, 0, G_OPTION_ARG_NONE, &o->pin,
			"Run every measurement on one processor", NULL },
		{ 0 },
	};
	return cli_parse(argc, argv,
		"Measures bytes per key and speed of each variant on the keys of FILE, "
		"each\n"
		"measurement in a fresh process, and prints one line a variant.",
		extra, &o->run, NULL);
}

/* The last processor we may run on. */
static int
last_cpu(void)
{
	cpu_set_t allowed;
	int last = -1;
	if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
		return -1;
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &allowed))
			last = i;
	return last;
}

static bool
check(struct table_options *o)
{
	uint64_t rounds, timeout;
	if (!cli_number("rounds", o->rounds, 3, 1, 1000, &rounds) ||
		!cli_number("timeout", o->timeout, 300, 1, 1000000, &timeout) ||
		!cli_choice("format", o->format, formats, &o->form))
		return false;
	if (o->results && !*o->results) {
		cli_fail("--results '' names no directory; name a new one, or leave it "
			 "out");
		return false;
	}
	o->spec = (struct run_spec){ .cli = &o->run,
		.rounds = (unsigned)rounds,
		.timeout_s = (unsigned)timeout,
		.cpu = -1 };
	if (o->pin && (o->spec.cpu = last_cpu()) < 0) {
		cli_fail("cannot find a processor to run on; leave out --pin");
		return false;
	}
	return true;
}

/* ---- env.txt ---- */

static void
put_variants(FILE *out, const GPtrArray *chosen)
{
	g_autoptr(GString) names = g_string_new(NULL);
	for (guint i = 0; i < chosen->len; i++) {
		const struct ab_variant *v = chosen->pdata[i];
		g_string_append_printf(names, "%s%s", i ? "," : "", v->name);
	}
	env_put(out, "variants", "%s", names->str);
}

static void
write_env(FILE *out, const void *arg)
{
	const struct table *t = arg;
	const struct report_about *a = &t->about;
	g_autofree char *start = env_utc_now();
	g_autofree char *load = env_load();
	env_put(out, "revision", "%s", t->revision);
	env_put(out, "command", "%s", t->command);
	env_put(out, "start", "%s", start);
	env_put(out, "load_before", "%s", load);
	env_put(out, "data", "%s", t->o->run.data);
	env_put(out, "dataset", "%s", a->dataset);
	env_put(out, "sha256", "%s", t->sha256);
	env_put(out, "keys", "%zu", a->keys);
	env_put(out, "key_bytes", "%zu", a->key_bytes);
	env_put(out, "seed", "%" PRIu64, a->seed);
	env_put(out, "order", "%s", a->order);
	env_put(out, "values", "%s", a->values);
	env_put(out, "rounds", "%u", a->rounds);
	env_put(out, "timeout_s", "%u", t->o->spec.timeout_s);
	if (t->o->spec.cpu >= 0)
		env_put(out, "pinned_to", "%d", t->o->spec.cpu);
	else
		env_put(out, "pinned_to", "no");
	put_variants(out, a->variants);
	env_put_surroundings(out);
}

static void
write_env_end(FILE *out, const void *arg)
{
	const char *outcome = arg;
	g_autofree char *end = env_utc_now();
	g_autofree char *load = env_load();
	env_put(out, "end", "%s", end);
	env_put(out, "load_after", "%s", load);
	env_put(out, "outcome", "%s", outcome);
}

static void
write_summary(FILE *out, const void *arg)
{
	report_summary(arg, out);
}

static void
write_markdown(FILE *out, const void *arg)
{
	report_markdown(arg, out);
}

/* ---- the run ---- */

static char *
command_line(int argc, char **argv)
{
	g_autoptr(GString) all = g_string_new("artbench");
	for (int i = 0; i < argc; i++) {
		bool plain = *argv[i] &&
			     !argv[i][strcspn(argv[i], " \t\n'\"\\$&|;<>*?()")];
		g_autofree char *quoted = plain ? g_strdup(argv[i])
						: g_shell_quote(argv[i]);
		g_string_append_printf(all, " %s", quoted);
	}
	return g_strdup(all->str);
}

/* Learn about the data; the children map it for themselves. */
static bool
survey(struct table *t)
{
	struct dataset *d = cli_dataset(&t->o->run, false);
	if (!d)
		return false;
	const struct cli_run *r = &t->o->run;
	t->about = (struct report_about){
		.dataset = g_intern_string(d->name),
		.keys = d->n,
		.key_bytes = d->key_bytes,
		.revision = t->revision,
		.host = t->host,
		.order = r->setup.order == ORDER_SORTED ? "sorted" : "random",
		.values = r->setup.values == VALUES_RANK ? "rank" : "random",
		.seed = r->setup.seed,
		.rounds = t->o->spec.rounds,
		.variants = r->chosen,
	};
	t->data = (struct row_data){ d->n, d->key_bytes, d->fingerprint };
	dataset_close(d);
	return true;
}

static bool
open_results(struct table *t, GError **error)
{
	t->sha256 = env_sha256(t->o->run.data, error);
	if (!t->sha256 || !results_open(&t->results, t->o->results, error))
		return false;
	t->keep = true;
	return results_write(&t->results, "env.txt", "we", write_env, t, error);
}

static bool
take_row(void *arg, const struct row *row)
{
	struct table *t = arg;
	report_add(t->report, row);
	return !t->keep || results_add(&t->results, row, &t->error);
}

static bool
sync_rows(void *arg)
{
	(void)arg;
	return true;
}

static bool
close_results(struct table *t, enum run_outcome outcome, GError **error)
{
	const char *word = outcome == RUN_RIGHT ? "right" : "wrong";
	struct results *r = &t->results;
	return results_write(r, "env.txt", "ae", write_env_end, word, error) &&
	       results_write(r, "summary.tsv", "we", write_summary, t->report, error) &&
	       results_write(r, "table.md", "we", write_markdown, t->report, error) &&
	       results_finish(r, error);
}

static void
print(const struct table *t)
{
	void (*const print_as[])(const struct report *, FILE *) = { report_text,
		report_tsv, report_markdown };
	print_as[t->o->form](t->report, stdout);
}

static int
conclude(struct table *t, enum run_outcome outcome)
{
	g_autoptr(GError) error = NULL;
	if (outcome == RUN_SINK_FAILED)
		return cli_fail("%s", t->error->message);
	if (outcome == RUN_INTERRUPTED) {
		if (t->keep)
			cli_fail("interrupted; what was measured is in %s",
				t->results.partial);
		else
			cli_fail("interrupted; nothing was kept, see --results");
		return CLI_INTERRUPTED;
	}
	print(t);
	bool flushed = cli_flush();
	if (t->keep && !close_results(t, outcome, &error))
		return cli_fail("%s", error->message);
	if (!flushed)
		return CLI_BAD_INPUT;
	return outcome == RUN_RIGHT ? CLI_RIGHT : CLI_WRONG;
}

static int
measure(struct table *t)
{
	g_autoptr(GError) error = NULL;
	if (!survey(t))
		return CLI_BAD_INPUT;
	t->report = report_new(&t->about);
	if (t->o->results && !open_results(t, &error))
		return cli_fail("%s", error->message);
	struct run_spec spec = t->o->spec;
	const struct row_sink sink = { take_row, sync_rows, t };
	unsigned rounds;
	spec.data = t->data;
	spec.wanted = cli_workloads(NULL);
	spec.reference = ab_variant_named("glib_tree");
	spec.host = g_intern_string(t->host);
	spec.sink = &sink;
	return conclude(t, run_rounds(&spec, &rounds));
}

int
cmd_table(int argc, char **argv)
{
	struct table_options o = { 0 };
	struct table t = { .o = &o, .command = command_line(argc, argv) };
	int status = parse(argc, argv, &o);
	if (status < 0 && !check(&o))
		status = CLI_BAD_INPUT;
	if (status < 0) {
		t.revision = env_revision();
		t.host = env_host();
		status = measure(&t);
	}
	report_free(t.report);
	results_free(&t.results);
	g_clear_error(&t.error);
	char *const text[] = { t.revision, t.host, t.sha256, t.command, o.rounds,
		o.format, o.results, o.timeout };
	for (size_t i = 0; i < G_N_ELEMENTS(text); i++)
		g_free(text[i]);
	cli_free(&o.run);
	return status;
}
