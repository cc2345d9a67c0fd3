/* key.c: what every structure and test does with keys and statuses; see ab.h. */
#include <string.h>
#include "ab.h"

int
ab_key_cmp(struct ab_key a, struct ab_key b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool
ab_key_starts_with(struct ab_key key, struct ab_key prefix)
{
	return key.n >= prefix.n &&
	       (prefix.n == 0 || memcmp(key.p, prefix.p, prefix.n) == 0);
}

/* The least key above them is the prefix with its last byte that is not 0xff counted up, and none
 * behind that; if it has no such byte, they go on to the end. */
struct ab_range
ab_prefix_range(struct ab_key prefix, uint8_t *room)
{
	struct ab_range r = { .lo = prefix };
	size_t n = prefix.n;
	while (n && prefix.p[n - 1] == 0xff)
		n--;
	if (!n)
		return r;
	memcpy(room, prefix.p, n);
	room[n - 1]++;
	r.hi = (struct ab_key){ room, n };
	r.has_hi = true;
	return r;
}

bool
ab_key_fits(const struct ab_variant *v, struct ab_key key)
{
	return key.n <= v->max_key && !(key.n == 0 && v->caps & AB_NO_EMPTY) &&
	       !(key.n && v->caps & AB_NO_NUL && memchr(key.p, '\0', key.n));
}

void
ab_key_print(FILE *out, struct ab_key key, size_t most)
{
	putc('"', out);
	for (size_t i = 0; i < key.n && i < most; i++) {
		uint8_t c = key.p[i];
		bool plain = c >= 0x20 && c < 0x7f && c != '\\' && c != '"';
		fprintf(out, plain ? "%c" : "\\x%02x", c);
	}
	putc('"', out);
	if (key.n > most)
		fprintf(out, "... (%zu bytes)", key.n);
}

const char *
ab_status_text(enum ab_status s)
{
	switch (s) {
	case AB_OK: return "ok";
	case AB_REPLACED: return "replaced";
	case AB_NOT_FOUND: return "not found";
	case AB_STOPPED: return "stopped";
	case AB_ENOMEM: return "out of memory";
	case AB_EFULL: return "full: its refs cannot address more";
	case AB_EKEY: return "a key it does not take";
	case AB_EORDER: return "keys not strictly increasing";
	case AB_EBUSY: return "not empty, or in a scan";
	}
	return "unknown status";
}
