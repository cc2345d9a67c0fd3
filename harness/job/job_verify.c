/* job_verify.c: does one contestant answer right? See job.h. */
#include "work/verify.h"
#include "job.h"
#include "keys/hard_keys.h"
#include "ground/row.h"

static bool
delete_one(struct fixture *f, struct ab_key k, GError **error)
{
	uint64_t value;
	enum ab_status st = f->v->del(f->t, k);
	const char *what = ab_status_text(st);
	bool gone = st == AB_OK && f->v->get(f->t, k, &value) == AB_NOT_FOUND;
	if (gone)
		return true;
	g_autofree char *key = key_text(k);
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG, "delete of %s: %s", key,
		st == AB_OK ? "the key is still found" : what);
	return false;
}

/* Delete every key in random order; look whether the whole is sound on the way. */
static bool
delete_all(struct fixture *f, GError **error)
{
	enum { LOOKS = 8 };
	const struct stream *q = fixture_stream(f, FOR_DELETE, error);
	if (!q)
		return false;
	size_t every = q->n / LOOKS + 1;
	f->loaded = false;
	for (size_t i = 0; i < q->n; i++) {
		if (!delete_one(f, stream_key(q, i), error))
			return false;
		if ((i + 1) % every == 0 && !check_sound(f, q->n - i - 1, error))
			return false;
	}
	return check_sound(f, 0, error);
}

/* The index is empty: what it finds now it made up, and it must fill again. */
static bool
refill(struct fixture *f, GError **error)
{
	if (!fixture_put_all(f, error)) {
		g_prefix_error(error, "after deleting all: ");
		return false;
	}
	f->loaded = true;
	return check_hits(f, error) && check_scan(f, error) &&
	       check_sound(f, f->d->n, error);
}

/* ---- what is done, in this order ---- */

static bool
always(const struct ab_variant *v, size_t keys)
{
	(void)v;
	(void)keys;
	return true;
}

static bool
builds(const struct ab_variant *v, size_t keys)
{
	return !variant_can_put(v, keys);
}

static bool
scans(const struct ab_variant *v, size_t keys)
{
	(void)keys;
	return v->scan != NULL;
}

static bool
scans_prefixes(const struct ab_variant *v, size_t keys)
{
	(void)keys;
	return v->scan_prefix != NULL;
}

static bool
has_back(const struct ab_variant *v, size_t keys)
{
	(void)keys;
	return v->scan_back != NULL;
}

static bool
can_empty(const struct ab_variant *v, size_t keys)
{
	return variant_can_put(v, keys) && variant_can_del(v, keys);
}

static check_fn verify_hard_keys;

static const struct stage {
	const char *name;
	check_fn *run;
	bool (*applies)(const struct ab_variant *v, size_t keys);
} stages[] = {
	{ "put", fixture_load, variant_can_put }, { "build", fixture_load, builds },
	{ "hits", check_hits, always }, { "misses", check_misses, always },
	{ "scan", check_scan, scans }, { "ranges", check_ranges, scans },
	{ "prefixes", check_prefixes, scans_prefixes }, { "back", check_back, has_back },
	{ "delete", delete_all, can_empty }, { "put again", refill, can_empty },
	{ JOB_HARD_KEYS, verify_hard_keys, always }, /* the last */
};

G_STATIC_ASSERT(G_N_ELEMENTS(stages) == JOB_STAGES);

void
job_verify_stages(
	const struct ab_variant *v, size_t keys, const char *names[JOB_STAGES + 1])
{
	for (size_t i = 0; i < JOB_STAGES; i++)
		if (stages[i].applies(v, keys))
			*names++ = stages[i].name;
	*names = NULL;
}

/* The first `n` of them. If `says`, each as it begins, in case nothing more can be said. */
static bool
verify(struct fixture *f, size_t n, bool says, GError **error)
{
	for (size_t i = 0; i < n; i++) {
		if (!stages[i].applies(f->v, f->d->n))
			continue;
		if (says)
			row_emit(stages[i].name, "begins", (double)f->d->n, "keys");
		fflush(stdout);
		if (!stages[i].run(f, error) ||
			(f->loaded && !check_sound(f, f->d->n, error)))
			return false;
	}
	return true;
}

/* In an index of its own. */
static bool
verify_keys(const struct ab_variant *v, const struct dataset *d, const struct setup *s,
	size_t n, bool says, GError **error)
{
	struct fixture f;
	bool right = fixture_open(&f, v, d, s, error);
	if (right) {
		fixture_count(&f);
		right = verify(&f, n, says, error);
	}
	fixture_close(&f);
	return right;
}

/* What it does not take it says so of, and changes nothing. */
static bool
refuses(struct fixture *f, const struct dataset *unfit, GError **error)
{
	for (size_t i = 0; i < unfit->n; i++) {
		struct ab_key k = unfit->keys[i];
		const struct ab_entry entry = { k, 1 };
		uint64_t value;
		bool puts = fixture_can_put(f), dels = variant_can_del(f->v, f->d->n);
		enum ab_status st = puts ? f->v->put(f->t, k, 1)
					 : f->v->build(f->t, &entry, 1);
		bool right = (st == AB_EKEY || (!puts && st == AB_EBUSY)) &&
			     f->v->get(f->t, k, &value) == AB_NOT_FOUND &&
			     (!dels || f->v->del(f->t, k) == AB_NOT_FOUND);
		if (right)
			continue;
		g_autofree char *key = key_text(k);
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
			"put, get or delete of %s, which it does not take: it is not "
			"refused",
			key);
		return false;
	}
	return true;
}

static bool
verify_hard_keys(struct fixture *f, GError **error)
{
	GError *why = NULL;
	struct dataset *unfit = hard_keys(f->v, false, &why);
	struct dataset *d = why ? NULL : hard_keys(f->v, true, &why);
	bool right = !why && (!unfit || refuses(f, unfit, &why)) &&
		     (!d || verify_keys(f->v, d, &f->setup, JOB_STAGES - 1, false, &why));
	dataset_close(unfit);
	dataset_close(d);
	if (why)
		g_propagate_prefixed_error(error, why, "of " JOB_HARD_KEYS ", ");
	return right;
}

bool
job_verify(const struct ab_variant *v, const struct dataset *d, const struct setup *s)
{
	GError *error = NULL;
	job_emit_data(d);
	bool right = verify_keys(v, d, s, JOB_STAGES, true, &error);
	return job_finish(right, "-", error); /* the message names the operation */
}
