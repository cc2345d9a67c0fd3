/* cmd_grid.c: artbench grid: a variant at several values of its parameters, each point of them
 * a plug-in made of its source (contract/compile.h), measured as `artbench run` measures. */
#include <string.h>
#include "ab.h"
#include "cmd.h"
#include "contract/compile.h"
#include "kept/source.h"
#include "resume.h"
#include "run/probe.h"
#include "run_printing.h"

enum { POINTS_MOST = 32 };

/* A parameter and the values that it is to have. */
struct axis {
	char *name, **values;
};

struct grid {
	const char *given;    /* the variant, as the command has it: a name or FILE.c */
	struct ab_variant *v; /* it; borrowed, or described */
	char *source;         /* its C file */
	GArray *axes;         /* struct axis */
	GPtrArray *points;    /* "FILE.c:NAME=NUMBER,..."; owned */
	GPtrArray *words;     /* options for the run; borrowed */
	GPtrArray *sets;      /* values of --set; borrowed */
	unsigned refused;     /* points that are left out */
};

/* ---- what is asked for ---- */

static const char summary[] =
	"Measures a variant of variants/ or of a C file, VARIANT, at several values of "
	"its\n"
	"parameters: artbench grid VARIANT [--set NAME=V1,V2...]... --data FILE "
	"[OPTIONS].\n"
	"Without --set, at all that it says are worth trying (artbench list). Each "
	"point\n"
	"is built, and measured in the same rounds as the others and as the variant\n"
	"itself. What does not compile or load is left out, and the exit status is 1.\n"
	"`artbench grid --resume DIR` goes on with a grid that was broken off.";

static int
show_help(void)
{
	g_auto(GStrv) sets = NULL;
	const GOptionEntry more[] = {
		{ "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &sets,
			"Values of a parameter; may be repeated", "NAME=V1,V2..." },
		{ 0 },
	};
	const struct run_command grid = { summary, more, false };
	struct run_options o = { 0 };
	char *argv[] = { "grid", "--help", NULL };
	return run_options_parse_for(&grid, 2, argv, &o);
}

static bool
has(char *const *argv, const char *option, const char *brief)
{
	size_t n = strlen(option);
	for (; *argv; argv++)
		if ((strncmp(*argv, option, n) == 0 &&
			    (!(*argv)[n] || (*argv)[n] == '=')) ||
			(brief && g_str_has_prefix(*argv, brief)))
			return true;
	return false;
}

/* Divide what follows the variant into --set and options for the run. */
static bool
divide(struct grid *g, char **argv)
{
	for (; *argv; argv++) {
		const char *set = g_str_has_prefix(*argv, "--set=") ? *argv + 6 : NULL;
		if (strcmp(*argv, "--set") == 0 && !(set = *++argv)) {
			say_fail("--set needs NAME=V1,V2...; see artbench grid --help");
			return false;
		}
		g_ptr_array_add(set ? g->sets : g->words, (gpointer)(set ? set : *argv));
	}
	return true;
}

/* ---- the variant ---- */

/* The path of a source of this tree, short where that is the current folder. */
static char *
path_of(const char *source)
{
	g_autofree char *here = g_get_current_dir();
	return strcmp(here, source_root) == 0
		       ? g_strdup(source)
		       : g_build_filename(source_root, source, NULL);
}

static bool
find_built_in(struct grid *g)
{
	const struct ab_variant *v = ab_variant_named(g->given);
	const char *source = v ? ab_variant_source(v) : "";
	if (!v)
		say_fail("variant '%s' is not known; name one of artbench list, or a C "
			 "file",
			g->given);
	else if (!g_str_has_prefix(source, "variants/"))
		say_fail("variant '%s' is of %s, which takes no parameters; name one of "
			 "variants/, or a C file",
			g->given, source);
	else {
		g->source = path_of(source);
		g->v = g_memdup2(v, sizeof *v);
	}
	return g->v;
}

static bool
find(struct grid *g)
{
	if (!compile_is_source(g->given))
		return find_built_in(g);
	g->source = g_strdup(g->given);
	g->v = probe_look(g->given);
	return g->v;
}

/* ---- the points ---- */

static void
axis_clear(gpointer axis)
{
	struct axis *x = axis;
	g_free(x->name);
	g_strfreev(x->values);
}

/* NAME=V1,V2... False: it is none. */
static bool
add_axis(struct grid *g, const char *set)
{
	if (!g_regex_match_simple("^[A-Z_][A-Z0-9_]*=[0-9]+(,[0-9]+)*$", set, 0, 0))
		return false;
	g_auto(GStrv) sides = g_strsplit(set, "=", 2);
	struct axis x = { g_strdup(sides[0]), g_strsplit(sides[1], ",", 0) };
	g_array_append_val(g->axes, x);
	return true;
}

static bool
takes(const struct ab_variant *v, const char *set)
{
	g_auto(GStrv) all = g_strsplit(v->parameters, " ", 0);
	size_t n = strcspn(set, "=") + 1;
	for (size_t i = 0; all[i]; i++)
		if (strncmp(all[i], set, n) == 0)
			return true;
	return false;
}

static bool
is_set_twice(const struct grid *g)
{
	const struct axis *x = (const struct axis *)(void *)g->axes->data;
	for (guint i = 0; i < g->axes->len; i++)
		for (guint j = 0; j < i; j++)
			if (strcmp(x[i].name, x[j].name) == 0)
				return true;
	return false;
}

static bool
set_axes(struct grid *g)
{
	for (guint i = 0; i < g->sets->len; i++) {
		const char *set = g->sets->pdata[i];
		if (!add_axis(g, set))
			say_fail("--set '%s' is not NAME=NUMBER,NUMBER...; give it so",
				set);
		else if (!takes(g->v, set))
			say_fail("--set '%s': %s takes no such parameter, but %s; see "
				 ".parameters in harness/ab.h",
				set, g->v->name, g->v->parameters);
		else if (is_set_twice(g))
			say_fail("--set '%s' sets what is set already; give its values "
				 "together",
				set);
		else
			continue;
		return false;
	}
	return true;
}

/* Those that have values to try. */
static bool
declared_axes(struct grid *g)
{
	g_auto(GStrv) all = g_strsplit(g->v->parameters, " ", 0);
	for (size_t i = 0; all[i]; i++)
		if (strchr(all[i], ','))
			add_axis(g, all[i]);
	if (g->axes->len)
		return true;
	say_fail("%s says of none of its parameters, %s, what else is worth trying; give "
		 "--set",
		g->v->name, g->v->parameters);
	return false;
}

static bool
choose_axes(struct grid *g)
{
	if (g->v->parameters)
		return g->sets->len ? set_axes(g) : declared_axes(g);
	say_fail("%s says of no parameters that it takes them; see .parameters in "
		 "harness/ab.h, and artbench list",
		g->v->name);
	return false;
}

/* All of them; the last axis turns fastest. */
static bool
make_points(struct grid *g)
{
	const struct axis *x = (const struct axis *)(void *)g->axes->data;
	size_t n = 1;
	for (guint i = 0; i < g->axes->len && n <= POINTS_MOST; i++)
		n *= g_strv_length(x[i].values);
	if (n > POINTS_MOST) {
		say_fail("the grid has over %d points; give fewer values with --set",
			POINTS_MOST);
		return false;
	}
	for (size_t k = 0; k < n; k++) {
		g_autoptr(GString) point = g_string_new(NULL);
		size_t turn = k;
		for (guint i = g->axes->len; i-- > 0;) {
			size_t m = g_strv_length(x[i].values);
			g_autofree char *one = g_strdup_printf("%s%s=%s", i ? "," : ":",
				x[i].name, x[i].values[turn % m]);
			g_string_prepend(point, one);
			turn /= m;
		}
		g_ptr_array_add(g->points, g_strconcat(g->source, point->str, NULL));
	}
	return true;
}

/* Build them, and drop what is refused, which is reported. */
static bool
build_points(struct grid *g)
{
	g_autoptr(GString) refused = g_string_new(NULL);
	guint n = g->points->len;
	for (guint i = 0, k = 0; i < n; i++) {
		const char *point = g->points->pdata[k];
		const char *what = point + strlen(g->source) + 1;
		g_printerr("artbench: point %u of %u: %s\n", i + 1, n, what);
		g_autofree struct ab_variant *v = probe_look(point);
		if (v) {
			k++;
			continue;
		}
		g_string_append_printf(refused, "%s%s", refused->len ? "; " : "", what);
		g_ptr_array_remove_index(g->points, k);
		g->refused++;
	}
	if (!g->refused)
		return true;
	say_fail("left out of the grid, for what is said above: %s", refused->str);
	return g->points->len;
}

/* ---- the run ---- */

static void (*const forms[])(const struct report *, FILE *) = { report_grid_text,
	report_grid_tsv, report_grid_markdown };

/* As `artbench run` takes it, so that whatever goes on with a run, plans or repeats it can
 * do so without the grid. */
static int
measure(struct grid *g)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(g->words, NULL);
	g_ptr_array_add(argv, g_strdup("run"));
	if (compile_is_source(g->given))
		g_ptr_array_add(argv, g_strconcat("--plugin=", g->given, NULL));
	for (guint i = 0; i < g->points->len; i++)
		g_ptr_array_add(argv,
			g_strconcat("--plugin=", (char *)g->points->pdata[i], NULL));
	if (!has((char **)g->words->pdata, "--variants", "-v"))
		g_ptr_array_add(argv, g_strconcat("--variants=", g->v->name, NULL));
	if (!has((char **)g->words->pdata, "--reference", NULL))
		g_ptr_array_add(argv, g_strconcat("--reference=", g->v->name, NULL));
	for (guint i = 0; g->words->pdata[i]; i++)
		g_ptr_array_add(argv, g_strdup(g->words->pdata[i]));
	int argc = (int)argv->len;
	g_ptr_array_add(argv, NULL);
	/* Parsing takes words out of it. */
	g_autofree char **words = g_memdup2(
		argv->pdata, (gsize)(argc + 1) * sizeof *argv->pdata);
	int status = run_printing(argc, words, forms);
	return status == CLI_RIGHT && g->refused ? CLI_WRONG : status;
}

static int
grid(struct grid *g, char **argv)
{
	/* Those that were given before the command. */
	for (; *argv && g_str_has_prefix(*argv, "--plugin"); argv++) {
		g_ptr_array_add(g->words, *argv);
		if (!(*argv)[strlen("--plugin")] && argv[1])
			g_ptr_array_add(g->words, *++argv);
	}
	if (!*argv || **argv == '-')
		return say_fail("grid needs a variant before its options; see artbench "
				"grid --help");
	g->given = *argv;
	if (!divide(g, argv + 1) || !find(g) || !choose_axes(g) || !make_points(g) ||
		!build_points(g))
		return CLI_BAD_INPUT;
	return measure(g);
}

int
cmd_grid(int argc, char **argv)
{
	if (has(argv + 1, "--help", "-h") || has(argv + 1, "-?", NULL))
		return show_help();
	if (resume_is_asked(argc, argv))
		return run_printing(argc, argv, forms);
	struct grid g = { .axes = g_array_new(FALSE, FALSE, sizeof(struct axis)),
		.points = g_ptr_array_new_with_free_func(g_free),
		.words = g_ptr_array_new(),
		.sets = g_ptr_array_new() };
	g_array_set_clear_func(g.axes, axis_clear);
	int status = grid(&g, argv + 1);
	g_array_unref(g.axes);
	g_ptr_array_unref(g.points);
	g_ptr_array_unref(g.words);
	g_ptr_array_unref(g.sets);
	g_free(g.source);
	g_free(g.v);
	return status;
}
