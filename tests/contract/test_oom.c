/* test_oom.c: fail the n-th allocation of a script of operations, for n = 1, 2,
 * ... until a run gets through without reaching its n; once with only that call
 * failing and once with every later one failing too. An operation refused must
 * have changed nothing (model.h compares), del is never refused, and when memory
 * is back everything works. */
#include <glib.h>
#include <string.h>
#include "kit/model.h"
#include "contract/rng.h"
#include "kit/suites.h"

/* Full comparisons after a refusal: always the first, then every so often. What comes before
 * the first is the same for each n, and what comes long after it is compared at the end. */
enum { COMPARE_EVERY = 32, LONG_AFTER = 64, SELDOM = 8 };

static void
script_add(GPtrArray *script, enum ops_kind kind, const uint8_t *p, size_t n)
{
	ops_append(script,
		&(struct ops_op){
			.kind = kind, .key = { p, n }, .value = rng_mix(script->len) });
}

/* ---- scripts: every way in which an index allocates ---- */

/* `wide`: not of put and del alone. */
static GPtrArray *
random_script(uint64_t *rng, bool wide)
{
	uint8_t bytes[400];
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)rng_next(rng);
	if (wide)
		bytes[0] = (uint8_t)(OPS_WIDE | bytes[0] % 16);
	struct ops *ops = ops_new(bytes, sizeof bytes);
	struct ops_op op;
	GPtrArray *script = ops_list();
	while (ops_next(ops, &op))
		if (op.kind == OPS_PUT || op.kind == OPS_DEL || op.kind == OPS_UPDATE ||
			op.kind == OPS_DEL_RANGE)
			ops_append(script, &op);
	ops_free(ops);
	return script;
}

/* A node through all its sizes, up and down. */
static GPtrArray *
fan_script(uint64_t *rng)
{
	uint32_t order[256];
	uint8_t key[] = "fan/?tail";
	GPtrArray *script = ops_list();
	for (uint32_t i = 0; i < 256; i++)
		order[i] = i;
	for (int pass = 0; pass < 2; pass++) {
		rng_shuffle(rng, order, 256);
		for (size_t i = 0; i < 256; i++) {
			key[4] = (uint8_t)order[i];
			script_add(script, pass ? OPS_DEL : OPS_PUT, key, sizeof key - 1);
		}
	}
	return script;
}

/* A long common prefix split at every position, then merged again. */
static GPtrArray *
split_script(void)
{
	enum { LONG = 48 };
	uint8_t key[LONG];
	GPtrArray *script = ops_list();
	memset(key, 's', LONG);
	script_add(script, OPS_PUT, key, LONG);
	for (int pass = 0; pass < 2; pass++)
		for (size_t at = 0; at < LONG; at++) {
			size_t split = at * 11 %
				       LONG; /* 11 and 48: every one, scattered */
			key[split] = 't';
			script_add(script, pass ? OPS_DEL : OPS_PUT, key, LONG);
			key[split] = 's';
		}
	return script;
}

/* Keys that end where others go on. */
static GPtrArray *
chain_script(void)
{
	enum { LONG = 60 };
	uint8_t key[LONG] = { 0 };
	GPtrArray *script = ops_list();
	for (int pass = 0; pass < 2; pass++)
		for (size_t n = 0; n < LONG; n++)
			script_add(script, pass ? OPS_DEL : OPS_PUT, key, n * 7 % LONG);
	return script;
}

/* Enough bytes that arenas and tables grow and, emptied again, shrink. */
static GPtrArray *
bulk_script(uint64_t *rng)
{
	enum { KEYS = 700, LONG = 200 };
	uint8_t key[LONG];
	GPtrArray *script = ops_list();
	for (size_t i = 0; i < KEYS; i++) {
		for (size_t b = 0; b < LONG; b++)
			key[b] = (uint8_t)rng_next(rng);
		script_add(script, OPS_PUT, key, LONG);
	}
	for (size_t i = 0; i < KEYS; i++) {
		const struct ops_op *op = script->pdata[i * 11 % KEYS];
		script_add(script, OPS_DEL, op->key.p, op->key.n);
	}
	return script;
}

/* ---- running one with failures ---- */

/* One run; `*refused` grows by what it was refused. True if the n-th call was
 * reached and all went as it must. */
static bool
run_failing(const struct ab_variant *v, const GPtrArray *script, uint64_t n, bool on,
	uint64_t *refused)
{
	struct model m;
	if (!model_open(&m, v, on ? "out of memory from here" : "one failure", n, n, on))
		return CHECK(m.t == NULL) && CHECK_IS(m.meter.live, 0) &&
		       CHECK(m.meter.calls >= n);
	uint64_t closely = 0; /* up to this step */
	for (size_t i = 0; i < script->len && !m.broken; i++) {
		const struct ops_op *op = script->pdata[i];
		uint64_t before = m.refused;
		m.seldom = m.steps < closely ? 1 : SELDOM;
		model_apply(&m, op);
		if (m.refused == before)
			continue;
		if (before == 0)
			closely = m.steps + LONG_AFTER;
		if (before % COMPARE_EVERY == 0)
			model_compare(&m);
		if (!on && model_apply(&m, op))
			EXPECT(&m, m.refused == before + 1);
	}
	bool reached = m.meter.calls >= n;
	*refused += m.refused;
	m.meter.fail_at = 0;
	m.refused = 0;
	/* All of it again: what was put off for want of memory gets done, too. */
	for (size_t i = 0; i < script->len && !m.broken; i++) {
		const struct ops_op *op = script->pdata[i];
		model_apply(&m, op);
	}
	EXPECT(&m, m.refused == 0);
	model_compare(&m);
	model_drain(&m, true);
	return model_close(&m) && reached;
}

/* With the index full, not one allocation works: it can be read and everything can go. */
static void
delete_starved(const struct ab_variant *v, const GPtrArray *script, uint64_t seed)
{
	struct model m;
	if (!CHECK(model_open(&m, v, "deleting without memory", seed, 0, false)))
		return;
	for (size_t i = 0; i < script->len; i++) {
		const struct ops_op *op = script->pdata[i];
		if (op->kind == OPS_PUT)
			model_apply(&m, op);
	}
	m.meter.fail_at = m.meter.calls + 1;
	m.meter.fail_on = true;
	model_starved_scans(&m);
	model_compare(&m);
	const struct ops_op *middle = script->pdata[script->len / 2];
	model_apply(
		&m, &(struct ops_op){ .kind = OPS_DEL_RANGE, .range.lo = middle->key });
	model_drain(&m, false);
	m.meter.fail_at = 0;
	for (size_t i = 0; i < script->len; i++) {
		const struct ops_op *op = script->pdata[i];
		model_apply(&m, op);
	}
	model_compare(&m);
	model_drain(&m, true);
	model_close(&m);
}

/* Every n, or beyond the first few of a long script a share of them: fewer where writes
 * are slow. */
static uint64_t
next_failure(const struct ab_variant *v, const GPtrArray *script, uint64_t n)
{
	enum { LONG_SCRIPT = 1000, SHARE = CHECK_SANITIZED ? 8 : 32 };
	unsigned share = v->caps & AB_BULK_LOAD ? 4 : SHARE;
	return n + 1 + (script->len > LONG_SCRIPT ? n / share : 0);
}

static uint64_t
sweep(const struct ab_variant *v, const GPtrArray *script, uint64_t seed)
{
	uint64_t refused = 0;
	for (int on = 0; on < 2; on++) {
		uint64_t n = 1;
		while (check_tally.failed == 0 && run_failing(v, script, n, on, &refused))
			n = next_failure(v, script, n);
	}
	if (v->del && check_tally.failed == 0)
		delete_starved(v, script, seed);
	return refused;
}

void
oom_scripts(const struct ab_variant *v, uint64_t seed)
{
	uint64_t rng = seed, refused = 0;
	GPtrArray *scripts[] = { random_script(&rng, false), random_script(&rng, true),
		random_script(&rng, false), random_script(&rng, true), fan_script(&rng),
		split_script(), chain_script(), bulk_script(&rng) };
	for (size_t s = 0; s < G_N_ELEMENTS(scripts); s++) {
		refused += sweep(v, scripts[s], seed);
		g_ptr_array_unref(scripts[s]);
	}
	CHECK(refused > 0 ||
		check_tally.failed); /* a sweep that refuses nothing tests nothing */
}

/* ---- create and build ---- */

void
oom_create(const struct ab_variant *v)
{
	struct ab_meter m;
	struct ab_index *t = NULL;
	for (uint64_t n = 1; !t; n++) {
		ab_meter_init(&m);
		m.fail_at = n;
		t = v->create(&m.alloc);
		CHECK(n > 1 || !t);
		CHECK(t || m.live == 0);
	}
	v->destroy(t);
	CHECK_IS(m.live, 0);
}

enum { FEWEST = 64, MOST = 1 << 15, KEY_ROOM = 64 };

/* Increasing keys with common prefixes, every other one a prefix of the next. */
static void
make_entries(struct ab_entry *e, char (*bytes)[KEY_ROOM], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int length = snprintf(bytes[i], KEY_ROOM, "common/%06zu/%s", i / 2,
			i % 2 ? "an odd one goes on for some more bytes" : "");
		struct ab_key k = { (const uint8_t *)bytes[i], (size_t)length };
		e[i] = (struct ab_entry){ k, rng_mix(i) };
	}
}

/* Does `t` hold the first `n` of the `all` entries, and no others? */
static void
holds(const struct ab_variant *v, const struct ab_index *t, const struct ab_entry *e,
	size_t n, size_t all)
{
	size_t wrong = 0;
	for (size_t i = 0; i < all; i++) {
		uint64_t value = 0;
		enum ab_status status = v->get(t, e[i].key, &value);
		wrong += i < n ? status != AB_OK || value != e[i].value
			       : status != AB_NOT_FOUND;
	}
	CHECK(wrong == 0);
	CHECK_IS(v->count(t), n);
	CHECK_SOUND(v, t);
}

/* One build of `all` entries with its n-th allocation failing, and `again` if it did; was
 * it reached? */
static bool
build_once(const struct ab_variant *v, const struct ab_entry *e, size_t all, uint64_t n,
	bool again)
{
	struct ab_meter m;
	struct ab_memory mem;
	ab_meter_init(&m);
	struct ab_index *t = v->create(&m.alloc);
	if (!CHECK(t != NULL))
		return false;
	m.fail_at = m.calls + n;
	enum ab_status status = v->build(t, e, all);
	bool reached = m.calls >= m.fail_at;
	m.fail_at = 0;
	CHECK(status == AB_OK || (reached && status == AB_ENOMEM));
	v->memory(t, &mem);
	CHECK(mem.total == m.live);
	holds(v, t, e, status == AB_OK ? all : 0, all);
	if (status != AB_OK && again) {
		CHECK_STATUS(v->build(t, e, all), AB_OK);
		holds(v, t, e, all, all);
	}
	v->destroy(t);
	CHECK_IS(m.live, 0);
	return reached;
}

/* As few entries as make the structure allocate at all: some start with room. */
static void
build_failing(const struct ab_variant *v)
{
	uint64_t failures = 0;
	for (size_t all = FEWEST; all <= MOST && !failures; all *= 2) {
		struct ab_entry *e = g_new(struct ab_entry, all);
		char(*bytes)[KEY_ROOM] = g_malloc(all * sizeof *bytes);
		make_entries(e, bytes, all);
		while (build_once(v, e, all, failures + 1, true) &&
			build_once(v, e, all, failures + 1, false))
			failures++;
		g_free(bytes);
		g_free(e);
	}
	CHECK(failures > 0);
}

/* Fill `t` with `all` entries, of which compact has seen the first half; of these every
 * third has gone since and come back with another value. */
static bool
churned(const struct ab_variant *v, struct ab_index *t, const struct ab_entry *e,
	size_t all)
{
	size_t wrong = 0;
	for (size_t i = 0; i < all / 2; i++)
		wrong += v->put(t, e[i].key, i % 3 ? e[i].value : ~e[i].value) != AB_OK;
	wrong += v->compact(t) != AB_OK;
	for (size_t i = 0; i < all / 2; i += 3)
		wrong += v->del(t, e[i].key) != AB_OK;
	for (size_t i = 0; i < all; i++)
		if (i >= all / 2 || i % 3 == 0)
			wrong += v->put(t, e[i].key, e[i].value) != AB_OK;
	return CHECK(wrong == 0);
}

/* One compaction with its n-th allocation failing; was it reached? */
static bool
compact_once(const struct ab_variant *v, const struct ab_entry *e, size_t all, uint64_t n)
{
	struct ab_meter m;
	struct ab_memory mem;
	ab_meter_init(&m);
	struct ab_index *t = v->create(&m.alloc);
	if (!CHECK(t != NULL))
		return false;
	churned(v, t, e, all);
	m.fail_at = m.calls + n;
	size_t before = m.live;
	enum ab_status status = v->compact(t);
	bool reached = m.calls >= m.fail_at;
	m.fail_at = 0;
	CHECK(status == AB_OK || (reached && status == AB_ENOMEM));
	v->memory(t, &mem);
	CHECK(mem.total == m.live && m.live <= before);
	holds(v, t, e, all, all);
	before = m.live;
	CHECK(v->compact(t) == AB_OK && m.live <= before);
	holds(v, t, e, all, all);
	v->destroy(t);
	CHECK_IS(m.live, 0);
	return reached;
}

/* As long as there is an allocation to fail: one that frees only has none. */
static void
compact_failing(const struct ab_variant *v)
{
	enum { ALL = 400 };
	uint64_t failures = 0;
	struct ab_entry *e = g_new(struct ab_entry, ALL);
	char(*bytes)[KEY_ROOM] = g_malloc(ALL * sizeof *bytes);
	make_entries(e, bytes, ALL);
	while (compact_once(v, e, ALL, failures + 1))
		failures++;
	g_free(bytes);
	g_free(e);
}

int
suite_oom(const struct ab_variant *v, uint64_t seed)
{
	if (v->caps & AB_OWN_ALLOC)
		return check_skip(
			"allocates by itself (AB_OWN_ALLOC): nothing to make fail");
	if (v->caps & AB_OOM_EXITS)
		return check_skip("ends the process when memory is out (AB_OOM_EXITS)");
	oom_create(v);
	if (v->caps & AB_HOLDS_NOTHING)
		return 0;
	if (v->put)
		oom_scripts(v, seed);
	if (v->build)
		build_failing(v);
	if (v->compact)
		compact_failing(v);
	return 0;
}
