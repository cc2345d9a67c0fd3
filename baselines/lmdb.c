/* lmdb.c: LMDB, a copy-on-write B+tree of 4 KiB pages in a mapped file: what a program
 * embeds that wants a sorted map to outlive it.
 *
 * The file is one in memory (memfd), which nothing ever writes to a disk. Its pages are
 * the structure's memory and no anonymous ones: `file_bytes` is how many the file has,
 * mapped or not, by fstat. Writes go through the map (MDB_WRITEMAP), so that LMDB keeps
 * no copies of dirty pages on the heap beside them.
 *
 * Transactions: puts and dels are committed BATCH at a time, as one who loads keys
 * would; reads see those that are not. Pages that a commit has replaced are used again
 * by a later one: a large batch is fast and leaves many of them free, a small one few.
 *
 * Threads: one. A transaction is for one thread at a time (lmdb.h), and what is not
 * committed is seen in the writer's alone; a reader for each thread would be another
 * contract than ab.h's, in which get needs no begin and no end.
 *
 * Keys have 1 to 511 bytes (AB_NO_EMPTY). It allocates by itself (AB_OWN_ALLOC), and an
 * error within a transaction would undo all of it: so that ends the process. */
#include <errno.h>
#include <lmdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ab.h"
#include "contract/span.h"

enum { LM_MAX_KEY = 511, BATCH = 256 };

/* Of addresses; the file grows as it must. Valgrind has no room for more, and a limit on
 * addresses (ulimit -v) perhaps for less. A map that is full ends the process. */
static const size_t LM_MAP = (size_t)1 << 35, LM_MAP_LEAST = (size_t)1 << 30;

/* One of the transactions is open at any time: `writer` from the first change that is
 * not committed yet, else `reader`. */
struct ab_index {
	MDB_env *env;
	MDB_dbi db;
	MDB_txn *reader, *writer;
	unsigned pending; /* changes that writer has made */
};

/* Says why on stderr, as one does who ends the process. */
static void
must(int error)
{
	if (!error)
		return;
	fprintf(stderr, "LMDB: %s\n", mdb_strerror(error));
	abort();
}

static MDB_txn *
now(const struct ab_index *t)
{
	return t->writer ? t->writer : t->reader;
}

/* A transaction to change something in. */
static MDB_txn *
begin(struct ab_index *t)
{
	if (!t->writer) {
		mdb_txn_reset(t->reader);
		must(mdb_txn_begin(t->env, NULL, 0, &t->writer));
	}
	return t->writer;
}

static void
end(struct ab_index *t)
{
	if (++t->pending < BATCH)
		return;
	must(mdb_txn_commit(t->writer));
	t->writer = NULL;
	t->pending = 0;
	must(mdb_txn_renew(t->reader));
}

/* ---- a life ---- */

static int
open_map(MDB_env **env, const char *path, size_t size)
{
	unsigned flags = MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC | MDB_WRITEMAP;
	int error = mdb_env_create(env);
	if (error)
		return error;
	error = mdb_env_set_mapsize(*env, size);
	error = error ? error : mdb_env_open(*env, path, flags, 0600);
	if (error)
		mdb_env_close(*env);
	return error;
}

/* As many addresses as there are to have. */
static int
open_file(MDB_env **env)
{
	char path[32];
	int fd = memfd_create("lmdb", MFD_CLOEXEC);
	if (fd < 0)
		return errno;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	size_t size = LM_MAP;
	int error = open_map(env, path, size);
	while (error == ENOMEM && size > LM_MAP_LEAST)
		error = open_map(env, path, size /= 2);
	close(fd); /* it has opened the file for itself */
	return error;
}

static int
open_tree(struct ab_index *t)
{
	MDB_txn *txn;
	int error = mdb_txn_begin(t->env, NULL, 0, &txn);
	if (error)
		return error;
	must(mdb_dbi_open(txn, NULL, 0, &t->db));
	must(mdb_txn_commit(txn));
	return mdb_txn_begin(t->env, NULL, MDB_RDONLY, &t->reader);
}

static struct ab_index *
lm_create(const struct ab_alloc *mem)
{
	(void)mem;
	struct ab_index *t = calloc(1, sizeof *t);
	int error = t ? open_file(&t->env) : ENOMEM;
	if (!error) {
		error = open_tree(t);
		if (!error)
			return t;
		mdb_env_close(t->env);
	}
	free(t);
	must(error == ENOMEM ? 0 : error); /* NULL says that memory is out, and no more */
	return NULL;
}

static void
lm_destroy(struct ab_index *t)
{
	mdb_txn_abort(t->writer);
	mdb_txn_abort(t->reader);
	mdb_env_close(t->env);
	free(t);
}

/* ---- one key ---- */

static bool
takes(struct ab_key k)
{
	return k.n > 0 && k.n <= LM_MAX_KEY;
}

static MDB_val
val(struct ab_key k)
{
	return (MDB_val){ k.n, (void *)k.p };
}

static uint64_t
number(const MDB_val *v)
{
	uint64_t value;
	memcpy(&value, v->mv_data, sizeof value);
	return value;
}

static enum ab_status
lm_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	if (!takes(k))
		return AB_EKEY;
	MDB_txn *txn = begin(t);
	MDB_val key = val(k), data = { sizeof value, &value };
	int error = mdb_put(txn, t->db, &key, &data, MDB_NOOVERWRITE);
	bool held = error == MDB_KEYEXIST;
	if (held) {
		data = (MDB_val){ sizeof value, &value };
		error = mdb_put(txn, t->db, &key, &data, 0);
	}
	must(error);
	end(t);
	return held ? AB_REPLACED : AB_OK;
}

static enum ab_status
lm_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	MDB_val key = val(k), data;
	if (!takes(k) || mdb_get(now(t), t->db, &key, &data) != 0)
		return AB_NOT_FOUND;
	*value = number(&data);
	return AB_OK;
}

static enum ab_status
lm_del(struct ab_index *t, struct ab_key k)
{
	MDB_val key = val(k);
	if (!takes(k))
		return AB_NOT_FOUND;
	int error = mdb_del(begin(t), t->db, &key, NULL);
	must(error == MDB_NOTFOUND ? 0 : error);
	end(t);
	return error ? AB_NOT_FOUND : AB_OK;
}

/* ---- scans ---- */

static struct ab_key
key_of(const MDB_val *v)
{
	return (struct ab_key){ v->mv_data, v->mv_size };
}

/* The first key that is not below `lo`, into `key` and `data`. LMDB can be asked for 1
 * to 511 bytes; no key begins with more, so one equal to as many is below. */
static int
seek(MDB_cursor *at, struct ab_key lo, MDB_val *key, MDB_val *data)
{
	struct ab_key asked = { lo.p, lo.n < LM_MAX_KEY ? lo.n : LM_MAX_KEY };
	*key = val(asked);
	int error = mdb_cursor_get(at, key, data, asked.n ? MDB_SET_RANGE : MDB_FIRST);
	if (!error && ab_key_cmp(key_of(key), lo) < 0)
		error = mdb_cursor_get(at, key, data, MDB_NEXT);
	return error;
}

static enum ab_status
visit_span(const struct ab_index *t, struct span s, ab_visit *visit, void *arg)
{
	MDB_cursor *at;
	MDB_val key, data;
	enum ab_status status = AB_OK;
	if (mdb_cursor_open(now(t), t->db, &at) != 0)
		return AB_ENOMEM;
	int error = seek(at, s.lo, &key, &data);
	for (; !error && status == AB_OK;
		error = mdb_cursor_get(at, &key, &data, MDB_NEXT)) {
		if (!span_goes_on(&s, key_of(&key)))
			break;
		if (!visit(arg, key_of(&key), number(&data)))
			status = AB_STOPPED;
	}
	mdb_cursor_close(at);
	return status;
}

static enum ab_status
lm_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	return visit_span(t, span_of_range(r), visit, arg);
}

static enum ab_status
lm_scan_prefix(const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	return visit_span(t, span_of_prefix(prefix), visit, arg);
}

/* ---- the whole ---- */

static size_t
lm_count(const struct ab_index *t)
{
	MDB_stat stat;
	must(mdb_stat(now(t), t->db, &stat));
	return stat.ms_entries;
}

static size_t
lm_file_bytes(const struct ab_index *t)
{
	enum { BLOCK = 512 }; /* the unit of st_blocks, whatever st_blksize is */
	struct stat file;
	mdb_filehandle_t fd;
	must(mdb_env_get_fd(t->env, &fd));
	return fstat(fd, &file) == 0 ? (size_t)file.st_blocks * BLOCK : 0;
}

struct check {
	struct ab_key before; /* in the map */
	size_t n;
	bool increasing;
};

static bool
check_visit(void *arg, struct ab_key k, uint64_t value)
{
	struct check *c = arg;
	(void)value;
	c->increasing = !c->n || ab_key_cmp(c->before, k) < 0;
	c->before = k;
	c->n++;
	return c->increasing;
}

static const char *
lm_check(const struct ab_index *t)
{
	struct check c = { .increasing = true };
	if (mdb_env_get_maxkeysize(t->env) != LM_MAX_KEY)
		return "LMDB's longest key is not max_key";
	lm_scan(t, (struct ab_range){ 0 }, check_visit, &c);
	if (!c.increasing)
		return "keys are not strictly increasing";
	return c.n == lm_count(t) ? NULL : "the count is not the number of entries";
}

#define TEXT(number)    TEXT_OF(number)
#define TEXT_OF(number) #number

const struct ab_variant ab_variant_lmdb = {
	.name = "lmdb",
	.label = "LMDB",
	.family = "tree",
	.library = "LMDB " TEXT(MDB_VERSION_MAJOR) "." TEXT(MDB_VERSION_MINOR) "." TEXT(
		MDB_VERSION_PATCH),
	.caps = AB_ORDERED | AB_OWN_ALLOC | AB_NO_EMPTY | AB_OOM_EXITS,
	.max_key = LM_MAX_KEY,
	.create = lm_create,
	.destroy = lm_destroy,
	.put = lm_put,
	.get = lm_get,
	.del = lm_del,
	.scan = lm_scan,
	.scan_prefix = lm_scan_prefix,
	.count = lm_count,
	.file_bytes = lm_file_bytes,
	.check = lm_check,
};
