/* probe.c: see probe.h. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "child.h"
#include "cli.h"
#include "kept/description.h"
#include "kept/env.h"
#include "contract/compile.h"
#include "contract/plugin.h"
#include "probe.h"

enum { SECONDS_MOST = 10, SHA256_DIGITS = 64, SAID_MOST = 1 << 16 };

struct known {
	const struct ab_variant *v;
	const char *file, *object,
		*sha256; /* interned; object: the file, or made of it */
};
static GArray *all_known; /* struct known */

static bool
add(const struct ab_variant *v, const char *file, const char *object, const char *sha256,
	GError **error)
{
	if (!plugin_add(v, file, error))
		return false;
	if (!all_known)
		all_known = g_array_new(FALSE, FALSE, sizeof(struct known));
	struct known k = { v, g_intern_string(file), g_intern_string(object),
		g_intern_string(sha256) };
	g_array_append_val(all_known, k);
	return true;
}

static const struct known *
known(const struct ab_variant *v)
{
	for (guint i = 0; all_known && i < all_known->len; i++)
		if (g_array_index(all_known, struct known, i).v == v)
			return &g_array_index(all_known, struct known, i);
	return NULL;
}

/* ---- in the process that looks ---- */

static void
answer(FILE *out, const struct ab_variant *v, const char *sha256)
{
	env_put(out, "sha256", "%s", sha256);
	description_put(out, "", v);
}

void
probe_answer(FILE *out, const char *object, const char *file)
{
	g_autoptr(GError) error = NULL;
	const struct ab_variant *v = plugin_open_as(object, file, &error);
	g_autofree char *sha256 = v ? env_sha256(object, &error) : NULL;
	if (sha256)
		answer(out, v, sha256);
	else
		env_put(out, "refused", "%s", error->message);
}

/* ---- in the process that asks ---- */

/* What is said of the plug-in there. False: why it is of no use is reported. */
static bool
ask(const char *file, const char *object, GString *said)
{
	char *const argv[] = { "artbench", "probe", (char *)object, (char *)file, NULL };
	struct child s = { .argv = argv, .timeout_s = SECONDS_MOST };
	struct child_end end = child_run(&s, said, SAID_MOST);
	if (end.how != CHILD_EXITED || end.code != 0) {
		g_autofree char *how = child_end_text(&end, SECONDS_MOST);
		say_fail(
			"%s: %s when it was loaded; mend it, or leave it out", file, how);
		return false;
	}
	return true;
}

/* Has probe_answer said that, and the plug-in not a word before, between or after? */
static bool
is_all(const struct ab_variant *v, const char *sha256, const GString *said)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	if (!out)
		g_error("out of memory");
	answer(out, v, sha256);
	fclose(out);
	bool same = n == said->len && memcmp(text, said->str, n) == 0;
	free(text);
	return same;
}

/* What it has said of itself, as a variant; NULL: it is refused. */
static struct ab_variant *
described(const char *file, const GString *said, const struct record *r)
{
	const char *refused = record_env(r, "refused");
	const char *sha256 = record_env(r, "sha256");
	struct ab_variant *v = description_get(r, "");
	if (refused && !sha256)
		say_fail("%s", refused);
	else if (!said->len)
		say_fail("%s: ends the process when it is loaded; take that out of it",
			file);
	else if (!v || !sha256 || !is_all(v, sha256, said))
		say_fail("%s: prints when it is loaded; take that out of it", file);
	else
		return v;
	g_free(v);
	return NULL;
}

/* The variant in `object`, which is of `file`, and the object's checksum, g_free both. NULL:
 * it is refused. */
static struct ab_variant *
look(const char *file, const char *object, char **sha256)
{
	g_autoptr(GString) said = g_string_new(NULL);
	struct ab_variant *v = NULL;
	struct record r;
	record_init(&r);
	if (ask(file, object, said)) {
		record_parse_env(&r, said->str, file, NULL);
		v = described(file, said, &r);
		*sha256 = v ? g_strdup(record_env(&r, "sha256")) : NULL;
	}
	record_clear(&r);
	return v;
}

/* The object of a C file, whose variant has another name if it would be that of one that
 * is there; g_free it. */
static char *
compile(const char *file, GError **error)
{
	g_autofree char *stem = compile_stem(file);
	const struct ab_variant *twin = ab_variant_named(stem);
	g_auto(GStrv) point = compile_point(file);
	if (!twin || *point)
		return compile_plugin(file, NULL, error);
	unsigned n = 2;
	g_autofree char *name = g_strdup_printf("%s_%u", stem, n);
	while (ab_variant_named(name)) {
		g_free(name);
		name = g_strdup_printf("%s_%u", stem, ++n);
	}
	g_autofree char *begin = g_utf8_substring(
		twin->label, 0, MIN(g_utf8_strlen(twin->label, -1), 21));
	g_autofree char *label = g_strdup_printf("%s %u", begin, n);
	const struct compile_as as = { .name = name, .label = label };
	char *object = compile_plugin(file, &as, error);
	if (object)
		g_printerr("artbench: %s: its variant is named %s, beside %s from %s\n",
			file, name, stem, ab_variant_source(twin));
	return object;
}

/* The object of a file: it itself, or made of it; g_free it. NULL: it is reported. */
static char *
object_of(const char *file)
{
	g_autoptr(GError) error = NULL;
	char *object = compile_is_source(file) ? compile(file, &error) : g_strdup(file);
	if (!object)
		say_fail("%s", error->message);
	return object;
}

static bool
take_in(const char *file)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *object = object_of(file), *sha256 = NULL;
	struct ab_variant *v = object ? look(file, object, &sha256) : NULL;
	if (!v || add(v, file, object, sha256, &error))
		return v;
	say_fail("%s", error->message);
	g_free(v);
	return false;
}

bool
probe_plugins(char *const *files)
{
	for (; files && *files; files++)
		if (!take_in(*files))
			return false;
	return true;
}

struct ab_variant *
probe_look(const char *file)
{
	g_autofree char *object = object_of(file), *sha256 = NULL;
	return object ? look(file, object, &sha256) : NULL;
}

/* ---- in the process that measures ---- */

/* `sha256`, if not NULL, is what the object's was when it was looked at. */
static bool
load(const char *sha256, const char *object, const char *file, GError **error)
{
	g_autofree char *now = env_sha256(object, error);
	if (!now)
		return false;
	if (sha256 && strcmp(now, sha256) != 0) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			"%s: is another file than at the start; start again", object);
		return false;
	}
	const struct ab_variant *v = plugin_open_as(object, file, error);
	return v && add(v, file, object, now, error);
}

bool
probe_load_plugins(char *const *files)
{
	for (; files && *files; files++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *object = object_of(*files);
		if (!object)
			return false;
		if (!load(NULL, object, *files, &error)) {
			say_fail("%s", error->message);
			return false;
		}
	}
	return true;
}

bool
probe_load(char *const *sums_and_files)
{
	for (; sums_and_files && *sums_and_files; sums_and_files++) {
		const char *both = *sums_and_files;
		g_autoptr(GError) error = NULL;
		if (strspn(both, "0123456789abcdef") != SHA256_DIGITS ||
			both[SHA256_DIGITS] != ':') {
			say_fail("--load '%s' is not SHA256:FILE; give both", both);
			return false;
		}
		g_autofree char *sha256 = g_strndup(both, SHA256_DIGITS);
		const char *object = both + SHA256_DIGITS + 1;
		if (!load(sha256, object, object, &error)) {
			say_fail("%s", error->message);
			return false;
		}
	}
	return true;
}

/* ---- for the others ---- */

const char *
probe_sha256(const struct ab_variant *v)
{
	const struct known *k = known(v);
	return k ? k->sha256 : NULL;
}

void
probe_append_load(GPtrArray *argv, const struct ab_variant *v)
{
	const struct known *k = known(v);
	if (k)
		g_ptr_array_add(
			argv, g_strdup_printf("--load=%s:%s", k->sha256, k->object));
}

void
probe_put(FILE *out, const struct ab_variant *v)
{
	const struct known *k = known(v);
	if (!k)
		return;
	g_autofree char *prefix = description_key(v->name, "");
	g_autofree char *file = description_key(v->name, "file");
	g_autofree char *sha256 = description_key(v->name, "sha256");
	env_put(out, file, "%s", k->file);
	env_put(out, sha256, "%s", k->sha256);
	description_put(out, prefix, v);
}
