/* ab.h: the one interface every structure under test implements.
 *
 * A variant is one .c file that completes `struct ab_index` for itself and
 * exports one `const struct ab_variant`. Tests, benchmarks and plots see
 * nothing else of it.
 *
 * Keys     arbitrary bytes, 0..max_key of them; NULs are ordinary bytes and a
 *          key may be a prefix of another. Order is memcmp, then length. `p`
 *          may be NULL when `n` is 0.
 * Values   any 64-bit number; no bit of it is reserved.
 * Units    sizes are bytes, counts are entries or nodes; nothing is in KiB.
 * Own      key bytes passed in are borrowed for the call, and the index keeps
 *          its own copy; key bytes passed to a visitor live until it returns.
 * Errors   status < 0 is a failure, and then the index holds what it held
 *          before the call. del never fails. A scan may need memory, for deep or
 *          long keys; if there is none it returns AB_ENOMEM, perhaps after some
 *          visits. Nothing sets errno, prints, or exits.
 * Threads  one thread at a time, unless `caps` says more; then the functions of
 *          ab_alloc must allow as many threads: scans may allocate, too. create,
 *          destroy and build have the index to themselves, whatever it says. With
 *          AB_PARALLEL_WRITES a put, get or del takes effect at one moment between
 *          its call and its return. A scan then visits, once each and in order,
 *          every key that is there from its beginning to its end; keys that come or
 *          go meanwhile it may visit or not. A variant that promises more says so.
 */
#ifndef AB_H
#define AB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ab_index; /* each variant completes this privately */

struct ab_key {
	const uint8_t *p;
	size_t n;
};

struct ab_entry {
	struct ab_key key;
	uint64_t value;
};

enum ab_status {
	AB_OK = 0,        /* inserted, found, removed, scanned to the end */
	AB_REPLACED = 1,  /* put: the key was there; its value is new */
	AB_NOT_FOUND = 2, /* get, del: no such key */
	AB_STOPPED = 3,   /* scan: the visitor returned false */
	AB_ENOMEM = -1,   /* the allocator returned NULL */
	AB_EFULL = -2,    /* the refs cannot address another byte or node */
	AB_EKEY = -3,     /* a key it does not take (ab_key_fits) */
	AB_EORDER = -4,   /* build: keys not strictly increasing */
	AB_EBUSY = -5,    /* build: it is not empty; a write: the caller is scanning it */
};

/* Where an index gets its memory. `free` and `resize` are told the old size, so
 * a counting allocator needs no header and changes no layout. `alloc` and
 * `resize` return blocks aligned as malloc's, or NULL; a failed `resize` leaves
 * the old block alone. A NULL `struct ab_alloc *` means malloc/realloc/free.
 * The struct must outlive every index made with it. */
struct ab_alloc {
	void *(*alloc)(void *ctx, size_t size);
	void *(*resize)(void *ctx, void *p, size_t old_size, size_t size);
	void (*free)(void *ctx, void *p, size_t size);
	void *ctx;
};

static inline void *
ab_alloc(const struct ab_alloc *m, size_t size)
{
	return m ? m->alloc(m->ctx, size) : malloc(size);
}

/* Of NULL, which holds nothing: a new block. */
static inline void *
ab_resize(const struct ab_alloc *m, void *p, size_t old_size, size_t size)
{
	if (!p)
		return ab_alloc(m, size);
	return m ? m->resize(m->ctx, p, old_size, size) : realloc(p, size);
}

static inline void
ab_free(const struct ab_alloc *m, void *p, size_t size)
{
	if (m)
		m->free(m->ctx, p, size);
	else
		free(p);
}

/* What an index holds right now, counted, never estimated, in constant time.
 * total == inner + leaf + key + slack == bytes held from ab_alloc.
 * Slack is bounded: while an index grows it is at most half of the total plus 256 KiB, and
 * when all keys are deleted the total is at most an empty index's plus 256 KiB, one put and
 * del later if those dels found no memory. So a table that grows shrinks as well. */
enum { AB_KINDS = 16 }; /* node kinds a variant can tell apart */

struct ab_memory {
	size_t total;
	size_t inner;           /* inner nodes in use, index header included */
	size_t leaf;            /* leaves or entries with their values, no key bytes */
	size_t key;             /* key bytes stored outside inner nodes */
	size_t slack;           /* free lists, tails, dead bytes, empty slots */
	size_t nodes[AB_KINDS]; /* nodes of each kind, named by node_kinds[] */
};

/* A node, as census tells of it. */
struct ab_node {
	unsigned kind;  /* by node_kinds[] */
	unsigned level; /* nodes passed on the way to it: 0 for the root */
	unsigned
		children; /* places in use: nodes or entries that it leads to by an edge */
	unsigned capacity; /* places that it has room for */
	size_t keys;    /* whose way ends here: at its entries, or at the node itself */
	size_t bytes;   /* that it takes, of inner, leaf and key in struct ab_memory */
	const void *at; /* where these begin, or NULL: they are not in one piece */
};

/* Called once per node; return false to stop. It must not change the index. */
typedef bool ab_node_visit(void *arg, const struct ab_node *n);

/* A half-open interval of keys: lo <= key < hi. Zeroed means everything. */
struct ab_range {
	struct ab_key lo, hi;
	bool has_hi;
};

/* Called once per entry of what is scanned, in key order if AB_ORDERED, else in any; return
 * false to stop. It must not change the index it is called from. */
typedef bool ab_visit(void *arg, struct ab_key key, uint64_t value);

/* What is to become of a key: it stays as it is, gets a value, or goes. */
enum ab_verdict { AB_KEEP, AB_PUT, AB_REMOVE };
/* Told a key's value, or NULL: it is not there; for AB_PUT it sets `*value`. It must not change
 * the index that it is called from. */
typedef enum ab_verdict ab_change(void *arg, const uint64_t *old, uint64_t *value);

/* Flags say only what the pointers below cannot. */
enum ab_caps {
	/* scans visit in key order, from where they begin: it has scan and scan_prefix */
	AB_ORDERED = 1 << 0,
	AB_PARALLEL_READS = 1 << 1,  /* get and scan from many threads */
	AB_PARALLEL_WRITES = 1 << 2, /* put and del too */
	AB_OWN_ALLOC = 1 << 3,       /* ignores ab_alloc: no byte-exact or OOM test */
	AB_BORROWS_KEYS = 1 << 4,    /* breaks "Own" above: bytes/key excludes keys */
	AB_BULK_LOAD = 1 << 5,       /* put and del are for a few keys: load by build */
	AB_HOLDS_NOTHING = 1 << 6,   /* forgets what it is given: a floor, not a map */
	AB_NO_NUL = 1 << 7,          /* takes no key with a NUL byte in it */
	AB_NO_EMPTY = 1 << 8,        /* does not take the empty key */
	AB_OOM_EXITS = 1 << 9,       /* ends the process where others say AB_ENOMEM */
	AB_UNDIVIDED = 1 << 10, /* cannot tell the classes of ab_memory: all is inner */
	/* a put waits for the memory that a get reads, and so gains by a get_many before it */
	AB_PUT_WAITS = 1 << 11,
	AB_CAPS_ALL = (1 << 12) - 1, /* no cap but all of them; others are refused */
};

/* NULL marks an operation the variant does not have. Required: name, label,
 * family, create, destroy, get, count; one of put and build; and memory
 * unless AB_OWN_ALLOC, where only the heap can say. */
struct ab_variant {
	const char *name;   /* the file's stem, [a-z0-9_]+; never reused */
	const char *label;  /* for legends, at most 24 characters */
	const char *family; /* "art", "tree", "hash", "array", "floor", ... */
	/* Whose code it is, with its version: "LMDB 0.9.24"; NULL: this project's. */
	const char *library;
	/* Where it stands on the ladder of layouts: "0" to "8", "F1", "F2"; "S": a
	 * rung with one thing changed. NULL: not on it. */
	const char *rung;
	bool by_name; /* measured only if named: a step between others */
	/* Macros that its source takes by #ifndef, each with values worth trying: "PAGE_MOST=16,32,64
	 * NODE_MOST=64"; of one alone it is the one it has. NULL: none. */
	const char *parameters;
	const char *node_kinds[AB_KINDS];
	uint32_t caps;    /* enum ab_caps, ored */
	uint32_t max_key; /* longest key accepted */
	double claimed;   /* bytes/key published for this layout; 0: none */

	struct ab_index *(*create)(const struct ab_alloc *mem); /* NULL: no memory */
	void (*destroy)(struct ab_index *t);

	/* Fill an empty index from strictly increasing keys. */
	enum ab_status (*build)(
		struct ab_index *t, const struct ab_entry *sorted, size_t n);
	enum ab_status (*put)(struct ab_index *t, struct ab_key key, uint64_t value);
	/* Do to one key what `change` says, which is called once, unless the key is one that it
	 * does not take (AB_EKEY). AB_PUT and AB_REMOVE return what put and del would; AB_KEEP:
	 * AB_OK or AB_NOT_FOUND. With AB_PARALLEL_WRITES all of it takes effect at one moment. */
	enum ab_status (*update)(
		struct ab_index *t, struct ab_key key, ab_change *change, void *arg);
	/* `*value` is set only when AB_OK is returned. */
	enum ab_status (*get)(
		const struct ab_index *t, struct ab_key key, uint64_t *value);
	/* get for each of `n` keys: entries[i].value is set where found[i] is, and is left alone
	 * elsewhere. How many are found. Keys may be repeated. Each is of a moment of its own. */
	size_t (*get_many)(const struct ab_index *t, struct ab_entry *entries, size_t n,
		bool *found);
	enum ab_status (*del)(struct ab_index *t, struct ab_key key);
	/* Remove all keys of a range; `*gone` is how many there were. As del it never fails. */
	enum ab_status (*del_range)(struct ab_index *t, struct ab_range r, size_t *gone);
	/* Do what put and del put off, such as merging what they changed into the rest:
	 * then it takes the least memory it can. Its total never ends above where it began:
	 * what would is undone, or not begun. Contents stay. It may take time and memory in
	 * proportion to them; AB_ENOMEM says that this call found none, and leaves all as it
	 * was, or smaller. Whoever writes calls it when that suits: put and del never do.
	 * Without it all works, but each change goes on taking memory, and a put may find no
	 * more room for it (AB_EFULL). */
	enum ab_status (*compact)(struct ab_index *t);

	enum ab_status (*scan)(
		const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg);
	/* Every key that starts with `prefix`, itself included. */
	enum ab_status (*scan_prefix)(const struct ab_index *t, struct ab_key prefix,
		ab_visit *visit, void *arg);
	/* scan for the values alone: what the visitor gets as a key says nothing. */
	enum ab_status (*scan_values)(
		const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg);
	/* scan from the entry on that has `i` before it. */
	enum ab_status (*scan_nth)(
		const struct ab_index *t, size_t i, ab_visit *visit, void *arg);
	/* How many keys are below `key`, in about the time of a get. */
	size_t (*rank)(const struct ab_index *t, struct ab_key key);
	/* Visit the keys of a range from the last one to the first, in about the time of a scan,
	 * and the first that it visits in about that of a get. */
	enum ab_status (*scan_back)(
		const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg);

	size_t (*count)(const struct ab_index *t);
	void (*memory)(const struct ab_index *t, struct ab_memory *out);
	/* Memory it holds as pages of files it has mapped, if it does; NULL: none.
	 * Such pages are neither anonymous nor the heap's, so whoever measures must
	 * add them. */
	size_t (*file_bytes)(const struct ab_index *t);
	/* Visit every node, each after the one that leads to it: as many of a kind as memory
	 * counts. Their keys together are all of the index, and their bytes no more than what
	 * is not slack. May need memory: AB_ENOMEM, perhaps after some visits. AB_STOPPED: the
	 * visitor returned false. */
	enum ab_status (*census)(
		const struct ab_index *t, ab_node_visit *visit, void *arg);
	const char *(*check)(
		const struct ab_index *t); /* NULL if sound, else what broke */
	void (*dump)(const struct ab_index *t, FILE *out);
};

/* The operations of struct ab_variant in their order, each with its word in `artbench
 * list`; NULL: it is required, so no word is needed. Whatever goes through all of
 * them does so by this list; what is not in it does not compile (registry.c). */
#define AB_OPERATIONS(F)                                                                 \
	F(create, NULL)                                                                  \
	AB_INDEX_OPERATIONS(F)
/* Those of an index that is there. */
#define AB_INDEX_OPERATIONS(F)                                                           \
	F(destroy, NULL)                                                                 \
	F(build, "build")                                                                \
	F(put, "put")                                                                    \
	F(update, "update")                                                              \
	F(get, NULL)                                                                     \
	F(get_many, "get-many")                                                          \
	F(del, "del")                                                                    \
	F(del_range, "del-range")                                                        \
	F(compact, "compact")                                                            \
	F(scan, "scan")                                                                  \
	F(scan_prefix, "prefix")                                                         \
	F(scan_values, "values")                                                         \
	F(scan_nth, "nth")                                                               \
	F(rank, "rank")                                                                  \
	F(scan_back, "back")                                                             \
	F(count, NULL)                                                                   \
	F(memory, "memory")                                                              \
	F(file_bytes, "in-a-file")                                                       \
	F(census, "census")                                                              \
	F(check, "check")                                                                \
	F(dump, "dump")

/* The i-th of all variants: those built in, in the order of the meson.build lists, then
 * those added; NULL: there are no more. */
const struct ab_variant *ab_variant_at(size_t i);
/* Add one for good, with the name of the file it is from; both are borrowed. False: no
 * more can be added. */
bool ab_variant_add(const struct ab_variant *v, const char *source);
/* What would be built in, too, with these Debian packages; a NULL name ends it. */
extern const struct ab_absent {
	const char *name, *package;
} ab_absent[];
/* The variant of that name, or NULL. */
const struct ab_variant *ab_variant_named(const char *name);
/* The file it is from: if built in, relative to the source root. */
const char *ab_variant_source(const struct ab_variant *v);
/* What is malformed about a variant's table, in words; NULL if nothing. */
const char *ab_variant_defect(const struct ab_variant *v);
/* AB_ENOMEM -> "out of memory"; a static string for every status. */
const char *ab_status_text(enum ab_status s);

/* memcmp order, then length: <0, 0, >0. */
int ab_key_cmp(struct ab_key a, struct ab_key b);
bool ab_key_starts_with(struct ab_key key, struct ab_key prefix);
/* The key without its first `n` bytes. The empty one may be at NULL, to which not even 0 may be
 * added. */
static inline struct ab_key
ab_key_rest(struct ab_key key, size_t n)
{
	struct ab_key rest = { key.n ? key.p + n : key.p, key.n - n };
	return rest;
}
/* The range of all keys that start with `prefix`. Its end is made in `room`, of as many bytes as
 * the prefix, which has to live as long as the range. */
struct ab_range ab_prefix_range(struct ab_key prefix, uint8_t *room);
/* Does `v` take that key? Where not, put and build return AB_EKEY, get and del
 * AB_NOT_FOUND; as a bound or prefix of a scan it is as good as any other. */
bool ab_key_fits(const struct ab_variant *v, struct ab_key key);

/* What a variant may lack, by what it has: put, get and del for update, scan and del for
 * del_range, scan for the others; in as many steps as that takes, so that with
 * AB_PARALLEL_WRITES it is not of one moment. Where it does not lack it, the same as the
 * operation. AB_ENOMEM: a scan's, or of what is below. */
enum ab_status ab_update(const struct ab_variant *v, struct ab_index *t,
	struct ab_key key, ab_change *change, void *arg);
size_t ab_get_many(const struct ab_variant *v, const struct ab_index *t,
	struct ab_entry *entries, size_t n, bool *found);
/* Put each in turn, up to the first that cannot be: its status, else AB_OK. `*done` are in.
 * With AB_PUT_WAITS the keys are looked up before, some at a time. */
enum ab_status ab_put_many(const struct ab_variant *v, struct ab_index *t,
	const struct ab_entry *entries, size_t n, size_t *done);
/* `*gone` counts those removed before AB_ENOMEM, too; `mem` is for the copy of a key. */
enum ab_status ab_del_range(const struct ab_variant *v, struct ab_index *t,
	const struct ab_alloc *mem, struct ab_range r, size_t *gone);
enum ab_status ab_scan_values(const struct ab_variant *v, const struct ab_index *t,
	struct ab_range r, ab_visit *visit, void *arg);
enum ab_status ab_scan_nth(const struct ab_variant *v, const struct ab_index *t, size_t i,
	ab_visit *visit, void *arg);
enum ab_status ab_count_range(const struct ab_variant *v, const struct ab_index *t,
	struct ab_range r, size_t *n);
enum ab_status ab_rank(const struct ab_variant *v, const struct ab_index *t,
	struct ab_key key, size_t *below);
/* Quadratic: for each key a scan of those before it; no memory. Where others write meanwhile the
 * first that it visits is the last one, but of the others some may be missed, or come twice. */
enum ab_status ab_scan_back(const struct ab_variant *v, const struct ab_index *t,
	struct ab_range r, ab_visit *visit, void *arg);

/* In double quotes, bytes that are not printable as \\xNN; a key longer than
 * `most` bytes is cut there and its length added. */
void ab_key_print(FILE *out, struct ab_key key, size_t most);

#ifdef __cplusplus
}
#endif
#endif /* AB_H */
