/* pass_mix.c: YCSB's mixes (mix.h). */
#include "mix.h"
#include "pass.h"

/* ---- one operation ---- */

static bool
modify_is_right(const struct fixture *f, const struct stream *q, size_t i)
{
	uint64_t value = 0;
	struct ab_key k = stream_key(q, i);
	return f->v->get(f->t, k, &value) == AB_OK && value == q->expected[i] &&
	       f->v->put(f->t, k, value + 1) == AB_REPLACED;
}

static bool
is_right(const struct fixture *f, const struct stream *q, size_t i)
{
	const struct mix_operation *o = &q->operations[i];
	struct ab_key k = stream_key(q, i);
	switch ((enum mix_kind)o->kind) {
	case MIX_READ: return hit_is_right(f, q, i);
	case MIX_UPDATE: return f->v->put(f->t, k, o->given) == AB_REPLACED;
	case MIX_INSERT: return f->v->put(f->t, k, o->given) == AB_OK;
	case MIX_MODIFY: return modify_is_right(f, q, i);
	case MIX_SCAN: return range_is_right(f, k, o->given, q->expected[i]);
	case MIX_KINDS: break;
	}
	return false;
}

static size_t
operations(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += is_right(f, &f->stream, i);
	return right;
}

/* ---- around a pass ---- */

static bool
writes(const struct mix_operation *o)
{
	return o->kind != MIX_READ && o->kind != MIX_SCAN;
}

static bool
be_loaded_to_write(struct fixture *f, GError **error)
{
	bool loaded = fixture_load_most(f, error);
	fixture_changes(f);
	return loaded;
}

/* Is there what was written last? */
static bool
check_written(struct fixture *f, size_t i, GError **error)
{
	const struct mix_operation *o = &f->stream.operations[i];
	uint64_t value = 0;
	if (!writes(o) || (f->v->get(f->t, stream_key(&f->stream, i), &value) == AB_OK &&
				  value == o->left))
		return true;
	g_autofree char *key = key_text(stream_key(&f->stream, i));
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
		"wrong answers: %s has not the value written last", key);
	return false;
}

/* Write the first values again, so that the next mix finds the index as it was loaded;
 * those that borrow keys have borrowed them of these queries. */
static bool
restore(struct fixture *f, GError **error)
{
	const struct stream *q = &f->stream;
	for (size_t i = 0; i < q->n; i++) {
		const struct mix_operation *o = &q->operations[i];
		if (!writes(o) ||
			f->v->put(f->t, stream_key(q, i), o->first) == AB_REPLACED)
			continue;
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
			"wrong answers: a key that was written is not there");
		return false;
	}
	f->most = !(f->v->caps & AB_BORROWS_KEYS);
	return true;
}

static bool
be_as_written(struct fixture *f, GError **error)
{
	size_t inserted = 0, keys = f->d->n - f->d->n / HELD_OUT_EVERY;
	if (!fixture_answers(f))
		return true;
	for (size_t i = 0; i < f->stream.n; i++) {
		inserted += f->stream.operations[i].kind == MIX_INSERT;
		if (!check_written(f, i, error))
			return false;
	}
	if (f->v->count(f->t) == keys + inserted)
		return inserted || restore(f, error);
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
		"wrong answers: the count after the last operation is not %zu",
		keys + inserted);
	return false;
}

/* ---- the passes ---- */

const struct pass pass_mix = {
	.operation = "mix",
	.kind = CHANGES,
	.needs = NEEDS_PUT,
	.keys_least = HELD_OUT_EVERY,
	.stretch = operations,
	.before = be_loaded_to_write,
	.after = be_as_written,
	.asked = mix_asked,
	.at_least = MIX_MOST,
};

const struct pass pass_mix_read = {
	.operation = "mix",
	.kind = READS,
	.needs = NEEDS_PUT,
	.keys_least = HELD_OUT_EVERY,
	.stretch = operations,
	.before = fixture_load_most,
	.after = be_as_written,
	.asked = mix_asked,
	.at_least = MIX_MOST,
};

const struct pass pass_mix_scan = {
	.operation = "mix",
	.kind = CHANGES,
	.needs = NEEDS_PUT | NEEDS_SCAN | NEEDS_ORDER,
	.keys_least = HELD_OUT_EVERY,
	.stretch = operations,
	.before = be_loaded_to_write,
	.after = be_as_written,
	.asked = mix_asked_scans,
	.at_least = MIX_MOST_SCANS,
};
