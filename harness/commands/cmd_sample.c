/* cmd_sample.c: artbench sample: some keys of a file as a key file, so that what is run
 * many times, or under valgrind, need not read all of them. */
#include <stdio.h>
#include "run/cli.h"
#include "cmd.h"

/* In the format that any keys can be written in, see dataset.h. */
static void
write_keys(const struct dataset *d, FILE *out)
{
	uint64_t n = GUINT64_TO_LE(d->n);
	fwrite(DATASET_MAGIC, 1, DATASET_MAGIC_BYTES, out);
	fwrite(&n, sizeof n, 1, out);
	for (size_t i = 0; i < d->n; i++) {
		uint32_t length = GUINT32_TO_LE((uint32_t)d->keys[i].n);
		fwrite(&length, sizeof length, 1, out);
		fwrite(d->keys[i].p, 1, d->keys[i].n, out);
	}
}

static int
sample(const char *path, enum dataset_format format, uint64_t keys, uint64_t seed)
{
	g_autoptr(GError) error = NULL;
	struct dataset *d = dataset_open_as(path, format, NULL, true, &error);
	if (!d)
		return say_fail("%s", error->message);
	bool ok = keys >= d->n || dataset_sample(d, keys, seed, &error);
	if (ok)
		write_keys(d, stdout);
	else
		say_fail("%s", error->message);
	dataset_close(d);
	return ok && say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}

int
cmd_sample(int argc, char **argv)
{
	g_autofree char *data = NULL, *data_format = NULL, *keys = NULL, *seed = NULL;
	const GOptionEntry entries[] = {
		{ "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "Key file", "FILE" },
		{ "data-format", 0, 0, G_OPTION_ARG_FILENAME, &data_format,
			CLI_DATA_FORMAT_HELP, "FORMAT" },
		{ "keys", 'n', 0, G_OPTION_ARG_FILENAME, &keys,
			"At most how many (default: all)", "N" },
		{ "seed", 0, 0, G_OPTION_ARG_FILENAME, &seed, "Which ones (default 1)",
			"N" },
		{ 0 },
	};
	enum dataset_format format;
	uint64_t n, chosen;
	int status = cli_parse_only(argc, argv,
		"Writes keys of FILE, a random choice, to stdout as a key file with "
		"lengths.",
		entries);
	if (status >= 0)
		return status;
	if (!data)
		return say_fail("sample needs --data FILE; give it a key file");
	if (!cli_data_format(data_format, &format) ||
		!cli_number("keys", keys, SIZE_MAX, 1, SIZE_MAX, &n) ||
		!cli_number("seed", seed, 1, 0, UINT64_MAX, &chosen))
		return CLI_BAD_INPUT;
	return sample(data, format, n, chosen);
}
