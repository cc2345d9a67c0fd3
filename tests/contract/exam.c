/* exam.c: see exam.h. */
#include <string.h>
#include <unistd.h>
#include "contract/compile.h"
#include "contract/plugin.h"
#include "kit/suites.h"
#include "explain.h"
#include "watch.h"

static const struct {
	const char *name;
	int (*run)(const struct ab_variant *v, uint64_t seed);
} suites[] = {
	{ "model", suite_model },
	{ "contract", suite_contract },
	{ "order", suite_order },
	{ "parallel", suite_parallel },
	{ "waste", suite_waste },
	{ "large", suite_large },
	{ "build", suite_build },
	{ "oom", suite_oom },
	{ "deep", suite_deep },
};
enum { SUITES = sizeof suites / sizeof *suites };

const char *const suite_names[] = { "model", "contract", "order", "parallel", "waste",
	"large", "build", "oom", "deep", NULL };
G_STATIC_ASSERT(G_N_ELEMENTS(suite_names) == SUITES + 1);

const struct ab_variant *
exam_load(const struct exam *s)
{
	g_autoptr(GError) error = NULL;
	bool file = strchr(s->word, '/') || g_str_has_suffix(s->word, ".so") ||
		    compile_is_source(s->word);
	const struct ab_variant *v = s->object
					     ? plugin_open_as(s->object, s->word, &error)
				     : file ? plugin_open(s->word, &error)
					    : ab_variant_named(s->word);
	if (v && s->trail)
		g_strlcpy(s->trail->variant, v->name, sizeof s->trail->variant);
	if (!v && file)
		fprintf(stderr, "%s: %s\n", s->program, error->message);
	else if (!v)
		fprintf(stderr,
			"%s: no variant '%s' is built in; name one of `artbench list`, "
			"or the "
			"shared object of a plug-in\n",
			s->program, s->word);
	return v;
}

/* ---- one suite, in its process ---- */

struct task {
	const struct exam *s;
	size_t suite;
	bool alone; /* it says its name and its tally */
};

static int
run_suite(void *arg)
{
	const struct task *t = arg;
	const char *name = suites[t->suite].name;
	const struct ab_variant *v = exam_load(t->s);
	if (!v)
		return STATUS_UNKNOWN;
	if (t->alone)
		printf("%s %s, seed %" PRIu64 "\n", name, v->name, t->s->seed);
	fflush(stdout);
	trail_into(t->s->trail);
	v = watch_variant(v, name, t->s->seed);
	int status = suites[t->suite].run(v, t->s->seed);
	if (t->s->trail) {
		t->s->trail->passed = check_tally.passed;
		t->s->trail->failed = check_tally.failed;
	}
	if (status == CHECK_SKIPPED)
		return status;
	if (t->alone)
		return check_finish() == 0 ? 0 : STATUS_WRONG;
	return check_tally.failed == 0 && check_tally.passed > 0 ? 0 : STATUS_WRONG;
}

static struct apart_end
run_apart(struct task *t, int out)
{
	const struct apart a = { .seconds = t->s->seconds,
		.idle = t->s->idle,
		.out = out,
		.run = run_suite,
		.arg = t };
	if (t->s->trail)
		trail_clear(t->s->trail);
	return apart_run(&a);
}

static enum verdict
verdict_of(const struct apart_end *end)
{
	if (end->how != APART_EXITED)
		return WRONG;
	switch (end->code) {
	case 0: return RIGHT;
	case CHECK_SKIPPED: return SKIPPED;
	case STATUS_UNKNOWN: return UNKNOWN;
	default: return WRONG;
	}
}

/* A process that ended otherwise than by returning has not said so itself. */
static void
say_end(const struct exam *s, const char *name, const struct apart_end *end)
{
	g_autofree char *how = explain_end(end);
	if (end->how != APART_EXITED || end->code != STATUS_WRONG)
		fprintf(stderr, "%s %s, seed %" PRIu64 ": %s\n", name, s->word, s->seed,
			how);
}

enum verdict
exam_suite(const struct exam *s, const char *name)
{
	struct task t = { s, 0, true };
	while (strcmp(suites[t.suite].name, name) != 0)
		t.suite++;
	struct apart_end end = run_apart(&t, -1);
	enum verdict verdict = verdict_of(&end);
	if (verdict != WRONG)
		return verdict;
	say_end(s, name, &end);
	explain(s, name, &end);
	return verdict;
}

/* ---- all ---- */

static void
show_failure(const struct exam *s, const char *name, const struct apart_end *end,
	const char *text)
{
	explain_said(text);
	say_end(s, name, end);
	explain(s, name, end);
}

static const char *
reason(const char *text)
{
	static const char skipped[] = "skipped: ";
	const char *at = strstr(text, skipped);
	return at ? at + strlen(skipped) : "\n";
}

/* One of them, with its line. */
static enum verdict
one_of_all(const struct exam *s, size_t suite)
{
	const char *name = suites[suite].name;
	struct task t = { s, suite, false };
	int out = apart_out();
	struct apart_end end = run_apart(&t, out);
	enum verdict verdict = verdict_of(&end);
	g_autofree char *text = apart_said(out);
	if (out >= 0)
		close(out);
	if (verdict == RIGHT)
		printf("%-8s  %10" PRIu64 " checks  %6.2f s\n", name,
			s->trail ? s->trail->passed : 0, end.seconds);
	else if (verdict == SKIPPED)
		printf("%-8s  skipped: %.*s\n", name, (int)strcspn(reason(text), "\n"),
			reason(text));
	else if (verdict == WRONG)
		printf("%-8s  FAILED after %.2f s\n", name, end.seconds);
	fflush(stdout);
	if (verdict == WRONG)
		show_failure(s, name, &end, text);
	else if (verdict == UNKNOWN)
		fputs(text, stderr);
	return verdict;
}

enum verdict
exam_all(const struct exam *s, bool keep_going)
{
	unsigned counts[SKIPPED + 1] = { 0 };
	double began = apart_now();
	GString *left = g_string_new(NULL);
	printf("all %s, seed %" PRIu64
	       ": at most %u s a suite, %s s of processor time an "
	       "operation\n",
		s->word, s->seed, s->seconds, g_getenv("TEST_STEP_SECONDS"));
	for (size_t i = 0; i < SUITES; i++) {
		if (counts[UNKNOWN] || (counts[WRONG] && !keep_going))
			g_string_append_printf(left, "%s %s",
				left->len ? "," : "; not run:", suites[i].name);
		else
			counts[one_of_all(s, i)]++;
	}
	if (!counts[UNKNOWN])
		printf("all %s: %s: %u right, %u skipped, %u failed, %.1f s%s\n", s->word,
			counts[WRONG] ? "WRONG" : "right", counts[RIGHT], counts[SKIPPED],
			counts[WRONG], apart_now() - began, left->str);
	g_string_free(left, TRUE);
	return counts[UNKNOWN] ? UNKNOWN : counts[WRONG] ? WRONG : RIGHT;
}
