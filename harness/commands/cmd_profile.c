/* artbench profile: the statistics of a key file. */
#include "run/cli.h"
#include "cmd.h"
#include "keys/floor.h"
#include "keys/packed.h"
#include "keys/profile.h"

enum { TEXT, TSV };
static const char *const formats[] = { "text", "tsv", NULL };

struct request {
	const char *path, *name;
	enum dataset_format data_format;
	int format;
	bool packed;
};

/* ---- floors ---- */

/* False if it is there and fails. */
static bool
print_packer(const struct packer *p, const struct dataset *d, int format)
{
	g_autoptr(GError) error = NULL;
	uint64_t bytes = 0;

	if (!packer_is_there(p)) {
		if (format == TEXT)
			printf("  %-24s %8s  (not installed: apt-get install %s)\n",
				p->name, "-", p->package);
		else
			g_printerr("artbench: %s is not installed, so its floor is "
				   "missing; install it with: apt-get install %s\n",
				p->program, p->package);
		return true;
	}
	if (!packer_bytes(p, d, &bytes, &error)) {
		say_fail("%s", error->message);
		return false;
	}
	if (format == TEXT)
		printf("  %-24s %8.3f\n", p->name, (double)bytes / (double)d->n);
	else
		printf("%s\t%.6f\n", p->statistic, (double)bytes / (double)d->n);
	return true;
}

static bool
print_packers(const struct dataset *d, const struct request *r)
{
	if (r->format == TEXT)
		printf("\npacked, bytes a key%s\n",
			r->packed ? "" : ": not asked for (--packed)");
	for (size_t i = 0; r->packed && i < PACKERS; i++)
		if (!print_packer(&packers[i], d, r->format))
			return false;
	return true;
}

/* ---- all of it ---- */

static void
print_counts(const struct dataset *d, const struct profile *p, const struct floors *f,
	int format)
{
	if (format == TSV) {
		profile_print_tsv(p, stdout);
		floor_print_tsv(f, stdout);
	} else {
		profile_print_text(p, d->name, stdout);
		floor_print_text(f, profile_trie_bytes(p), stdout);
	}
}

static int
print_profile(const struct request *r)
{
	g_autoptr(GError) error = NULL;
	struct profile p;
	struct floors f;
	struct dataset *d = dataset_open_as(
		r->path, r->data_format, r->name, false, &error);

	if (!d)
		return say_fail("%s", error->message);
	bool ok = profile_compute(d, &p) && floor_compute(d, &f);
	if (ok)
		print_counts(d, &p, &f, r->format);
	else
		say_fail("%s: no memory for its profile; free some", r->path);
	ok = ok && print_packers(d, r);
	dataset_close(d);
	return !ok ? CLI_WRONG : say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}

int
cmd_profile(int argc, char **argv)
{
	g_autofree char *data = NULL, *name = NULL, *format = NULL, *data_format = NULL;
	gboolean packed = FALSE;
	const GOptionEntry entries[] = {
		{ "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "Key file", "FILE" },
		{ "data-format", 0, 0, G_OPTION_ARG_FILENAME, &data_format,
			CLI_DATA_FORMAT_HELP, "FORMAT" },
		{ "name", 0, 0, G_OPTION_ARG_FILENAME, &name,
			"Title of the data (default: the file's stem)", "TITLE" },
		{ "format", 0, 0, G_OPTION_ARG_FILENAME, &format,
			"text (default), or tsv: a statistic, a tab, its value",
			"FORMAT" },
		{ "packed", 0, 0, G_OPTION_ARG_NONE, &packed,
			"Also what xz -9 and zstd -19 make of the sorted keys, at one or "
			"two MB a second",
			NULL },
		{ 0 },
	};
	struct request r = { 0 };
	int status = cli_parse_only(argc, argv,
		"Counts what a path-compressed radix tree over the keys consists of: "
		"bytes by class,\ninner nodes, children, prefixes, depth; and how few "
		"bytes the keys could take:\nwhat is left behind the prefix shared with "
		"the key before, at its entropy.",
		entries);

	if (status >= 0)
		return status;
	if (!data)
		return say_fail("profile needs --data FILE; give it a key file");
	r.path = data;
	r.name = name;
	r.packed = packed;
	if (!cli_choice("format", format, formats, &r.format) ||
		!cli_data_format(data_format, &r.data_format))
		return CLI_BAD_INPUT;
	return print_profile(&r);
}
