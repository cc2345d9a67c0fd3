/* site_sort.c: runs sorted into machines, data sets and boards; see site.h. */
#include <string.h>
#include "site.h"

/* ---- what tells them apart ---- */

/* What env.txt says of a host: of a run on several, each has its own. */
static const char *
fact(const struct site_run *r, const char *host, const char *key, const char *otherwise)
{
	g_autofree char *own = g_strdup_printf("%s@%s", key, host);
	const char *value = record_env(&r->record, own);
	if (!value)
		value = record_env(&r->record, key);
	return value ? value : otherwise;
}

static char *
machine_key(const struct site_run *r, const char *host)
{
	static const char *const keys[] = { "cpu", "cores", "cpu_quota", "caches",
		"ram_bytes" };
	GString *all = g_string_new(host);
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		g_string_append_printf(
			all, "\n%s=%s", keys[i], fact(r, host, keys[i], ""));
	return g_string_free(all, FALSE);
}

/* All of what must be the same for figures to be held side by side; what is as usual need
 * not be said. Programs that knew no such choice did as `usual` says. */
static const char *
setting_of(const struct site_run *r)
{
	static const struct {
		const char *key, *usual, *said;
	} words[] = { { "values", "", "%s values" }, { "order", "random", "order %s" },
		{ "malloc", "glibc", "malloc: %s" },
		{ "turns", "yes", "taking turns: %s" },
		{ "pinned_to", "no", "pinned to %s" }, { "compiler", "", "%s" },
		{ "buildtype", "release", "build type %s" },
		{ "c_args", "", "c_args %s" }, { "sanitize", "none", "sanitizer %s" },
		{ "options",
			"simd=true debug=false b_lto=false b_ndebug=true b_pgo=off "
			"cpp_args=[]",
			"%s" } };
	g_autoptr(GString) all = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		const char *is = record_env(&r->record, words[i].key);
		if (!is || !*is || strcmp(is, words[i].usual) == 0)
			continue;
		g_auto(GStrv) parts = g_strsplit(words[i].said, "%s", 2);
		g_string_append_printf(
			all, "%s%s%s%s", all->len ? ", " : "", parts[0], is, parts[1]);
	}
	return g_intern_string(all->str);
}

/* ---- machines and data sets ---- */

static void
free_machine(void *arg)
{
	struct site_machine *m = arg;
	g_free(m->key);
	g_free(m->name);
	g_free(m->page);
	g_free(m);
}

static void
free_data(void *arg)
{
	struct site_data *d = arg;
	g_free(d->key);
	g_free(d->name);
	g_free(d->page);
	g_free(d);
}

static const struct site_machine *
machine_of(struct site *s, const struct site_run *r, const char *host)
{
	g_autofree char *key = machine_key(r, host);
	for (guint i = 0; i < s->machines->len; i++) {
		struct site_machine *m = s->machines->pdata[i];
		if (strcmp(m->key, key) == 0) {
			m->newest = r; /* runs come by age */
			return m;
		}
	}
	struct site_machine *m = g_new0(struct site_machine, 1);
	m->host = g_intern_string(host);
	m->page = site_file("machine", host, key);
	m->key = g_steal_pointer(&key);
	m->newest = r;
	g_ptr_array_add(s->machines, m);
	return m;
}

static const struct site_data *
data_of(struct site *s, const struct site_run *r)
{
	const struct report *a = r->report;
	g_autofree char *key = g_strdup_printf("%s %zu %zu",
		record_said(&r->record, "fingerprint"), a->keys, a->key_bytes);
	for (guint i = 0; i < s->data->len; i++) {
		struct site_data *d = s->data->pdata[i];
		if (strcmp(d->key, key) == 0) {
			d->title = a->dataset;
			return d;
		}
	}
	struct site_data *d = g_new0(struct site_data, 1);
	*d = (struct site_data){
		.title = a->dataset, .keys = a->keys, .key_bytes = a->key_bytes
	};
	d->key = g_steal_pointer(&key);
	g_ptr_array_add(s->data, d);
	return d;
}

static int
machines_by_name(gconstpointer a, gconstpointer b)
{
	const struct site_machine *x = *(struct site_machine *const *)a;
	const struct site_machine *y = *(struct site_machine *const *)b;
	return strcmp(x->key, y->key); /* which begins with the host */
}

static int
data_by_name(gconstpointer a, gconstpointer b)
{
	const struct site_data *x = *(struct site_data *const *)a;
	const struct site_data *y = *(struct site_data *const *)b;
	int by_title = strcmp(x->title, y->title);
	return by_title ? by_title : strcmp(x->key, y->key);
}

/* Four digits that tell it from others of its name. */
static char *
marked(const char *name, const char *key)
{
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, key, -1);
	return g_strdup_printf("%s (%.4s)", name, sum);
}

static void
name_machines(GPtrArray *all)
{
	for (guint i = 0; i < all->len; i++) {
		struct site_machine *m = all->pdata[i];
		bool alone = true;
		for (guint k = 0; k < all->len; k++) {
			const struct site_machine *other = all->pdata[k];
			alone = alone && (i == k || m->host != other->host);
		}
		m->name = alone ? g_strdup(m->host) : marked(m->host, m->key);
	}
}

static void
name_data(GPtrArray *all)
{
	for (guint i = 0; i < all->len; i++) {
		struct site_data *d = all->pdata[i];
		bool alone = true;
		for (guint k = 0; k < all->len; k++) {
			const struct site_data *other = all->pdata[k];
			alone = alone && (i == k || strcmp(d->title, other->title) != 0);
		}
		d->name = alone ? g_strdup(d->title) : marked(d->title, d->key);
		d->page = site_file("data", d->title, d->key);
	}
}

/* ---- entries and boards ---- */

const struct ab_variant *
site_variant(const struct site_entry *e, const char *name)
{
	return report_variant(e->run->report, name);
}

bool
site_entry_has(const struct site_entry *e, const char *name)
{
	return site_variant(e, name) && facts_have(e->cohort->facts, name);
}

void
site_board_free(void *arg)
{
	struct site_board *b = arg;
	g_free(b->id);
	g_ptr_array_unref(b->entries);
	g_ptr_array_unref(b->names);
	g_free(b);
}

static void
add_entries(struct site *s, const struct site_run *r)
{
	for (guint i = 0; i < r->cohorts->len; i++) {
		const struct cohort *c = cohort_at(r->cohorts, i);
		const char *host = facts_host(c->facts, 0);
		struct site_entry e = { r, c, machine_of(s, r, host), data_of(s, r),
			setting_of(r), digest_is_noisy(1 + c->noise.worst) };
		g_array_append_val(s->entries, e);
	}
}

static struct site_board *
board_of(struct site *s, const struct site_entry *e)
{
	for (guint i = 0; i < s->boards->len; i++) {
		struct site_board *b = s->boards->pdata[i];
		if (b->data == e->data && b->machine == e->machine &&
			b->setting == e->setting)
			return b;
	}
	struct site_board *b = g_new0(struct site_board, 1);
	*b = (struct site_board){ .data = e->data,
		.machine = e->machine,
		.setting = e->setting,
		.values = e->run->report->values,
		.entries = g_ptr_array_new(),
		.names = g_ptr_array_new() };
	g_autofree char *key = g_strdup_printf(
		"%s\n%s\n%s", e->data->key, e->machine->key, e->setting);
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, key, -1);
	b->id = g_strdup_printf("on-%.6s", sum);
	g_ptr_array_add(s->boards, b);
	return b;
}

static int
boards_by_name(gconstpointer a, gconstpointer b)
{
	const struct site_board *x = *(struct site_board *const *)a;
	const struct site_board *y = *(struct site_board *const *)b;
	int by_data = data_by_name(&x->data, &y->data);
	int by_machine = machines_by_name(&x->machine, &y->machine);
	int by_runs = (int)y->entries->len - (int)x->entries->len;
	return by_data      ? by_data
	       : by_runs    ? by_runs
	       : by_machine ? by_machine
			    : strcmp(x->setting, y->setting);
}

/* ---- variants ---- */

struct known {
	const char *name;
	unsigned index; /* in the registry */
};

static int
by_index(gconstpointer a, gconstpointer b)
{
	const struct known *x = a, *y = b;
	return x->index != y->index ? (x->index > y->index ? 1 : -1)
				    : strcmp(x->name, y->name);
}

static void
add_known(GArray *all, const struct site_entry *e)
{
	const GPtrArray *variants = e->run->report->variants;
	for (guint i = 0; i < variants->len; i++) {
		const struct ab_variant *v = variants->pdata[i];
		struct known x = { g_intern_string(v->name), 0 };
		bool there = !facts_have(e->cohort->facts, v->name);
		while (ab_variant_at(x.index) && ab_variant_at(x.index) != v)
			x.index++;
		for (guint k = 0; k < all->len && !there; k++)
			there = g_array_index(all, struct known, k).name == x.name;
		if (!there)
			g_array_append_val(all, x);
	}
}

/* Those of the entries, into `names`. */
static void
name_variants(GPtrArray *names, const struct site_entry *const *entries, guint n)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct known));
	for (guint i = 0; i < n; i++)
		add_known(all, entries[i]);
	g_array_sort(all, by_index);
	for (guint i = 0; i < all->len; i++)
		g_ptr_array_add(
			names, (gpointer)g_array_index(all, struct known, i).name);
}

/* ---- the reference of a board ---- */

/* How well a variant serves as one: of how many there are ratios to it, then in how many
 * runs it is that already. Of noisy rounds none. */
static unsigned
worth(const struct site_board *b, const char *name)
{
	unsigned n = 0;
	for (guint i = 0; i < b->entries->len; i++) {
		const struct site_entry *e = b->entries->pdata[i];
		const struct ab_variant *own = e->run->report->reference;
		const struct ab_variant *v = site_variant(e, name);
		bool serves = !e->noisy && v && !(v->caps & AB_HOLDS_NOTHING) &&
			      strcmp(facts_failure(e->cohort->facts, name), "ok") == 0;
		if (serves)
			n += 1000 * e->run->report->variants->len +
			     (own && strcmp(own->name, name) == 0);
	}
	return n;
}

static void
choose_reference(struct site_board *b, const char *wanted)
{
	unsigned best = 0;
	const char *name = NULL;
	for (guint i = 0; i < b->names->len; i++) {
		unsigned x = worth(b, b->names->pdata[i]);
		bool right = !wanted || strcmp(wanted, b->names->pdata[i]) == 0;
		if (right && x > best) {
			best = x;
			name = b->names->pdata[i];
		}
	}
	for (guint i = 0; name && i < b->entries->len && !b->reference; i++)
		b->reference = site_variant(b->entries->pdata[i], name);
}

void
site_sort(struct site *s)
{
	s->machines = g_ptr_array_new_with_free_func(free_machine);
	s->data = g_ptr_array_new_with_free_func(free_data);
	s->boards = g_ptr_array_new_with_free_func(site_board_free);
	s->entries = g_array_new(FALSE, FALSE, sizeof(struct site_entry));
	s->names = g_ptr_array_new();
	for (guint i = 0; i < s->runs->len; i++)
		add_entries(s, s->runs->pdata[i]);
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	for (guint i = 0; i < s->entries->len; i++) {
		struct site_entry *e = &g_array_index(s->entries, struct site_entry, i);
		g_ptr_array_add(board_of(s, e)->entries, e);
		g_ptr_array_add(all, e);
	}
	g_ptr_array_sort(s->machines, machines_by_name);
	g_ptr_array_sort(s->data, data_by_name);
	g_ptr_array_sort(s->boards, boards_by_name);
	name_machines(s->machines);
	name_data(s->data);
	name_variants(
		s->names, (const struct site_entry *const *)(void *)all->pdata, all->len);
	for (guint i = 0; i < s->boards->len; i++) {
		struct site_board *b = s->boards->pdata[i];
		name_variants(b->names,
			(const struct site_entry *const *)(void *)b->entries->pdata,
			b->entries->len);
		choose_reference(b, s->reference);
	}
}
