/* cmd_bench.c: artbench bench: Google Benchmark's own output, each variant in a
 * process of its own, several made one document. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "job/job.h"
#include "run/child.h"
#include "run/job_argv.h"
#include "cmd.h"

enum format { CONSOLE, JSON, CSV };
static const char *const formats[] = { "console", "json", "csv", NULL };
static const char *const units[] = { "ns", "us", "ms", "s", NULL };

/* What Google Benchmark 1.7 prints around the list of a JSON document, and before
 * that of a CSV document. */
static const char json_list[] = "\"benchmarks\": [\n";
static const char csv_header[] = "name,iterations,";
static const char json_end[] = "\n  ]\n}\n";

struct flags {
	char **all;            /* NULL ends them */
	const char *workloads; /* of which it takes some; NULL: the core ones */
	int format;
	const char *file; /* --benchmark_out; NULL: none */
	int file_format;
	bool help; /* asks for help, which is the same in every process */
	bool list; /* only asks for names */
	unsigned timeout_s;
};

/* The value of `name` if that is what the flag sets, else NULL. */
static const char *
value_of(const char *flag, const char *name)
{
	size_t n = strlen(name);
	if (strncmp(flag, "--", 2) != 0 || strncmp(flag + 2, name, n) != 0)
		return NULL;
	return flag[2 + n] == '=' ? flag + 2 + n + 1 : NULL;
}

/* What a flag is set to before any is read. */
static const char *
preset(const char *name)
{
	g_autofree char *variable = g_ascii_strup(name, -1);
	return g_getenv(variable);
}

static bool
check_seconds(const char *name, const char *text)
{
	enum { MOST = 1000000 };
	char *end;
	double x = g_ascii_strtod(text, &end);
	if (end != text && *end == '\0' && x >= 0 && x <= MOST) /* NaN is not */
		return true;
	say_fail("--%s '%s' is not a number of seconds from 0 to %d; give one", name,
		text, MOST);
	return false;
}

static bool
check_count(const char *name, const char *text)
{
	uint64_t n;
	return cli_number(name, text, 1, 1, 1000000, &n);
}

static bool
check_format(const char *name, const char *text)
{
	int format;
	return cli_choice(name, text, formats, &format);
}

static bool
check_unit(const char *name, const char *text)
{
	int unit;
	return cli_choice(name, text, units, &unit);
}

/* Of these Google Benchmark takes bad values for flags it does not know, prints its
 * help and exits as if all were well, or never ends. */
static const struct {
	const char *name;
	bool (*check)(const char *name, const char *text);
} checked[] = {
	{ "benchmark_min_time", check_seconds },
	{ "benchmark_min_warmup_time", check_seconds },
	{ "benchmark_repetitions", check_count },
	{ "benchmark_format", check_format },
	{ "benchmark_out_format", check_format },
	{ "benchmark_time_unit", check_unit },
};

static bool
check_flags(char *const *all)
{
	for (size_t i = 0; i < G_N_ELEMENTS(checked); i++) {
		const char *name = checked[i].name, *value = preset(name);
		if (value && !checked[i].check(name, value))
			return false;
		for (size_t j = 0; all[j]; j++) {
			value = value_of(all[j], name);
			if (value && !checked[i].check(name, value))
				return false;
		}
	}
	return true;
}

static bool
read_flags(struct flags *f, char **all)
{
	*f = (struct flags){ .all = all, .file = preset("benchmark_out") };
	const char *format = preset("benchmark_format");
	const char *file_format = preset("benchmark_out_format");
	for (size_t i = 0; all[i]; i++) {
		const char *given = value_of(all[i], "benchmark_format");
		const char *file = value_of(all[i], "benchmark_out");
		format = given ? given : format;
		given = value_of(all[i], "benchmark_out_format");
		file_format = given ? given : file_format;
		f->file = file ? file : f->file;
		const char *list = value_of(all[i], "benchmark_list_tests");
		f->list = list ? strcmp(list, "false") != 0 : f->list;
		f->list = f->list || strcmp(all[i], "--benchmark_list_tests") == 0;
		f->help = f->help || strcmp(all[i], "--help") == 0;
	}
	if (f->file && !*f->file)
		f->file = NULL;
	return check_flags(all) &&
	       cli_choice("benchmark_format", format, formats, &f->format) &&
	       cli_choice("benchmark_out_format", file_format ? file_format : "json",
		       formats, &f->file_format);
}

/* What it prints goes to the end of `output`, or if that is NULL to our stdout. */
static struct child_end
run_child(const struct cli_run *r, const struct ab_variant *v, const struct flags *f,
	GString *output)
{
	g_auto(GStrv) argv = job_argv(&(struct job_argv){ .run = r,
		.kind = "bench",
		.variants = &v,
		.n = 1,
		.cpu = -1,
		.workloads = f->workloads,
		.flags = f->all });
	struct child s = { .argv = argv, .timeout_s = f->timeout_s, .keys = r->handed };
	return child_run(&s, output, G_MAXSIZE);
}

/* ---- making one document of several ---- */

/* Append a child's JSON to what is there. False: it is not what it should be. */
static bool
join_json(GString *all, const GString *one)
{
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
	if (!g_str_has_prefix(start, csv_header))
		return false;
	if (all->len && *start) {
		start = strchr(start, '\n');
		start = start ? start + 1 : "";
	}
	g_string_append(all, start);
	return true;
}

/* ---- running ---- */

/* A child that ended itself. Its own statuses are BENCH_STATUS and more; what is
 * below came from Google Benchmark or from the structure. */
static int
report_exit(const struct ab_variant *v, int code, bool help)
{
	switch (code) {
	case BENCH_STATUS + CLI_WRONG:
		say_fail("%s: gave wrong answers; see the lines above or artbench verify",
			v->name);
		return CLI_WRONG;
	case BENCH_STATUS + BENCH_COULD_NOT: return CLI_WRONG;
	case BENCH_STATUS + CLI_RIGHT:
	case BENCH_STATUS + CLI_BAD_INPUT:
	case BENCH_STATUS + BENCH_NOTHING_MATCHED: return code - BENCH_STATUS;
	case 0:
		if (help)
			return CLI_RIGHT;
		say_fail("%s: ended before its results did; leave it out with --variants",
			v->name);
		return CLI_WRONG;
	default:
		say_fail("%s: exited with status %d; see the lines above, or leave it "
			 "out with --variants",
			v->name, code);
		return CLI_WRONG;
	}
}

static int
report_end(const struct ab_variant *v, const struct child_end *end, const struct flags *f)
{
	if (end->how == CHILD_EXITED)
		return report_exit(v, end->code, f->help);
	if (end->how == CHILD_INTERRUPTED) {
		say_fail("interrupted while measuring %s", v->name);
		return CLI_INTERRUPTED;
	}
	if (end->how == CHILD_SIGNALED && end->code == SIGPIPE)
		return say_fail(CLI_CLOSED_PIPE);
	g_autofree char *how = child_end_text(end, f->timeout_s);
	const char *longer = "give it longer with --timeout, or ";
	say_fail("%s: %s; %sleave it out with --variants", v->name, how,
		end->how == CHILD_TIMED_OUT ? longer : "");
	return end->how == CHILD_FAILED ? CLI_BAD_INPUT : CLI_WRONG;
}

static bool
join(enum format format, GString *all, const GString *one)
{
	return format == JSON ? join_json(all, one) : join_csv(all, one);
}

/* Only a child that came to its end has printed a whole document. */
static bool
is_whole(const struct child_end *end)
{
	return end->how == CHILD_EXITED && (end->code == BENCH_STATUS + CLI_RIGHT ||
						   end->code == BENCH_STATUS + CLI_WRONG);
}

/* Run one variant; what it printed goes to the end of `all` unless that is NULL. */
static int
run_one(const struct cli_run *r, const struct ab_variant *v, const struct flags *f,
	GString *all)
{
	g_autoptr(GString) one = g_string_new(NULL);
	struct child_end end = run_child(r, v, f, all ? one : NULL);
	int status = report_end(v, &end, f);
	if (all && is_whole(&end) && !join(f->format, all, one)) {
		say_fail("%s: printed what is no Google Benchmark 1.7 output; leave it "
			 "out with --variants",
			v->name);
		return CLI_WRONG;
	}
	return status;
}

static int
run_all(const struct cli_run *r, const struct flags *f)
{
	int status = CLI_RIGHT;
	guint idle = 0, children = f->help ? 1 : r->chosen->len;
	/* A list of benchmarks is no document, whatever the format. */
	bool plain = f->format == CONSOLE || f->help || f->list;
	bool joined = r->chosen->len > 1 && !plain;
	g_autoptr(GString) all = g_string_new(NULL);
	child_guard();
	for (guint i = 0; i < children && status <= CLI_WRONG; i++) {
		int one = run_one(r, r->chosen->pdata[i], f, joined ? all : NULL);
		if (one == BENCH_NOTHING_MATCHED)
			idle++;
		else
			status = MAX(status, one);
	}
	if (idle == children)
		return say_fail("bench: no benchmark matches the filter; "
				"-- --benchmark_list_tests names them");
	if (status <= CLI_WRONG)
		fputs(all->str, stdout);
	return say_flush() ? status : CLI_BAD_INPUT;
}

/* Google Benchmark would only say so after everything is loaded. */
static bool
check_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
	if (fd >= 0)
		close(fd);
	if (fd >= 0 || errno == ENXIO) /* a pipe that nobody reads yet */
		return true;
	say_fail("bench: --benchmark_out: %s: %s; name another file", path,
		g_strerror(errno));
	return false;
}

/* Google Benchmark does not look whether what it wrote was taken. */
static bool
was_written(const struct flags *f)
{
	const char *end = f->file_format == JSON ? json_end : "\n";
	char last[sizeof json_end] = "";
	size_t n = strlen(end);
	struct stat st;
	int fd = open(f->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool known = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	bool whole = !known || (pread(fd, last, n, st.st_size - (off_t)n) == (ssize_t)n &&
				       strcmp(last, end) == 0);
	if (fd >= 0)
		close(fd);
	if (!whole)
		say_fail("bench: --benchmark_out: %s: is not whole; check the disk and "
			 "ulimit -f, or name another file",
			f->file);
	return whole;
}

static int
check_and_run(struct cli_run *r, const char *timeout, const char *names, char **rest)
{
	struct flags f;
	uint64_t seconds;
	g_autoptr(GPtrArray) wanted = cli_workloads(names);
	if (!wanted || !cli_number("timeout", timeout, 3600, 0, 1000000, &seconds) ||
		!read_flags(&f, rest))
		return CLI_BAD_INPUT;
	f.workloads = names;
	f.timeout_s = (unsigned)seconds;
	if (f.file && r->chosen->len > 1)
		return say_fail("bench: --benchmark_out is for one variant, which each "
				"process would overwrite; choose one with --variants, or "
				"use --benchmark_format=json > FILE");
	struct cli_keys keys;
	if (!cli_read_keys(r, CLI_NOTICES, &keys))
		return CLI_BAD_INPUT;
	if (f.file && !f.help && !check_file(f.file))
		return CLI_BAD_INPUT;
	int status = run_all(r, &f);
	bool writes = f.file && !f.help && !f.list && status <= CLI_WRONG;
	return !writes || was_written(&f) ? status : CLI_BAD_INPUT;
}

static const char summary[] =
	"Runs Google Benchmark on each variant, each in a fresh process. Flags behind\n"
	"-- are Google Benchmark's own; try: artbench bench --data FILE -- --help\n\n"
	"Its columns Time and CPU are not per key: they are per turn, a sixteenth of "
	"all\n"
	"operations together and in whole scans and builds a quarter; see\n"
	"items_per_second. 'Library was built as DEBUG' is about Google Benchmark "
	"alone,\n"
	"as Debian packages it: its own code runs once a batch, the variants are not\n"
	"slower for it.";

int
cmd_bench(int argc, char **argv)
{
	g_autofree char *timeout = NULL, *names = NULL;
	const GOptionEntry extra[] = {
		{ "workloads", 'w', 0, G_OPTION_ARG_FILENAME, &names, CLI_WORKLOADS_HELP,
			"A,B" },
		{ "timeout", 0, 0, G_OPTION_ARG_FILENAME, &timeout,
			"Most seconds one variant may take (default 3600; 0: no limit)",
			"SECONDS" },
		{ 0 },
	};
	struct cli_run r = { 0 };
	char **rest;
	int status = cli_parse(argc, argv, summary, extra, &r, &rest);
	if (status < 0)
		status = check_and_run(&r, timeout, names, rest);
	cli_free(&r);
	return status;
}
