/* con_inspect.h: create, build, destroy, memory, check, census and dump, and the vtable.
 *
 * Threads: memory, check and census keep writers waiting. */
#ifndef CON_INSPECT_H
#define CON_INSPECT_H

#include "con_batch.h"
#include "con_update.h"
#include "con_walk.h"

static struct ab_index *
con_create(const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	struct con_draft d;
	if (!t)
		return NULL;
	memset(t, 0, sizeof *t);
	t->mem = mem;
	con_draft_empty(&d);
	struct con_node *root = con_make_bare(t, &d, 0);
	t->root = (con_ref)root;
	if (root && con_limbo_open(t))
		return t;
	if (root)
		con_unmake(t, root);
	ab_free(mem, t, sizeof *t);
	return NULL;
}

static enum ab_status
con_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	if (con_size(t))
		return AB_EBUSY;
	for (size_t i = 0; i < n; i++) {
		if (sorted[i].key.n > CON_MAX_KEY)
			return AB_EKEY;
		if (i && ab_key_cmp(sorted[i - 1].key, sorted[i].key) >= 0)
			return AB_EORDER;
	}
	for (size_t i = 0; i < n; i++) {
		enum ab_status status = con_put(t, sorted[i].key, sorted[i].value);
		if (status < 0) {
			while (i--)
				con_del(t, sorted[i].key);
			return status;
		}
	}
	return AB_OK;
}
/* The first place of a node that leads anywhere; NULL: there is none. */
static con_ref *
con_first_place(const struct con_node *h)
{
	con_ref child = 0;
	int b = con_next(h, 0, &child);
	return b < 0 ? NULL : con_find(h, (uint8_t)b);
}

static void
con_free_leaf(struct ab_index *t, con_ref r)
{
	struct con_leaf *leaf = con_leaf_at(r);
	ab_free(t->mem, leaf, con_leaf_bytes(leaf));
}

/* Without a stack, since keys may nest thousands deep and this cannot fail: on the way
 * down, a place keeps the way back up (Schorr and Waite, CACM 1967). */
static void
con_destroy(struct ab_index *t)
{
	con_limbo_close(t);
	con_ref node = t->root, up = node; /* no place may look empty */
	for (;;) {
		struct con_node *h = con_node_at(node);
		con_ref *place = con_first_place(h);
		if (place && !con_is_leaf(*place)) {
			con_ref down = *place;
			*place = up;
			up = node;
			node = down;
			continue;
		}
		if (place) {
			con_free_leaf(t, *place);
			*place = 0;
			continue;
		}
		if (con_ending(h))
			con_free_leaf(t, con_ending(h));
		ab_free(t->mem, h, con_bytes(h));
		if (node == t->root)
			break;
		node = up;
		place = con_first_place(con_node_at(node));
		up = *place;
		*place = 0;
	}
	ab_free(t->mem, t, sizeof *t);
}

static void
con_memory(const struct ab_index *t, struct ab_memory *m)
{
	while (con_help(con_writable(t)))
		;
	bool locked = con_lock_to_read(t);
	size_t slack = con_waiting(t), leaf = t->count * CON_LEAF_BYTES;
	*m = (struct ab_memory){
		.total = sizeof *t + t->inner + leaf + t->key + slack,
		.inner = sizeof *t + t->inner,
		.leaf = leaf,
		.key = t->key,
		.slack = slack,
	};
	memcpy(m->nodes, t->nodes, sizeof t->nodes);
	con_read(t, locked);
}

/* What check finds, to hold against what was counted. */
struct con_found {
	size_t count, inner, key, unjoined, nodes[CON_KINDS];
};

static const char *
con_enter(struct con_found *sum, const struct con_node *h, bool root)
{
	const char *broken = con_node_check(h);
	if (broken)
		return broken;
	sum->inner += con_bytes(h);
	sum->nodes[con_kind(h)]++;
	sum->unjoined += !root && h->live < 2;
	return root && h->prefix_n ? "the root has a prefix" : NULL;
}

static const char *
con_verdict(const struct con_found *found, const struct ab_index *t)
{
	if (found->count != t->count)
		return "the count is not the number of keys";
	if (found->inner != t->inner)
		return "the bytes of nodes are miscounted";
	if (found->key != t->key)
		return "the bytes of keys are miscounted";
	if (found->unjoined != t->unjoined)
		return "a node other than the root leads to fewer than two entries";
	if (memcmp(found->nodes, t->nodes, sizeof found->nodes) != 0)
		return "the nodes of a kind are miscounted";
	return NULL;
}

/* A node is counted when the walk comes to it: the frames that are new since the last
 * leaf, and, in between, those that lead to none and have gone again. */
static const char *
con_count_all(const struct ab_index *t, struct con_walk *w, struct con_found *sum)
{
	const char *broken = NULL;
	while (w->frames && !broken) {
		struct con_frame *f = &w->frame[w->frames - 1];
		con_ref r = 0;
		if (f->next == 0) {
			broken = con_enter(sum, f->h, w->frames == 1);
			f->next = 1;
			r = con_ending(f->h);
		}
		if (!r) {
			int b = con_next(f->h, f->next - 1, &r);
			f->next = (uint32_t)b + 2;
			if (b < 0)
				w->frames--;
		}
		if (r && con_is_leaf(r)) {
			struct con_leaf *found, *leaf = con_leaf_at(r);
			sum->count++;
			sum->key += con_leaf_n(leaf);
			if (!con_search(t, con_leaf_key(leaf), &found) || found != leaf)
				broken = "a key that a scan visits is not found";
		} else if (r && !con_walk_push(w, con_node_at(r), f->depth + 1u)) {
			broken = "no memory to check in";
		}
	}
	return broken;
}

static const char *
con_check(const struct ab_index *t)
{
	struct con_found sum = { .count = 0 };
	struct con_walk w;
	bool locked = con_lock_to_read(t);
	con_walk_open(&w, t);
	con_walk_push(&w, con_node_at(t->root), 0);
	const char *broken = con_count_all(t, &w, &sum);
	con_walk_close(&w);
	if (!broken)
		broken = con_verdict(&sum, t);
	con_read(t, locked);
	return broken;
}

static struct ab_node
con_node_of(const struct con_node *h, size_t level)
{
	static const unsigned most[] = { 0, CON_INDEXED_MOST, 256 };
	struct ab_node n = { .kind = con_kind(h),
		.level = (unsigned)level,
		.children = h->live - (con_ending(h) != 0),
		.capacity = con_kind(h) == CON_SORTED ? h->used : most[con_kind(h)],
		.keys = con_ending(h) != 0,
		.bytes = con_bytes(h),
		.at = h };
	con_ref child = 0;
	for (int b = con_next(h, 0, &child); b >= 0;
		b = con_next(h, (unsigned)b + 1, &child))
		n.keys += con_is_leaf(child);
	return n;
}

/* Visit the node on top when the walk first comes to it, and go on to its next child. */
static enum ab_status
con_census_step(struct con_walk *w, ab_node_visit *visit, void *arg)
{
	struct con_frame *f = &w->frame[w->frames - 1];
	con_ref r = 0;
	if (f->next == 0) {
		struct ab_node n = con_node_of(f->h, w->frames - 1);
		if (!visit(arg, &n))
			return AB_STOPPED;
		f->next = 1;
	}
	int b = con_next(f->h, f->next - 1, &r);
	f->next = (uint32_t)b + 2;
	if (b < 0)
		w->frames--;
	else if (!con_is_leaf(r) && !con_walk_push(w, con_node_at(r), f->depth + 1u))
		return AB_ENOMEM;
	return AB_OK;
}

static enum ab_status
con_census(const struct ab_index *t, ab_node_visit *visit, void *arg)
{
	enum ab_status status = AB_OK;
	struct con_walk w;
	bool locked = con_lock_to_read(t);
	con_walk_open(&w, t);
	con_walk_push(&w, con_node_at(t->root), 0);
	while (w.frames && status == AB_OK)
		status = con_census_step(&w, visit, arg);
	con_walk_close(&w);
	con_read(t, locked);
	return status;
}

/* A line a key, in order. */
static bool
con_dump_key(void *arg, struct ab_key key, uint64_t value)
{
	ab_key_print(arg, key, key.n);
	fprintf(arg, " value %llu\n", (unsigned long long)value);
	return true;
}

static void
con_dump(const struct ab_index *t, FILE *out)
{
	enum ab_status status = con_scan(t, (struct ab_range){ 0 }, con_dump_key, out);
	if (status != AB_OK)
		fprintf(out, "(%s: the dump ends here)\n", ab_status_text(status));
}

/* clang-format off */
#define CON_ENTRIES \
	.family = "art", .node_kinds = { "sorted", "indexed", "direct" }, \
	.max_key = CON_MAX_KEY, .by_name = true, \
	.create = con_create, .destroy = con_destroy, .build = con_build, \
	.put = con_put, .update = con_update, .get = con_get, .get_many = con_get_many, .del = con_del, \
	.scan = con_scan, \
	.scan_prefix = con_scan_prefix, .scan_back = con_scan_back, .count = con_size, .memory = con_memory, \
	.check = con_check, .census = con_census, .dump = con_dump
/* clang-format on */
#endif /* CON_INSPECT_H */
