/* build.h: a frozen index from sorted keys: train the symbol table on what keys do not
 * share with their neighbours, encode that, lay the pages out, write them.
 *
 * Besides what it makes it takes 4 bytes a key, 2 to 3 a code, 8 a byte of the longest
 * key, and what train.h takes, which is most of it: 38 bytes a key in all for a million
 * URLs. All of it is from the same allocator, and given back before it returns. */
#ifndef FROZEN_BUILD_H
#define FROZEN_BUILD_H

#include "contract/alloc.h"
#include "frozen_draft.h"
#include "train.h"

struct frozen_builder {
	const struct ab_alloc *mem;
	const struct ab_entry *e;
	struct frozen f; /* what is built so far */
	struct corpus corpus;
	struct draft level[2];
	struct shape_count shapes;
	struct parse *step; /* a byte of the longest key each */
	struct trainer trainer;
	struct matcher matcher;
};

static inline void
frozen_free(const struct frozen *f, const struct ab_alloc *mem)
{
	symbols_free(&f->symbols, mem);
	if (f->heap)
		ab_free(mem, f->heap, f->heap_bytes + PAGE_PAD);
	root_free(&f->root, mem);
}

/* ---- the symbol table ---- */

static inline void
frozen_corpus(struct frozen_builder *b, size_t n)
{
	b->corpus = (struct corpus){ .e = b->e, .common = b->level[0].shared, .n = n };
	for (size_t i = 0; i < n; i++) {
		size_t key = b->e[i].key.n;
		b->corpus.bytes += key - b->corpus.common[i];
		if (key > b->f.longest)
			b->f.longest = key;
	}
}

static inline void
frozen_first(struct symbols *s)
{
	uint32_t code = 0;
	for (unsigned byte = 0; byte < 257; byte++) {
		while (code < s->n && symbol_at(s, code).p[0] < byte)
			code++;
		s->first[byte] = code;
	}
}

static inline bool
frozen_symbols(struct symbols *s, const struct lexicon *x, const struct ab_alloc *mem)
{
	if (!x->n)
		return true;
	s->n = x->n;
	s->width = train_width(x->n);
	s->slot = ab_alloc(mem, symbols_bytes(s));
	if (!s->slot)
		return false;
	memset(s->slot, 0, symbols_bytes(s));
	for (uint32_t i = 0; i < x->n; i++) {
		struct ab_key word = lexicon_word(x, i);
		uint8_t *slot = s->slot + (size_t)i * SYMBOL_SLOT;
		memcpy(slot, word.p, word.n);
		slot[SYMBOL_LONGEST] = (uint8_t)word.n;
	}
	frozen_first(s);
	return true;
}

static inline bool
frozen_train(struct frozen_builder *b)
{
	struct trainer *t = &b->trainer;
	size_t steps = b->f.longest + 1;
	b->step = ab_alloc(b->mem, steps * sizeof *b->step);
	if (!b->step)
		return false;
	t->mem = b->mem;
	t->corpus = &b->corpus;
	t->step = b->step;
	if (!trainer_run(t))
		return false;
	lexicon_sort(trainer_words(t));
	return frozen_symbols(&b->f.symbols, trainer_words(t), b->mem) &&
	       matcher_of(&b->matcher, trainer_words(t), b->mem);
}

static inline bool
frozen_encode(struct frozen_builder *b, struct draft *d)
{
	return draft_encode(d, &b->matcher, b->step, b->mem);
}

/* ---- pages ---- */

/* Shapes depend on the floor of a page, and that on no shape. */
static inline void
frozen_shapes(struct frozen_builder *b)
{
	shape_count_open(&b->shapes);
	for (unsigned level = 0; level < 2; level++) {
		const struct draft *d = &b->level[level];
		for (size_t page = 0; page < draft_pages(d); page++) {
			struct page_draft p = page_draft_open(d, page);
			for (size_t i = p.first; i < p.first + p.n; i++)
				shape_count(&b->shapes, page_draft_beyond(d, &p, i),
					d->codes[i]);
		}
	}
	shapes_choose(&b->f.shapes, &b->shapes);
}

/* Find where the level's pages go, from `at` on; where they end. */
static inline size_t
frozen_layout(struct frozen_builder *b, const struct draft *d, size_t at)
{
	size_t code = 0;
	for (size_t page = 0; page < draft_pages(d); page++) {
		struct page_draft p = page_draft(
			d, &b->shapes, b->f.symbols.width, page, code);
		d->offset[page] = at;
		at += p.bytes;
		b->f.code_bytes += d->e ? p.code_bytes : 0;
		code = page_draft_next_code(d, &p);
	}
	return at;
}

static inline uint8_t *
frozen_write(struct frozen_builder *b, const struct draft *d, uint8_t *to)
{
	size_t code = 0;
	for (size_t page = 0; page < draft_pages(d); page++) {
		struct page_draft p = page_draft(
			d, &b->shapes, b->f.symbols.width, page, code);
		page_draft_write(d, &p, &b->shapes, b->f.symbols.width, to);
		to += p.bytes;
		code = page_draft_next_code(d, &p);
	}
	return to;
}

/* The first one of an index page, all of it: a shorter one could be below a key of the
 * leaf page before. */
static inline struct ab_key
frozen_root_separator(const struct draft *separators, size_t page)
{
	return draft_key(separators, page * FROZEN_INDEX_FAN);
}

static inline bool
frozen_root(struct frozen_builder *b)
{
	struct root *r = &b->f.root;
	const struct draft *d = &b->level[1];
	size_t text = 0;
	for (size_t i = 0; i < draft_pages(d); i++)
		text += frozen_root_separator(d, i).n;
	if (!root_open(r, draft_pages(d), text, b->mem))
		return false;
	for (size_t i = 0; i < r->n; i++)
		root_add(r, i, frozen_root_separator(d, i), d->offset[i]);
	root_close(r);
	return true;
}

static inline bool
frozen_lay_out(struct frozen_builder *b)
{
	struct frozen *f = &b->f;
	struct draft *keys = &b->level[0], *separators = &b->level[1];
	f->leaf_bytes = frozen_layout(b, keys, 0);
	f->heap_bytes = frozen_layout(b, separators, f->leaf_bytes);
	f->usual_bytes = f->leaf_bytes / frozen_leaves(f);
	if (f->usual_bytes > FROZEN_AHEAD_MOST)
		f->usual_bytes = FROZEN_AHEAD_MOST;
	if (!frozen_root(b))
		return false;
	f->heap = ab_alloc(b->mem, f->heap_bytes + PAGE_PAD);
	if (!f->heap)
		return false;
	memset(f->heap, 0, f->heap_bytes + PAGE_PAD);
	frozen_write(b, separators, frozen_write(b, keys, f->heap));
	return true;
}

/* ---- all of it ---- */

static inline void
frozen_builder_close(struct frozen_builder *b)
{
	trainer_close(&b->trainer);
	matcher_close(&b->matcher, b->mem);
	for (unsigned i = 0; i < 2; i++)
		draft_close(&b->level[i], b->mem);
	if (b->step)
		ab_free(b->mem, b->step, (b->f.longest + 1) * sizeof *b->step);
	ab_free(b->mem, b, sizeof *b);
}

static inline bool
frozen_fill(struct frozen_builder *b, size_t n)
{
	struct draft *keys = &b->level[0], *separators = &b->level[1];
	b->f.n = n;
	if (!draft_open(keys, n, b->e, NULL, b->mem))
		return false;
	frozen_corpus(b, n);
	if (!frozen_train(b) || !frozen_encode(b, keys) ||
		!draft_open(separators, draft_pages(keys), NULL, keys, b->mem) ||
		!frozen_encode(b, separators))
		return false;
	frozen_shapes(b);
	return frozen_lay_out(b);
}

/* Why frozen_build cannot be had of these entries: AB_EKEY, AB_EORDER; or AB_OK. */
static inline enum ab_status
frozen_input_defect(const struct ab_entry *sorted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (sorted[i].key.n > FROZEN_KEY_MOST)
			return AB_EKEY;
		if (i && ab_key_cmp(sorted[i - 1].key, sorted[i].key) >= 0)
			return AB_EORDER;
	}
	return AB_OK;
}

/* Make `*f` from `n` > 0 entries in order, none longer than FROZEN_KEY_MOST. AB_ENOMEM
 * leaves it alone. */
static inline enum ab_status
frozen_build(
	struct frozen *f, const struct ab_entry *e, size_t n, const struct ab_alloc *mem)
{
	struct frozen_builder *b = ab_alloc(mem, sizeof *b);
	if (!b)
		return AB_ENOMEM;
	memset(b, 0, sizeof *b);
	b->mem = mem;
	b->e = e;
	bool built = frozen_fill(b, n);
	if (built)
		*f = b->f;
	else
		frozen_free(&b->f, mem);
	frozen_builder_close(b);
	return built ? AB_OK : AB_ENOMEM;
}
#endif /* FROZEN_BUILD_H */
