/* fixture.h: one index over one data set, ready to be worked on: what every
 * workload, memory measurement and check starts from.
 *
 * Ownership: fixture_open borrows the data set, which must outlive it;
 * fixture_close frees the rest. Errors: false and a one-line message in `*error`
 * (domain FIXTURE_ERROR). Threads: one. */
#ifndef AB_FIXTURE_H
#define AB_FIXTURE_H

#include "ground/memory.h"
#include "stream.h"

#define FIXTURE_ERROR (fixture_error_quark())
GQuark fixture_error_quark(void);

enum fixture_failure {
	FIXTURE_NO_MEMORY, /* of the machine's, not an answer of the variant's */
	FIXTURE_DECLINED,  /* the variant cannot hold this data set, and says so */
	FIXTURE_WRONG,     /* the variant gave a wrong answer */
};

/* Above this many keys a variant with AB_BULK_LOAD is loaded by build and its put and
 * del are left alone: of all keys they would take hours, if each is O(n), or measure what
 * holds changes and not the whole. */
enum { BULK_LOAD_ABOVE = 20000 };

/* A figure of a workload's own, beside those that every workload has. */
struct figure {
	const char *metric;
	double value;
	const char *unit;
};
enum { FIGURES_MOST = 12 };

/* What one workload did, in however many passes over the keys. */
struct tally {
	uint64_t right, asked; /* keys, in the pass with the fewest right answers */
	uint64_t operations;   /* in all passes together */
	double cpu_seconds;    /* of all of them, of one thread */
	double bytes_per_key;  /* of the index before them; NAN: not known */
	struct figure figures[FIGURES_MOST];
	size_t n_figures;
	bool failed; /* it was broken off */
};

struct fixture {
	const struct ab_variant *v;
	const struct dataset *d;
	struct setup setup;
	bool counted;             /* `held` serves the index; else malloc does */
	struct memory_count held; /* what the index holds, if counted */
	struct ab_index *t;       /* NULL before the first load */
	bool loaded;              /* t holds every key */
	bool most;                /* t holds every key but those held out (mix.h) */
	bool grown;               /* the same by build, then put: pass_load.c */
	struct stream loan;       /* keys and values as they are loaded; see lend */
	struct ab_entry *entries; /* `loan` for build; NULL: put is used */
	uint64_t value_sum;       /* of all values, modulo 2^64 */
	uint64_t ends_sum;        /* the same of the keys' ends (checksum.h) */
	const char *running;      /* the name of the workload that is run */
	unsigned at_a_time;       /* keys in a batch of it; 0: it is not in batches */
	struct tally tally;       /* of the last workload run */
	double heap_before;       /* bytes, when the index was renewed; NAN: unknown */
	bool weighed;             /* heap_per_key has been found out */
	double heap_per_key;      /* growth of heap and files at the first load, or NAN */
	struct stream stream;     /* the queries of one workload at a time */
	enum setup_purpose stream_for;
};

/* Prepare everything that loading needs, resident and outside the heap. Refuses
 * a data set with a key longer than the variant takes. */
bool fixture_open(struct fixture *f, const struct ab_variant *v, const struct dataset *d,
	const struct setup *s, GError **error);
void fixture_close(struct fixture *f);

/* Hand the index's memory out through the counter `f->held`. Before the first load;
 * not where the clock runs. */
void fixture_count(struct fixture *f);

/* Can keys be put and deleted one by one, at this size? */
bool variant_can_put(const struct ab_variant *v, size_t keys);
bool variant_can_del(const struct ab_variant *v, size_t keys);
bool fixture_can_put(const struct fixture *f);

/* Is the variant held to right answers? Not if it holds nothing by design. */
bool fixture_answers(const struct fixture *f);

/* Replace the index by an empty one. */
bool fixture_renew(struct fixture *f, GError **error);
/* Say that every key was put: notes the heap, compares the count. */
bool fixture_filled(struct fixture *f, GError **error);
/* Make the index hold every key; nothing to do if it does. Checks each status and
 * the count. */
bool fixture_load(struct fixture *f, GError **error);
/* The same, but for the keys held out (mix.h), which a workload is to insert. */
bool fixture_load_most(struct fixture *f, GError **error);
/* Say that the index no longer holds what it was loaded with. */
void fixture_changes(struct fixture *f);
/* Key bytes are the caller's again when put or build returns. So loading lends a
 * copy of them, in order of insertion or, for build, sorted, and takes it back by
 * overwriting it: an index that kept a pointer gives wrong answers from then on.
 * One that says AB_BORROWS_KEYS has them until fixture_close. Both do nothing if it
 * is done already. */
void fixture_lend(struct fixture *f);
void fixture_take_back(struct fixture *f);
/* The same of f->stream, for workloads that insert from there; fixture_stream lends
 * it again. */
void fixture_take_back_queries(struct fixture *f);
/* Put one key of those lent, by its place, which the index does not hold yet. */
bool fixture_put(struct fixture *f, size_t i, GError **error);
/* Put every key, in the order of insertion, into the index as it stands. */
bool fixture_put_all(struct fixture *f, GError **error);
/* Say that WHAT, a printf format, ended with this status. Returns false. */
bool fixture_failed(enum ab_status st, GError **error, const char *what, ...)
	G_GNUC_PRINTF(3, 4);

/* The queries for a purpose, made when first asked for and kept until another
 * purpose's are: NULL and `*error` if there is no memory. */
const struct stream *
fixture_stream(struct fixture *f, enum setup_purpose purpose, GError **error);

/* What the index holds as pages of files: no part of RSS as memory.h takes it, nor of
 * the heap. */
size_t fixture_file_bytes(const struct fixture *f);

/* Bytes per key for a counter: exact where the variant counts, else heap growth. */
double fixture_bytes_per_key(const struct fixture *f);

/* A key for a message: quoted, escaped, cut after 80 bytes; g_free it. */
char *key_text(struct ab_key k);

#endif /* AB_FIXTURE_H */
