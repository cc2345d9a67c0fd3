/* cli_keys.c: the keys of a run; see cli.h. */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "child.h"
#include "cli.h"
#include "keys/floor.h"
#include "keys/handed.h"

/* A process of the run may have to read the file itself: a pipe would have been emptied by
 * the first, and opening one that nobody writes to would wait for ever. */
static bool
can_be_read_again(const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
		return true; /* or dataset_open says what is wrong with it */
	say_fail("%s: not a regular file; save it to one first", path);
	return false;
}

char *
cli_data_path(const struct cli_run *r)
{
	bool special = g_str_has_prefix(r->data, "/dev/") ||
		       g_str_has_prefix(r->data, "/proc/");
	char *real = special ? realpath(r->data, NULL) : NULL;
	char *result = g_strdup(real ? real : r->data);
	free(real);
	return result;
}

/* What was handed on, or the file if that is not what it was. */
static struct dataset *
open_keys(const struct cli_run *r, const char *path, bool quiet, GError **error)
{
	g_autoptr(GError) why = NULL;
	struct dataset *d = r->handed ? handed_open(r->handed, path, r->name, &why)
				      : NULL;
	if (!r->handed || g_error_matches(why, DATASET_ERROR, DATASET_ERROR_CHANGED))
		return dataset_open_as(path, r->format, r->name, quiet, error);
	if (!d)
		g_propagate_error(error, g_steal_pointer(&why));
	return d;
}

struct dataset *
cli_dataset(const struct cli_run *r, bool quiet)
{
	if (!can_be_read_again(r->data))
		return NULL;
	g_autoptr(GError) error = NULL;
	/* By the name the other processes will see, which may tell its format. */
	g_autofree char *path = cli_data_path(r);
	struct dataset *d = open_keys(r, path, quiet, &error);
	bool sampled = d && d->n < d->file_keys; /* before it was handed on */
	if (d && (!r->sample || sampled ||
			 dataset_sample(d, r->sample, r->setup.seed, &error)))
		return d;
	say_fail("%s", error->message);
	dataset_close(d);
	return NULL;
}

bool
cli_read_keys(struct cli_run *r, unsigned how, struct cli_keys *k)
{
	struct dataset *d = cli_dataset(r, how & CLI_QUIET);
	if (!d)
		return false;
	double floor = how & CLI_FLOOR ? floor_of(d) : NAN;
	*k = (struct cli_keys){ { d->n, d->key_bytes, d->fingerprint }, d->file_keys,
		d->longest, floor, dataset_whole(d), g_intern_string(d->name) };
	if (r->sample || !r->handed) {
		cli_keys_close(r);
		int fd = handed_new(d);
		r->handed = MAX(fd, 0);
	}
	dataset_close(d);
	return true;
}

void
cli_keys_share(struct cli_run *r)
{
	int fd = r->handed ? fcntl(r->handed, F_DUPFD_CLOEXEC, CHILD_KEYS) : 0;
	r->handed = MAX(fd, 0);
}

void
cli_keys_close(struct cli_run *r)
{
	if (r->handed)
		close(r->handed);
	r->handed = 0;
}
