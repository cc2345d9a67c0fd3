/* job_census.c: of what nodes is one contestant, as it is loaded; see job.h. */
#include "job.h"
#include "ground/row.h"

enum { TENTHS = 10 };

struct of_kind {
	size_t nodes, children, capacity, keys, bytes;
	size_t fill[TENTHS +
		    1]; /* nodes, by tenths of their places in use; the last: all */
};

struct of_level {
	size_t nodes, keys, bytes;
};

struct tally_of_nodes {
	struct of_kind kind[AB_KINDS];
	GArray *levels; /* struct of_level */
	const char *broken;
};

static struct of_level *
level_at(struct tally_of_nodes *y, unsigned level)
{
	if (level >= y->levels->len)
		g_array_set_size(y->levels, level + 1);
	return &g_array_index(y->levels, struct of_level, level);
}

static bool
add_node(void *arg, const struct ab_node *n)
{
	struct tally_of_nodes *y = arg;
	if (n->kind >= AB_KINDS || n->children > n->capacity) {
		y->broken =
			n->kind >= AB_KINDS
				? "wrong census: a node is of no kind"
				: "wrong census: a node has more children than places";
		return false;
	}
	struct of_kind *k = &y->kind[n->kind];
	struct of_level *l = level_at(y, n->level);
	k->nodes++;
	k->children += n->children;
	k->capacity += n->capacity;
	k->keys += n->keys;
	k->bytes += n->bytes;
	k->fill[n->capacity ? (size_t)n->children * TENTHS / n->capacity : TENTHS]++;
	l->nodes++;
	l->keys += n->keys;
	l->bytes += n->bytes;
	return true;
}

/* ---- what is said of it ---- */

static void
emit_count(const char *what, const char *metric, size_t n)
{
	row_emit(what, metric, (double)n, "count");
}

static void
emit_kind(const char *name, const struct of_kind *k)
{
	g_autofree char *what = g_strdup_printf("kind.%s", name);
	g_autofree char *fill = g_strdup_printf("fill.%s", name);
	emit_count(what, "nodes", k->nodes);
	emit_count(what, "children", k->children);
	emit_count(what, "capacity", k->capacity);
	emit_count(what, "keys", k->keys);
	row_emit(what, "bytes", (double)k->bytes, "bytes");
	for (size_t i = 0; i <= TENTHS; i++) {
		g_autofree char *percent = g_strdup_printf("%zu", i * 100 / TENTHS);
		if (k->fill[i])
			emit_count(fill, percent, k->fill[i]);
	}
}

/* A key is as deep as the nodes on its way are many. */
static void
emit_levels(const GArray *levels)
{
	for (guint i = 0; i < levels->len; i++) {
		const struct of_level *l = &g_array_index(levels, struct of_level, i);
		g_autofree char *level = g_strdup_printf("level.%u", i);
		g_autofree char *depth = g_strdup_printf("depth.%u", i + 1);
		emit_count(level, "nodes", l->nodes);
		row_emit(level, "bytes", (double)l->bytes, "bytes");
		if (l->keys)
			emit_count(depth, "keys", l->keys);
	}
}

static void
emit_memory(const struct fixture *f)
{
	struct ab_memory m;
	if (!f->v->memory)
		return;
	f->v->memory(f->t, &m);
	const struct {
		const char *class;
		size_t bytes;
	} all[] = { { "total", m.total }, { "inner", m.inner }, { "leaf", m.leaf },
		{ "key", m.key }, { "slack", m.slack } };
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		row_emit("memory", all[i].class, (double)all[i].bytes, "bytes");
}

static bool
take(struct fixture *f, struct tally_of_nodes *y, GError **error)
{
	enum ab_status st = f->v->census(f->t, add_node, y);
	size_t keys = 0;
	if (y->broken) {
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG, "%s", y->broken);
		return false;
	}
	if (st != AB_OK)
		return fixture_failed(st, error, "census");
	for (guint i = 0; i < y->levels->len; i++)
		keys += g_array_index(y->levels, struct of_level, i).keys;
	if (keys == f->d->n)
		return true;
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
		"wrong census: it has %zu keys of %zu", keys, f->d->n);
	return false;
}

static bool
census(struct fixture *f, GError **error)
{
	struct tally_of_nodes y = { .levels = g_array_new(
					    FALSE, TRUE, sizeof(struct of_level)) };
	bool ok = fixture_load(f, error) && take(f, &y, error);
	for (unsigned k = 0; ok && k < AB_KINDS; k++)
		if (y.kind[k].nodes)
			emit_kind(f->v->node_kinds[k] ? f->v->node_kinds[k] : "node",
				&y.kind[k]);
	if (ok) {
		emit_levels(y.levels);
		emit_memory(f);
	}
	g_array_unref(y.levels);
	return ok;
}

bool
job_census(const struct ab_variant *v, const struct dataset *d, const struct setup *s)
{
	struct fixture f = { 0 };
	GError *error = NULL;
	job_emit_data(d);
	bool ok = fixture_open(&f, v, d, s, &error);
	if (ok && !v->census) {
		g_set_error(&error, FIXTURE_ERROR, FIXTURE_DECLINED,
			ROW_DECLINED "it has no census");
		ok = false;
	}
	ok = ok && census(&f, &error);
	fixture_close(&f);
	return job_finish(ok, "census", error);
}
