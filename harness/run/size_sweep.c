/* size_sweep.c: see size_sweep.h. */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "child.h"
#include "size_sweep.h"

static struct sweep_size *
at(const struct sweep *x, guint i)
{
	return x->sizes->pdata[i];
}

/* ---- the sizes ---- */

static void
free_size(void *arg)
{
	struct sweep_size *z = arg;
	session_clear(&z->s);
	cli_keys_close(&z->o.run);
	g_free(z->o.results);
	g_free(z);
}

/* The command that measures this size alone. */
static char *
command_for(const struct sweep *x, uint64_t keys, bool all)
{
	g_autofree char *number = g_strdup_printf("%" PRIu64, keys);
	g_autofree char *dir = g_build_filename(x->o.results, number, NULL);
	const struct option_value by[] = { { "sizes", NULL },
		{ "keys", all ? NULL : number }, { "results", dir }, { 0 } };
	g_autofree char *options = options_replaced(x->words + 1, by);
	return g_strconcat("artbench run", options, NULL);
}

static void
add_size(struct sweep *x, uint64_t keys)
{
	struct sweep_size *z = g_new(struct sweep_size, 1);
	bool all = keys == x->whole.file_keys;
	*z = (struct sweep_size){ .o = x->o };
	z->o.run.sample = all ? 0 : keys;
	cli_keys_share(&z->o.run);
	z->o.spec.cli = &z->o.run;
	z->o.results = NULL;
	session_init(&z->s, &z->o, command_for(x, keys, all), &x->whole);
	z->s.quiet = true;
	z->s.data.keys = keys;
	g_ptr_array_add(x->sizes, z);
}

static bool
add_named(struct sweep *x, const char *list)
{
	g_auto(GStrv) names = g_strsplit(list, ",", 0);
	guint64 last = 0, keys;
	for (size_t i = 0; names[i]; i++) {
		if (!g_ascii_string_to_unsigned(
			    names[i], 10, last + 1, G_MAXSIZE, &keys, NULL)) {
			say_fail("--sizes '%s' is no list of rising numbers of keys; "
				 "give one such as 1000,10000",
				list);
			return false;
		}
		if (keys > x->whole.file_keys) {
			say_fail("%s: has %zu different keys, hence no sample of "
				 "%" PRIu64 "; name smaller --sizes",
				x->o.run.data, x->whole.file_keys, keys);
			return false;
		}
		add_size(x, keys);
		last = keys;
	}
	if (last)
		return true;
	say_fail("--sizes '' names none; leave it out for 1,000, 2,000, 5,000 and so on");
	return false;
}

bool
sweep_plan(struct sweep *x, const char *list)
{
	static const uint64_t steps[] = { 1, 2, 5 };
	x->sizes = g_ptr_array_new_with_free_func(free_size);
	x->left_out = g_string_new(NULL);
	if (list)
		return add_named(x, list);
	if (x->whole.file_keys < SWEEP_FROM) {
		say_fail("%s: has %zu different keys, and a sweep begins with %d; name "
			 "smaller --sizes",
			x->o.run.data, x->whole.file_keys, SWEEP_FROM);
		return false;
	}
	for (uint64_t ten = SWEEP_FROM; ten < x->whole.file_keys; ten *= 10)
		for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
			if (steps[i] * ten < x->whole.file_keys)
				add_size(x, steps[i] * ten);
	add_size(x, x->whole.file_keys);
	return true;
}

/* ---- what fits in memory ---- */

/* Bytes per key of the largest index while it was loaded; NAN: none was. */
static double
most_held(const struct sweep_size *z)
{
	double most = NAN;
	const GArray *rows = z->s.record.rows;
	for (guint i = 0; i < rows->len; i++) {
		const struct row *r = &g_array_index(rows, struct row, i);
		bool held = strcmp(r->workload, "load") == 0 &&
			    (strcmp(r->metric, "rss") == 0 ||
				    strcmp(r->metric, "peak_rss") == 0);
		if (held && !(r->value <= most))
			most = r->value;
	}
	return most / (double)z->s.data.keys;
}

bool
sweep_fits(struct sweep *x, guint i)
{
	struct sweep_size *z = at(x, i);
	if (!z->s.file_keys && !session_survey(&z->s))
		return false;
	double keys = (double)z->s.data.keys;
	double needs = run_needs(
		&z->o.spec, i ? most_held(at(x, i - 1)) * keys : (double)NAN);
	double room = run_room_each(&z->o.spec);
	if (needs <= room)
		return true;
	for (guint k = i; k < x->sizes->len; k++)
		g_string_append_printf(x->left_out, "%s%" PRIu64, k > i ? ", " : "",
			at(x, k)->s.data.keys);
	g_string_append_printf(x->left_out,
		" (%" PRIu64 " keys need about %.0f MB, and %.0f MB may be taken)",
		z->s.data.keys, ceil(needs / 1e6), floor(room / 1e6));
	g_ptr_array_set_size(x->sizes, (gint)i);
	return false;
}

/* ---- one size ---- */

/* Of what is whole and right nothing is left to do. */
static bool
take_up(struct sweep_size *z, GError **error)
{
	struct record had = { 0 };
	bool good = record_read(&had, z->o.results, error);
	z->ended = good && session_is_over(&had);
	if (!z->ended) {
		record_clear(&had);
		return good && session_go_on(&z->s, z->o.results, error);
	}
	z->s.record = had;
	z->s.report = report_new(&z->s.record);
	return true;
}

/* A directory without env.txt, in which nothing was measured yet, is begun anew. */
static bool
begin_size(struct sweep_size *z, GError **error)
{
	z->begun = true;
	if (session_is_begun(z->o.results))
		return take_up(z, error);
	g_autofree char *partial = g_strconcat(z->o.results, ".partial", NULL);
	results_discard(partial);
	return session_begin(&z->s, error);
}

static enum run_outcome
failed(GError **error, GError *why)
{
	if (why)
		g_propagate_error(error, g_error_copy(why));
	return RUN_SINK_FAILED;
}

static enum run_outcome
one_round(struct sweep *x, struct sweep_size *z, GError **error)
{
	g_autofree char *title = g_strdup_printf("%" PRIu64 " keys", z->s.data.keys);
	enum run_outcome outcome = session_next_round(&z->s, &x->progress, title);
	z->outcome = MAX(z->outcome, outcome);
	if (outcome == RUN_SINK_FAILED)
		return failed(error, z->s.error);
	if (outcome == RUN_INTERRUPTED || run_done(z->s.run) < x->o.spec.rounds)
		return outcome;
	z->ended = true;
	return session_close(&z->s, z->outcome, error) ? outcome : RUN_SINK_FAILED;
}

/* ---- all of them ---- */

/* Seconds that are left; NAN before every size has been measured once. */
static double
seconds_left(const struct sweep *x)
{
	double left = 0;
	for (guint k = 0; k < x->sizes->len; k++)
		if (!at(x, k)->ended)
			left += at(x, k)->s.run ? run_left(at(x, k)->s.run) : (double)NAN;
	return left;
}

static void
show(struct sweep *x, guint i, unsigned round)
{
	g_autofree char *what = g_strdup_printf("%" PRIu64 " keys, round %u/%u",
		at(x, i)->s.data.keys, round, x->o.spec.rounds);
	x->progress.total = (size_t)x->o.spec.rounds * x->sizes->len;
	progress_step(&x->progress, what, seconds_left(x));
}

/* In the first round a size is begun, if it fits. False: it is not to be. */
static bool
prepare(struct sweep *x, guint i, GError **error)
{
	struct sweep_size *z = at(x, i);
	g_autofree char *number = g_strdup_printf("%" PRIu64, z->s.data.keys);
	z->o.results = g_build_filename(x->whole.results.partial, number, NULL);
	z->s.sha256 = g_strdup(x->whole.sha256);
	if (session_is_begun(z->o.results) ? !session_survey(&z->s) : !sweep_fits(x, i))
		return false;
	return begin_size(z, error);
}

static enum run_outcome
round_of_all(struct sweep *x, unsigned round, GError **error)
{
	enum run_outcome all = RUN_RIGHT;
	for (guint i = 0; i < x->sizes->len && all <= RUN_WRONG; i++) {
		if (child_stopped())
			return RUN_INTERRUPTED;
		if (!at(x, i)->begun && !prepare(x, i, error))
			return x->left_out->len ? all : RUN_SINK_FAILED;
		if (at(x, i)->ended)
			continue;
		show(x, i, round);
		enum run_outcome one = one_round(x, at(x, i), error);
		all = MAX(all, one);
		progress_done(&x->progress);
	}
	return all;
}

enum run_outcome
sweep_rounds(struct sweep *x, GError **error)
{
	enum run_outcome all = RUN_RIGHT;
	child_guard();
	progress_start(&x->progress, 0);
	for (unsigned round = 1; round <= x->o.spec.rounds && all <= RUN_WRONG; round++) {
		enum run_outcome one = round_of_all(x, round, error);
		all = MAX(all, one);
	}
	progress_stop(&x->progress);
	return all;
}

void
sweep_clear(struct sweep *x)
{
	if (x->sizes)
		g_ptr_array_unref(x->sizes);
	if (x->left_out)
		g_string_free(x->left_out, TRUE);
	session_clear(&x->whole);
	run_options_free(&x->o);
	g_strfreev(x->words);
}
