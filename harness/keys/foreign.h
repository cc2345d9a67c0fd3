/* foreign.h: files that are no key files, as told by how they begin or what they are
 * called: packed ones, programs, pictures, tables, text in another encoding. Only what is
 * certain, for a key may have any bytes.
 *
 * Threads: any number; nothing is kept. */
#ifndef AB_FOREIGN_H
#define AB_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

struct foreign {
	const char *what;   /* "gzip data"; NULL: it may be a key file */
	const char *remedy; /* "unpack it first, with zcat" */
};

struct foreign foreign_find(const char *path, const uint8_t *bytes, size_t n);

#endif /* AB_FOREIGN_H */
