/* cmd_run.c: artbench run: measure variants on a key file, print the table, keep the
 * rows; or go on with a run that was broken off. */
#include <string.h>
#include "cmd.h"
#include "resume.h"
#include "run_printing.h"

/* What is printed in the end: text, TSV, Markdown. */
static void (*const *print_as)(const struct report *, FILE *);

static void
print(const struct session *t)
{
	enum { TSV = 1 };
	print_as[t->o->form](t->report, stdout);
	if (t->o->form == TSV)
		report_warnings(t->report, stderr);
}

static int
conclude(struct session *t, enum run_outcome outcome)
{
	g_autoptr(GError) error = NULL;
	if (outcome > RUN_WRONG)
		return resume_later(t, "run", outcome, t->error);
	/* First: whoever reads stdout may have gone. */
	bool kept = !t->keep || session_close(t, outcome, &error);
	print(t);
	bool flushed = say_flush();
	if (!kept)
		return resume_later(t, "run", RUN_SINK_FAILED, error);
	if (!flushed)
		return CLI_BAD_INPUT;
	return outcome == RUN_RIGHT ? CLI_RIGHT : CLI_WRONG;
}

static int
measure(struct session *t)
{
	return conclude(t, session_measure(t));
}

static int
run_anew(struct session *t)
{
	g_autoptr(GError) error = NULL;
	if (!session_survey(t))
		return CLI_BAD_INPUT;
	if (!session_begin(t, &error))
		return say_fail("%s", error->message);
	return measure(t);
}

/* ---- going on with an earlier one ---- */

static int
old_options(const struct record *old, struct run_options *o)
{
	g_auto(GStrv) argv = session_old_options(old);
	if (!argv)
		return CLI_BAD_INPUT;
	int argc = (int)g_strv_length(argv);
	/* Parsing takes words out of it. */
	g_autofree char **words = g_memdup2(argv, (gsize)(argc + 1) * sizeof *argv);
	return run_options_parse(argc, words, o);
}

static int
go_on(struct session *t, const struct record *old, const char *dir)
{
	g_autoptr(GError) error = NULL;
	if (!session_survey_whole(t) || !session_can_go_on(t, old))
		return CLI_BAD_INPUT;
	if (!session_go_on(t, dir, &error))
		return g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
			       ? resume_later(t, "run", RUN_SINK_FAILED, error)
			       : say_fail("%s", error->message);
	return measure(t);
}

static int
resume(struct session *t, int argc, char **argv)
{
	g_autofree char *dir = NULL;
	g_autoptr(GError) error = NULL;
	struct record old = { 0 };
	int status = resume_parse(argc, argv, "run", &dir);
	if (status < 0 && !record_read(&old, dir, &error))
		status = say_fail("%s", error->message);
	if (status < 0)
		status = old_options(&old, t->o);
	if (status < 0)
		status = go_on(t, &old, dir);
	record_clear(&old);
	return status;
}

/* ---- a part that was begun before ---- */

/* Is what is there of the part that is asked for? */
static bool
is_of_this_part(const struct session *t, const struct record *old, GError **error)
{
	struct record now;
	record_init(&now);
	bool ok = session_learn_env(t, &now, error);
	const char *key = ok ? part_disagreement(old, &now, OF_THE_RUN) : NULL;
	const char *then = record_env(old, "part");
	if (ok && !key && g_strcmp0(then, t->o->part_name) != 0)
		key = "part";
	if (key)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
			"%s: its %s is %s, and that of this part is %s; give --results "
			"another name",
			old->dir, key, record_said(old, key), record_said(&now, key));
	record_clear(&now);
	return ok && !key;
}

static int
part_again(struct session *t)
{
	g_autoptr(GError) error = NULL;
	struct record old = { 0 };
	if (!session_survey_whole(t))
		return CLI_BAD_INPUT;
	bool good = record_read(&old, t->o->results, &error) &&
		    is_of_this_part(t, &old, &error);
	bool ended = good && session_is_over(&old);
	record_clear(&old);
	if (ended) {
		g_printerr("artbench: %s: is measured already\n", t->o->results);
		return CLI_RIGHT;
	}
	if (!good || !session_take_over(t, &error))
		return say_fail("%s", error->message);
	return measure(t);
}

int
run_printing(int argc, char **argv, void (*const forms[])(const struct report *, FILE *))
{
	print_as = forms;
	struct run_options o = { 0 };
	struct session t;
	bool resumes = resume_is_asked(argc, argv);
	session_init(&t, &o, session_command(argc, argv), NULL);
	int status = resumes ? resume(&t, argc, argv) : run_options_parse(argc, argv, &o);
	if (status < 0)
		status = o.part_name && !resumes && session_is_begun(o.results)
				 ? part_again(&t)
				 : run_anew(&t);
	session_clear(&t);
	run_options_free(&o);
	return status;
}

int
cmd_run(int argc, char **argv)
{
	static void (*const forms[])(const struct report *, FILE *) = { report_text,
		report_tsv, report_markdown };
	return run_printing(argc, argv, forms);
}
