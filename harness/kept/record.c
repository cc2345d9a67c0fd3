/* record.c: see record.h. */
#include <string.h>
#include "disk.h"
#include "record.h"
#include "job/jobs.h"

/* ---- reading ---- */

static bool
bad_line(const char *path, size_t number, const char *what, GError **error)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		"%s:%zu: %s; put the file back as artbench run has written it", path,
		number, what);
	return false;
}

bool
record_parse_env(struct record *r, const char *text, const char *path, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
	for (size_t i = 0; lines[i]; i++) {
		char *equals = strchr(lines[i], '=');
		if (!*lines[i])
			continue;
		if (!equals)
			return bad_line(path, i + 1, "is not KEY=VALUE", error);
		g_hash_table_replace(r->env,
			g_strndup(lines[i], (gsize)(equals - lines[i])),
			g_strdup(equals + 1));
	}
	return true;
}

static bool
read_env(struct record *r, const char *path, GError **error)
{
	g_autofree char *text = NULL;
	return disk_read(path, &text, NULL, error) &&
	       record_parse_env(r, text, path, error);
}

/* Earlier programs wrote fewer columns; of those that are there now, none has moved. */
static bool
bad_header(const struct record *r, const char *path, const char *header, GError **error)
{
	size_t n = strlen(header);
	if (!n || strncmp(row_header, header, n) != 0 || row_header[n] != '\t')
		return bad_line(path, 1, "is not the header of raw.tsv", error);
	const char *revision = record_said(r, "revision");
	g_autofree char *missing = g_strdelimit(g_strdup(row_header + n + 1), "\t", ' ');
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		"%s:1: written by an earlier artbench, revision %s, whose rows have "
		"no %s; use that revision for it, or measure it anew",
		path, revision, missing);
	return false;
}

static bool
read_rows(struct record *r, const char *path, GError **error)
{
	g_autofree char *text = NULL;
	gsize size;
	if (!disk_read(path, &text, &size, error))
		return false;
	g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
	size_t n = g_strv_length(lines), whole = strlen(text);
	if (!n || strcmp(lines[0], row_header) != 0)
		return bad_header(r, path, n ? lines[0] : "", error);
	if (memchr(text + whole, '\n', size - whole))
		return bad_line(path, n, "has a byte that is zero", error);
	/* Behind the last newline there is nothing, or a line that was cut off: by a
	 * crash of the machine, zeros. */
	r->torn = *lines[n - 1] != '\0' || whole < size;
	for (size_t i = 1; i + 1 < n; i++) {
		struct row row;
		if (!row_read(lines[i], &row))
			return bad_line(path, i + 1, "is not a row", error);
		g_array_append_val(r->rows, row);
		r->begun = MAX(r->begun, row.round);
	}
	return true;
}

static char *
existing(const char *dir)
{
	g_autofree char *plain = disk_plain(dir);
	if (g_file_test(plain, G_FILE_TEST_IS_DIR))
		return g_steal_pointer(&plain);
	return g_strconcat(plain, ".partial", NULL);
}

void
record_init(struct record *r)
{
	*r = (struct record){ .env = g_hash_table_new_full(
				      g_str_hash, g_str_equal, g_free, g_free),
		.rows = g_array_new(FALSE, FALSE, sizeof(struct row)) };
}

bool
record_read_env(struct record *r, const char *dir, GError **error)
{
	record_init(r);
	r->dir = existing(dir);
	if (!g_file_test(r->dir, G_FILE_TEST_IS_DIR)) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
			"%s: no such directory; name one that artbench run has written",
			dir);
		return false;
	}
	g_autofree char *env = g_build_filename(r->dir, "env.txt", NULL);
	if (g_file_test(env, G_FILE_TEST_EXISTS))
		return read_env(r, env, error);
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
		"%s: has no env.txt; put it back, or begin the run anew", r->dir);
	return false;
}

bool
record_read(struct record *r, const char *dir, GError **error)
{
	if (!record_read_env(r, dir, error))
		return false;
	g_autofree char *raw = g_build_filename(r->dir, "raw.tsv", NULL);
	if (g_file_test(raw, G_FILE_TEST_EXISTS))
		return read_rows(r, raw, error);
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
		"%s: has no raw.tsv; name a directory that artbench run has written",
		r->dir);
	return false;
}

void
record_clear(struct record *r)
{
	g_free(r->dir);
	if (r->env)
		g_hash_table_unref(r->env);
	if (r->rows)
		g_array_unref(r->rows);
	*r = (struct record){ 0 };
}

const char *
record_env(const struct record *r, const char *key)
{
	return g_hash_table_lookup(r->env, key);
}

const char *
record_said(const struct record *r, const char *key)
{
	const char *value = record_env(r, key);
	return value ? value : "unknown";
}

guint64
record_number(const struct record *r, const char *key)
{
	guint64 n = 0;
	g_ascii_string_to_unsigned(record_said(r, key), 10, 0, G_MAXUINT64, &n, NULL);
	return n;
}

/* ---- order ---- */

static int
in_order(gconstpointer a, gconstpointer b)
{
	const struct row *x = a, *y = b;
	if (x->round != y->round)
		return x->round < y->round ? -1 : 1;
	int by_job = job_kind_place(x->job) - job_kind_place(y->job);
	int by_host = strcmp(x->host, y->host);
	if (by_job || by_host)
		return by_job ? by_job : by_host;
	return (x->position > y->position) - (x->position < y->position);
}

/* GLib's sort keeps the order of those that are alike. */
void
record_sort(GArray *rows)
{
	g_array_sort(rows, in_order);
}

/* ---- what is done ---- */

static bool
takes_turns(const char *job)
{
	return job_kind_place(job) >= JOB_GROUP;
}

char *
record_job_key(unsigned round, const char *job, const char *variant)
{
	return g_strdup_printf("%u\t%s\t%s", round, job, variant);
}

/* The keys of a step: all contestants of a job in a round. */
static char *
step_key(const struct row *row)
{
	return record_job_key(row->round, row->job, "");
}

unsigned
record_first_from(const struct record *r)
{
	guint64 round = record_number(r, "first_from");
	return round <= G_MAXUINT ? (unsigned)round : 0;
}

bool
record_measures(const struct record *r, unsigned round, const char *contestant)
{
	unsigned from = record_first_from(r);
	g_auto(GStrv) first = g_strsplit(record_said(r, "first"), ",", 0);
	g_autofree char *name = g_strdup(contestant);
	name[strcspn(name, ".")] = '\0'; /* no variant has a dot in its name */
	return !from || round < from || g_strv_contains((const char *const *)first, name);
}

/* Contestants that the run has in that round: its variants, the reference again. */
static size_t
contestants(const struct record *r, unsigned round)
{
	const char *names = record_env(r, "variants");
	g_auto(GStrv) all = g_strsplit(names ? names : "", ",", 0);
	const char *reference = record_env(r, "reference");
	size_t n = reference && strcmp(reference, "none") != 0;
	for (char **name = all; *name; name++)
		n += record_measures(r, round, *name);
	return n;
}

GHashTable *
record_done(const struct record *r)
{
	GHashTable *done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GHashTable)
		through = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int pass = 0; pass < 2; pass++)
		for (guint i = 0; i < r->rows->len; i++) {
			const struct row *row = &g_array_index(r->rows, struct row, i);
			if (strcmp(row->metric, "process") != 0)
				continue;
			char *step = step_key(row);
			size_t all = contestants(r, row->round);
			size_t n = GPOINTER_TO_SIZE(g_hash_table_lookup(through, step));
			if (pass && (n == all || !takes_turns(row->job)))
				g_hash_table_insert(done,
					record_job_key(
						row->round, row->job, row->variant),
					g_memdup2(&row->value, sizeof row->value));
			if (pass)
				g_free(step);
			else
				g_hash_table_replace(
					through, step, GSIZE_TO_POINTER(n + 1));
		}
	return done;
}

GArray *
record_drop_undone(struct record *r, GHashTable *done)
{
	GArray *kept = g_array_new(FALSE, FALSE, sizeof(struct row));
	GArray *dropped = g_array_new(FALSE, FALSE, sizeof(struct row));
	for (guint i = 0; i < r->rows->len; i++) {
		const struct row *row = &g_array_index(r->rows, struct row, i);
		g_autofree char *key = record_job_key(row->round, row->job, row->variant);
		bool keep = g_hash_table_contains(done, key);
		g_array_append_vals(keep ? kept : dropped, row, 1);
	}
	g_array_unref(r->rows);
	r->rows = kept;
	return dropped;
}
