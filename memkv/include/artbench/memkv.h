/* artbench/memkv.h: an ordered map in memory, from byte strings to 64-bit values, that
 * takes about 31 bytes a key where a balanced tree takes 126.
 *
 *   memkv *kv;
 *   uint64_t seen;
 *   if (memkv_open(NULL, NULL, &kv) < 0)
 *           errx(1, "%s", memkv_error());
 *   memkv_put(kv, "https://debian.org", 18, 7, NULL);
 *   if (memkv_get(kv, "https://debian.org", 18, &seen) == MEMKV_OK)
 *           printf("%" PRIu64 "\n", seen);
 *   memkv_close(kv);
 *
 *   cc app.c $(pkg-config --cflags --libs artbench)
 *
 * Keys     a pointer and a length: 0 to MEMKV_KEY_MOST arbitrary bytes, NULs included; a
 *          key may be the beginning of another. The pointer may be NULL if the length is
 *          0: that is the empty key, a key like others. Order is memcmp, then length.
 * Values   any 64-bit number; or pointers, by memkv_put_ptr and option free_value.
 * Units    sizes are bytes, counts are entries.
 * Own      key bytes passed in are borrowed for the call, and the store keeps its own
 *          copy. Those passed to a visitor are the store's, until it returns. What parameters
 *          point to for an answer is written only where the text says so. That which a call is for,
 *          `out`, `count`, `below` and `found`, must be there, else MEMKV_EINVAL; what comes beside it
 *          (`value`, `old`, `there`, `prefix_n`, `hits`, `done`, `gone`) may be NULL.
 * Errors   enum memkv_status; below 0 is a failure, and then the store holds what it held
 *          before the call, but for calls on many keys, which say how far they got: put_many,
 *          remove_range and remove_prefix. memkv_error() has one line about the last failure in this
 *          thread: what, where, and what to do. Nothing prints, handles a signal or exits.
 *          A NULL store is MEMKV_EINVAL, and so is a NULL key whose length is not 0.
 * Threads  enum memkv_threads, chosen at memkv_open. Different stores share nothing that needs
 *          care, but for visitors that call another one: see below. memkv_close and the calls
 *          that make a store are for one thread: no other one may be in a call to the store,
 *          nor begin one.
 * Cancel   pthread_cancel is put off while a call lasts: it is done as a whole, and leaves no
 *          lock, descriptor or file behind. So it is in visitors, free_value and the allocator's
 *          functions, which must not allow it again. memkv_save, memkv_load, memkv_map and their like end a
 *          thread that is to be cancelled before they begin; no other call does. One that may
 *          be cancelled at any moment (PTHREAD_CANCEL_ASYNCHRONOUS) must not call at all.
 *
 * Inside a visitor, everything that reads its store may be called: get, contains, len, count,
 * find, scans, cursors, save. What changes it, memkv_close included, returns MEMKV_EBUSY and does
 * nothing. To change what a scan finds, step a cursor: it may be open through any change.
 * A visitor must return: it must not longjmp or throw past the store, nor end its thread, nor wait
 * for one that changes the store; and with MEMKV_CONCURRENT it must not fork.
 *
 * Another store may be read and changed. With several threads, let visitors call stores in one
 * order: if one of A calls B, be it memkv_get, none of B may call A. Else all may stop for ever,
 * with MEMKV_RWLOCK even if visitors only read: a reader waits for the writers that came before
 * it, and they for the visitors of their store. All stores of MEMKV_CONCURRENT count as one in
 * this order, and may call each other.
 *
 * Binary interface. A program goes on with any later library of the same soname without being
 * compiled anew: calls, statuses below those there are, thread modes and variants are only added.
 * No struct changes its size, nor where it has what it has. memkv_options grows into `reserved`,
 * where 0 means what there was before, and which must be 0 therefore; any other struct at most
 * into padding, where the library alone writes.
 *
 * Variants. A store is of one of the layouts that artbench measures; memkv_variant lists
 * them. NULL is page_front, or with MEMKV_CONCURRENT art_concurrent, which is made for it.
 * page_front is on URLs and other texts the fastest to read of those that are changed in place,
 * 30.8 bytes a key on 967K URLs, keys and values included, where GLib's tree takes 125.6 and
 * art_inline, the smallest radix tree, 35.7; its lookups there are 2.8 times as fast as those of a
 * textbook ART (art_boxed), its inserts and removals 1.4 times; and it grows page by page, without
 * the pauses in which other variants copy themselves. Choose "page_fsst" where bytes count most:
 * 20.6 a key, lookups nearly as fast, inserts at half of page_front's speed; memkv_freeze where a
 * store is not written any more: 18.7 bytes a key.
 *
 * Stack. What writes to page_front, page_fsst, page_for or hybrid_front, or makes one, takes up to
 * 96 KiB of the calling thread's stack; everything else up to 16 KiB; however long the keys are. */
#ifndef ARTBENCH_MEMKV_H
#define ARTBENCH_MEMKV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define MEMKV_API __attribute__((visibility("default")))
#else
#define MEMKV_API
#endif

/* What C and C++ write differently; for this header alone. */
#ifdef __cplusplus
#define MEMKV_ADDRESS(p) reinterpret_cast<uintptr_t>(p)
#define MEMKV_POINTER(a) reinterpret_cast<void *>(a)
#else
#define MEMKV_ADDRESS(p) ((uintptr_t)(p))
#define MEMKV_POINTER(a) ((void *)(a))
#endif
#if defined(__cplusplus) && __cplusplus >= 201103L
#define MEMKV_NULL nullptr
#else
#define MEMKV_NULL NULL
#endif

enum { MEMKV_KEY_MOST = 65535 }; /* bytes of the longest key */

typedef struct memkv memkv;

enum memkv_status {
	MEMKV_OK = 0,
	MEMKV_REPLACED = 1,  /* put: the key was there, its value is new */
	MEMKV_NOT_FOUND = 2, /* no such key */
	MEMKV_STOPPED = 3,   /* the visitor returned false */
	MEMKV_EXISTS = 4,    /* insert: the key is there, and stays as it is */
	MEMKV_ENOMEM = -1,   /* no memory */
	MEMKV_EFULL = -2, /* the variant cannot address more: save, and load as another */
	MEMKV_EKEY = -3,  /* the key is too long to be put */
	MEMKV_EORDER = -4, /* bulk: keys are not strictly increasing */
	MEMKV_EBUSY = -5,  /* called inside a visitor, with cursors open, or not empty */
	MEMKV_ELIMIT = -6, /* it would take more memory than option memory_limit */
	MEMKV_EREADONLY = -7,     /* frozen, mapped, or of a variant without put */
	MEMKV_EINVAL = -8,        /* an argument that makes no sense, such as NULL */
	MEMKV_EUNKNOWN = -9,      /* no variant of that name */
	MEMKV_EUNSUPPORTED = -10, /* not with this variant or thread mode */
	MEMKV_EROOM = -11,        /* the caller's room for a key is too small */
	MEMKV_EIO = -12,          /* a file: the system said no */
	MEMKV_EFORMAT = -13       /* a file that is no sound snapshot */
};

/* "out of memory"; a static string for every status. */
MEMKV_API const char *memkv_status_text(enum memkv_status s);
/* The last failure in this thread, in one line; "" if there was none. It is overwritten by
 * the next one. Up to 511 bytes: a long path is shortened in its middle. */
MEMKV_API const char *memkv_error(void);
/* "0.1" */
MEMKV_API const char *memkv_version(void);

/* ---- variants ---- */

struct memkv_variant_info {
	const char *name;  /* for memkv_open */
	const char *label; /* for people */
	bool recommended;  /* what NULL stands for, but with MEMKV_CONCURRENT */
	bool writable;  /* false: filled by memkv_bulk, memkv_load or memkv_freeze only */
	bool bulk_load; /* meant to be filled in one go; what is put later takes more */
	bool backward;  /* down in order takes no longer than up; else each step a scan */
	bool concurrent; /* may be opened with MEMKV_CONCURRENT */
	bool counted; /* memkv_count, rank and nth take about as long as get; else a walk */
};

/* The i-th variant; false, and nothing written: there are no more. */
MEMKV_API bool memkv_variant(size_t i, struct memkv_variant_info *out);

/* ---- open and close ---- */

enum memkv_threads {
	/* One thread at a time, or many that only read: the caller sees to it. */
	MEMKV_ONE_THREAD = 0,
	/* Any number of threads: many readers or one writer, by a lock. A scan holds it for
	 * reading while it lasts, a step of a cursor for the step; what memkv_update asks the
	 * caller, it asks as the writer. Writers take turns: once one has
	 * waited for a millisecond, none that comes later goes before it. A writer whose turn it is
	 * goes before readers that come later, and those that wait for it before the next writer. */
	MEMKV_RWLOCK = 1,
	/* Any number of threads: those that read wait for nobody, but in memkv_memory and
	 * memkv_stats; writers take turns as with MEMKV_RWLOCK. A get is of one moment. A scan
	 * is not: it visits, in order and once, every key that is there from its beginning to
	 * its end, with a value that it had meanwhile; a key that comes or goes it may visit or
	 * not. first, last, next, prev, find, nth and the steps of cursors are such scans up to
	 * one entry, prefixes and longest_prefix are several; count and memkv_save are one. In
	 * get_many each key is of a moment of its own, in put_many and remove_range, too.
	 * Inside a visitor the store goes on changing, by other threads.
	 * What was removed or took more room is slack until the scans that were on, of whichever
	 * store, are over. Then it is freed by the last of them, if that was of this store;
	 * else, or if two threads have just missed each other, by the next calls to this one,
	 * those that read as well: memkv_compact frees all, memkv_memory and memkv_stats do if
	 * nobody writes just then, each other one up to a thousand blocks, but memkv_len none.
	 * Up to 64 KiB may wait for the next change. If memory, or the limit, is short,
	 * memkv_remove waits for those scans. A change from inside a visitor of another such
	 * store, which would wait for itself then, fails: MEMKV_ENOMEM or MEMKV_ELIMIT, or
	 * MEMKV_EBUSY if it has waited a second for a thread that waits for it. Only with
	 * variants made for it, else MEMKV_EUNSUPPORTED; so are clear, freeze, thaw, bulk,
	 * memkv_map and free_value.
	 * The child of a fork may go on with the store. The fork waits for writers, and these
	 * may wait for visitors, so that one that forks may wait for itself. With MEMKV_RWLOCK
	 * the child may not go on, nor close the store, if other threads were in calls. */
	MEMKV_CONCURRENT = 2
};

/* Where a store gets its memory. As malloc, realloc and free, but that `resize` and `free`
 * are told the old size, and `resize` is never called with NULL. Blocks are aligned as
 * malloc's. With MEMKV_RWLOCK and MEMKV_CONCURRENT they are called from any thread that
 * is in a call to the store, be it one that only reads. */
struct memkv_allocator {
	void *(*alloc)(void *ctx, size_t size);
	void *(*resize)(void *ctx, void *p, size_t old_size, size_t size);
	void (*free)(void *ctx, void *p, size_t size);
	void *ctx;
};

/* Zeroed means: the default of everything. */
struct memkv_options {
	enum memkv_threads threads;
	/* Bytes that the index may hold, 0: no limit. It is exact: at no moment of a put or a
	 * remove does memkv_memory's total, what is held for the moment included, pass it. A put
	 * that would returns MEMKV_ELIMIT and changes nothing. What variants do by themselves to
	 * get smaller is kept to the limit too: what there is no room for is put off. So it may
	 * take some more removals than a put's own bytes until there is room for it again.
	 * memkv_compact, which never ends above where it began, may pass the limit while it runs,
	 * but for MEMKV_CONCURRENT; and of freeze, thaw, bulk and memkv_load, the index that they
	 * make is kept to it, not what is there beside it until they are done: the old one, what
	 * it is built with, or of a file what has been read and found sound. Not counted: the handle, cursors
	 * (memkv_stats does), what a scan takes while it runs. */
	size_t memory_limit;
	/* Called once for each value that leaves the store: replaced by another value (not if
	 * it is put again), removed, cleared, or there at memkv_close; not if it is handed to the
	 * caller through `old`. The change is complete by then and the store may be used, but
	 * not closed (MEMKV_EBUSY); and what memkv_close is freeing may only be read, and get no
	 * more cursors (MEMKV_EBUSY). With several threads, see to it that no other one still
	 * uses what it had from memkv_get: inside a visitor of MEMKV_RWLOCK none of its store is
	 * freed. NULL: values are numbers. */
	void (*free_value)(void *ctx, uint64_t value);
	void *free_ctx;
	/* NULL: malloc, realloc and free. Copied; its ctx must outlive the store. */
	const struct memkv_allocator *allocator;
	uint64_t reserved[4]; /* 0 */
};

/* An empty store of the variant `name`, NULL: the recommended one, or with MEMKV_CONCURRENT
 * art_concurrent. `options` may be NULL, and is borrowed for the call. *out is the store, or
 * NULL after a failure. */
MEMKV_API enum memkv_status
memkv_open(const char *name, const struct memkv_options *options, memkv **out);
/* MEMKV_EBUSY, and nothing done: cursors are open, or this is called inside a visitor or
 * free_value. With free_value, MEMKV_ENOMEM: a scan over the values found no memory; some are
 * freed, and the store is good for nothing but another memkv_close, which goes on with the
 * others. NULL is closed already. */
MEMKV_API enum memkv_status memkv_close(memkv *kv);

/* ---- one key ---- */

/* MEMKV_OK: new. MEMKV_REPLACED: there was a value, and *old is it. */
MEMKV_API enum memkv_status
memkv_put(memkv *kv, const void *key, size_t n, uint64_t value, uint64_t *old);
/* MEMKV_OK, and *value; or MEMKV_NOT_FOUND. */
MEMKV_API enum memkv_status
memkv_get(const memkv *kv, const void *key, size_t n, uint64_t *value);
/* False, too, where memkv_get would fail. */
MEMKV_API bool memkv_contains(const memkv *kv, const void *key, size_t n);
/* MEMKV_OK, and *old; or MEMKV_NOT_FOUND. Needs no memory. */
MEMKV_API enum memkv_status
memkv_remove(memkv *kv, const void *key, size_t n, uint64_t *old);

/* What is to become of a key: it stays as it is, gets a value, or goes. */
enum memkv_verdict { MEMKV_KEEP, MEMKV_PUT, MEMKV_REMOVE };
/* Told the key's value, or NULL: it is not there; for MEMKV_PUT it sets *value. It is called as
 * visitors are: it may read its store, and must not change it. */
typedef enum memkv_verdict memkv_change(void *arg, const uint64_t *old, uint64_t *value);
/* Do with a key what `change` says, who is asked once, and see to it that nobody else changes it
 * in between. Then it returns what memkv_put or memkv_remove would, which may be a failure; of
 * MEMKV_KEEP, MEMKV_OK or MEMKV_NOT_FOUND. What fails before, as a key that is too long does, asks
 * nobody. free_value gets the value that is replaced or removed. */
MEMKV_API enum memkv_status
memkv_update(memkv *kv, const void *key, size_t n, memkv_change *change, void *arg);
/* Put a key that is not there: MEMKV_OK. MEMKV_EXISTS: it is, with *there, and stays so; `value` is
 * the caller's still. */
MEMKV_API enum memkv_status
memkv_insert(memkv *kv, const void *key, size_t n, uint64_t value, uint64_t *there);

/* ---- many keys ---- */

struct memkv_entry {
	const void *key;
	size_t n;
	uint64_t value;
};
/* memkv_get for `n` keys. It waits for the memory of several at once, so that in stores beyond the
 * processor's caches it takes less time than one by one, best with 16 keys or more; in small ones
 * it takes about as long in pages, and less in radix trees. found[i] says of each whether it is
 * there, and then entries[i].value is set, else left alone; *hits is how many are. Keys may be
 * repeated. With MEMKV_RWLOCK all is of one moment. After a failure nothing is set. */
MEMKV_API enum memkv_status memkv_get_many(const memkv *kv, struct memkv_entry *entries,
	size_t n, bool *found, size_t *hits);
/* memkv_put for `n` entries in turn, sorted or not, into an empty store or not: MEMKV_OK, be they new
 * or not. Radix trees look keys up ahead, which pays in large ones; pages take as long as one by one.
 * Others may read and write in between. *done is how many are put, after a failure too, which is
 * that of the next one. */
MEMKV_API enum memkv_status
memkv_put_many(memkv *kv, const struct memkv_entry *entries, size_t n, size_t *done);
/* Remove the entries with lo <= key < hi, a NULL `hi`: to the end; or those whose key begins with
 * `prefix`. page_front and its like take whole pages out without reading their keys; with
 * free_value any variant goes key by key, and others may come in between. *gone is how many are
 * removed, after MEMKV_ENOMEM too, which says that the next one was not found for want of memory. */
MEMKV_API enum memkv_status memkv_remove_range(memkv *kv, const void *lo, size_t lo_n,
	const void *hi, size_t hi_n, size_t *gone);
MEMKV_API enum memkv_status
memkv_remove_prefix(memkv *kv, const void *prefix, size_t n, size_t *gone);

/* ---- all keys ---- */

/* 0 of NULL. */
MEMKV_API size_t memkv_len(const memkv *kv);
/* Remove all; with free_value that takes 8 bytes a key while it runs. */
MEMKV_API enum memkv_status memkv_clear(memkv *kv);

/* Fill an empty store, else MEMKV_EBUSY, from entries whose keys strictly increase: the
 * fastest way, and the only one for variants without put. Entries and keys are read where
 * they are: beside the index there is only what the variant builds it with, of pages about
 * 140 KB and a 20th of the index. After MEMKV_EORDER, MEMKV_EKEY and MEMKV_EINVAL *at is the
 * position of the entry that is wrong, from 0. */
MEMKV_API enum memkv_status
memkv_bulk(memkv *kv, const struct memkv_entry *sorted, size_t n, size_t *at);

/* Do now what the variant puts off, so that it takes the least memory it can: never more than
 * before. While it runs there may be a copy of all beside what there is, and of hybrid_front
 * about 150 bytes a key to work with. MEMKV_ENOMEM: there was no memory for that, and no more
 * has been done than could be without. */
MEMKV_API enum memkv_status memkv_compact(memkv *kv);
/* Into frozen_front, the smallest variant, which cannot be changed: from then on what would
 * change the store returns MEMKV_EREADONLY, but for thaw and close. Both copies are held
 * until it is done, and about 150 bytes a key to work with. */
MEMKV_API enum memkv_status memkv_freeze(memkv *kv);
/* Back into the variant it was opened with; if that has no put, the recommended one. */
MEMKV_API enum memkv_status memkv_thaw(memkv *kv);

/* Bytes, counted, never estimated: total == inner + leaf + key + slack. */
struct memkv_memory {
	size_t total;
	size_t inner;  /* nodes that lead to entries */
	size_t leaf;   /* entries and values, without key bytes */
	size_t key;    /* key bytes */
	size_t slack;  /* free within what is held */
	size_t mapped; /* pages of a file, not in total (memkv_map) */
};

struct memkv_stats {
	const char *variant; /* what it is now: "frozen_front" after freeze, "mapped" */
	enum memkv_threads threads;
	bool read_only;
	size_t keys;
	size_t bytes;        /* memkv_memory's total */
	size_t memory_limit; /* 0: none */
	size_t cursors;      /* open */
	size_t cursor_bytes; /* what they take, which is not in `bytes` */
};

/* g++ notes that each has the name of its struct. */
#if defined(__cplusplus) && defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#endif
MEMKV_API enum memkv_status memkv_memory(const memkv *kv, struct memkv_memory *out);
MEMKV_API enum memkv_status memkv_stats(const memkv *kv, struct memkv_stats *out);
#if defined(__cplusplus) && defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

/* ---- in order ---- */

/* Called for each entry, in order; return false to stop. */
typedef bool memkv_visit(void *arg, const void *key, size_t n, uint64_t value);

/* Entries with lo <= key < hi; a NULL `hi`: to the end. MEMKV_OK at the end, or
 * MEMKV_STOPPED. MEMKV_ENOMEM, perhaps after some visits: long or deep keys need memory. */
MEMKV_API enum memkv_status memkv_range(const memkv *kv, const void *lo, size_t lo_n,
	const void *hi, size_t hi_n, memkv_visit *visit, void *arg);
/* Entries whose key begins with `prefix`, itself included. */
MEMKV_API enum memkv_status memkv_prefix(
	const memkv *kv, const void *prefix, size_t n, memkv_visit *visit, void *arg);
/* The same from the last one down to the first. */
MEMKV_API enum memkv_status memkv_range_back(const memkv *kv, const void *lo, size_t lo_n,
	const void *hi, size_t hi_n, memkv_visit *visit, void *arg);
MEMKV_API enum memkv_status memkv_prefix_back(
	const memkv *kv, const void *prefix, size_t n, memkv_visit *visit, void *arg);
/* The entries whose key is a beginning of `key`, itself included: the longest first. */
MEMKV_API enum memkv_status
memkv_prefixes(const memkv *kv, const void *key, size_t n, memkv_visit *visit, void *arg);
/* The longest of them: MEMKV_OK, its first *prefix_n bytes, and *value; or MEMKV_NOT_FOUND. */
MEMKV_API enum memkv_status memkv_longest_prefix(
	const memkv *kv, const void *key, size_t n, size_t *prefix_n, uint64_t *value);

/* Called for `n` entries at a time, 1 to 64, in order; they and their keys are the store's, until it
 * returns. Else as memkv_visit. */
typedef bool memkv_visit_many(void *arg, const struct memkv_entry *entries, size_t n);
/* As memkv_range, an array at a time. Without `keys`, a key is NULL and 0 bytes: what is not asked
 * for is not put together, which in pages is most of the work. */
MEMKV_API enum memkv_status memkv_range_many(const memkv *kv, const void *lo, size_t lo_n,
	const void *hi, size_t hi_n, bool keys, memkv_visit_many *visit, void *arg);

/* How many entries there are with lo <= key < hi, a NULL `hi`: to the end; or whose key begins
 * with `prefix`. In about the time of two lookups where the variant is `counted`, else by a walk
 * through them. */
MEMKV_API enum memkv_status memkv_count(const memkv *kv, const void *lo, size_t lo_n,
	const void *hi, size_t hi_n, size_t *count);
MEMKV_API enum memkv_status
memkv_count_prefix(const memkv *kv, const void *prefix, size_t n, size_t *count);
/* How many keys are below `key`, which need not be there. */
static inline enum memkv_status
memkv_rank(const memkv *kv, const void *key, size_t n, size_t *below)
{
	return memkv_count(kv, MEMKV_NULL, 0, n ? key : "", n, below);
}

/* A key with room for `room` bytes, which the caller provides. */
struct memkv_found {
	void *key;
	size_t room;
	size_t n; /* MEMKV_OK: bytes of the key. MEMKV_EROOM: room that any key has; see below */
	uint64_t value; /* MEMKV_OK: the key's value. MEMKV_EROOM: bytes of the key */
};
/* The entry of the least or greatest key; of the least key above `key`, or the greatest
 * below it, which need not be there. MEMKV_OK, MEMKV_NOT_FOUND, or MEMKV_EROOM. `key` may be
 * out->key: then it steps.
 *
 * After MEMKV_EROOM the step is to be done again in more room, that has what was in it, as after
 * realloc; so that one call goes on from MEMKV_OK and from MEMKV_EROOM, and no key is passed over:
 *
 *   s = memkv_first(kv, &f);
 *   while (s == MEMKV_OK || s == MEMKV_EROOM) {
 *           if (s == MEMKV_EROOM) {
 *                   f.key = realloc(f.key, f.n);
 *                   f.room = f.n;
 *           } else
 *                   visit(f.key, f.n, f.value);
 *           s = memkv_next(kv, f.key, f.n, &f);
 *   }
 *
 * For out->n, which is more than MEMKV_KEY_MOST then, says where the step began: at none, or at the
 * key that is in the room. A key that was not out->key is copied there; one that the room does not
 * take is the caller's to begin at again, and in place that is MEMKV_EINVAL. */
MEMKV_API enum memkv_status memkv_first(const memkv *kv, struct memkv_found *out);
MEMKV_API enum memkv_status memkv_last(const memkv *kv, struct memkv_found *out);
MEMKV_API enum memkv_status
memkv_next(const memkv *kv, const void *key, size_t n, struct memkv_found *out);
MEMKV_API enum memkv_status
memkv_prev(const memkv *kv, const void *key, size_t n, struct memkv_found *out);

/* Which entry, by a key that need not be there. */
enum memkv_where {
	MEMKV_LOWER,   /* the last one < key */
	MEMKV_FLOOR,   /* the last one <= key */
	MEMKV_CEILING, /* the first one >= key */
	MEMKV_HIGHER,  /* the first one > key */
	MEMKV_FIRST,   /* of all; the key is not looked at */
	MEMKV_LAST
};
/* That entry, of which the four calls above are cases. After MEMKV_EROOM: the same call in more
 * room, with out->key and out->n for the key. */
MEMKV_API enum memkv_status memkv_find(const memkv *kv, enum memkv_where where,
	const void *key, size_t n, struct memkv_found *out);
/* The same, and it is removed by whoever is told of it, and nobody else; after MEMKV_EROOM it is
 * there still. Its value is the caller's: free_value is not called. After a failure nothing is
 * removed, and `out` is as before, but for a key in its room that is not the one given. */
MEMKV_API enum memkv_status memkv_pop(memkv *kv, enum memkv_where where, const void *key,
	size_t n, struct memkv_found *out);
/* The entry that has `i` before it, or MEMKV_NOT_FOUND, in the time that memkv_count takes. After
 * MEMKV_EROOM: the same call in more room. */
MEMKV_API enum memkv_status memkv_nth(const memkv *kv, size_t i, struct memkv_found *out);

/* ---- cursors ---- */

/* A place among the keys: before all, at an entry, or behind all. It has a copy of its entry,
 * so that the store may be changed in any way while it is open, inside the loop that steps it
 * too: next is the first key greater than its own, prev the last one below, whatever has come
 * or gone. A step is a lookup; but one on in the same direction while nothing is written reads up
 * to 64 entries or 4 KiB ahead, and then takes as long as one to three visits. It is for one
 * thread at a time, its store's rules apart, and has to be closed before the store. */
typedef struct memkv_cursor memkv_cursor;

/* Before all. *out is NULL after a failure. MEMKV_EBUSY: memkv_close is freeing values. */
MEMKV_API enum memkv_status memkv_cursor_open(memkv *kv, memkv_cursor **out);
MEMKV_API void memkv_cursor_close(memkv_cursor *c); /* NULL is closed already */
/* MEMKV_OK: at an entry. MEMKV_NOT_FOUND: past the end that it went to. A failure, such as
 * MEMKV_ENOMEM: where it was. */
MEMKV_API enum memkv_status memkv_cursor_first(memkv_cursor *c);
MEMKV_API enum memkv_status memkv_cursor_last(memkv_cursor *c);
MEMKV_API enum memkv_status
memkv_cursor_next(memkv_cursor *c); /* from before all: first */
MEMKV_API enum memkv_status
memkv_cursor_prev(memkv_cursor *c); /* from behind all: last */
/* To the first key not below `key`. */
MEMKV_API enum memkv_status memkv_cursor_seek(memkv_cursor *c, const void *key, size_t n);
/* To the entry that memkv_find would find, or the one that has `i` before it. */
MEMKV_API enum memkv_status
memkv_cursor_find(memkv_cursor *c, enum memkv_where where, const void *key, size_t n);
MEMKV_API enum memkv_status memkv_cursor_nth(memkv_cursor *c, size_t i);
/* Of the entry it is at, as it was when it got there, until it is moved or closed; NULL if it
 * is at none. Never NULL for the empty key. *n may be NULL. */
MEMKV_API const void *memkv_cursor_key(const memkv_cursor *c, size_t *n);
MEMKV_API uint64_t memkv_cursor_value(const memkv_cursor *c); /* 0 if it is at none */

/* ---- files ---- */

/* A snapshot: one file with all entries, sorted and front-coded, little-endian, with a version
 * and checksums. memkv_save puts it in the place of `path` as a whole or not at all: it is
 * written beside it, flushed to the disk, and renamed. Whoever has the old file open or mapped
 * keeps it. The store may be read meanwhile, and with MEMKV_RWLOCK others wait to write. After
 * MEMKV_EIO the old file is there, unless the text says that its directory was not flushed. A
 * limit on the size of files (RLIMIT_FSIZE) is such a failure, and no SIGXFSZ comes with it.
 *
 * A new file gets mode 0666 less the umask. One that is replaced hands on its mode, and its group
 * if the system allows, else the group may do what anybody may; its owner it does not, and its
 * other hard links keep the old content. A symbolic link stays, and what it leads to is replaced.
 * What is there and no regular file is left alone: MEMKV_EIO. A process that is killed while it
 * saves may leave memkv.PID-NUMBER.partial in the directory, which may be deleted.
 *
 * A file is checked before anything of it is believed, and what is taken for it grows as it is
 * found sound, whatever it claims. One that is cut short, has a bit changed,
 * is of another version, or was made to harm is MEMKV_EFORMAT: memkv_error names the file, the
 * byte, and what to do. Stores with free_value cannot be saved, loaded or mapped, and
 * those of MEMKV_CONCURRENT not mapped: MEMKV_EUNSUPPORTED. */
MEMKV_API enum memkv_status memkv_save(const memkv *kv, const char *path);
/* A new store of variant `name`, as memkv_open makes it, with what is in the file. */
MEMKV_API enum memkv_status memkv_load(const char *path, const char *name,
	const struct memkv_options *options, memkv **out);
/* The same bytes through functions of the caller's, in order: into a buffer, a pipe, a socket. They
 * are called as visitors are. The store is read twice, the second time as bytes are written, and
 * not changed meanwhile: with MEMKV_CONCURRENT, too, writers wait. MEMKV_OK: `write` took all of
 * it; what that buffers is the caller's to flush, and to look whether it could be. MEMKV_EIO: it
 * returned false, and what it had been given is no snapshot. */
typedef bool memkv_write(void *ctx, const void *p, size_t n);
MEMKV_API enum memkv_status memkv_save_to(const memkv *kv, memkv_write *write, void *ctx);
/* As memkv_load. `read` puts up to `room` bytes at `p` and returns how many, 0 at the end; below 0
 * is MEMKV_EIO. It is not asked for a byte behind the snapshot. */
typedef ptrdiff_t memkv_read(void *ctx, void *p, size_t room);
MEMKV_API enum memkv_status memkv_load_from(memkv_read *read, void *ctx, const char *name,
	const struct memkv_options *options, memkv **out);
/* A store that reads the file where it is and holds no copy; read-only until memkv_thaw, which
 * makes it one of the recommended variant, or memkv_freeze. All of the file is read once to
 * check it. While it is mapped the file must not be changed in place or cut; memkv_save onto its
 * name is no such change. */
MEMKV_API enum memkv_status
memkv_map(const char *path, const struct memkv_options *options, memkv **out);

/* ---- pointers as values ---- */

/* The same calls with pointers. With free_value, which gets them as (void *)(uintptr_t)value,
 * the store owns them. */
static inline enum memkv_status
memkv_put_ptr(memkv *kv, const void *key, size_t n, void *p, void **old)
{
	uint64_t was = 0;
	enum memkv_status s = memkv_put(
		kv, key, n, MEMKV_ADDRESS(p), old ? &was : MEMKV_NULL);
	const uintptr_t address = was & UINTPTR_MAX;
	if (old && s == MEMKV_REPLACED)
		*old = MEMKV_POINTER(address);
	return s;
}

/* NULL: no such key, or a NULL that was put. */
static inline void *
memkv_get_ptr(const memkv *kv, const void *key, size_t n)
{
	uint64_t value = 0;
	enum memkv_status s = memkv_get(kv, key, n, &value);
	const uintptr_t address = value & UINTPTR_MAX;
	return s == MEMKV_OK ? MEMKV_POINTER(address) : MEMKV_NULL;
}

static inline enum memkv_status
memkv_remove_ptr(memkv *kv, const void *key, size_t n, void **old)
{
	uint64_t was = 0;
	enum memkv_status s = memkv_remove(kv, key, n, old ? &was : MEMKV_NULL);
	const uintptr_t address = was & UINTPTR_MAX;
	if (old && s == MEMKV_OK)
		*old = MEMKV_POINTER(address);
	return s;
}

#undef MEMKV_ADDRESS
#undef MEMKV_POINTER
#undef MEMKV_NULL

#ifdef __cplusplus
}
#endif
#endif /* ARTBENCH_MEMKV_H */
