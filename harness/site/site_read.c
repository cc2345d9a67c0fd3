/* site_read.c: runs are read, and those left out that cannot be taken in; see site.h. */
#include <string.h>
#include "report/audit.h"
#include "kept/disk.h"
#include "site.h"

/* ---- names ---- */

char *
site_file(const char *prefix, const char *name, const char *key)
{
	enum { NAME_MOST = 60, HASH = 6 };
	g_autoptr(GString) plain = g_string_new(prefix);
	g_string_append_c(plain, '-');
	for (size_t i = 0; name[i] && i < NAME_MOST; i++) {
		char c = g_ascii_tolower(name[i]);
		g_string_append_c(plain, g_ascii_isalnum(c) ? c : '-');
	}
	if (key) {
		g_autofree char *sum = g_compute_checksum_for_string(
			G_CHECKSUM_SHA256, key, -1);
		g_string_append_printf(plain, "-%.*s", HASH, sum);
	}
	return g_strconcat(plain->str, ".html", NULL);
}

/* ---- one run ---- */

static void
free_run(void *arg)
{
	struct site_run *r = arg;
	report_free(r->report);
	g_clear_pointer(&r->cohorts, g_array_unref);
	record_clear(&r->record);
	g_free(r->name);
	g_free(r->page);
	g_free(r->sum);
	g_free(r);
}

static void
leave_out(struct site *s, const char *name, const char *why)
{
	g_ptr_array_add(s->left_out, g_strdup_printf("%s: %s", name, why));
}

static char *
sum_of(const struct record *r)
{
	g_autofree char *path = g_build_filename(r->dir, "raw.tsv", NULL);
	g_autofree char *text = NULL;
	size_t size = 0;
	if (!disk_read(path, &text, &size, NULL))
		return g_strdup("");
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, size);
}

static const char *
start_of(const struct site_run *r)
{
	return record_said(&r->record, "start");
}

/* By start; of those that began at once, by what they found. */
static int
by_age(gconstpointer a, gconstpointer b)
{
	const struct site_run *x = *(struct site_run *const *)a;
	const struct site_run *y = *(struct site_run *const *)b;
	int by_start = strcmp(start_of(x), start_of(y));
	int by_sum = strcmp(x->sum, y->sum);
	return by_start ? by_start : by_sum ? by_sum : strcmp(x->name, y->name);
}

/* Where a run lies is of no account to who reads of it. */
static void
leave_out_unread(struct site *s, const struct site_run *r, const char *dir, GError *error)
{
	g_autoptr(GString) said = g_string_new(error->message);
	if (r->record.dir)
		g_string_replace(said, r->record.dir, r->name, 0);
	g_string_replace(said, dir, r->name, 0);
	g_ptr_array_add(s->left_out, g_string_free(g_steal_pointer(&said), FALSE));
}

static void
read_run(struct site *s, const char *dir)
{
	struct site_run *r = g_new0(struct site_run, 1);
	g_autofree char *plain = disk_plain(dir);
	g_autoptr(GError) error = NULL;
	r->name = g_path_get_basename(plain);
	if (record_read(&r->record, dir, &error)) {
		r->sum = sum_of(&r->record);
		g_ptr_array_add(s->runs, r);
		return;
	}
	leave_out_unread(s, r, plain, error);
	free_run(r);
}

/* Runs that are not whole, or contradict themselves. */
static void
drop_unsound(struct site *s)
{
	for (guint i = 0; i < s->runs->len;) {
		const struct site_run *r = s->runs->pdata[i];
		g_autofree char *path = g_build_filename(
			r->record.dir, "summary.tsv", NULL);
		g_autofree char *summary = NULL;
		g_autoptr(GError) error = NULL;
		bool good = !disk_is_there(path) ||
			    disk_read(path, &summary, NULL, &error);
		if (good && audit_run(&r->record, summary, &error)) {
			i++;
			continue;
		}
		leave_out(s, r->name, error->message);
		g_ptr_array_remove_index(s->runs, i);
	}
}

/* Of two that have the same rows the older stays. */
static void
drop_twins(struct site *s)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < s->runs->len;) {
		const struct site_run *r = s->runs->pdata[i];
		const char *twin = g_hash_table_lookup(names, r->sum);
		if (twin) {
			g_autofree char *why = g_strdup_printf(
				"has the same rows as %s", twin);
			leave_out(s, r->name, why);
			g_ptr_array_remove_index(s->runs, i);
		} else {
			g_hash_table_insert(names, r->sum, r->name);
			i++;
		}
	}
}

/* Variants become known in the order of the runs, and so must what they are called. */
static void
take_in(struct site *s)
{
	for (guint i = 0; i < s->runs->len; i++) {
		struct site_run *r = s->runs->pdata[i];
		r->report = report_new(&r->record);
		r->cohorts = cohorts_by_host(r->record.rows, r->report->reference, false);
		r->page = site_file("run", r->name, r->sum);
	}
}

static int
by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool
site_read(struct site *s, char *const *dirs, const char *reference, GError **error)
{
	*s = (struct site){ .runs = g_ptr_array_new_with_free_func(free_run),
		.left_out = g_ptr_array_new_with_free_func(g_free),
		.reference = reference };
	for (; *dirs; dirs++)
		read_run(s, *dirs);
	g_ptr_array_sort(s->runs, by_age);
	drop_unsound(s); /* or a sound one might be the twin of such */
	drop_twins(s);
	take_in(s);
	g_ptr_array_sort(s->left_out, by_text);
	site_sort(s);
	if (!s->runs->len)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			"no run can be taken in%s%s; name directories that artbench run "
			"has written",
			s->left_out->len ? ": " : "",
			s->left_out->len ? (char *)s->left_out->pdata[0] : "");
	return s->runs->len > 0;
}

void
site_clear(struct site *s)
{
	g_clear_pointer(&s->boards, g_ptr_array_unref);
	g_clear_pointer(&s->entries, g_array_unref);
	g_clear_pointer(&s->machines, g_ptr_array_unref);
	g_clear_pointer(&s->data, g_ptr_array_unref);
	g_clear_pointer(&s->names, g_ptr_array_unref);
	g_clear_pointer(&s->runs, g_ptr_array_unref);
	g_clear_pointer(&s->left_out, g_ptr_array_unref);
}
