/* site_plot.c: the picture of bytes against hits; see site.h. */
#include <math.h>
#include <string.h>
#include "site.h"

enum { WIDTH = 760, HEIGHT = 440, LEFT = 52, RIGHT = 14, TOP = 14, BOTTOM = 42 };

struct box {
	double x, y, w, h;
};

/* One axis, logarithmic. */
struct axis {
	double lo, hi, from, to; /* values, and where they stand */
};

struct plot {
	GString *out;
	const struct site_board *board;
	struct axis x, y;
	GArray *taken; /* struct box: points, and labels that stand */
};

static double
at(const struct axis *a, double value)
{
	double share = log(value / a->lo) / log(a->hi / a->lo);
	return a->from + (a->to - a->from) * CLAMP(share, 0, 1);
}

static void
take_in(struct axis *a, double value)
{
	a->lo = fmin(a->lo, value);
	a->hi = fmax(a->hi, value);
}

static double
bytes(const struct site_line *x)
{
	return x->d.of[M_RSS].median;
}

static const struct estimate *
hits(const struct site_line *x)
{
	return &x->d.rates[workload_named("hit")->id].ratio;
}

bool
site_is_drawn(const struct site_line *x)
{
	return bytes(x) > 0 && hits(x)->median > 0 && !(x->d.v->caps & AB_HOLDS_NOTHING);
}

const char *
site_colour(const struct ab_variant *v)
{
	static const char *const known[] = { "art", "page", "frozen", "tree", "trie",
		"hash", NULL };
	return g_strv_contains(known, v->family) ? g_intern_string(v->family) : "other";
}

/* ---- axes ---- */

static void
put_tick(const struct plot *p, double value, bool across)
{
	if (across)
		site_put(p->out,
			"<path class=\"rule\" d=\"M%.1f %dV%d\"/><text class=\"axis\" "
			"x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>",
			at(&p->x, value), TOP, HEIGHT - BOTTOM, at(&p->x, value),
			HEIGHT - BOTTOM + 15, value);
	else
		site_put(p->out,
			"<path class=\"rule\" d=\"M%d %.1fH%d\"/><text class=\"axis\" "
			"x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g</text>",
			LEFT, at(&p->y, value), WIDTH - RIGHT, LEFT - 6,
			at(&p->y, value) + 4, value);
}

/* Steps of a decade; more of them where the axis is short. */
static void
put_ticks(const struct plot *p, bool across)
{
	static const double few[] = { 1, 2, 5, 0 },
			    many[] = { 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 0 };
	const struct axis *a = across ? &p->x : &p->y;
	const double *steps = a->hi / a->lo < 20 ? many : few;
	for (double decade = pow(10, floor(log10(a->lo))); decade <= a->hi; decade *= 10)
		for (const double *step = steps; *step > 0; step++) {
			double value = decade * *step;
			if (value >= a->lo && value <= a->hi)
				put_tick(p, value, across);
		}
}

static void
put_axes(const struct plot *p)
{
	put_ticks(p, true);
	put_ticks(p, false);
	site_put(p->out,
		"<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"end\">bytes per "
		"key "
		"(RSS), logarithmic: less is better</text>",
		WIDTH - RIGHT, HEIGHT - 8);
	site_put(p->out,
		"<text class=\"axis\" transform=\"translate(11 %d) rotate(-90)\" "
		"text-anchor=\"end\">hits, times %s: more is better</text>",
		TOP, p->board->reference->name);
}

/* ---- labels ---- */

static bool
overlap(const struct box *a, const struct box *b)
{
	return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h &&
	       b->y < a->y + a->h;
}

static bool
is_free(const struct plot *p, const struct box *b)
{
	if (b->x < LEFT || b->x + b->w > WIDTH - 2 || b->y < 2 ||
		b->y + b->h > HEIGHT - BOTTOM)
		return false;
	for (guint i = 0; i < p->taken->len; i++)
		if (overlap(b, &g_array_index(p->taken, struct box, i)))
			return false;
	return true;
}

/* Beside the point, or as near as there is room, and then with a line to it. */
static struct box
place(const struct plot *p, double x, double y, double w, bool *far)
{
	static const double way[][2] = { { 1, 0 }, { -1, 0 }, { .5, -1 }, { .5, 1 },
		{ -.5, -1 }, { -.5, 1 }, { 1, -1 }, { 1, 1 }, { -1, -1 }, { -1, 1 } };
	enum { LETTER_HEIGHT = 13, NEAR = 8, FARTHEST = 120, STEP = 8 };
	for (int r = NEAR; r <= FARTHEST; r += STEP)
		for (size_t i = 0; i < G_N_ELEMENTS(way); i++) {
			double dx = way[i][0], dy = way[i][1];
			struct box b = { x + r * dx - (dx < 0 ? w : 0),
				y + r * dy - LETTER_HEIGHT / 2.0, w, LETTER_HEIGHT };
			*far = r > NEAR;
			if (is_free(p, &b))
				return b;
		}
	*far = false;
	return (struct box){ x + NEAR, y - LETTER_HEIGHT / 2.0, w, LETTER_HEIGHT };
}

static void
put_label(const struct plot *p, const struct site_line *l)
{
	double x = at(&p->x, bytes(l)), y = at(&p->y, hits(l)->median);
	double w = 6.1 * (double)g_utf8_strlen(l->name, -1) + 2;
	bool far;
	struct box b = place(p, x, y, w, &far);
	g_array_append_val(p->taken, b);
	if (far)
		site_put(p->out, "<path class=\"leader\" d=\"M%.1f %.1fL%.1f %.1f\"/>", x,
			y, CLAMP(x, b.x, b.x + b.w), CLAMP(y, b.y + 2, b.y + b.h - 2));
	site_put(p->out, "<text x=\"%.1f\" y=\"%.1f\">%s</text>", b.x + 1, b.y + 10,
		l->name);
}

/* ---- points ---- */

static void
put_point(const struct plot *p, const struct site_line *l)
{
	const struct estimate *e = hits(l);
	double x = at(&p->x, bytes(l)), y = at(&p->y, e->median);
	const struct ab_variant *v = l->d.v;
	bool once = (v->build && !v->put) || v->caps & AB_BULK_LOAD;
	g_autofree char *page = site_variant_page(l->name);
	site_put(p->out,
		"<a href=\"%s\"><title>%s: %.1f bytes per key, hits %.2f%s</title>"
		"<g class=\"%s\">",
		page, l->name, bytes(l), e->median, l->good ? "" : ", noisy",
		site_colour(v));
	if (e->coverage > 0)
		site_put(p->out, "<path class=\"own\" d=\"M%.1f %.1fV%.1f\"/>", x,
			at(&p->y, e->lo), at(&p->y, e->hi));
	const char *class = l->good ? "dot own" : "dot own hollow";
	if (once)
		site_put(p->out,
			"<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"8\" "
			"height=\"8\"/>",
			class, x - 4, y - 4);
	else
		site_put(p->out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>",
			class, x, y);
	g_string_append(p->out, "</g></a>\n");
}

/* Lines are by bytes, and so hits rise along the front. */
static void
put_front(const struct plot *p, const GArray *lines)
{
	g_autoptr(GString) path = g_string_new(NULL);
	for (guint i = 0; i < lines->len; i++) {
		const struct site_line *l = site_line_at(lines, i);
		if (!l->in_front)
			continue;
		double x = at(&p->x, bytes(l)), y = at(&p->y, hits(l)->median);
		g_string_append_printf(
			path, path->len ? "H%.1fV%.1f" : "M%.1f %.1f", x, y);
	}
	site_put(p->out, "<path class=\"front\" d=\"%s\"/>\n", path->str);
}

static guint
set_axes(struct plot *p, const GArray *lines)
{
	static const double room = 1.12; /* on either side */
	guint n = 0;
	p->x = (struct axis){ INFINITY, 0, LEFT, WIDTH - RIGHT };
	p->y = (struct axis){ INFINITY, 0, HEIGHT - BOTTOM, TOP };
	for (guint i = 0; i < lines->len; i++) {
		const struct site_line *l = site_line_at(lines, i);
		if (!site_is_drawn(l))
			continue;
		take_in(&p->x, bytes(l));
		take_in(&p->y, hits(l)->median);
		n++;
	}
	p->x.lo /= room, p->x.hi *= room;
	p->y.lo /= room, p->y.hi *= room;
	return n;
}

bool
site_pareto(GString *out, const struct site_board *b, const GArray *lines)
{
	struct plot p = { .out = out, .board = b };
	if (!b->reference || set_axes(&p, lines) < 2)
		return false;
	p.taken = g_array_new(FALSE, FALSE, sizeof(struct box));
	site_put(out,
		"<figure class=\"figure\"><div class=\"wide\" role=\"group\" "
		"tabindex=\"0\" aria-label=\"Picture\"><svg viewBox=\"0 0 %d %d\" "
		"role=\"group\" aria-label=\"Bytes per key against hits; the table "
		"below has the figures\">\n",
		WIDTH, HEIGHT);
	put_axes(&p);
	put_front(&p, lines);
	for (guint i = 0; i < lines->len; i++) {
		const struct site_line *l = site_line_at(lines, i);
		if (!site_is_drawn(l))
			continue;
		struct box own = { at(&p.x, bytes(l)) - 5, at(&p.y, hits(l)->median) - 5,
			10, 10 };
		g_array_append_val(p.taken, own);
	}
	for (guint i = 0; i < lines->len; i++)
		if (site_is_drawn(site_line_at(lines, i)))
			put_label(&p, site_line_at(lines, i));
	for (guint i = 0; i < lines->len; i++)
		if (site_is_drawn(site_line_at(lines, i)))
			put_point(&p, site_line_at(lines, i));
	g_string_append(out, "</svg></div>\n");
	g_array_unref(p.taken);
	return true;
}
