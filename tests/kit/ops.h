/* ops.h: bytes -> operations on an index. One decoder serves the model test (the
 * bytes are random), the fuzzer (the bytes are the fuzzer's) and replay (the
 * bytes are a file), so that whatever one of them finds the others can repeat.
 *
 * Every byte string decodes; the same bytes always give the same operations. The
 * first bytes choose a mix of operations and four of the key shapes, so that one
 * run leans one way and the next another; byte 0xff in place of an operation
 * chooses anew.
 *
 * Ownership: the input is borrowed until ops_free; the keys of an operation are
 * borrowed by the caller until the next ops_next. Errors: none (GLib's abort when
 * memory runs out). Threads: one a decoder. */
#ifndef TESTS_OPS_H
#define TESTS_OPS_H

#include "../../harness/ab.h"

enum { OPS_LONGEST = 65536 }; /* bytes of the longest key decoded */

enum ops_kind {
	OPS_PUT,
	OPS_GET,
	OPS_DEL,
	OPS_RANGE,   /* scan of range */
	OPS_PREFIX,  /* scan_prefix of key */
	OPS_REBUILD, /* a second index, built from what the first one holds */
};

struct ops_op {
	enum ops_kind kind;
	struct ab_key key;     /* put, get, del, prefix */
	struct ab_range range; /* range */
	uint64_t value;        /* put */
	size_t stop;           /* scans: the visit that ends it, from 1; 0: none */
};

struct ops;

struct ops *ops_new(const uint8_t *bytes, size_t n);
void ops_free(struct ops *o);
/* Decode one operation; false at the end of the bytes. */
bool ops_next(struct ops *o, struct ops_op *op);

/* One line, keys escaped and cut at 40 bytes. */
void ops_print(FILE *out, const struct ops_op *op);

#endif /* TESTS_OPS_H */
