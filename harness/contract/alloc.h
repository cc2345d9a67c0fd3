/* alloc.h: an allocator that counts and can be told to fail, and what malloc keeps.
 *
 * Ownership: a meter belongs to its maker and must outlive what it serves.
 * Threads: a meter is for one thread at a time. */
#ifndef AB_ALLOC_H
#define AB_ALLOC_H

#include "ab.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Counts live bytes without a header, and fails the call numbered `fail_at`. */
struct ab_meter {
	struct ab_alloc alloc; /* hand &meter.alloc to create */
	size_t live;           /* bytes held now */
	size_t peak;           /* most bytes held at once */
	uint64_t calls;        /* alloc and resize calls so far */
	uint64_t fail_at;      /* the call that returns NULL, counted from 1; 0: none */
	bool fail_on;          /* also every call after fail_at */
	size_t limit;          /* a call that would hold more returns NULL; 0: none */
};

/* Reset `m` to an empty counter over malloc that never fails. */
void ab_meter_init(struct ab_meter *m);

/* Have the process's malloc return to the system what it keeps in reserve: for what
 * asked for far more while it was built than it holds. Of glibc, jemalloc, tcmalloc
 * and mimalloc; any other one may keep it. */
void ab_alloc_trim(void);

#ifdef __cplusplus
}
#endif
#endif /* AB_ALLOC_H */
