/* merge.c: see merge.h. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "job/jobs.h"
#include "kept/disk.h"
#include "kept/env.h"
#include "kept/part.h"
#include "merge.h"
#include "report.h"

static bool refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool
refuse(GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	*error = g_error_new_valist(G_FILE_ERROR, G_FILE_ERROR_INVAL, format, args);
	va_end(args);
	return false;
}

static const struct record *
piece(const struct merge *m, guint i)
{
	return m->pieces->pdata[i];
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
	g_autofree char *plain = disk_plain(dir);
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

/* What env.txt of a part says. */
static const char *
said(const struct merge *m, guint i, const char *key)
{
	return record_said(piece(m, i), key);
}

/* The earliest part that was measured on the same host: of those that began within a
 * second, the same one for all of them. */
static const struct record *
first_there(const struct merge *m, const struct record *r)
{
	const struct record *first = NULL;
	for (guint i = 0; i < m->pieces->len; i++)
		if (strcmp(said(m, i, "host"), record_said(r, "host")) == 0 &&
			(!first || strcmp(said(m, i, "start"),
					   record_said(first, "start")) < 0))
			first = piece(m, i);
	return first;
}

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
		const struct record *r = piece(m, i), *there = first_there(m, r);
		if (!agree(piece(m, 0), r, OF_THE_RUN, error) ||
			!agree(there, r, OF_THE_MACHINE, error) ||
			!take_rows(m, r, error))
			return false;
	}
	return true;
}

/* ---- what is missing? ---- */

static bool
is_there(const struct merge *m, const struct part *p, const char *host,
	const struct report *about)
{
	guint n = about->variants->len;
	for (guint i = 0; i < n + (about->reference != NULL); i++) {
		const struct ab_variant *v = i < n ? about->variants->pdata[i]
						   : about->reference;
		g_autofree char *name = g_strconcat(
			v->name, i < n ? "" : JOB_AGAIN, NULL);
		g_autofree char *key = owner_key(host, p->round, p->job, name);
		if (part_has(p, p->round, p->job, name) &&
			record_measures(piece(m, 0), p->round, name) &&
			!g_hash_table_contains(m->owner, key))
			return false;
	}
	return true;
}

static void
find_missing(struct merge *m)
{
	struct report *whole = report_new(piece(m, 0));
	guint64 rounds = record_number(piece(m, 0), "rounds");
	g_autoptr(GArray) all = part_all(rounds <= G_MAXUINT16 ? (unsigned)rounds : 0,
		whole->variants, whole->wanted);
	for (guint i = 0; i < all->len; i++) {
		const struct part *p = &g_array_index(all, struct part, i);
		bool there = false;
		for (guint k = 0; k < m->pieces->len && !there; k++)
			there = is_there(m, p, said(m, k, "host"), whole);
		if (!there)
			g_ptr_array_add(m->missing, (gpointer)p->name);
	}
	report_free(whole);
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

/* ---- env.txt ---- */

/* The value of a key for all parts on the host of `r`. */
static const char *
value_there(const struct merge *m, const struct record *r, const char *key)
{
	const struct record *first = first_there(m, r), *last = first;
	for (guint i = 0; i < m->pieces->len; i++)
		if (first_there(m, piece(m, i)) == first &&
			strcmp(said(m, i, "end"), record_said(last, "end")) > 0)
			last = piece(m, i);
	bool at_end = strcmp(key, "end") == 0 || strcmp(key, "load_after") == 0;
	return record_said(at_end ? last : first, key);
}

/* The directories in the order of the hosts' names, the first of each host only. */
static GPtrArray *
hosts_of(const struct merge *m)
{
	GPtrArray *hosts = g_ptr_array_new();
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < m->pieces->len; i++)
		if (g_hash_table_add(seen, (gpointer)said(m, i, "host")))
			g_ptr_array_add(hosts, m->pieces->pdata[i]);
	return hosts;
}

static void
put_value(FILE *out, const struct merge *m, const GPtrArray *hosts, const char *key)
{
	const char *first = value_there(m, hosts->pdata[0], key);
	bool common = true, least = strcmp(key, "start") == 0,
	     most = strcmp(key, "end") == 0;
	const char *one = first;
	for (guint i = 1; i < hosts->len; i++) {
		const char *value = value_there(m, hosts->pdata[i], key);
		common = common && strcmp(value, first) == 0;
		if ((least && strcmp(value, one) < 0) || (most && strcmp(value, one) > 0))
			one = value;
	}
	if (common || least || most) {
		env_put(out, key, "%s", one);
		return;
	}
	for (guint i = 0; i < hosts->len; i++) {
		g_autofree char *there = g_strdup_printf(
			"%s@%s", key, record_said(hosts->pdata[i], "host"));
		env_put(out, there, "%s", value_there(m, hosts->pdata[i], key));
	}
}

/* The command that would have measured the whole run. */
static void
put_command(FILE *out, const struct record *r, const char *dir)
{
	g_auto(GStrv) words = NULL;
	const char *command = record_said(r, "command");
	if (!g_shell_parse_argv(command, NULL, &words, NULL) || !words[0] || !words[1]) {
		env_put(out, "command", "%s", command);
		return;
	}
	g_autofree char *options = part_options(words + 2, NULL, dir);
	env_put(out, "command", "artbench %s%s", words[1], options);
}

static void
put_hosts(FILE *out, const GPtrArray *hosts)
{
	g_autoptr(GString) names = g_string_new(NULL);
	for (guint i = 0; i < hosts->len; i++)
		g_string_append_printf(names, "%s%s", i ? ", " : "",
			record_said(hosts->pdata[i], "host"));
	env_put(out, "host", "%s", names->str);
}

static void
put_key(FILE *out, const struct merge *m, const GPtrArray *hosts, const char *key,
	const char *dir)
{
	if (strcmp(key, "command") == 0)
		put_command(out, piece(m, 0), dir);
	else if (strcmp(key, "host") == 0)
		put_hosts(out, hosts);
	else if (strcmp(key, "outcome") == 0)
		env_put(out, key, "%s", m->right ? "right" : "wrong");
	else
		put_value(out, m, hosts, key);
}

/* The keys in the order in which the first part has them. */
static bool
write_env(struct merge *m, const char *dir, GError **error)
{
	g_autofree char *path = g_build_filename(piece(m, 0)->dir, "env.txt", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GHashTable) put = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) hosts = hosts_of(m);
	if (!g_file_get_contents(path, &text, NULL, error))
		return false;
	g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
	for (const char *const *key = (const char *const[]){ "part", "resumed", "missing",
		     "merged", NULL };
		*key; key++)
		g_hash_table_add(put, (gpointer)*key);
	size_t size;
	FILE *out = open_memstream(&m->env, &size);
	for (char **line = lines; *line; line++) {
		(*line)[strcspn(*line, "=")] = '\0';
		if (**line && g_hash_table_add(put, *line))
			put_key(out, m, hosts, *line, dir);
	}
	g_autofree char *names = g_strjoinv(", ", (char **)m->missing->pdata);
	env_put(out, "merged", "%u", m->pieces->len);
	env_put(out, "missing", "%s", *names ? names : "none");
	return fclose(out) == 0;
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
	return complete(m, incomplete, error) && write_env(m, dir, error);
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
