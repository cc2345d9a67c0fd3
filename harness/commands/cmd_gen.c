/* artbench gen: key files made from a seed. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <glib/gstdio.h>

#include "run/cli.h"
#include "cmd.h"
#include "keys/generate.h"

struct request {
	const struct key_kind *kind;
	uint64_t keys, seed;
	enum dataset_format format;
	const char *output; /* NULL: stdout */
};

static bool
refuse_output(const struct request *r, const char *what, GError **error)
{
	g_set_error(error, GENERATE_ERROR, GENERATE_ERROR_WRITE,
		"%s: cannot be %s: %s; choose another --output", r->output, what,
		g_strerror(errno));
	return false;
}

/* Write to `out` and close it. */
static bool
generate_and_close(const struct request *r, FILE *out, GError **error)
{
	bool ok = generate_keys(r->kind, r->keys, r->seed, r->format, out, error);

	if (!ok)
		g_prefix_error(error, "%s: ", r->output);
	if (fclose(out) != 0 && ok)
		return refuse_output(r, "written", error);
	return ok;
}

/* Write beside `path` and rename, so that `path` is never half a key file. */
static bool
replace_file(const struct request *r, const char *path, GError **error)
{
	g_autofree char *temporary = g_strdup_printf("%s.XXXXXX", path);
	int fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0644);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");

	if (!out)
		return refuse_output(r, "written", error);
	bool ok = generate_and_close(r, out, error);
	if (ok && g_rename(temporary, path) != 0)
		ok = refuse_output(r, "replaced", error);
	if (!ok)
		g_unlink(temporary);
	return ok;
}

static bool
generate_file(const struct request *r, GError **error)
{
	struct stat st;

	/* A device or a pipe is written to; replacing it would be a nasty surprise. */
	if (stat(r->output, &st) == 0 && !S_ISREG(st.st_mode)) {
		FILE *out = fopen(r->output, "we");
		if (!out)
			return refuse_output(r, "written", error);
		return generate_and_close(r, out, error);
	}
	char *target = realpath(r->output, NULL); /* not the link, what it names */
	bool ok = replace_file(r, target ? target : r->output, error);
	free(target);
	return ok;
}

/* "urls, hosts, ..."; g_free it. */
static char *
names_of_kinds(void)
{
	g_autoptr(GString) all = g_string_new(NULL);
	for (size_t i = 0; key_kind_at(i); i++)
		g_string_append_printf(all, "%s%s", i ? ", " : "", key_kind_at(i)->name);
	return g_strdup(all->str);
}

/* Without a kind the format decides, and without a format the kind. */
static bool
choose_kind(const char *name, const char *format, struct request *r)
{
	int chosen;
	if (!cli_choice("format", format, dataset_format_names + DATASET_LINES, &chosen))
		return false;
	r->format = (enum dataset_format)(DATASET_LINES + chosen);
	r->kind = key_kind_named(name                        ? name
				 : r->format == DATASET_SOSD ? "uniform"
							     : "urls");
	if (!r->kind) {
		g_autofree char *all = names_of_kinds();
		say_fail("--kind '%s' is not known; use one of: %s", name, all);
		return false;
	}
	if (!format)
		r->format = r->kind->format;
	if (key_kind_has(r->kind, r->format))
		return true;
	say_fail("--kind %s cannot be written as %s; leave --format out for %s",
		r->kind->name, dataset_format_names[r->format],
		dataset_format_names[r->kind->format]);
	return false;
}

static int
make(const struct request *r)
{
	g_autoptr(GError) error = NULL;
	bool ok = r->output ? generate_file(r, &error)
			    : generate_keys(r->kind, r->keys, r->seed, r->format, stdout,
				      &error);
	if (ok)
		return CLI_RIGHT;
	/* Of stdout that is said as every command does. */
	if (r->output || !g_error_matches(error, GENERATE_ERROR, GENERATE_ERROR_WRITE) ||
		say_flush())
		say_fail("gen: %s", error->message);
	return CLI_WRONG;
}

int
cmd_gen(int argc, char **argv)
{
	g_autofree char *keys = NULL, *seed = NULL, *output = NULL, *format = NULL,
			*kind = NULL;
	g_autofree char *kinds = names_of_kinds();
	g_autofree char *which = g_strconcat(
		"urls (default), or uniform with --format sosd; one of: ", kinds, NULL);
	const GOptionEntry entries[] = {
		{ "keys", 'n', 0, G_OPTION_ARG_FILENAME, &keys,
			"How many (default 966956; of shared60k 1000)", "N" },
		{ "seed", 0, 0, G_OPTION_ARG_FILENAME, &seed, "Which ones (default 1)",
			"N" },
		{ "format", 0, 0, G_OPTION_ARG_FILENAME, &format,
			"lines, lengths, or sosd: 64-bit numbers (default: the first "
			"that "
			"the kind has)",
			"FORMAT" },
		{ "kind", 'k', 0, G_OPTION_ARG_FILENAME, &kind, which, "KIND" },
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
			"Where to (default: stdout)", "FILE" },
		{ 0 },
	};
	struct request r;
	int status = cli_parse_only(argc, argv,
		"Writes different keys of some kind, sorted bytewise: the same bytes for "
		"the same options\non every machine.",
		entries);

	if (status >= 0)
		return status;
	if (!choose_kind(kind, format, &r) ||
		!cli_number("keys", keys, r.kind->keys ? r.kind->keys : 966956, 1,
			GENERATE_MAX_KEYS, &r.keys) ||
		!cli_number("seed", seed, 1, 0, UINT64_MAX, &r.seed))
		return CLI_BAD_INPUT;
	r.output = output;
	return make(&r);
}
