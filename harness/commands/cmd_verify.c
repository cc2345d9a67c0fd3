/* cmd_verify.c: artbench verify: every answer of a variant compared with the data
 * set, each variant in a process of its own, which it may crash, leave or hang. */
#include <inttypes.h>
#include "run/contest.h"
#include "cmd.h"
#include "job/job.h"
#include "keys/hard_keys.h"

static size_t
hard_keys_of(const struct ab_variant *v, bool taken)
{
	g_autoptr(GError) error = NULL;
	struct dataset *d = hard_keys(v, taken, &error);
	size_t n = d ? d->n : 0;
	dataset_close(d);
	return n;
}

/* The last stage is of other keys. */
static void
print_right(const struct ab_variant *v, uint64_t keys, const GArray *stages)
{
	size_t refused = hard_keys_of(v, false);
	printf("%s: %" PRIu64 " keys right: ", v->name, keys);
	for (guint i = 0; i + 1 < stages->len; i++)
		printf("%s%s", i ? ", " : "",
			g_array_index(stages, struct row, i).workload);
	printf("; so are %zu " JOB_HARD_KEYS, hard_keys_of(v, true));
	if (refused)
		printf(", and %zu that it does not take are refused", refused);
	printf("\n");
}

static void
say_wrong(const struct ab_variant *v, const struct reading *said)
{
	guint n = said->unsaid ? said->rows->len : 0;
	const char *at = n ? g_array_index(said->rows, struct row, n - 1).workload : NULL;
	say_fail("%s: %s%s%s%s", v->name, said->failure, at ? ", in " : "", at ? at : "",
		said->end.how == CHILD_TIMED_OUT ? "; give it longer with --timeout"
						 : "");
}

/* One line if it is right, one on stderr if not. */
static int
verify_variant(const struct cli_run *r, const struct ab_variant *v, unsigned timeout_s,
	const struct row_data *data)
{
	static const int statuses[] = { [RUN_RIGHT] = CLI_RIGHT,
		[RUN_WRONG] = CLI_WRONG,
		[RUN_INTERRUPTED] = CLI_INTERRUPTED };
	if (v->caps & AB_HOLDS_NOTHING) {
		printf("%s: holds nothing, nothing to verify\n", v->name);
		return CLI_RIGHT;
	}
	const struct job_argv job = {
		.run = r, .kind = "verify", .variants = &v, .n = 1, .cpu = -1
	};
	struct reading said;
	enum run_outcome outcome = contest_of_one(&job, data, timeout_s, &said);
	if (outcome == RUN_INTERRUPTED)
		say_fail("interrupted while verifying %s", v->name);
	else if (outcome == RUN_WRONG)
		say_wrong(v, &said);
	else if (said.failure) /* declined */
		printf("%s: %s\n", v->name, said.failure);
	else
		print_right(v, data->keys, said.rows);
	fflush(stdout);
	reading_free(&said);
	return statuses[outcome];
}

static int
verify_all(struct cli_run *r, unsigned timeout_s)
{
	struct cli_keys keys;
	int status = CLI_RIGHT;
	if (!cli_read_keys(r, CLI_NOTICES, &keys))
		return CLI_BAD_INPUT;
	child_guard();
	for (guint i = 0; i < r->chosen->len && status <= CLI_WRONG; i++) {
		int one = verify_variant(r, r->chosen->pdata[i], timeout_s, &keys.data);
		status = MAX(status, one);
	}
	return say_flush() ? status : CLI_BAD_INPUT;
}

int
cmd_verify(int argc, char **argv)
{
	g_autofree char *timeout = NULL;
	const GOptionEntry extra[] = {
		{ "timeout", 0, 0, G_OPTION_ARG_FILENAME, &timeout,
			"Most seconds one variant may take (default 300)", "SECONDS" },
		{ 0 },
	};
	struct cli_run r = { 0 };
	uint64_t seconds;
	int status = cli_parse(argc, argv,
		"Loads the keys of FILE into each variant, looks every key up, asks for "
		"absent\n"
		"ones, scans, deletes all, each variant in a fresh process; then the "
		"same of "
		"keys\n"
		"made to be hard: every byte at several depths, prefixes of one another, "
		"NULs.\n"
		"Names the first wrong answer of each.",
		extra, &r, NULL);
	if (status < 0)
		status = cli_number("timeout", timeout, 300, 1, 1000000, &seconds)
				 ? verify_all(&r, (unsigned)seconds)
				 : CLI_BAD_INPUT;
	cli_free(&r);
	return status;
}
