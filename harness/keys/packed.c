#include "packed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const xz[] = { "xz", "--compress", "--stdout", "--threads=1", "-9",
	NULL };
static const char *const zstd[] = { "zstd", "--compress", "--stdout", "--quiet",
	"--single-thread", "-19", NULL };

const struct packer packers[PACKERS] = {
	{ "xz -9", "floor_xz_9_per_key", "xz", "xz-utils", xz },
	{ "zstd -19", "floor_zstd_19_per_key", "zstd", "zstd", zstd },
};

bool
packer_is_there(const struct packer *p)
{
	g_autofree char *path = g_find_program_in_path(p->program);
	return path;
}

/* ---- what goes in ---- */

enum between { NOTHING, NEWLINES, LENGTHS };

static enum between
between_keys(const struct dataset *d)
{
	bool alike = true, newline = false;

	for (size_t i = 0; i < d->n; i++) {
		alike = alike && d->keys[i].n == d->keys[0].n;
		newline = newline || memchr(d->keys[i].p, '\n', d->keys[i].n);
	}
	return alike ? NOTHING : newline ? LENGTHS : NEWLINES;
}

static bool
write_keys(const struct dataset *d, FILE *out)
{
	enum between between = between_keys(d);
	bool ok = true;

	for (size_t i = 0; ok && i < d->n; i++) {
		struct ab_key k = d->keys[i];
		uint16_t length = GUINT16_TO_LE((uint16_t)k.n);
		if (between == LENGTHS)
			ok = fwrite(&length, sizeof(length), 1, out) == 1;
		ok = ok && fwrite(k.p, 1, k.n, out) == k.n;
		if (between == NEWLINES)
			ok = ok && putc('\n', out) != EOF;
	}
	return ok;
}

/* ---- what comes out ---- */

struct reader {
	int fd;
	uint64_t bytes;
};

static gpointer
read_all(gpointer arg)
{
	struct reader *r = arg;
	char buffer[1 << 14];
	ssize_t got;

	while ((got = read(r->fd, buffer, sizeof(buffer))) != 0)
		if (got > 0)
			r->bytes += (uint64_t)got;
		else if (errno != EINTR)
			break;
	return NULL;
}

/* The program's exit status, from waitpid. */
static bool
pump(const struct dataset *d, int in, struct reader *r, GPid pid, int *status)
{
	FILE *to = fdopen(in, "w");
	/* Beside the writing, for the program may take no more until it is rid of some. */
	GThread *thread = g_thread_new("packed", read_all, r);
	bool ok = to && write_keys(d, to);
	if (to)
		ok = fclose(to) == 0 && ok;
	else
		close(in);
	g_thread_join(thread);
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return false;
	return ok;
}

bool
packer_bytes(
	const struct packer *p, const struct dataset *d, uint64_t *bytes, GError **error)
{
	GPid pid;
	int in, out, status = -1;
	g_autoptr(GError) why = NULL;

	bool ok = g_spawn_async_with_pipes(NULL, (char **)p->argv, NULL,
		G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &in,
		&out, NULL, &why);
	if (ok) {
		struct reader r = { out, 0 };
		ok = pump(d, in, &r, pid, &status) &&
		     g_spawn_check_wait_status(status, &why);
		close(out);
		*bytes = r.bytes;
	}
	if (!ok)
		g_set_error(error, DATASET_ERROR, DATASET_ERROR_READ,
			"%s fails: %s; mend or remove it, or leave --packed out", p->name,
			why ? why->message : "it took no more");
	return ok;
}
