/* site_filter.c: rows chosen by data set, machine, family, rung and values, without a
 * script: a checked box of the form hides by a rule of the style what is not so. See
 * site.h. */
#include <string.h>
#include "site.h"

static const char *const names[SITE_FACETS] = {
	[BY_DATA] = "Data set",
	[BY_MACHINE] = "Machine",
	[BY_FAMILY] = "Family",
	[BY_RUNG] = "Rung",
	[BY_VALUES] = "Values",
};

struct site_facets *
site_facets_new(void)
{
	struct site_facets *f = g_new0(struct site_facets, 1);
	for (int i = 0; i < SITE_FACETS; i++)
		f->of[i] = g_ptr_array_new_with_free_func(g_free);
	return f;
}

void
site_facets_free(struct site_facets *f)
{
	for (int i = 0; i < SITE_FACETS; i++)
		g_ptr_array_unref(f->of[i]);
	g_free(f);
}

static bool
place_of(const struct site_facets *f, enum site_facet facet, const char *value, guint *at)
{
	return g_ptr_array_find_with_equal_func(f->of[facet], value, g_str_equal, at);
}

void
site_facet_add(struct site_facets *f, enum site_facet facet, const char *value)
{
	guint at = 0;
	if (place_of(f, facet, value, &at))
		return;
	for (at = 0; at < f->of[facet]->len; at++)
		if (strcmp(f->of[facet]->pdata[at], value) > 0)
			break;
	g_ptr_array_insert(f->of[facet], (int)at, g_strdup(value));
}

void
site_facet_marks(GString *out, const struct site_facets *f, enum site_facet facet,
	const GPtrArray *values)
{
	guint at;
	g_string_append_printf(out, " data-f%d=\"", (int)facet);
	for (guint i = 0; i < values->len; i++)
		if (place_of(f, facet, values->pdata[i], &at))
			g_string_append_printf(out, "%s%u", i ? " " : "", at);
	g_string_append_c(out, '"');
}

void
site_facet_mark(GString *out, const struct site_facets *f, enum site_facet facet,
	const char *value)
{
	g_autoptr(GPtrArray) one = g_ptr_array_new();
	g_ptr_array_add(one, (gpointer)value);
	site_facet_marks(out, f, facet, one);
}

/* Of one value there is nothing to choose. */
static bool
is_a_choice(const struct site_facets *f, int facet)
{
	return f->of[facet]->len > 1;
}

void
site_facets_form(GString *out, const struct site_facets *f)
{
	bool any = false;
	for (int i = 0; i < SITE_FACETS; i++)
		any = any || is_a_choice(f, i);
	if (!any)
		return;
	g_string_append(out, "<form class=\"filters\" autocomplete=\"off\" "
			     "aria-label=\"Choose rows\">\n");
	for (int i = 0; i < SITE_FACETS; i++) {
		if (!is_a_choice(f, i))
			continue;
		site_put(out,
			"<fieldset><legend>%s</legend><label><input type=\"radio\" "
			"name=\"f%d\" value=\"\" checked> all</label>",
			names[i], i);
		for (guint k = 0; k < f->of[i]->len; k++)
			site_put(out,
				" <label><input type=\"radio\" name=\"f%d\" "
				"id=\"f%d-%u\" value=\"%u\"> %s</label>",
				i, i, k, k, (const char *)f->of[i]->pdata[k]);
		g_string_append(out, "</fieldset>\n");
	}
	g_string_append(out, "<p class=\"all\"><button type=\"reset\">Show all"
			     "</button></p></form>\n");
}

void
site_facets_style(GString *out, const struct site_facets *f)
{
	for (int i = 0; i < SITE_FACETS; i++)
		for (guint k = 0; is_a_choice(f, i) && k < f->of[i]->len; k++)
			g_string_append_printf(out,
				"body:has(#f%d-%u:checked) "
				"[data-f%d]:not([data-f%d~=\"%u\"]){display:none}",
				i, k, i, i, k);
}
