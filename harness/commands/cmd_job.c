/* cmd_job.c: artbench job KIND: one measurement in this process, as the parent's
 * job_argv.c asks for it. Not meant for people, so not listed. */
#include <inttypes.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "run/child.h"
#include "run/cli.h"
#include "run/probe.h"
#include "cmd.h"
#include "job/job.h"
#include "job/jobs.h"
#include "ground/machine.h"
#include "work/pass.h"
#include "work/turn.h"

struct job {
	struct job_kind kind;
	struct cli_run run;
	char *round, *pin, *workloads, *handed, *lookups;
	gboolean turns, counters;
	GPtrArray *wanted;
	char **flags; /* of Google Benchmark */
};

static bool
pin_to(uint64_t cpu)
{
	if (processor_keep_to((int)cpu))
		return true;
	say_fail("cannot run on processor %" PRIu64 " alone: %s; leave out --pin", cpu,
		g_strerror(errno));
	return false;
}

/* A measurement whose parent has gone is of no use to anyone. It may have gone before
 * we could say so: then nobody reads what we print. */
static bool
end_with_parent(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return poll(&out, 1, 0) != 1 || !(out.revents & POLLERR);
}

static bool
count_on_processor(void)
{
	static struct counters all;
	const char *why = counters_open(
		&all, &counters_of_kernel, counter_events, COUNTERS);
	if (why)
		say_fail("--counters: %s", why);
	else
		pass_count_with(&all);
	return !why;
}

static bool
do_lines(const struct job *j, const struct dataset *d)
{
	const struct ab_variant *v = j->run.chosen->pdata[0];
	g_autoptr(GPtrArray) load = g_ptr_array_new_with_free_func(g_free);
	uint64_t lookups = 0;
	probe_append_load(load, v);
	if (!cli_number("lookups", j->lookups, 1, 1, SIZE_MAX, &lookups))
		return false;
	return job_lines(v, d, &j->run.setup,
		&(struct job_lines){ lookups, load->len ? load->pdata[0] : NULL });
}

static int
do_job(const struct job *j, const struct dataset *d)
{
	const struct ab_variant *v = j->run.chosen->pdata[0];
	const struct setup *s = &j->run.setup;
	const struct job_speed speed = { j->wanted, j->kind.group };
	bool right = false;
	if (j->turns)
		turn_enable();
	switch (j->kind.what) {
	case JOB_MEMORY: right = job_memory(v, d, s); break;
	case JOB_CHURN: right = job_churn(v, d, s); break;
	case JOB_GROUP: right = job_speed(v, d, s, &speed); break;
	case JOB_VERIFY: right = job_verify(v, d, s); break;
	case JOB_EXPLAIN: right = job_explain(j->run.chosen, d, s); break;
	case JOB_CENSUS: right = job_census(v, d, s); break;
	case JOB_LINES: right = do_lines(j, d); break;
	case JOB_BENCH: return job_bench(v, d, s, j->wanted, j->flags);
	}
	return right ? CLI_RIGHT : CLI_WRONG;
}

static int
measure(struct job *j)
{
	struct dataset *d = cli_dataset(&j->run, true);
	cli_keys_close(&j->run);
	if (!d)
		return CLI_BAD_INPUT;
	int status = do_job(j, d);
	dataset_close(d);
	return say_flush() ? status : CLI_BAD_INPUT;
}

static bool
check(struct job *j)
{
	uint64_t cpu, handed;
	if (j->run.chosen->len != 1 && j->kind.what != JOB_EXPLAIN) {
		say_fail("job takes one variant; see artbench run --help");
		return false;
	}
	if (!cli_number("handed", j->handed, 0, CHILD_KEYS, INT_MAX, &handed))
		return false;
	j->run.handed = (int)handed;
	j->wanted = cli_workloads(j->workloads);
	return j->wanted &&
	       cli_number("round", j->round, 1, 1, UINT32_MAX, &j->run.setup.round) &&
	       cli_number("pin", j->pin, 0, 0, CPU_SETSIZE - 1, &cpu) &&
	       (!j->pin || pin_to(cpu)) && (!j->counters || count_on_processor());
}

int
cmd_job(int argc, char **argv)
{
	struct job j = { 0 };
	const GOptionEntry extra[] = {
		{ "round", 0, 0, G_OPTION_ARG_FILENAME, &j.round, "Which round", "N" },
		{ "pin", 0, 0, G_OPTION_ARG_FILENAME, &j.pin, "Processor to run on",
			"N" },
		{ "workloads", 0, 0, G_OPTION_ARG_FILENAME, &j.workloads, "Which",
			"A,B" },
		{ "handed", 0, 0, G_OPTION_ARG_FILENAME, &j.handed,
			"Descriptor of the keys that were read of the file", "N" },
		{ "turns", 0, 0, G_OPTION_ARG_NONE, &j.turns,
			"Wait for a line on stdin before each turn", NULL },
		{ "lookups", 0, 0, G_OPTION_ARG_FILENAME, &j.lookups, "How many", "N" },
		{ "counters", 0, 0, G_OPTION_ARG_NONE, &j.counters,
			"Read the processor's counters", NULL },
		{ 0 },
	};
	bool heard = end_with_parent();
	bool known = argc > 1 && job_kind_named(argv[1], &j.kind);
	bool bench = known && j.kind.what == JOB_BENCH;
	if (!heard && bench) /* whose stdout is the user's */
		return BENCH_STATUS + say_fail(CLI_CLOSED_PIPE);
	if (!heard)
		return CLI_WRONG;
	if (!known)
		return say_fail("job needs one of its kinds; see artbench run --help");
	int status = cli_parse(
		argc - 1, argv + 1, "One measurement.", extra, &j.run, &j.flags);
	if (status < 0) {
		status = check(&j) ? measure(&j) : CLI_BAD_INPUT;
		status += bench ? BENCH_STATUS : 0;
	}
	if (j.wanted)
		g_ptr_array_unref(j.wanted);
	g_free(j.round);
	g_free(j.pin);
	g_free(j.workloads);
	g_free(j.handed);
	g_free(j.lookups);
	cli_free(&j.run);
	return status;
}
