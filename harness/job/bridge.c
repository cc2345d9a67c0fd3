/* bridge.c: see bridge.h. */
#include <malloc.h>
#include <string.h>
#include "bridge.h"
#include "build_config.h"

enum { HEADER = 8, MAPPED_HEADER = 16 }; /* of glibc's chunks */

struct bridge_point
bridge_look(void)
{
	struct bridge_point p = { 0 };
	p.counted = memory_interposed(&p.interposed);
	if (memory_glibc()) {
		struct mallinfo2 m = mallinfo2();
		p.heap = m.uordblks + m.hblkhd;
		p.free = m.fordblks;
		p.mapped_chunks = m.hblks;
	}
	p.known = strcmp(BUILD_SANITIZE, "none") == 0 && memory_absent(&p.absent) &&
		  memory_rss(&p.rss);
	return p;
}

static double
grown(size_t before, size_t after)
{
	return (double)after - (double)before;
}

/* Headers of `blocks` chunks, `mapped` of them with pages of their own. */
static double
headers(double blocks, double mapped)
{
	return HEADER * (blocks - mapped) + MAPPED_HEADER * mapped;
}

bool
bridge_make(struct bridge *b, const struct bridge_point *before,
	const struct bridge_point *after, const struct memory_count *held)
{
	const struct interposed *i = &before->interposed, *j = &after->interposed;
	double mapped = grown(before->mapped_chunks, after->mapped_chunks);
	double blocks = held ? (double)held->blocks : grown(i->blocks, j->blocks);
	*b = (struct bridge){ 0 };
	if (!after->known || !(held || after->counted))
		return false;
	b->known = memory_glibc();
	b->exact_known = held;
	b->exact = held ? (double)held->bytes : 0;
	b->rounding = held ? (double)held->usable - (double)held->bytes : 0;
	b->held = held ? (double)held->usable : grown(i->usable, j->usable);
	b->rss = grown(before->rss, after->rss);
	b->metadata = headers(blocks, mapped);
	b->free = grown(before->free, after->free);
	b->absent = grown(before->absent, after->absent);
	b->cached_known = after->counted;
	if (after->counted) /* malloc's account takes cached blocks for live ones */
		b->cached = grown(before->heap, after->heap) -
			    grown(i->usable, j->usable) -
			    headers(grown(i->blocks, j->blocks), mapped);
	b->page_slack = b->free - b->absent;
	b->residue = b->rss - b->held - b->metadata - b->page_slack;
	return true;
}
