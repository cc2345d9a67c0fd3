/* subject.c: see subject.h. */
#include <math.h>
#include <string.h>
#include "kept/description.h"
#include "report.h"
#include "subject.h"

bool
report_has(const struct report *about, const struct workload *w)
{
	return w->core || g_ptr_array_find(about->wanted, w, NULL);
}

/* urls967k is the same file everywhere, under whatever name; what data/get.sh finds for
 * `original` is not, and known by its name and number. */
bool
report_is_claimed(
	const char *title, guint64 keys, const char *fingerprint, const char *sha256)
{
	enum { KEYS = 966956 };
	static const char keys_of_urls[] = "69d856e7b71b3883";
	static const char file_of_urls[] =
		"a12a1ed099d6064f96ec93670bf4f18dce379ff9dcccdbbfe51b232b77ed3b55";
	return keys == KEYS && (strcmp(title, "original") == 0 ||
				       g_strcmp0(fingerprint, keys_of_urls) == 0 ||
				       g_strcmp0(sha256, file_of_urls) == 0);
}

/* ---- what it is about ---- */

/* Of runs of before it was counted it is not known. */
static double
floor_said(const struct record *record)
{
	const char *text = record_env(record, "floor");
	return text ? g_ascii_strtod(text, NULL) : NAN;
}

/* A random value takes its 8 bytes; of a row number all is said by the keys' order. */
static double
value_bytes(const char *values)
{
	return strcmp(values, "random") == 0 ? 8 : strcmp(values, "rank") == 0 ? 0 : NAN;
}

static struct report
said_of(const struct record *record)
{
	const char *reference = record_said(record, "reference");
	bool none = strcmp(reference, "none") == 0 || strcmp(reference, "unknown") == 0;
	struct report a = {
		.record = record,
		.dataset = record_said(record, "dataset"),
		.keys = record_number(record, "keys"),
		.key_bytes = record_number(record, "key_bytes"),
		.file_keys = record_number(record, "file_keys"),
		.floor = floor_said(record),
		.revision = record_said(record, "revision"),
		.host = record_said(record, "host"),
		.missing = record_env(record, "missing"),
		.libraries = record_env(record, "libraries"),
		.order = record_said(record, "order"),
		.values = record_said(record, "values"),
		.seed = record_said(record, "seed"),
		.malloc = record_said(record, "malloc"),
		.variants = g_ptr_array_new(),
		.wanted = g_ptr_array_new(),
		.reference = none ? NULL : description_recorded(record, reference),
	};
	a.least = a.floor + value_bytes(a.values);
	a.twice = a.reference;
	a.claimed = report_is_claimed(a.dataset, a.keys,
		record_env(record, "fingerprint"), record_env(record, "sha256"));
	g_auto(GStrv) names = g_strsplit(record_said(record, "variants"), ",", 0);
	for (char **name = names; *name; name++)
		g_ptr_array_add(
			a.variants, (gpointer)description_recorded(record, *name));
	g_auto(GStrv) wanted = g_strsplit(record_said(record, "workloads"), ",", 0);
	for (char **name = wanted; *name; name++)
		workload_named(*name); /* and so known */
	for (const struct workload *w = workload_first(); w; w = w->next)
		if (g_strv_contains((const char *const *)wanted, w->name))
			g_ptr_array_add(a.wanted, (gpointer)w);
	return a;
}

/* ---- the report ---- */

struct report *
report_new(const struct record *record)
{
	const struct report r = said_of(record);
	return g_memdup2(&r, sizeof r);
}

const struct ab_variant *
report_variant(const struct report *r, const char *name)
{
	for (guint i = 0; i < r->variants->len; i++) {
		const struct ab_variant *v = r->variants->pdata[i];
		if (strcmp(v->name, name) == 0)
			return v;
	}
	return NULL;
}

void
report_not_measured(const struct report *r, const char *what, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);
	for (guint i = 0; i < r->variants->len; i++)
		report_append_name(
			names, ((const struct ab_variant *)r->variants->pdata[i])->name);
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		"%s: %s was not measured; name one of: %s", r->record->dir, what,
		names->str);
}

bool
report_hold_against(struct report *r, const char *name, GError **error)
{
	const struct ab_variant *v = report_variant(r, name);
	g_autofree char *what = g_strdup_printf("--reference '%s'", name);
	if (v)
		r->reference = v;
	else
		report_not_measured(r, what, error);
	return v;
}

void
report_free(struct report *r)
{
	if (!r)
		return;
	g_ptr_array_unref(r->variants);
	g_ptr_array_unref(r->wanted);
	g_free(r);
}
