/* test_gbench.c: harness/ground/gbench.h from C: what is registered runs as often as it
 * should, and what is set comes out of the result. */
#include <math.h>
#include <string.h>
#include "kit/check.h"
#include "ground/gbench.h"

struct body {
	int64_t runs, iterations;
	const char *skip;
};

struct seen {
	size_t results;
	char name[64], error[64];
	int64_t iterations;
	double real_seconds, cpu_seconds, items_per_second, answer;
	bool has_items, has_answer, has_unset;
};

static void
note(const struct gbench_result *r, void *arg)
{
	struct seen *seen = arg;
	seen->results++;
	snprintf(seen->name, sizeof seen->name, "%s", r->name);
	snprintf(seen->error, sizeof seen->error, "%s", r->error ? r->error : "");
	seen->iterations = r->iterations;
	seen->real_seconds = r->real_seconds;
	seen->cpu_seconds = r->cpu_seconds;
	seen->has_items = gbench_counter(r, "items_per_second", &seen->items_per_second);
	seen->has_answer = gbench_counter(r, "answer", &seen->answer);
	double unset;
	seen->has_unset = gbench_counter(r, "unset", &unset);
}

static struct seen
run_one(const char *name, gbench_fn *fn, struct body *body, enum gbench_clock clock,
	int64_t iterations)
{
	struct seen seen = { 0 };
	CHECK(gbench_register(
		&(struct gbench_spec){ name, fn, body, clock, iterations }));
	CHECK(gbench_run_each(note, &seen) == 1);
	gbench_clear();
	return seen;
}

static void
by_hand(struct gbench_state *s, void *arg)
{
	struct body *body = arg;
	body->runs++;
	while (gbench_keep_running(s)) {
		body->iterations++;
		gbench_set_iteration_time(s, 0.25);
	}
	gbench_set_items(s, 10 * body->iterations);
	gbench_set_counter(s, "answer", 42);
	gbench_set_label(s, "a label");
	CHECK(gbench_iterations(s) == body->iterations);
}

static void
manual_time(void)
{
	struct body body = { 0 };
	struct seen seen = run_one("by_hand", by_hand, &body, GBENCH_MANUAL_TIME, 8);
	CHECK(seen.results == 1 && body.runs == 1);
	CHECK(seen.iterations == 8 && body.iterations == 8);
	CHECK(seen.real_seconds == 8 * 0.25);
	CHECK(seen.has_items && seen.items_per_second == 80 / 2.0);
	CHECK(seen.has_answer && seen.answer == 42);
	CHECK(!seen.has_unset);
	CHECK(strncmp(seen.name, "by_hand", 7) == 0 && !*seen.error);
}

static void
batched(struct gbench_state *s, void *arg)
{
	struct body *body = arg;
	while (gbench_keep_running_batch(s, 100))
		body->iterations += 100;
	CHECK(gbench_iterations(s) == body->iterations);
}

static void
batches(void)
{
	struct body body = { 0 };
	struct seen seen = run_one("batched", batched, &body, GBENCH_CPU_TIME, 1000);
	CHECK(body.iterations == 1000);
	CHECK(seen.iterations == 1000 && !*seen.error);
	CHECK(seen.real_seconds >= 0 && seen.cpu_seconds >= 0);
}

static void
skips(struct gbench_state *s, void *arg)
{
	struct body *body = arg;
	if (body->skip)
		gbench_skip(s, body->skip);
	while (gbench_keep_running(s))
		body->iterations++;
}

static void
failing(void)
{
	struct body body = { .skip = "it would not" };
	struct seen seen = run_one("skips", skips, &body, GBENCH_REAL_TIME, 5);
	CHECK(seen.results == 1 && strcmp(seen.error, "it would not") == 0);
	CHECK(body.iterations == 0);
}

/* With no count given, it is the library that chooses one: more than one unless an
 * iteration lasts a second, since a wait of the machine's is no processor time. */
static void
open_ended(void)
{
	char program[] = "test_gbench", time[] = "--benchmark_min_time=0.2";
	char *argv[] = { program, time, NULL };
	int argc = 2;
	CHECK(gbench_initialize(&argc, argv) && argc == 1);
	struct body body = { 0 };
	struct seen seen = run_one("open", skips, &body, GBENCH_CPU_TIME, 0);
	CHECK(seen.iterations > 1 && body.iterations >= seen.iterations);
}

static void
flags(void)
{
	char program[] = "test_gbench", filter[] = "--benchmark_filter=two";
	char unknown[] = "--no_such_flag";
	char *argv[] = { program, filter, unknown, NULL };
	int argc = 3;
	CHECK(!gbench_initialize(&argc, argv));
	CHECK(argc == 2 && strcmp(argv[1], "--no_such_flag") == 0);

	struct body one = { 0 }, two = { 0 };
	struct seen seen = { 0 };
	CHECK(gbench_register(&(struct gbench_spec){ "one", skips, &one, 0, 3 }));
	CHECK(gbench_register(&(struct gbench_spec){ "two", skips, &two, 0, 3 }));
	CHECK(gbench_run_each(note, &seen) == 1);
	CHECK(one.iterations == 0 && two.iterations == 3 && seen.results == 1);
	gbench_clear();
	CHECK(gbench_run_each(note, &seen) == 0 && seen.results == 1);
}

int
main(void)
{
	manual_time();
	batches();
	failing();
	open_ended();
	flags();
	return check_finish();
}
