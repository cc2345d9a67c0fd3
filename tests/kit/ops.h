/* ops.h: operations on an index, from bytes or from text.
 *
 * Bytes: one decoder serves the model test (the bytes are random), the fuzzer (they
 * are the fuzzer's) and its corpus (they are a file), so that whatever one of them
 * finds the others can repeat. Every byte string decodes; the same bytes always give
 * the same operations. The first bytes choose a mix of operations and four of the key
 * shapes, so that one run leans one way and the next another; byte 0xff in place of an
 * operation chooses anew. Mixes are of put, get, del, range and prefix until one of the bytes
 * 0xe0 to 0xef (OPS_WIDE) chooses one: from there on all have the other operations, too.
 *
 * Text: what was recorded of a model (trail.h), or written by hand, to be replayed
 * (model_list). An operation a line, keys in double quotes with bytes that are not
 * printable, quotes and backslashes as \xNN; empty lines and lines that begin with #
 * are passed over:
 *
 *     put "a\x00b" = 18446744073709551615
 *     get "a"
 *     del "a"
 *     range "a" to "b", stopping at visit 2
 *     range "" to the end
 *     prefix "a"
 *     update "a" = 1    by a callback that puts that value; or by one that has it
 *     update "a" keep
 *     update "a" remove
 *     get-many "a" "b" "a"
 *     del-range "a" to "b"
 *     values "a" to the end, stopping at visit 2    a scan of values
 *     back "" to "b", stopping at visit 2    scan_back
 *     nth "a", stopping at visit 2    a scan from as many on as there are keys below "a"
 *     rank "a"
 *     rebuild      a second index, built from what the first one holds
 *     compact
 *     compare      all that both hold, by all ways to ask for it
 *     emptied      an index without keys holds no more memory than it may
 *     scans        every scan, get-many and rank, without memory for any allocation
 *
 * ', failing allocation N' behind one of them makes the N-th allocation that it asks
 * for fail, ', failing from allocation N on' that and all after it.
 *
 * Ownership: bytes are borrowed until ops_free; the keys of an operation that was
 * decoded are borrowed by the caller until the next ops_next, those of a list are the
 * list's. Errors: none but of ops_read (GLib's abort when memory runs out). Threads:
 * one a decoder or list. */
#ifndef TESTS_OPS_H
#define TESTS_OPS_H

#include <glib.h>
#include "../../harness/ab.h"

enum { OPS_LONGEST = 65536 }; /* bytes of the longest key decoded */
enum { OPS_WIDE = 0xe0 }; /* upper half of a byte that chooses a mix of all operations */

enum ops_kind {
	OPS_PUT,
	OPS_GET,
	OPS_DEL,
	OPS_RANGE,  /* scan of range */
	OPS_PREFIX, /* scan_prefix of key */
	OPS_UPDATE,
	OPS_GET_MANY,
	OPS_DEL_RANGE,
	OPS_VALUES,  /* scan_values of range */
	OPS_BACK,    /* scan_back of range */
	OPS_NTH,     /* scan_nth from the rank of key */
	OPS_RANK,    /* the last that has operands */
	OPS_REBUILD, /* the last that is decoded */
	OPS_COMPACT,
	OPS_COMPARE,
	OPS_EMPTIED,
	OPS_SCANS,
	OPS_KINDS
};

struct ops_op {
	enum ops_kind kind;
	struct ab_key key;       /* of those that have one */
	struct ab_range range;   /* range, del-range, values, back */
	struct ab_key *keys;     /* get-many */
	size_t n_keys;           /* likewise */
	enum ab_verdict verdict; /* update: what the callback says */
	uint64_t value;          /* put, and update with AB_PUT */
	size_t stop;             /* scans: the visit that ends it, from 1; 0: none */
	uint64_t fail;           /* the allocation in it that fails, from 1; 0: none */
	bool fail_on;            /* and all after that */
};

struct ops;

struct ops *ops_new(const uint8_t *bytes, size_t n);
void ops_free(struct ops *o);
/* Decode one operation; false at the end of the bytes. */
bool ops_next(struct ops *o, struct ops_op *op);

/* An empty list of struct ops_op *; g_ptr_array_unref it. */
GPtrArray *ops_list(void);
/* Append a copy of `op`, keys and all. */
void ops_append(GPtrArray *list, const struct ops_op *op);

/* Leave the keys from `at` to `end` out of a get-many that is in a list. */
void ops_leave_out_keys(struct ops_op *op, size_t at, size_t end);

/* What an operation has: */
static inline bool
ops_has_range(enum ops_kind kind)
{
	return kind == OPS_RANGE || kind == OPS_DEL_RANGE || kind == OPS_VALUES ||
	       kind == OPS_BACK;
}

static inline bool
ops_has_key(enum ops_kind kind)
{
	return kind < OPS_REBUILD && kind != OPS_GET_MANY && !ops_has_range(kind);
}

static inline bool
ops_has_stop(enum ops_kind kind)
{
	return kind == OPS_RANGE || kind == OPS_PREFIX || kind == OPS_VALUES ||
	       kind == OPS_BACK || kind == OPS_NTH;
}

/* One line of text, keys cut at `most` bytes; only what is not cut can be read. */
enum { OPS_SHOWN = 40 };
void ops_print(FILE *out, const struct ops_op *op, size_t most);

/* The operations in a file of text. NULL: it cannot be read, or is none; `*error` names
 * the file, the line and what belongs there. */
GPtrArray *ops_read(const char *path, GError **error);

#endif /* TESTS_OPS_H */
