/* trail.h: what the models of a process are told to do, noted where another process can
 * read it when this one has crashed, hangs, or found something wrong.
 *
 * A trail keeps the operations of one model: the one that is alive or, once a model has
 * found something wrong, of that one for good. It is a shared mapping, made before the
 * fork; both processes have it.
 *
 * Ownership: trail_new's is the caller's until trail_free. Errors: a trail that is full
 * says so; there are no others. Threads: one model at a time writes; read it when that
 * has stopped. */
#ifndef TRAIL_H
#define TRAIL_H

#include "ops.h"

struct trail {
	/* Of the process, noted by whoever runs it. */
	char variant[64];
	uint64_t passed, failed;
	bool hangs; /* an operation did not end */
	/* Of the model. */
	bool open;  /* it is alive, or is what went wrong */
	bool wrong; /* it went wrong: `what` says how */
	bool full;  /* its operations do not fit */
	char phase[64], what[1024];
	uint64_t seed, operations;
	/* private */
	size_t last, used;
	uint8_t *bytes; /* behind this, in the same mapping */
};

/* NULL: there is no memory for it. */
struct trail *trail_new(void);
void trail_free(struct trail *r);
/* Forget everything. */
void trail_clear(struct trail *r);

/* From here on the models of this process note into `r`; NULL: nowhere, as at first. */
void trail_into(struct trail *r);

/* For model.c. A model begins, with nothing done to it. */
void trail_begin(const char *phase, uint64_t seed);
/* It is about to do that, and in it op->fail was to fail; it has done it, with so many
 * allocations. */
void trail_op(const struct ops_op *op);
void trail_done(uint64_t allocations);
/* It is wrong, and how. */
void trail_wrong(const char *what);
void trail_end(void);
/* Is there a model now? */
bool trail_is_open(void);
/* For watch.c, from a signal handler: an operation does not end. */
void trail_hangs(void);

/* Copies of what it was told, as it came; g_ptr_array_unref it. NULL: there is no model,
 * or it was told too much. */
GPtrArray *trail_list(const struct trail *r);

#endif /* TRAIL_H */
