/* pack.h: a run's directory as one file to send: a tar archive (ustar) packed by gzip, of
 * these files alone, in this order, if they are there: env.txt, raw.tsv, summary.tsv,
 * explain.md, changes.diff. The same files make the same bytes: there are no times, owners
 * or names of machines in it but those in the files.
 *
 * A pack that is read is from anybody. Nothing of it reaches the disk before all of it has
 * been looked at: regular files alone, by those names and each once, no larger than each
 * may be; and no more than that is unpacked of what claims to be small. What is in the
 * files is for others to judge (report/audit.h).
 *
 * Ownership: pack_clear frees what pack_read filled in. Errors: false and a one-line
 * message that names the file and the remedy. Threads: one. */
#ifndef AB_PACK_H
#define AB_PACK_H

#include <stdbool.h>
#include <glib.h>

enum { PACK_FILES = 5 };

struct pack {
	GBytes *files[PACK_FILES]; /* by their order; NULL: it has none */
};

extern const char *const pack_names[PACK_FILES];
#define PACK_SUFFIX ".tar.gz"

/* Take in the files of a directory. */
bool pack_take(struct pack *p, const char *dir, GError **error);
/* Write it to a file that is not there yet. */
bool pack_write(const struct pack *p, const char *path, GError **error);
bool pack_read(struct pack *p, const char *path, GError **error);
/* Into a directory that is there. */
bool pack_put(const struct pack *p, const char *dir, GError **error);
void pack_clear(struct pack *p);

#endif /* AB_PACK_H */
