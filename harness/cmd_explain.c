/* cmd_explain.c: artbench explain: bytes per key taken the way the claim's early
 * examples took them, beside a process for each structure and what the structure
 * counts of itself. */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "child.h"
#include "cli.h"
#include "cmd.h"
#include "explain.h"
#include "probe.h"
#include "row.h"

static const char *const formats[] = { "text", "markdown", "tsv", NULL };
enum format { TEXT, MARKDOWN, TSV };

enum { MOST_SAID = 1 << 20 }; /* bytes of one child; a right one says some thousands */

/* Bytes; NAN: not known. */
struct figures {
	const struct ab_variant *v;
	double grown, kept, free; /* in the one process */
	double own;               /* in a process of its own */
	double inner, leaf, key;  /* counted by itself */
};

struct explanation {
	struct cli_run run;
	char *timeout, *format;
	gboolean here;
	uint64_t timeout_s;
	int form;
	struct row_data data;
	char *title;
	GArray *figures; /* struct figures: EXPLAIN_FIRST, then the chosen */
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
take_row(struct explanation *x, const struct ab_variant *own, const struct row *row)
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
	for (guint i = 0; i < x->figures->len; i++) {
		struct figures *f = &g_array_index(x->figures, struct figures, i);
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
take_lines(struct explanation *x, const struct ab_variant *own, char **lines)
{
	bool identified = false, ended = false;
	for (size_t i = 0; lines[i]; i++) {
		struct row row;
		struct row_data got;
		if (!identified && row_parse_data(lines[i], &got)) {
			identified = true;
			if (got.fingerprint != x->data.fingerprint)
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
run_child(struct explanation *x, const struct ab_variant *own, GPtrArray *argv)
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
		cli_fail("interrupted while measuring %s", who);
		return CLI_INTERRUPTED;
	}
	g_auto(GStrv) lines = g_strsplit(said->str, "\n", 0);
	const char *wrong = take_lines(x, own, lines);
	bool ended_well = end.how == CHILD_EXITED && end.code == 0;
	g_autofree char *how = ended_well ? NULL : child_end_text(&s, &end);
	bool says_itself = end.how == CHILD_EXITED && wrong;
	if (ended_well && !wrong)
		return CLI_RIGHT;
	cli_fail("%s: %s", who, says_itself ? wrong : how);
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
measure_in_one(struct explanation *x)
{
	g_autofree char *before = g_strdup(g_getenv("G_SLICE"));
	GPtrArray *argv = command("artbench explain --in-one-process");
	g_autoptr(GString) names = g_string_new("--variants=");
	for (guint i = 1; i < x->figures->len; i++) {
		const struct ab_variant *v =
			g_array_index(x->figures, struct figures, i).v;
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
measure_alone(struct explanation *x, const struct ab_variant *v)
{
	GPtrArray *argv = command("artbench job memory");
	g_ptr_array_add(argv, g_strdup_printf("--variants=%s", v->name));
	probe_append_load(argv, v);
	return run_child(x, v, argv);
}

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
		"Of %u layout%s built after it, %u grew the process by less than they "
		"take in a process of their own",
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

static void
append_verdict(GString *s, const struct explanation *x)
{
	double least = INFINITY, most = 0;
	guint lower = 0;
	for (guint i = 1; i < x->figures->len; i++) {
		const struct figures *f = &g_array_index(x->figures, struct figures, i);
		double share = self_reported(f) / f->own * 100;
		least = share < least ? share : least;
		most = share > most ? share : most;
		lower += f->grown < f->own;
	}
	g_string_append(s, lower ? "What was dropped before hides what comes after: this "
				   "protocol measures the order of building, not the "
				   "layout. "
				 : "So this protocol hides nothing here. ");
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
	"each "
	"layout built and dropped in turn, resident anonymous pages taken before and "
	"after building. glib_tree's nodes come from malloc there "
	"(G_SLICE=always-malloc), "
	"as BTreeMap's do; in a process of its own GLib decides. Own process: the same "
	"growth in a fresh process, keys outside "
	"the heap. Self-reported: inner nodes, leaves and key bytes as the layout counts "
	"them; no free lists, tails or dead bytes, nothing of malloc's. Claimed: for "
	"MemKV's own code, not this. Every key was looked up in each.";

/* Wrapped at 79 columns. */
static void
print_wrapped(const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", 0);
	size_t column = 0;
	for (size_t i = 0; words[i]; i++) {
		size_t n = strlen(words[i]);
		if (column && column + 1 + n > 79) {
			putchar('\n');
			column = 0;
		}
		column += (size_t)printf("%s%s", column ? " " : "", words[i]);
	}
	putchar('\n');
}

static void
print_paragraph(const char *text)
{
	printf("%s\n", text);
}

static void
print_line(const struct explanation *x, const struct figures *f)
{
	static const char *const forms[] = {
		[TEXT] = "%-20s %8s %15s %12s %14s\n",
		[MARKDOWN] = "| %s | %s | %s | **%s** | %s |\n",
		[TSV] = "%s\t%s\t%s\t%s\t%s\n",
	};
	g_autofree char *grown = per_key(x, f->grown);
	g_autofree char *own = per_key(x, f->own);
	g_autofree char *self = per_key(x, self_reported(f));
	g_autofree char *claimed = f->v->claimed > 0
					   ? g_strdup_printf("%g", f->v->claimed)
					   : g_strdup("-");
	printf(forms[x->form], f->v->name, claimed, grown, own, self);
}

static void
print_header(const struct explanation *x)
{
	static const char *const headers[] = {
		[TEXT] = "variant               claimed  in one process  own process  "
			 "self-reported\n",
		[MARKDOWN] = "| bytes/key | claimed | in one process | **own process** | "
			     "self-reported |\n|---|---:|---:|---:|---:|\n",
		[TSV] = "variant\tclaimed_bytes_per_key\tin_one_process_bytes_per_key\t"
			"own_process_bytes_per_key\tself_reported_bytes_per_key\n",
	};
	if (x->form != TSV)
		printf("%sData: %s, %" PRIu64 " keys, %" PRIu64
		       " key bytes. Bytes per key.\n\n",
			x->form == MARKDOWN ? "# The claim, explained\n\n" : "", x->title,
			x->data.keys, x->data.key_bytes);
	fputs(headers[x->form], stdout);
}

static void
print(const struct explanation *x)
{
	print_header(x);
	for (guint i = 0; i < x->figures->len; i++)
		print_line(x, &g_array_index(x->figures, struct figures, i));
	if (x->form == TSV)
		return;
	g_autofree char *found = paragraph(x);
	void (*const text)(const char *) = x->form == TEXT ? print_wrapped
							   : print_paragraph;
	putchar('\n');
	text(found);
	putchar('\n');
	text(what_it_is);
}

/* ---- the command ---- */

static void
add(struct explanation *x, const struct ab_variant *v)
{
	struct figures f = { v, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
	g_array_append_val(x->figures, f);
}

/* The ART layouts among those chosen; they must take keys one by one. */
static bool
choose(struct explanation *x, size_t longest)
{
	add(x, ab_variant_named(EXPLAIN_FIRST));
	for (guint i = 0; i < x->run.chosen->len; i++) {
		const struct ab_variant *v = x->run.chosen->pdata[i];
		if (strcmp(v->family, "art") == 0 && v->put && longest <= v->max_key)
			add(x, v);
	}
	if (x->figures->len > 1)
		return true;
	cli_fail("explain is about ART layouts and none was chosen that takes these "
		 "keys; name one with --variants");
	return false;
}

static int
explain(struct explanation *x)
{
	struct dataset *d = cli_dataset(&x->run, x->here);
	if (!d)
		return CLI_BAD_INPUT;
	x->data = (struct row_data){ d->n, d->key_bytes, d->fingerprint };
	x->title = g_strdup(d->name);
	int status = CLI_BAD_INPUT;
	if (x->here)
		status = explain_here(x->run.chosen, d, &x->run.setup) ? CLI_RIGHT
								       : CLI_WRONG;
	else if (choose(x, d->longest))
		status = CLI_RIGHT;
	dataset_close(d);
	if (x->here || status != CLI_RIGHT)
		return cli_flush() ? status : CLI_BAD_INPUT;
	child_guard();
	status = measure_in_one(x);
	for (guint i = 0; i < x->figures->len && status == CLI_RIGHT; i++)
		status = measure_alone(x, g_array_index(x->figures, struct figures, i).v);
	if (status != CLI_RIGHT)
		return status;
	print(x);
	return cli_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}

int
cmd_explain(int argc, char **argv)
{
	struct explanation x = { .figures = g_array_new(
					 FALSE, FALSE, sizeof(struct figures)) };
	const GOptionEntry extra[] = {
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &x.format,
			"text (default), markdown or tsv", "FORMAT" },
		{ "timeout", 0, 0, G_OPTION_ARG_STRING, &x.timeout,
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
		status = cli_choice("format", x.format, formats, &x.form) &&
					 cli_number("timeout", x.timeout, 300, 1, 1000000,
						 &x.timeout_s)
				 ? explain(&x)
				 : CLI_BAD_INPUT;
	g_array_unref(x.figures);
	g_free(x.title);
	g_free(x.timeout);
	g_free(x.format);
	cli_free(&x.run);
	return status;
}
