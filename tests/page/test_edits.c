/* test_edits.c: an entry put into a page, or taken out, as page_edit.h does it, against
 * the page taken apart and written anew (page_draft.h): the same page, to the byte, over
 * itself and in another place, or the plan has said no and had to. And an index whose
 * blocks cannot be had for that. */
#include <stdlib.h>
#include "kit/check.h"
#include "contract/rng.h"
#ifdef VALUES_NARROW
#include "page/values_narrow.h"
#else
#include "page/values_whole.h"
#endif
#ifdef SYMBOLS
#include "page/text_symbols.h"
#endif
#include "page/variant.h"

enum {
	RUNS = CHECK_SANITIZED ? 40 : 400,
	STEPS = 500,
	KEY_ROOM = 1400,
	PAGE_ROOM = 256 << 10, /* of any page of PAGE_MOST keys */
	MARGIN = STORE_READABLE,
};

/* A page, and another place for it. */
struct bench {
	struct coder coder;
	uint64_t rng;
	size_t depth;
	unsigned letters; /* few: keys share much */
	unsigned longest;
	struct page *page;
};

/* Edits that were written, and those among them that other values' bytes change with; such
 * as the plan said no to; and pages that were full. */
static unsigned came, went, reframed, refused, full;

static uint8_t was[PAGE_ROOM], now[PAGE_ROOM];

static size_t
page_size(const struct page *p)
{
	struct page_bytes b = page_measure(p);
	return b.leaf + b.key;
}

/* What may be in a page of the bench, all of which share the first `depth` bytes. */
static struct ab_key
make_key(struct bench *b, uint8_t *buf)
{
	size_t n = b->depth + rng_below(&b->rng, b->longest);
	memset(buf, 'd', b->depth);
	for (size_t i = b->depth; i < n; i++)
		buf[i] = (uint8_t)('a' + rng_below(&b->rng, b->letters));
	size_t same = rng_below(&b->rng, 4) ? 0 : rng_below(&b->rng, n - b->depth + 1);
	memset(buf + b->depth, 'a', same);
	return (struct ab_key){ buf, n };
}

/* At the border of a frame, in it, or anywhere. */
static uint64_t
make_value(struct bench *b)
{
	static const uint64_t some[] = { 1000, 1031, 999, 1032, 0, UINT64_MAX };
	static const uint64_t first[] = { 1000, 250, UINT64_MAX - 40 };
	uint64_t i = rng_below(&b->rng, 200);
	if (i < sizeof some / sizeof *some)
		return some[i];
	if (b->letters == 5)
		return rng_next(&b->rng);
	return first[b->letters - 2] + rng_below(&b->rng, 64) / 2;
}

/* Have the values of two pages different frames? */
static bool
reframes(const struct page *p, const struct page *q)
{
#ifdef VALUES_NARROW
	struct frame f = values_frame(page_layout(p).values);
	struct frame g = values_frame(page_layout(q).values);
	return f.width != g.width || f.base != g.base;
#else
	(void)p;
	(void)q;
	return false;
#endif
}

/* The edit, written over the page itself and to another place, is the page `now`; whose it is
 * stays as it was there. */
static void
check_edit(struct bench *b, const struct edit *e, edit_write *write)
{
	size_t old = page_size(b->page), size = e->bytes > old ? e->bytes : old;
	const struct page *wanted = (const struct page *)(const void *)now;
	struct page_bytes before = page_measure(b->page), after = page_measure(wanted);
	CHECK(e->bytes == page_size(wanted) && e->bytes <= EDIT_MOST);
	CHECK(before.leaf + e->leaf == after.leaf && before.key + e->key == after.key);
	reframed += reframes(b->page, wanted);
	uint8_t *own = calloc(1, size + MARGIN), *other = calloc(1, e->bytes);
	memcpy(own, b->page, old);
	((struct page *)(void *)other)->owner = wanted->owner;
	write(e, b->page, (struct page *)(void *)other);
	write(e, (struct page *)(void *)own, (struct page *)(void *)own);
	CHECK(memcmp(other, now, e->bytes) == 0 && memcmp(own, now, e->bytes) == 0);
	free(own);
	free(other);
}

/* The draft as a page of its own, if it is one. */
static bool
write_draft(struct draft *d)
{
	if (d->n > PAGE_MOST || !draft_code(d) ||
		draft_measure(d, 0, d->n, 0) > PAGE_ROOM)
		return false;
	draft_write(d, 0, d->n, 0, (struct page *)(void *)now);
	((struct page *)(void *)now)->owner = 77;
	return true;
}

/* May an edit make the page `now` of the bench's? */
static bool
editable(const struct bench *b)
{
	const struct page *p = b->page, *q = (const struct page *)(const void *)now;
	return !(p->form & PAGE_SLOW) && !(q->form & PAGE_SLOW) &&
	       (p->form & PAGE_ENDS) == (q->form & PAGE_ENDS);
}

/* The bench's page is `now`, which an edit makes of it, unless it must not. */
static void
change(struct bench *b, bool planned)
{
	refused += !planned;
	CHECK(planned == editable(b));
	memcpy(was, now, page_size((const struct page *)(const void *)now));
}

static void
take_out(struct bench *b, struct draft *d, unsigned pos)
{
	struct edit e;
	bool planned = edit_plan_del(&e, &b->coder, b->page, pos);
	if (!CHECK(draft_remove(d, pos) && write_draft(d)))
		return;
	went += planned;
	if (planned)
		check_edit(b, &e, edit_del);
	change(b, planned);
}

/* Mostly into a page that may be full; else there may be no room for the key. */
static void
put_in(struct bench *b, struct draft *d, struct seek s, struct ab_key key)
{
	struct edit e;
	uint64_t value = make_value(b);
	size_t most = rng_below(&b->rng, 4) ? PAGE_FULL : page_size(b->page) + 40;
	bool planned = edit_plan_put(&e, &b->coder, b->page, s, key, value, most);
	draft_insert(d, s, key, value);
	if (key.n - b->depth > PAGE_LONG || !write_draft(d) ||
		page_size((const struct page *)(const void *)now) > most) {
		CHECK(!planned);
		full++;
		return;
	}
	came += planned;
	if (planned)
		check_edit(b, &e, edit_put);
	change(b, planned);
}

static void
step(struct bench *b)
{
	static struct draft d;
	uint8_t buf[KEY_ROOM];
	struct ab_key key = make_key(b, buf);
	struct seek s = page_seek(&b->coder, b->page, key);
	unsigned n = b->page->count;
	draft_open(&d, &b->coder, b->depth);
	draft_load(&d, b->page);
	if (!s.found && (n == 1 || rng_below(&b->rng, 3)))
		put_in(b, &d, s, key);
	else if (n > 1)
		take_out(b, &d, s.found ? s.pos : (unsigned)rng_below(&b->rng, n));
}

/* A page with a ghost is not edited. */
static void
check_ghost(struct bench *b)
{
	uint8_t buf[KEY_ROOM];
	struct edit e;
	if (b->page->count == 1)
		return;
	page_haunt(b->page, (unsigned)rng_below(&b->rng, b->page->count));
	for (unsigned i = 0; i < b->page->count; i++)
		CHECK(!edit_plan_del(&e, &b->coder, b->page, i));
	struct ab_key key = make_key(b, buf);
	struct seek s = page_seek(&b->coder, b->page, key);
	CHECK(s.found || !edit_plan_put(&e, &b->coder, b->page, s, key, 1000, PAGE_FULL));
}

#ifdef SYMBOLS
/* A table learnt of such keys. */
static void
learn(struct bench *b)
{
	struct study *s = study_new(NULL, 1);
	uint8_t buf[KEY_ROOM];
	while (s->stage != STUDY_ENDS) {
		struct ab_key key = make_key(b, buf);
		if (s->stage == STUDY_COUNTS)
			study_read(s, key.p, key.n, key.n);
		study_step(s, NULL);
	}
	b->coder.table[1] = s->table;
	b->coder.form = 1;
	s->table = NULL;
	study_free(s, NULL);
}
#else
static void
learn(struct bench *b)
{
	(void)b;
}
#endif

/* A page of one key, and then one change after the other. */
static void
run(uint64_t seed, bool learns)
{
	static const unsigned longest[] = { 9, 30, 140, 300, 1300 };
	static struct draft d;
	struct bench b = { .rng = seed, .page = (struct page *)(void *)was };
	uint8_t buf[KEY_ROOM];
	b.depth = rng_below(&b.rng, 3) * 20;
	b.letters = 2 + (unsigned)rng_below(&b.rng, 4);
	b.longest = longest[seed % 5];
	if (learns)
		learn(&b);
	draft_open(&d, &b.coder, b.depth);
	d.form = coder_form(&b.coder);
	memset(buf, 'd', b.depth);
	draft_insert(&d, (struct seek){ .at = b.depth },
		(struct ab_key){ buf, b.depth + seed % 2 }, 1000);
	CHECK(write_draft(&d));
	memcpy(was, now, PAGE_ROOM);
	for (unsigned i = 0; i < STEPS; i++)
		step(&b);
	check_ghost(&b);
	coder_free(&b.coder, NULL);
}

/* ---- an index ---- */

static const struct ab_variant pages = { PAGE_VARIANT };

/* An allocator that may have no more. */
static bool spent;

static void *
purse_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return spent ? NULL : malloc(size);
}

static void *
purse_resize(void *ctx, void *old, size_t old_size, size_t size)
{
	(void)ctx;
	return spent && size > old_size ? NULL : realloc(old, size);
}

static void
purse_free(void *ctx, void *block, size_t size)
{
	(void)ctx;
	(void)size;
	free(block);
}

static struct ab_key
number_key(uint8_t *buf, uint64_t i)
{
	size_t n = 8 + rng_mix(i) % 80;
	memset(buf, 'n', n);
	for (unsigned k = 0; k < 3; k++)
		buf[k] = (uint8_t)('a' + (rng_mix(i) >> 8 * k) % 8);
	memcpy(buf + 3, &i, 4);
	return (struct ab_key){ buf, n };
}

/* Puts without memory go through while there is room, and a refused one changes nothing;
 * dels go through always. */
static void
test_spent(void)
{
	enum { KEYS = 3000, MORE = 600 };
	struct ab_alloc mem = { purse_alloc, purse_resize, purse_free, NULL };
	struct ab_index *t = pages.create(&mem);
	uint8_t buf[KEY_ROOM];
	unsigned without = 0;
	uint64_t value;
	for (uint64_t i = 0; i < KEYS; i++)
		CHECK(pages.put(t, number_key(buf, i), i) == AB_OK);
	spent = true;
	for (uint64_t i = KEYS; i < KEYS + MORE; i++) {
		size_t count = t->count, taken = t->store.taken, key = t->key;
		enum ab_status status = pages.put(t, number_key(buf, i), i);
		CHECK(pages.check(t) == NULL);
		if (status != AB_OK) {
			CHECK(status == AB_ENOMEM && t->key == key && t->count == count);
			CHECK(t->store.taken == taken);
			without++;
		}
		CHECK((pages.get(t, number_key(buf, i), &value) == AB_OK) ==
			(status == AB_OK));
		if (i % 6 == 0)
			CHECK(pages.del(t, number_key(buf, i - KEYS)) == AB_OK);
	}
	CHECK(without > MORE / 10 && without < MORE);
	for (uint64_t i = 0; i < KEYS; i++)
		CHECK(pages.get(t, number_key(buf, i), &value) ==
			(i < MORE && i % 6 == 0 ? AB_NOT_FOUND : AB_OK));
	spent = false;
	for (uint64_t i = KEYS; i < KEYS + MORE; i++)
		CHECK(pages.put(t, number_key(buf, i), i) >= AB_OK);
	CHECK(pages.check(t) == NULL);
	pages.destroy(t);
}

int
main(void)
{
	test_spent();
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		run(seed, false);
		if (PAGE_LEARNS && seed % 4 == 0)
			run(seed, true);
	}
	CHECK(came > RUNS && went > RUNS && refused > RUNS && full > RUNS);
#ifdef VALUES_NARROW
	CHECK(reframed > RUNS);
#endif
	return check_finish();
}
