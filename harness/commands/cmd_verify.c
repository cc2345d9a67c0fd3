/* cmd_verify.c: artbench verify: every answer of a variant compared with the data
 * set, each variant in a process of its own, which it may crash, leave or hang. */
#include <inttypes.h>
#include <string.h>
#include "work/verify.h"
#include "run/child.h"
#include "run/cli.h"
#include "cmd.h"
#include "run/probe.h"
#include "ground/row.h"

/* ---- in the child: one variant ---- */

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

/* ---- what is done, in this order: known to child and parent ---- */

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
has_last(const struct ab_variant *v, size_t keys)
{
	(void)keys;
	return v->last != NULL;
}

static bool
can_empty(const struct ab_variant *v, size_t keys)
{
	return variant_can_put(v, keys) && variant_can_del(v, keys);
}

static const struct stage {
	const char *name;
	check_fn *run;
	bool (*applies)(const struct ab_variant *v, size_t keys);
} stages[] = {
	{ "put", fixture_load, variant_can_put },
	{ "build", fixture_load, builds },
	{ "hits", check_hits, always },
	{ "misses", check_misses, always },
	{ "scan", check_scan, scans },
	{ "ranges", check_ranges, scans },
	{ "prefixes", check_prefixes, scans_prefixes },
	{ "last", check_last, has_last },
	{ "delete", delete_all, can_empty },
	{ "put again", refill, can_empty },
};

/* Those that apply, NULL at the end. */
static void
plan(const struct ab_variant *v, size_t keys, const struct stage **order)
{
	for (size_t i = 0; i < G_N_ELEMENTS(stages); i++)
		if (stages[i].applies(v, keys))
			*order++ = &stages[i];
	*order = NULL;
}

static bool
verify(struct fixture *f, GError **error)
{
	const struct stage *order[G_N_ELEMENTS(stages) + 1];
	plan(f->v, f->d->n, order);
	for (size_t i = 0; order[i]; i++) {
		/* In case nothing more can be said. */
		row_emit(order[i]->name, "begins", (double)f->d->n, "keys");
		fflush(stdout);
		if (!order[i]->run(f, error))
			return false;
		if (f->loaded && !check_sound(f, f->d->n, error))
			return false;
	}
	return true;
}

int
verify_here(const struct ab_variant *v, const struct dataset *d, const struct setup *s)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;
	row_emit_data(&(struct row_data){ d->n, d->key_bytes, d->fingerprint });
	bool right = fixture_open(&f, v, d, s, &error);
	if (right) {
		fixture_count(&f);
		right = verify(&f, &error);
	}
	fixture_close(&f);
	if (right)
		row_emit_end();
	else /* "-": the message names the operation */
		row_emit_failure("-", g_strdelimit(error->message, "\t\n", ' '));
	return right ? CLI_RIGHT : CLI_WRONG;
}

/* ---- in the parent: what the children say ---- */

enum { MOST_SAID = 1 << 16 }; /* bytes; a right child says less than a thousand */

static void
listen(void *arg, const char *bytes, size_t n)
{
	GString *said = arg;
	if (said->len <= MOST_SAID) /* one more tells that it was too much */
		g_string_append_len(said, bytes, (gssize)MIN(n, MOST_SAID));
}

struct verdict {
	const struct row_data *data; /* what it must have read */
	const struct stage **next;   /* what it has not begun yet; NULL ends it */
	const char *at;              /* what it began last; NULL: nothing */
	char *complaint;             /* NULL: none */
	bool identified, ended;
};

static void
complain(struct verdict *x, const char *what)
{
	if (!x->complaint)
		x->complaint = g_strdup(what);
}

static void
take_stage(struct verdict *x, const struct row *row)
{
	if (!*x->next || strcmp((*x->next)->name, row->workload) != 0) {
		complain(x, "printed garbage instead of results");
		return;
	}
	x->at = (*x->next)->name;
	x->next++;
}

static void
take_line(struct verdict *x, char *line)
{
	struct row row;
	struct row_data got;
	const struct row_data *want = x->data;
	if (!x->identified && row_parse_data(line, &got)) {
		x->identified = true;
		if (got.keys != want->keys || got.key_bytes != want->key_bytes ||
			got.fingerprint != want->fingerprint)
			complain(x, "the key file changed during the run");
		return;
	}
	enum row_line kind = ROW_GARBAGE;
	if (x->identified && !x->ended)
		kind = row_parse(line, &row);
	switch (kind) {
	case ROW_VALUE: take_stage(x, &row); break;
	case ROW_FAILURE: complain(x, row.status); break;
	case ROW_END: x->ended = true; break;
	case ROW_GARBAGE: complain(x, "printed garbage instead of results"); break;
	}
}

/* How it ended only counts if it had nothing to complain about before. */
static void
judge(struct verdict *x, const struct child *s, const struct child_end *end)
{
	if (x->complaint)
		return;
	bool left = end->how == CHILD_EXITED && end->code == 0;
	if (left && x->ended && !*x->next)
		return;
	g_autofree char *how = left ? g_strdup("ended before its results did")
				    : child_end_text(s, end);
	x->complaint = g_strdup_printf("%s%s%s%s", how, x->at ? ", in " : "",
		x->at ? x->at : "",
		end->how == CHILD_TIMED_OUT ? "; give it longer with --timeout" : "");
}

static struct child_end
run_child(const struct cli_run *r, const struct ab_variant *v, unsigned timeout_s,
	struct verdict *x)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) said = g_string_new(NULL);
	g_ptr_array_add(argv, g_strdup("artbench"));
	g_ptr_array_add(argv, g_strdup("job"));
	g_ptr_array_add(argv, g_strdup("verify"));
	g_ptr_array_add(argv, g_strdup_printf("--variants=%s", v->name));
	probe_append_load(argv, v);
	cli_append_setup(argv, r);
	g_ptr_array_add(argv, NULL);
	struct child s = { .argv = (char *const *)argv->pdata,
		.timeout_s = timeout_s,
		.output = listen,
		.arg = said };
	struct child_end end = child_run(&s);
	g_auto(GStrv) lines = g_strsplit(said->str, "\n", 0);
	for (size_t i = 0; lines[i]; i++)
		if (*lines[i] || lines[i + 1]) /* nothing follows the last newline */
			take_line(x, lines[i]);
	judge(x, &s, &end);
	return end;
}

static void
print_right(const struct ab_variant *v, uint64_t keys, const struct stage *const *did)
{
	printf("%s: %" PRIu64 " keys right: ", v->name, keys);
	for (size_t i = 0; did[i]; i++)
		printf("%s%s", i ? ", " : "", did[i]->name);
	printf("\n");
}

/* One line if it is right, one on stderr if not. */
static int
verify_variant(const struct cli_run *r, const struct ab_variant *v, unsigned timeout_s,
	const struct row_data *data)
{
	if (v->caps & AB_HOLDS_NOTHING) {
		printf("%s: holds nothing, nothing to verify\n", v->name);
		return CLI_RIGHT;
	}
	const struct stage *order[G_N_ELEMENTS(stages) + 1];
	plan(v, data->keys, order);
	struct verdict x = { .data = data, .next = order };
	struct child_end end = run_child(r, v, timeout_s, &x);
	bool declined = x.complaint && row_is_declined(x.complaint);
	if (end.how == CHILD_INTERRUPTED)
		say_fail("interrupted while verifying %s", v->name);
	else if (declined)
		printf("%s: %s\n", v->name, x.complaint);
	else if (x.complaint)
		say_fail("%s: %s", v->name, x.complaint);
	else
		print_right(v, data->keys, order);
	fflush(stdout);
	bool right = !x.complaint || declined;
	g_free(x.complaint);
	if (end.how == CHILD_INTERRUPTED)
		return CLI_INTERRUPTED;
	return right ? CLI_RIGHT : CLI_WRONG;
}

static int
verify_all(const struct cli_run *r, unsigned timeout_s)
{
	/* Refuse bad data once, here, not in every process. */
	struct dataset *d = cli_dataset(r, false);
	if (!d)
		return CLI_BAD_INPUT;
	struct row_data data = { d->n, d->key_bytes, d->fingerprint };
	int status = CLI_RIGHT;
	dataset_close(d);
	child_guard();
	for (guint i = 0; i < r->chosen->len && status <= CLI_WRONG; i++) {
		int one = verify_variant(r, r->chosen->pdata[i], timeout_s, &data);
		status = MAX(status, one);
	}
	return say_flush() ? status : CLI_BAD_INPUT;
}

int
cmd_verify(int argc, char **argv)
{
	g_autofree char *timeout = NULL;
	const GOptionEntry extra[] = {
		{ "timeout", 0, 0, G_OPTION_ARG_FILENAME, &timeout,
			"Most seconds one variant may take (default 300)", "SECONDS" },
		{ 0 },
	};
	struct cli_run r = { 0 };
	uint64_t seconds;
	int status = cli_parse(argc, argv,
		"Loads the keys of FILE into each variant, looks every key up, asks for "
		"absent\n"
		"ones, scans, deletes all, each variant in a fresh process; names the "
		"first wrong\n"
		"answer of each.",
		extra, &r, NULL);
	if (status < 0)
		status = cli_number("timeout", timeout, 300, 1, 1000000, &seconds)
				 ? verify_all(&r, (unsigned)seconds)
				 : CLI_BAD_INPUT;
	cli_free(&r);
	return status;
}
