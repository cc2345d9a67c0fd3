/* part.c: see part.h. */
#include <string.h>
#include "ground/say.h"
#include "job/jobs.h"
#include "part.h"

/* ---- the parts of a run ---- */

static void
add(GArray *all, unsigned round, const char *job, const char *variant)
{
	g_autofree char *name = g_strdup_printf(
		"%u.%s%s%s", round, job, variant ? "." : "", variant ? variant : "");
	struct part p = { g_intern_string(name), round, g_intern_string(job),
		variant ? g_intern_string(variant) : NULL };
	g_array_append_val(all, p);
}

static void
add_round(GArray *all, unsigned round, const GPtrArray *variants, const GPtrArray *wanted)
{
	struct job_kind kinds[JOB_KINDS];
	size_t n = job_kinds_wanted(wanted, kinds);
	for (size_t k = 0; k < n; k++) {
		if (!job_kind_is_in(&kinds[k], round))
			continue;
		if (kinds[k].what == JOB_GROUP)
			add(all, round, kinds[k].name, NULL);
		for (guint i = 0; kinds[k].what != JOB_GROUP && i < variants->len; i++) {
			const struct ab_variant *v = variants->pdata[i];
			add(all, round, kinds[k].name, v->name);
		}
	}
}

GArray *
part_all(unsigned rounds, const GPtrArray *variants, const GPtrArray *wanted)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct part));
	for (unsigned round = 1; round <= rounds; round++)
		add_round(all, round, variants, wanted);
	return all;
}

bool
part_has(const struct part *p, unsigned round, const char *job, const char *variant)
{
	return p->round == round && strcmp(p->job, job) == 0 &&
	       (!p->variant || strcmp(p->variant, variant) == 0);
}

/* ---- what belongs together ---- */

/* Any other entry, one that is new as well, must be the same everywhere. */
static enum part_fact
fact_of(const char *key)
{
	static const char *const process[] = { "part", "command", "start", "end",
		"resumed", "load_before", "load_after", "outcome", "data", "merged",
		"missing", "sizes", "left_out", "stopped", "widest", "first_from",
		"changes", "changes_left_out", NULL };
	static const char *const machine[] = { "host", "kernel", "cpu", "cores", "caches",
		"cpu_quota", "ram_bytes", "memory_limit", "thp", "aslr", "governor",
		"glib", "glibc", "google_benchmark", "pinned_to", "turns_on", NULL };
	bool place = g_str_has_prefix(key, "plugin.") && g_str_has_suffix(key, ".file");
	return place || g_strv_contains(process, key) ? OF_THE_PROCESS
	       : g_strv_contains(machine, key)        ? OF_THE_MACHINE
						      : OF_THE_RUN;
}

/* Add the keys of `a` that `b` lacks, and if `shared` those that it has with another
 * value. */
static void
add_unlike(GPtrArray *keys, const struct record *a, const struct record *b,
	enum part_fact kind, bool shared)
{
	GHashTableIter at;
	gpointer key, value;
	g_hash_table_iter_init(&at, a->env);
	while (g_hash_table_iter_next(&at, &key, &value)) {
		const char *other = record_env(b, key);
		bool unlike = !other || (shared && strcmp(other, value) != 0);
		if (fact_of(key) == kind && unlike)
			g_ptr_array_add(keys, key);
	}
}

static int
by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *
part_disagreements(const struct record *a, const struct record *b, enum part_fact kind)
{
	GPtrArray *keys = g_ptr_array_new();
	add_unlike(keys, a, b, kind, true);
	add_unlike(keys, b, a, kind, false);
	g_ptr_array_sort(keys, by_name);
	return keys;
}

const char *
part_disagreement(const struct record *a, const struct record *b, enum part_fact kind)
{
	g_autoptr(GPtrArray) keys = part_disagreements(a, b, kind);
	return keys->len ? keys->pdata[0] : NULL;
}

/* ---- commands ---- */

static void
append_word(GString *line, const char *word)
{
	g_autofree char *quoted = shell_word(word);
	g_string_append_printf(line, " %s", quoted);
}

/* How many words --NAME takes up here; 0: it is another. */
static int
words_of(char *const *word, const char *name)
{
	size_t n = strlen(name);
	if (strncmp(word[0], "--", 2) != 0 || strncmp(word[0] + 2, name, n) != 0)
		return 0;
	if (word[0][2 + n] == '=')
		return 1;
	return word[0][2 + n] ? 0 : word[1] ? 2 : 1;
}

char *
options_replaced(char *const *words, const struct option_value *by)
{
	GString *line = g_string_new(NULL);
	while (*words) {
		int replaced = 0;
		for (size_t i = 0; by[i].name && !replaced; i++)
			replaced = words_of(words, by[i].name);
		if (!replaced)
			append_word(line, *words);
		words += replaced ? replaced : 1;
	}
	for (; by->name; by++) {
		g_autofree char *word = g_strdup_printf("--%s=%s", by->name, by->value);
		if (by->value)
			append_word(line, word);
	}
	return g_string_free(line, FALSE);
}

char *
part_options(char *const *words, const char *part, const char *dir)
{
	const struct option_value by[] = { { "part", part }, { "results", dir }, { 0 } };
	return options_replaced(words, by);
}
