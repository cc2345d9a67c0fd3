/* bridge.h: from the bytes a structure asked for to the pages it made resident.
 *
 *   exact + rounding + metadata + page_slack = rss - residue
 *
 * Every term is measured by itself, so the residue is a check: what no term knows
 * about. That is above all what malloc keeps in its thread cache, freed but by its
 * own account still held: `cached`, known where the interposer counts live blocks. The
 * page takes it off the residue; here the residue means the same without interposer.
 *
 *   exact       bytes asked for                            counting allocator
 *   rounding    what malloc made of each request, less it  malloc_usable_size
 *   metadata    chunk headers: 8 bytes, 16 if mapped       blocks, mallinfo2
 *   page_slack  free chunks and the heap's free top, less  mallinfo2;
 *               every page that is not there               mincore
 *   rss         growth of resident anonymous pages         smaps_rollup
 *
 * A structure that allocates by itself has no exact figure: then `held` is what
 * malloc handed out, its rounding included, by the interposer's count.
 *
 * Units: bytes, growth since `bridge_look` before loading. With a malloc other than
 * glibc's the last two terms are not known. Threads: one. */
#ifndef AB_BRIDGE_H
#define AB_BRIDGE_H

#include "ground/memory.h"

/* One look at everything the terms are made of. */
struct bridge_point {
	size_t rss, absent;
	size_t heap, free, mapped_chunks; /* mallinfo2 */
	struct interposed interposed;
	bool counted; /* `interposed` holds something */
	bool known;   /* all else does */
};

struct bridge {
	bool known;       /* all terms are */
	bool exact_known; /* exact and rounding; else `held` */
	double exact, rounding, held, metadata, page_slack, rss, residue;
	double free, absent; /* what page_slack is made of */
	double cached;       /* in the residue: see above */
	bool cached_known;   /* the interposer is there */
};

struct bridge_point bridge_look(void);
/* `held` may be NULL: the structure allocates by itself. False: nothing to start
 * from. */
bool bridge_make(struct bridge *b, const struct bridge_point *before,
	const struct bridge_point *after, const struct memory_count *held);

#endif /* AB_BRIDGE_H */
