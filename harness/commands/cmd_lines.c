/* cmd_lines.c: artbench lines: how many lines of memory a lookup touches, in all and in the
 * nodes of each level. */
#include <math.h>
#include <string.h>
#include "report/table.h"
#include "cmd.h"
#include "each.h"

static char *lookups; /* as the command has them */

/* "level.3": behind so many nodes; "kind.Node4"; "rest". */
static void
add_place(struct table *t, const struct reading *said, const struct row *r)
{
	double share = reading_value(said, r->workload, "lookups");
	table_say(t, "%s", strcmp(r->workload, "rest") == 0 ? "no node" : r->workload);
	table_number(t, 3, r->value);
	table_number(t, 1, 100 * share);
	table_number(t, 2, share > 0 ? r->value / share : NAN);
}

static void
print_text(
	const struct ab_variant *v, const struct cli_keys *k, const struct reading *said)
{
	static const char *const names[] = { "where", "lines/lookup", "of lookups %",
		"lines there", NULL };
	struct table t = table_named(names);
	printf("%s, %.0f lookups of %.0f keys of %s: %.2f lines of 64 bytes, in %.2f "
	       "pages of 4 KiB, by %.1f accesses\n\n",
		v->name, reading_value(said, "all", "lookups"), (double)k->data.keys,
		k->title, reading_value(said, "all", "lines"),
		reading_value(said, "all", "pages"),
		reading_value(said, "all", "accesses"));
	for (guint i = 0; i < said->rows->len; i++) {
		const struct row *r = &g_array_index(said->rows, struct row, i);
		if (strcmp(r->workload, "all") != 0 && strcmp(r->metric, "lines") == 0 &&
			reading_value(said, r->workload, "lookups") > 0)
			add_place(&t, said, r);
	}
	table_text(&t, stdout);
	table_clear(&t);
	putchar('\n');
}

static bool
ready(struct job_argv *job)
{
	static char asked[sizeof "1000000"];
	g_autofree char *valgrind = g_find_program_in_path("valgrind");
	uint64_t n;
	if (!cli_number("lookups", lookups, 1000, 1, 1000000, &n))
		return false;
	if (!valgrind)
		say_fail("valgrind is missing; it is in the Debian package valgrind "
			 "(apt-get install it)");
	g_snprintf(asked, sizeof asked, "%u", (unsigned)n);
	job->lookups = asked;
	return valgrind;
}

int
cmd_lines(int argc, char **argv)
{
	static const GOptionEntry extra[] = {
		{ "lookups", 0, 0, G_OPTION_ARG_FILENAME, &lookups,
			"How many keys are looked up (default 1000)", "N" },
		{ 0 },
	};
	static const struct each_spec lines = {
		.summary =
			"Counts the different lines of 64 bytes that a lookup of a key "
			"that is there\n"
			"reads or writes in a variant's memory: in all, and in the nodes "
			"of each level and\n"
			"kind. Lookups run under valgrind; the index is filled at full "
			"speed.",
		.extra = extra,
		.kind = "lines",
		.doing = "tracing",
		.columns = "where",
		.digits = 4,
		.text = print_text,
		.ready = ready,
	};
	int status = each_command(argc, argv, &lines);
	g_free(lookups);
	return status;
}
