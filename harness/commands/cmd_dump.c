/* cmd_dump.c: artbench dump: what a structure prints of itself when it holds the keys of a
 * file. It is loaded into this process. */
#include "run/cli.h"
#include "cmd.h"
#include "work/fixture.h"

static int
dump(const struct ab_variant *v, const struct dataset *d, const struct setup *s)
{
	g_autoptr(GError) error = NULL;
	struct fixture f = { 0 };
	bool ok = fixture_open(&f, v, d, s, &error) && fixture_load(&f, &error);
	if (ok)
		v->dump(f.t, stdout);
	else
		say_fail("%s: %s", v->name, error->message);
	fixture_close(&f);
	return ok ? CLI_RIGHT : CLI_WRONG;
}

static int
dump_chosen(const struct cli_run *r)
{
	const struct ab_variant *v = r->chosen->pdata[0];
	if (r->chosen->len != 1)
		return say_fail("dump takes one variant; name it with --variants");
	if (!v->dump)
		return say_fail("%s prints nothing of itself; 'artbench list' says by "
				"'dump' who does",
			v->name);
	struct dataset *d = cli_dataset(r, true);
	if (!d)
		return CLI_BAD_INPUT;
	int status = dump(v, d, &r->setup);
	dataset_close(d);
	return say_flush() ? status : CLI_BAD_INPUT;
}

int
cmd_dump(int argc, char **argv)
{
	struct cli_run r = { 0 };
	int status = cli_parse_text(argc, argv,
		"Loads the keys of FILE into one variant and prints what that has to say "
		"of\n"
		"itself: of most a line for each node and each key.",
		NULL, &r, NULL);
	if (status < 0)
		status = cli_load_plugins(&r) && cli_settle(argv[0], &r) ? dump_chosen(&r)
									 : CLI_BAD_INPUT;
	cli_free(&r);
	return status;
}
