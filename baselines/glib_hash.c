/* glib_hash.c: GLib's GHashTable, open addressing, owning its keys as heap
 * blocks (glib_key.h). Unordered: no scan, no scan_prefix.
 *
 * The hash is the one g_bytes_hash and g_str_hash use (Bernstein's h * 33 + c),
 * over all bytes of the key: what a GLib program would reach for, and good
 * enough here because GHashTable reduces it modulo a prime.
 *
 * While every value fits in 32 bits GHashTable keeps values in 4 bytes each, and
 * moves to 8 for all of them at the first that does not: its bytes per key
 * depend on the values it is given.
 *
 * It allocates by itself (AB_OWN_ALLOC), and out of memory ends the program, so
 * AB_ENOMEM never comes from here.
 *
 * Threads: as all that GLib does not lock, a table may be read by any number of threads
 * while nobody changes it: lookups write nothing. */
#include "glib_key.h"

struct ab_index {
	GHashTable *table;
};

/* GHashTable counts in a gint and wants a third more slots than entries. */
enum { GH_MAX_COUNT = G_MAXINT / 2 };

static guint
hash(gconstpointer p)
{
	struct ab_key k = glib_key_bytes(p);
	guint h = 5381;
	for (size_t i = 0; i < k.n; i++)
		h = h * 33 + (guint)(signed char)k.p[i];
	return h;
}

static gboolean
equal(gconstpointer a, gconstpointer b)
{
	struct ab_key x = glib_key_bytes(a), y = glib_key_bytes(b);
	return x.n == y.n && (x.n == 0 || memcmp(x.p, y.p, x.n) == 0);
}

static struct ab_index *
gh_create(const struct ab_alloc *mem)
{
	(void)mem;
	struct ab_index *t = g_new(struct ab_index, 1);
	t->table = g_hash_table_new_full(hash, equal, g_free, NULL);
	return t;
}

static void
gh_destroy(struct ab_index *t)
{
	g_hash_table_unref(t->table);
	g_free(t);
}

static size_t
gh_count(const struct ab_index *t)
{
	return g_hash_table_size(t->table);
}

static enum ab_status
gh_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	if (k.n > GLIB_MAX_KEY)
		return AB_EKEY;
	if (gh_count(t) >= GH_MAX_COUNT)
		return AB_EFULL;
	/* If the key is there, GHashTable keeps its own and frees ours. */
	gpointer stored = (gpointer)(uintptr_t)value;
	bool fresh = g_hash_table_insert(t->table, glib_key_own(k), stored);
	return fresh ? AB_OK : AB_REPLACED;
}

static enum ab_status
gh_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	gpointer found;
	if (!g_hash_table_lookup_extended(t->table, glib_key_probe(&k), NULL, &found))
		return AB_NOT_FOUND;
	*value = (uintptr_t)found;
	return AB_OK;
}

static enum ab_status
gh_del(struct ab_index *t, struct ab_key k)
{
	return g_hash_table_remove(t->table, glib_key_probe(&k)) ? AB_OK : AB_NOT_FOUND;
}

static const char *
gh_check(const struct ab_index *t)
{
	size_t n = 0;
	gpointer key;
	GHashTableIter at;
	g_hash_table_iter_init(&at, t->table);
	while (g_hash_table_iter_next(&at, &key, NULL)) {
		if (!g_hash_table_contains(t->table, key))
			return "an entry cannot be found by its own key";
		n++;
	}
	return n == gh_count(t) ? NULL : "the count is not the number of entries";
}

const struct ab_variant ab_variant_glib_hash = {
	.name = "glib_hash",
	.label = "GLib GHashTable",
	.family = "hash",
	.library = GLIB_LIBRARY,
	.caps = AB_PARALLEL_READS | AB_OWN_ALLOC | AB_OOM_EXITS,
	.max_key = GLIB_MAX_KEY,
	.create = gh_create,
	.destroy = gh_destroy,
	.put = gh_put,
	.get = gh_get,
	.del = gh_del,
	.count = gh_count,
	.check = gh_check,
};
