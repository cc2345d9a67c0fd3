/* study.h: the training of a table of symbols, some texts at a time.
 *
 * As FSST does, in rounds: a sample of texts is parsed by the table of the round before,
 * its symbols and each two in a row are counted as one, and the best of those become the
 * next table. The best save most bytes: how often it was met times what it would be coded
 * in without it, less its own code. FSST takes those that cover most bytes; where codes
 * are of one and two bytes that is worse by 0.2 bytes a key. The samples grow, for the first
 * tables only have to lead to others.
 *
 * Counts are kept in a hash table that forgets: where a window of it is full, the least
 * count there is lessened instead, and replaced when it is 0 (J. Misra, D. Gries,
 * "Finding repeated elements", 1982). What is common stays.
 *
 * The counts are in blocks that malloc takes from its heap, behind the table that stays,
 * and are freed before the last trie is made: so they go back to the system. As one block
 * of 512 KiB they would not, for glibc, once it has unmapped a block, takes others of its
 * size from the heap and keeps as much there.
 *
 * Each round has texts of its own. After the last some more are parsed, which tell what the
 * table does with others.
 * Units: bytes of text. Ownership: a study owns its table until that is taken out. */
#ifndef PAGE_STUDY_H
#define PAGE_STUDY_H

#include <assert.h>
#include "contract/rng.h"
#include "symbol_parse.h"

enum {
	STUDY_ROUNDS = 7,
	STUDY_DOUBLES = 4, /* of them have twice the texts of the one before */
	STUDY_EARLY = 3,   /* the first round with symbols of 8 bytes */
	STUDY_PROOF = 3,   /* the texts to end with are a last round's, halved so often */
	STUDY_COVERS = 2,  /* rounds in which the best are those that cover most */
	STUDY_TEXT = 96,   /* bytes of texts in the last, for each symbol there may be */
	STUDY_DRAW = 16,   /* bytes that a draw has, or it counts as if */
	STUDY_TALLY = 4,   /* counts, for each, or fewer */
	STUDY_WINDOW = 8,  /* places where one may stand */
	STUDY_SLICE = 64,  /* counts that are weighed in one step */
	STUDY_SLAB = 4096, /* counts in one block */
	STUDY_SLABS = 7,   /* at most */
	STUDY_GRADES = 1024,
};

struct tally {
	uint64_t word;
	uint32_t count;
	uint16_t grade; /* of what it saves, then of its count; 0: not chosen */
	uint8_t length; /* 0: nobody's */
};

enum study_stage { STUDY_COUNTS, STUDY_WEIGHS, STUDY_INDEXES, STUDY_ENDS };

struct study {
	size_t bytes; /* of all blocks but the table */
	struct symbols *table;
	enum study_stage stage;
	unsigned round;
	unsigned leads;
	size_t target;       /* bytes of texts, of this round */
	size_t raw, was, is; /* of this round: as they are, coded before, and now */
	size_t drawn;        /* how often texts were looked for, in this round */
	double early;     /* bytes of code for one of text, in round STUDY_EARLY; or 2 */
	uint32_t common;  /* how often symbols are met that have the short codes */
	uint32_t weighed; /* counts, of this round */
	uint32_t grades[STUDY_GRADES];
	uint32_t places; /* of counts */
	struct tally *slab[STUDY_SLABS];
};

static_assert(
	STUDY_SLAB * sizeof(struct tally) < 128 << 10, "glibc maps no block as small");

static inline struct tally *
study_tally(const struct study *s, uint64_t i)
{
	return &s->slab[i / STUDY_SLAB][i % STUDY_SLAB];
}

/* Bytes of a slab. */
static inline size_t
study_slab(const struct study *s)
{
	return (s->places < STUDY_SLAB ? s->places : STUDY_SLAB) * sizeof(struct tally);
}

/* Nothing is counted from now on. */
static void
study_free_counts(struct study *s, const struct ab_alloc *mem)
{
	for (unsigned i = 0; i < STUDY_SLABS; i++)
		if (s->slab[i])
			ab_free(mem, s->slab[i], study_slab(s));
	memset(s->slab, 0, sizeof s->slab);
	s->places = 0;
	s->bytes = sizeof *s;
}

static void
study_free(struct study *s, const struct ab_alloc *mem)
{
	if (!s)
		return;
	study_free_counts(s, mem);
	symbols_free(s->table, mem);
	ab_free(mem, s, sizeof *s);
}

/* Places to count in. False: no memory for all. */
static bool
study_make_room(struct study *s, const struct ab_alloc *mem)
{
	uint32_t most = STUDY_SLAB * STUDY_SLABS;
	s->places = (uint32_t)STUDY_TALLY << (32 - __builtin_clz(s->table->room - 1));
	s->places = s->places < most ? s->places : most;
	s->bytes = sizeof *s + s->places * sizeof(struct tally);
	for (unsigned i = 0; i * STUDY_SLAB < s->places; i++) {
		s->slab[i] = ab_alloc(mem, study_slab(s));
		if (!s->slab[i])
			return false;
		memset(s->slab[i], 0, study_slab(s));
	}
	return true;
}

static size_t
study_target(const struct study *s)
{
	unsigned last = STUDY_ROUNDS - 1u - s->round;
	unsigned halved = last < STUDY_DOUBLES ? last : STUDY_DOUBLES;
	size_t most = (size_t)s->table->room * STUDY_TEXT;
	return most >> (s->round == STUDY_ROUNDS ? STUDY_PROOF : halved);
}

/* A study of a table with so many leads; NULL: no memory. */
static struct study *
study_new(const struct ab_alloc *mem, unsigned leads)
{
	struct symbols *table = symbols_new(mem, leads);
	struct study *s = table ? ab_alloc(mem, sizeof *s) : NULL;
	if (!s) {
		symbols_free(table, mem);
		return NULL;
	}
	*s = (struct study){ .table = table, .leads = leads, .early = 2 };
	s->target = study_target(s);
	if (study_make_room(s, mem))
		return s;
	study_free(s, mem);
	return NULL;
}

/* ---- counting ---- */

static void
study_count(struct study *s, uint64_t word, size_t length)
{
	uint64_t hash = (word ^ length) * 0x9E3779B97F4A7C15u >> 32;
	uint64_t last = s->places - STUDY_WINDOW + 1, first = hash * last >> 32;
	struct tally *least = NULL;
	for (unsigned i = 0; i < STUDY_WINDOW; i++) {
		struct tally *y = study_tally(s, first + i);
		if (y->count == 0) {
			least = y;
			break;
		}
		if (y->word == word && y->length == length) {
			y->count++;
			return;
		}
		if (!least || y->count < least->count)
			least = y;
	}
	if (least->count == 0 || --least->count == 0)
		*least = (struct tally){
			.word = word, .count = 1, .length = (uint8_t)length
		};
}

/* The two symbols in a row as one, cut to what a symbol has room for. */
static void
study_count_pair(struct study *s, uint64_t a, size_t n, uint64_t b, size_t m)
{
	if (n == SYMBOL_BYTES)
		return;
	uint64_t both = a | (WORD_LITTLE ? b << 8 * n : b >> 8 * n);
	study_count(s, both, n + m < SYMBOL_BYTES ? n + m : SYMBOL_BYTES);
}

/* Count what a parsed text has. */
static void
study_count_text(struct study *s, const struct parse *p, const uint8_t *text, size_t n)
{
	uint64_t before = 0;
	size_t length = 0;
	for (size_t i = 0; i < n;) {
		unsigned at = p->place[i];
		size_t m = s->table->span[at];
		struct ab_key rest = { text, n };
		uint64_t word = word_of(rest, i) & symbol_masks[m];
		study_count(s, word, m);
		if (length)
			study_count_pair(s, before, length, word, m);
		before = word;
		length = m;
		i += m;
	}
}

/* Read a text of the sample; it took `was` bytes in its page. */
static void
study_read(struct study *s, const uint8_t *text, size_t n, size_t was)
{
	struct parse p;
	parse_text(s->table, &p, text, n);
	s->raw += n;
	s->was += was;
	s->is += parse_bytes(&p);
	if (s->round < STUDY_ROUNDS)
		study_count_text(s, &p, text, n);
}

/* ---- choosing ---- */

/* Larger numbers have no lower grade: 5 bits below the first that is set. */
static unsigned
study_grade(uint32_t x)
{
	if (x < 32)
		return x;
	unsigned doubling = 31u - (unsigned)__builtin_clz(x);
	return (doubling - 4) * 32 + (x >> (doubling - 5) & 31);
}

/* Bytes that coding it takes by the other symbols. */
static unsigned
study_without(const struct study *s, const struct tally *y)
{
	struct parse p;
	uint8_t bytes[SYMBOL_BYTES];
	memcpy(bytes, &y->word, sizeof bytes);
	parse_all(s->table, &p, bytes, y->length, true);
	return parse_bytes(&p);
}

/* What it saves each time. */
static unsigned
study_gain(const struct study *s, const struct tally *y)
{
	if (s->round < STUDY_COVERS)
		return y->length;
	unsigned own = y->count >= s->common ? 1 : 2, without = study_without(s, y);
	return without > own ? without - own : 0;
}

/* Grade a slice of what was counted by what it saves. */
static void
study_weigh(struct study *s)
{
	for (unsigned i = 0; i < STUDY_SLICE && s->weighed < s->places; i++) {
		struct tally *y = study_tally(s, s->weighed++);
		y->grade = 0;
		if (y->count < 2)
			continue;
		uint64_t saved = (uint64_t)y->count * study_gain(s, y);
		saved = saved < UINT32_MAX ? saved : UINT32_MAX;
		y->grade = (uint16_t)(study_grade((uint32_t)saved) + 1);
		s->grades[y->grade]++;
	}
}

/* The grade from which on at most `n` were given; and how many are over it. */
static unsigned
study_cut(const struct study *s, uint32_t n, uint32_t *over)
{
	uint32_t sum = 0;
	unsigned grade = STUDY_GRADES;
	while (grade > 1 && sum + s->grades[grade - 1] <= n)
		sum += s->grades[--grade];
	*over = sum;
	return grade - 1;
}

/* Keep the best as candidates, graded by their counts now. */
static void
study_choose(struct study *s)
{
	uint32_t over;
	unsigned cut = study_cut(s, s->table->room - 1, &over);
	uint32_t ties = s->table->room - 1 - over;
	memset(s->grades, 0, sizeof s->grades);
	for (uint32_t i = 0; i < s->places; i++) {
		struct tally *y = study_tally(s, i);
		if (y->grade == 0 || y->grade < cut || (y->grade == cut && ties == 0)) {
			y->grade = 0;
			continue;
		}
		ties -= y->grade == cut;
		y->grade = (uint16_t)study_grade(y->count);
		s->grades[y->grade]++;
	}
}

/* The candidates for a table, the common ones first, and nothing counted. */
static void
study_build(struct study *s)
{
	struct symbols *t = s->table;
	uint32_t over;
	study_choose(s);
	unsigned cut = study_cut(s, t->one, &over);
	uint32_t ties = t->one - over;
	symbols_clear(t);
	s->common = UINT32_MAX;
	for (uint32_t i = 0; i < s->places; i++) {
		const struct tally *y = study_tally(s, i);
		if (y->grade == 0)
			continue;
		bool first = y->grade > cut || (y->grade == cut && ties);
		ties -= first && y->grade == cut;
		if (first && y->count < s->common)
			s->common = y->count;
		symbols_add(t, y->word, y->length, first);
	}
	memset(s->grades, 0, sizeof s->grades);
	for (uint32_t i = 0; i < s->places; i++)
		*study_tally(s, i) = (struct tally){ 0 };
	s->weighed = 0;
	s->stage = STUDY_INDEXES;
}

/* The next round, with the table. What makes a symbol common is as much of its texts. */
static void
study_turn(struct study *s)
{
	size_t before = s->target;
	if (s->round == STUDY_EARLY && s->raw)
		s->early = (double)s->is / (double)s->raw;
	s->raw = s->was = s->is = s->drawn = 0;
	s->round++;
	s->target = study_target(s);
	s->common = (uint32_t)((uint64_t)s->common * s->target / before);
	s->stage = STUDY_COUNTS;
}

/* Go on, unless texts are wanted (study_read). At STUDY_ENDS the table is done. False: there is
 * no memory for the next one, yet. */
static bool
study_step(struct study *s, const struct ab_alloc *mem)
{
	if (s->stage == STUDY_COUNTS &&
		(s->raw >= s->target || s->drawn * STUDY_DRAW >= s->target))
		s->stage = s->round == STUDY_ROUNDS ? STUDY_ENDS : STUDY_WEIGHS;
	if (s->stage == STUDY_INDEXES) {
		if (s->round + 1 == STUDY_ROUNDS)
			study_free_counts(s, mem);
		if (!symbols_index(s->table, mem))
			return false;
		study_turn(s);
	} else if (s->stage == STUDY_WEIGHS) {
		if (s->weighed < s->places)
			study_weigh(s);
		else
			study_build(s);
	}
	return true;
}
#endif /* PAGE_STUDY_H */
