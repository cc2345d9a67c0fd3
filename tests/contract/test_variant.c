/* test_variant.c: the generic tests of one structure: one built in, by name, or a plug-in, by
 * its file. One program for all of them, because every program compiles every variant. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "explain.h"
#include "watch.h"

enum { DEFAULT_SEED = 1, SUITE_SECONDS = 120, SHRINK_SECONDS = 10, WAIT_SECONDS = 10 };

static const char DESCRIPTION[] =
	"  all     every suite that applies, each in a process of its own, until one "
	"fails\n"
	"  SUITE   one of them: model, contract, parallel, waste, large, build, oom, "
	"deep\n"
	"  replay  what is in FILE: operations, one a line, as a failure saves them\n"
	"\n"
	"VARIANT is a name of `artbench list`, or the file of a plug-in. What a "
	"model\n"
	"finds, or dies of, is shrunk to the fewest operations that show it and saved "
	"to\n"
	"VARIANT-SUITE-SEED.ops, in place of what was there.\n"
	"\n"
	"Exit status: 0 right, 1 wrong, 2 no such variant or file, 77 the suite does not "
	"apply.\n";

static int
refuse(const char *program, const char *what, const char *word)
{
	fprintf(stderr, "%s: %s '%s'; see %s --help\n", program, what, word, program);
	return UNKNOWN;
}

static bool
is_suite(const char *word)
{
	for (size_t i = 0; suite_names[i]; i++)
		if (strcmp(suite_names[i], word) == 0)
			return true;
	return false;
}

static int
run(struct exam *s, char **words, bool keep_going)
{
	guint n = g_strv_length(words);
	bool replay = n && strcmp(words[0], "replay") == 0;
	bool all = n && strcmp(words[0], "all") == 0;
	guint variant = replay ? 2 : 1, seed = variant + 1;
	char *end = NULL;
	if (n && !replay && !all && !is_suite(words[0]))
		return refuse(s->program, "no suite", words[0]);
	if (n <= variant)
		return refuse(s->program, "missing argument after",
			n ? words[n - 1] : s->program);
	if (n > seed + !replay)
		return refuse(s->program, "one argument too many:", words[n - 1]);
	s->word = words[variant];
	s->seed = n > seed ? g_ascii_strtoull(words[seed], &end, 10) : DEFAULT_SEED;
	if (end && (*end || end == words[seed]))
		return refuse(s->program, "the seed is not a number:", words[seed]);
	if (replay)
		return explain_replay(s, words[1]);
	return all ? exam_all(s, keep_going) : exam_suite(s, words[0]);
}

int
main(int argc, char **argv)
{
	int seconds = SUITE_SECONDS, step = 0, wait = WAIT_SECONDS,
	    shrink = SHRINK_SECONDS;
	gboolean keep_going = FALSE;
	g_autofree char *save = NULL;
	g_auto(GStrv) words = NULL;
	const GOptionEntry options[] = {
		{ "keep-going", 0, 0, G_OPTION_ARG_NONE, &keep_going,
			"With all: the other suites, too, when one has failed", NULL },
		{ "save", 0, 0, G_OPTION_ARG_FILENAME, &save,
			"Where operations that fail are saved (default: here)", "DIR" },
		{ "seconds", 0, 0, G_OPTION_ARG_INT, &seconds,
			"Most seconds a suite may take (default 120)", "N" },
		{ "step-seconds", 0, 0, G_OPTION_ARG_INT, &step,
			"Most seconds of processor time one operation may take (default "
			"TEST_STEP_SECONDS, or 3; with sanitizers 30)",
			"N" },
		{ "wait-seconds", 0, 0, G_OPTION_ARG_INT, &wait,
			"Most seconds a suite may wait for something (default 10)", "N" },
		{ "shrink-seconds", 0, 0, G_OPTION_ARG_INT, &shrink,
			"Most seconds for making what fails shorter (default 10)", "N" },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL,
			NULL },
		{ 0 },
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(GOptionContext) context = g_option_context_new(
		"all|SUITE VARIANT [SEED]  or  replay FILE VARIANT");
	g_option_context_set_summary(context, DESCRIPTION);
	g_option_context_add_main_entries(context, options, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error))
		return refuse(argv[0], error->message, "");
	if (seconds < 1 || wait < 1 || shrink < 0 || step < 0)
		return refuse(
			argv[0], "seconds are numbers from 1 on, not those of", argv[0]);
	g_autofree char *steps = g_strdup_printf("%d", step ? step : WATCH_SECONDS);
	g_setenv("TEST_STEP_SECONDS", steps, step > 0);
	struct exam s = { .program = argv[0],
		.seconds = (unsigned)seconds,
		.idle = (unsigned)wait,
		.shrink_seconds = (unsigned)shrink,
		.save = save ? save : ".",
		.trail = trail_new() };
	char *none[] = { NULL };
	int status = run(&s, words ? words : none, keep_going);
	trail_free(s.trail);
	return status;
}
