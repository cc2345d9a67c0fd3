/* workload_run.h: what the rows of workload.c run, and what they share. For workload.c
 * and the files that these are in. Threads: one, but in workload_threads.c. */
#ifndef AB_WORKLOAD_RUN_H
#define AB_WORKLOAD_RUN_H

#include "pass.h"

/* A run function of struct workload. */
typedef void workload_fn(struct gbench_state *s, struct fixture *f);

/* workload_basic.c */
workload_fn run_insert, run_hit, run_hit_zipf, run_miss, run_miss_cut, run_miss_longer,
	run_scan, run_delete;
void rest_hit(struct fixture *f);
/* workload_range.c */
workload_fn run_range_100, run_prefix_host, run_prefix_dir;
/* workload_load.c */
workload_fn run_insert_sorted, run_build, run_hit_grown, run_churn;
/* workload_mix.c */
workload_fn run_ycsb_a, run_ycsb_b, run_ycsb_c, run_ycsb_d, run_ycsb_e, run_ycsb_f;
/* workload_threads.c */
workload_fn run_hit_threads_1, run_hit_threads_2, run_mix95_threads_1,
	run_mix95_threads_2, run_mix50_threads_1, run_mix50_threads_2,
	run_write_threads_1, run_write_threads_2, run_scan_write_threads_1,
	run_scan_write_threads_2;
size_t threads_asked(size_t keys); /* all of them, over and over */
/* workload_latency.c */
workload_fn run_latency_insert, run_latency_hit, run_latency_miss, run_latency_delete;

enum { SCAN_TURNS = 2 }; /* of whole scans, and of whole builds */

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
delete_is_right(const struct fixture *f, const struct stream *q, size_t i)
{
	return f->v->del(f->t, stream_key(q, i)) == AB_OK;
}

/* A scan from `lo` on that is stopped after `entries` of them: is the checksum
 * (checksum.h) of what it visits the one expected? */
bool range_is_right(
	const struct fixture *f, struct ab_key lo, uint64_t entries, uint64_t expected);

/* Queries `from` to `to` of f->stream: a batch (pass.h). */
size_t batch_of_hits(struct fixture *f, size_t from, size_t to);

/* ---- around a pass (pass.h) ---- */

check_fn be_empty, be_filled, be_emptied;

#endif /* AB_WORKLOAD_RUN_H */
