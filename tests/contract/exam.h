/* exam.h: one variant put through suites by test_variant, each in a process of its own
 * (apart.h).
 *
 * Only those processes load the variant: what it does there, this one survives. What goes
 * wrong is said on stderr; how it came to that, too, and as the fewest operations that show
 * it (explain.h), where a model was at work.
 *
 * Units: seconds. Ownership: strings are borrowed. Threads: one. */
#ifndef TEST_EXAM_H
#define TEST_EXAM_H

#include "ab.h"
#include "apart.h"
#include "kit/trail.h"

struct exam {
	const char *program; /* how this one was called */
	const char *word;    /* a variant's name, or the file of a plug-in */
	const char *object;  /* that was compiled from the file; NULL: none was */
	uint64_t seed;
	unsigned seconds;        /* that a suite may take */
	unsigned shrink_seconds; /* that shrinking may */
	unsigned idle;           /* that a suite may wait for something */
	const char *save;        /* the folder for what is to be replayed */
	struct trail *trail; /* of the suite that runs; NULL: there is no memory for it */
};

/* How test_variant ends, too. */
enum verdict { RIGHT = 0, WRONG = 1, UNKNOWN = 2, SKIPPED = 77 };

/* How the processes end that are its own: other statuses are of what ended them. */
enum { STATUS_WRONG = 90, STATUS_UNKNOWN = 91 };

/* In such a process: the variant, loaded. NULL: there is none, and it has been said why. */
const struct ab_variant *exam_load(const struct exam *s);

/* NULL ends them: first model, which explains best, then the quick ones. */
extern const char *const suite_names[];

/* One suite, its output on stdout and stderr as it comes; or all, a line each, and what a
 * suite that failed has said. */
enum verdict exam_suite(const struct exam *s, const char *name);
enum verdict exam_all(const struct exam *s, bool keep_going);

#endif /* TEST_EXAM_H */
