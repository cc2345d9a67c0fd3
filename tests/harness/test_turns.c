/* test_turns.c: contestants of a round have one turn each, then the next, in orders
 * drawn anew, and all of them on one processor. This program is its own contestants:
 * what each sees of a turn it adds to a file. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "kit/check.h"
#include "run/contest.h"
#include "ground/machine.h"
#include "work/turn.h"
#include "work/workload.h"

enum { CONTESTANTS = 5, TURNS = 12, LINE = 16 };

/* ---- one of them ---- */

static void
note(int file, const char *who, char when)
{
	char line[LINE];
	int n = snprintf(line, sizeof line, "%s%c%u\n", who, when, processor_count());
	if (write(file, line, (size_t)n) != n)
		exit(EXIT_FAILURE);
}

static int
take_part(const char *who, const char *path)
{
	int file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	turn_enable();
	row_emit_data(&(struct row_data){ 1, 1, 1 });
	for (int i = 0; i < TURNS; i++) {
		turn_await("hit");
		note(file, who, 't');
	}
	turn_rest();
	note(file, who, 'r');
	row_emit_end();
	close(file);
	return EXIT_SUCCESS;
}

/* ---- all of them ---- */

static bool
add(void *arg, const struct row *r)
{
	(void)arg;
	return r != NULL;
}

static bool
sync_nothing(void *arg)
{
	return !arg;
}

static void
tick(void *arg, const char *what)
{
	(void)arg;
	(void)what;
}

static char *argv_of[CONTESTANTS][5];

/* What they saw; g_free it. */
static char *
hold(uint64_t rng)
{
	static const struct row_sink sink = { add, sync_nothing, NULL };
	const struct workload *hit = workload_named("hit");
	const struct workload *const order[] = { hit, NULL };
	struct contestant of[CONTESTANTS] = { 0 };
	g_autoptr(GPtrArray) wanted = g_ptr_array_new();
	const struct reading_spec reading = {
		.v = ab_variant_named("glib_tree"), .data = { 1, 1, 1 }, .wanted = wanted
	};
	g_autofree char *path = g_build_filename(
		g_get_tmp_dir(), "test_turns.XXXXXX", NULL);
	close(g_mkstemp(path));
	for (size_t i = 0; i < CONTESTANTS; i++) {
		argv_of[i][0] = (char *)"test_turns";
		argv_of[i][1] = g_strdup_printf("%c", (char)('a' + i));
		argv_of[i][2] = path;
		of[i].argv = argv_of[i];
		reading_init(&of[i].reading, &reading, &sink, &(struct row){ 0 });
	}
	struct contest c = { .of = of,
		.n = CONTESTANTS,
		.order = order,
		.rng = rng,
		.timeout_s = 60,
		.tick = tick,
		.sink = &sink };
	contest_run(&c);
	for (size_t i = 0; i < CONTESTANTS; i++) {
		g_free(argv_of[i][1]);
		reading_free(&of[i].reading);
	}
	char *seen = NULL;
	g_file_get_contents(path, &seen, NULL, NULL);
	unlink(path);
	return seen;
}

/* Laps of one turn each, on one processor; after them, all there are. */
static void
check_laps(const char *seen)
{
	g_auto(GStrv) lines = g_strsplit(seen, "\n", -1);
	g_autofree char *rest = g_strdup_printf("r%u", processor_count());
	CHECK(g_strv_length(lines) == CONTESTANTS * (TURNS + 1) + 1);
	unsigned orders = 0;
	for (size_t lap = 0; lap < TURNS; lap++) {
		char **line = &lines[lap * CONTESTANTS];
		bool had[CONTESTANTS] = { false }, same = true;
		for (size_t i = 0; i < CONTESTANTS; i++) {
			CHECK(strcmp(line[i] + 1, "t1") == 0);
			CHECK(!had[line[i][0] - 'a']);
			had[line[i][0] - 'a'] = true;
			same = same && lap &&
			       line[i][0] == lines[(lap - 1) * CONTESTANTS + i][0];
		}
		orders += !same;
	}
	CHECK(orders > TURNS / 2);
	for (size_t i = 0; i < CONTESTANTS; i++)
		CHECK(strcmp(lines[TURNS * CONTESTANTS + i] + 1, rest) == 0);
}

int
main(int argc, char **argv)
{
	if (argc == 3)
		return take_part(argv[1], argv[2]);
	g_autofree char *one = hold(1), *again = hold(1), *other = hold(2);
	check_laps(one);
	check_laps(other);
	size_t turns = TURNS * CONTESTANTS * strlen("at1\n"); /* rest is at once */
	CHECK(strncmp(one, again, turns) == 0);
	CHECK(strncmp(one, other, turns) != 0);
	return check_finish();
}
