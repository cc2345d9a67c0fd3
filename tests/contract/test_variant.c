/* test_variant.c: SUITE VARIANT [SEED]: run one generic test on one structure: one
 * built in, by name, or a plug-in, by a file name with a slash in it.
 * One program for all of them, because every program compiles every variant. */
#include <stdlib.h>
#include <string.h>
#include "contract/plugin.h"
#include "kit/suites.h"
#include "watch.h"

enum { DEFAULT_SEED = 1 };

static const struct {
	const char *name;
	int (*run)(const struct ab_variant *v, uint64_t seed);
} suites[] = {
	{ "contract", suite_contract },
	{ "model", suite_model },
	{ "build", suite_build },
	{ "large", suite_large },
	{ "waste", suite_waste },
	{ "oom", suite_oom },
	{ "deep", suite_deep },
	{ "parallel", suite_parallel },
};

static int
usage(const char *program, const char *wrong, const char *word)
{
	fprintf(stderr, "%s: %s '%s'; usage: SUITE VARIANT [SEED]\n", program, wrong,
		word);
	return 2;
}

/* NULL: there is none; and it has been said why. */
static const struct ab_variant *
variant(const char *program, const char *word)
{
	g_autoptr(GError) error = NULL;
	bool file = strchr(word, '/') != NULL;
	const struct ab_variant *v = file ? plugin_open(word, &error)
					  : ab_variant_named(word);
	if (!v && file)
		fprintf(stderr, "%s: %s\n", program, error->message);
	else if (!v)
		usage(program, "no variant", word);
	return v;
}

int
main(int argc, char **argv)
{
	if (argc < 3)
		return usage(argv[0], "missing argument after", argv[argc - 1]);
	const struct ab_variant *v = variant(argv[0], argv[2]);
	if (!v)
		return 2;
	char *end = NULL;
	uint64_t seed = argc > 3 ? strtoull(argv[3], &end, 10) : DEFAULT_SEED;
	if (end && (*end || end == argv[3]))
		return usage(argv[0], "the seed is not a number:", argv[3]);
	for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
		if (strcmp(suites[i].name, argv[1]) != 0)
			continue;
		printf("%s %s, seed %" PRIu64 "\n", argv[1], v->name, seed);
		fflush(stdout);
		int status = suites[i].run(watch_variant(v, argv[1], seed), seed);
		return status == 0 ? check_finish() : status;
	}
	return usage(argv[0], "no suite", argv[1]);
}
