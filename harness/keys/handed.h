/* handed.h: keys that a parent has read, checked, sorted and sampled, handed to its
 * children: a sealed file in memory, which they map.
 *
 *   | struct head | length: u16, of each key | bytes of the keys, in their order |
 *
 * What a child needs besides is its own array of keys, which points into the mapping. So
 * its anonymous pages are those, and what it measures; the mapping is resident before the
 * first look.
 *
 * Ownership: whoever makes a descriptor closes it; a dataset does not need it any more.
 * Threads: one. */
#ifndef AB_HANDED_H
#define AB_HANDED_H

#include "dataset.h"

/* A descriptor, closed on exec unless it is duplicated; -1: the system has none for
 * this, so the children are to read the file themselves. */
int handed_new(const struct dataset *d);

/* The data set that was handed on, which is of the file `path`; `name` as for
 * dataset_open. DATASET_ERROR_CHANGED: the file is not as it was when that was read. */
struct dataset *handed_open(int fd, const char *path, const char *name, GError **error);

#endif /* AB_HANDED_H */
