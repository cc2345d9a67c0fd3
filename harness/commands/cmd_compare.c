/* cmd_compare.c: artbench compare: what changed between two runs, and what two variants of
 * one differ in. */
#include <stdio.h>
#include "run/cli.h"
#include "cmd.h"
#include "report/compare.h"
#include "report/doc.h"
#include "report/trial.h"

static void
print_text(const struct compare *c)
{
	struct table memory = compare_memory(c), speed = compare_speed(c);
	g_autoptr(GPtrArray) notes = compare_notes(c);
	printf("Memory, bytes:\n\n");
	table_text(&memory, stdout);
	printf("\nSpeed, in-round ratios to %s:\n\n", c->reference->name);
	table_text(&speed, stdout);
	putchar('\n');
	for (guint i = 0; i < notes->len; i++)
		puts(notes->pdata[i]);
	table_clear(&memory);
	table_clear(&speed);
}

static void
print_tsv(const struct compare *c)
{
	struct table all = compare_all(c);
	table_tsv(&all, stdout);
	table_clear(&all);
}

static void
print_markdown(const struct compare *c)
{
	struct table memory = compare_memory(c), speed = compare_speed(c);
	g_autoptr(GPtrArray) notes = compare_notes(c);
	struct doc d;
	doc_begin(&d, false, "What changed from A to B");
	doc_heading(&d, "Memory, bytes");
	doc_table(&d, NULL, &memory);
	doc_heading(&d, "Speed, in-round ratios");
	doc_table(&d, NULL, &speed);
	doc_list(&d, notes);
	g_autofree char *text = doc_end(&d);
	fputs(text, stdout);
	table_clear(&memory);
	table_clear(&speed);
}

/* What is asked for. */
struct question {
	char *format, *own, *base, *within, *instructions;
	int form;
	double margin; /* as a share; 0: none */
};

static int
compare(char *const *dirs, const struct question *q)
{
	static void (*const print_as[])(
		const struct compare *) = { print_text, print_tsv, print_markdown };
	struct record a = { 0 }, b = { 0 };
	struct compare c = { 0 };
	g_autoptr(GError) error = NULL;
	int status = CLI_RIGHT;
	if (!record_read(&a, dirs[0], &error) || !record_read(&b, dirs[1], &error) ||
		!compare_open(&c, &a, &b, &error))
		status = say_fail("%s", error->message);
	if (status == CLI_RIGHT) {
		c.margin = q->margin;
		print_as[q->form](&c);
		status = say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
	}
	compare_close(&c);
	record_clear(&a);
	record_clear(&b);
	return status;
}

/* ---- two variants of one run ---- */

static void
print_trial(const struct trial *t, int form)
{
	struct table all = trial_table(t);
	if (form == 0)
		trial_text(t, stdout);
	else if (form == 1)
		table_tsv(&all, stdout);
	else
		table_markdown(&all, stdout);
	table_clear(&all);
}

static int
compare_within(const char *dir, const struct question *q)
{
	struct record record = { 0 };
	struct trial t = { 0 };
	g_autoptr(GError) error = NULL;
	int status = CLI_RIGHT;
	if (!record_read(&record, dir, &error) ||
		!trial_open(&t, &record, q->own, q->base, q->margin, &error) ||
		(q->instructions &&
			!trial_read_instructions(&t, q->instructions, &error)))
		status = say_fail("%s", error->message);
	if (status == CLI_RIGHT) {
		print_trial(&t, q->form);
		status = say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
	}
	trial_close(&t);
	record_clear(&record);
	return status;
}

/* ---- the options ---- */

/* In per cent, as people say it. */
static bool
read_margin(struct question *q)
{
	static const double usual = 3, most = 50;
	char *end = NULL;
	double percent = q->within ? g_ascii_strtod(q->within, &end) : q->own ? usual : 0;
	if (q->within &&
		(end == q->within || *end || !(percent > 0 && percent <= most))) {
		say_fail("--within '%s' is not a number above 0 and up to 50; give per "
			 "cent, "
			 "such as 3",
			q->within);
		return false;
	}
	q->margin = percent / 100;
	return true;
}

static int
answer(char *const *dirs, struct question *q)
{
	static const char *const formats[] = { "text", "tsv", "markdown", NULL };
	guint n = dirs ? g_strv_length((char **)dirs) : 0;
	if (!cli_choice("format", q->format, formats, &q->form) || !read_margin(q))
		return CLI_BAD_INPUT;
	if (!q->own != !q->base || (q->instructions && !q->own))
		return say_fail(
			"--of and --to go together, and --instructions with them; "
			"see artbench compare --help");
	if (q->own)
		return n == 1 ? compare_within(dirs[0], q)
			      : say_fail(
					"compare --of NAME --to BASE needs one directory "
					"that artbench run has written; leave out the "
					"rest");
	return n == 2 ? compare(dirs, q)
		      : say_fail("compare needs two directories that artbench run has "
				 "written, or one and --of NAME --to BASE; see artbench "
				 "compare --help");
}

int
cmd_compare(int argc, char **argv)
{
	g_auto(GStrv) dirs = NULL;
	struct question q = { 0 };
	const GOptionEntry entries[] = {
		{ "format", 'f', 0, G_OPTION_ARG_FILENAME, &q.format,
			"text (default), tsv or markdown", "FORMAT" },
		{ "of", 0, 0, G_OPTION_ARG_FILENAME, &q.own,
			"The variant to compare within one run", "NAME" },
		{ "to", 0, 0, G_OPTION_ARG_FILENAME, &q.base,
			"The variant of the run to compare it to", "BASE" },
		{ "within", 0, 0, G_OPTION_ARG_FILENAME, &q.within,
			"Say which ratios are surely nearer to 1 than this (default with "
			"--of: 3)",
			"PERCENT" },
		{ "instructions", 0, 0, G_OPTION_ARG_FILENAME, &q.instructions,
			"With --of: also those that scripts/callgrind.sh has counted",
			"TSV" },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &dirs, NULL,
			"RUN_A [RUN_B]" },
		{ 0 },
	};
	int status = cli_parse_only(argc, argv,
		"Says what changed from RUN_A to RUN_B, results directories of two runs "
		"on the\nsame keys, ended or not: bytes, and speed as the change of "
		"in-round ratios to the\nsame reference, never as times of one run held "
		"against those of the other.\n"
		"With --of NAME --to BASE what two variants of RUN_A differ in, by the "
		"ratios\nwithin its rounds, and a verdict in one sentence.\n"
		"Exit status: 0 compared, whatever came out; 2 they cannot be.",
		entries);
	if (status < 0)
		status = answer(dirs, &q);
	char *const text[] = { q.format, q.own, q.base, q.within, q.instructions };
	for (size_t i = 0; i < G_N_ELEMENTS(text); i++)
		g_free(text[i]);
	return status;
}
