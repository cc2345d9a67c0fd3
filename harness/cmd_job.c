/* cmd_job.c: artbench job memory|speed|bench|verify: one measurement in this process,
 * for the run of it by table, bench and verify. Not meant for people, so not listed. */
#include <inttypes.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include "cli.h"
#include "cmd.h"
#include "job.h"

enum kind { MEMORY, SPEED, BENCH, VERIFY };
static const char *const kinds[] = { "memory", "speed", "bench", "verify", NULL };

static bool
pin_to(uint64_t cpu)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof one, &one) == 0)
		return true;
	cli_fail("cannot run on processor %" PRIu64 " alone: %s; leave out --pin", cpu,
		g_strerror(errno));
	return false;
}

static int
measure(enum kind kind, const struct cli_run *r, char **flags)
{
	const struct ab_variant *v = r->chosen->pdata[0];
	struct dataset *d = cli_dataset(r, true);
	if (!d)
		return CLI_BAD_INPUT;
	int status = CLI_WRONG;
	switch (kind) {
	case MEMORY: status = job_memory(v, d, &r->setup) ? CLI_RIGHT : CLI_WRONG; break;
	case SPEED: status = job_speed(v, d, &r->setup) ? CLI_RIGHT : CLI_WRONG; break;
	case BENCH: status = job_bench(v, d, &r->setup, flags); break;
	case VERIFY: status = verify_here(v, d, &r->setup); break;
	}
	dataset_close(d);
	return cli_flush() ? status : CLI_BAD_INPUT;
}

int
cmd_job(int argc, char **argv)
{
	g_autofree char *round = NULL, *pin = NULL;
	const GOptionEntry extra[] = {
		{ "round", 0, 0, G_OPTION_ARG_STRING, &round, "Which round", "N" },
		{ "pin", 0, 0, G_OPTION_ARG_STRING, &pin, "Processor to run on", "N" },
		{ 0 },
	};
	struct cli_run r = { 0 };
	char **flags;
	int kind;
	uint64_t cpu;
	/* A measurement whose parent has gone is of no use to anyone. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc < 2 || !cli_choice("job", argv[1], kinds, &kind))
		return cli_fail("job needs one of its kinds; see artbench table --help");
	int status = cli_parse(argc - 1, argv + 1, "One measurement.", extra, &r, &flags);
	if (status >= 0)
		goto out;
	status = CLI_BAD_INPUT;
	if (r.chosen->len != 1)
		cli_fail("job takes one variant; see artbench table --help");
	else if (cli_number("round", round, 1, 1, UINT32_MAX, &r.setup.round) &&
		 cli_number("pin", pin, 0, 0, CPU_SETSIZE - 1, &cpu) &&
		 (!pin || pin_to(cpu)))
		status = measure((enum kind)kind, &r, flags);
	if (kind == BENCH)
		status += BENCH_STATUS;
out:
	cli_free(&r);
	return status;
}
