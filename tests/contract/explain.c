/* explain.c: see explain.h. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include "kit/model.h"
#include "explain.h"
#include "shrink.h"
#include "watch.h"

enum {
	TRY_SECONDS = 10, /* that an attempt may take, if it should not hang */
	/* Operations that are printed: of more, the first and the last. */
	PRINTED = 24,
	PRINTED_FIRST = 8,
};

/* Of the processor; and of the time that they took before the last one, if one is to
 * hang. */
static const double TRY_PROCESSOR = 3, HANG_LEAST = 0.05, HANG_TIMES = 10;

/* What went wrong: two are the same if all of this is. */
struct fault {
	enum { NOTHING, ANSWER, SIGNAL, STATUS, HANG } kind;
	int code;
	char what[32]; /* an answer: to what, the first word of what was said */
};

/* A model's answer counts, whatever a sanitizer said of it later. */
static struct fault
fault_of(const struct apart_end *end, const struct trail *r)
{
	if (r->wrong) {
		struct fault wrong = { .kind = ANSWER };
		size_t n = strcspn(r->what, " :");
		g_strlcpy(wrong.what, r->what, MIN(n + 1, sizeof wrong.what));
		return wrong;
	}
	if (end->how == APART_LATE || r->hangs)
		return (struct fault){ .kind = HANG };
	if (end->how == APART_SIGNALED)
		return (struct fault){ .kind = SIGNAL, .code = end->code };
	if (end->how == APART_EXITED && end->code == STATUS_WRONG)
		return (struct fault){ .kind = ANSWER };
	if (end->how == APART_EXITED && end->code != 0)
		return (struct fault){ .kind = STATUS, .code = end->code };
	return (struct fault){ .kind = NOTHING };
}

static bool
same_fault(struct fault a, struct fault b)
{
	return a.kind == b.kind && a.code == b.code && strcmp(a.what, b.what) == 0;
}

char *
explain_end(const struct apart_end *end)
{
	switch (end->how) {
	case APART_SIGNALED:
		return g_strdup_printf(
			"ended by signal %d (%s)", end->code, g_strsignal(end->code));
	case APART_LATE:
		return g_strdup_printf(
			"not over after %.1f s and ended; --seconds gives it longer",
			end->seconds);
	case APART_IDLE:
		return g_strdup("it waited for something, and was ended; --wait-seconds "
				"gives it longer");
	case APART_FAILED:
		return g_strdup_printf("no process for it: %s", g_strerror(end->code));
	case APART_EXITED: break;
	}
	return g_strdup_printf(
		"ended with status %d, which is not its own: see what was said "
		"before",
		end->code);
}

void
explain_said(const char *text)
{
	enum { LINES = 40 };
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	guint n = g_strv_length(lines);
	for (guint i = 0; i < n && i < LINES; i++)
		if (*lines[i] || i + 1 < n)
			fprintf(stderr, "  %s\n", lines[i]);
	if (n > LINES)
		fprintf(stderr, "  ... and %u lines more: run this suite by itself\n",
			n - LINES);
}

/* ---- one attempt ---- */

struct attempt {
	const struct exam *s;
	const GPtrArray *list;
	struct fault wanted;
	double processor; /* seconds that it may take of it */
	double used;      /* that the last one did */
	bool loud;        /* says what it finds, and is watched */
};

static int
replay(void *arg)
{
	const struct attempt *a = arg;
	const struct ab_variant *v = exam_load(a->s);
	if (!v)
		return STATUS_UNKNOWN;
	check_tally = (struct check_tally){ .quiet = !a->loud };
	trail_into(a->s->trail);
	if (a->loud)
		v = watch_variant(v, "replay", a->s->seed);
	int status = model_list(v, "replay", a->list) ? 0 : STATUS_WRONG;
	if (!a->loud && a->wanted.kind != STATUS)
		_exit(status); /* else a sanitizer may have something to say at the end */
	return status;
}

static struct fault
attempt(struct attempt *a, const GPtrArray *list, int out)
{
	const struct apart how = { .seconds = TRY_SECONDS,
		.processor = a->loud ? 0 : a->processor,
		.out = out,
		.tries = true,
		.run = replay,
		.arg = a };
	a->list = list;
	trail_clear(a->s->trail);
	struct apart_end end = apart_run(&how);
	a->used = end.processor;
	return fault_of(&end, a->s->trail);
}

/* Quietly; of struct shrink. */
static bool
fails(void *arg, const GPtrArray *list)
{
	struct attempt *a = arg;
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	bool same = same_fault(attempt(a, list, nowhere), a->wanted);
	close(nowhere);
	return same;
}

/* What hangs is given what all before it needs, many times over. */
static void
limit_hang(struct attempt *a, const GPtrArray *list)
{
	g_autoptr(GPtrArray) before = g_ptr_array_new();
	for (guint i = 0; i + 1 < list->len; i++)
		g_ptr_array_add(before, list->pdata[i]);
	if (!fails(a, before))
		a->processor = MAX(HANG_LEAST, HANG_TIMES * a->used);
}

/* ---- what is said and saved ---- */

/* As a shell takes it; g_free it. */
static char *
quoted(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./-+=:,@%";
	return word[strspn(word, plain)] || !*word ? g_shell_quote(word) : g_strdup(word);
}

static char *
file_of(const struct exam *s, const char *suite)
{
	g_autofree char *name = g_strdup_printf(
		"%s-%s-%" PRIu64 ".ops", s->trail->variant, suite, s->seed);
	return g_build_filename(s->save, name, NULL);
}

static bool
save(const struct exam *s, const char *suite, const char *fault, const char *path,
	const GPtrArray *list)
{
	g_autofree char *what = g_strdup(fault);
	g_autofree char *file = quoted(path), *word = quoted(s->word);
	FILE *out = g_mkdir_with_parents(s->save, 0777) == 0 ? fopen(path, "we") : NULL;
	if (out) {
		g_strdelimit(what, "\r\n", ' ');
		fprintf(out, "# Operations of test_variant, one a line.\n# variant: %s\n",
			s->trail->variant);
		fprintf(out, "# suite: %s, seed %" PRIu64 "\n# fault: %s\n", suite,
			s->seed, what);
		fprintf(out, "# again: test_variant replay %s %s\n", file, word);
		for (guint i = 0; i < list->len; i++)
			ops_print(out, list->pdata[i], SIZE_MAX);
	}
	bool written = out && !ferror(out);
	if (out && fclose(out) != 0)
		written = false;
	if (!written)
		fprintf(stderr, "%s: %s: %s; name another folder with --save\n",
			s->program, path, g_strerror(errno));
	return written;
}

static void
print_list(const GPtrArray *list)
{
	guint left_out = list->len > PRINTED ? list->len - PRINTED : 0;
	for (guint i = 0; i < list->len; i++) {
		if (left_out && i == PRINTED_FIRST) {
			fprintf(stderr, "    ... %u more, and\n", left_out);
			i += left_out;
		}
		fputs("    ", stderr);
		ops_print(stderr, list->pdata[i], OPS_SHOWN);
	}
}

/* Do it once more, aloud. */
static void
print_fault(struct attempt *a, const GPtrArray *list)
{
	int out = apart_out();
	a->loud = true;
	if (a->wanted.kind == HANG)
		g_setenv("TEST_STEP_SECONDS", "1", TRUE);
	bool same = same_fault(attempt(a, list, out), a->wanted);
	g_autofree char *text = apart_said(out);
	fputs("  done again:\n", stderr);
	explain_said(text);
	if (!same)
		fputs("  ... this time it went otherwise: it depends on more than these "
		      "operations\n",
			stderr);
	if (out >= 0)
		close(out);
}

static void
say_shrunk(const struct shrink *s, guint before, guint now)
{
	fprintf(stderr, "  %u operation%s it, of %u (%u tries in %.1f s%s):\n", now,
		now == 1 ? " shows" : "s show", before, s->tries, s->took,
		s->cut ? "; there was no time for more" : "");
}

void
explain(const struct exam *s, const char *suite, const struct apart_end *how)
{
	g_autoptr(GPtrArray) list = s->trail ? trail_list(s->trail) : NULL;
	if (!list || how->how == APART_LATE || how->how == APART_IDLE)
		return;
	g_autofree char *end = explain_end(how);
	struct attempt a = {
		.s = s, .wanted = fault_of(how, s->trail), .processor = TRY_PROCESSOR
	};
	g_autofree char *fault = g_strdup(s->trail->wrong         ? s->trail->what
					  : a.wanted.kind == HANG ? "no end"
								  : end);
	struct shrink shrink = {
		.fails = fails, .arg = &a, .seconds = s->shrink_seconds
	};
	g_autoptr(GPtrArray) few = NULL;
	if (a.wanted.kind == HANG)
		limit_hang(&a, list);
	if (fails(&a, list)) {
		few = shrink_list(&shrink, list);
		say_shrunk(&shrink, list->len, few->len);
		print_list(few);
		print_fault(&a, few);
	} else {
		few = g_ptr_array_ref(list);
		fprintf(stderr,
			"  %u operations came before it, which alone do not show it "
			"again\n",
			list->len);
	}
	g_autofree char *path = file_of(s, suite);
	g_autofree char *file = quoted(path), *word = quoted(s->word);
	if (save(s, suite, fault, path, few))
		fprintf(stderr, "  saved to %s; again: %s replay %s %s\n", path,
			s->program, file, word);
}

enum verdict
explain_replay(const struct exam *s, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) list = ops_read(path, &error);
	if (!list) {
		fprintf(stderr, "%s: %s\n", s->program, error->message);
		return UNKNOWN;
	}
	struct attempt a = { .s = s, .list = list, .loud = true };
	const struct apart how = { .seconds = s->seconds,
		.idle = s->idle,
		.out = -1,
		.run = replay,
		.arg = &a };
	struct apart_end end = apart_run(&how);
	if (end.how == APART_EXITED && end.code == STATUS_UNKNOWN)
		return UNKNOWN;
	bool right = end.how == APART_EXITED && end.code == 0;
	g_autofree char *text = explain_end(&end);
	if (!right && (end.how != APART_EXITED || end.code != STATUS_WRONG))
		fprintf(stderr, "replay %s: %s\n", s->word, text);
	printf("replay %s: %u operations of %s: %s\n", s->word, list->len, path,
		right ? "right" : "WRONG");
	return right ? RIGHT : WRONG;
}
