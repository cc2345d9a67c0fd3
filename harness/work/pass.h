/* pass.h: a workload as passes over the keys: every one of so many operations once,
 * again and again until there were enough of them to time. (Of less than ten keys there
 * never are.)
 *
 * One iteration of Google Benchmark is a turn (turn.h): an equal share of all
 * passes together, some ten thousand operations at least. Only the operations are timed;
 * what surrounds a pass is not.
 *
 * Ownership: borrows the fixture. Errors: gbench_skip, with what went wrong.
 * Threads: one. */
#ifndef AB_PASS_H
#define AB_PASS_H

#include "fixture.h"
#include "ground/gbench.h"
#include "verify.h"

/* Operations in all turns together. Builds for tests have fewer (meson's
 * option pass_at_least). */
#ifndef PASS_AT_LEAST
#define PASS_AT_LEAST 500000
#endif

enum {
	PASS_TURNS = 16,
	PASSES_MOST = 50000, /* what surrounds them takes its time, too */
};

struct pass {
	/* Operations `from` to `to` of a pass; returns how many were answered right. */
	size_t (*batch)(struct fixture *f, size_t from, size_t to);
	/* Around each pass, off the clock; NULL: nothing to do. */
	check_fn *before, *after;
	/* What f->stream is to hold, made behind `before`; FOR_INSERT: nothing. */
	enum setup_purpose queries;
	size_t operations; /* in one pass */
	size_t at_least;   /* in all turns together; 0: PASS_AT_LEAST */
	/* Where a batch that times itself says how long it took; NULL: it does not. */
	const double *seconds;
};

/* For `before`: the index loaded, to be changed from the first operation on. */
check_fn be_loaded_to_change;

/* Run it and report: rate, the worst pass's right answers. */
void pass_run(struct gbench_state *s, struct fixture *f, const struct pass *p);
/* The same, the sum checked at its end: `problem` or NULL. */
void pass_report(struct gbench_state *s, struct fixture *f, const char *problem);
/* A figure of the workload's own: to be called when it has run. */
void pass_figure(struct gbench_state *s, struct fixture *f, struct figure figure);
/* One more pass of `asked` operations; the tally keeps the worst. */
void pass_tally(struct tally *y, uint64_t right, uint64_t asked);

#endif /* AB_PASS_H */
