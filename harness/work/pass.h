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

#include "ground/counters.h"
#include "workload.h"

/* Operations in all turns together. Builds for tests have fewer (meson's
 * option pass_at_least). */
#ifndef PASS_AT_LEAST
#define PASS_AT_LEAST 500000
#endif

enum {
	PASS_TURNS = 16,
	PASSES_MOST = 50000, /* what surrounds them takes its time, too */
	WHOLE_TURNS = 2,
	WHOLE_AT_LEAST = 100000, /* keys in one turn */
};

/* Run it by this stretch of its pass and report: rate, the worst pass's right answers.
 * `seconds` is where a stretch that times itself says how long it took; NULL: it does
 * not. */
void pass_run(struct gbench_state *s, struct fixture *f, const struct workload *w,
	stretch_fn *stretch, const double *seconds);
/* From now on let these count what is timed, and report them as figures; NULL: none. Borrowed
 * for the life of the process. */
void pass_count_with(struct counters *of_the_process);
/* A figure of the workload's own: to be called when it has run. */
void pass_figure(struct gbench_state *s, struct fixture *f, struct figure figure);

/* ---- the passes of the table, by the files that they are in ---- */

/* pass_single.c */
extern const struct pass pass_insert, pass_hit, pass_miss, pass_update, pass_delete;
/* pass_batch.c */
extern const struct pass pass_hit_batch, pass_insert_batch;
/* pass_scan.c */
extern const struct pass pass_scan, pass_scan_back, pass_scan_values, pass_range,
	pass_prefix, pass_rank, pass_nth;
/* pass_load.c */
extern const struct pass pass_insert_sorted, pass_insert_descending, pass_build,
	pass_hit_grown, pass_churn;
/* pass_mix.c */
extern const struct pass pass_mix, pass_mix_read, pass_mix_scan;
/* pass_together.c */
extern const struct pass pass_hit_together, pass_write_together, pass_scan_together;

/* ---- how a workload is run that does not do one operation after another ---- */

typedef void
workload_fn(struct gbench_state *s, struct fixture *f, const struct workload *w);
workload_fn singly_run;   /* pass_single.c: each timed */
workload_fn together_run; /* pass_together.c: by threads, */
workload_fn crew_run;     /* crew.c: which do the pass's work together */

/* ---- one operation: was it answered right? ---- */

static inline bool
hit_is_right(const struct fixture *f, const struct stream *q, size_t i)
{
	uint64_t value = 0;
	enum ab_status st = f->v->get(f->t, stream_key(q, i), &value);
	return st == AB_OK && value == q->expected[i];
}

static inline bool
miss_is_right(const struct fixture *f, const struct stream *q, size_t i)
{
	uint64_t value;
	return f->v->get(f->t, stream_key(q, i), &value) == AB_NOT_FOUND;
}

static inline bool
put_is_right(const struct fixture *f, const struct stream *q, size_t i)
{
	return f->v->put(f->t, stream_key(q, i), q->expected[i]) == AB_OK;
}

static inline bool
update_is_right(const struct fixture *f, const struct stream *q, size_t i)
{
	uint64_t value = setup_other_value(q->expected[i]);
	return f->v->put(f->t, stream_key(q, i), value) == AB_REPLACED;
}

static inline bool
delete_is_right(const struct fixture *f, const struct stream *q, size_t i)
{
	return f->v->del(f->t, stream_key(q, i)) == AB_OK;
}

/* A scan from `lo` on that is stopped after `entries` of them: is the checksum
 * (checksum.h) of what it visits the one expected? */
bool range_is_right(
	const struct fixture *f, struct ab_key lo, uint64_t entries, uint64_t expected);

/* Lookups of f->stream. */
stretch_fn stretch_of_hits;

/* ---- around a pass ---- */

/* An index without a key, and all keys lent to be put; and that they have been. */
check_fn be_empty, be_filled;
/* The index loaded, to be changed from the first operation on. */
check_fn be_loaded_to_change;

#endif /* AB_PASS_H */
