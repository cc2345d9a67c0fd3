#include "profile.h"

#include "floor.h"

/* ---- the walk ---- */

/* An inner node on the path to the current key, whose last child is not known
 * yet. Depths are bytes from the root and strictly increase up the stack. */
struct open_node {
	size_t depth;    /* where its keys part */
	size_t children; /* different next bytes so far */
	uint64_t leaves; /* keys below or at it so far */
	size_t height;   /* inner nodes on its longest path down, itself excluded */
};

struct walk {
	struct profile *out;
	struct open_node *stack;
	size_t open;       /* nodes on the stack */
	uint64_t *lengths; /* leaf suffixes of each length */
};

static const size_t fanout_most[PROFILE_FANOUTS] = { 1, 2, 3, 4, 16, 48, 256 };
static const size_t prefix_most[PROFILE_PREFIXES] = { 0, 1, 2, 4, 8, 16, SIZE_MAX };

static size_t
class_of(size_t value, const size_t *most)
{
	size_t class = 0;

	while (value > most[class])
		class ++;
	return class;
}

/* Bytes a node or leaf at `depth` has behind its branch byte, given where its
 * parent's keys part; `has_parent` is false for the root, which has no branch. */
static size_t
bytes_below(size_t depth, size_t parent, bool has_parent)
{
	return has_parent ? depth - parent - 1 : depth;
}

static void
add_leaf(struct walk *w, struct ab_key key)
{
	struct open_node *parent = w->open ? &w->stack[w->open - 1] : NULL;
	size_t suffix = 0;

	if (parent)
		parent->leaves++;
	if (parent && parent->depth == key.n) {
		w->out->prefix_keys++;
	} else {
		suffix = bytes_below(key.n, parent ? parent->depth : 0, parent != NULL);
		if (parent)
			parent->children++;
	}
	w->out->suffix_bytes += suffix;
	w->lengths[suffix]++;
}

/* Take the deepest open node off the stack and hang it below the next, or below
 * a new one at `depth` if that parts first. */
static void
close_node(struct walk *w, size_t depth)
{
	struct profile *out = w->out;
	struct open_node done = w->stack[--w->open];
	bool is_root = w->open == 0 && depth == SIZE_MAX;

	if (!is_root && (w->open == 0 || w->stack[w->open - 1].depth < depth))
		w->stack[w->open++] = (struct open_node){ .depth = depth };

	size_t above = is_root ? 0 : w->stack[w->open - 1].depth;
	size_t prefix = bytes_below(done.depth, above, !is_root);
	out->inner++;
	out->children += done.children;
	out->prefix_bytes += prefix;
	out->fanout[class_of(done.children, fanout_most)]++;
	out->prefix[class_of(prefix, prefix_most)]++;
	out->depth_sum += done.leaves;
	if (is_root) {
		out->deepest = done.height + 1;
		return;
	}
	struct open_node *parent = &w->stack[w->open - 1];
	parent->children++;
	parent->leaves += done.leaves;
	parent->height = MAX(parent->height, done.height + 1);
}

static void
walk_keys(struct walk *w, const struct ab_key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		/* Up to here keys[i] shares its path with its predecessor (already
		 * open) and with its successor (to be opened now). */
		size_t next = i + 1 < n ? floor_lcp(keys[i], keys[i + 1]) : 0;
		bool has_next = i + 1 < n;

		w->out->lcp_bytes += next;
		if (has_next && (w->open == 0 || w->stack[w->open - 1].depth < next))
			w->stack[w->open++] = (struct open_node){ .depth = next };
		add_leaf(w, keys[i]);
		while (has_next && w->stack[w->open - 1].depth > next)
			close_node(w, next);
	}
	while (w->open > 1)
		close_node(w, w->stack[w->open - 2].depth);
	if (w->open)
		close_node(w, SIZE_MAX);
}

static size_t
percentile(const uint64_t *lengths, size_t keys, unsigned percent)
{
	uint64_t seen = 0, wanted = ((uint64_t)keys * percent + 99) / 100;

	for (size_t length = 0;; length++) {
		seen += lengths[length];
		if (seen >= wanted)
			return length;
	}
}

bool
profile_compute(const struct dataset *d, struct profile *out)
{
	/* Depths strictly increase, so a key of n bytes opens at most n + 1 nodes. */
	g_autofree struct open_node *stack = g_try_new(struct open_node, d->longest + 2);
	g_autofree uint64_t *lengths = g_try_new0(uint64_t, d->longest + 1);

	if (!stack || !lengths)
		return false;
	*out = (struct profile){
		.keys = d->n,
		.key_bytes = d->key_bytes,
		.longest = d->longest,
	};
	struct walk w = { out, stack, 0, lengths };
	walk_keys(&w, d->keys, d->n);
	out->suffix_50 = percentile(lengths, d->n, 50);
	out->suffix_90 = percentile(lengths, d->n, 90);
	out->suffix_99 = percentile(lengths, d->n, 99);
	return true;
}

uint64_t
profile_trie_bytes(const struct profile *p)
{
	return p->suffix_bytes + p->prefix_bytes + p->children;
}

/* ---- printing ---- */

const char *
profile_fanout_name(size_t class)
{
	static const char *const name[PROFILE_FANOUTS] = { "1", "2", "3", "4", "5-16",
		"17-48", "49+" };
	return name[class];
}

const char *
profile_prefix_name(size_t class)
{
	static const char *const name[PROFILE_PREFIXES] = { "0", "1", "2", "3-4", "5-8",
		"9-16", "17+" };
	return name[class];
}

static double
ratio(uint64_t a, uint64_t b)
{
	return b ? (double)a / (double)b : 0;
}

static double
percent(uint64_t a, uint64_t b)
{
	return 100 * ratio(a, b);
}

void
profile_print_text(const struct profile *p, const char *title, FILE *out)
{
	size_t n = p->keys;

	fprintf(out, "%s: %zu keys, %" G_GUINT64_FORMAT " bytes\n\n", title, n,
		p->key_bytes);
	fprintf(out, "key length           average %.2f, longest %zu bytes\n",
		ratio(p->key_bytes, n), p->longest);
	fprintf(out, "shared with the preceding key   %.2f bytes on average\n",
		ratio(p->lcp_bytes, n));
	fprintf(out,
		"distinct trie bytes  %.2f per key: leaf suffixes %.2f, "
		"inner prefixes %.2f, branch bytes %.2f\n",
		ratio(profile_trie_bytes(p), n), ratio(p->suffix_bytes, n),
		ratio(p->prefix_bytes, n), ratio(p->children, n));
	fprintf(out, "inner nodes          %.3f per key\n", ratio(p->inner, n));
	fprintf(out, "children             %.3f per key\n", ratio(p->children, n));
	fprintf(out, "leaf depth           average %.2f, deepest %zu inner nodes\n",
		ratio(p->depth_sum, n), p->deepest);
	fprintf(out, "prefix of another    %.2f %% of keys\n",
		percent(p->prefix_keys, n));
	fprintf(out, "leaf suffix          median %zu, 90 %% %zu, 99 %% %zu bytes\n",
		p->suffix_50, p->suffix_90, p->suffix_99);
	fprintf(out, "\nchildren  %% of inner nodes\n");
	for (size_t i = 0; i < PROFILE_FANOUTS; i++)
		fprintf(out, "%8s  %6.2f%s\n", profile_fanout_name(i),
			percent(p->fanout[i], p->inner),
			i == 0 ? "  (and a key that ends there)" : "");
	fprintf(out, "\n  prefix  %% of inner nodes\n");
	for (size_t i = 0; i < PROFILE_PREFIXES; i++)
		fprintf(out, "%8s  %6.2f\n", profile_prefix_name(i),
			percent(p->prefix[i], p->inner));
}

void
profile_print_tsv(const struct profile *p, FILE *out)
{
	/* Each count, and what an average over the keys is called; NULL: it has none. */
	const struct {
		const char *name, *average;
		uint64_t value;
	} counts[] = {
		{ "keys", NULL, p->keys },
		{ "key_bytes", "key_length", p->key_bytes },
		{ "key_length_max", NULL, p->longest },
		{ "lcp_bytes", "lcp", p->lcp_bytes },
		{ "trie_bytes", "trie_bytes", profile_trie_bytes(p) },
		{ "suffix_bytes", "suffix_bytes", p->suffix_bytes },
		{ "prefix_bytes", "prefix_bytes", p->prefix_bytes },
		{ "branch_bytes", "branch_bytes", p->children },
		{ "inner_nodes", "inner_nodes", p->inner },
		{ "children", "children", p->children },
		{ "leaf_depth_sum", "leaf_depth", p->depth_sum },
		{ "leaf_depth_max", NULL, p->deepest },
		{ "prefix_keys", "prefix_keys", p->prefix_keys },
		{ "suffix_length_50", NULL, p->suffix_50 },
		{ "suffix_length_90", NULL, p->suffix_90 },
		{ "suffix_length_99", NULL, p->suffix_99 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
		fprintf(out, "%s\t%" G_GUINT64_FORMAT "\n", counts[i].name,
			counts[i].value);
	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
		if (counts[i].average)
			fprintf(out, "%s_per_key\t%.6f\n", counts[i].average,
				ratio(counts[i].value, p->keys));
	for (size_t i = 0; i < PROFILE_FANOUTS; i++)
		fprintf(out, "inner_with_children_%s\t%" G_GUINT64_FORMAT "\n",
			profile_fanout_name(i), p->fanout[i]);
	for (size_t i = 0; i < PROFILE_PREFIXES; i++)
		fprintf(out, "inner_with_prefix_%s\t%" G_GUINT64_FORMAT "\n",
			profile_prefix_name(i), p->prefix[i]);
}
