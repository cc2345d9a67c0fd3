/* reading.h: what a job prints on its stdout, understood line by line, as it comes.
 *
 * Rows go to the sink at once. A job that crashes, hangs, reads other keys than it
 * was meant to, prints what it should not or leaves out what it should ends with one
 * row that says so.
 *
 * Ownership: borrows what reading_init is given; reading_free frees the rest.
 * Threads: one. */
#ifndef AB_READING_H
#define AB_READING_H

#include "ab.h"
#include "child.h"
#include "job/jobs.h"
#include "ground/row.h"

/* Where rows go. */
struct row_sink {
	/* False: it cannot take it (disk full ...), and the run ends. */
	bool (*add)(void *arg, const struct row *r);
	/* What was added is there to stay. */
	bool (*sync)(void *arg);
	void *arg;
};

/* What a job is to print. */
struct reading_spec {
	const struct ab_variant *v;
	struct row_data data;    /* what it must have read */
	const GPtrArray *wanted; /* const struct workload *, for JOB_GROUP */
	struct job_kind kind;
	unsigned timeout_s; /* to say in a message */
};

/* The failure of one that was told to stop. */
#define READING_INTERRUPTED "interrupted"

/* What it is doing, as far as its lines tell. */
enum reading_state { WORKING, READY, RESTING };

struct reading {
	struct reading_spec spec;
	const struct row_sink *sink;
	struct row row; /* round, position, variant, job and host are filled in */
	enum reading_state state;
	const struct workload *ready_for;
	const char *failure;  /* interned; NULL: none so far */
	bool unsaid;          /* the failure is how it ended, of which it said nothing */
	struct child_end end; /* when it has ended */
	GArray *rows;         /* struct row: what it has printed so far */
	/* private */
	const char *failed_at;
	GString *line; /* not yet ended */
	bool identified, ended, sink_failed;
};

void reading_init(struct reading *x, const struct reading_spec *spec,
	const struct row_sink *sink, const struct row *row);
void reading_free(struct reading *x);
/* Add a row about it that it does not print itself. */
void reading_add(struct reading *x, const char *workload, const char *metric,
	double value, const char *unit);
/* Some bytes of its stdout have come. `x` is a struct reading. */
void reading_bytes(void *x, const char *bytes, size_t n);
/* The value of a row it has printed; NAN: it printed none. */
double reading_value(const struct reading *x, const char *workload, const char *metric);
/* Is there a failure that is none of the variant's declared limits? */
bool reading_went_wrong(const struct reading *x);
/* It has ended, so: judge the whole and add the row that says how it went. */
void reading_end(struct reading *x, const struct child_end *end);

#endif /* AB_READING_H */
