/* archive.h: a run's directory as one file to send: a tar archive (ustar) packed by gzip, of
 * these files alone, in this order, if they are there: env.txt, raw.tsv, summary.tsv,
 * explain.md, changes.diff. The same files make the same bytes: there are no times, owners
 * or names of machines in it but those in the files.
 *
 * A pack that is read is from anybody. Nothing of it reaches the disk before all of it has
 * been looked at: regular files alone, by those names and each once, no larger than each
 * may be; and no more than that is unpacked of what claims to be small. What is in the
 * files is for others to judge (report/audit.h).
 *
 * Ownership: archive_clear frees what archive_read filled in. Errors: false and a one-line
 * message that names the file and the remedy. Threads: one. */
#ifndef AB_ARCHIVE_H
#define AB_ARCHIVE_H

#include <stdbool.h>
#include <glib.h>

enum { ARCHIVE_FILES = 5 };

struct archive {
	GBytes *files[ARCHIVE_FILES]; /* by their order; NULL: it has none */
};

extern const char *const archive_names[ARCHIVE_FILES];
#define ARCHIVE_SUFFIX ".tar.gz"

/* Take in the files of a directory. */
bool archive_take(struct archive *p, const char *dir, GError **error);
/* Write it to a file that is not there yet. */
bool archive_write(const struct archive *p, const char *path, GError **error);
bool archive_read(struct archive *p, const char *path, GError **error);
/* Into a directory that is there. */
bool archive_put(const struct archive *p, const char *dir, GError **error);
void archive_clear(struct archive *p);

#endif /* AB_ARCHIVE_H */
