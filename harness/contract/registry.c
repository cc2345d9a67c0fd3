/* registry.c: the table of variants: those built in, spelled out by meson from the name
 * lists in variants/meson.build and baselines/meson.build, then those added. */
#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>
#include "ab.h"

/* AB_OPERATIONS has every operation of struct ab_variant, each in its place. */
struct listed {
#define LISTED(f, word) void (*f)(void);
	AB_OPERATIONS(LISTED)
#undef LISTED
};
enum { OPERATIONS_AT = offsetof(struct ab_variant, create) };
static_assert(OPERATIONS_AT == offsetof(struct ab_variant, claimed) + sizeof(double) &&
		      OPERATIONS_AT + sizeof(struct listed) == sizeof(struct ab_variant),
	"an operation of struct ab_variant is not in AB_OPERATIONS");
#define IN_ITS_PLACE(f, word)                                                            \
	static_assert(OPERATIONS_AT + offsetof(struct listed, f) ==                      \
			      offsetof(struct ab_variant, f),                            \
		#f " stands elsewhere in AB_OPERATIONS than in struct ab_variant");
AB_OPERATIONS(IN_ITS_PLACE)
#undef IN_ITS_PLACE

#define AB_VARIANT(id, source) extern const struct ab_variant ab_variant_##id;
#define AB_ABSENT(id, package)
#include "variants.inc"
#undef AB_VARIANT

struct entry {
	const struct ab_variant *v;
	const char *source;
};

static const struct entry built_in[] = {
#define AB_VARIANT(id, source) { &ab_variant_##id, source },
#include "variants.inc"
#undef AB_VARIANT
#undef AB_ABSENT
};

const struct ab_absent ab_absent[] = {
#define AB_VARIANT(id, source)
#define AB_ABSENT(id, package) { #id, package },
#include "variants.inc"
#undef AB_VARIANT
#undef AB_ABSENT
	{ 0 }
};

enum { BUILT_IN = sizeof built_in / sizeof *built_in, ADDED_MOST = 64 };
static struct entry added[ADDED_MOST];
static size_t n_added;

static const struct entry *
entry_at(size_t i)
{
	if (i < BUILT_IN)
		return &built_in[i];
	return i - BUILT_IN < n_added ? &added[i - BUILT_IN] : NULL;
}

const struct ab_variant *
ab_variant_at(size_t i)
{
	const struct entry *e = entry_at(i);
	return e ? e->v : NULL;
}

bool
ab_variant_add(const struct ab_variant *v, const char *source)
{
	if (n_added == ADDED_MOST)
		return false;
	added[n_added++] = (struct entry){ v, source };
	return true;
}

const struct ab_variant *
ab_variant_named(const char *name)
{
	const struct ab_variant *v;
	for (size_t i = 0; (v = ab_variant_at(i)); i++)
		if (strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

const char *
ab_variant_source(const struct ab_variant *v)
{
	const struct entry *e;
	for (size_t i = 0; (e = entry_at(i)); i++)
		if (e->v == v)
			return e->source;
	return "-";
}

/* Characters of a text in UTF-8; of any other, something between 0 and its bytes. */
static size_t
characters(const char *text)
{
	size_t n = 0;
	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* May it stand in a cell of a table? */
static bool
is_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool
is_rung(const char *text)
{
	static const char *const rungs[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8",
		"F1", "F2", "S", NULL };
	for (size_t i = 0; rungs[i]; i++)
		if (strcmp(text, rungs[i]) == 0)
			return true;
	return false;
}

/* NAME=VALUE,VALUE... NAME=VALUE...: names as the preprocessor has them, a space between. */
static bool
are_parameters(const char *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", *end;
	for (;; text = end + 1) {
		size_t n = strspn(text, letters);
		if (!n || (*text >= '0' && *text <= '9') || text[n] != '=')
			return false;
		end = text + n;
		do {
			text = end + 1;
			n = strspn(text, "0123456789");
			end = text + n;
			if (!n)
				return false;
		} while (*end == ',');
		if (*end != ' ')
			return !*end;
	}
}

static const char *
defect_of_words(const struct ab_variant *v)
{
	enum { NAME_MOST = 63, LABEL_MOST = 24 };
	if (!v->name || !v->label || !v->family)
		return "name, label and family are required";
	size_t n = strspn(v->name, "abcdefghijklmnopqrstuvwxyz0123456789_");
	if (!n || v->name[n])
		return "the name is not of [a-z0-9_]+";
	if (n > NAME_MOST)
		return "the name is longer than 63 characters";
	if (characters(v->label) > LABEL_MOST)
		return "the label is longer than 24 characters";
	if (!*v->label || !is_plain(v->label) || !*v->family || !is_plain(v->family))
		return "label or family is empty or has a control character";
	if (v->library && (!*v->library || !is_plain(v->library)))
		return "the library is empty or has a control character";
	if (v->rung && !is_rung(v->rung))
		return "the rung is none of 0 to 8, F1, F2 and S";
	if (v->parameters && !are_parameters(v->parameters))
		return "its parameters are not NAME=NUMBER,NUMBER... with a space "
		       "between";
	for (int k = 0; k < AB_KINDS && v->node_kinds[k]; k++)
		if (!is_plain(v->node_kinds[k]) || strchr(v->node_kinds[k], ','))
			return "a node kind has a control character or a comma";
	return NULL;
}

static bool
has_required(const struct ab_variant *v)
{
	const char *word;
#define HAS(f, w)                                                                        \
	word = (w);                                                                      \
	if (!v->f && !word)                                                              \
		return false;
	AB_OPERATIONS(HAS)
#undef HAS
	return true;
}

const char *
ab_variant_defect(const struct ab_variant *v)
{
	const char *words = defect_of_words(v);
	if (words)
		return words;
	if (!v->max_key)
		return "max_key is 0";
	if (!(v->claimed >= 0) || !isfinite(v->claimed))
		return "claimed is not a number of bytes";
	if (v->caps & ~(uint32_t)AB_CAPS_ALL)
		return "caps has a bit that is none of enum ab_caps";
	if (!has_required(v))
		return "create, destroy, get and count are required";
	if (!v->memory && !(v->caps & AB_OWN_ALLOC))
		return "uses ab_alloc but cannot say how much";
	if (!v->put && !v->build)
		return "nothing fills it: needs put or build";
	if ((v->caps & AB_PUT_WAITS) && !(v->put && v->get_many))
		return "AB_PUT_WAITS without put and get_many";
	if ((v->caps & AB_BULK_LOAD) && !v->build)
		return "AB_BULK_LOAD without build";
	if (v->compact && !v->put)
		return "compact without put: what would it put off?";
	if (v->scan_prefix && !v->scan)
		return "scan_prefix without scan";
	if (v->update && !(v->put && v->del))
		return "update without put and del";
	if (v->del_range && !v->del)
		return "del_range without del";
	if ((v->scan_back || v->scan_values || v->scan_nth || v->rank || v->del_range) &&
		!(v->caps & AB_ORDERED))
		return "scan_back, scan_values, scan_nth, rank or del_range without "
		       "AB_ORDERED";
	if ((v->caps & AB_ORDERED) && !v->scan)
		return "AB_ORDERED without scan";
	if ((v->caps & AB_ORDERED) && !v->scan_prefix)
		return "AB_ORDERED without scan_prefix";
	if ((v->caps & AB_PARALLEL_WRITES) && !(v->caps & AB_PARALLEL_READS))
		return "parallel writes imply parallel reads";
	return NULL;
}
