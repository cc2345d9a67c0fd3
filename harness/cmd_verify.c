/* cmd_verify.c: artbench verify: every answer of a variant compared with the data
 * set; the first wrong one ends the run. */
#include <string.h>
#include "verify.h"
#include "cli.h"
#include "cmd.h"

static const struct {
	const char *name;
	check_fn *check;
	bool ordered; /* only where AB_ORDERED; else wherever there is a scan */
	bool scans;
} checks[] = {
	{ "hits", check_hits, false, false },
	{ "misses", check_misses, false, false },
	{ "scan", check_scan, false, true },
	{ "ranges", check_ranges, true, true },
	{ "prefixes", check_prefixes, true, true },
};

static bool
read_all(struct fixture *f, GString *did, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
		if (checks[i].scans && !f->v->scan)
			continue;
		if (checks[i].ordered && !(f->v->caps & AB_ORDERED))
			continue;
		if (!checks[i].check(f, error))
			return false;
		g_string_append_printf(did, "%s, ", checks[i].name);
	}
	return check_sound(f, f->d->n, error);
}

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

static bool
verify(struct fixture *f, GString *did, GError **error)
{
	g_string_append(did, f->entries ? "build, " : "put, ");
	if (!fixture_load(f, error) || !read_all(f, did, error))
		return false;
	if (!fixture_can_put(f) || !fixture_can_del(f))
		return true;
	g_string_append(did, "delete, put again, ");
	return delete_all(f, error) && refill(f, error);
}

/* One variant; one line if it is right, one on stderr if not. */
static int
verify_variant(
	const struct cli_run *r, const struct ab_variant *v, const struct dataset *d)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) did = g_string_new(NULL);
	if (v->caps & AB_HOLDS_NOTHING) {
		printf("%s: holds nothing, nothing to verify\n", v->name);
		return CLI_RIGHT;
	}
	bool right = fixture_open(&f, v, d, &r->setup, &error) && verify(&f, did, &error);
	fixture_close(&f);
	if (right) {
		g_string_truncate(did, did->len - strlen(", "));
		printf("%s: %zu keys right: %s\n", v->name, d->n, did->str);
		fflush(stdout);
		return CLI_RIGHT;
	}
	cli_fail("%s: %s", v->name, error->message);
	return CLI_WRONG;
}

int
cmd_verify(int argc, char **argv)
{
	struct cli_run r = { 0 };
	int status = cli_parse(argc, argv,
		"Loads the keys of FILE into each variant, looks every key up, asks for "
		"absent\n"
		"ones, scans, deletes all; stops at the first wrong answer and names it.",
		NULL, &r, NULL);
	struct dataset *d = status < 0 ? cli_dataset(&r, false) : NULL;
	if (status < 0)
		status = d ? CLI_RIGHT : CLI_BAD_INPUT;
	for (guint i = 0; d && i < r.chosen->len && status == CLI_RIGHT; i++)
		status = verify_variant(&r, r.chosen->pdata[i], d);
	if (d)
		dataset_close(d);
	cli_free(&r);
	return cli_flush() ? status : CLI_BAD_INPUT;
}
