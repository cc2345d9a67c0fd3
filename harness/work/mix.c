/* mix.c: see mix.h. */
#include "contract/checksum.h"
#include "ground/memory.h"
#include "mix.h"
#include "queries.h"
#include "zipf.h"

size_t
mix_asked(size_t keys)
{
	return MIN(keys, MIX_MOST);
}

size_t
mix_asked_scans(size_t keys)
{
	return MIN(keys, MIX_MOST_SCANS);
}

struct recipe {
	unsigned share[MIX_KINDS]; /* in hundredths; what is missing is reads */
	bool latest;
	size_t (*asked)(size_t keys);
};

static const struct recipe recipes[] = {
	[FOR_YCSB_A - FOR_YCSB_A] = { { [MIX_UPDATE] = 50 }, false, mix_asked },
	[FOR_YCSB_B - FOR_YCSB_A] = { { [MIX_UPDATE] = 5 }, false, mix_asked },
	[FOR_YCSB_C - FOR_YCSB_A] = { { 0 }, false, mix_asked },
	[FOR_YCSB_D - FOR_YCSB_A] = { { [MIX_INSERT] = 5 }, true, mix_asked },
	[FOR_YCSB_E - FOR_YCSB_A] = { { [MIX_INSERT] = 5, [MIX_SCAN] = 95 }, false,
		mix_asked_scans },
	[FOR_YCSB_F - FOR_YCSB_A] = { { [MIX_MODIFY] = 50 }, false, mix_asked },
};

/* What making one needs; each an array of pages. */
struct draft {
	const struct dataset *d;
	const struct setup *s;
	const struct recipe *recipe;
	enum setup_purpose purpose;
	size_t n;          /* operations */
	size_t loaded;     /* keys in the index at first */
	uint32_t *arrival; /* d->n rows in the order in which they get into the index */
	uint32_t *popular; /* `loaded` places in `arrival`, by rank */
	uint32_t *shuffle; /* n: the operations' shares are dealt by */
	uint32_t *rows;    /* n: of the operations' keys */
	uint64_t *now;     /* d->n: each row's value */
	uint8_t *there;    /* d->n: is the row in the index? */
};

static void
draft_free(struct draft *x)
{
	size_t keys = x->d->n;
	pages_free(x->arrival, keys * sizeof *x->arrival);
	pages_free(x->popular, x->loaded * sizeof *x->popular);
	pages_free(x->shuffle, x->n * sizeof *x->shuffle);
	pages_free(x->rows, x->n * sizeof *x->rows);
	pages_free(x->now, keys * sizeof *x->now);
	pages_free(x->there, keys * sizeof *x->there);
}

/* Those that are loaded, in the order of insertion, then those held out. */
static void
part(struct draft *x, const uint32_t *order)
{
	size_t loaded = 0, held_out = x->loaded;
	for (size_t i = 0; i < x->d->n; i++)
		if ((i + 1) % HELD_OUT_EVERY)
			x->arrival[loaded++] = order[i];
		else
			x->arrival[held_out++] = order[i];
}

static bool
draft_make(struct draft *x)
{
	size_t keys = x->d->n;
	uint32_t *order = order_new(keys, x->s, FOR_INSERT, x->s->order == ORDER_SORTED);
	x->arrival = pages_new(keys * sizeof *x->arrival);
	x->popular = order_new(x->loaded, x->s, x->purpose, false);
	x->shuffle = pages_new(x->n * sizeof *x->shuffle);
	x->rows = pages_new(x->n * sizeof *x->rows);
	x->now = pages_new(keys * sizeof *x->now);
	x->there = pages_new(keys);
	bool made = order && x->arrival && x->popular && x->shuffle && x->rows &&
		    x->now && x->there;
	if (made)
		part(x, order);
	pages_free(order, keys * sizeof *order);
	return made;
}

/* The kind of the operation that was dealt this number of 0 to n - 1. */
static enum mix_kind
dealt(const struct draft *x, size_t number)
{
	size_t end = 0;
	for (int kind = MIX_UPDATE; kind < MIX_KINDS; kind++) {
		end += x->n * x->recipe->share[kind] / 100;
		if (number < end)
			return (enum mix_kind)kind;
	}
	return MIX_READ;
}

/* Deal out the operations, and draw the row that each is on. */
static void
choose(struct draft *x, uint64_t *rng)
{
	size_t in = x->loaded;
	struct zipf z;
	zipf_init(&z, ZIPF_EXPONENT, in);
	for (size_t i = 0; i < x->n; i++)
		x->shuffle[i] = (uint32_t)i;
	rng_shuffle(rng, x->shuffle, x->n);
	for (size_t i = 0; i < x->n; i++) {
		if (dealt(x, x->shuffle[i]) == MIX_INSERT) {
			x->rows[i] = x->arrival[in++];
			if (x->recipe->latest)
				zipf_resize(&z, in);
			continue;
		}
		uint64_t rank = zipf_next(&z, rng);
		uint64_t at = x->recipe->latest ? in - 1 - rank : x->popular[rank];
		x->rows[i] = x->arrival[at];
	}
}

/* What is visited from `row` on. */
static uint64_t
visit(const struct draft *x, size_t row, uint64_t entries)
{
	uint64_t sum = 0;
	for (; entries && row < x->d->n; row++)
		if (x->there[row]) {
			sum = checksum_add(sum, x->d->keys[row], x->now[row]);
			entries--;
		}
	return sum;
}

/* Do operation `i`; returns what it must answer. */
static uint64_t
play(struct draft *x, struct mix_operation *o, size_t i, uint64_t *rng)
{
	uint32_t row = x->rows[i];
	uint64_t before = x->now[row];
	o->kind = (uint8_t)dealt(x, x->shuffle[i]);
	switch ((enum mix_kind)o->kind) {
	case MIX_UPDATE: x->now[row] = o->given = rng_next(rng); return 0;
	case MIX_INSERT:
		x->there[row] = 1;
		o->given = before;
		return 0;
	case MIX_MODIFY: x->now[row]++; return before;
	case MIX_SCAN:
		o->given = 1 + rng_below(rng, MIX_SCAN_MOST);
		return visit(x, row, o->given);
	case MIX_READ:
	case MIX_KINDS: break;
	}
	return before;
}

static void
play_all(struct draft *x, struct stream *q, uint64_t *rng)
{
	for (size_t row = 0; row < x->d->n; row++)
		x->now[row] = setup_value(x->s, row);
	for (size_t i = 0; i < x->loaded; i++)
		x->there[x->arrival[i]] = 1;
	for (size_t i = 0; i < x->n; i++)
		((uint64_t *)q->expected)[i] = play(x, &q->operations[i], i, rng);
	for (size_t i = 0; i < x->n; i++) {
		q->operations[i].first = setup_value(x->s, x->rows[i]);
		q->operations[i].left = x->now[x->rows[i]];
	}
}

bool
mix_make(struct stream *q, const struct dataset *d, const struct setup *s,
	enum setup_purpose purpose)
{
	struct draft x = { .d = d, .s = s, .purpose = purpose };
	uint64_t rng = rng_mix(setup_rng(s, purpose));
	x.recipe = &recipes[purpose - FOR_YCSB_A];
	x.n = x.recipe->asked(d->n);
	x.loaded = d->n - d->n / HELD_OUT_EVERY;
	bool made = draft_make(&x);
	if (made)
		choose(&x, &rng);
	made = made && stream_present(q, d, x.rows, x.n, s) && stream_add_operations(q);
	if (made)
		play_all(&x, q, &rng);
	draft_free(&x);
	return made;
}
