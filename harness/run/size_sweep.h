/* size_sweep.h: one run at several sizes: how bytes per key and the time of an operation go
 * with the number of keys.
 *
 * Each size is a run (session.h) on a random sample of the file's keys, in a results
 * directory of its own, DIR/KEYS; the largest may be all of the file. It is a sample
 * since the first keys of a sorted file are all neighbours: they share longer prefixes
 * and make denser nodes than as many keys of the whole.
 *
 * Every round goes through all sizes, the smallest first, so that a machine that is
 * slower for a minute is so at each of them.
 *
 * Ownership: sweep_clear frees everything. Errors: reported on stderr (cli.h) unless
 * there is a GError. Threads: one. */
#ifndef AB_SIZE_SWEEP_H
#define AB_SIZE_SWEEP_H

#include "session.h"

enum { SWEEP_FROM = 1000 }; /* keys of the first size, if none are named */

struct sweep_size {
	struct run_options o; /* the sweep's, but for sample and results */
	struct session s;
	enum run_outcome outcome;
	bool begun, ended; /* ended: its directory is whole */
};

struct sweep {
	struct run_options o;
	char **words; /* its command line, from the subcommand's name on */
	struct session whole;
	GPtrArray *sizes;  /* struct sweep_size * */
	GString *left_out; /* sizes that do not fit in memory; empty: none */
	struct progress progress;
};

/* Choose the sizes for the file, which has been surveyed: those of a comma-separated
 * list; NULL: 1, 2, 5, 10, 20 ... thousand, and all keys. */
bool sweep_plan(struct sweep *x, const char *list);
/* Does size `i` fit in memory, by what the one before it took? If not, it and those
 * behind it are dropped, and x->left_out says so. */
bool sweep_fits(struct sweep *x, guint i);
/* Measure what is missing in x->whole.results. What could not be kept or read is
 * RUN_SINK_FAILED and `*error`. */
enum run_outcome sweep_rounds(struct sweep *x, GError **error);
void sweep_clear(struct sweep *x);

/* Every size and variant, for programs; g_ptr_array_unref its cells. */
struct table sweep_table(const struct sweep *x);
/* For people: bytes per key, and nanoseconds of each workload, by size. `x` is a
 * struct sweep. */
void sweep_text(FILE *out, const void *x);
void sweep_markdown(FILE *out, const void *x);

#endif /* AB_SIZE_SWEEP_H */
