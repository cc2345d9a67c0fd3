/* cli_chosen.c: the choice of workloads and variants; see cli.h. */
#include <string.h>
#include "cli.h"
#include "probe.h"

static bool
is_meant(const struct workload *w, char *const *names)
{
	for (; *names; names++)
		if (strcmp(*names, w->name) == 0 ||
			(strcmp(*names, "all") == 0 && workload_is_listed(w)) ||
			(strcmp(*names, "core") == 0 && w->core))
			return true;
	return false;
}

void
cli_add_variant(struct cli_run *r, const struct ab_variant *v)
{
	if (g_ptr_array_find(r->chosen, v, NULL))
		return;
	GPtrArray *all = g_ptr_array_new();
	const struct ab_variant *one;
	for (size_t i = 0; (one = ab_variant_at(i)); i++)
		if (one == v || g_ptr_array_find(r->chosen, one, NULL))
			g_ptr_array_add(all, (gpointer)one);
	g_ptr_array_unref(r->chosen);
	r->chosen = all;
}

void
cli_add_plugins(struct cli_run *r)
{
	const struct ab_variant *v;
	for (size_t i = 0; r->plugins && (v = ab_variant_at(i)); i++) {
		if (!probe_sha256(v) || g_ptr_array_find(r->chosen, v, NULL))
			continue;
		if (v->by_name)
			g_printerr("artbench: %s: the plug-in '%s' goes by name, and is "
				   "left out; add it to --variants\n",
				ab_variant_source(v), v->name);
		else
			cli_add_variant(r, v);
	}
}

GPtrArray *
cli_workloads(const char *list)
{
	g_auto(GStrv) names = g_strsplit(list ? list : "core", ",", 0);
	for (char **name = names; *name; name++)
		if (!workload_named(*name) && strcmp(*name, "all") != 0 &&
			strcmp(*name, "core") != 0) {
			g_autofree char *why = workload_unknown(*name);
			say_fail("%s", why);
			return NULL;
		}
	GPtrArray *wanted = g_ptr_array_new();
	for (const struct workload *w = workload_first(); w; w = w->next)
		if (is_meant(w, names))
			g_ptr_array_add(wanted, (gpointer)w);
	if (wanted->len)
		return wanted;
	say_fail("no workloads are chosen; leave out --workloads for the core ones");
	g_ptr_array_unref(wanted);
	return NULL;
}
