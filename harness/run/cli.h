/* cli.h: what the subcommands share: option values, the choice of variants, the
 * description of a run.
 *
 * Errors: as say.h says. Threads: one. */
#ifndef AB_CLI_H
#define AB_CLI_H

#include "ground/row.h"
#include "ground/say.h"
#include "keys/dataset.h"
#include "work/setup.h"
#include "work/workload.h"

/* The options that describe a run, as strings, then as values. */
struct cli_run {
	char *data, *name, *variants, *order, *values, *seed;
	char *data_format, *keys;
	char **plugins, **loads;
	enum dataset_format format;
	uint64_t sample; /* keys to take of the file's; 0: all */
	int handed; /* a descriptor of the keys (handed.h); 0: they are read of the file */
	GPtrArray *chosen; /* const struct ab_variant *, in registry order */
	struct setup setup;
};

/* Texts of options are G_OPTION_ARG_FILENAME, bytes as they were given: of others GOption
 * would refuse what is not valid in the locale. A word with a control character in it is
 * refused, wherever options are parsed. */

/* Parse argv with the run's options and `extra` (ended by a NULL long_name; may
 * be NULL), check them, and choose the variants. What GOption leaves after "--"
 * is an error unless `rest` is given, which then points into argv. Returns -1 to
 * go on, or a status to exit with. */
int cli_parse(int argc, char **argv, const char *summary, const GOptionEntry *extra,
	struct cli_run *r, char ***rest);
/* The two steps of it: the strings of `r`; then what they mean. */
int cli_parse_text(int argc, char **argv, const char *summary, const GOptionEntry *extra,
	struct cli_run *r, char ***rest);
bool cli_settle(const char *command, struct cli_run *r);
/* Between the two: load the plug-ins into this process, which is to call them. */
bool cli_load_plugins(struct cli_run *r);
/* The same without the run's options. */
int
cli_parse_only(int argc, char **argv, const char *summary, const GOptionEntry *entries);
void cli_free(struct cli_run *r);

/* A whole number in [lo, hi] from `text`, or `otherwise` if text is NULL. */
bool cli_number(const char *option, const char *text, uint64_t otherwise, uint64_t lo,
	uint64_t hi, uint64_t *out);
/* The index of `text` among `choices` (NULL ends them), 0 if text is NULL. */
bool
cli_choice(const char *option, const char *text, const char *const *choices, int *out);

/* The value of --data-format. */
#define CLI_DATA_FORMAT_HELP                                                             \
	"lines, sosd, lengths, or auto (default): by its start and name"
bool cli_data_format(const char *text, enum dataset_format *out);

/* A comma-separated list of names, NULL for all but those that go by name, into a
 * new array in registry order. NULL: an unknown name, reported. */
GPtrArray *cli_variants(const char *list);

/* Make sure that `v` is among those chosen, in registry order. */
void cli_add_variant(struct cli_run *r, const struct ab_variant *v);

/* Make sure that the plug-ins given to this command are, for nobody loads one to leave
 * it out; one that goes by name is, unless it is named, and that is said. */
void cli_add_plugins(struct cli_run *r);

/* A comma-separated list of workloads, "core" and "all" among them, NULL for core,
 * into a new array in the order of the table. NULL: an unknown name, reported. */
GPtrArray *cli_workloads(const char *list);
#define CLI_WORKLOADS_HELP                                                               \
	"core (default), all, or names of artbench list --workloads; of threads and "    \
	"batches any number, as in hit_threads_4, hit_batch_16"

/* Open the run's data set, as it was handed on or from its file, or report why not, and
 * take the sample of its keys that --keys asks for. What is no regular file is refused:
 * the other processes of the run could not read it again. */
struct dataset *cli_dataset(const struct cli_run *r, bool quiet);

/* What there is to know of it without its keys. */
struct cli_keys {
	struct row_data data;
	size_t file_keys; /* of which data.keys are taken */
	size_t longest;
	double floor; /* bytes a key (floor.h); NAN: not asked for, or no memory to count it */
	/* Bytes that a job takes for them, if it has to read the file itself. */
	size_t opening;
	const char *title; /* interned */
};
/* Read it, for all jobs that are to come: they are handed the keys, if the system can,
 * until cli_free. The floor takes a pass over them, and is counted for who keeps it. */
enum cli_reading { CLI_NOTICES = 0, CLI_QUIET = 1, CLI_FLOOR = 2 };
bool cli_read_keys(struct cli_run *r, unsigned how, struct cli_keys *k);
void cli_keys_close(struct cli_run *r);
/* `r` is a copy: its keys are to be its own. */
void cli_keys_share(struct cli_run *r);

/* The data's path as another process may use it: /dev/stdin and its like are other
 * files there. g_free it. */
char *cli_data_path(const struct cli_run *r);
/* Append the options that make another process run the same: --data, --handed,
 * --data-format, --keys, --order, --values, --seed, --name. */
void cli_append_setup(GPtrArray *argv, const struct cli_run *r);

/* What is said of a child that writes to our stdout. */
#define CLI_CLOSED_PIPE                                                                  \
	"cannot write the output: it is a closed pipe; check where stdout goes"
/* source_revision, and on stderr why it is not known. g_free it. */
char *cli_revision(void);

#endif /* AB_CLI_H */
