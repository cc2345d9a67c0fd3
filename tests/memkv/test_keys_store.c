/* test_keys_store.c: keys of docs/examples/memkv_keys.h in a store: ranges, counts, ranks and
 * prefixes are those of what the keys say. */
#include "contract/rng.h"
#include "kit/check.h"
#include "memkv_keys.h"
#include "memkv_kit.h"

enum { NUMBERS = 3000, SPREAD = 2000 };

static memkv *
open_store(void)
{
	memkv *kv = NULL;
	CHECK(memkv_open(NULL, NULL, &kv) == MEMKV_OK);
	return kv;
}

/* ---- numbers ---- */

/* Which of -SPREAD to SPREAD - 1 are there. */
static bool there[2 * SPREAD];

static size_t
count_there(int64_t lo, int64_t hi)
{
	size_t n = 0;
	for (int64_t i = lo; i < hi; i++)
		n += there[i + SPREAD];
	return n;
}

struct walk {
	int64_t next; /* none is there from here up to the next one; down, from the last one */
	int step;
	size_t seen;
	bool right;
};

static bool
walk_visit(void *arg, const void *key, size_t n, uint64_t value)
{
	struct walk *w = (struct walk *)arg;
	const uint8_t *at = (const uint8_t *)key, *end = at + n;
	int64_t i = 0;
	w->right = w->right && key_get_i64(at, end, KEY_UP, &i) == end &&
		   (uint64_t)i == value && i >= -SPREAD && i < SPREAD;
	for (; w->right && w->next != i; w->next += w->step)
		w->right = w->next >= -SPREAD && w->next < SPREAD &&
			   !there[w->next + SPREAD];
	w->next += w->step;
	w->seen++;
	return w->right;
}

static void
check_range(const memkv *kv, int64_t lo, int64_t hi)
{
	uint8_t from[KEY_NUMBER], to[KEY_NUMBER];
	struct walk up = { lo, 1, 0, true }, down = { hi - 1, -1, 0, true };
	size_t count = 0, below = 0;
	key_put_i64(from, lo, KEY_UP);
	key_put_i64(to, hi, KEY_UP);
	CHECK(memkv_range(kv, from, sizeof from, to, sizeof to, walk_visit, &up) ==
		MEMKV_OK);
	CHECK(up.right && up.seen == count_there(lo, hi));
	CHECK(memkv_range_back(kv, from, sizeof from, to, sizeof to, walk_visit, &down) ==
		MEMKV_OK);
	CHECK(down.right && down.seen == up.seen);
	CHECK(memkv_count(kv, from, sizeof from, to, sizeof to, &count) == MEMKV_OK);
	CHECK(count == up.seen);
	CHECK(memkv_rank(kv, from, sizeof from, &below) == MEMKV_OK);
	CHECK(below == count_there(-SPREAD, lo));
}

static void
check_numbers_in_order(void)
{
	memkv *kv = open_store();
	uint64_t seed = 7;
	uint8_t key[KEY_NUMBER];
	for (int k = 0; k < NUMBERS; k++) {
		int64_t i = (int64_t)rng_below(&seed, (uint64_t)2 * SPREAD) - SPREAD;
		key_put_i64(key, i, KEY_UP);
		CHECK(memkv_put(kv, key, sizeof key, (uint64_t)i, NULL) ==
			(there[i + SPREAD] ? MEMKV_REPLACED : MEMKV_OK));
		there[i + SPREAD] = true;
	}
	check_range(kv, -SPREAD, SPREAD);
	check_range(kv, -100, 100);
	check_range(kv, -SPREAD, 0);
	check_range(kv, 0, 0);
	check_range(kv, -1, 1);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

/* ---- the latest first ---- */

static void
check_descending(void)
{
	static const double when[] = { 2.5, -0.5, 1e9, -0.0, -1e9, 0.0 };
	static const double sorted[] = { 1e9, 2.5, 0.0, -0.0, -0.5, -1e9 };
	memkv *kv = open_store();
	uint8_t key[KEY_NUMBER];
	struct memkv_found f = { key, sizeof key, 0, 0 };
	double d = 0;
	for (uint64_t i = 0; i < 6; i++) {
		key_put_f64(key, when[i], KEY_DOWN);
		CHECK(memkv_put(kv, key, sizeof key, i, NULL) == MEMKV_OK);
	}
	for (size_t i = 0; i < 6; i++) {
		CHECK(memkv_nth(kv, i, &f) == MEMKV_OK);
		CHECK(key_get_f64(key, key + f.n, KEY_DOWN, &d) == key + f.n);
		CHECK(memcmp(&d, &sorted[i], sizeof d) == 0);
	}
	CHECK(memkv_close(kv) == MEMKV_OK);
}

/* ---- domains ---- */

struct list {
	char text[200];
	bool right;
};

static bool
list_visit(void *arg, const void *key, size_t n, uint64_t value)
{
	struct list *l = (struct list *)arg;
	const uint8_t *at = (const uint8_t *)key, *end = at + n;
	size_t used = strlen(l->text), host_n = 0;
	(void)value;
	l->right = l->right && key_get_host(at, end, KEY_UP, l->text + used,
				       sizeof l->text - used - 2, &host_n) == end;
	l->text[used + host_n] = ' ';
	return l->right;
}

static void
check_domain(const memkv *kv, const char *domain, const char *wanted, size_t hosts)
{
	struct list l = { "", true };
	uint8_t key[100];
	size_t count = 0,
	       n = (size_t)(key_put_domain(key, domain, strlen(domain), KEY_UP) - key);
	CHECK(memkv_prefix(kv, key, n, list_visit, &l) == MEMKV_OK && l.right);
	CHECK(strcmp(l.text, wanted) == 0);
	CHECK(memkv_count_prefix(kv, key, n, &count) == MEMKV_OK && count == hosts);
}

static void
check_domains(void)
{
	static const char *const hosts[] = { "www.debian.org", "debian.org",
		"debian-ports.org", "a.www.debian.org", "debian.org.uk", "xdebian.org",
		"packages.debian.org", "org" };
	memkv *kv = open_store();
	for (uint64_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		uint8_t key[100],
			*end = key_put_host(key, hosts[i], strlen(hosts[i]), KEY_UP);
		CHECK(memkv_put(kv, key, (size_t)(end - key), i, NULL) == MEMKV_OK);
	}
	check_domain(kv, "debian.org",
		"debian.org packages.debian.org www.debian.org a.www.debian.org ", 4);
	check_domain(kv, "org",
		"org debian.org packages.debian.org www.debian.org a.www.debian.org "
		"debian-ports.org xdebian.org ",
		7);
	check_domain(kv, "uk", "debian.org.uk ", 1);
	check_domain(kv, "ebian.org", "", 0);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

int
main(void)
{
	check_numbers_in_order();
	check_descending();
	check_domains();
	return check_finish();
}
