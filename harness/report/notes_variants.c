/* notes_variants.c: what the contestants are; see report.h. */
#include <string.h>
#include "work/fixture.h"
#include "kept/description.h"
#include "report.h"

void
report_note(GPtrArray *notes, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_ptr_array_add(notes, g_strdup_vprintf(format, args));
	va_end(args);
}

void
report_append_name(GString *out, const char *name)
{
	g_string_append_printf(out, "%s%s", out->len ? ", " : "", name);
}

typedef bool is_fn(const struct ab_variant *v, const struct report *a);

/* Their names in a list; g_string_free it. */
static GString *
names_of(const struct report *a, is_fn *is)
{
	GString *names = g_string_new(NULL);
	for (guint i = 0; i < a->variants->len; i++) {
		const struct ab_variant *v = a->variants->pdata[i];
		if (is(v, a))
			report_append_name(names, v->name);
	}
	return names;
}

/* Whether a variant is of a kind. */
#define IS(kind, so)                                                                     \
	static bool kind(const struct ab_variant *v, const struct report *a)             \
	{                                                                                \
		(void)a;                                                                 \
		return so;                                                               \
	}
IS(has_no_count, (v->caps & AB_OWN_ALLOC) && !v->memory)
IS(counts_unchecked, (v->caps & AB_OWN_ALLOC) && v->memory)
IS(borrows_keys, (v->caps & AB_BORROWS_KEYS))
IS(is_loaded_in_bulk, v->put && (v->caps & AB_BULK_LOAD) && a->keys > BULK_LOAD_ABOVE)
IS(is_built_once, v->build && !v->put)
IS(holds_nothing, (v->caps & AB_HOLDS_NOTHING))
IS(keeps_a_file, v->file_bytes)
/* Its file is gone from this program, or it was never in it. */
IS(is_unknown, !v->get)
IS(scans_in_no_order, v->scan && !(v->caps & (AB_ORDERED | AB_HOLDS_NOTHING)))
IS(scans_in_order, v->scan && (v->caps & AB_ORDERED))

static const struct {
	is_fn *is;
	const char *note;
} kinds[] = {
	{ has_no_count, "own allocation, hence no exact figure" },
	{ counts_unchecked, "own allocation, so that nothing holds its exact figure "
			    "against what it allocates" },
	{ borrows_keys, "borrowed keys, which its bytes leave out" },
	{ is_loaded_in_bulk,
		"loaded in bulk, since it is not made to be filled key by key; so its "
		"keys lie in order, which favours its scans and lookups" },
	{ is_built_once, "built at once from all keys in their order, and not changed "
			 "after that" },
	{ holds_nothing, "no index at all: what the measuring itself costs" },
	{ keeps_a_file, "keeps its entries in a mapped file, whose pages count as RSS "
			"and are no heap" },
	{ is_unknown, "not in this program, which has its name and figures alone" },
};

static void
note_kinds(GPtrArray *notes, const struct report *a)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(GString) names = names_of(a, kinds[i].is);
		if (names->len)
			report_note(notes, "%s: %s.", names->str, kinds[i].note);
	}
}

static void
note_unordered(GPtrArray *notes, const struct report *a)
{
	g_autoptr(GString) names = names_of(a, scans_in_no_order);
	g_autoptr(GString) others = names_of(a, scans_in_order);
	if (names->len)
		report_note(notes, "%s: scanned in no order%s.", names->str,
			others->len ? "; who else is scanned, by key" : "");
}

static void
note_libraries(GPtrArray *notes, const struct report *a)
{
	if (a->libraries && strcmp(a->libraries, "none") != 0)
		report_note(notes, "Libraries: %s.", a->libraries);
}

static void
note_plugins(GPtrArray *notes, const struct report *a)
{
	for (guint i = 0; i < a->variants->len; i++) {
		const struct ab_variant *v = a->variants->pdata[i];
		char *note = description_note(a->record, v->name);
		if (note)
			g_ptr_array_add(notes, note);
	}
}

static void
note_malloc(GPtrArray *notes, const struct report *a)
{
	const char *used = a->malloc;
	g_autoptr(GString) built = names_of(a, is_built_once);
	if (strcmp(used, "glibc") == 0 || strcmp(used, "unknown") == 0)
		return;
	report_note(notes, "Measured with %s in place of the C library's malloc.", used);
	if (built->len)
		report_note(notes,
			"%s: what building took and gave back may stay with %s, and "
			"then is RSS; the heap leaves it out.",
			built->str, used);
}

void
report_note_variants(GPtrArray *notes, const struct report *a)
{
	note_kinds(notes, a);
	note_unordered(notes, a);
	note_libraries(notes, a);
	note_plugins(notes, a);
	note_malloc(notes, a);
}
