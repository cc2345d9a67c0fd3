/* derived.c: see derived.h. */
#include "derived.h"
#include "run_page.h"

static void
write_summary(FILE *out, const void *r)
{
	report_summary(r, out);
}

static void
write_markdown(FILE *out, const void *r)
{
	report_markdown(r, out);
}

static void
write_html(FILE *out, const void *r)
{
	g_autofree char *text = page_new(r, true);
	fputs(text, out);
}

static void
write_long_markdown(FILE *out, const void *r)
{
	g_autofree char *text = page_new(r, false);
	fputs(text, out);
}

bool
derived_write(struct results *to, const struct report *report, GError **error)
{
	static const struct {
		const char *name;
		disk_writer *write;
	} files[] = { { "summary.tsv", write_summary }, { "table.md", write_markdown },
		{ "report.md", write_long_markdown }, { "report.html", write_html } };
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		if (!results_write(to, files[i].name, files[i].write, report, error))
			return false;
	return true;
}
