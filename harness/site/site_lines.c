/* site_lines.c: the figures of a board; see site.h. */
#include <math.h>
#include <string.h>
#include "site.h"

struct site_line
site_line_of(const struct site_board *b, const struct site_entry *e, const char *name)
{
	const struct facts *facts = e->cohort->facts;
	const struct ab_variant *reference = b->reference && site_entry_has(e,
								     b->reference->name)
						     ? b->reference
						     : NULL;
	struct site_line x = { .name = name, .entry = e };
	x.d = digest_of(site_variant(e, name), reference, facts, b->data->keys);
	x.good = !e->noisy && strcmp(x.d.failure, "ok") == 0 &&
		 !(x.d.v->caps & AB_HOLDS_NOTHING);
	return x;
}

static bool
has_ratio(const struct site_line *x)
{
	for (const struct workload *w = workload_first(); w; w = w->next)
		if (x->d.rates[w->id].ratio.n)
			return true;
	return false;
}

/* The better of an older and a newer line of one variant is shown. */
static bool
is_better(const struct site_line *newer, const struct site_line *older)
{
	int a = 2 * newer->good + has_ratio(newer);
	int b = 2 * older->good + has_ratio(older);
	return a >= b;
}

static double
bytes(const struct site_line *x)
{
	return x->d.of[M_RSS].median;
}

static double
hits(const struct site_line *x)
{
	return x->d.rates[workload_named("hit")->id].ratio.median;
}

static int
in_order(gconstpointer a, gconstpointer b)
{
	const struct site_line *x = a, *y = b;
	bool x_failed = strcmp(x->d.failure, "ok") != 0;
	bool y_failed = strcmp(y->d.failure, "ok") != 0;
	if (x_failed != y_failed)
		return x_failed ? 1 : -1;
	bool x_floor = x->d.v->caps & AB_HOLDS_NOTHING;
	bool y_floor = y->d.v->caps & AB_HOLDS_NOTHING;
	if (x_floor != y_floor)
		return x_floor ? 1 : -1;
	if (x->good != y->good)
		return x->good ? -1 : 1;
	if (isnan(bytes(x)) != isnan(bytes(y)))
		return isnan(bytes(x)) ? 1 : -1;
	if (bytes(x) != bytes(y) && !isnan(bytes(x)))
		return bytes(x) < bytes(y) ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Can it be in front at all? What holds nothing, or keys of others, is no index. */
static bool
competes(const struct site_line *x)
{
	return x->good && !isnan(bytes(x)) && !isnan(hits(x)) &&
	       !(x->d.v->caps & (AB_HOLDS_NOTHING | AB_BORROWS_KEYS));
}

static void
find_front(GArray *lines)
{
	for (guint i = 0; i < lines->len; i++) {
		struct site_line *x = &g_array_index(lines, struct site_line, i);
		x->in_front = competes(x);
		for (guint k = 0; k < lines->len && x->in_front; k++) {
			const struct site_line *y = site_line_at(lines, k);
			bool no_worse = competes(y) && bytes(y) <= bytes(x) &&
					hits(y) >= hits(x);
			if (no_worse && (bytes(y) < bytes(x) || hits(y) > hits(x)))
				x->in_front = false;
		}
	}
}

GArray *
site_lines(const struct site_board *b)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct site_line));
	for (guint i = 0; i < b->names->len; i++) {
		struct site_line best = { 0 };
		for (guint k = 0; k < b->entries->len; k++) {
			const struct site_entry *e = b->entries->pdata[k];
			if (!site_entry_has(e, b->names->pdata[i]))
				continue;
			struct site_line x = site_line_of(b, e, b->names->pdata[i]);
			if (!best.name || is_better(&x, &best))
				best = x;
		}
		if (best.name)
			g_array_append_val(lines, best);
	}
	g_array_sort(lines, in_order);
	find_front(lines);
	return lines;
}
