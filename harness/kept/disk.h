/* disk.h: files that are on the disk whole, or stay as they were.
 *
 * What is written goes to PATH.new and onto the disk, and has the name PATH only then;
 * the name itself is on the disk when these return. One process at a time may write a
 * PATH.
 *
 * Errors: false and a one-line message that names the file and the remedy in `*error`;
 * nothing half-made is left. Threads: one. */
#ifndef AB_DISK_H
#define AB_DISK_H

#include <stdbool.h>
#include <stdio.h>
#include <glib.h>

/* Prints the contents. */
typedef void disk_writer(FILE *out, const void *arg);

bool disk_write(const char *path, disk_writer *write, const void *arg, GError **error);
/* The same behind what the file has now; there need be none. */
bool disk_append(const char *path, disk_writer *write, const void *arg, GError **error);

/* The two halves of disk_write: after the first, the second needs no more room. */
bool disk_prepare(const char *path, disk_writer *write, const void *arg, GError **error);
bool disk_settle(const char *path, GError **error);
/* Or take the first back. */
void disk_discard(const char *path);

/* All of a file of a results directory, into g_malloc'ed memory, with a 0 behind it. */
bool disk_read(const char *path, char **text, size_t *size, GError **error);

/* What was made, renamed or removed in the directory of `path` stays so. */
bool disk_sync_above(const char *path, GError **error);

/* Without slashes at its end; g_free it. */
char *disk_plain(const char *path);
bool disk_is_there(const char *path);
/* Set `*error` by errno: "PATH: WHAT: why; REMEDY". Where the disk is full it has a
 * remedy of its own, and the code G_FILE_ERROR_NOSPC. Returns false. */
bool disk_failed(GError **error, const char *path, const char *what, const char *remedy);

#endif /* AB_DISK_H */
