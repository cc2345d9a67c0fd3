/* derived.c: see derived.h. */
#include "derived.h"
#include "run_page.h"

struct source {
	const struct report *report;
	const struct record *record;
};

static void
write_summary(FILE *out, const void *arg)
{
	const struct source *s = arg;
	report_summary(s->report, out);
}

static void
write_markdown(FILE *out, const void *arg)
{
	const struct source *s = arg;
	report_markdown(s->report, out);
}

static void
write_page(FILE *out, const struct source *s, bool html)
{
	g_autofree char *text = page_new(s->report, s->record, html);
	fputs(text, out);
}

static void
write_html(FILE *out, const void *arg)
{
	write_page(out, arg, true);
}

static void
write_long_markdown(FILE *out, const void *arg)
{
	write_page(out, arg, false);
}

bool
derived_write(struct results *to, const struct report *report,
	const struct record *record, GError **error)
{
	static const struct {
		const char *name;
		disk_writer *write;
	} files[] = { { "summary.tsv", write_summary }, { "table.md", write_markdown },
		{ "report.md", write_long_markdown }, { "report.html", write_html } };
	const struct source s = { report, record };
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		if (!results_write(to, files[i].name, files[i].write, &s, error))
			return false;
	return true;
}
