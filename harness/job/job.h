/* job.h: one contestant measured in this process, the rows on stdout.
 *
 * A job has the process to itself: nothing was loaded before it, and what it
 * leaves behind goes with it. Each job prints rows (row.h) as they are measured,
 * then "end", or one "failed" line and nothing after it.
 *
 * Units: bytes, seconds. Errors: a failed line and false. Threads: one. */
#ifndef AB_JOB_H
#define AB_JOB_H

#include "work/fixture.h"
#include "work/workload.h"

/* Load and take memory: rss, heap and exact, before and after. Then delete half
 * and all. */
bool
job_memory(const struct ab_variant *v, const struct dataset *d, const struct setup *s);
/* Load, then delete and put back a random half, CHURNS times (queries.h); rss and exact
 * as loaded and after each: does it creep? A job of its own, since what that leaves
 * behind would be in the other figures. What cannot be churned is only loaded. */
bool
job_churn(const struct ab_variant *v, const struct dataset *d, const struct setup *s);
bool job_can_churn(const struct ab_variant *v, size_t keys);
/* The workloads wanted of a group, in their order in this round (workload.h), and a
 * full comparison off the clock. */
struct job_speed {
	const GPtrArray *wanted; /* const struct workload * */
	enum workload_group group;
};
bool job_speed(const struct ab_variant *v, const struct dataset *d, const struct setup *s,
	const struct job_speed *job);
/* Google Benchmark's own output for one variant, of those workloads that it can do;
 * `flags` are its own, NULL ends them. Returns the exit status. */
int job_bench(const struct ab_variant *v, const struct dataset *d, const struct setup *s,
	const GPtrArray *wanted, char **flags);

/* Every answer compared with the data set, and then in another index with keys that were made
 * to be hard (hard_keys.h), those it does not take being refused: a row as each stage begins,
 * the last of which is all that is done with those keys. */
bool
job_verify(const struct ab_variant *v, const struct dataset *d, const struct setup *s);
/* The names of those stages that are for such a variant and so many keys, in their order,
 * NULL at the end. */
#define JOB_HARD_KEYS "keys made to be hard"
enum { JOB_STAGES = 11 };
void job_verify_stages(
	const struct ab_variant *v, size_t keys, const char *names[JOB_STAGES + 1]);

/* Load, and count the nodes by census. Prints rows:
 *
 *   kind.NAME  nodes, children, capacity (places), keys, bytes of all of a kind
 *   fill.NAME  0 to 90: nodes so many percent of whose places are in use, or up to 10 more;
 *              100: all of them
 *   level.N    nodes, bytes of those that N nodes lead to
 *   depth.N    keys that are found behind N nodes
 *   memory     total, inner, leaf, key, slack
 */
bool
job_census(const struct ab_variant *v, const struct dataset *d, const struct setup *s);

/* Load where another process can map it, and let that look up keys under valgrind. Prints
 * rows, each of a lookup on average:
 *
 *   all        lookups (how many there were), lines, pages, accesses
 *   level.N    lines that were first touched for a node that N nodes lead to, and the share
 *              of lookups that come to one
 *   kind.NAME  the same in nodes of a kind
 *   rest       the same in no node
 */
struct job_lines {
	size_t lookups;
	const char *load; /* an option that makes that process load a plug-in; or NULL */
};
bool job_lines(const struct ab_variant *v, const struct dataset *d, const struct setup *s,
	const struct job_lines *job);

/* Bytes per key taken the way the claim's early examples took them: hold the keys as
 * strings on the heap, build and drop JOB_EXPLAIN_FIRST in place of the examples'
 * BTreeMap, then build, sample and drop each of `chosen`. Prints rows, each of the
 * structure that is its workload:
 *
 *   before  resident before building
 *   grown   what building added
 *   kept    what of it dropping left resident
 *   free    bytes that malloc held free then; only with glibc's malloc
 */
#define JOB_EXPLAIN_FIRST "glib_tree"
bool job_explain(const GPtrArray *chosen, const struct dataset *d, const struct setup *s);

/* `job bench` exits with BENCH_STATUS plus one of these or of enum cli_status, so
 * that an exit by Google Benchmark or by the structure is not taken for its own. */
enum {
	BENCH_STATUS = 40,
	BENCH_NOTHING_MATCHED = 3, /* --benchmark_filter left nothing to run */
	BENCH_COULD_NOT = 4,       /* it has said why */
};

/* What the jobs share: say what was read; compare what there should be with what
 * there is; say how it ended, freeing `error`. */
void job_emit_data(const struct dataset *d);
bool job_sound(struct fixture *f, size_t keys, GError **error);
bool job_finish(bool ok, const char *workload, GError *error);

#endif /* AB_JOB_H */
