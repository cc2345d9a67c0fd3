/* fixture.c: see fixture.h. */
#include <inttypes.h>
#include <math.h>
#include "fixture.h"
#include "memory.h"

G_DEFINE_QUARK(artbench - fixture - error, fixture_error)

char *
key_text(struct ab_key k)
{
	enum { AT_MOST = 80 };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	ab_key_print(out, k, AT_MOST);
	fclose(out);
	return text;
}

static bool
no_memory(const char *what, GError **error)
{
	g_set_error(
		error, FIXTURE_ERROR, FIXTURE_NO_MEMORY, "out of memory for %s", what);
	return false;
}

static bool
acceptable(const struct ab_variant *v, const struct dataset *d, GError **error)
{
	if (d->longest > v->max_key) {
		g_set_error(error, FIXTURE_ERROR, FIXTURE_DECLINED,
			"declined: it takes keys of up to %" PRIu32
			" bytes and the data has one of %zu",
			v->max_key, d->longest);
		return false;
	}
	if (d->n > UINT32_MAX) {
		g_set_error(error, FIXTURE_ERROR, FIXTURE_DECLINED,
			"declined: %zu keys, and the harness orders at most %u", d->n,
			UINT32_MAX);
		return false;
	}
	return true;
}

bool
fixture_can_put(const struct fixture *f)
{
	bool slow = f->v->caps & AB_SLOW_WRITES;
	return f->v->put && !(slow && f->d->n > SLOW_WRITES_UP_TO);
}

bool
fixture_can_del(const struct fixture *f)
{
	bool slow = f->v->caps & AB_SLOW_WRITES;
	return f->v->del && !(slow && f->d->n > SLOW_WRITES_UP_TO);
}

bool
fixture_answers(const struct fixture *f)
{
	return !(f->v->caps & AB_HOLDS_NOTHING);
}

bool
fixture_open(struct fixture *f, const struct ab_variant *v, const struct dataset *d,
	const struct setup *s, GError **error)
{
	*f = (struct fixture){ .v = v, .d = d, .setup = *s, .heap_per_key = NAN };
	if (!acceptable(v, d, error))
		return false;
	f->order = order_new(d->n, s, FOR_INSERT, s->order == ORDER_SORTED);
	if (!f->order)
		return no_memory("the insertion order", error);
	for (size_t i = 0; i < d->n; i++)
		f->value_sum += setup_value(s, i);
	if (fixture_can_put(f))
		return true;
	f->entries = pages_new(d->n * sizeof *f->entries);
	if (!f->entries)
		return no_memory("the entries to build from", error);
	for (size_t i = 0; i < d->n; i++)
		f->entries[i] = (struct ab_entry){ d->keys[i], setup_value(s, i) };
	return true;
}

void
fixture_close(struct fixture *f)
{
	if (f->t)
		f->v->destroy(f->t);
	stream_free(&f->stream);
	pages_free(f->order, f->d->n * sizeof *f->order);
	pages_free(f->entries, f->d->n * sizeof *f->entries);
	*f = (struct fixture){ 0 };
}

/* NAN: not known. */
static double
heap_now(void)
{
	struct memory_sample now;
	return memory_sample(&now) && now.has_heap ? (double)now.heap : NAN;
}

bool
fixture_renew(struct fixture *f, GError **error)
{
	if (f->t)
		f->v->destroy(f->t);
	f->loaded = false;
	f->heap_before = heap_now();
	f->t = f->v->create(f->mem);
	return f->t || no_memory("an empty index", error);
}

bool
fixture_put_all(struct fixture *f, GError **error)
{
	for (size_t i = 0; i < f->d->n; i++) {
		uint32_t row = f->order[i];
		enum ab_status st = f->v->put(
			f->t, f->d->keys[row], setup_value(&f->setup, row));
		if (st == AB_OK)
			continue;
		g_autofree char *key = key_text(f->d->keys[row]);
		g_set_error(error, FIXTURE_ERROR,
			st == AB_ENOMEM ? FIXTURE_NO_MEMORY : FIXTURE_WRONG,
			"put of %s, key %zu of %zu: %s", key, i + 1, f->d->n,
			ab_status_text(st));
		return false;
	}
	return true;
}

static bool
build_all(struct fixture *f, GError **error)
{
	enum ab_status st = f->v->build(f->t, f->entries, f->d->n);
	if (st == AB_OK)
		return true;
	g_set_error(error, FIXTURE_ERROR,
		st == AB_ENOMEM ? FIXTURE_NO_MEMORY : FIXTURE_WRONG,
		"build of %zu keys: %s", f->d->n, ab_status_text(st));
	return false;
}

bool
fixture_filled(struct fixture *f, GError **error)
{
	size_t count = f->v->count(f->t);
	/* The first load in a process tells; later ones find freed memory. */
	if (isnan(f->heap_per_key))
		f->heap_per_key = (heap_now() - f->heap_before) / (double)f->d->n;
	f->loaded = count == f->d->n || !fixture_answers(f);
	if (!f->loaded)
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
			"wrong answers: count %zu after loading %zu keys", count,
			f->d->n);
	return f->loaded;
}

bool
fixture_load(struct fixture *f, GError **error)
{
	if (f->loaded)
		return true;
	if (!fixture_renew(f, error))
		return false;
	bool ok = f->entries ? build_all(f, error) : fixture_put_all(f, error);
	return ok && fixture_filled(f, error);
}

static bool
make_stream(struct fixture *f, enum setup_purpose purpose)
{
	bool sorted = purpose == FOR_INSERT && f->setup.order == ORDER_SORTED;
	uint32_t *order = order_new(f->d->n, &f->setup, purpose, sorted);
	bool made = order && (purpose == FOR_MISS ? stream_absent(&f->stream, f->d, order)
						  : stream_present(&f->stream, f->d,
							    order, &f->setup));
	pages_free(order, f->d->n * sizeof *order);
	return made;
}

const struct stream *
fixture_stream(struct fixture *f, enum setup_purpose purpose, GError **error)
{
	if (f->stream.block && f->stream_for == purpose)
		return &f->stream;
	stream_free(&f->stream);
	f->stream_for = purpose;
	if (make_stream(f, purpose))
		return &f->stream;
	stream_free(&f->stream);
	no_memory("the queries", error);
	return NULL;
}

double
fixture_bytes_per_key(const struct fixture *f)
{
	struct ab_memory m;
	if (!f->v->memory || !f->loaded)
		return f->heap_per_key;
	f->v->memory(f->t, &m);
	return (double)m.total / (double)f->d->n;
}
