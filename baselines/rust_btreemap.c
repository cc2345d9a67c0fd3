/* rust_btreemap.c: Rust's std::collections::BTreeMap<Vec<u8>, u64>, which MemKV's table
 * is held against; rust_btreemap.rs is the structure, this its entry in the registry. */
#include <stddef.h>
#include "ab.h"
#include "baseline_config.h"

/* rust_btreemap.rs has said all this once more, and no compiler compares the two: mend
 * it there whenever one of these fails. */
#define WORDS(n)              ((n) * sizeof(void *))
#define SIZE(type, n)         (sizeof(struct type) == WORDS(n))
#define PLACE(type, field, n) (offsetof(struct type, field) == WORDS(n))
_Static_assert(sizeof(size_t) == WORDS(1), "usize");
_Static_assert(SIZE(ab_alloc, 4) && PLACE(ab_alloc, alloc, 0) &&
		       PLACE(ab_alloc, resize, 1) && PLACE(ab_alloc, free, 2) &&
		       PLACE(ab_alloc, ctx, 3),
	"Alloc");
_Static_assert(SIZE(ab_key, 2) && PLACE(ab_key, p, 0) && PLACE(ab_key, n, 1), "Key");
_Static_assert(SIZE(ab_range, 5) && PLACE(ab_range, lo, 0) && PLACE(ab_range, hi, 2) &&
		       PLACE(ab_range, has_hi, 4),
	"Range");
_Static_assert(AB_KINDS == 16 && SIZE(ab_memory, 21) && PLACE(ab_memory, total, 0) &&
		       PLACE(ab_memory, inner, 1) && PLACE(ab_memory, leaf, 2) &&
		       PLACE(ab_memory, key, 3) && PLACE(ab_memory, slack, 4) &&
		       PLACE(ab_memory, nodes, 5),
	"Memory");
_Static_assert(sizeof(enum ab_status) == sizeof(int) && AB_OK == 0 && AB_REPLACED == 1 &&
		       AB_NOT_FOUND == 2 && AB_STOPPED == 3,
	"AB_OK to AB_STOPPED");

struct ab_index *rust_btreemap_create(const struct ab_alloc *mem);
void rust_btreemap_destroy(struct ab_index *t);
enum ab_status rust_btreemap_put(struct ab_index *t, struct ab_key k, uint64_t value);
enum ab_status
rust_btreemap_get(const struct ab_index *t, struct ab_key k, uint64_t *value);
enum ab_status rust_btreemap_del(struct ab_index *t, struct ab_key k);
enum ab_status rust_btreemap_scan(
	const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg);
enum ab_status rust_btreemap_scan_prefix(
	const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg);
size_t rust_btreemap_count(const struct ab_index *t);
void rust_btreemap_memory(const struct ab_index *t, struct ab_memory *out);
const char *rust_btreemap_check(const struct ab_index *t);

static enum ab_status
put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	return k.n > UINT32_MAX ? AB_EKEY : rust_btreemap_put(t, k, value);
}

const struct ab_variant ab_variant_rust_btreemap = {
	.name = "rust_btreemap",
	.label = "Rust BTreeMap",
	.family = "tree",
	.library = "Rust " RUST_VERSION,
	.caps = AB_ORDERED | AB_PARALLEL_READS | AB_OOM_EXITS,
	.max_key = UINT32_MAX,
	.claimed = 133,
	.create = rust_btreemap_create,
	.destroy = rust_btreemap_destroy,
	.put = put,
	.get = rust_btreemap_get,
	.del = rust_btreemap_del,
	.scan = rust_btreemap_scan,
	.scan_prefix = rust_btreemap_scan_prefix,
	.count = rust_btreemap_count,
	.memory = rust_btreemap_memory,
	.check = rust_btreemap_check,
};
