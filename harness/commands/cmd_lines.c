/* cmd_lines.c: artbench lines: how many lines of memory a lookup touches, in all and in the
 * nodes of each level. */
#include <math.h>
#include <string.h>
#include "report/table.h"
#include "run/contest.h"
#include "cmd.h"

enum { TEXT, TSV };
static const char *const formats[] = { "text", "tsv", NULL };

struct command {
	struct cli_run run;
	char *timeout, *format, *lookups;
	uint64_t timeout_s, asked;
	int form;
	struct cli_keys keys;
};

static void
print_tsv(const struct ab_variant *v, const struct reading *said)
{
	for (guint i = 0; i < said->rows->len; i++) {
		const struct row *r = &g_array_index(said->rows, struct row, i);
		if (strcmp(r->workload, "-") != 0) /* how long it took */
			printf("%s\t%s\t%s\t%.4f\t%s\n", v->name, r->workload, r->metric,
				r->value, r->unit);
	}
}

/* "level.3": behind so many nodes; "kind.Node4"; "rest". */
static void
add_place(struct table *t, const struct reading *said, const struct row *r)
{
	double share = reading_value(said, r->workload, "lookups");
	table_say(t, "%s", strcmp(r->workload, "rest") == 0 ? "no node" : r->workload);
	table_number(t, 3, r->value);
	table_number(t, 1, 100 * share);
	table_number(t, 2, share > 0 ? r->value / share : NAN);
}

static void
print_text(
	const struct command *x, const struct ab_variant *v, const struct reading *said)
{
	static const char *const names[] = { "where", "lines/lookup", "of lookups %",
		"lines there", NULL };
	struct table t = table_named(names);
	printf("%s, %.0f lookups of %.0f keys of %s: %.2f lines of 64 bytes, in %.2f "
	       "pages of 4 KiB, by %.1f accesses\n\n",
		v->name, reading_value(said, "all", "lookups"), (double)x->keys.data.keys,
		x->keys.title, reading_value(said, "all", "lines"),
		reading_value(said, "all", "pages"),
		reading_value(said, "all", "accesses"));
	for (guint i = 0; i < said->rows->len; i++) {
		const struct row *r = &g_array_index(said->rows, struct row, i);
		if (strcmp(r->workload, "all") != 0 && strcmp(r->metric, "lines") == 0 &&
			reading_value(said, r->workload, "lookups") > 0)
			add_place(&t, said, r);
	}
	table_text(&t, stdout);
	table_clear(&t);
	putchar('\n');
}

static int
lines_of(const struct command *x, const struct ab_variant *v)
{
	g_autofree char *lookups = g_strdup_printf("%u", (unsigned)x->asked);
	const struct job_argv job = { .run = &x->run,
		.kind = "lines",
		.variants = &v,
		.n = 1,
		.cpu = -1,
		.lookups = lookups };
	struct reading said;
	int status = CLI_RIGHT;
	enum run_outcome outcome = contest_of_one(
		&job, &x->keys.data, (unsigned)x->timeout_s, &said);
	if (outcome == RUN_INTERRUPTED) {
		say_fail("interrupted while tracing %s", v->name);
		status = CLI_INTERRUPTED;
	} else if (outcome == RUN_WRONG) {
		say_fail("%s: %s", v->name, said.failure);
		status = CLI_WRONG;
	} else if (said.failure) /* declined */
		g_printerr("artbench: %s: %s\n", v->name, said.failure);
	else if (x->form == TSV)
		print_tsv(v, &said);
	else
		print_text(x, v, &said);
	fflush(stdout);
	reading_free(&said);
	return status;
}

static int
lines_of_all(struct command *x)
{
	int status = CLI_RIGHT;
	g_autofree char *valgrind = g_find_program_in_path("valgrind");
	if (!valgrind)
		return say_fail("valgrind is missing; it is in the Debian package "
				"valgrind (apt-get install it)");
	if (!cli_read_keys(&x->run, false, &x->keys))
		return CLI_BAD_INPUT;
	child_guard();
	if (x->form == TSV)
		puts("variant\twhere\tmetric\tvalue\tunit");
	for (guint i = 0; i < x->run.chosen->len && status <= CLI_WRONG; i++) {
		int one = lines_of(x, x->run.chosen->pdata[i]);
		status = MAX(status, one);
	}
	return say_flush() ? status : CLI_BAD_INPUT;
}

int
cmd_lines(int argc, char **argv)
{
	struct command x = { 0 };
	const GOptionEntry extra[] = {
		{ "lookups", 0, 0, G_OPTION_ARG_FILENAME, &x.lookups,
			"How many keys are looked up (default 1000)", "N" },
		{ "format", 'f', 0, G_OPTION_ARG_FILENAME, &x.format,
			"text (default), or tsv: a row for each figure", "FORMAT" },
		{ "timeout", 0, 0, G_OPTION_ARG_FILENAME, &x.timeout,
			"Most seconds one variant may take (default 300)", "SECONDS" },
		{ 0 },
	};
	int status = cli_parse(argc, argv,
		"Counts the different lines of 64 bytes that a lookup of a key that is "
		"there\n"
		"reads or writes in a variant's memory: in all, and in the nodes of each "
		"level and\n"
		"kind. Lookups run under valgrind; the index is filled at full speed.",
		extra, &x.run, NULL);
	if (status < 0)
		status = cli_choice("format", x.format, formats, &x.form) &&
					 cli_number("timeout", x.timeout, 300, 1, 1000000,
						 &x.timeout_s) &&
					 cli_number("lookups", x.lookups, 1000, 1,
						 1000000, &x.asked)
				 ? lines_of_all(&x)
				 : CLI_BAD_INPUT;
	g_free(x.timeout);
	g_free(x.format);
	g_free(x.lookups);
	cli_free(&x.run);
	return status;
}
