/* description.c: see description.h. */
#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include "contract/compile.h"
#include "description.h"
#include "env.h"

/* The words of struct ab_variant in their order, of what type they are and by which key
 * they are known; its operations are AB_OPERATIONS. */
#define WORDS(W)                                                                         \
	W(text, name, "name")                                                            \
	W(text, label, "label")                                                          \
	W(text, family, "family")                                                        \
	W(text, library, "library")                                                      \
	W(text, rung, "rung")                                                            \
	W(flag, by_name, "by_name")                                                      \
	W(text, parameters, "parameters")                                                \
	W(kinds, node_kinds, "kinds")                                                    \
	W(whole, caps, "caps")                                                           \
	W(whole, max_key, "max_key")                                                     \
	W(real, claimed, "claimed")

struct described {
#define DESCRIBED(type, w, key) __typeof__(((struct ab_variant *)0)->w) w;
	WORDS(DESCRIBED)
#undef DESCRIBED
};
static_assert(sizeof(struct described) == offsetof(struct ab_variant, create),
	"a word of struct ab_variant is not described");

/* ---- writing ---- */

static void
put_text(FILE *out, const char *prefix, const char *key, const char *value)
{
	g_autofree char *whole = g_strconcat(prefix, key, NULL);
	if (value)
		env_put(out, whole, "%s", value);
}

static void
put_real(FILE *out, const char *prefix, const char *key, double x)
{
	g_autofree char *text = g_strdup_printf("%.17g", x);
	put_text(out, prefix, key, text);
}

#define put_whole put_real
#define put_flag  put_real

static void
put_kinds(FILE *out, const char *prefix, const char *key, const char *const *kinds)
{
	g_autoptr(GString) all = g_string_new(NULL);
	for (int k = 0; k < AB_KINDS && kinds[k]; k++)
		g_string_append_printf(all, "%s%s", k ? "," : "", kinds[k]);
	put_text(out, prefix, key, all->str);
}

void
description_put(FILE *out, const char *prefix, const struct ab_variant *v)
{
	g_autoptr(GString) all = g_string_new(NULL);
#define PUT(type, w, key) put_##type(out, prefix, key, v->w);
	WORDS(PUT)
#undef PUT
#define APPEND(f, word)                                                                  \
	if (v->f)                                                                        \
		g_string_append_printf(all, "%s" #f, all->len ? " " : "");
	AB_OPERATIONS(APPEND)
#undef APPEND
	put_text(out, prefix, "functions", all->str);
}

/* ---- reading ---- */

static const char *
said(const struct record *env, const char *prefix, const char *key)
{
	g_autofree char *whole = g_strconcat(prefix, key, NULL);
	const char *value = record_env(env, whole);
	return value ? g_intern_string(value) : NULL;
}

static void
get_text(const struct record *env, const char *prefix, const char *key, const char **x)
{
	*x = said(env, prefix, key);
}

static void
get_real(const struct record *env, const char *prefix, const char *key, double *x)
{
	const char *text = said(env, prefix, key);
	*x = text ? g_ascii_strtod(text, NULL) : 0;
}

/* 0 for what a uint32_t cannot hold, whatever stands there. */
static void
get_whole(const struct record *env, const char *prefix, const char *key, uint32_t *x)
{
	double number;
	get_real(env, prefix, key, &number);
	*x = number >= 0 && number <= UINT32_MAX ? (uint32_t)number : 0;
}

static void
get_flag(const struct record *env, const char *prefix, const char *key, bool *x)
{
	double number;
	get_real(env, prefix, key, &number);
	*x = number > 0;
}

static void
get_kinds(const struct record *env, const char *prefix, const char *key,
	const char *(*x)[AB_KINDS])
{
	const char *list = said(env, prefix, key);
	g_auto(GStrv) kinds = g_strsplit(list ? list : "", ",", AB_KINDS);
	for (int k = 0; kinds[k]; k++)
		(*x)[k] = g_intern_string(kinds[k]);
}

static void
not_here(void)
{
	g_error("a structure that this process only has a description of was called");
}

static void
set_operations(struct ab_variant *v, const char *list)
{
	g_auto(GStrv) all = g_strsplit(list, " ", 0);
#define SET(f, word)                                                                     \
	if (g_strv_contains((const char *const *)all, #f))                               \
		v->f = (__typeof__(v->f))not_here;
	AB_OPERATIONS(SET)
#undef SET
}

struct ab_variant *
description_get(const struct record *env, const char *prefix)
{
	struct ab_variant v = { 0 };
	const char *operations = said(env, prefix, "functions");
#define GET(type, w, key) get_##type(env, prefix, key, &v.w);
	WORDS(GET)
#undef GET
	if (!v.name || !v.label || !v.family || !said(env, prefix, "kinds") ||
		!operations)
		return NULL;
	set_operations(&v, operations);
	return g_memdup2(&v, sizeof v);
}

/* ---- plug-ins in env.txt ---- */

char *
description_key(const char *name, const char *key)
{
	return g_strdup_printf("plugin.%s.%s", name, key);
}

/* Those for which the registry has no room, by name. */
static GHashTable *unlisted;

static const struct ab_variant *
listed(const struct ab_variant *v)
{
	if (ab_variant_add(v, "-"))
		return v;
	if (!unlisted)
		unlisted = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(unlisted, (gpointer)v->name, (gpointer)v);
	return v;
}

const struct ab_variant *
description_recorded(const struct record *env, const char *name)
{
	const struct ab_variant *v = ab_variant_named(name);
	if (!v && unlisted)
		v = g_hash_table_lookup(unlisted, name);
	if (v)
		return v;
	g_autofree char *prefix = description_key(name, "");
	v = description_get(env, prefix);
	if (!v || strcmp(v->name, name) != 0) { /* nobody is described as another */
		g_free((gpointer)v);
		const char *kept = g_intern_string(name);
		const struct ab_variant unknown = {
			.name = kept, .label = kept, .family = "other"
		};
		v = g_memdup2(&unknown, sizeof unknown);
	}
	return listed(v);
}

char *
description_note(const struct record *env, const char *name)
{
	g_autofree char *file_key = description_key(name, "file");
	g_autofree char *sha256_key = description_key(name, "sha256");
	const char *file = record_env(env, file_key),
		   *sha256 = record_env(env, sha256_key);
	if (!sha256)
		return NULL;
	g_autofree char *valid = g_utf8_make_valid(file ? file : "unknown", -1);
	return g_strdup_printf("%s: a plug-in, which the revision does not cover: %s, "
			       "sha256 %.12s.",
		name, valid, sha256);
}

char *
description_point(const struct record *env, const char *name)
{
	g_autofree char *key = description_key(name, "file");
	const char *file = record_env(env, key);
	g_auto(GStrv) point = file && compile_is_source(file) ? compile_point(file)
							      : NULL;
	return point && *point ? g_strjoinv(" ", point) : NULL;
}
