/* model_change.c: what changes the keys of a model; see model_same.h. */
#include "model_same.h"

static bool
apply_put(struct model *m, struct ab_key k, uint64_t value)
{
	if (!ab_key_fits(m->v, k))
		return !m->v->put ||
		       same_status(m, "put", k, m->v->put(m->t, k, value), AB_EKEY);
	if (!m->v->put) {
		m->oracle->put(m->o, k, value);
		m->stale = true;
		return true;
	}
	uint64_t calls = m->meter.calls;
	enum ab_status status = m->v->put(m->t, k, value);
	if (status == AB_ENOMEM) {
		m->refused++;
		return AGREE(m, model_starved_since(m, calls),
			       "put of %s: expected a key put where no allocation "
			       "failed, "
			       "found 'out of memory'",
			       model_key(k)) &&
		       same_get(m, k);
	}
	return same_status(m, "put", k, status, m->oracle->put(m->o, k, value));
}

static bool
apply_del(struct model *m, struct ab_key k)
{
	if (!m->v->del && m->v->put)
		return true; /* never forgets: nor does the oracle */
	if (!m->v->del) {
		m->oracle->del(m->o, k);
		m->stale = true;
		return true;
	}
	enum ab_status status = m->v->del(m->t, k);
	return same_status(m, "del", k, status, m->oracle->del(m->o, k));
}

/* What a change was told and says. */
struct told {
	const struct ops_op *op;
	uint64_t old;
	unsigned calls;
	bool there;
};

static enum ab_verdict
change(void *arg, const uint64_t *old, uint64_t *value)
{
	struct told *t = arg;
	t->calls++;
	t->there = old != NULL;
	t->old = old ? *old : 0;
	*value = t->op->verdict == AB_PUT ? t->op->value : ~t->old;
	return t->op->verdict;
}

static bool
told_right(struct model *m, const struct told *t, bool there, uint64_t old)
{
	struct ab_key k = t->op->key;
	return AGREE(m, t->calls == 1, "update of %s: expected one call, found %u",
		       model_key(k), t->calls) &&
	       AGREE(m, t->there == there && t->old == old,
		       "update of %s: expected it told %s %" PRIu64 ", found %s %" PRIu64,
		       model_key(k), there ? "the value" : "of no value,", old,
		       t->there ? "the value" : "of no value,", t->old);
}

static enum ab_status
update_oracle(struct model *m, const struct ops_op *op, bool there)
{
	if (op->verdict == AB_PUT)
		return m->oracle->put(m->o, op->key, op->value);
	if (op->verdict == AB_REMOVE)
		return m->oracle->del(m->o, op->key);
	return there ? AB_OK : AB_NOT_FOUND;
}

static bool
apply_update(struct model *m, const struct ops_op *op)
{
	struct told told = { .op = op };
	uint64_t old = 0;
	bool there = m->oracle->get(m->o, op->key, &old) == AB_OK;
	if (!m->v->put || (op->verdict == AB_REMOVE && !m->v->del))
		return op->verdict == AB_KEEP  ? true
		       : op->verdict == AB_PUT ? apply_put(m, op->key, op->value)
					       : apply_del(m, op->key);
	uint64_t calls = m->meter.calls;
	enum ab_status status = ab_update(m->v, m->t, op->key, change, &told);
	if (!ab_key_fits(m->v, op->key))
		return same_status(m, "update", op->key, status, AB_EKEY) &&
		       AGREE(m, !told.calls,
			       "update of %s: expected no call for a key that is not "
			       "taken, found %u",
			       model_key(op->key), told.calls);
	if (!told_right(m, &told, there, old))
		return false;
	if (status != AB_ENOMEM || op->verdict != AB_PUT)
		return same_status(m, "update", op->key, status,
			       update_oracle(m, op, there)) &&
		       same_get(m, op->key);
	m->refused++;
	return AGREE(m, model_starved_since(m, calls),
		       "update of %s: expected a key put where no allocation failed, "
		       "found 'out of memory'",
		       model_key(op->key)) &&
	       same_get(m, op->key);
}

/* Those of `list` that the index has no more go from the oracle, too: `gone` of them. */
static bool
del_gone(struct model *m, const GArray *list, size_t gone)
{
	size_t lost = 0;
	for (size_t i = 0; i < list->len; i++) {
		struct ab_key k = same_entry(list, i)->key;
		if (m->v->get(m->t, k, &(uint64_t){ 0 }) == AB_OK)
			continue;
		m->oracle->del(m->o, k);
		lost++;
	}
	return AGREE(m, lost == gone, "del-range: expected %zu keys gone, told of %zu",
		lost, gone);
}

static bool
apply_del_range(struct model *m, struct ab_range r)
{
	g_autoptr(GArray) list = same_list(m, r);
	size_t gone = SIZE_MAX;
	if (m->v->put && !(m->v->del && m->v->scan))
		return true; /* as del */
	if (!m->v->put) {
		m->stale = true;
		for (size_t i = 0; i < list->len; i++)
			m->oracle->del(m->o, same_entry(list, i)->key);
		return true;
	}
	uint64_t calls = m->meter.calls;
	enum ab_status status = ab_del_range(
		m->v, m->t, model_is_counted(m) ? &m->meter.alloc : NULL, r, &gone);
	if (status == AB_ENOMEM) {
		m->refused++;
		return AGREE(m, !m->v->del_range && model_starved_since(m, calls),
			       "del-range: expected 'ok' where no allocation failed, "
			       "found 'out of memory'") &&
		       del_gone(m, list, gone);
	}
	return AGREE(m, status == AB_OK, "del-range: expected 'ok', found '%s'",
		       ab_status_text(status)) &&
	       AGREE(m, gone == list->len, "del-range: expected %u keys gone, found %zu",
		       list->len, gone) &&
	       del_gone(m, list, gone);
}

bool
model_change(struct model *m, const struct ops_op *op)
{
	switch (op->kind) {
	case OPS_PUT: return apply_put(m, op->key, op->value);
	case OPS_DEL: return apply_del(m, op->key);
	case OPS_UPDATE: return apply_update(m, op);
	default: return apply_del_range(m, op->range);
	}
}
