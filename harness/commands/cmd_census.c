/* cmd_census.c: artbench census: of what nodes each variant is when it holds the keys of a
 * file: how many of each kind, how full, what they take, and how many lie on the way to a
 * key. */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "report/table.h"
#include "cmd.h"
#include "each.h"

enum { DEPTHS_SHOWN = 40, FULL = 100, FILL_STEP = 10 };

/* ---- what has been said ---- */

/* Of a name such as "kind.Node4" what comes behind "kind."; NULL: it is another. */
static const char *
behind(const char *workload, const char *beginning)
{
	size_t n = strlen(beginning);
	return strncmp(workload, beginning, n) == 0 ? workload + n : NULL;
}

static double
value(const struct reading *said, const char *of, const char *name, const char *metric)
{
	g_autofree char *what = g_strconcat(of, name, NULL);
	double x = reading_value(said, what, metric);
	return isnan(x) ? 0 : x;
}

/* The names of the kinds there are, in their order; free the array alone. */
static GPtrArray *
kinds_of(const struct reading *said)
{
	GPtrArray *names = g_ptr_array_new();
	for (guint i = 0; i < said->rows->len; i++) {
		const struct row *r = &g_array_index(said->rows, struct row, i);
		const char *name = behind(r->workload, "kind.");
		if (name && strcmp(r->metric, "nodes") == 0)
			g_ptr_array_add(names, (gpointer)name);
	}
	return names;
}

/* ---- for people ---- */

/* Nodes of a kind of whose places at least `from` and less than `to` percent are in use. */
static double
filled(const struct reading *said, const char *kind, int from, int to)
{
	double n = 0;
	for (int percent = from; percent < to; percent += FILL_STEP) {
		g_autofree char *metric = g_strdup_printf("%d", percent);
		n += value(said, "fill.", kind, metric);
	}
	return n;
}

static void
print_kinds(const struct reading *said, double keys)
{
	static const char *const names[] = { "kind", "nodes", "nodes/key", "bytes/node",
		"bytes/key", "places used %", "below half %", "full %", NULL };
	struct table t = table_named(names);
	g_autoptr(GPtrArray) kinds = kinds_of(said);
	for (guint i = 0; i < kinds->len; i++) {
		const char *kind = kinds->pdata[i];
		double nodes = value(said, "kind.", kind, "nodes");
		double bytes = value(said, "kind.", kind, "bytes");
		table_say(&t, "%s", kind);
		table_number(&t, 0, nodes);
		table_number(&t, 4, nodes / keys);
		table_number(&t, 1, bytes / nodes);
		table_number(&t, 2, bytes / keys);
		table_number(&t, 1,
			100 * value(said, "kind.", kind, "children") /
				value(said, "kind.", kind, "capacity"));
		table_number(&t, 1, 100 * filled(said, kind, 0, FULL / 2) / nodes);
		table_number(&t, 1, 100 * filled(said, kind, FULL, FULL + 1) / nodes);
	}
	table_text(&t, stdout);
	table_clear(&t);
}

struct depths {
	double mean, shown;
	unsigned most;
};

/* Adds up how deep keys are; the greatest depth is the last that is said. */
static struct depths
depths_of(const struct reading *said, double keys)
{
	struct depths y = { 0 };
	for (guint i = 0; i < said->rows->len; i++) {
		const struct row *r = &g_array_index(said->rows, struct row, i);
		const char *depth = behind(r->workload, "depth.");
		if (!depth)
			continue;
		y.most = (unsigned)g_ascii_strtoull(depth, NULL, 10);
		y.mean += y.most * r->value / keys;
	}
	return y;
}

static void
print_depths(const struct reading *said, double keys, unsigned most)
{
	static const char *const names[] = { "nodes passed", "keys", "keys %",
		"keys up to here %", "nodes there", "bytes/key there", NULL };
	struct table t = table_named(names);
	double sum = 0;
	for (unsigned depth = 1; depth <= MIN(most, DEPTHS_SHOWN); depth++) {
		g_autofree char *at = g_strdup_printf("%u", depth);
		g_autofree char *level = g_strdup_printf("%u", depth - 1);
		double n = value(said, "depth.", at, "keys");
		sum += n;
		table_say(&t, "%u", depth);
		table_number(&t, 0, n);
		table_number(&t, 2, 100 * n / keys);
		table_number(&t, 2, 100 * sum / keys);
		table_number(&t, 0, value(said, "level.", level, "nodes"));
		table_number(&t, 2, value(said, "level.", level, "bytes") / keys);
	}
	table_text(&t, stdout);
	table_clear(&t);
	if (most > DEPTHS_SHOWN)
		printf("and %.0f keys deeper; --format tsv has all\n", keys - sum);
}

static void
print_text(
	const struct ab_variant *v, const struct cli_keys *k, const struct reading *said)
{
	double keys = (double)k->data.keys;
	struct depths d = depths_of(said, keys);
	printf("%s, %.0f keys of %s: a key is behind %.2f nodes on average, %u at most\n",
		v->name, keys, k->title, d.mean, d.most);
	if (v->memory)
		printf("%.2f bytes/key: inner %.2f, leaf %.2f, key %.2f, slack %.2f\n",
			reading_value(said, "memory", "total") / keys,
			reading_value(said, "memory", "inner") / keys,
			reading_value(said, "memory", "leaf") / keys,
			reading_value(said, "memory", "key") / keys,
			reading_value(said, "memory", "slack") / keys);
	putchar('\n');
	print_kinds(said, keys);
	putchar('\n');
	print_depths(said, keys, d.most);
	putchar('\n');
}

/* ---- the command ---- */

int
cmd_census(int argc, char **argv)
{
	static const struct each_spec census = {
		.summary =
			"Loads the keys of FILE into each variant, each in a fresh "
			"process, and counts its\n"
			"nodes: how many of each kind, how full, what they take, and how "
			"many lie on the\n"
			"way to a key.",
		.kind = "census",
		.doing = "loading",
		.columns = "what",
		.text = print_text,
	};
	return each_command(argc, argv, &census);
}
