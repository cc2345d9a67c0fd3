/* test_registry.c SOURCE_ROOT: every structure built in is well-formed and where
 * it says, and ab_variant_defect finds each kind of malformed one. */
#include <glib.h>
#include <math.h>
#include <stddef.h>
#include <string.h>
#include "ab.h"
#include "kit/check.h"

enum { NAME_MOST = 64 };

static void
explain(bool right, const struct ab_variant *v)
{
	if (!right)
		fprintf(stderr, "  variant %s\n", v->name ? v->name : "(no name)");
}

static void
one(const struct ab_variant *v, const char *root)
{
	const char *defect = ab_variant_defect(v);
	if (!CHECK(defect == NULL))
		fprintf(stderr, "  %s: %s\n", v->name ? v->name : "?", defect);
	size_t good = strspn(v->name, "abcdefghijklmnopqrstuvwxyz0123456789_");
	explain(CHECK(good > 0 && good < NAME_MOST && v->name[good] == '\0'), v);
	explain(CHECK(v->label[0] && v->family[0] && v->max_key > 0), v);
	explain(CHECK(v->claimed >= 0), v);
	explain(CHECK(ab_variant_named(v->name) == v), v);
	g_autofree char *stem = g_path_get_basename(ab_variant_source(v));
	stem[strcspn(stem, ".")] = '\0';
	explain(CHECK(strcmp(stem, v->name) == 0), v);
	g_autofree char *path = g_build_filename(root, ab_variant_source(v), NULL);
	explain(CHECK(g_file_test(path, G_FILE_TEST_IS_REGULAR)), v);
}

static void
all(const char *root)
{
	size_t n = 0;
	const struct ab_variant *v;
	for (; (v = ab_variant_at(n)); n++) {
		one(v, root);
		for (size_t i = 0; i < n; i++) {
			const struct ab_variant *other = ab_variant_at(i);
			explain(CHECK(strcmp(other->name, v->name) != 0), v);
			explain(CHECK(strcmp(other->label, v->label) != 0), v);
		}
	}
	CHECK(n >= 4); /* the baselines at least */
	CHECK(ab_variant_named("sorted_array") != NULL);
	CHECK(ab_variant_named("no_such_variant") == NULL);
	CHECK(ab_variant_named("") == NULL);
}

static enum ab_status
compacts_nothing(struct ab_index *t)
{
	(void)t;
	return AB_OK;
}

/* Spoil one thing at a time in a table that is right. */
static void
defects(void)
{
	const struct ab_variant *good = ab_variant_named("sorted_array");
	struct ab_variant v;
#define DEFECT(change)                                                                   \
	do {                                                                             \
		v = *good;                                                               \
		change;                                                                  \
		CHECK(ab_variant_defect(&v) != NULL && #change);                         \
	} while (0)
	CHECK(ab_variant_defect(good) == NULL);
	DEFECT(v.name = NULL);
	DEFECT(v.label = NULL);
	DEFECT(v.family = NULL);
	DEFECT(v.name = "");
	DEFECT(v.name = "a name");
	DEFECT(v.name = "a_name_of_sixty_four_characters_which_is_one_more_than_are_"
			"taken");
	DEFECT(v.label = "a label of twenty-five ch");
	DEFECT(v.label = "");
	DEFECT(v.label = "a\ttab");
	DEFECT(v.family = "a\nline");
	DEFECT(v.rung = "");
	DEFECT(v.rung = "9");
	DEFECT(v.parameters = "");
	DEFECT(v.parameters = "MOST");
	DEFECT(v.parameters = "MOST=");
	DEFECT(v.parameters = "MOST=1,");
	DEFECT(v.parameters = "MOST=1, LEAST=2");
	DEFECT(v.parameters = "MOST=1  LEAST=2");
	DEFECT(v.parameters = "MOST=1 ");
	DEFECT(v.parameters = "most=1");
	DEFECT(v.parameters = "9MOST=1");
	DEFECT(v.parameters = "MOST=many");
	DEFECT(v.node_kinds[0] = "a,comma");
	DEFECT(v.max_key = 0);
	DEFECT(v.claimed = -1);
	DEFECT(v.claimed = NAN);
	DEFECT(v.claimed = INFINITY);
	DEFECT(v.caps |= 1u << 31);
	DEFECT(v.caps |= AB_PUT_WAITS);
	DEFECT(v.caps |= AB_CAPS_ALL + 1);
	DEFECT(v.create = NULL);
	DEFECT(v.destroy = NULL);
	DEFECT(v.get = NULL);
	DEFECT(v.count = NULL);
	DEFECT(v.memory = NULL);
	DEFECT(v.put = NULL; v.build = NULL);
	DEFECT(v.build = NULL); /* it is not to be filled by put alone */
	DEFECT(v.put = NULL; v.compact = compacts_nothing);
	DEFECT(v.scan = NULL);
	DEFECT(v.scan_prefix = NULL);
	DEFECT(v.caps &= ~(uint32_t)AB_ORDERED; v.scan = NULL);
	DEFECT(v.caps &= ~(uint32_t)AB_ORDERED);
	DEFECT(v.caps = AB_ORDERED | AB_PARALLEL_WRITES);
#undef DEFECT
	/* And what only looks like one is none. */
	v = *good;
	v.caps |= AB_OWN_ALLOC;
	v.memory = NULL;
	CHECK(ab_variant_defect(&v) == NULL);
	v = *good;
	v.parameters = "MOST_2=1,20 _LEAST=3 L9=4,5,6";
	CHECK(ab_variant_defect(&v) == NULL);
	v = *good;
	v.put = NULL;
	v.del = NULL;
	v.del_range = NULL;
	v.check = NULL;
	v.dump = NULL;
	CHECK(ab_variant_defect(&v) == NULL);
	v.label = "a label of 24 characters";
	CHECK(strlen(v.label) == 24 && ab_variant_defect(&v) == NULL);
	v.label = "a label of 24 \303\244\303\266\303\274 chars.";
	CHECK(strlen(v.label) == 27 && ab_variant_defect(&v) == NULL);
	v.label = "a label of 25 \303\244\303\266\303\274 chars..";
	CHECK(ab_variant_defect(&v) != NULL);
	v.label = "\303\251t\303\251";
	CHECK(ab_variant_defect(&v) == NULL);
	v.rung = "F2";
	CHECK(ab_variant_defect(&v) == NULL);
}

/* Those added come behind those built in, with index, name and source, as long as there
 * is room. */
static void
additions(void)
{
	enum { MANY = 1000 };
	static struct ab_variant more[MANY];
	size_t built_in = 0, n = 0;
	while (ab_variant_at(built_in))
		built_in++;
	for (; n < MANY; n++) {
		more[n] = *ab_variant_named("sorted_array");
		more[n].name = g_strdup_printf("more%zu", n);
		if (!ab_variant_add(&more[n], more[n].name))
			break;
		CHECK(ab_variant_at(built_in + n) == &more[n]);
		CHECK(ab_variant_at(built_in + n + 1) == NULL);
		CHECK(ab_variant_named(more[n].name) == &more[n]);
		CHECK(strcmp(ab_variant_source(&more[n]), more[n].name) == 0);
	}
	if (CHECK(n >= 16 && n < MANY))
		CHECK(ab_variant_named(more[n].name) == NULL);
	CHECK(ab_variant_at(0) == ab_variant_named(ab_variant_at(0)->name));
}

static void
statuses(void)
{
	static const enum ab_status status[] = { AB_OK, AB_REPLACED, AB_NOT_FOUND,
		AB_STOPPED, AB_ENOMEM, AB_EFULL, AB_EKEY, AB_EORDER, AB_EBUSY };
	for (size_t i = 0; i < G_N_ELEMENTS(status); i++)
		for (size_t j = 0; j < i; j++)
			CHECK(strcmp(ab_status_text(status[i]),
				      ab_status_text(status[j])) != 0);
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: test_registry SOURCE_ROOT\n");
		return 2;
	}
	all(argv[1]);
	defects();
	statuses();
	additions();
	return check_finish();
}
