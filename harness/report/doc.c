/* doc.c: see doc.h. */
#include <string.h>
#include "doc.h"

/* Readable on a phone: text wraps, wide tables and pictures scroll by themselves. */
static const char page_style[] =
	":root{color-scheme:light dark;--ground:#fff;--ink:#1c1c1e;--faint:#63636a;"
	"--rule:#dcdce0;--link:#0b4fb3;--warn:#9a1b1b;--warn-ground:#fdecec}"
	"@media(prefers-color-scheme:dark){:root{--ground:#17181a;--ink:#e8e8ea;"
	"--faint:#a0a0a6;--rule:#3a3b3f;--link:#9cc3ff;--warn:#ffb3b3;"
	"--warn-ground:#4a1f1f}}"
	"body{margin:0 auto;padding:1rem;max-width:76rem;background:var(--ground);"
	"color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:break-word}"
	"a{color:var(--link)}"
	"h1{font-size:1.5rem;line-height:1.25}"
	"h2{font-size:1.15rem;margin:2.2rem 0 .6rem}"
	".wide{overflow-x:auto;-webkit-overflow-scrolling:touch}"
	"table{border-collapse:collapse;font-variant-numeric:tabular-nums;"
	"font-size:.85rem}"
	"caption{text-align:left;color:var(--faint);padding:.3rem 0}"
	"caption span{display:inline-block;position:sticky;left:0;"
	"max-width:min(48rem,calc(100vw - 2rem))}"
	"th,td{padding:.25rem .6rem;border-bottom:1px solid var(--rule);"
	"text-align:right;white-space:nowrap}"
	"th:first-child,td:first-child,.text{text-align:left}"
	"th{white-space:normal;vertical-align:bottom}"
	".faint{color:var(--faint)}"
	"th:first-child,td:first-child{position:sticky;left:0;background:var(--ground)}"
	"p,ul{max-width:48rem}"
	".figure{margin:1rem 0;max-width:60rem}"
	"svg{width:100%;height:auto;min-width:40rem}"
	"pre{overflow-x:auto;padding:.7rem;border:1px solid var(--rule);"
	"font-size:.85rem}"
	".warning{padding:.6rem .9rem;border-left:4px solid var(--warn);"
	"background:var(--warn-ground);color:var(--warn)}";

static void
put(struct doc *d, const char *before, const char *text, const char *after)
{
	g_autofree char *escaped = d->html ? g_markup_escape_text(text, -1)
					   : g_strdup(text);
	g_string_append_printf(d->out, "%s%s%s", before, escaped, after);
}

void
doc_begin_within(struct doc *d, const char *title, const char *head, const char *top)
{
	*d = (struct doc){ g_string_new(NULL), true };
	g_string_append(d->out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
				"<meta charset=\"utf-8\">\n"
				"<meta name=\"viewport\" "
				"content=\"width=device-width,initial-scale=1\">\n");
	put(d, "<title>", title, "</title>\n");
	g_string_append_printf(d->out, "<style>%s</style>\n%s</head>\n<body>\n%s",
		page_style, head, top);
	put(d, "<h1>", title, "</h1>\n");
}

void
doc_begin(struct doc *d, bool html, const char *title)
{
	if (html) {
		doc_begin_within(d, title, "", "");
		return;
	}
	*d = (struct doc){ g_string_new(NULL), false };
	put(d, "# ", title, "\n");
}

char *
doc_end_within(struct doc *d, const char *bottom)
{
	g_string_append(d->out, bottom);
	return doc_end(d);
}

char *
doc_end(struct doc *d)
{
	if (d->html)
		g_string_append(d->out, "</body>\n</html>\n");
	char *text = g_utf8_make_valid(d->out->str, (gssize)d->out->len);
	g_string_free(d->out, TRUE);
	*d = (struct doc){ 0 };
	return text;
}

void
doc_heading(struct doc *d, const char *text)
{
	put(d, d->html ? "<h2>" : "\n## ", text, d->html ? "</h2>\n" : "\n");
}

void
doc_paragraph(struct doc *d, const char *text)
{
	put(d, d->html ? "<p>" : "\n", text, d->html ? "</p>\n" : "\n");
}

void
doc_warning(struct doc *d, const char *text)
{
	put(d, d->html ? "<p class=\"warning\">" : "\n**", text,
		d->html ? "</p>\n" : "**\n");
}

void
doc_list(struct doc *d, const GPtrArray *items)
{
	g_string_append(d->out, d->html ? "<ul>\n" : "\n");
	for (guint i = 0; i < items->len; i++)
		put(d, d->html ? "<li>" : "* ", items->pdata[i],
			d->html ? "</li>\n" : "\n");
	if (d->html)
		g_string_append(d->out, "</ul>\n");
}

void
doc_code(struct doc *d, const char *text)
{
	put(d, d->html ? "<pre>" : "\n```\n", text, d->html ? "</pre>\n" : "\n```\n");
}

static bool
is_text(const char *cell)
{
	return *cell && !strpbrk(cell, "0123456789") && strcmp(cell, "-") != 0;
}

static void
put_html_cell(struct doc *d, const char *cell, bool header)
{
	const char *tag = header ? "th" : "td";
	const char *class = header ? " scope=\"col\"" : "";
	if (!header && is_text(cell))
		class = " class=\"text\"";
	else if (!header && g_str_has_suffix(cell, TABLE_UNRESOLVED))
		class = " class=\"faint\"";
	g_autofree char *open = g_strdup_printf("<%s%s>", tag, class);
	g_autofree char *close = g_strdup_printf("</%s>", tag);
	put(d, open, cell, close);
}

static void
html_table(struct doc *d, const char *caption, const struct table *t)
{
	g_string_append(
		d->out, "<div class=\"wide\" role=\"group\" tabindex=\"0\"><table>\n");
	if (caption)
		put(d, "<caption><span>", caption, "</span></caption>\n");
	for (size_t i = 0; i < t->lines; i++) {
		g_string_append(d->out, "<tr>");
		for (size_t j = 0; j < t->columns; j++)
			put_html_cell(d, table_cell(t, i, j), i == 0);
		g_string_append(d->out, "</tr>\n");
	}
	g_string_append(d->out, "</table></div>\n");
}

void
doc_table(struct doc *d, const char *caption, const struct table *t)
{
	if (d->html) {
		html_table(d, caption, t);
		return;
	}
	if (caption)
		put(d, "\n", caption, "\n");
	g_string_append_c(d->out, '\n');
	table_append_markdown(t, d->out);
}

void
doc_figure(struct doc *d, const char *svg)
{
	if (d->html)
		g_string_append_printf(
			d->out, "<div class=\"wide figure\">%s</div>\n", svg);
}
