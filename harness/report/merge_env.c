/* merge_env.c: see merge_env.h. */
#include <stdio.h>
#include <string.h>
#include "kept/env.h"
#include "merge_env.h"
#include "kept/part.h"

/* The earliest that was measured on the same host: of those that began within a second,
 * the same one for all of them. */
const struct record *
merge_first_there(const struct merge *m, const struct record *r)
{
	const struct record *first = NULL;
	for (guint i = 0; i < m->pieces->len; i++)
		if (strcmp(record_said(merge_piece(m, i), "host"),
			    record_said(r, "host")) == 0 &&
			(!first || strcmp(record_said(merge_piece(m, i), "start"),
					   record_said(first, "start")) < 0))
			first = merge_piece(m, i);
	return first;
}

/* The value of a key for all parts on the host of `r`. */
static const char *
value_there(const struct merge *m, const struct record *r, const char *key)
{
	const struct record *first = merge_first_there(m, r), *last = first;
	for (guint i = 0; i < m->pieces->len; i++)
		if (merge_first_there(m, merge_piece(m, i)) == first &&
			strcmp(record_said(merge_piece(m, i), "end"),
				record_said(last, "end")) > 0)
			last = merge_piece(m, i);
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
		if (g_hash_table_add(
			    seen, (gpointer)record_said(merge_piece(m, i), "host")))
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
		put_command(out, merge_piece(m, 0), dir);
	else if (strcmp(key, "host") == 0)
		put_hosts(out, hosts);
	else if (strcmp(key, "outcome") == 0)
		env_put(out, key, "%s", m->right ? "right" : "wrong");
	else
		put_value(out, m, hosts, key);
}

/* The keys in the order in which the first part has them. */
bool
merge_write_env(struct merge *m, const char *dir, GError **error)
{
	g_autofree char *path = g_build_filename(merge_piece(m, 0)->dir, "env.txt", NULL);
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
