/* site_pages.c: which pages there are; see site.h. */
#include <string.h>
#include "site.h"

static void
free_page(void *arg)
{
	struct site_page *p = arg;
	g_free(p->file);
	g_free(p->text);
	g_free(p);
}

static int
by_file(gconstpointer a, gconstpointer b)
{
	const struct site_page *x = *(struct site_page *const *)a;
	const struct site_page *y = *(struct site_page *const *)b;
	return strcmp(x->file, y->file);
}

/* Takes the text. */
static void
add(GPtrArray *pages, const char *file, char *text)
{
	struct site_page *p = g_new(struct site_page, 1);
	*p = (struct site_page){ g_strdup(file), text };
	g_ptr_array_add(pages, p);
}

GPtrArray *
site_pages(const struct site *s)
{
	GPtrArray *pages = g_ptr_array_new_with_free_func(free_page);
	add(pages, "index.html", site_index_page(s));
	for (guint i = 0; i < s->data->len; i++) {
		const struct site_data *d = s->data->pdata[i];
		add(pages, d->page, site_data_page(s, d));
	}
	for (guint i = 0; i < s->machines->len; i++) {
		const struct site_machine *m = s->machines->pdata[i];
		add(pages, m->page, site_machine_page(s, m));
	}
	for (guint i = 0; i < s->names->len; i++) {
		g_autofree char *file = site_variant_page(s->names->pdata[i]);
		add(pages, file, site_history_page(s, s->names->pdata[i]));
	}
	for (guint i = 0; i < s->runs->len; i++) {
		const struct site_run *r = s->runs->pdata[i];
		add(pages, r->page, site_run_page(s, r));
	}
	g_ptr_array_sort(pages, by_file);
	return pages;
}
