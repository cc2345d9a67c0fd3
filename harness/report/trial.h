/* trial.h: two variants of one run held against each other, one of them, the base, as what
 * the other is to be judged by: bytes and their classes, speeds as in-round ratios,
 * instructions where they were counted, nodes, and a verdict in one sentence.
 *
 * A ratio is of one's own to the base's. It is `within` the margin if its whole interval lies
 * there, 0.97 to 1.03 for a margin of 0.03; else a difference if the interval lies wholly on
 * one side of 1 and further from it than the reference's second run in a round is from its
 * first in any workload (A:A); else unresolved. Of bytes, which two rounds take and which
 * hardly vary, the interval is that of the rounds' ratios, made wider by what pages and
 * orders do to them: 64 KiB of RSS, and 0.5 %. Of one round there is none. RSS decides, or where it tells nothing, of
 * few keys, heap or the structures' own count.
 *
 * Ownership: a trial borrows the record; trial_close frees the rest. Errors: false and a
 * one-line message. Threads: one. */
#ifndef AB_TRIAL_H
#define AB_TRIAL_H

#include "report.h"

/* What is said of a ratio. */
enum trial_word {
	TRIAL_NONE, /* there is no ratio */
	TRIAL_BETTER,
	TRIAL_WORSE,
	TRIAL_WITHIN,
	TRIAL_UNRESOLVED,
	TRIAL_WORDS
};

struct trial {
	const struct record *record;
	struct report *report;
	struct facts *facts;
	const struct ab_variant *own, *base;
	struct digest of_own, of_base; /* of_own.rates: ratios to the base */
	double margin;                 /* as a share: 0.03 */
	double noise; /* A:A is off 1 by so much at most; NAN: nothing ran twice */
	enum measure bytes_by;    /* what the verdict goes by: RSS, or what there is */
	struct estimate bytes;    /* the ratio of that; n is 0: nothing was measured */
	GHashTable *instructions; /* "VARIANT OPERATION" -> double *; NULL: not counted */
};

/* `own` and `base` are names of variants of the run. */
bool trial_open(struct trial *t, const struct record *record, const char *own,
	const char *base, double margin, GError **error);
/* Take in what scripts/callgrind.sh has written, an instructions.tsv or by --format tsv; of a
 * cell that stands there twice, the last. */
bool trial_read_instructions(struct trial *t, const char *path, GError **error);
void trial_close(struct trial *t);

/* For people: of the usual workloads one screen, 20 lines of 100 columns. */
void trial_text(const struct trial *t, FILE *out);
/* A line for each figure; table_clear it. */
struct table trial_table(const struct trial *t);
/* The sentence; g_free it. */
char *trial_verdict(const struct trial *t);

/* ---- between the sources ---- */

enum trial_word trial_word_of_bytes(const struct trial *t);
enum trial_word trial_word_of(const struct trial *t, const struct workload *w);
/* Is it one whose speed is compared? */
bool trial_has(const struct trial *t, const struct workload *w);
/* Instructions an operation; NAN: not counted. */
double trial_instructions(
	const struct trial *t, const struct ab_variant *v, const struct workload *w);
/* What kinds of node there are, how many of each: the median; NAN: not known. */
double trial_nodes(const struct trial *t, const struct ab_variant *v, int kind);
/* "RSS", "inner" ...: those that a trial shows, in their order. */
#define TRIAL_MEASURES 7
struct trial_measure {
	enum measure m;
	const char *name;
};
extern const struct trial_measure trial_measures[TRIAL_MEASURES];

#endif /* AB_TRIAL_H */
