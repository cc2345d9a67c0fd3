/* test_change.c: update and del_range of each variant, its own or what lacking.c makes of the
 * others, against plain loops over an array; and update with every allocation failing once. */
#include <stdio.h>
#include <string.h>
#include "kit/suites.h"
#include "contract/alloc.h"
#include "contract/rng.h"

enum { KEYS = CHECK_SANITIZED ? 600 : 2000, ROOM = 64, STEPS = 4 * KEYS, RANGES = 60 };

static uint8_t bytes[KEYS][ROOM];
static struct ab_key keys[KEYS]; /* strictly increasing */

/* What is to be in the index. */
static bool there[KEYS];
static uint64_t values[KEYS];

static void
make_keys(void)
{
	for (size_t i = 0; i < KEYS; i++) {
		/* every fourth key begins the three that follow it */
		int n = snprintf((char *)bytes[i], ROOM, "/key/%05zu%s", i / 4,
			&"\0/a\0/b\0/c"[i % 4 ? 3 * (i % 4) - 2 : 0]);
		keys[i] = (struct ab_key){ bytes[i], (size_t)n };
	}
}

/* ---- a change that is told what to say, and tells what it was told ---- */

struct say {
	enum ab_verdict verdict;
	uint64_t value, old;
	unsigned calls;
	bool found;
};

static enum ab_verdict
say(void *arg, const uint64_t *old, uint64_t *value)
{
	struct say *s = arg;
	s->calls++;
	s->found = old;
	s->old = old ? *old : 0;
	if (s->verdict == AB_PUT)
		*value = s->value;
	return s->verdict;
}

static enum ab_status
status_of(enum ab_verdict verdict, bool found)
{
	if (verdict == AB_PUT)
		return found ? AB_REPLACED : AB_OK;
	return found ? AB_OK : AB_NOT_FOUND;
}

static void
update_one(const struct ab_variant *v, struct ab_index *t, size_t i,
	enum ab_verdict verdict, uint64_t value)
{
	struct say s = { .verdict = verdict, .value = value };
	CHECK_STATUS(ab_update(v, t, keys[i], say, &s), status_of(verdict, there[i]));
	CHECK(s.calls == 1 && s.found == there[i]);
	CHECK(!there[i] || s.old == values[i]);
	if (verdict == AB_PUT)
		values[i] = value;
	there[i] = verdict == AB_PUT || (verdict == AB_KEEP && there[i]);
}

/* ---- is all there that is to be? ---- */

static void
compare(const struct ab_variant *v, const struct ab_index *t)
{
	size_t count = 0, wrong = 0;
	for (size_t i = 0; i < KEYS; i++) {
		uint64_t value = 0;
		bool found = v->get(t, keys[i], &value) == AB_OK;
		wrong += found != there[i] || (found && value != values[i]);
		count += there[i];
	}
	CHECK(wrong == 0);
	CHECK(v->count(t) == count);
	CHECK_SOUND(v, t);
}

static void
compare_memory(const struct ab_variant *v, const struct ab_index *t,
	const struct ab_meter *meter)
{
	struct ab_memory m;
	if (v->caps & AB_OWN_ALLOC || !v->memory)
		return;
	v->memory(t, &m);
	CHECK(m.total == meter->live);
	CHECK(m.total == m.inner + m.leaf + m.key + m.slack);
}

/* ---- update ---- */

static void
test_update(const struct ab_variant *v, bool in_order)
{
	struct ab_meter meter;
	uint64_t rng = 7;
	ab_meter_init(&meter);
	struct ab_index *t = v->create(&meter.alloc);
	memset(there, 0, sizeof there);
	for (size_t k = 0; k < STEPS; k++) {
		size_t i = in_order ? k % KEYS : rng_below(&rng, KEYS);
		unsigned dice = (unsigned)rng_below(&rng, 8);
		bool put = k < KEYS ? dice < 6 : dice < 3;
		update_one(v, t, i,
			put         ? AB_PUT
			: dice == 7 ? AB_KEEP
				    : AB_REMOVE,
			rng_next(&rng) >> rng_below(&rng, 64));
	}
	compare(v, t);
	compare_memory(v, t, &meter);
	for (size_t i = 0; i < KEYS; i++)
		update_one(v, t, i, AB_REMOVE, 0);
	CHECK(v->count(t) == 0);
	compare(v, t);
	v->destroy(t);
}

/* Keys of no bytes, and of too many. */
static void
test_update_odd(const struct ab_variant *v)
{
	struct ab_index *t = v->create(NULL);
	struct ab_key none = { NULL, 0 };
	struct say s = { .verdict = AB_PUT, .value = 5 };
	bool fits = ab_key_fits(v, none);
	CHECK_STATUS(ab_update(v, t, none, say, &s), fits ? AB_OK : AB_EKEY);
	CHECK(s.calls == fits && !s.found);
	CHECK_STATUS(ab_update(v, t, none, say, &s), fits ? AB_REPLACED : AB_EKEY);
	CHECK(!fits || (s.calls == 2 && s.found && s.old == 5));
	if (v->max_key < 1 << 20) {
		static uint8_t large[(1 << 20) + 1];
		struct ab_key key = { large, v->max_key + 1u };
		memset(large, 'k', sizeof large);
		s = (struct say){ .verdict = AB_PUT };
		CHECK_STATUS(ab_update(v, t, key, say, &s), AB_EKEY);
		CHECK(s.calls == 0);
		key.n--;
		CHECK_STATUS(ab_update(v, t, key, say, &s), AB_OK);
		CHECK(s.calls == 1 && !s.found);
	}
	CHECK_SOUND(v, t);
	v->destroy(t);
}

/* Each put of a load in order fails at its n-th allocation, and leaves all as it was. */
static void
test_update_oom(const struct ab_variant *v)
{
	struct ab_meter meter;
	size_t refused = 0;
	if (v->caps & (AB_OWN_ALLOC | AB_OOM_EXITS))
		return;
	ab_meter_init(&meter);
	struct ab_index *t = v->create(&meter.alloc);
	memset(there, 0, sizeof there);
	for (size_t k = 0; k < KEYS; k++) {
		size_t i = k < KEYS / 2 ? 2 * k : KEYS - 1 - 2 * (k - KEYS / 2);
		for (uint64_t n = 1;; n++) {
			struct say s = { .verdict = AB_PUT, .value = k };
			meter.fail_at = meter.calls + n;
			meter.fail_on = n % 2;
			enum ab_status status = ab_update(v, t, keys[i], say, &s);
			meter.fail_at = 0;
			CHECK(s.calls == 1 && !s.found);
			if (status == AB_OK)
				break;
			CHECK_STATUS(status, AB_ENOMEM);
			if (refused++ % 64 == 0)
				compare(v, t);
		}
		there[i] = true;
		values[i] = k;
	}
	compare(v, t);
	CHECK(refused);
	for (size_t i = 0; i < KEYS; i++) {
		struct say s = { .verdict = AB_REMOVE };
		meter.fail_at = meter.calls + 1;
		meter.fail_on = true;
		CHECK_STATUS(ab_update(v, t, keys[i], say, &s), AB_OK);
		CHECK(s.calls == 1 && s.found && s.old == values[i]);
		there[i] = false;
		meter.fail_at = 0;
		if (i % 200 == 0)
			compare(v, t);
	}
	compare(v, t);
	v->destroy(t);
}

/* ---- del_range ---- */

static void
del_some(const struct ab_variant *v, struct ab_index *t, const struct ab_alloc *mem,
	struct ab_range r)
{
	size_t gone = ~(size_t)0, wanted = 0;
	for (size_t i = 0; i < KEYS; i++)
		if (there[i] && ab_key_cmp(keys[i], r.lo) >= 0 &&
			(!r.has_hi || ab_key_cmp(keys[i], r.hi) < 0)) {
			there[i] = false;
			wanted++;
		}
	CHECK_STATUS(ab_del_range(v, t, mem, r, &gone), AB_OK);
	CHECK(gone == wanted);
}

static void
fill(const struct ab_variant *v, struct ab_index *t)
{
	for (size_t i = 0; i < KEYS; i++)
		if (!there[i]) {
			CHECK_STATUS(v->put(t, keys[i], i), AB_OK);
			there[i] = true;
			values[i] = i;
		}
}

static void
test_del_range(const struct ab_variant *v)
{
	struct ab_meter meter;
	uint64_t rng = 11;
	static const size_t wide[] = { 0, 1, 7, 64, 300, KEYS };
	ab_meter_init(&meter);
	struct ab_index *t = v->create(&meter.alloc);
	memset(there, 0, sizeof there);
	del_some(v, t, &meter.alloc, (struct ab_range){ 0 });
	for (size_t k = 0; k < RANGES; k++) {
		size_t i = rng_below(&rng, KEYS), n = wide[k % 6], j = i + n;
		struct ab_range r = { .lo = keys[i] };
		r.has_hi = j < KEYS;
		if (r.has_hi)
			r.hi = keys[j];
		if (k % 4 == 1) /* beside a key */
			r.lo.n--;
		if (k % 8 == 3 && r.has_hi) { /* the wrong way round */
			r.hi = keys[i];
			r.lo = keys[j];
		}
		if (k % 7 == 0)
			fill(v, t);
		del_some(v, t, &meter.alloc, r);
		compare(v, t);
		compare_memory(v, t, &meter);
	}
	fill(v, t);
	del_some(v, t, &meter.alloc,
		(struct ab_range){ .lo = { (const uint8_t *)"0", 1 } });
	del_some(v, t, &meter.alloc, (struct ab_range){ 0 });
	compare(v, t);
	compare_memory(v, t, &meter);
	v->destroy(t);
}

int
main(int argc, char **argv)
{
	const struct ab_variant *v = argc == 2 ? ab_variant_named(argv[1]) : NULL;
	if (!CHECK(v))
		return check_finish();
	if (!v->put || !v->del || v->caps & AB_HOLDS_NOTHING)
		return check_skip("it has no put and del, or holds nothing");
	make_keys();
	test_update(v, false);
	test_update(v, true);
	test_update_odd(v);
	test_update_oom(v);
	if (v->caps & AB_ORDERED)
		test_del_range(v);
	return check_finish();
}
