/* cmd_bench.c: artbench bench: Google Benchmark's own output, each variant in a
 * process of its own, several made one document. */
#include <signal.h>
#include <string.h>
#include "cli.h"
#include "cmd.h"
#include "job.h"
#include "child.h"

enum format { CONSOLE, JSON, CSV };
static const char *const formats[] = { "console", "json", "csv", NULL };

/* What Google Benchmark 1.7 prints around the list of a JSON document. */
static const char json_list[] = "\"benchmarks\": [\n";
static const char json_end[] = "\n  ]\n}\n";

struct flags {
	char **all; /* NULL ends them */
	int format;
	bool has_file; /* --benchmark_out */
	bool help;     /* asks for help, which is the same in every process */
};

static const char *
value_of(const char *flag, const char *name)
{
	size_t n = strlen(name);
	return strncmp(flag, name, n) == 0 ? flag + n : NULL;
}

/* Google Benchmark prints its help for a bad format and exits as if all were
 * well, so the format is checked here. */
static bool
read_flags(struct flags *f, char **all)
{
	*f = (struct flags){ .all = all, .has_file = g_getenv("BENCHMARK_OUT") != NULL };
	const char *format = g_getenv("BENCHMARK_FORMAT");
	for (size_t i = 0; all[i]; i++) {
		const char *given = value_of(all[i], "--benchmark_format=");
		format = given ? given : format;
		f->has_file = f->has_file || value_of(all[i], "--benchmark_out=");
		f->help = f->help || strcmp(all[i], "--help") == 0;
	}
	return cli_choice("benchmark_format", format, formats, &f->format);
}

static void
collect(void *arg, const char *bytes, size_t n)
{
	g_string_append_len(arg, bytes, (gssize)n);
}

static struct child_end
run_child(const struct cli_run *r, const struct ab_variant *v, const struct flags *f,
	GString *output)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(argv, g_strdup("artbench"));
	g_ptr_array_add(argv, g_strdup("job"));
	g_ptr_array_add(argv, g_strdup("bench"));
	g_ptr_array_add(argv, g_strdup_printf("--variants=%s", v->name));
	cli_append_setup(argv, r);
	g_ptr_array_add(argv, g_strdup("--"));
	for (size_t i = 0; f->all[i]; i++)
		g_ptr_array_add(argv, g_strdup(f->all[i]));
	g_ptr_array_add(argv, NULL);
	return child_run(&(struct child){ .argv = (char *const *)argv->pdata,
		.inherit_out = !output,
		.output = collect,
		.arg = output });
}

/* ---- making one document of several ---- */

/* Append a child's JSON to what is there. False: it is not what it should be. */
static bool
join_json(GString *all, const GString *one)
{
	if (!one->len) /* the filter matched nothing here */
		return true;
	const char *list = strstr(one->str, json_list);
	if (!list || !g_str_has_suffix(one->str, json_end))
		return false;
	if (!all->len) {
		g_string_append(all, one->str);
		return true;
	}
	g_string_truncate(all, all->len - strlen(json_end));
	g_string_append(all, ",\n");
	g_string_append(all, list + strlen(json_list));
	return true;
}

/* The same with CSV, which repeats its header. */
static bool
join_csv(GString *all, const GString *one)
{
	const char *start = one->str;
	if (all->len && *start) {
		start = strchr(start, '\n');
		start = start ? start + 1 : "";
	}
	g_string_append(all, start);
	return true;
}

/* ---- running ---- */

static int
report_end(const struct ab_variant *v, const struct child_end *end)
{
	switch (end->how) {
	case CHILD_INTERRUPTED:
		cli_fail("interrupted while measuring %s", v->name);
		return CLI_INTERRUPTED;
	case CHILD_SIGNALED:
		if (end->code == SIGPIPE)
			return cli_fail("cannot write the output: it is a closed pipe; "
					"check where stdout goes");
		cli_fail("%s crashed: signal %d; leave it out with --variants", v->name,
			end->code);
		return CLI_WRONG;
	case CHILD_EXITED:
		if (end->code == CLI_WRONG)
			cli_fail("%s gave wrong answers; see the lines above or "
				 "artbench verify",
				v->name);
		return end->code;
	default:
		return cli_fail("%s was not started: %s; try again", v->name,
			g_strerror(end->code));
	}
}

static bool
join(enum format format, GString *all, const GString *one)
{
	return format == JSON ? join_json(all, one) : join_csv(all, one);
}

static int
run_all(const struct cli_run *r, const struct flags *f)
{
	int status = CLI_RIGHT;
	guint idle = 0, children = f->help ? 1 : r->chosen->len;
	bool joined = r->chosen->len > 1 && f->format != CONSOLE;
	g_autoptr(GString) all = g_string_new(NULL);
	child_guard();
	for (guint i = 0; i < children && status < CLI_BAD_INPUT; i++) {
		const struct ab_variant *v = r->chosen->pdata[i];
		g_autoptr(GString) one = g_string_new(NULL);
		struct child_end end = run_child(r, v, f, joined ? one : NULL);
		if (end.how == CHILD_EXITED && end.code == JOB_NOTHING_MATCHED) {
			idle++;
			continue;
		}
		status = MAX(status, report_end(v, &end));
		if (joined && status != CLI_INTERRUPTED && !join(f->format, all, one) &&
			status == CLI_RIGHT)
			status = cli_fail("%s printed what is no Google Benchmark 1.7 "
					  "output; try it alone with --variants",
				v->name);
	}
	if (idle == children)
		return cli_fail("bench: no benchmark matches the filter; "
				"-- --benchmark_list_tests names them");
	if (status < CLI_BAD_INPUT)
		fputs(all->str, stdout);
	return cli_flush() ? status : CLI_BAD_INPUT;
}

static int
check_and_run(const struct cli_run *r, char **rest)
{
	struct flags f;
	if (!read_flags(&f, rest))
		return CLI_BAD_INPUT;
	if (f.has_file && r->chosen->len > 1)
		return cli_fail("bench: --benchmark_out is for one variant, which each "
				"process would overwrite; choose one with --variants, or "
				"use --benchmark_format=json > FILE");
	/* Refuse bad data once, here, not in every process. */
	struct dataset *d = cli_dataset(r, false);
	if (!d)
		return CLI_BAD_INPUT;
	dataset_close(d);
	return run_all(r, &f);
}

int
cmd_bench(int argc, char **argv)
{
	struct cli_run r = { 0 };
	char **rest;
	int status = cli_parse(argc, argv,
		"Runs Google Benchmark on each variant, each in a fresh process. Flags "
		"behind\n"
		"-- are Google Benchmark's own; try: artbench bench --data FILE -- "
		"--help",
		NULL, &r, &rest);
	if (status < 0)
		status = check_and_run(&r, rest);
	cli_free(&r);
	return status;
}
