/* merge.c: see merge.h. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "merge.h"
#include "kept/part.h"
#include "report.h"
#include "job/jobs.h"

static bool refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool
refuse(GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, text);
	return false;
}

/* ---- reading ---- */

static void
free_piece(gpointer data)
{
	record_clear(data);
	g_free(data);
}

static int
by_dir(gconstpointer a, gconstpointer b)
{
	const struct record *const *x = a, *const *y = b;
	return strcmp((*x)->dir, (*y)->dir);
}

static bool
has_ended(const char *dir, GError **error)
{
	g_autofree char *plain = g_strdup(dir);
	for (size_t n = strlen(plain); n > 1 && plain[n - 1] == '/'; n--)
		plain[n - 1] = '\0';
	g_autofree char *partial = g_strconcat(plain, ".partial", NULL);
	if (g_str_has_suffix(plain, ".partial") ||
		(!g_file_test(plain, G_FILE_TEST_EXISTS) &&
			g_file_test(partial, G_FILE_TEST_EXISTS))) {
		g_printerr("artbench: %s: has not ended, and is left out\n", plain);
		return false;
	}
	if (!g_file_test(plain, G_FILE_TEST_IS_DIR))
		return refuse(error, "%s: no such directory; name parts of a run", dir);
	return true;
}

static bool
read_pieces(struct merge *m, char *const *dirs, GError **error)
{
	for (; *dirs; dirs++) {
		GError *none = NULL;
		if (!has_ended(*dirs, &none)) {
			if (!none)
				continue;
			g_propagate_error(error, none);
			return false;
		}
		struct record *r = g_new0(struct record, 1);
		g_ptr_array_add(m->pieces, r);
		if (!record_read(r, *dirs, error))
			return false;
		if (r->torn || !record_env(r, "outcome"))
			return refuse(error,
				"%s: its end is cut off; take it away and measure that "
				"part again",
				r->dir);
	}
	g_ptr_array_sort(m->pieces, by_dir);
	return m->pieces->len ||
	       refuse(error, "none of the parts has ended; measure them first");
}

/* ---- do they belong together? ---- */

static bool
agree(const struct record *a, const struct record *b, enum part_fact kind, GError **error)
{
	const char *key = part_disagreement(a, b, kind);
	return !key ||
	       refuse(error,
		       "%s: its %s is %s, and that of %s is %s; give parts of one run%s",
		       b->dir, key, record_said(b, key), a->dir, record_said(a, key),
		       kind == OF_THE_MACHINE ? ", and a host that stays as it is" : "");
}

static char *
owner_key(const char *host, unsigned round, const char *job, const char *variant)
{
	g_autofree char *key = record_job_key(round, job, variant);
	return g_strdup_printf("%s\t%s", host, key);
}

static bool
take_rows(struct merge *m, const struct record *r, GError **error)
{
	for (guint i = 0; i < r->rows->len; i++) {
		const struct row *row = &g_array_index(r->rows, struct row, i);
		if (strcmp(row->host, record_said(r, "host")) != 0)
			return refuse(error,
				"%s: has rows of host %s, and env.txt is of %s; merge "
				"parts of one host each",
				r->dir, row->host, record_said(r, "host"));
		char *key = owner_key(row->host, row->round, row->job, row->variant);
		const char *owner = g_hash_table_lookup(m->owner, key);
		if (owner && owner != r->dir) {
			g_free(key);
			return refuse(error,
				"%s: has the %s job of %s in round %u on %s, and so has "
				"%s; leave one out",
				r->dir, row->job, row->variant, row->round, row->host,
				owner);
		}
		g_hash_table_replace(m->owner, key, r->dir);
	}
	g_array_append_vals(m->rows, r->rows->data, r->rows->len);
	m->right = m->right && strcmp(record_said(r, "outcome"), "right") == 0;
	return true;
}

static bool
belong_together(struct merge *m, GError **error)
{
	for (guint i = 0; i < m->pieces->len; i++) {
		const struct record *r = merge_piece(m, i),
				    *there = merge_first_there(m, r);
		if (!agree(merge_piece(m, 0), r, OF_THE_RUN, error) ||
			!agree(there, r, OF_THE_MACHINE, error) ||
			!take_rows(m, r, error))
			return false;
	}
	return true;
}

/* ---- what is missing? ---- */

static bool
is_there(const struct merge *m, const struct part *p, const char *host,
	const struct report_about *about)
{
	guint n = about->variants->len;
	for (guint i = 0; i < n + (about->reference != NULL); i++) {
		const struct ab_variant *v = i < n ? about->variants->pdata[i]
						   : about->reference;
		g_autofree char *name = g_strconcat(
			v->name, i < n ? "" : JOB_AGAIN, NULL);
		g_autofree char *key = owner_key(host, p->round, p->job, name);
		if (part_has(p, p->round, p->job, name) &&
			record_measures(merge_piece(m, 0), p->round, name) &&
			!g_hash_table_contains(m->owner, key))
			return false;
	}
	return true;
}

static void
find_missing(struct merge *m)
{
	struct report *report = report_new(merge_piece(m, 0));
	const struct report_about *about = report_subject(report);
	guint64 rounds = 0;
	g_ascii_string_to_unsigned(record_said(merge_piece(m, 0), "rounds"), 10, 1,
		G_MAXUINT16, &rounds, NULL);
	g_autoptr(GArray)
		all = part_all((unsigned)rounds, about->variants, about->wanted);
	for (guint i = 0; i < all->len; i++) {
		const struct part *p = &g_array_index(all, struct part, i);
		bool there = false;
		for (guint k = 0; k < m->pieces->len && !there; k++)
			there = is_there(
				m, p, record_said(merge_piece(m, k), "host"), about);
		if (!there)
			g_ptr_array_add(m->missing, (gpointer)p->name);
	}
	report_free(report);
	g_ptr_array_add(m->missing, NULL);
}

static bool
complete(const struct merge *m, bool incomplete, GError **error)
{
	if (m->missing->len == 1)
		return true;
	g_autofree char *names = g_strjoinv(", ", (char **)m->missing->pdata);
	if (!incomplete)
		return refuse(error,
			"missing: %s; measure what is missing, or give --incomplete",
			names);
	g_printerr("artbench: missing: %s\n", names);
	return true;
}

/* ---- all of it ---- */

bool
merge_parts(struct merge *m, char *const *dirs, const char *dir, bool incomplete,
	GError **error)
{
	*m = (struct merge){ .rows = g_array_new(FALSE, FALSE, sizeof(struct row)),
		.right = true,
		.pieces = g_ptr_array_new_with_free_func(free_piece),
		.owner = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.missing = g_ptr_array_new() };
	if (!read_pieces(m, dirs, error) || !belong_together(m, error))
		return false;
	find_missing(m);
	return complete(m, incomplete, error) && merge_write_env(m, dir, error);
}

void
merge_clear(struct merge *m)
{
	free(m->env);
	g_array_unref(m->rows);
	g_ptr_array_unref(m->pieces);
	g_hash_table_unref(m->owner);
	g_ptr_array_unref(m->missing);
}
