/* cmd_compare.c: artbench compare: what changed between two runs. */
#include <stdio.h>
#include "run/cli.h"
#include "cmd.h"
#include "report/compare.h"
#include "report/doc.h"

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

static int
compare(char *const *dirs, int form)
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
		print_as[form](&c);
		status = say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
	}
	compare_close(&c);
	record_clear(&a);
	record_clear(&b);
	return status;
}

int
cmd_compare(int argc, char **argv)
{
	static const char *const formats[] = { "text", "tsv", "markdown", NULL };
	g_auto(GStrv) dirs = NULL;
	g_autofree char *format = NULL;
	int form;
	const GOptionEntry entries[] = {
		{ "format", 'f', 0, G_OPTION_ARG_FILENAME, &format,
			"text (default), tsv or markdown", "FORMAT" },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &dirs, NULL,
			"RUN_A RUN_B" },
		{ 0 },
	};
	int status = cli_parse_only(argc, argv,
		"Says what changed from RUN_A to RUN_B, results directories of two runs "
		"on the\nsame keys, ended or not: bytes, and speed as the change of "
		"in-round ratios to the\nsame reference, never as times of one run held "
		"against those of the other.\n"
		"Exit status: 0 compared, whatever came out; 2 they cannot be.",
		entries);
	if (status >= 0)
		return status;
	if (!cli_choice("format", format, formats, &form))
		return CLI_BAD_INPUT;
	if (!dirs || !dirs[0] || !dirs[1] || dirs[2])
		return say_fail("compare needs two directories that artbench run has "
				"written; see artbench compare --help");
	return compare(dirs, form);
}
