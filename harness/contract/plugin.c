/* plugin.c: see plugin.h. */
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ab_plugin.h"
#include "compile.h"
#include "plugin.h"

static bool
refuse(GError **error, const char *path, const char *format, ...) G_GNUC_PRINTF(3, 4);

static bool
refuse(GError **error, const char *path, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: %s", path, what);
	return false;
}

/* What the loader says, less the name in front, which is said already. */
static const char *
why_not_loaded(const char *file)
{
	const char *why = dlerror();
	size_t n = strlen(file);
	if (!why)
		return "no reason given";
	return strncmp(why, file, n) == 0 && g_str_has_prefix(why + n, ": ") ? why + n + 2
									     : why;
}

static bool
is_file(const char *file, const char *path, GError **error)
{
	struct stat st;
	const char *why = stat(file, &st) != 0 || access(file, R_OK) != 0
				  ? g_strerror(errno)
			  : !S_ISREG(st.st_mode) ? "not a regular file"
						 : NULL;
	return !why || refuse(error, path, "%s; name a plug-in's shared object", why);
}

static const struct ab_plugin *
entry_of(const char *object, const char *path, GError **error)
{
	/* With a slash in it, so that it is not searched for elsewhere. */
	g_autofree char *file = g_canonicalize_filename(object, NULL);
	if (!is_file(file, path, error))
		return NULL;
	void *loaded = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!loaded) {
		refuse(error, path,
			"is no shared object that can be loaded here: %s; build it with "
			"cc -fPIC -shared, see harness/ab_plugin.h",
			why_not_loaded(file));
		return NULL;
	}
	const struct ab_plugin *entry = dlsym(loaded, "ab_plugin_entry");
	if (!entry)
		refuse(error, path,
			"has no ab_plugin_entry; end its source with AB_PLUGIN(VARIANT), "
			"see harness/ab_plugin.h");
	return entry;
}

static bool
is_fit(const struct ab_plugin *entry, const char *path, GError **error)
{
	if (entry->abi != AB_PLUGIN_ABI)
		return refuse(error, path,
			"is made for version %" PRIu32
			" of the plug-in ABI and this artbench has version %d; build it "
			"again with this artbench's harness/",
			entry->abi, AB_PLUGIN_ABI);
	if (entry->size != sizeof(struct ab_variant))
		return refuse(error, path,
			"has a struct ab_variant of %" PRIu32
			" bytes and this artbench one of %zu; build it again with this "
			"artbench's harness/",
			entry->size, sizeof(struct ab_variant));
	const char *defect = entry->variant ? ab_variant_defect(entry->variant)
					    : "there is none";
	if (defect)
		return refuse(error, path,
			"its variant is malformed: %s; see struct ab_variant in "
			"harness/ab.h",
			defect);
	const struct ab_variant *v = entry->variant;
	if (!g_utf8_validate(v->label, -1, NULL) ||
		!g_utf8_validate(v->family, -1, NULL) ||
		(v->library && !g_utf8_validate(v->library, -1, NULL)))
		return refuse(error, path,
			"its label, family or library is not UTF-8; write it in that "
			"encoding");
	return true;
}

/* Does the variant take what the name of its source gives it? */
static bool
takes_point(const struct ab_variant *v, const char *path, GError **error)
{
	g_auto(GStrv) point = compile_is_source(path) ? compile_point(path) : NULL;
	g_auto(GStrv) taken = g_strsplit(v->parameters ? v->parameters : "", " ", 0);
	for (size_t i = 0; point && point[i]; i++) {
		size_t n = strcspn(point[i], "=") + 1, j = 0;
		while (taken[j] && strncmp(taken[j], point[i], n) != 0)
			j++;
		if (!taken[j])
			return refuse(error, path,
				"its variant takes no %.*s, but %s; see .parameters in "
				"harness/ab.h",
				(int)n - 1, point[i], *taken ? v->parameters : "nothing");
	}
	return true;
}

const struct ab_variant *
plugin_open_as(const char *object, const char *path, GError **error)
{
	const struct ab_plugin *entry = entry_of(object, path, error);
	bool fit = entry && is_fit(entry, path, error) &&
		   takes_point(entry->variant, path, error);
	return fit ? entry->variant : NULL;
}

const struct ab_variant *
plugin_open(const char *path, GError **error)
{
	if (!compile_is_source(path))
		return plugin_open_as(path, path, error);
	g_autofree char *object = compile_plugin(path, NULL, error);
	return object ? plugin_open_as(object, path, error) : NULL;
}

bool
plugin_add(const struct ab_variant *v, const char *path, GError **error)
{
	const struct ab_variant *other;
	for (size_t i = 0; (other = ab_variant_at(i)); i++) {
		bool named = strcmp(other->name, v->name) == 0;
		if (named || strcmp(other->label, v->label) == 0)
			return refuse(error, path,
				"its %s '%s' is that of the variant in %s; give it "
				"another",
				named ? "name" : "label", named ? v->name : v->label,
				ab_variant_source(other));
	}
	for (const struct ab_absent *a = ab_absent; a->name; a++)
		if (strcmp(a->name, v->name) == 0)
			return refuse(error, path,
				"its name '%s' is that of a variant that comes with the "
				"package %s; give it another",
				v->name, a->package);
	if (ab_variant_add(v, g_intern_string(path)))
		return true;
	return refuse(error, path, "one plug-in too many; leave some out");
}
