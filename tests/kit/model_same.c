/* model_same.c: see model_same.h. */
#include <stdarg.h>
#include <string.h>
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
	bool ordered, values; /* values: what it is given as a key says nothing */
	bool *seen;           /* by rank, so that an unordered scan visits each once */
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
	if (s->values)
		key = (struct ab_key){ 0 };
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
		(!s->values && ab_key_cmp(same_entry(s->want, i)->key, key) != 0)) {
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

/* ---- scans, up and down ---- */

/* `want` has what a scan back is to visit. */
static bool
visits_back(struct model *m, struct ab_range r, const GArray *want, size_t stop)
{
	struct match s = match_begin(m, "scan back", want, stop);
	return match_end(m, &s, ab_scan_back(m->v, m->t, r, match_visit, &s));
}

bool
same_back(struct model *m, struct ab_range r, size_t stop)
{
	if (!(m->v->caps & AB_ORDERED))
		return true;
	g_autoptr(GArray) up = same_list(m, r);
	g_autoptr(GArray) want = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	for (guint i = up->len; i-- > 0;)
		g_array_append_vals(want, same_entry(up, i), 1);
	return visits_back(m, r, want, stop);
}

bool
same_before(struct model *m, const GArray *all)
{
	if (!m->v->scan_back)
		return true;
	g_autoptr(GArray) before = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	for (guint i = 0; i < all->len; i++) {
		struct ab_range r = { .hi = same_entry(all, i)->key, .has_hi = true };
		g_array_set_size(before, 0);
		if (i)
			g_array_append_vals(before, same_entry(all, i - 1), 1);
		if (!visits_back(m, r, before, 1))
			return false;
	}
	return same_back(m, (struct ab_range){ 0 }, 0);
}

bool
same_range(struct model *m, struct ab_range r, size_t stop)
{
	if (!m->v->scan)
		return true;
	g_autoptr(GArray) want = same_list(m, r);
	struct match s = match_begin(m, "scan", want, stop);
	return match_end(m, &s, m->v->scan(m->t, r, match_visit, &s)) &&
	       (!m->v->scan_back || same_back(m, r, 1));
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

/* ---- many at once ---- */

/* Of all entries and found bits, with one more of each that is nobody's. */
static bool
many_differ(struct model *m, const struct ab_key *keys, size_t n,
	const struct ab_entry *entries, const bool *found)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t value = UNTOUCHED;
		bool there = m->oracle->get(m->o, keys[i], &value) == AB_OK;
		if (!AGREE(m, found[i] == there,
			    "get-many: at %zu of %zu expected %s %s, found the other", i,
			    n, model_key(keys[i]), there ? "found" : "not found") ||
			!AGREE(m, entries[i].value == value,
				"get-many: at %zu of %zu expected %s %" PRIu64
				" of %s, found %" PRIu64,
				i, n, there ? "the value" : "what stood there,", value,
				model_key(keys[i]), entries[i].value) ||
			!AGREE(m,
				entries[i].key.p == keys[i].p &&
					entries[i].key.n == keys[i].n,
				"get-many: at %zu of %zu expected a key left alone", i,
				n))
			return true;
	}
	return !AGREE(m, entries[n].value == UNTOUCHED && found[n],
		"get-many: expected nothing written behind the %zu of it", n);
}

bool
same_many(struct model *m, const struct ab_key *keys, size_t n)
{
	g_autofree struct ab_entry *entries = g_new(struct ab_entry, n + 1);
	g_autofree bool *found = g_new(bool, n + 1);
	size_t hits = 0;
	for (size_t i = 0; i <= n; i++) {
		entries[i] = (struct ab_entry){ .value = UNTOUCHED };
		if (i < n)
			entries[i].key = keys[i];
		found[i] = i == n || m->oracle->get(m->o, keys[i], &(uint64_t){ 0 }) !=
					     AB_OK; /* wrong */
	}
	size_t told = ab_get_many(m->v, m->t, entries, n, found);
	if (many_differ(m, keys, n, entries, found))
		return false;
	for (size_t i = 0; i < n; i++)
		hits += found[i];
	return AGREE(m, told == hits, "get-many: expected %zu of %zu found, told %zu",
		hits, n, told);
}

/* ---- places in the order ---- */

static bool
is_ordered(const struct model *m)
{
	return m->v->caps & AB_ORDERED;
}

bool
same_values(struct model *m, struct ab_range r, size_t stop)
{
	if (!is_ordered(m))
		return true;
	g_autoptr(GArray) want = same_list(m, r);
	struct match s = match_begin(m, "values", want, stop);
	s.values = true;
	return match_end(m, &s, ab_scan_values(m->v, m->t, r, match_visit, &s));
}

/* From the i-th entry of `all` on. */
static bool
same_from(struct model *m, const GArray *all, size_t i, size_t stop)
{
	g_autoptr(GArray) want = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	if (i < all->len)
		g_array_append_vals(want, same_entry(all, i), all->len - (guint)i);
	struct match s = match_begin(m, "nth", want, stop);
	return match_end(m, &s, ab_scan_nth(m->v, m->t, i, match_visit, &s));
}

static bool
same_below(struct model *m, struct ab_key k, size_t expected)
{
	size_t found = SIZE_MAX;
	enum ab_status status = ab_rank(m->v, m->t, k, &found);
	return same_status(m, "rank", k, status, AB_OK) &&
	       AGREE(m, found == expected, "rank of %s: expected %zu, found %zu",
		       model_key(k), expected, found);
}

/* By asking each. */
static size_t
below(const GArray *all, struct ab_key k)
{
	size_t n = 0;
	for (size_t i = 0; i < all->len; i++)
		n += ab_key_cmp(same_entry(all, i)->key, k) < 0;
	return n;
}

bool
same_rank(struct model *m, struct ab_key k)
{
	g_autoptr(GArray) all = same_list(m, (struct ab_range){ 0 });
	return !is_ordered(m) || same_below(m, k, below(all, k));
}

bool
same_nth(struct model *m, struct ab_key k, size_t stop)
{
	g_autoptr(GArray) all = same_list(m, (struct ab_range){ 0 });
	return !is_ordered(m) || same_from(m, all, below(all, k), stop);
}

/* Of the i-th key, and of the least that is above it. */
static bool
same_ranks_at(struct model *m, const GArray *all, size_t i)
{
	struct ab_key k = same_entry(all, i)->key;
	g_autofree uint8_t *above = g_malloc0(k.n + 1);
	if (k.n)
		memcpy(above, k.p, k.n);
	return same_below(m, k, i) &&
	       same_below(m, (struct ab_key){ above, k.n + 1 }, i + 1);
}

enum { SOME = 3, SOME_OWN = 64, NTH_STOP = 3 };

/* Of so many places, each of them at some step. */
static bool
same_order(struct model *m, const GArray *all)
{
	size_t n = all->len, ranks = n / (m->v->rank ? SOME_OWN : SOME) + 1,
	       nths = n / (m->v->scan_nth ? SOME_OWN : SOME) + 1;
	for (size_t i = m->steps % ranks; i < n; i += ranks)
		if (!same_ranks_at(m, all, i))
			return false;
	for (size_t i = m->steps % nths; i < n; i += nths)
		if (!same_from(m, all, i, NTH_STOP))
			return false;
	return same_below(m, (struct ab_key){ 0 }, 0) && same_from(m, all, 0, 0) &&
	       same_from(m, all, n, 0) && same_from(m, all, n + 1, 0);
}

/* In groups of one and of more than an interleaving takes at once. */
static bool
same_in_groups(struct model *m, const GArray *all)
{
	static const size_t groups[] = { 1, 33, 2, 70, 3, 8 };
	g_autofree struct ab_key *keys = g_new(struct ab_key, all->len);
	size_t at = 0;
	for (size_t i = 0; i < all->len; i++)
		keys[i] = same_entry(all, i)->key;
	for (size_t g = 0; at < all->len; at += groups[g++ % G_N_ELEMENTS(groups)]) {
		size_t n = MIN(groups[g % G_N_ELEMENTS(groups)], all->len - at);
		if (!same_many(m, keys + at, n))
			return false;
		if (!m->v->get_many && g == 1)
			break;
	}
	return true;
}

bool
same_places(struct model *m, const GArray *all)
{
	return same_in_groups(m, all) && (!is_ordered(m) || same_order(m, all));
}
