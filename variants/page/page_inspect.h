/* page_inspect.h: is an index what page_tree.h, page.h and index_node.h say, and of what
 * pages and nodes is it? For tests and for people. */
#ifndef PAGE_INSPECT_H
#define PAGE_INSPECT_H

#include "finger.h"
#include "page_scan.h"

struct check {
	const struct ab_index *t;
	struct scan s; /* where it stands, and the key before */
	size_t last;   /* bytes of that */
	size_t count, inner, leaf, key, pages, nodes, blocks;
	size_t forms[PAGE_FORM + 1]; /* pages of each */
};

static const char *
check_store(const struct ab_index *t, size_t blocks)
{
	const struct store *s = &t->store;
	size_t taken = 0, used = 0;
	uint32_t end = STORE_FIRST;
	for (unsigned c = store_next(s, 0); c < STORE_CLASSES; c = store_next(s, c + 1)) {
		uint32_t units = store_units(c), n = (s->high[c] - s->low[c]) / units;
		size_t bytes = (size_t)units << STORE_UNIT_BITS;
		if (store_class(bytes) != c || store_class(bytes - 7) != c)
			return "a class of the store is not of its size";
		if (s->low[c] < end || s->high[c] > s->room || n == 0 ||
			s->high[c] - s->low[c] != n * units)
			return "a class of the store does not hold whole blocks";
		if (store_class_of(s, s->low[c]) != c ||
			store_class_of(s, s->high[c] - 1) != c)
			return "a block of the store is not found in its class";
		end = s->high[c];
		taken += n * (size_t)units;
		used += n;
	}
	if (taken != s->taken)
		return "the store's bytes are miscounted";
	return used == blocks ? NULL : "a block of the store hangs from nothing";
}

static const char *
check_separators(const struct node *n)
{
	if (n->skip < n->prefix && n->count > 1)
		return "the heads of a node skip less than all separators share";
	for (unsigned i = 0; i + 1u < n->count; i++) {
		struct pieces s = node_separator(n, i), next;
		bool within = i >= n->from && i < n->to;
		if (within && node_head(n)[i] != head_of(pieces_word(&s, n->skip)))
			return "a head is not that of its separator";
		if (i + 2u == n->count)
			break;
		next = node_separator(n, i + 1);
		if (pieces_cmp(&s, &next) >= 0)
			return "separators are out of order";
	}
	return NULL;
}

/* How many keys the node says are below it. */
static uint64_t
check_sum(const struct node *n)
{
	uint64_t keys[NODE_ROOM], sum = 0;
	node_load_keys(n, keys);
	for (unsigned i = 0; i < n->count; i++)
		sum += keys[i];
	return sum;
}

/* How many the node at `step` says are below the child that the path takes. */
static uint64_t
check_said(const struct check *c, unsigned step)
{
	const struct path *p = &c->s.path;
	uint64_t keys[NODE_ROOM];
	node_load_keys(node_at(c->t, p->node[step]), keys);
	return keys[p->at[step]];
}

/* The node of `level` at `step` of the path, which has its owner above. */
static const char *
check_node(struct check *c, unsigned step, unsigned level)
{
	const struct path *p = &c->s.path;
	uint32_t ref = p->node[step];
	const struct node *n = node_at(c->t, ref);
	struct fences around = { .has_low = false };
	if (!is_node(page_at(c->t, ref)) || node_level(n) != level)
		return "a node does not stand on its level";
	if (n->owner != (step ? p->node[step - 1] : 0))
		return "a node does not know its owner";
	if (n->count < 1 || n->count > NODE_MOST)
		return "a node has too few or too many children";
	if (step && check_said(c, step - 1) != check_sum(n))
		return "a node counts not as many keys as are below its child";
	if (step)
		around = fences_of(c->t, p, step - 1, p->at[step - 1], p->at[step - 1]);
	if (n->known > fences_share(&around))
		return "a node knows more than the separators around it share";
	if (node_bytes(n) > store_size_of(&c->t->store, ref))
		return "a node is larger than its block";
	c->inner += node_bytes(n);
	c->nodes++;
	c->blocks++;
	return check_separators(n);
}

/* The key in the buffer, `n` bytes: between the separators, and found. */
static const char *
check_key(struct check *c, size_t n, bool dead)
{
	const struct path *p = &c->s.path;
	struct pieces key = pieces_of(c->s.key, n, NULL, 0), fence;
	struct ab_key k = { c->s.key, n };
	uint64_t value;
	unsigned at = p->at[p->n - 1];
	if ((fence_low(c->t, p, p->n - 1, at, &fence) && pieces_cmp(&fence, &key) > 0) ||
		(fence_high(c->t, p, p->n - 1, at, &fence) &&
			pieces_cmp(&fence, &key) <= 0))
		return "a key lies beyond the separators of its page";
	if (tree_get(c->t, k, &value) != (dead ? AB_NOT_FOUND : AB_OK))
		return "a key that a scan visits is not found, or a ghost is";
	c->count += !dead;
	return NULL;
}

/* Does entry `i` share the first `n` bytes with the key before, which is in the buffer,
 * and is it greater? */
static bool
check_shares(const struct check *c, unsigned i, size_t lcp, size_t n, uint8_t branch)
{
	if (i == 0)
		return lcp == 0;
	return n == c->last || (n < c->last && c->s.key[n] < branch);
}

static const char *
check_entries(struct check *c, const struct page *p)
{
	struct layout l = page_layout(p);
	const uint8_t *text = page_texts(p, &l);
	for (unsigned i = 0; i < p->count; i++) {
		size_t lcp = page_lcp(p, &l, i), len = page_len(p, &l, i);
		size_t n = p->depth + lcp, shared = n;
		bool ends = i == 0 && p->form & PAGE_ENDS;
		if (!check_shares(c, i, lcp, n, l.branch[i]))
			return "an entry does not share what it says";
		if (!ends)
			c->s.key[n++] = l.branch[i];
		n += text_decode(&c->t->coder, page_form(p), text, len, c->s.key + n);
		text += len;
		if (p->count > 1 && n - p->depth > PAGE_LONG)
			return "a long key shares a page";
		if (ends && n != shared)
			return "a key that ends has a text";
		c->last = n;
		const char *broken = check_key(c, n, page_dead(p, &l, i));
		if (broken)
			return broken;
	}
	return NULL;
}

static const char *
check_page(struct check *c)
{
	const struct path *path = &c->s.path;
	const struct page *p = page_at(c->t, path_page(path));
	unsigned at = path->at[path->n - 1];
	size_t share = path_share(c->t, path, at, at);
	if (is_node(p) || p->count < 1 || p->count > PAGE_MOST)
		return "a page has too few or too many keys";
	if (p->owner != path->node[path->n - 1])
		return "a page does not know its owner";
	if (p->depth > share)
		return "a page is deeper than the separators around it share";
	struct page_bytes b = page_measure(p);
	if (b.leaf + b.key > store_size_of(&c->t->store, path_page(path)))
		return "a page is larger than its block";
	size_t untold = path_page(path) == c->t->finger.page
				? c->t->finger.run - c->t->finger.told
				: 0;
	if (check_said(c, path->n - 1) + untold != page_living(p))
		return "a node counts not as many keys as its page has";
	c->leaf += b.leaf;
	c->key += b.key;
	c->pages++;
	c->forms[page_form(p)]++;
	c->blocks++;
	struct layout l = page_layout(p);
	const char *broken = values_check(l.values, p->count);
	return broken ? broken : check_entries(c, p);
}

/* Go down to the first page of the child that the path's `step` takes. */
static const char *
check_down(struct check *c, unsigned step)
{
	struct path *p = &c->s.path;
	for (;; step++) {
		const struct node *n = node_at(c->t, p->node[step]);
		p->node[step + 1] = node_children(n)[p->at[step]];
		if (!node_level(n))
			break;
		unsigned level = node_level(n) - 1;
		p->at[step + 1] = 0;
		p->n = step + 2;
		const char *broken = check_node(c, step + 1, level);
		if (broken)
			return broken;
	}
	if (!path_page(p))
		return check_said(c, p->n - 1) ? "a node counts keys where no page is"
					       : NULL;
	struct pieces low;
	const struct page *page = page_at(c->t, path_page(p));
	if (!scan_reserve(&c->s, scan_longest(page)))
		return "no memory to check in";
	if (fence_low(c->t, p, p->n - 1, p->at[p->n - 1], &low) &&
		page->depth <= pieces_n(&low))
		pieces_copy(c->s.key, &low, 0, page->depth);
	return check_page(c);
}

static const char *
check_tree(struct check *c)
{
	struct path *p = &c->s.path;
	p->n = 1;
	p->node[0] = c->t->root;
	p->at[0] = 0;
	const char *broken = check_node(c, 0, node_level(node_at(c->t, c->t->root)));
	unsigned step = 0;
	while (!broken) {
		broken = check_down(c, step);
		for (step = p->n; step; step--) {
			if (p->at[step - 1] + 1u <
				node_at(c->t, p->node[step - 1])->count)
				break;
		}
		if (!step)
			break;
		step--;
		p->at[step]++;
		p->n = step + 1;
	}
	return broken;
}

/* Is the fence that the finger knows where the fence is, or nearer to its key, as it is where
 * separators have gone? */
static const char *
check_fence(const struct ab_index *t, const struct path *p)
{
	const struct finger *f = &t->finger;
	struct finger now = *f;
	finger_look(t, p, &now);
	bool within = f->up ? f->limit <= now.limit : f->limit >= now.limit;
	if (f->reach < now.reach || (f->reach == now.reach && now.reach >= 0 && !within))
		return "the finger reaches beyond the fence";
	return NULL;
}

/* Is the finger on its key, and that in a block that has room for a full page? */
static const char *
check_finger(const struct ab_index *t)
{
	const struct finger *f = &t->finger;
	struct ab_key key = { f->key, f->n };
	struct path p;
	if (!f->page)
		return NULL;
	path_find(t, key, &p);
	if (path_page(&p) != f->page || store_size_of(&t->store, f->page) < PAGE_FULL)
		return "the finger is not on a page with room";
	const struct page *page = page_at(t, f->page);
	struct seek s = page_seek(&t->coder, page, key);
	if (!s.found || s.pos != f->pos || page->form & PAGE_GHOSTS)
		return "the finger is not on the key it knows";
	return check_fence(t, &p);
}

/* Is `usual` the mean of all pages, but for what keys at the finger have since made of its
 * page? */
static bool
check_usual(const struct ab_index *t)
{
	size_t bytes = t->leaf + t->key, said = t->usual * t->pages, own = 0;
	if (t->finger.page) {
		struct page_bytes b = page_measure(page_at(t, t->finger.page));
		own = b.leaf + b.key;
	}
	return !t->pages || (said <= bytes + own && bytes < said + t->pages + own);
}

static const char *
tree_check(const struct ab_index *t)
{
	struct check c = { .t = t };
	scan_open(&c.s, t);
	const char *broken = t->root ? check_tree(&c) : NULL;
	scan_close(&c.s);
	if (!broken)
		broken = check_store(t, c.blocks);
	if (!broken)
		broken = check_finger(t);
	if (broken)
		return broken;
	if (c.count != t->count)
		return "the count is not the number of keys";
	if (!t->finger.page && t->finger.run != t->finger.told)
		return "keys came to a finger that is gone, and are not counted";
	if (c.inner != t->inner || c.leaf != t->leaf || c.key != t->key)
		return "bytes are miscounted";
	if (c.pages != t->pages || c.nodes != t->nodes)
		return "pages or nodes are miscounted";
	if (!check_usual(t))
		return "what pages usually have is not what they have";
	return coder_check(&t->coder, c.forms);
}

/* ---- census ---- */

enum { PAGE_KIND, INDEX_KIND };
#define PAGE_KINDS "page", "index"

static struct ab_node
page_of_census(const struct page *p, unsigned level)
{
	struct layout l = page_layout(p);
	struct page_bytes b = page_measure(p);
	struct ab_node n = { .kind = PAGE_KIND,
		.level = level,
		.children = p->count,
		.capacity = PAGE_MOST,
		.bytes = b.leaf + b.key,
		.at = p };
	for (unsigned i = 0; i < p->count; i++)
		n.keys += !page_dead(p, &l, i);
	return n;
}

/* All from `ref` down, which is 0 where no key lies. There are a few levels. */
static bool
census_below(const struct ab_index *t, uint32_t ref, unsigned level, ab_node_visit *visit,
	void *arg)
{
	if (!ref)
		return true;
	if (!is_node(page_at(t, ref))) {
		struct ab_node page = page_of_census(page_at(t, ref), level);
		return visit(arg, &page);
	}
	const struct node *n = node_at(t, ref);
	struct ab_node index = { .kind = INDEX_KIND,
		.level = level,
		.children = n->count,
		.capacity = NODE_MOST,
		.bytes = node_bytes(n),
		.at = n };
	bool more = visit(arg, &index);
	for (unsigned i = 0; more && i < n->count; i++)
		more = census_below(t, node_children(n)[i], level + 1, visit, arg);
	return more;
}

static enum ab_status
tree_census(const struct ab_index *t, ab_node_visit *visit, void *arg)
{
	return census_below(t, t->root, 0, visit, arg) ? AB_OK : AB_STOPPED;
}
#endif /* PAGE_INSPECT_H */
