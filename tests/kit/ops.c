/* ops.c: the decoder of ops.h; its text is in ops_text.c. Small alphabets and a memory of recent keys make
 * what random bytes never hit likely: the same key again, one key a prefix of
 * another, bounds that sit beside keys. */
#include <string.h>
#include "ops.h"
#include "../../harness/contract/rng.h"

enum { RECENT = 64, SHAPES = 4, MANY = 70 /* keys a get-many, at most */ };

struct buffer {
	size_t n;
	uint8_t p[OPS_LONGEST];
};

struct ops {
	const uint8_t *p, *end;
	const char *mix;
	bool wide; /* from mixes of all operations */
	uint8_t shapes[SHAPES];
	uint64_t puts;          /* so far: the source of values */
	GBytes *recent[RECENT]; /* keys of the last puts, a ring */
	struct buffer key, hi;
	struct ab_key keys[MANY]; /* in `bytes` */
	GByteArray *bytes;
};

/* Operations by letter: Put, Get, Del, Range, preFix; 16 a mix. Bytes that are kept depend on
 * what these are. */
static const char *const mixes[] = {
	"PPPPPPDDDDGGGRRF",
	"PPPPPPPPPPPPDGRF",
	"PDDDDDDDDDDDDGRF",
	"PPPPPPPDDDDDDDRF",
};

/* Update, get Many, del-range (Cut), Values, Back, Nth, ranK too; no mix is one of those above. */
static const char *const wide_mixes[] = {
	"PPPPPPUUUDMMCVNK",
	"UUUUUUUUUUDDGMKR",
	"PPPPPPPPUCCMVBNK",
	"PPPPPDUUMBNNKKFC",
};

static enum ops_kind
kind_of(char letter)
{
	static const char letters[] = "PGDRFUMCVBNK"; /* of enum ops_kind, in its order */
	return (enum ops_kind)(strchr(letters, letter) - letters);
}

enum { OP_NEW_MIX = 0xff, OP_REBUILD = 0xfe };

static uint8_t
take(struct ops *o)
{
	return o->p < o->end ? *o->p++ : 0;
}

static void
push(struct buffer *b, uint8_t byte)
{
	if (b->n < sizeof b->p)
		b->p[b->n++] = byte;
}

static void
push_run(struct buffer *b, uint8_t byte, size_t n)
{
	while (n--)
		push(b, byte);
}

static void
push_text(struct buffer *b, const char *text)
{
	for (; *text; text++)
		push(b, (uint8_t)*text);
}

/* Up to four bytes from both ends of the byte order and the middle. */
static void
shape_edges(struct ops *o, struct buffer *b)
{
	static const uint8_t set[] = { 0, 1, 0x7f, 0x80, 0xfe, 0xff, 'a', 'b' };
	uint8_t n = take(o) % 5;
	while (n--)
		push(b, set[take(o) % sizeof set]);
}

static void
shape_any(struct ops *o, struct buffer *b)
{
	uint8_t n = take(o) % 24;
	while (n--)
		push(b, take(o));
}

/* Long common prefixes around the sizes at which layouts change their minds. */
static void
shape_shared(struct ops *o, struct buffer *b)
{
	static const uint16_t length[] = { 6, 7, 8, 9, 15, 16, 17, 31, 63, 255, 256,
		300 };
	uint8_t pick = take(o);
	push_run(b, pick & 1 ? 0 : 'p', length[pick / 2 % G_N_ELEMENTS(length)]);
	shape_edges(o, b);
}

static void
shape_url(struct ops *o, struct buffer *b)
{
	static const char *const host[] = { "github.com", "gitlab.com", "git.io",
		"a.org" };
	static const char *const part[] = { "/a", "/ab", "/src", "/src/", "/index.html",
		"/\xc3\xa9t\xc3\xa9", "?q=1", "/" };
	uint8_t pick = take(o);
	push_text(b, pick & 0x80 ? "https://" : "http://");
	push_text(b, host[pick & 3]);
	for (uint8_t n = pick >> 2 & 3; n; n--)
		push_text(b, part[take(o) % G_N_ELEMENTS(part)]);
}

/* A run of one byte: each key extends the one before it. */
static void
shape_chain(struct ops *o, struct buffer *b)
{
	static const uint8_t set[] = { 0, 0xff, 'a', 0x80 };
	uint8_t pick = take(o);
	push_run(b, set[pick & 3], pick >> 2);
}

/* One of 256 children of a few parents, with and without something below. */
static void
shape_fan(struct ops *o, struct buffer *b)
{
	static const char *const parent[] = { "", "f", "fan/", "a longer parent/" };
	static const char *const below[] = { "", "", "x", "a suffix" };
	uint8_t pick = take(o);
	push_text(b, parent[pick & 3]);
	push(b, take(o));
	push_text(b, below[pick >> 2 & 3]);
}

/* As long as keys get; few of them, since each is 64 KiB. */
static void
shape_huge(struct ops *o, struct buffer *b)
{
	static const uint32_t length[] = { 4096, 65534, 65535, 65536 };
	uint8_t pick = take(o);
	if (pick & 0xe0) {
		shape_edges(o, b);
		return;
	}
	push_run(b, 'h', length[pick & 3]);
	if (pick & 4)
		b->p[b->n - 1] = 'i';
	if (pick & 8)
		b->p[b->n / 2] = 0;
}

static void
append_recent(struct ops *o, struct buffer *b, uint8_t which)
{
	GBytes *recent = o->recent[which % RECENT];
	gsize n = 0;
	const uint8_t *p = recent ? g_bytes_get_data(recent, &n) : NULL;
	if (n)
		memcpy(b->p, p, n);
	b->n = n;
}

/* A recent key as it is, or cut, extended, or with one byte changed. */
static void
shape_recent(struct ops *o, struct buffer *b)
{
	append_recent(o, b, take(o));
	uint8_t how = take(o);
	switch (how & 7) {
	case 0:
		if (b->n)
			b->n = take(o) % b->n;
		break;
	case 1: push(b, take(o)); break;
	case 2: shape_edges(o, b); break;
	case 3:
		if (b->n)
			b->p[take(o) % b->n] ^= (uint8_t)(1u << (how >> 5));
		break;
	default: break;
	}
}

static void (*const shapes[])(struct ops *, struct buffer *) = {
	shape_edges,
	shape_any,
	shape_shared,
	shape_url,
	shape_chain,
	shape_fan,
	shape_huge,
	shape_recent,
};

static struct ab_key
take_key(struct ops *o, struct buffer *b)
{
	b->n = 0;
	shapes[o->shapes[take(o) % SHAPES]](o, b);
	return (struct ab_key){ b->n ? b->p : NULL, b->n };
}

/* What exists is worth asking for: every second key asked is a recent one. */
static struct ab_key
take_known_key(struct ops *o, struct buffer *b)
{
	uint8_t pick = take(o);
	if (pick & 1)
		return take_key(o, b);
	b->n = 0;
	append_recent(o, b, pick / 2);
	return (struct ab_key){ b->n ? b->p : NULL, b->n };
}

static void
take_mix(struct ops *o)
{
	uint8_t pick = take(o);
	o->wide = o->wide || (pick & 0xf0) == OPS_WIDE;
	o->mix = o->wide ? wide_mixes[pick % G_N_ELEMENTS(wide_mixes)]
			 : mixes[pick % G_N_ELEMENTS(mixes)];
	for (size_t i = 0; i < SHAPES; i++)
		o->shapes[i] = take(o) % G_N_ELEMENTS(shapes);
}

static uint64_t
next_value(struct ops *o)
{
	static const uint64_t edge[] = { 0, 1, UINT32_MAX, 1ull << 32, 1ull << 63,
		UINT64_MAX };
	uint64_t i = o->puts++;
	return i % 8 ? rng_mix(i) : edge[i / 8 % G_N_ELEMENTS(edge)];
}

/* A value for the key, which is a recent one from now on. */
static void
take_value(struct ops *o, struct ops_op *op)
{
	op->value = next_value(o);
	GBytes **slot = &o->recent[o->puts % RECENT];
	if (*slot)
		g_bytes_unref(*slot);
	*slot = g_bytes_new(op->key.p, op->key.n);
}

static void
take_update(struct ops *o, struct ops_op *op)
{
	static const enum ab_verdict verdicts[] = { AB_PUT, AB_PUT, AB_PUT, AB_PUT,
		AB_PUT, AB_REMOVE, AB_REMOVE, AB_KEEP };
	op->key = take_known_key(o, &o->key);
	op->verdict = verdicts[take(o) % G_N_ELEMENTS(verdicts)];
	if (op->verdict == AB_PUT)
		take_value(o, op);
}

/* One of a batch: a recent one, or one that bytes make of it. */
static void
take_one_of_many(struct ops *o, bool other, uint8_t which)
{
	o->key.n = 0;
	if (other)
		shape_recent(o, &o->key);
	else
		append_recent(o, &o->key, which);
	g_byte_array_append(o->bytes, o->key.p, (guint)o->key.n);
}

/* Recent keys in a row, from any one on; more than there are of them repeat some. Some are
 * changed. */
static void
take_many(struct ops *o, struct ops_op *op)
{
	static const uint8_t sizes[] = { 0, 1, 2, 3, 5, 8, 9, 15, 16, 17, 24, 31, 32, 33,
		64, MANY };
	uint8_t pick = take(o), from = take(o), others = take(o);
	op->keys = o->keys;
	op->n_keys = sizes[pick % G_N_ELEMENTS(sizes)];
	g_byte_array_set_size(o->bytes, 0);
	for (size_t i = 0; i < op->n_keys; i++) {
		take_one_of_many(o, others >> i % 8 & 1 && i < 16,
			(uint8_t)(from + i * (pick & 0x10 ? 1 : 5)));
		op->keys[i] = (struct ab_key){ NULL, o->key.n };
	}
	size_t at = 0; /* of no bytes there is no address either */
	for (size_t i = 0; i < op->n_keys; at += op->keys[i++].n)
		op->keys[i].p = op->keys[i].n ? o->bytes->data + at : NULL;
}

static void
take_range(struct ops *o, struct ops_op *op)
{
	uint8_t pick = take(o);
	op->range.has_hi = pick & 1;
	op->stop = pick & 6 ? 0 : pick >> 4;
	if (pick & 8)
		op->range.lo = take_known_key(o, &o->key);
	if (op->range.has_hi)
		op->range.hi = take_known_key(o, &o->hi);
	if ((pick & 0xf0) == 0xf0)
		op->range.lo = op->range.hi;
}

/* Mostly small: a key up to another that differs from it in its last byte, or behind it. */
static void
take_cut(struct ops *o, struct ops_op *op)
{
	uint8_t pick = take(o);
	if (pick % 16 == 0) {
		take_range(o, op);
		op->stop = 0;
		return;
	}
	op->range.lo = take_known_key(o, &o->key);
	if (pick & 2 && op->range.lo.n > 1)
		op->range.lo.n -= pick >> 4 & 1;
	op->range.has_hi = true;
	o->hi.n = op->range.lo.n;
	if (o->hi.n)
		memcpy(o->hi.p, op->range.lo.p, o->hi.n);
	if (pick & 1 && o->hi.n && o->hi.p[o->hi.n - 1] < 0xff)
		o->hi.p[o->hi.n - 1]++;
	else
		shape_edges(o, &o->hi);
	op->range.hi = (struct ab_key){ o->hi.n ? o->hi.p : NULL, o->hi.n };
}

static void
take_nth(struct ops *o, struct ops_op *op)
{
	uint8_t pick = take(o);
	op->stop = pick & 3 ? 1 + (pick >> 2 & 7) : 0;
	op->key = take_known_key(o, &o->key);
}

static void
take_prefix(struct ops *o, struct ops_op *op)
{
	uint8_t pick = take(o);
	op->stop = pick & 6 ? 0 : pick >> 4;
	op->key = take_known_key(o, &o->key);
	if (pick & 1)
		op->key.n /= 2;
}

struct ops *
ops_new(const uint8_t *bytes, size_t n)
{
	struct ops *o = g_new0(struct ops, 1);
	o->p = bytes;
	o->end = bytes + n;
	o->bytes = g_byte_array_new();
	take_mix(o);
	return o;
}

void
ops_free(struct ops *o)
{
	for (size_t i = 0; i < RECENT; i++)
		if (o->recent[i])
			g_bytes_unref(o->recent[i]);
	g_byte_array_unref(o->bytes);
	g_free(o);
}

static void
take_operands(struct ops *o, struct ops_op *op)
{
	switch (op->kind) {
	case OPS_PUT:
		op->key = take_key(o, &o->key);
		take_value(o, op);
		break;
	case OPS_GET:
	case OPS_DEL:
	case OPS_RANK: op->key = take_known_key(o, &o->key); break;
	case OPS_RANGE:
	case OPS_VALUES:
	case OPS_BACK: take_range(o, op); break;
	case OPS_PREFIX: take_prefix(o, op); break;
	case OPS_UPDATE: take_update(o, op); break;
	case OPS_GET_MANY: take_many(o, op); break;
	case OPS_DEL_RANGE: take_cut(o, op); break;
	case OPS_NTH: take_nth(o, op); break;
	default: break;
	}
}

bool
ops_next(struct ops *o, struct ops_op *op)
{
	while (o->p < o->end && *o->p == OP_NEW_MIX) {
		o->p++;
		take_mix(o);
	}
	if (o->p >= o->end)
		return false;
	*op = (struct ops_op){ .kind = OPS_REBUILD };
	uint8_t pick = take(o);
	if (pick == OP_REBUILD)
		return true;
	op->kind = kind_of(o->mix[pick % 16]);
	take_operands(o, op);
	return true;
}
