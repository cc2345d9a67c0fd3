/* compile.c: see compile.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include "ab.h"
#include "build_config.h"
#include "compile.h"

static const char *const compiler[] = { BUILD_PLUGIN_COMPILER, NULL };
static const char *const flags[] = { BUILD_PLUGIN_FLAGS, NULL };

/* ---- what is asked for ---- */

/* Bytes of FILE.c, or in FILE.c:... of that; 0: it is no source. */
static size_t
file_bytes(const char *source)
{
	const char *slash = strrchr(source, '/');
	const char *point = strstr(slash ? slash : source, ".c:");
	if (point)
		return (size_t)(point - source) + strlen(".c");
	return g_str_has_suffix(source, ".c") ? strlen(source) : 0;
}

bool
compile_is_source(const char *source)
{
	return file_bytes(source) > 0;
}

char *
compile_stem(const char *source)
{
	g_autofree char *file = g_strndup(source, file_bytes(source));
	char *stem = g_path_get_basename(file);
	stem[strlen(stem) - strlen(".c")] = '\0';
	return stem;
}

char **
compile_point(const char *source)
{
	const char *point = source + file_bytes(source);
	return g_strsplit(*point ? point + 1 : point, ",", 0);
}

static bool
refuse(GError **error, const char *path, const char *what)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: %s", path, what);
	return false;
}

/* Each NAME=NUMBER, and none of them twice. */
static bool
is_point(char *const *point, const char *called, GError **error)
{
	for (size_t i = 0; point[i]; i++) {
		g_autofree char *name = g_strndup(point[i], strcspn(point[i], "="));
		bool good = g_regex_match_simple(
			"^[A-Z_][A-Z0-9_]*=[0-9]+$", point[i], G_REGEX_RAW, 0);
		for (size_t j = 0; good && j < i; j++)
			good = !g_str_has_prefix(point[j], name) ||
			       point[j][strlen(name)] != '=';
		if (!good)
			return refuse(error, called,
				"is not FILE.c:NAME=NUMBER,NAME=NUMBER..., each name "
				"once; name a C file, and what its variant takes");
	}
	return true;
}

/* "page_front_page_most_16"; NULL: it is no point. */
static char *
point_name(char *const *point, const char *stem)
{
	g_autoptr(GString) name = g_string_new(stem);
	for (size_t i = 0; point[i]; i++)
		g_string_append_printf(name, "_%s", point[i]);
	g_autofree char *lower = g_ascii_strdown(name->str, -1);
	return *point ? g_strdup(g_strdelimit(lower, "=", '_')) : NULL;
}

/* PAGE_MOST=16 as PM=16. */
static void
append_initials(GString *to, const char *parameter)
{
	for (const char *c = parameter; *c && *c != '='; c++)
		if (*c != '_' && (c == parameter || c[-1] == '_'))
			g_string_append_c(to, *c);
	g_string_append(to, strchr(parameter, '='));
}

/* As much of "page_front PAGE_MOST=16" as a label has room for; NULL: it is no point. */
static char *
point_label(char *const *point, const char *stem)
{
	enum { LABEL_MOST = 24 };
	g_autofree char *words = g_strjoinv(" ", (char **)point);
	g_autofree char *label = g_strconcat(stem, " ", words, NULL);
	g_autoptr(GString) brief = g_string_new(stem);
	if (!*point)
		return NULL;
	if (strlen(label) <= LABEL_MOST)
		return g_steal_pointer(&label);
	for (size_t i = 0; point[i]; i++) {
		g_string_append_c(brief, ' ');
		append_initials(brief, point[i]);
	}
	/* What tells points apart stands at the end. */
	size_t over = brief->len > LABEL_MOST ? brief->len - LABEL_MOST : 0;
	return g_strdup(brief->str + over);
}

/* The sources of one object, the file itself first, and a checksum of all that is in
 * them. */
struct parts {
	const char *called; /* the file, as messages call it */
	char *stem, **point;
	char *variants;     /* the folder whose headers it gets; owned */
	GPtrArray *sources; /* paths; owned */
	GChecksum *sum;
	bool has_entry, has_variant; /* the file itself: AB_PLUGIN, ab_variant_NAME */
	char *other; /* the NAME of one that is not its own; NULL: of none */
};

/* ---- running the compiler ---- */

/* The variants/ that a file stands in, whose headers it is of, be it another tree's than this
 * program's; of any other file this program's; g_free it. */
static char *
variants_of(const char *path)
{
	char *folder = g_path_get_dirname(path);
	g_autofree char *name = g_path_get_basename(folder);
	g_autofree char *words = g_build_filename(folder, "meson.build", NULL);
	if (strcmp(name, "variants") == 0 && g_file_test(words, G_FILE_TEST_IS_REGULAR))
		return folder;
	g_free(folder);
	return g_strdup(BUILD_SOURCE_ROOT "/variants");
}

/* A flag, with those headers in place of this program's; the contract is always its own. */
static char *
flag_for(const char *flag, const char *variants)
{
	return strcmp(flag, "-I" BUILD_SOURCE_ROOT "/variants") == 0
		       ? g_strconcat("-I", variants, NULL)
		       : g_strdup(flag);
}

/* What every command has: the compiler, its flags, the definitions. */
static GPtrArray *
command_new(const struct parts *p)
{
	GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
	for (size_t i = 0; compiler[i]; i++)
		g_ptr_array_add(argv, g_strdup(compiler[i]));
	for (size_t i = 0; flags[i]; i++)
		g_ptr_array_add(argv, flag_for(flags[i], p->variants));
	for (char *const *d = p->point; *d; d++)
		g_ptr_array_add(argv, g_strconcat("-D", *d, NULL));
	return argv;
}

/* Takes `argv`. What it writes to stdout goes to `text`, unless that is NULL. */
static bool
compiler_run(GPtrArray *argv, const char *source, char **text, GError **error)
{
	g_autoptr(GError) why = NULL;
	int status = 0;
	GSpawnFlags how = G_SPAWN_SEARCH_PATH | (text ? 0 : G_SPAWN_STDOUT_TO_DEV_NULL);
	g_ptr_array_add(argv, NULL);
	bool ran = g_spawn_sync(NULL, (char **)argv->pdata, NULL, how, NULL, NULL, text,
		NULL, &status, &why);
	g_ptr_array_unref(argv);
	if (!ran) {
		g_autofree char *what = g_strdup_printf(
			"cannot be compiled: %s; install %s, or give a shared object",
			why->message, compiler[0]);
		return refuse(error, source, what);
	}
	return g_spawn_check_wait_status(status, NULL) ||
	       refuse(error, source,
		       "does not compile; mend what the compiler says above");
}

/* ---- what belongs to it ---- */

/* A source of variants/, unless it is among them. */
static void
add_source(struct parts *p, char *path)
{
	bool there = g_ptr_array_find_with_equal_func(
		p->sources, path, g_str_equal, NULL);
	if (there || !g_file_test(path, G_FILE_TEST_IS_REGULAR))
		g_free(path);
	else
		g_ptr_array_add(p->sources, path);
}

/* For each match of `pattern` in `text`, the source that its first group names, unless that is
 * what the file takes the place of. */
static void
add_sources(struct parts *p, const char *text, const char *pattern)
{
	g_autoptr(GRegex) regex = g_regex_new(
		pattern, G_REGEX_OPTIMIZE | G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_regex_match(regex, text, 0, &match);
	for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *name = g_match_info_fetch(match, 1);
		g_autofree char *file = g_strconcat(name, ".c", NULL);
		if (strcmp(name, p->stem) == 0)
			continue;
		g_autofree char *path = g_build_filename(p->variants, file, NULL);
		add_source(p, g_canonicalize_filename(path, NULL));
	}
}

static bool
defines(const char *text, const char *name)
{
	g_autofree char *pattern = g_strdup_printf("\\b%s\\s*=", name);
	return g_regex_match_simple(pattern, text, G_REGEX_RAW, 0);
}

/* The NAME of a variant that a preprocessed text defines; NULL: none. */
static char *
other_variant(const char *text)
{
	g_autoptr(GRegex) regex = g_regex_new(
		"\\bab_variant_([a-z0-9_]+)\\s*=", G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) found = NULL;
	return g_regex_match(regex, text, 0, &found) ? g_match_info_fetch(found, 1)
						     : NULL;
}

static bool
read_source(struct parts *p, guint i, GError **error)
{
	const char *path = p->sources->pdata[i];
	GPtrArray *argv = command_new(p);
	g_autofree char *text = NULL;
	/* Its warnings are shown when it is compiled. */
	g_ptr_array_add(argv, g_strdup("-w"));
	g_ptr_array_add(argv, g_strdup("-E"));
	g_ptr_array_add(argv, g_strdup(path));
	if (!compiler_run(argv, p->called, &text, error))
		return false;
	g_checksum_update(p->sum, (const guchar *)text, -1);
	if (i == 0) {
		g_autofree char *variant = g_strconcat("ab_variant_", p->stem, NULL);
		p->has_entry = defines(text, "ab_plugin_entry");
		p->has_variant = g_regex_match_simple(
					 "^[a-z0-9_]+$", p->stem, G_REGEX_RAW, 0) &&
				 defines(text, variant);
		p->other = other_variant(text);
	}
	/* Line markers have every header's path. */
	g_autofree char *folder = g_regex_escape_string(p->variants, -1);
	g_autofree char *headers = g_strdup_printf("^# \\d+ \"%s/(.*)\\.h\"", folder);
	add_sources(p, text, headers);
	add_sources(p, text, "\\bab_variant_([a-z0-9_]+)\\s*;");
	return true;
}

static void
parts_clear(struct parts *p)
{
	g_free(p->variants);
	g_ptr_array_unref(p->sources);
	g_checksum_free(p->sum);
	g_strfreev(p->point);
	g_free(p->stem);
	g_free(p->other);
}

/* ---- the file around it ---- */

/* A source that includes the file and has the entry, with the variant's new name. */
static char *
around(const struct parts *p, const struct compile_as *as)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_string_append_printf(text,
		"#define ab_plugin_entry ab_plugin_entry_of_file\n"
		"#include \"%s\"\n"
		"#include \"ab_plugin.h\"\n"
		"#undef ab_plugin_entry\n"
		"extern const struct ab_plugin ab_plugin_entry\n"
		"\t__attribute__((visibility(\"default\")));\n"
		"static struct ab_variant ab_compiled;\n"
		"const struct ab_plugin ab_plugin_entry = { AB_PLUGIN_ABI,\n"
		"\tsizeof ab_compiled, &ab_compiled };\n"
		"__attribute__((constructor)) static void\nab_compiled_fill(void)\n{\n"
		"\tab_compiled = %s%s;\n",
		(const char *)p->sources->pdata[0],
		p->has_entry ? "*ab_plugin_entry_of_file.variant" : "ab_variant_",
		p->has_entry ? "" : p->stem);
	g_autofree char *name = as ? g_strdup(as->name) : point_name(p->point, p->stem);
	g_autofree char *label = as ? g_strdup(as->label)
				    : point_label(p->point, p->stem);
	if (name) {
		g_autofree char *escaped = g_strescape(label, NULL);
		g_string_append_printf(text,
			"\tab_compiled.name = \"%s\";\n"
			"\tab_compiled.label = \"%s\";\n"
			"\tab_compiled.rung = NULL;\n"
			"\tab_compiled.claimed = 0;\n"
			"\tab_compiled.by_name = false;\n",
			name, escaped);
	}
	g_string_append(text, "}\n");
	return g_strdup(text->str);
}

/* ---- where objects are kept ---- */

/* A new string; NULL: no folder can be made. */
static char *
folder(void)
{
	char *dir = g_build_filename(BUILD_ROOT, "plugins", NULL);
	if (g_mkdir_with_parents(dir, 0777) == 0 && access(dir, W_OK | X_OK) == 0)
		return dir;
	g_free(dir);
	dir = g_build_filename(g_get_user_cache_dir(), "artbench", "plugins", NULL);
	if (g_mkdir_with_parents(dir, 0777) == 0 && access(dir, W_OK | X_OK) == 0)
		return dir;
	g_free(dir);
	return NULL;
}

/* Under another name until it is whole. */
static bool
make(const struct parts *p, const char *wrapper, const char *object, GError **error)
{
	g_autofree char *unfinished = g_strdup_printf("%s.%d", object, (int)getpid());
	GPtrArray *argv = command_new(p);
	g_ptr_array_add(argv, g_strdup("-shared"));
	g_ptr_array_add(argv, g_strdup("-o"));
	g_ptr_array_add(argv, g_strdup(unfinished));
	g_ptr_array_add(argv, g_strdup(wrapper));
	for (guint i = 1; i < p->sources->len; i++)
		g_ptr_array_add(argv, g_strdup(p->sources->pdata[i]));
	bool made = compiler_run(argv, p->called, NULL, error);
	if (made && g_rename(unfinished, object) != 0)
		made = refuse(error, object, g_strerror(errno));
	if (!made)
		unlink(unfinished);
	return made;
}

static char *
object_of(const struct parts *p, const struct compile_as *as, GError **error)
{
	g_autofree char *dir = folder();
	g_autofree char *text = around(p, as);
	if (!dir) {
		refuse(error, p->called,
			"there is no place for its object: neither the build folder nor "
			"the cache in XDG_CACHE_HOME can be written to; allow it");
		return NULL;
	}
	g_checksum_update(p->sum, (const guchar *)text, -1);
	for (size_t i = 0; compiler[i]; i++)
		g_checksum_update(p->sum, (const guchar *)compiler[i], -1);
	for (size_t i = 0; flags[i]; i++)
		g_checksum_update(p->sum, (const guchar *)flags[i], -1);
	g_autofree char *place = g_strdup_printf(
		"%s/%s-%.16s", dir, p->stem, g_checksum_get_string(p->sum));
	g_autofree char *object = g_strconcat(place, ".so", NULL);
	g_autofree char *wrapper = g_strconcat(place, ".c", NULL);
	if (!g_file_test(object, G_FILE_TEST_IS_REGULAR) &&
		(!g_file_set_contents(wrapper, text, -1, error) ||
			!make(p, wrapper, object, error)))
		return NULL;
	return g_steal_pointer(&object);
}

static bool
is_file(const char *path, const char *called, GError **error)
{
	const char *why = access(path, R_OK) != 0 ? g_strerror(errno)
			  : !g_file_test(path, G_FILE_TEST_IS_REGULAR)
				  ? "not a regular file"
			  : strchr(path, '"') ? "has a '\"' in its path"
					      : NULL;
	g_autofree char *what = g_strconcat(why ? why : "", "; name a C file", NULL);
	return !why || refuse(error, called, what);
}

static bool
refuse_nameless(const struct parts *p, GError **error)
{
	if (!p->other)
		return refuse(error, p->called,
			"defines no variant; end it with AB_PLUGIN(VARIANT), see "
			"harness/ab_plugin.h, or name that ab_variant_NAME as the file "
			"NAME.c");
	g_autofree char *why = g_strdup_printf(
		"defines ab_variant_%s; name the file %s.c, "
		"or end it with AB_PLUGIN(ab_variant_%s)",
		p->other, p->other, p->other);
	return refuse(error, p->called, why);
}

char *
compile_plugin(const char *source, const struct compile_as *as, GError **error)
{
	g_autofree char *file = g_strndup(source, file_bytes(source));
	g_autofree char *path = g_canonicalize_filename(file, NULL);
	struct parts p = { .called = source,
		.stem = compile_stem(source),
		.point = compile_point(source),
		.variants = variants_of(path),
		.sources = g_ptr_array_new_with_free_func(g_free),
		.sum = g_checksum_new(G_CHECKSUM_SHA256) };
	bool good = is_file(path, file, error) && is_point(p.point, source, error);
	g_ptr_array_add(p.sources, g_strdup(path));
	for (guint i = 0; good && i < p.sources->len; i++)
		good = read_source(&p, i, error);
	if (good && !p.has_entry && !p.has_variant)
		good = refuse_nameless(&p, error);
	char *object = good ? object_of(&p, as, error) : NULL;
	parts_clear(&p);
	return object;
}
