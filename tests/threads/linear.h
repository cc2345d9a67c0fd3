/* linear.h: is a recorded history of puts, gets and dels linearizable?
 *
 * Each operation has an answer and the two moments between which it was at work. The
 * history is right if one can choose a moment in between for each, so that one thread
 * doing them in that order would have got the same answers (M. Herlihy, J. Wing, TOPLAS
 * 12(3), 1990). Keys do not depend on each other, so one key's operations are judged at a
 * time: that suffices, and is much less to search.
 *
 * The search is J. Wing and C. Gong's (J. Parallel Distrib. Comput. 17, 1993): try as
 * the next one each operation that began before any other pending one had ended; with
 * G. Lowe's memory of where it has been, which is the operations done and the value left
 * (Concurrency Computat.: Pract. Exper. 29(4), 2017).
 *
 * Threads: no state. */
#ifndef LINEAR_H
#define LINEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINEAR_MOST = 64 }; /* operations on one key */

enum linear_kind { LINEAR_PUT, LINEAR_GET, LINEAR_DEL };

struct linear_op {
	enum linear_kind kind;
	bool there;        /* the answer: replaced, found, removed */
	uint64_t value;    /* put, or found */
	uint64_t from, to; /* in no unit; equal ones of two operations overlap */
};

/* `n` operations on one key that is not there at first, in any order. */
bool linear_is(const struct linear_op *op, size_t n);

#endif /* LINEAR_H */
