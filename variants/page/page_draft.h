/* page_draft.h: a page taken apart, changed, and written anew; or the pages that it splits
 * into.
 *
 * A draft borrows the texts from the page it was loaded from and from the caller's
 * key; texts that come about on the way stand in its room. They are key bytes until
 * draft_code has coded them.
 *
 * The rest of a key is what follows the `depth` bytes that all keys share. Where
 * several keys share a page no rest is over PAGE_LONG. */
#ifndef PAGE_DRAFT_H
#define PAGE_DRAFT_H

#include "page.h"

enum {
	/* The longest texts of a page twice, and those of split_prepare anew. */
	DRAFT_ROOM = 48 << 10,
	REST_ROOM = 2 * PAGE_LONG +
		    64,   /* for the rest of a key, and what decoding overshoots */
	DRAFT_NARROW = 3, /* bytes of arrays an entry */
	DRAFT_WIDE = 5,
};

struct draft {
	const struct coder *coder;
	unsigned n;
	unsigned form; /* of the texts that are coded */
	size_t depth;
	struct entry e[ENTRIES_MOST];
	/* Key bytes before the text of entry `lead_at`: set for a long key only. */
	struct ab_key lead;
	unsigned lead_at;
	size_t used;
	uint8_t room[DRAFT_ROOM];
};

static void
draft_open(struct draft *d, const struct coder *c, size_t depth)
{
	d->coder = c;
	d->n = 0;
	d->form = CODER_PLAIN;
	d->depth = depth;
	d->lead_at = ENTRIES_MOST;
	d->used = 0;
}

/* Append the entries of `p`; what is there already must be of the same form. */
static void
draft_load(struct draft *d, const struct page *p)
{
	struct layout l = page_layout(p);
	struct values values = values_open(l.values);
	const uint8_t *text = page_texts(p, &l);
	d->form = page_form(p);
	for (unsigned i = 0; i < p->count; i++) {
		struct entry *e = &d->e[d->n + i];
		*e = (struct entry){ .text = text,
			.value = values_get(&values, i),
			.n = (uint16_t)page_len(p, &l, i),
			.lcp = (uint16_t)page_lcp(p, &l, i),
			.branch = l.branch[i],
			.dead = page_dead(p, &l, i) };
		text += e->n;
	}
	struct entry *first = &d->e[d->n];
	first->ends = p->form & PAGE_ENDS;
	first->alone = first->raw = d->form == CODER_PLAIN && first->n >= PAGE_LONG;
	d->n += p->count;
}

/* Append the entry's text to `out`, as key bytes; how many. At most `room` of them,
 * if it is plain. */
static size_t
draft_text(const struct draft *d, const struct entry *e, uint8_t *out, size_t room)
{
	if (!e->raw && d->form != CODER_PLAIN)
		return text_decode(d->coder, d->form, e->text, e->n, out);
	size_t n = e->n < room ? e->n : room;
	memcpy(out, e->text, n);
	return n;
}

/* The rest of key `i`, into `out` with room for REST_ROOM; how many bytes. It is
 * not over PAGE_LONG itself, though the keys before it may be. */
static size_t
draft_rest(const struct draft *d, unsigned i, uint8_t *out)
{
	size_t n = 0;
	for (unsigned j = 0; j <= i; j++) {
		const struct entry *e = &d->e[j];
		n = e->lcp;
		if (!e->ends)
			out[n++] = e->branch;
		if (n <= PAGE_LONG)
			n += draft_text(d, e, out + n, PAGE_LONG);
	}
	return n;
}

/* Make entry `i` the first of a page `deeper` bytes deeper; rest: its key's. The lcp
 * of those that follow it in the page is lessened as they are written. */
static void
draft_restart(struct draft *d, unsigned i, size_t deeper, struct ab_key rest)
{
	struct entry *e = &d->e[i];
	e->lcp = (uint16_t)deeper;
	e->ends = rest.n == deeper;
	e->raw = true;
	e->branch = e->ends ? 0 : rest.p[deeper];
	e->text = e->ends ? d->room : rest.p + deeper + 1;
	e->n = (uint16_t)(e->ends ? 0 : rest.n - deeper - 1);
}

/* Put `key`, which the page that was loaded has sought as `s`, among the entries. */
static void
draft_insert(struct draft *d, struct seek s, struct ab_key key, uint64_t value)
{
	struct entry *e = &d->e[s.pos], new = { .raw = true, .value = value };
	new.alone = key.n - d->depth > PAGE_LONG;
	if (s.splits) {
		size_t skip = s.at - d->depth - e->lcp - 1;
		uint8_t *text = d->room + d->used;
		new.lcp = e->lcp;
		if (e->raw || d->form == CODER_PLAIN) {
			text = (uint8_t *)(uintptr_t)e->text;
		} else {
			e->n = (uint16_t)draft_text(d, e, text, DRAFT_ROOM);
			d->used += e->n;
		}
		e->raw = true;
		e->lcp = (uint16_t)(s.at - d->depth);
		e->branch = text[skip];
		e->text = text + skip + 1;
		e->n = (uint16_t)(e->n - skip - 1);
	} else {
		new.lcp = (uint16_t)(s.at - d->depth);
	}
	size_t at = d->depth + new.lcp;
	new.ends = at == key.n;
	new.text = d->room;
	if (!new.ends) {
		new.branch = key.p[at];
		new.text = key.p + at + 1;
		new.n = (uint16_t)(key.n - at - 1);
	}
	memmove(e + 1, e, (d->n - s.pos) * sizeof *e);
	*e = new;
	d->n++;
}

/* Give the part of the text of `e` that the next entry shares to that. If it has been
 * given some before, its text is the last in the room, and what is new goes there: so
 * the room fills no further than the texts of what stays. False: it is full. */
static bool
draft_bequeath(struct draft *d, const struct entry *e)
{
	struct entry *next = &d->e[e - d->e + 1];
	uint8_t text[4 * PAGE_LONG];
	size_t n = (size_t)next->lcp - e->lcp - 1;
	draft_text(d, e, text, 2 * PAGE_LONG);
	text[n++] = next->branch;
	n += draft_text(d, next, text + n, 2 * PAGE_LONG);
	if (next->text + next->n == d->room + d->used)
		d->used -= next->n;
	if (d->used + n > DRAFT_ROOM)
		return false;
	memcpy(d->room + d->used, text, n);
	next->lcp = e->lcp;
	next->branch = e->branch;
	next->text = d->room + d->used;
	next->n = (uint16_t)n;
	next->raw = true;
	d->used += n;
	return true;
}

/* Take entry `i` out. False: no room for the texts. */
static bool
draft_remove(struct draft *d, unsigned i)
{
	struct entry *e = &d->e[i];
	if (i + 1 < d->n && e[1].lcp > e->lcp && !draft_bequeath(d, e))
		return false;
	memmove(e, e + 1, (d->n - i - 1) * sizeof *e);
	d->n--;
	return true;
}

/* ---- writing ---- */

/* Code what is raw and may be coded. False: no room. */
static bool
draft_code(struct draft *d)
{
	for (unsigned i = 0; i < d->n && d->form != CODER_PLAIN; i++) {
		struct entry *e = &d->e[i];
		if (!e->raw || e->alone)
			continue;
		uint8_t *out = d->room + d->used;
		size_t n = text_encode(
			d->coder, d->form, e->text, e->n, out, DRAFT_ROOM - d->used);
		if (n == SIZE_MAX)
			return false;
		d->used += n;
		e->text = out;
		e->n = (uint16_t)n;
		e->raw = false;
	}
	return true;
}

/* Bytes of text of entries [from, to). */
static size_t
draft_texts(const struct draft *d, unsigned from, unsigned to)
{
	size_t n = 0;
	for (unsigned i = from; i < to; i++)
		n += d->e[i].n + (i == d->lead_at ? d->lead.n : 0);
	return n;
}

/* All texts in another form. False, and nothing changed: no room, or over `most` bytes. */
static bool
draft_recode(struct draft *d, unsigned form, size_t most)
{
	uint8_t text[REST_ROOM];
	uint16_t n[ENTRIES_MOST];
	size_t used = d->used;
	size_t end = used + most < DRAFT_ROOM ? used + most : DRAFT_ROOM;
	for (unsigned i = 0; i < d->n; i++) {
		size_t bytes = draft_text(d, &d->e[i], text, PAGE_LONG);
		bytes = text_encode(
			d->coder, form, text, bytes, d->room + used, end - used);
		if (bytes == SIZE_MAX)
			return false;
		n[i] = (uint16_t)bytes;
		used += bytes;
	}
	for (unsigned i = 0; i < d->n; i++) {
		d->e[i].text = d->room + d->used;
		d->e[i].n = n[i];
		d->e[i].raw = false;
		d->used += n[i];
	}
	d->form = form;
	return true;
}

/* Coded texts as they are if that is fewer bytes, as where a table was learnt of other
 * keys; or plain ones coded if that is no more. True: they are. */
static bool
draft_reform(struct draft *d)
{
	unsigned form = coder_form(d->coder);
	size_t n = draft_texts(d, 0, d->n);
	if (d->form == CODER_PLAIN)
		return form != CODER_PLAIN && draft_recode(d, form, n);
	return n && draft_recode(d, CODER_PLAIN, n - 1);
}

static bool
draft_wide(const struct draft *d, unsigned from, unsigned to, size_t deeper)
{
	for (unsigned i = from; i < to; i++)
		if (d->e[i].lcp - deeper > NARROW_LCP || d->e[i].n > NARROW_LEN ||
			i == d->lead_at)
			return true;
	return false;
}

/* Bytes of a page of entries [from, to), `deeper` bytes deeper than the draft. */
static size_t
draft_measure(const struct draft *d, unsigned from, unsigned to, size_t deeper)
{
	size_t arrays = draft_wide(d, from, to, deeper) ? DRAFT_WIDE : DRAFT_NARROW;
	return PAGE_HEAD + (to - from) * arrays + values_measure(d->e + from, to - from) +
	       draft_texts(d, from, to);
}

static void
draft_write_wide(
	const struct draft *d, unsigned from, unsigned to, size_t deeper, uint8_t *at)
{
	size_t n = to - from;
	for (unsigned i = from; i < to; i++) {
		const struct entry *e = &d->e[i];
		uint16_t lcp = (uint16_t)(e->lcp - deeper), len = e->n;
		if (i == d->lead_at)
			len = (uint16_t)(len + d->lead.n);
		memcpy(at + 2 * (i - from), &lcp, sizeof lcp);
		at[2 * n + (i - from)] = e->branch;
		memcpy(at + 3 * n + 2 * (i - from), &len, sizeof len);
	}
}

static void
draft_write_narrow(
	const struct draft *d, unsigned from, unsigned to, size_t deeper, uint8_t *at)
{
	size_t n = to - from;
	for (unsigned i = from; i < to; i++, at++) {
		const struct entry *e = &d->e[i];
		at[0] = (uint8_t)(e->lcp - deeper);
		at[n] = e->branch;
		at[2 * n] = (uint8_t)e->n;
	}
}

static void
draft_write_texts(const struct draft *d, unsigned from, unsigned to, uint8_t *at)
{
	for (unsigned i = from; i < to; i++) {
		if (i == d->lead_at) {
			memcpy(at, d->lead.p, d->lead.n);
			at += d->lead.n;
		}
		memcpy(at, d->e[i].text, d->e[i].n);
		at += d->e[i].n;
	}
}

/* Write the page that draft_measure has measured to `p`, but for its owner. */
static void
draft_write(
	const struct draft *d, unsigned from, unsigned to, size_t deeper, struct page *p)
{
	bool wide = draft_wide(d, from, to, deeper);
	const struct entry *first = &d->e[from];
	p->depth = (uint16_t)(d->depth + deeper);
	p->count = (uint8_t)(to - from);
	p->form = (uint8_t)((first->raw ? CODER_PLAIN : d->form) |
			    (wide ? PAGE_WIDE : 0) | (first->ends ? PAGE_ENDS : 0));
	struct layout l = page_layout(p);
	uint8_t *values = (uint8_t *)(uintptr_t)l.values;
	if (wide)
		draft_write_wide(d, from, to, deeper, (uint8_t *)(p + 1));
	else
		draft_write_narrow(d, from, to, deeper, (uint8_t *)(p + 1));
	values_write(values, first, to - from);
	draft_write_texts(d, from, to, (uint8_t *)(uintptr_t)page_texts(p, &l));
}

/* Bytes of a page as it stands, by class. */
struct page_bytes {
	size_t leaf, key;
};

static struct page_bytes
page_measure(const struct page *p)
{
	struct layout l = page_layout(p);
	return (struct page_bytes){ (size_t)(page_texts(p, &l) - (const uint8_t *)p),
		page_sum(p, &l, p->count) };
}
#endif /* PAGE_DRAFT_H */
