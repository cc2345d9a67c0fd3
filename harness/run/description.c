/* description.c: see description.h. */
#include <inttypes.h>
#include <string.h>
#include "description.h"
#include "env.h"

#define FUNCTIONS(F)                                                                     \
	F(create)                                                                        \
	F(destroy)                                                                       \
	F(build)                                                                         \
	F(put)                                                                           \
	F(get)                                                                           \
	F(del)                                                                           \
	F(compact)                                                                       \
	F(scan)                                                                          \
	F(scan_prefix)                                                                   \
	F(count)                                                                         \
	F(memory)                                                                        \
	F(file_bytes)                                                                    \
	F(check)                                                                         \
	F(dump)

/* ---- writing ---- */

static void
put(FILE *out, const char *prefix, const char *key, const char *value)
{
	g_autofree char *whole = g_strconcat(prefix, key, NULL);
	env_put(out, whole, "%s", value);
}

static void
put_number(FILE *out, const char *prefix, const char *key, double x)
{
	g_autofree char *text = g_strdup_printf("%.17g", x);
	put(out, prefix, key, text);
}

void
description_put(FILE *out, const char *prefix, const struct ab_variant *v)
{
	g_autoptr(GString) kinds = g_string_new(NULL), all = g_string_new(NULL);
	for (int k = 0; k < AB_KINDS && v->node_kinds[k]; k++)
		g_string_append_printf(kinds, "%s%s", k ? "," : "", v->node_kinds[k]);
#define APPEND(f)                                                                        \
	if (v->f)                                                                        \
		g_string_append_printf(all, "%s" #f, all->len ? " " : "");
	FUNCTIONS(APPEND)
#undef APPEND
	put(out, prefix, "name", v->name);
	put(out, prefix, "label", v->label);
	put(out, prefix, "family", v->family);
	if (v->library)
		put(out, prefix, "library", v->library);
	if (v->rung)
		put(out, prefix, "rung", v->rung);
	put(out, prefix, "kinds", kinds->str);
	put_number(out, prefix, "by_name", v->by_name);
	put_number(out, prefix, "caps", v->caps);
	put_number(out, prefix, "max_key", v->max_key);
	put_number(out, prefix, "claimed", v->claimed);
	put(out, prefix, "functions", all->str);
}

/* ---- reading ---- */

static const char *
said(const struct record *env, const char *prefix, const char *key)
{
	g_autofree char *whole = g_strconcat(prefix, key, NULL);
	const char *value = record_env(env, whole);
	return value ? g_intern_string(value) : NULL;
}

static double
number(const struct record *env, const char *prefix, const char *key)
{
	const char *text = said(env, prefix, key);
	return text ? g_ascii_strtod(text, NULL) : 0;
}

/* A number that a uint32_t can hold, whatever stands there. */
static uint32_t
whole(double x)
{
	return x >= 0 && x <= UINT32_MAX ? (uint32_t)x : 0;
}

static void
not_here(void)
{
	g_error("a structure that this process only has a description of was called");
}

static void
set_kinds(struct ab_variant *v, const char *list)
{
	g_auto(GStrv) kinds = g_strsplit(list, ",", AB_KINDS);
	for (int k = 0; kinds[k]; k++)
		v->node_kinds[k] = g_intern_string(kinds[k]);
}

static void
set_functions(struct ab_variant *v, const char *list)
{
	g_auto(GStrv) all = g_strsplit(list, " ", 0);
#define SET(f)                                                                           \
	if (g_strv_contains((const char *const *)all, #f))                               \
		v->f = (__typeof__(v->f))not_here;
	FUNCTIONS(SET)
#undef SET
}

struct ab_variant *
description_get(const struct record *env, const char *prefix)
{
	const struct ab_variant words = { .name = said(env, prefix, "name"),
		.label = said(env, prefix, "label"),
		.family = said(env, prefix, "family"),
		.library = said(env, prefix, "library"),
		.rung = said(env, prefix, "rung"),
		.by_name = number(env, prefix, "by_name") > 0,
		.caps = whole(number(env, prefix, "caps")),
		.max_key = whole(number(env, prefix, "max_key")),
		.claimed = number(env, prefix, "claimed") };
	const char *kinds = said(env, prefix, "kinds"),
		   *functions = said(env, prefix, "functions");
	if (!words.name || !words.label || !words.family || !kinds || !functions)
		return NULL;
	struct ab_variant *v = g_memdup2(&words, sizeof words);
	set_kinds(v, kinds);
	set_functions(v, functions);
	return v;
}
