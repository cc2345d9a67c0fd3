/* explanation.c: see explanation.h. */
#include <inttypes.h>
#include <math.h>
#include "explanation.h"
#include "subject.h"

const char *const explanation_formats[] = { "text", "markdown", "tsv", NULL };
enum { TEXT, MARKDOWN, TSV };

/* ---- what was found ---- */

static double
self_reported(const struct figures *f)
{
	return f->inner + f->leaf + f->key;
}

static char *
per_key(const struct explanation *x, double bytes)
{
	double each = bytes / (double)x->data.keys;
	if (fabs(each) < 0.05)
		each = 0; /* no -0.0 */
	return isnan(each) ? g_strdup("-") : g_strdup_printf("%.1f", each);
}

/* In a sentence: "art_boxed by 11.2 in place of 126.4". */
static void
append_compared(GString *s, const struct explanation *x, const struct figures *f)
{
	g_autofree char *grown = per_key(x, f->grown), *own = per_key(x, f->own);
	g_string_append_printf(s, "%s by %s in place of %s", f->v->name, grown, own);
}

static void
append_those(GString *s, const struct explanation *x, bool lower)
{
	bool any = false;
	for (guint i = 1; i < x->figures->len; i++) {
		const struct figures *f = &g_array_index(x->figures, struct figures, i);
		if ((f->grown < f->own) != lower)
			continue;
		g_string_append(s, any ? ", " : "");
		append_compared(s, x, f);
		any = true;
	}
}

static void
append_layouts(GString *s, const struct explanation *x)
{
	guint all = x->figures->len - 1, lower = 0;
	for (guint i = 1; i <= all; i++) {
		const struct figures *f = &g_array_index(x->figures, struct figures, i);
		lower += f->grown < f->own;
	}
	g_string_append_printf(s,
		"Of %u layout%s built after it, %u grew the process by less than it "
		"would take in a process of its own",
		all, all == 1 ? "" : "s", lower);
	if (lower) {
		g_string_append(s, ": ");
		append_those(s, x, true);
	}
	if (lower < all) {
		g_string_append(s, lower ? "; the others by no less: " : ": ");
		append_those(s, x, false);
	}
	g_string_append(s, ". ");
}

/* A page more or less hides nothing. */
static void
append_verdict(GString *s, const struct explanation *x)
{
	static const double noticed = 0.1; /* of what a layout takes by itself */
	double least = INFINITY, most = 0, hidden = 0;
	for (guint i = 1; i < x->figures->len; i++) {
		const struct figures *f = &g_array_index(x->figures, struct figures, i);
		double share = f->own > 0 ? self_reported(f) / f->own * 100 : NAN;
		least = share < least ? share : least;
		most = share > most ? share : most;
		if (f->own > 0)
			hidden = fmax(hidden, 1 - f->grown / f->own);
	}
	if (hidden > noticed)
		g_string_append(s,
			"What was dropped before hides what comes after: this "
			"protocol measures the order of building, not the layout. ");
	else
		g_string_append_printf(s,
			"So this protocol hides %.1f %% of a layout here at the most. ",
			hidden * 100);
	if (least <= most)
		g_string_append_printf(s,
			"What a layout counts of itself is %.0f to %.0f %% of what its "
			"own process grows by.",
			least, most);
}

/* One paragraph, without a newline; g_free it. */
static char *
paragraph(const struct explanation *x)
{
	const struct figures *first = &g_array_index(x->figures, struct figures, 0);
	GString *s = g_string_new(NULL);
	g_autofree char *grown = per_key(x, first->grown);
	g_autofree char *own = per_key(x, first->own);
	g_autofree char *kept = per_key(x, first->kept);
	g_autofree char *free_ = per_key(x, first->free);
	g_string_append_printf(s,
		"%s, built first, grew the process by %s bytes/key (%s in a process of "
		"its own); after it was dropped, %s of them were still resident",
		first->v->name, grown, own, kept);
	if (!isnan(first->free))
		g_string_append_printf(
			s, ", and malloc had %s bytes/key free to hand out again", free_);
	g_string_append(s, ". ");
	append_layouts(s, x);
	append_verdict(s, x);
	return g_string_free(s, FALSE);
}

/* ---- printing ---- */

static const char what_it_is[] =
	"In one process: the keys as heap strings; glib_tree built and dropped; then "
	"each layout built and dropped in turn, resident anonymous pages taken before "
	"and after building. glib_tree's nodes come from malloc there "
	"(G_SLICE=always-malloc), as BTreeMap's do; in a process of its own GLib "
	"decides. Own process: the same growth in a fresh process, keys outside the "
	"heap. Self-reported: inner nodes, leaves and key bytes as the layout counts "
	"them; no free lists, tails or dead bytes, nothing of malloc's. Every key was "
	"looked up in each.";
static const char what_claimed_is[] = "Claimed: for MemKV's own code, not this.";

/* Wrapped at 79 columns. */
static void
print_wrapped(FILE *out, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", 0);
	size_t column = 0;
	for (size_t i = 0; words[i]; i++) {
		size_t n = strlen(words[i]);
		if (column && column + 1 + n > 79) {
			fputc('\n', out);
			column = 0;
		}
		column += (size_t)fprintf(out, "%s%s", column ? " " : "", words[i]);
	}
	fputc('\n', out);
}

static void
print_paragraph(FILE *out, const char *text)
{
	fprintf(out, "%s\n", text);
}

/* Was anything claimed of these keys? */
static bool
is_about_these(const struct explanation *x)
{
	g_autofree char *keys = g_strdup_printf("%016" PRIx64, x->data.fingerprint);
	return report_is_claimed(x->title, x->data.keys, keys, NULL);
}

/* `cells` are the five of a line; without claims, people see no column of them. */
static void
print_cells(FILE *out, const struct explanation *x, int form, const char *const *cells)
{
	static const char *const forms[][3] = {
		[TEXT] = { "%-20s", "  %7s", " %15s %12s %14s\n" },
		[MARKDOWN] = { "| %s |", " %s |", " %s | **%s** | %s |\n" },
		[TSV] = { "%s", "\t%s", "\t%s\t%s\t%s\n" },
	};
	fprintf(out, forms[form][0], cells[0]);
	if (form == TSV || is_about_these(x))
		fprintf(out, forms[form][1], cells[1]);
	fprintf(out, forms[form][2], cells[2], cells[3], cells[4]);
}

static void
print_line(FILE *out, const struct explanation *x, int form, const struct figures *f)
{
	g_autofree char *grown = per_key(x, f->grown);
	g_autofree char *own = per_key(x, f->own);
	g_autofree char *self = per_key(x, self_reported(f));
	g_autofree char *claimed = f->v->claimed > 0 && is_about_these(x)
					   ? g_strdup_printf("%g", f->v->claimed)
					   : g_strdup("-");
	const char *const cells[] = { f->v->name, claimed, grown, own, self };
	print_cells(out, x, form, cells);
}

static void
print_header(FILE *out, const struct explanation *x, int form)
{
	static const char *const headers[][5] = {
		[TEXT] = { "variant", "claimed", "in one process", "own process",
			"self-reported" },
		[MARKDOWN] = { "bytes/key", "claimed", "in one process", "own process",
			"self-reported" },
		[TSV] = { "variant", "claimed_bytes_per_key",
			"in_one_process_bytes_per_key", "own_process_bytes_per_key",
			"self_reported_bytes_per_key" },
	};
	if (form != TSV)
		fprintf(out,
			"%sData: %s, %" PRIu64 " keys, %" PRIu64
			" key bytes. Bytes per key.\n\n",
			form == MARKDOWN ? "# The claim, explained\n\n" : "", x->title,
			x->data.keys, x->data.key_bytes);
	print_cells(out, x, form, headers[form]);
	if (form == MARKDOWN)
		fprintf(out, "|---|%s---:|---:|---:|\n",
			is_about_these(x) ? "---:|" : "");
}

void
explanation_print(FILE *out, const struct explanation *x, int form)
{
	print_header(out, x, form);
	for (guint i = 0; i < x->figures->len; i++)
		print_line(out, x, form, &g_array_index(x->figures, struct figures, i));
	if (form == TSV)
		return;
	g_autofree char *found = paragraph(x);
	void (*const text)(FILE *, const char *) = form == TEXT ? print_wrapped
								: print_paragraph;
	fputc('\n', out);
	text(out, found);
	fputc('\n', out);
	text(out, what_it_is);
	if (is_about_these(x))
		text(out, what_claimed_is);
}

void
explanation_markdown(FILE *out, const void *x)
{
	explanation_print(out, x, MARKDOWN);
}
