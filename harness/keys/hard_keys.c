/* hard_keys.c: see hard_keys.h. */
#include <string.h>
#include "hard_keys.h"

enum { LONG = 4096 };

/* Keys in the format of a file with lengths. */
struct made {
	const struct ab_variant *v;
	bool taken;
	uint64_t n;
	GByteArray *file;
};

static void
add(struct made *m, const uint8_t *bytes, size_t n)
{
	const uint32_t length = GUINT32_TO_LE((uint32_t)n);
	if (ab_key_fits(m->v, (struct ab_key){ n ? bytes : NULL, n }) != m->taken)
		return;
	g_byte_array_append(m->file, (const guint8 *)&length, sizeof length);
	g_byte_array_append(m->file, bytes, (guint)n);
	m->n++;
}

/* One node of `children` behind `n` bytes of `key`, which has room for a byte and a tail; every
 * other one with such, if there are to be tails. */
static void
add_fan(struct made *m, uint8_t *key, size_t n, unsigned children, bool tails)
{
	static const char tail[] = "tail";
	const size_t more = tails ? strlen(tail) : 0;
	memcpy(key + n + 1, tail, more);
	for (unsigned i = 0; i < children; i++) {
		key[n] = (uint8_t)(i * 256 / children);
		add(m, key, n + 1 + (i % 2 ? more : 0));
	}
}

static void
add_fans(struct made *m)
{
	static const uint8_t prefix[] = { 0, 1, 6, 7, 8, 9, 15, 16, 17, 31, 255 };
	static const uint8_t children[] = { 2, 3, 4, 5, 6, 8, 9, 15, 16, 17, 24, 31, 32,
		33, 47, 48, 49, 63, 64, 65, 80, 96, 127, 128, 129, 192, 255 };
	uint8_t key[300];
	for (size_t i = 0; i < sizeof prefix; i++) {
		memset(key, 'k', sizeof key);
		add_fan(m, key, prefix[i], 256, i % 2);
	}
	for (size_t i = 0; i < sizeof children; i++) {
		memcpy(key, "fan ", 4);
		key[4] = children[i];
		add_fan(m, key, 5, children[i], i % 2);
	}
}

static void
add_prefixes(struct made *m)
{
	enum { LONGEST = 70 };
	static const uint8_t byte[] = { 0, 'a', 0xff };
	uint8_t key[LONGEST];
	for (size_t i = 0; i < sizeof byte; i++) {
		memset(key, byte[i], sizeof key);
		for (size_t n = 1; n <= LONGEST; n++)
			add(m, key, n);
	}
}

static void
add_boundaries(struct made *m)
{
	static const uint8_t byte[] = { 0, 1, 0x7f, 0x80, 0xfe, 0xff };
	enum { BYTES = sizeof byte };
	for (size_t n = 0, all = 1; n <= 3; n++, all *= BYTES)
		for (size_t i = 0; i < all; i++) {
			const uint8_t key[] = { byte[i % BYTES], byte[i / BYTES % BYTES],
				byte[i / BYTES / BYTES] };
			add(m, key, n);
		}
}

static void
add_long(struct made *m)
{
	static const uint16_t odd[] = { 0, 1, 8, 255, 256, 257, 2048, LONG - 1 };
	uint8_t key[LONG + 1];
	memset(key, 'l', sizeof key);
	for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
		key[odd[i]] ^= 0x80;
		add(m, key, LONG);
		add(m, key, LONG + 1);
		key[odd[i]] ^= 0x80;
	}
	add(m, key, LONG);
	add(m, key, LONG + 1);
}

struct dataset *
hard_keys(const struct ab_variant *v, bool taken, GError **error)
{
	struct made m = { .v = v, .taken = taken, .file = g_byte_array_new() };
	g_byte_array_append(m.file, (const guint8 *)DATASET_MAGIC "\0\0\0\0\0\0\0",
		DATASET_MAGIC_BYTES + 8);
	add_fans(&m);
	add_prefixes(&m);
	add_boundaries(&m);
	add_long(&m);
	g_assert(m.n <= HARD_KEYS_MOST);
	const uint64_t n = GUINT64_TO_LE(m.n);
	memcpy(m.file->data + DATASET_MAGIC_BYTES, &n, sizeof n);
	struct dataset *d = m.n ? dataset_of_lengths(
					  "hard keys", m.file->data, m.file->len, error)
				: NULL;
	g_byte_array_unref(m.file);
	return d;
}
