/* cmd_sweep.c: artbench sweep: a run at several sizes of the data; or going on with one
 * that was broken off. */
#include <string.h>
#include "cmd.h"
#include "kept/env.h"
#include "resume.h"
#include "run/size_sweep.h"

/* ---- options ---- */

struct options {
	char *sizes;
};

static bool
check(const struct run_options *o)
{
	if (!o->results)
		say_fail("sweep needs --results DIR; name a new directory");
	else if (o->run.sample)
		say_fail("sweep takes no --keys; name several with --sizes");
	else if (o->until || o->budget || o->part_name)
		say_fail("sweep takes no --until-resolved, --budget or --part: every "
			 "size is measured as often; give --rounds");
	else
		return true;
	return false;
}

static const char summary[] =
	"Measures bytes per key and speed of each variant as `artbench run` does, at\n"
	"several numbers of keys: random samples of those of FILE, by --sizes, not "
	"--keys.\n"
	"Stops at the largest that fits in memory. Each size is kept in DIR/KEYS, all "
	"of\n"
	"them in DIR/sweep.tsv.\n"
	"`artbench sweep --resume DIR` goes on with a sweep that was broken off.";

/* Parses a copy of x->words, which stay as they are. */
static int
parse(struct sweep *x, struct options *mine)
{
	const GOptionEntry more[] = {
		{ "sizes", 0, 0, G_OPTION_ARG_FILENAME, &mine->sizes,
			"Numbers of keys (default: 1000,2000,5000 and so on to all)",
			"A,B" },
		{ 0 },
	};
	const struct run_command sweep = { summary, more, true };
	int argc = (int)g_strv_length(x->words);
	g_autofree char **argv = g_memdup2(
		x->words, (gsize)(argc + 1) * sizeof *x->words);
	int status = run_options_parse_for(&sweep, argc, argv, &x->o);
	if (status >= 0)
		return status;
	return check(&x->o) ? -1 : CLI_BAD_INPUT;
}

/* ---- what is kept ---- */

static void
write_env(FILE *out, const void *arg)
{
	const struct sweep *x = arg;
	g_autoptr(GString) sizes = g_string_new(NULL);
	for (guint i = 0; i < x->sizes->len; i++) {
		const struct sweep_size *z = x->sizes->pdata[i];
		g_string_append_printf(
			sizes, "%s%" G_GUINT64_FORMAT, i ? "," : "", z->s.data.keys);
	}
	session_write_env(out, &x->whole);
	env_put(out, "sizes", "%s", sizes->str);
}

static void
write_env_resumed(FILE *out, const void *arg)
{
	(void)arg;
	g_autofree char *now = env_utc_now();
	env_put(out, "resumed", "%s", now);
}

struct end {
	const struct sweep *x;
	enum run_outcome outcome;
};

static void
write_env_end(FILE *out, const void *arg)
{
	const struct end *end = arg;
	const char *left_out = end->x->left_out->str;
	g_autofree char *now = env_utc_now();
	env_put(out, "left_out", "%s", *left_out ? left_out : "none");
	env_put(out, "end", "%s", now);
	env_put(out, "outcome", "%s", end->outcome == RUN_RIGHT ? "right" : "wrong");
}

static void
print_tsv(FILE *out, const void *arg)
{
	struct table t = sweep_table(arg);
	table_tsv(&t, out);
	g_ptr_array_unref(t.cells);
}

static bool
keep(struct sweep *x, enum run_outcome outcome, GError **error)
{
	struct results *r = &x->whole.results;
	const struct end end = { x, outcome };
	return results_write(r, "sweep.tsv", print_tsv, x, error) &&
	       results_write(r, "sweep.md", sweep_markdown, x, error) &&
	       results_append(r, "env.txt", write_env_end, &end, error) &&
	       results_name(r, error);
}

/* ---- the sweep ---- */

/* Nobody named a size: then the largest that fits is the largest asked for. */
static int
status_of(const struct sweep *x, const struct options *mine, enum run_outcome outcome)
{
	if (x->left_out->len)
		g_printerr("artbench: left out for want of memory: %s; free some, or "
			   "allow more with --memory\n",
			x->left_out->str);
	bool short_of_size = mine->sizes && x->left_out->len;
	return outcome == RUN_RIGHT && !short_of_size ? CLI_RIGHT : CLI_WRONG;
}

static int
measure(struct sweep *x, const struct options *mine)
{
	void (*const print_as[])(
		FILE *, const void *) = { sweep_text, print_tsv, sweep_markdown };
	g_autoptr(GError) error = NULL;
	enum run_outcome outcome = sweep_rounds(x, &error);
	if (outcome > RUN_WRONG)
		return resume_later(&x->whole, "sweep", outcome, error);
	print_as[x->o.form](stdout, x);
	bool flushed = say_flush();
	if (!keep(x, outcome, &error))
		return say_fail("%s", error->message);
	return flushed ? status_of(x, mine, outcome) : CLI_BAD_INPUT;
}

static bool
plan(struct sweep *x, const struct options *mine)
{
	return session_survey_whole(&x->whole) && sweep_plan(x, mine->sizes);
}

static int
sweep_anew(struct sweep *x, const struct options *mine)
{
	g_autoptr(GError) error = NULL;
	if (!plan(x, mine))
		return CLI_BAD_INPUT;
	if (!sweep_fits(x, 0))
		return x->left_out->len ? say_fail("no size fits in memory: %s; free "
						   "some, or allow more with --memory",
						  x->left_out->str)
					: CLI_BAD_INPUT;
	struct results *r = &x->whole.results;
	if (!results_make(r, x->o.results, "sweep", &error) ||
		!results_write(r, "env.txt", write_env, x, &error))
		return say_fail("%s", error->message);
	return measure(x, mine);
}

static int
go_on(struct sweep *x, const struct options *mine, const struct record *old)
{
	g_autoptr(GError) error = NULL;
	if (!plan(x, mine) || !session_can_go_on(&x->whole, old))
		return CLI_BAD_INPUT;
	struct results *r = &x->whole.results;
	if (!results_take(r, x->o.results, &error) ||
		!results_append(r, "env.txt", write_env_resumed, x, &error))
		return say_fail("%s", error->message);
	return measure(x, mine);
}

static int
read_old(struct record *old, const char *dir)
{
	g_autoptr(GError) error = NULL;
	if (!record_read_env(old, dir, &error))
		return say_fail("%s", error->message);
	if (record_env(old, "sizes"))
		return -1;
	g_autofree char *again = resume_command("run", dir);
	return say_fail(
		"%s: is of a run, not of a sweep; go on with: %s", old->dir, again);
}

static int
resume(struct sweep *x, struct options *mine)
{
	g_autofree char *dir = NULL;
	struct record old = { 0 };
	int status = resume_parse((int)g_strv_length(x->words), x->words, "sweep", &dir);
	if (status < 0)
		status = read_old(&old, dir);
	if (status < 0) {
		g_strfreev(x->words);
		x->words = session_old_options(&old);
		status = x->words ? parse(x, mine) : CLI_BAD_INPUT;
	}
	if (status < 0) {
		g_free(x->o.results);
		x->o.results = results_name_of(dir);
		status = go_on(x, mine, &old);
	}
	record_clear(&old);
	return status;
}

int
cmd_sweep(int argc, char **argv)
{
	struct options mine = { 0 };
	struct sweep x = { .words = g_strdupv(argv) };
	session_init(&x.whole, &x.o, session_command(argc, argv), NULL);
	int status = resume_is_asked(argc, argv) ? resume(&x, &mine) : parse(&x, &mine);
	if (status < 0)
		status = sweep_anew(&x, &mine);
	sweep_clear(&x);
	g_free(mine.sizes);
	return status;
}
