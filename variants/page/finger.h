/* finger.h: where keys come in order, the finger: the page and the place in it that the last
 * key was put to. The next one, just behind it, or just before it where keys descend, is put
 * there without a way down or a search.
 *
 *   page   | a   c   e |     fence            ascending: e was put last. A key between it
 *                    ^       ^                and the fence goes behind it
 *
 * The finger knows that key, whole, and of the fence beyond it, which is the next entry of
 * the page, or at its end the separator, or none, how many bytes it shares with the key, and
 * the byte that follows. A new key that shares more with the last one is on the same side of
 * the fence; one that shares as much, if its next byte is. Either way it shares as much with
 * the fence as the last one did: so what is known of the fence stays true, and so does the
 * entry behind. Where keys descend the fence is the entry before, or the separator there.
 *
 * The finger's page stands in a block of PAGE_FULL bytes, so that puts there change no size
 * class. When the finger leaves, the page goes to a block of its own size, which takes no
 * memory: it is smaller. So there is less than a page of slack, for one page, and a put that
 * finds no memory has the finger leave, and tries again.
 *
 * There texts are plain while keys come, even if the coder has a table: they are coded once,
 * all together, when the page is full as it is, or is written elsewhere (finger_code). One that
 * is coded as the finger is set on it stays so.
 *
 * All that the finger knows is about keys: it stays true if the page moves, or is written
 * anew with other values or codes. If the page goes to another block as it is written, the
 * finger is gone (leave in page_tree.h). A key that comes or goes elsewhere in the page has
 * the finger leave before. Separators beyond it only ever move away, until the page itself
 * splits or is joined.
 *
 * The nodes above its page do not count the keys that come there one by one, but when the
 * page is full, is left or becomes another: until then they count run - told too few.
 *
 * It is set when keys have come in order, FINGER_RUN times after the first, and leaves after
 * FINGER_MISSES puts elsewhere. In an index of one page there is none: a few keys would take
 * the block of a full page. The trail is how keys in order are found out, and may be out of
 * date: then the finger is set too late, or where it is of no use. */
#ifndef PAGE_FINGER_H
#define PAGE_FINGER_H

#include "write.h"

enum {
	FINGER_RUN = 2,
	FINGER_MISSES = 8,
	FINGER_LONG = 16, /* keys in order, and a page splits at the finger */
};

/* ---- its block ---- */

static inline void
finger_copy(const struct edit *e, const struct page *from, struct page *to)
{
	memmove(to, from, e->bytes);
}

/* Move the page that the path leads to, of `own` bytes, to a block for `room` and no more: in
 * order pages come full, and stay as they are. False: there is no memory. The path is good no
 * more. */
static bool
finger_move(struct ab_index *t, struct path *p, size_t own, size_t room)
{
	struct edit e = { .bytes = own };
	unsigned c = store_class_from(&t->store, store_class(own), path_page(p));
	return page_edit_to(t, p, &e, c, store_class(room), finger_copy) == AB_OK;
}

static __attribute__((noinline)) bool
finger_recode(struct ab_index *t)
{
	struct draft d;
	const struct page *page = page_at(t, t->finger.page);
	draft_open(&d, &t->coder, page->depth);
	draft_load(&d, page);
	struct page_bytes own = page_measure(page);
	if (!draft_reform(&d))
		return false;
	size_t bytes = draft_measure(&d, 0, d.n, 0);
	if (bytes > own.leaf + own.key)
		return false; /* it were wide */
	page_overwrite(t, t->finger.page, &d, bytes);
	return true;
}

/* Code the texts of its page where that stands, if they are plain, and the page is no larger
 * then: so it has room for more, or may be left. It takes no memory. False: nothing has
 * changed. */
static inline bool
finger_code(struct ab_index *t)
{
	return coder_form(&t->coder) != CODER_PLAIN &&
	       page_form(page_at(t, t->finger.page)) == CODER_PLAIN && finger_recode(t);
}

/* Its page is as others are: coded, and its keys counted in the nodes above. The way to it. */
static void
finger_settle(struct ab_index *t, struct path *p)
{
	finger_code(t);
	path_to(t, t->finger.page, p);
	finger_tell(t, p);
}

/* The finger is on no page. */
static void
finger_leave(struct ab_index *t)
{
	struct path p;
	finger_settle(t, &p);
	struct page_bytes b = page_measure(page_at(t, t->finger.page));
	t->finger.page = 0;
	finger_move(t, &p, b.leaf + b.key, b.leaf + b.key);
	count_usual(t);
}

/* A key is put elsewhere. */
static void
finger_miss(struct ab_index *t)
{
	if (++t->finger.misses == FINGER_MISSES)
		finger_leave(t);
}

/* ---- setting it ---- */

/* Byte `at` past the depth of the key of entry `i`; -1: it ends there. */
static int
finger_byte(const struct ab_index *t, const struct page *p, unsigned i, size_t at)
{
	uint8_t text[REST_ROOM];
	struct layout l = page_layout(p);
	while (page_lcp(p, &l, i) > at)
		i--;
	size_t skip = page_lcp(p, &l, i) + 1u;
	if (i == 0 && p->form & PAGE_ENDS)
		return -1;
	if (at < skip)
		return l.branch[i];
	size_t n = text_decode(&t->coder, page_form(p),
		page_texts(p, &l) + page_sum(p, &l, i), page_len(p, &l, i), text);
	return at - skip < n ? text[at - skip] : -1;
}

/* The fence is a separator. */
static void
finger_fence(struct finger *f, const struct pieces *fence)
{
	struct pieces key = pieces_of(f->key, f->n, NULL, 0);
	size_t same = pieces_common(fence, &key);
	f->reach = (int)same;
	f->limit = (int16_t)(same < pieces_n(fence) ? pieces_byte(fence, same) : -1);
}

/* Find what is beyond the key of the finger `f`, entry `pos` of the page that the path leads
 * to. */
static void
finger_look(const struct ab_index *t, const struct path *p, struct finger *f)
{
	const struct page *page = page_at(t, path_page(p));
	struct layout l = page_layout(page);
	unsigned step = p->n - 1, at = p->at[step], next = f->pos + f->up;
	struct pieces fence;
	f->reach = -1;
	if (next == (f->up ? page->count : 0)) {
		if ((f->up ? fence_high : fence_low)(t, p, step, at, &fence))
			finger_fence(f, &fence);
		return;
	}
	size_t lcp = page_lcp(page, &l, next);
	f->reach = (int)(page->depth + lcp);
	f->limit = (int16_t)(f->up ? l.branch[next]
				   : finger_byte(t, page, next - 1u, lcp));
}

/* Set the finger on the key that has just been put, the last of `run` in order, if the page
 * it is in and the memory there is allow that. */
static void
finger_set(struct ab_index *t, struct ab_key key, bool up, size_t run)
{
	struct finger *f = &t->finger;
	struct path p;
	if (f->page)
		finger_leave(t);
	if (t->pages == 1)
		return;
	f->trail.run = 0;
	if (key.n > FINGER_KEY)
		return;
	path_find(t, key, &p);
	const struct page *page = page_at(t, path_page(&p));
	struct page_bytes b = page_measure(page);
	size_t bytes = b.leaf + b.key;
	if (bytes > PAGE_FULL || page->form & PAGE_GHOSTS ||
		!finger_move(t, &p, bytes, PAGE_FULL))
		return;
	path_find(t, key, &p);
	f->page = path_page(&p);
	f->pos = (uint8_t)page_seek(&t->coder, page_at(t, f->page), key).pos;
	f->up = up;
	f->run = f->told = run;
	f->misses = 0;
	f->n = (uint16_t)key.n;
	if (key.n)
		memcpy(f->key, key.p, key.n);
	finger_look(t, &p, f);
}

/* A key that is not at the finger is to come as entry `pos` of the page that the path leads
 * to: is that just behind the key before it, or in its place? */
static inline void
finger_watch(struct ab_index *t, const struct path *p, unsigned pos)
{
	struct trail *trail = &t->finger.trail, now = { .node = p->node[p->n - 1],
		.at = (uint8_t)p->at[p->n - 1],
		.pos = (uint8_t)pos };
	now.up = pos != trail->pos;
	if (now.node == trail->node && now.at == trail->at &&
		pos == trail->pos + (unsigned)now.up)
		now.run = now.up == trail->up ? trail->run + 1 : 1;
	*trail = now;
}

/* ---- using it ---- */

/* Does the key go to the finger? There it is sought as `s`. */
static inline bool
finger_seek(const struct ab_index *t, struct ab_key key, struct seek *s)
{
	const struct finger *f = &t->finger;
	size_t most = key.n < f->n ? key.n : f->n;
	if (key.n > FINGER_KEY)
		return false;
	size_t same = art_common(f->key, key.p, most);
	int own = same < key.n ? key.p[same] : -1, last = same < f->n ? f->key[same] : -1;
	if (f->up ? own <= last : own >= last)
		return false;
	if ((int)same < f->reach)
		return false;
	if ((int)same == f->reach && (f->up ? own >= f->limit : own <= f->limit))
		return false;
	*s = (struct seek){ .at = same, .pos = f->pos + (unsigned)f->up };
	if (!f->up) {
		const struct page *p = page_at(t, f->page);
		struct layout l = page_layout(p);
		s->splits = same > p->depth + page_lcp(p, &l, f->pos);
	}
	return true;
}

/* The key has been put where the finger is, as it was sought. */
static inline void
finger_follow(struct ab_index *t, struct seek s, struct ab_key key)
{
	struct finger *f = &t->finger;
	if (key.n > s.at)
		memcpy(f->key + s.at, key.p + s.at, key.n - s.at);
	f->n = (uint16_t)key.n;
	f->pos = (uint8_t)s.pos;
	f->misses = 0;
	f->run++;
}
#endif /* PAGE_FINGER_H */
