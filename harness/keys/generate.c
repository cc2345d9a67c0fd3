#include "generate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "keysort.h"
#include "names.h"
#include "contract/rng.h"

G_DEFINE_QUARK(artbench - generate - error, generate_error)

static bool
refuse_memory(const char *what, size_t n, GError **error)
{
	g_set_error(error, GENERATE_ERROR, GENERATE_ERROR_MEMORY,
		"no memory %s %zu keys; ask for fewer with --keys", what, n);
	return false;
}

enum {
	REPEATS_IN_ROW = 10000, /* candidates in a row that may be refused */
	MOST_SIBLINGS = 1600    /* repositories of one owner */
};

/* The keys so far, one behind the other, each ended by a newline, and a table of
 * where they start for telling repeats. A slot holds 24 bits of a key's hash above
 * its offset plus one; 0 is empty. */
enum { OFFSET_BITS = 40 };

struct keys {
	char *bytes;
	size_t size, room;
	size_t n;
	uint64_t *slot;
	size_t mask;
};

static bool
keys_init(struct keys *k, size_t n)
{
	size_t slots = 64;

	while (slots < n + n / 2)
		slots *= 2;
	k->mask = slots - 1;
	k->slot = g_try_new0(uint64_t, slots);
	k->room = n * 52 + 4096;
	k->bytes = g_try_malloc(k->room);
	return k->slot && k->bytes;
}

static uint64_t
hash_of(const char *p, size_t n)
{
	uint64_t h = n;

	for (; n >= 8; p += 8, n -= 8) {
		uint64_t word;
		memcpy(&word, p, 8);
		h = rng_mix(h + word + 0x9e3779b97f4a7c15u);
	}
	for (; n; p++, n--)
		h = (h ^ (uint8_t)*p) * 0x100000001b3u;
	return rng_mix(h);
}

static bool
is_at(const struct keys *k, uint64_t slot, const struct text *t)
{
	const char *p = k->bytes + (slot & (((uint64_t)1 << OFFSET_BITS) - 1)) - 1;
	return memcmp(p, t->p, t->n) == 0 && p[t->n] == '\n';
}

enum added { ADDED, REPEATED, NO_ROOM };

static enum added
keys_add(struct keys *k, const struct text *t)
{
	uint64_t hash = hash_of(t->p, t->n);
	size_t at = hash & k->mask;

	for (; k->slot[at]; at = (at + 1) & k->mask)
		if ((k->slot[at] ^ hash) >> OFFSET_BITS == 0 && is_at(k, k->slot[at], t))
			return REPEATED;
	/* Room beyond the last key lets is_at compare without looking at the end. */
	if (k->size + t->n + 1 + GENERATE_MAX_BYTES + 1 > k->room) {
		char *grown = g_try_realloc(k->bytes, k->room + k->room / 2);
		if (!grown)
			return NO_ROOM;
		k->bytes = grown;
		k->room += k->room / 2;
	}
	k->slot[at] = (hash >> OFFSET_BITS << OFFSET_BITS) | (k->size + 1);
	memcpy(k->bytes + k->size, t->p, t->n);
	k->bytes[k->size + t->n] = '\n';
	k->size += t->n + 1;
	k->n++;
	return ADDED;
}

/* ---- the model ---- */

struct owner {
	struct text base;             /* scheme, host, owner and slash */
	size_t first[MOST_SIBLINGS];  /* where in keys.bytes its names start, */
	size_t length[MOST_SIBLINGS]; /* and their lengths */
	size_t names;
	size_t wanted;
	bool in_folders; /* packages of one repository, not repositories */
};

/* How many repositories an owner has: of 1,000,000 owners, `owners` have at
 * least `names`; in between, what a straight line gives. */
static const struct {
	uint32_t names, owners;
} tail[] = { { 1, 1000000 }, { 2, 304000 }, { 3, 155000 }, { 4, 97300 }, { 5, 66600 },
	{ 6, 49400 }, { 7, 38300 }, { 8, 30500 }, { 10, 20600 }, { 12, 15000 },
	{ 16, 9000 }, { 24, 4200 }, { 36, 2000 }, { 60, 740 }, { 100, 250 }, { 180, 70 },
	{ 360, 14 }, { 800, 4 }, { 1527, 0 } };

static size_t
draw_count(uint64_t *rng)
{
	uint64_t u = rng_below(rng, 1000000);
	size_t i = 0;

	while (u < tail[i + 1].owners)
		i++;
	uint64_t span = tail[i].owners - tail[i + 1].owners;
	uint64_t steps = tail[i + 1].names - tail[i].names;
	return tail[i].names + (size_t)((tail[i].owners - 1 - u) * steps / span);
}

static void
draw_owner(struct owner *o, uint64_t *rng)
{
	o->base.n = 0;
	o->names = 0;
	o->wanted = draw_count(rng);
	bool main_host = rng_below(rng, 1000) < 985;
	if (main_host) {
		text_add(&o->base, "https://github.com/", 19);
	} else {
		bool plain = names_chance(rng, 25);
		text_add(&o->base, "https://", plain ? 4 : 5);
		text_add(&o->base, "://", 3);
		names_host(&o->base, rng);
		text_add(&o->base, "/", 1);
	}
	names_owner(&o->base, rng);
	text_add(&o->base, "/", 1);
	o->in_folders = o->wanted > 3 && names_chance(rng, 3);
}

/* How many of the `n` bytes of a name a new name starts with: all up to its
 * first separator, or up to the second, ...; 0 if it has none. */
static size_t
stem_length(const char *p, size_t n, uint64_t *rng)
{
	size_t stem = 0;

	for (size_t i = 1; i < n; i++) {
		if (p[i] != '-' && p[i] != '/')
			continue;
		if (stem && names_chance(rng, 85))
			break;
		stem = i;
	}
	return stem;
}

static void
draw_key(const struct owner *o, const struct keys *k, struct text *t, uint64_t *rng)
{
	*t = o->base;
	/* An owner's early names have the most offspring. */
	size_t pick = o->names;
	for (int i = 0; pick && i < 3; i++)
		pick = (size_t)rng_below(rng, pick + (i > 0));
	const char *old = o->names ? k->bytes + o->first[pick] : NULL;
	size_t length = o->names ? o->length[pick] : 0;
	size_t stem = stem_length(old, length, rng);

	if (o->names && o->in_folders) {
		const char *slash = memchr(old, '/', length);
		text_add(t, old, slash ? (size_t)(slash - old) : length);
		names_folder(t, rng);
	} else if (o->names && rng_below(rng, 1000) < 17) {
		text_add(t, old, length);
		names_sibling(t, rng);
	} else if (stem && names_chance(rng, 30)) {
		text_add(t, old, stem);
		names_more_words(t, rng);
	} else {
		names_repository(t, rng);
	}
}

/* One more key of `o`; false if what was drawn does not do. */
static enum added
try_key(struct owner *o, struct keys *k, uint64_t *rng)
{
	struct text t;

	draw_key(o, k, &t, rng);
	if (t.n < GENERATE_MIN_BYTES || t.n > GENERATE_MAX_BYTES)
		return REPEATED;
	size_t at = k->size;
	enum added added = keys_add(k, &t);
	if (added == ADDED && o->names < MOST_SIBLINGS) {
		o->first[o->names] = at + o->base.n;
		o->length[o->names++] = t.n - o->base.n;
	}
	return added;
}

static bool
refuse_count(const struct keys *k, GError **error)
{
	g_set_error(error, GENERATE_ERROR, GENERATE_ERROR_COUNT,
		"only %zu different keys found; ask for fewer with --keys", k->n);
	return false;
}

static bool
make_urls(struct keys *k, size_t n, uint64_t seed, GError **error)
{
	uint64_t rng = rng_mix(seed);
	g_autofree struct owner *o = g_new(struct owner, 1);
	unsigned refused = 0;

	draw_owner(o, &rng);
	while (k->n < n) {
		enum added added = try_key(o, k, &rng);
		if (added == NO_ROOM)
			return refuse_memory("for", n, error);
		refused = added == ADDED ? 0 : refused + 1;
		if (refused > REPEATS_IN_ROW)
			return refuse_count(k, error);
		/* An owner too short for the least length is given up at once. */
		if (o->names == o->wanted || (added != ADDED && o->names == 0) ||
			refused > 50)
			draw_owner(o, &rng);
	}
	return true;
}

/* ---- other texts ---- */

static bool
draw_texts(struct keys *k, const struct key_kind *kind, void *state, size_t n,
	uint64_t *rng, GError **error)
{
	unsigned refused = 0;

	while (k->n < n) {
		struct text t = { .n = 0 };
		kind->draw(state, &t, rng);
		enum added added = t.n && t.n <= GENERATE_MAX_BYTES ? keys_add(k, &t)
								    : REPEATED;
		if (added == NO_ROOM)
			return refuse_memory("for", n, error);
		refused = added == ADDED ? 0 : refused + 1;
		if (refused > REPEATS_IN_ROW)
			return refuse_count(k, error);
	}
	return true;
}

static bool
make_texts(struct keys *k, const struct key_kind *kind, size_t n, uint64_t seed,
	GError **error)
{
	uint64_t rng = rng_mix(seed);
	void *state = kind->begin(seed);
	bool ok = draw_texts(k, kind, state, n, &rng, error);

	kind->end(state);
	return ok;
}

/* ---- output ---- */

static bool
write_word(uint64_t word, FILE *out)
{
	word = GUINT64_TO_LE(word);
	return fwrite(&word, sizeof(word), 1, out) == 1;
}

static bool
write_head(enum dataset_format format, size_t n, FILE *out)
{
	if (format == DATASET_LENGTHS && fputs(DATASET_MAGIC, out) == EOF)
		return false;
	return format == DATASET_LINES || write_word(n, out);
}

/* With what all of them have before. */
static bool
write_key(enum dataset_format format, const GString *shared, struct ab_key k, FILE *out)
{
	uint32_t length = GUINT32_TO_LE((uint32_t)(shared->len + k.n));

	if (format == DATASET_LINES) /* its newline is behind it */
		return fwrite(shared->str, 1, shared->len, out) == shared->len &&
		       fwrite(k.p, 1, k.n + 1, out) == k.n + 1;
	return fwrite(&length, sizeof(length), 1, out) == 1 &&
	       fwrite(shared->str, 1, shared->len, out) == shared->len &&
	       fwrite(k.p, 1, k.n, out) == k.n;
}

static GString *
shared_letters(const struct key_kind *kind, uint64_t seed)
{
	GString *s = g_string_new(NULL);
	uint64_t rng = rng_mix(seed + kind->shared);

	while (s->len < kind->shared)
		g_string_append_c(s, (char)('a' + rng_below(&rng, 26)));
	return s;
}

/* `ok`: all that was to be written before was taken. */
static bool
end_output(bool ok, FILE *out, GError **error)
{
	if (fflush(out) != 0)
		ok = false;
	if (!ok)
		g_set_error(error, GENERATE_ERROR, GENERATE_ERROR_WRITE,
			"cannot write: %s; check the disk, where the output goes, and "
			"ulimit -f",
			g_strerror(errno));
	return ok;
}

/* NULL for want of memory. */
static struct ab_key *
sorted_keys(const struct keys *k, size_t fixed)
{
	struct ab_key *sorted = g_try_new(struct ab_key, k->n);
	const char *p = k->bytes, *end = k->bytes + k->size;

	for (size_t i = 0; sorted && i < k->n; i++) {
		const char *newline = fixed ? p + fixed
					    : memchr(p, '\n', (size_t)(end - p));
		sorted[i] = (struct ab_key){ (const uint8_t *)p, (size_t)(newline - p) };
		p = newline + 1;
	}
	if (sorted && keysort(sorted, k->n))
		return sorted;
	g_free(sorted);
	return NULL;
}

static bool
write_sorted(const struct keys *k, const struct key_kind *kind, uint64_t seed,
	enum dataset_format format, FILE *out, GError **error)
{
	g_autofree struct ab_key *sorted = sorted_keys(k, kind->fixed);

	if (!sorted)
		return refuse_memory("to sort", k->n, error);
	GString *shared = shared_letters(kind, seed);
	bool ok = write_head(format, k->n, out);
	for (size_t i = 0; ok && i < k->n; i++)
		ok = write_key(format, shared, sorted[i], out);
	g_string_free(shared, TRUE);
	return end_output(ok, out, error);
}

static bool
make_and_write(const struct key_kind *kind, size_t n, uint64_t seed,
	enum dataset_format format, FILE *out, GError **error)
{
	struct keys k = { 0 };

	names_init();
	bool ok = !keys_init(&k, n) ? refuse_memory("for", n, error)
		  : kind->draw      ? make_texts(&k, kind, n, seed, error)
				    : make_urls(&k, n, seed, error);
	g_free(k.slot); /* before the keys are sorted, which takes as much */
	ok = ok && write_sorted(&k, kind, seed, format, out, error);
	g_free(k.bytes);
	return ok;
}

/* ---- numbers ---- */

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* Batches, each of as many as are missing, until `n` are different. */
static bool
draw_numbers(const struct key_kind *kind, uint64_t seed, uint64_t *numbers, size_t n)
{
	uint64_t rng = rng_mix(seed);
	size_t have = 0;

	for (unsigned batches = 0; have < n && batches < 100; batches++) {
		kind->numbers(seed, have, numbers + have, n - have, &rng);
		qsort(numbers, n, sizeof(*numbers), by_number);
		have = 1;
		for (size_t i = 1; i < n; i++)
			if (numbers[i] != numbers[have - 1])
				numbers[have++] = numbers[i];
	}
	return have == n;
}

static bool
write_numbers(
	const struct key_kind *kind, size_t n, uint64_t seed, FILE *out, GError **error)
{
	g_autofree uint64_t *numbers = g_try_new(uint64_t, n);

	if (!numbers)
		return refuse_memory("for", n, error);
	if (!draw_numbers(kind, seed, numbers, n)) {
		g_set_error(error, GENERATE_ERROR, GENERATE_ERROR_COUNT,
			"%s has no %zu different numbers; ask for fewer with --keys",
			kind->name, n);
		return false;
	}
	bool ok = write_head(DATASET_SOSD, n, out);
	for (size_t i = 0; ok && i < n; i++)
		ok = write_word(numbers[i], out);
	return end_output(ok, out, error);
}

bool
generate_keys(const struct key_kind *kind, size_t n, uint64_t seed,
	enum dataset_format format, FILE *out, GError **error)
{
	if (n == 0 || n > GENERATE_MAX_KEYS) {
		g_set_error(error, GENERATE_ERROR, GENERATE_ERROR_COUNT,
			"%zu keys cannot be made; ask for 1 to %d with --keys", n,
			GENERATE_MAX_KEYS);
		return false;
	}
	if (kind->numbers)
		return write_numbers(kind, n, seed, out, error);
	return make_and_write(kind, n, seed, format, out, error);
}
