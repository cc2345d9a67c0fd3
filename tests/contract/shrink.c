/* shrink.c: see shrink.h. */
#include <string.h>
#include "apart.h"
#include "shrink.h"

static bool
may_try(struct shrink *s, double began)
{
	s->took = apart_now() - began;
	s->cut = s->cut || s->took >= s->seconds;
	return !s->cut;
}

static bool
still_fails(struct shrink *s, const GPtrArray *list)
{
	s->tries++;
	return s->fails(s->arg, list);
}

/* It owns nothing. */
static GPtrArray *
copy(const GPtrArray *list)
{
	GPtrArray *same = g_ptr_array_sized_new(list->len);
	for (guint i = 0; i < list->len; i++)
		g_ptr_array_add(same, list->pdata[i]);
	return same;
}

/* Without `n` operations from `at` on? Then so it is. */
static bool
leave_out(struct shrink *s, GPtrArray *list, guint at, guint n)
{
	g_autoptr(GPtrArray) rest = copy(list);
	g_ptr_array_remove_range(rest, at, n);
	if (!still_fails(s, rest))
		return false;
	g_ptr_array_remove_range(list, at, n);
	return true;
}

/* All parts of `n` operations, the last one first. */
static bool
leave_out_parts(struct shrink *s, GPtrArray *list, guint n, double began)
{
	bool some = false;
	for (guint end = list->len; end > 0;) {
		guint at = end > n ? end - n : 0;
		if (!may_try(s, began))
			return false;
		some |= leave_out(s, list, at, end - at);
		end = at;
	}
	return some;
}

/* Any two, such as a put and its del: neither can go alone. */
static bool
leave_out_pairs(struct shrink *s, GPtrArray *list, double began)
{
	bool some = false;
	for (guint j = list->len; j-- > 1;)
		for (guint i = j; i-- > 0;) {
			g_autoptr(GPtrArray) rest = copy(list);
			if (!may_try(s, began))
				return false;
			g_ptr_array_remove_index(rest, j);
			g_ptr_array_remove_index(rest, i);
			if (!still_fails(s, rest))
				continue;
			g_ptr_array_remove_index(list, j);
			g_ptr_array_remove_index(list, i);
			some = true;
			break;
		}
	return some;
}

/* ---- what is left, in fewer words ---- */

static void
be_list(GPtrArray *list, const GPtrArray *other)
{
	g_ptr_array_set_size(list, 0);
	for (guint i = 0; i < other->len; i++)
		ops_append(list, other->pdata[i]);
}

/* `changed`, if that fails, too. */
static bool
keep_if_fails(struct shrink *s, GPtrArray *list, const GPtrArray *changed)
{
	bool same = still_fails(s, changed);
	if (same)
		be_list(list, changed);
	return same;
}

static void
simplify(struct shrink *s, GPtrArray *list, double began)
{
	g_autoptr(GPtrArray) changed = ops_list();
	be_list(changed, list);
	for (guint i = 0; i < changed->len; i++)
		((struct ops_op *)changed->pdata[i])->value = i + 1;
	if (may_try(s, began) && !keep_if_fails(s, list, changed))
		be_list(changed, list);
	for (guint i = 0; i < list->len; i++) {
		struct ops_op *op = changed->pdata[i];
		if ((!op->stop && !op->fail) || !may_try(s, began))
			continue;
		op->stop = op->fail = 0;
		op->fail_on = false;
		if (!keep_if_fails(s, list, changed))
			be_list(changed, list);
	}
}

/* The i-th operation, a get-many, without any of its keys: half of them at a time, at first. */
static void
leave_out_keys(struct shrink *s, GPtrArray *list, guint i, double began)
{
	size_t n_keys = ((struct ops_op *)list->pdata[i])->n_keys;
	for (size_t n = (n_keys + 1) / 2; n > 0; n /= 2)
		for (size_t end = ((struct ops_op *)list->pdata[i])->n_keys; end > 0;) {
			g_autoptr(GPtrArray) changed = ops_list();
			size_t at = end > n ? end - n : 0;
			if (!may_try(s, began))
				return;
			be_list(changed, list);
			ops_leave_out_keys(changed->pdata[i], at, end);
			keep_if_fails(s, list, changed);
			end = at;
		}
}

/* Without its bytes from `at` to `end`, if it begins with these `end` bytes. */
static void
cut_key(struct ab_key *k, const uint8_t *bytes, size_t at, size_t end)
{
	uint8_t *p = (uint8_t *)(uintptr_t)k->p;
	if (k->n < end || memcmp(p, bytes, end) != 0)
		return;
	memmove(p + at, p + end, k->n - end);
	k->n -= end - at;
}

/* So that keys which share bytes go on to do so. */
static bool
cut_keys(struct shrink *s, GPtrArray *list, const uint8_t *bytes, size_t at, size_t end)
{
	g_autoptr(GPtrArray) changed = ops_list();
	be_list(changed, list);
	for (guint i = 0; i < changed->len; i++) {
		struct ops_op *op = changed->pdata[i];
		cut_key(&op->key, bytes, at, end);
		cut_key(&op->range.lo, bytes, at, end);
		cut_key(&op->range.hi, bytes, at, end);
		for (size_t k = 0; k < op->n_keys; k++)
			cut_key(&op->keys[k], bytes, at, end);
	}
	return keep_if_fails(s, list, changed);
}

/* Of the i-th operation's key; of a long one no less than a part of this size. */
static void
shorten(struct shrink *s, GPtrArray *list, guint i, double began)
{
	enum { PARTS = 64 };
	size_t length = ((struct ops_op *)list->pdata[i])->key.n,
	       least = 1 + length / PARTS;
	for (size_t n = length; n >= least; n /= 2)
		for (size_t end = ((struct ops_op *)list->pdata[i])->key.n; end > 0;) {
			const struct ops_op *op = list->pdata[i];
			g_autofree uint8_t *bytes = g_memdup2(op->key.p, op->key.n);
			size_t at = end > n ? end - n : 0;
			if (!may_try(s, began))
				return;
			cut_keys(s, list, bytes, at, end);
			end = at;
		}
}

GPtrArray *
shrink_list(struct shrink *s, const GPtrArray *all)
{
	enum { FEW = 40 };
	GPtrArray *list = ops_list();
	double began = apart_now();
	be_list(list, all);
	s->tries = 0;
	s->cut = false;
	for (guint n = (list->len + 1) / 2; n > 0 && !s->cut;) {
		bool some = leave_out_parts(s, list, n, began);
		if (n == 1 && !some && list->len <= FEW)
			some = leave_out_pairs(s, list, began);
		if (n == 1 && !some)
			break;
		n = n == 1 ? 1 : n / 2;
	}
	for (guint i = 0; i < list->len && !s->cut; i++)
		leave_out_keys(s, list, i, began);
	if (!s->cut)
		simplify(s, list, began);
	for (guint i = 0; i < list->len && list->len <= FEW && !s->cut; i++)
		shorten(s, list, i, began);
	s->took = apart_now() - began;
	return list;
}
