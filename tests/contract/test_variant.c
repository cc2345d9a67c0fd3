/* test_variant.c: the generic tests of one structure: one built in, by name, or a plug-in, by
 * its file. One program for all of them, because every program compiles every variant. */
#include <stdlib.h>
#include <string.h>
#include "contract/compile.h"
#include "explain.h"
#include "watch.h"

enum { DEFAULT_SEED = 1, SUITE_SECONDS = 120, SHRINK_SECONDS = 10, WAIT_SECONDS = 10 };

static const char DESCRIPTION[] =
	"  all     every suite that applies, each in a process of its own, until one "
	"fails\n"
	"  SUITE   one of them: model, contract, order, parallel, waste, large, "
	"build, oom, deep\n"
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

/* `word`, if not NULL, is what was wrong. */
static int
refuse(const char *program, const char *what, const char *word)
{
	fprintf(stderr, "%s: %s%s%s%s; see %s --help\n", program, what, word ? " '" : "",
		word ? word : "", word ? "'" : "", program);
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

/* A C file is compiled once for all processes. False: it cannot be, and it has been said
 * why. */
static bool
compile_once(struct exam *s, char **object)
{
	g_autoptr(GError) error = NULL;
	if (compile_is_source(s->word))
		*object = compile_plugin(s->word, NULL, &error);
	s->object = *object;
	if (error)
		fprintf(stderr, "%s: %s\n", s->program, error->message);
	return !error;
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
	g_autofree char *object = NULL;
	if (!compile_once(s, &object))
		return UNKNOWN;
	if (replay)
		return explain_replay(s, words[1]);
	return all ? exam_all(s, keep_going) : exam_suite(s, words[0]);
}

struct options {
	int seconds, step, wait, shrink;
	gboolean keep_going;
	char *save, **words; /* owned */
};

static void
options_clear(struct options *o)
{
	g_strfreev(o->words);
	g_free(o->save);
}

/* What is not given keeps its default. */
static bool
parse(struct options *o, int argc, char **argv, GError **error)
{
	const GOptionEntry options[] = {
		{ "keep-going", 0, 0, G_OPTION_ARG_NONE, &o->keep_going,
			"With all: the other suites, too, when one has failed", NULL },
		{ "save", 0, 0, G_OPTION_ARG_FILENAME, &o->save,
			"Where operations that fail are saved (default: here)", "DIR" },
		{ "seconds", 0, 0, G_OPTION_ARG_INT, &o->seconds,
			"Most seconds a suite may take (default 120)", "N" },
		{ "step-seconds", 0, 0, G_OPTION_ARG_INT, &o->step,
			"Most seconds of processor time an operation may take (default "
			"3, "
			"with sanitizers 30, or TEST_STEP_SECONDS)",
			"N" },
		{ "wait-seconds", 0, 0, G_OPTION_ARG_INT, &o->wait,
			"Most seconds a suite may wait for something (default 10)", "N" },
		{ "shrink-seconds", 0, 0, G_OPTION_ARG_INT, &o->shrink,
			"Most seconds for making what fails shorter (default 10)", "N" },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->words, NULL,
			NULL },
		{ 0 },
	};
	g_autoptr(GOptionContext) context = g_option_context_new(
		"all|SUITE VARIANT [SEED]  or  replay FILE VARIANT");
	g_option_context_set_summary(context, DESCRIPTION);
	g_option_context_add_main_entries(context, options, NULL);
	return g_option_context_parse(context, &argc, &argv, error);
}

int
main(int argc, char **argv)
{
	__attribute__((cleanup(options_clear))) struct options o = {
		.seconds = SUITE_SECONDS,
		.step = WATCH_SECONDS,
		.wait = WAIT_SECONDS,
		.shrink = SHRINK_SECONDS,
	};
	char *none[] = { NULL };
	g_autoptr(GError) error = NULL;
	const char *program = argv[0], *step = g_getenv("TEST_STEP_SECONDS");
	if (step && atoi(step) > 0)
		o.step = atoi(step);
	if (!parse(&o, argc, argv, &error))
		return refuse(program, error->message, NULL);
	if (o.seconds < 1 || o.step < 1 || o.wait < 1 || o.shrink < 0)
		return refuse(program, "seconds are numbers from 1 on", NULL);
	g_autofree char *steps = g_strdup_printf("%d", o.step);
	g_setenv("TEST_STEP_SECONDS", steps, TRUE);
	struct exam s = { .program = program,
		.seconds = (unsigned)o.seconds,
		.idle = (unsigned)o.wait,
		.shrink_seconds = (unsigned)o.shrink,
		.save = o.save ? o.save : ".",
		.trail = trail_new() };
	int status = run(&s, o.words ? o.words : none, o.keep_going);
	trail_free(s.trail);
	return status;
}
