/* model.c: see model.h. */
#include <stdarg.h>
#include "model_same.h"
#include "trail.h"
#include "contract/rng.h"

enum { COMPACT_ONE_IN = 200 }; /* steps, as chance has it */

static void
explain(const struct model *m)
{
	fprintf(stderr, "  %s, %s, seed %" PRIu64 ", step %" PRIu64 ", %zu keys",
		m->v->name, m->phase, m->seed, m->steps, m->oracle->count(m->o));
	if (m->op) {
		fputs(": ", stderr);
		ops_print(stderr, m->op, OPS_SHOWN);
	} else {
		fputc('\n', stderr);
	}
}

bool
model_expect(struct model *m, bool right, const char *what)
{
	if (right)
		return true;
	if (!check_tally.quiet && !m->broken && check_tally.failed <= CHECK_SHOWN)
		explain(m);
	if (!m->broken)
		trail_wrong(what);
	m->broken = true;
	return false;
}

bool
model_differs(struct model *m, const char *file, int line, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	return model_expect(m, check_that(false, file, line, text), text);
}

/* ---- a step, recorded ---- */

/* Which allocation is to fail, of those that come now: none, where that ends the process. */
static void
tell_meter(struct model *m, const struct ops_op *op)
{
	bool fails = op->fail && !(m->v->caps & AB_OOM_EXITS);
	m->meter.fail_at = fails ? m->meter.calls + op->fail : 0;
	m->meter.fail_on = op->fail_on;
}

static void
ask_meter(const struct model *m, struct ops_op *op)
{
	uint64_t at = m->meter.fail_at, calls = m->meter.calls;
	op->fail = at > calls ? at - calls : at && m->meter.fail_on;
	op->fail_on = op->fail && m->meter.fail_on;
}

/* Something else is wrong: tell of the first key whose get is, too, if there is one. */
static void
tell_get(struct model *m)
{
	g_autoptr(GArray) all = same_list(m, (struct ab_range){ 0 });
	same_gets(m, all);
}

/* With what is looked at after it. */
static bool
one_step(struct model *m, const struct ops_op *op)
{
	struct ops_op told = *op;
	if (m->replays)
		tell_meter(m, op);
	else
		ask_meter(m, &told);
	uint64_t calls = m->meter.calls;
	m->steps++;
	trail_op(&told);
	m->op = &told;
	bool right = model_perform(m, op);
	if (right && op->kind <= OPS_COMPACT && !m->stale) {
		right = model_step_is_right(m);
		if (!right && m->replays && !check_tally.quiet)
			tell_get(m);
	}
	m->op = NULL;
	trail_done(m->meter.calls - calls);
	if (m->replays)
		m->meter.fail_at = 0;
	return right;
}

bool
model_apply(struct model *m, const struct ops_op *op)
{
	const struct ops_op by_chance = { .kind = OPS_COMPACT };
	if (m->broken)
		return false;
	if (!m->replays && m->v->compact &&
		rng_mix(m->seed + m->steps) % COMPACT_ONE_IN == 0 &&
		!one_step(m, &by_chance))
		return false;
	return one_step(m, op);
}

bool
model_put(struct model *m, struct ab_key k, uint64_t value)
{
	return model_apply(
		m, &(struct ops_op){ .kind = OPS_PUT, .key = k, .value = value });
}

bool
model_del(struct model *m, struct ab_key k)
{
	return model_apply(m, &(struct ops_op){ .kind = OPS_DEL, .key = k });
}

bool
model_compare(struct model *m)
{
	return !m->broken && one_step(m, &(struct ops_op){ .kind = OPS_COMPARE });
}

bool
model_starved_scans(struct model *m)
{
	return !m->broken && one_step(m, &(struct ops_op){ .kind = OPS_SCANS });
}

/* ---- a life ---- */

bool
model_open(struct model *m, const struct ab_variant *v, const char *phase, uint64_t seed,
	uint64_t fail_at, bool fail_on)
{
	*m = (struct model){ .v = v, .phase = phase, .seed = seed, .seldom = 1 };
	m->oracle = ab_variant_named("sorted_array");
	ab_meter_init(&m->meter);
	m->meter.fail_at = fail_at;
	m->meter.fail_on = fail_on;
	trail_begin(phase, seed);
	m->t = v->create(&m->meter.alloc);
	if (!m->t) {
		trail_end();
		return false;
	}
	m->o = m->oracle->create(NULL);
	if (!m->o)
		g_error("no memory for the oracle");
	if (v->memory)
		v->memory(m->t, &m->fresh);
	if (model_step_is_right(m))
		return true;
	model_close(m);
	m->t = NULL;
	return false;
}

bool
model_drain(struct model *m, bool tight)
{
	if (m->broken)
		return false;
	g_autoptr(GArray) all = same_list(m, (struct ab_range){ 0 });
	g_autoptr(GPtrArray)
		keys = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (size_t i = 0; i < all->len; i++) {
		struct ab_key k = same_entry(all, i)->key;
		g_ptr_array_add(keys, g_bytes_new(k.p, k.n));
	}
	uint64_t rng = m->seed;
	while (keys->len) {
		guint i = (guint)rng_below(&rng, keys->len);
		gsize n;
		const uint8_t *p = g_bytes_get_data(keys->pdata[i], &n);
		if (!model_del(m, (struct ab_key){ p, n }))
			return false;
		g_ptr_array_remove_index_fast(keys, i);
	}
	return tight ? one_step(m, &(struct ops_op){ .kind = OPS_EMPTIED })
		     : model_freshen(m);
}

bool
model_close(struct model *m)
{
	m->v->destroy(m->t);
	AGREE(m, m->meter.live == 0,
		"destroy: expected all memory to be given back, found %zu bytes held",
		m->meter.live);
	trail_end();
	m->oracle->destroy(m->o);
	return !m->broken;
}

bool
model_bytes(const struct ab_variant *v, const char *phase, uint64_t seed,
	const uint8_t *bytes, size_t n)
{
	struct model m;
	if (!CHECK(model_open(&m, v, phase, seed, 0, false)))
		return false;
	struct ops *ops = ops_new(bytes, n);
	struct ops_op op;
	while (ops_next(ops, &op) && model_apply(&m, &op))
		;
	ops_free(ops);
	if (model_compare(&m))
		model_drain(&m, true);
	return model_close(&m);
}

bool
model_list(const struct ab_variant *v, const char *phase, const GPtrArray *list)
{
	struct model m;
	if (!CHECK(model_open(&m, v, phase, 0, 0, false)))
		return false;
	m.replays = true;
	for (guint i = 0; i < list->len && !m.broken; i++)
		model_apply(&m, list->pdata[i]);
	return model_close(&m);
}
