/* each.c: see each.h. */
#include <string.h>
#include "each.h"

struct each {
	const struct each_spec *spec;
	struct cli_run run;
	char *timeout, *format;
	uint64_t timeout_s;
	int form;
	struct cli_keys keys;
	struct job_argv job; /* but for the variant */
};

enum { TEXT, TSV };
static const char *const formats[] = { "text", "tsv", NULL };

static void
print_tsv(const struct each *x, const struct ab_variant *v, const struct reading *said)
{
	for (guint i = 0; i < said->rows->len; i++) {
		const struct row *r = &g_array_index(said->rows, struct row, i);
		if (strcmp(r->workload, "-") != 0) /* how long it took */
			printf("%s\t%s\t%s\t%.*f\t%s\n", v->name, r->workload, r->metric,
				x->spec->digits, r->value, r->unit);
	}
}

static int
ask(const struct each *x, const struct ab_variant *v)
{
	struct job_argv job = x->job;
	struct reading said;
	int status = CLI_RIGHT;
	job.variants = &v;
	enum run_outcome outcome = contest_of_one(
		&job, &x->keys.data, (unsigned)x->timeout_s, &said);
	if (outcome == RUN_INTERRUPTED) {
		say_fail("interrupted while %s %s", x->spec->doing, v->name);
		status = CLI_INTERRUPTED;
	} else if (outcome == RUN_WRONG) {
		say_fail("%s: %s", v->name, said.failure);
		status = CLI_WRONG;
	} else if (said.failure) /* declined */
		g_printerr("artbench: %s: %s\n", v->name, said.failure);
	else if (x->form == TSV)
		print_tsv(x, v, &said);
	else
		x->spec->text(v, &x->keys, &said);
	fflush(stdout);
	reading_free(&said);
	return status;
}

static int
ask_all(struct each *x)
{
	int status = CLI_RIGHT;
	x->job = (struct job_argv){
		.run = &x->run, .kind = x->spec->kind, .n = 1, .cpu = -1
	};
	if ((x->spec->ready && !x->spec->ready(&x->job)) ||
		!cli_read_keys(&x->run, CLI_NOTICES, &x->keys))
		return CLI_BAD_INPUT;
	child_guard();
	if (x->form == TSV)
		printf("variant\t%s\tmetric\tvalue\tunit\n", x->spec->columns);
	for (guint i = 0; i < x->run.chosen->len && status <= CLI_WRONG; i++) {
		int one = ask(x, x->run.chosen->pdata[i]);
		status = MAX(status, one);
	}
	return say_flush() ? status : CLI_BAD_INPUT;
}

int
each_command(int argc, char **argv, const struct each_spec *spec)
{
	struct each x = { .spec = spec };
	const GOptionEntry shared[] = {
		{ "format", 'f', 0, G_OPTION_ARG_FILENAME, &x.format,
			"text (default), or tsv: a row for each figure", "FORMAT" },
		{ "timeout", 0, 0, G_OPTION_ARG_FILENAME, &x.timeout,
			"Most seconds one variant may take (default 300)", "SECONDS" },
		{ 0 },
	};
	g_autoptr(GArray) options = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
	for (const GOptionEntry *e = spec->extra; e && e->long_name; e++)
		g_array_append_vals(options, e, 1);
	g_array_append_vals(options, shared, G_N_ELEMENTS(shared) - 1);
	int status = cli_parse(argc, argv, spec->summary,
		(const GOptionEntry *)(void *)options->data, &x.run, NULL);
	if (status < 0)
		status = cli_choice("format", x.format, formats, &x.form) &&
					 cli_number("timeout", x.timeout, 300, 1, 1000000,
						 &x.timeout_s)
				 ? ask_all(&x)
				 : CLI_BAD_INPUT;
	g_free(x.timeout);
	g_free(x.format);
	cli_free(&x.run);
	return status;
}
