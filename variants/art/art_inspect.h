/* art_inspect.h: check, memory, census and dump, over art_walk.h: for tests and for people, and what the
 * vtables of all storages have in common. */
#ifndef ART_STORAGE
#include "arena_prefix.h"
#endif
#ifndef ART_INSPECT_H
#define ART_INSPECT_H

#include "art_batch.h"

/* What check finds, to hold against what the tree counted as it went. */
struct art_found {
	struct walk w; /* first: art_found_enter casts back */
	struct art_tree sum;
};

static const char *
art_found_enter(const struct walk *w)
{
	struct art_tree *sum = &((struct art_found *)(uintptr_t)w)->sum;
	const struct art_head *h = w->frame[w->frames - 1].h;
	unsigned kind = art_kind(h);
	if (kind >= ART_KIND_COUNT)
		return "a node is of no known kind";
	sum->inner += node_bytes(
		kind, h->word & ART_ENDS, ART_PREFIX_ROOM(prefix_length(h)));
	sum->nodes[kind]++;
	sum->key += ART_STORED_PREFIXES ? prefix_length(h) : 0;
	sum->unjoined += w->frames > 1 && art_fanout(h) < 2;
	return node_check(h);
}

static const char *
art_found_verdict(const struct art_tree *found, const struct art_tree *counted)
{
	if (found->count != counted->count)
		return "the count is not the number of keys";
	if (found->inner != counted->inner)
		return "the bytes of inner nodes are miscounted";
	if (found->key != counted->key)
		return "the bytes of keys are miscounted";
	if (found->unjoined != counted->unjoined)
		return "a node other than the root leads to fewer than two entries";
	if (memcmp(found->nodes, counted->nodes, sizeof found->nodes) != 0)
		return "the nodes of a kind are miscounted";
	return NULL;
}

static const char *
art_check(const struct ab_index *t)
{
	struct art_found c = { .sum = { .count = 0 } };
	struct ab_key key;
	art_ref leaf;
	uint64_t value;
	const char *broken = node_kinds_check();
	if (broken)
		return broken;
	walk_open(&c.w, t);
	c.w.enter = art_found_enter;
	if (walk_push(&c.w, t->tree.root, 0))
		while (walk_next(&c.w, &leaf, &key)) {
			c.sum.count++;
			c.sum.key += leaf_tail(t, leaf, 0).n;
			if (art_get(t, key, &value) != AB_OK) {
				c.w.broken = "a key that a scan visits is not found";
				break;
			}
		}
	broken = c.w.broken;
	if (!broken && c.w.status != AB_OK)
		broken = "no memory to check in";
	walk_close(&c.w);
	return broken ? broken : art_found_verdict(&c.sum, &t->tree);
}

struct art_dump {
	struct walk w; /* first: art_dump_enter casts back */
	FILE *out;
};

static const char *
art_dump_enter(const struct walk *w)
{
	FILE *out = ((struct art_dump *)(uintptr_t)w)->out;
	const struct walk_frame *f = &w->frame[w->frames - 1];
	static const char *const names[] = { ART_KIND_NAMES };
	size_t length = prefix_length(f->h);
	struct ab_key prefix = prefix_bytes(w->t, f->h, f->depth - length);
	fprintf(out, "%*s%s %u/%u prefix ", (int)(2 * (w->frames - 1) % 100), "",
		names[art_kind(f->h)], art_count(f->h), node_cap(f->h));
	ab_key_print(out, prefix, length);
	fprintf(out, "%s\n", node_ends(f->h) ? " and a terminal" : "");
	return NULL;
}

/* What the tree counts, with `leaf` bytes a leaf; what else is `held` from the allocator,
 * but for the index itself, is slack. */
static inline void
art_memory(const struct ab_index *t, size_t leaf, size_t held, struct ab_memory *m)
{
	*m = (struct ab_memory){
		.total = sizeof *t + held,
		.inner = sizeof *t + t->tree.inner,
		.leaf = t->tree.count * leaf,
		.key = t->tree.key,
	};
	m->slack = m->total - m->inner - m->leaf - m->key;
	memcpy(m->nodes, t->tree.nodes, sizeof t->tree.nodes);
}

struct art_visitor {
	struct walk w; /* first: art_visit_node casts back */
	ab_node_visit *visit;
	void *arg;
};

static const char *
art_visit_node(const struct walk *w)
{
	const struct art_visitor *v = (const struct art_visitor *)(uintptr_t)w;
	const struct art_head *h = w->frame[w->frames - 1].h;
	struct ab_node n = { .kind = art_kind(h),
		.level = (unsigned)w->frames - 1,
		.children = art_count(h),
		.capacity = node_cap(h),
		.keys = node_ends(h),
		.bytes = node_bytes(art_kind(h), h->word & ART_ENDS,
			ART_PREFIX_ROOM(prefix_length(h))),
		.at = h };
	art_ref *child;
	for (int b = node_next(h, 0, &child); b >= 0;
		b = node_next(h, (unsigned)b + 1, &child))
		n.keys += art_is_leaf(*child);
	return v->visit(v->arg, &n) ? NULL : "stopped";
}

static enum ab_status
art_census(const struct ab_index *t, ab_node_visit *visit, void *arg)
{
	struct art_visitor v = { .visit = visit, .arg = arg };
	struct ab_key key;
	art_ref leaf;
	walk_open(&v.w, t);
	v.w.enter = art_visit_node;
	if (walk_push(&v.w, t->tree.root, 0))
		while (walk_next(&v.w, &leaf, &key))
			;
	enum ab_status status = v.w.broken ? AB_STOPPED : v.w.status;
	walk_close(&v.w);
	return status;
}

/* A line a node and a line a key, in order, indented by depth. */
static void
art_dump(const struct ab_index *t, FILE *out)
{
	struct art_dump d = { .out = out };
	struct ab_key key;
	art_ref leaf;
	walk_open(&d.w, t);
	d.w.enter = art_dump_enter;
	if (walk_push(&d.w, t->tree.root, 0))
		while (walk_next(&d.w, &leaf, &key)) {
			uint64_t value;
			memcpy(&value, leaf_value(t, leaf), sizeof value);
			fprintf(out, "%*skey ", (int)(2 * d.w.frames % 100), "");
			ab_key_print(out, key, key.n);
			fprintf(out, " value %llu\n", (unsigned long long)value);
		}
	if (d.w.status != AB_OK)
		fprintf(out, "(%s: the dump ends here)\n", ab_status_text(d.w.status));
	walk_close(&d.w);
}

/* The entries of the vtable that are the same for every storage. */
/* clang-format off */
#define ART_ENTRIES \
	.family = "art", .node_kinds = { ART_KIND_NAMES }, \
	.caps = AB_ORDERED | AB_PARALLEL_READS | AB_PUT_WAITS, .max_key = ART_MAX_KEY, \
	.get = art_get, .get_many = art_get_many, .scan = art_scan, \
	.scan_prefix = art_scan_prefix, .scan_back = art_scan_back, .count = art_size, .census = art_census, .dump = art_dump
/* clang-format on */
#endif /* ART_INSPECT_H */
