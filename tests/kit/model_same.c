/* model_same.c: see model_same.h. */
#include <stdarg.h>
#include "model_same.h"

/* What `value` holds before a get, and must still hold after a miss. */
static const uint64_t UNTOUCHED = 0xdeadbeefcafef00d;

const char *
model_key(struct ab_key k)
{
	enum { TEXTS = 4, ROOM = 4 * OPS_SHOWN + 64 };
	static char text[TEXTS][ROOM];
	static unsigned last;
	char *t = text[++last % TEXTS];
	FILE *out = fmemopen(t, ROOM, "w");
	if (!out)
		return "a key";
	ab_key_print(out, k, OPS_SHOWN);
	fclose(out);
	return t;
}

/* ---- what is in the oracle, as a list ---- */

static bool
collect_visit(void *arg, struct ab_key key, uint64_t value)
{
	g_array_append_vals(arg, &(struct ab_entry){ key, value }, 1);
	return true;
}

GArray *
same_list(const struct model *m, struct ab_range r)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	m->oracle->scan(m->o, r, collect_visit, list);
	return list;
}

const struct ab_entry *
same_entry(const GArray *list, size_t i)
{
	return &g_array_index(list, struct ab_entry, i);
}

static size_t
rank_of(const GArray *list, struct ab_key k)
{
	size_t lo = 0, hi = list->len;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (ab_key_cmp(same_entry(list, mid)->key, k) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* ---- one answer ---- */

bool
same_status(struct model *m, const char *operation, struct ab_key k, enum ab_status found,
	enum ab_status expected)
{
	return AGREE(m, found == expected, "%s of %s: expected '%s', found '%s'",
		operation, model_key(k), ab_status_text(expected), ab_status_text(found));
}

bool
same_get(struct model *m, struct ab_key k)
{
	uint64_t found = UNTOUCHED, expected = UNTOUCHED;
	enum ab_status status = m->v->get(m->t, k, &found);
	if (!same_status(m, "get", k, status, m->oracle->get(m->o, k, &expected)))
		return false;
	if (expected == UNTOUCHED)
		return AGREE(m, found == expected,
			"get of %s: expected a value left alone by a miss, found "
			"%" PRIu64,
			model_key(k), found);
	return AGREE(m, found == expected,
		"get of %s: expected the value %" PRIu64 ", found %" PRIu64, model_key(k),
		expected, found);
}

bool
same_gets(struct model *m, const GArray *all)
{
	for (size_t i = 0; i < all->len; i++)
		if (!same_get(m, same_entry(all, i)->key))
			return false;
	return true;
}

/* ---- a scan against a list ---- */

struct match {
	const char *what;
	const GArray *want;
	bool ordered;
	bool *seen; /* by rank, so that an unordered scan visits each once */
	size_t visits, stop;
	char wrong[768]; /* of the first visit that is; empty: none */
};

static void
match_wrong(struct match *s, size_t i, struct ab_key key, uint64_t value)
{
	char expected[320] = "none";
	if (i < s->want->len && !s->seen[i])
		g_snprintf(expected, sizeof expected, "%s = %" PRIu64,
			model_key(same_entry(s->want, i)->key),
			same_entry(s->want, i)->value);
	g_snprintf(s->wrong, sizeof s->wrong,
		"%s: at visit %zu expected %s, found %s = %" PRIu64, s->what, s->visits,
		expected, model_key(key), value);
}

static bool
match_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct match *s = arg;
	size_t i = s->ordered ? s->visits : rank_of(s->want, key);
	s->visits++;
	if (i >= s->want->len || s->seen[i] || same_entry(s->want, i)->value != value ||
		ab_key_cmp(same_entry(s->want, i)->key, key) != 0) {
		if (!*s->wrong)
			match_wrong(s, i, key, value);
		return false;
	}
	s->seen[i] = true;
	return s->visits != s->stop;
}

static struct match
match_begin(const struct model *m, const char *what, const GArray *want, size_t stop)
{
	return (struct match){
		.what = what,
		.want = want,
		.ordered = m->v->caps & AB_ORDERED,
		.seen = g_new0(bool, want->len + 1),
		.stop = stop,
	};
}

/* What was not visited, for a scan that has ended. */
static const char *
match_missing(const struct match *s)
{
	for (size_t i = 0; i < s->want->len; i++)
		if (!s->seen[i])
			return model_key(same_entry(s->want, i)->key);
	return "none";
}

static bool
match_end(struct model *m, struct match *s, enum ab_status got)
{
	bool stops = s->stop && s->stop <= s->want->len;
	size_t visits = stops ? s->stop : s->want->len;
	enum ab_status status = stops ? AB_STOPPED : AB_OK;
	bool right =
		AGREE(m, !*s->wrong, "%s", s->wrong) &&
		AGREE(m, s->visits >= visits,
			"%s: expected %zu visits, found %zu: %s is missing", s->what,
			visits, s->visits, match_missing(s)) &&
		AGREE(m, s->visits <= visits,
			"%s: expected no visit after it was stopped at %zu, found %zu",
			s->what, visits, s->visits - visits) &&
		AGREE(m, got == status, "%s: expected '%s' after %zu visits, found '%s'",
			s->what, ab_status_text(status), visits, ab_status_text(got));
	g_free(s->seen);
	return right;
}

/* ---- the last of a range ---- */

struct only {
	const struct ab_entry *want; /* NULL: none */
	size_t visits;
	bool right;
};

static bool
only_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct only *o = arg;
	o->visits++;
	o->right = o->want && o->want->value == value &&
		   ab_key_cmp(o->want->key, key) == 0;
	return false;
}

static const char *
end_text(struct ab_range r)
{
	return r.has_hi ? model_key(r.hi) : "the end";
}

static bool
same_last(struct model *m, struct ab_range r, const struct ab_entry *want)
{
	struct only o = { .want = want, .right = true };
	enum ab_status expected = want ? AB_STOPPED : AB_OK;
	enum ab_status got = m->v->scan_back(m->t, r, only_visit, &o);
	return AGREE(m, o.right && o.visits == (want != NULL),
		       "last before %s: expected %s, found %zu visits, %s", end_text(r),
		       want ? model_key(want->key) : "none", o.visits,
		       o.right ? "none of them wrong" : "of another or its value") &&
	       AGREE(m, got == expected, "last before %s: expected '%s', found '%s'",
		       end_text(r), ab_status_text(expected), ab_status_text(got));
}

bool
same_before(struct model *m, const GArray *all)
{
	for (size_t i = 0; m->v->scan_back && i < all->len; i++) {
		struct ab_range r = { .hi = same_entry(all, i)->key, .has_hi = true };
		if (!same_last(m, r, i ? same_entry(all, i - 1) : NULL))
			return false;
	}
	return true;
}

bool
same_range(struct model *m, struct ab_range r, size_t stop)
{
	if (!m->v->scan)
		return true;
	g_autoptr(GArray) want = same_list(m, r);
	struct match s = match_begin(m, "scan", want, stop);
	return match_end(m, &s, m->v->scan(m->t, r, match_visit, &s)) &&
	       (!m->v->scan_back ||
		       same_last(
			       m, r, want->len ? same_entry(want, want->len - 1) : NULL));
}

bool
same_prefix(struct model *m, struct ab_key prefix, size_t stop)
{
	if (!m->v->scan_prefix)
		return true;
	g_autoptr(GArray) want = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	m->oracle->scan_prefix(m->o, prefix, collect_visit, want);
	struct match s = match_begin(m, "prefix scan", want, stop);
	return match_end(m, &s, m->v->scan_prefix(m->t, prefix, match_visit, &s));
}
