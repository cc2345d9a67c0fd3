/* faulty_plugin.c: the example plug-in with one thing wrong with it, which -DFAULT=NAME chooses.
 * Compiled by test_plugin.sh, beside ab_plugin.h and plugin_skiplist.c. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "ab_plugin.h"
#undef AB_PLUGIN
#define AB_PLUGIN(v) enum { WITHOUT_ITS_ENTRY }
#include "plugin_skiplist.c"

enum {
	NOTHING,
	CRASH_LOADING,
	CRASH_LEAVING,
	HANG_LOADING,
	EXIT_LOADING,
	PRINT_LOADING,
	PRINT_PAIR,
	PRINT_NAME,
	TRACE_LOADING,
	CRASH_GET,
	CRASH_PUT,
	DEEP_GET,
	HANG_DEL,
	UNSOUND,
	MISCOUNTS,
	NEWER,
	LARGER,
	NO_VARIANT,
	NO_GET,
	BUILT_IN_NAME,
	OTHERS_LABEL,
	NOT_UTF8,
	ABSENT_NAME,
	UNKNOWN_CAP,
	INFINITE,
	SHARED_PAGES,
	ABLATION,
	EVERY_OPERATION
};

#ifndef FAULT
#define FAULT NOTHING
#endif

/* Not what the compiler may take for a promise that it is never reached. */
static int *volatile nowhere;

static bool
every(unsigned n)
{
	static unsigned calls;
	return ++calls % n == 0;
}

/* Takes all the stack there is. */
static unsigned
deeper(volatile unsigned *above)
{
	volatile unsigned here = *above + 1;
	return deeper(&here) + here;
}

static enum ab_status
faulty_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	volatile unsigned none = 0;
	if (FAULT == CRASH_GET && every(1000))
		*nowhere = 1;
	if (FAULT == DEEP_GET && every(1000))
		return deeper(&none) ? AB_OK : AB_NOT_FOUND;
	return skip_get(t, k, value);
}

/* Memory that is neither anonymous nor malloc's, and of which it tells nobody. */
static void
take_shared_pages(void)
{
	enum { CHUNK = 4096, ROOM = 64 << 20 };
	static char *pages;
	static size_t used;
	if (!pages)
		pages = mmap(NULL, ROOM, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (pages != MAP_FAILED && used + CHUNK <= ROOM)
		memset(pages + used, 1, CHUNK);
	used += CHUNK;
}

static enum ab_status
faulty_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	if (FAULT == CRASH_PUT && every(1000))
		*nowhere = 1;
	if (FAULT == SHARED_PAGES)
		take_shared_pages();
	return skip_put(t, k, value);
}

static enum ab_status
faulty_del(struct ab_index *t, struct ab_key k)
{
	while (FAULT == HANG_DEL && every(1000))
		for (volatile unsigned i = 0;; i++)
			;
	return skip_del(t, k);
}

/* All but the order of the keys is looked after. */
static enum ab_status
faulty_build(struct ab_index *t, const struct ab_entry *e, size_t n)
{
	enum ab_status status = skip_count(t) ? AB_EBUSY : AB_OK;
	for (size_t i = 0; status == AB_OK && i < n; i++)
		status = skip_put(t, e[i].key, e[i].value);
	return status;
}

static size_t
faulty_count(const struct ab_index *t)
{
	return skip_count(t) + (FAULT == MISCOUNTS && skip_count(t) > 7);
}

static const char *
faulty_check(const struct ab_index *t)
{
	return FAULT == UNSOUND && skip_count(t) ? "what it holds is too much"
						 : skip_check(t);
}

/* ---- what the example leaves out ---- */

static enum ab_status
every_compact(struct ab_index *t)
{
	(void)t;
	return AB_OK;
}

static enum ab_status
every_back(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	const struct node *last;
	do {
		last = NULL;
		for (const struct node *x = find(t, r.lo, NULL); x; x = x->next[0]) {
			if (r.has_hi && ab_key_cmp(node_key(x), r.hi) >= 0)
				break;
			last = x;
		}
		if (last && !visit(arg, node_key(last), last->value))
			return AB_STOPPED;
		if (last)
			r.hi = node_key(last);
		r.has_hi = true;
	} while (last);
	return AB_OK;
}

static enum ab_status
every_update(struct ab_index *t, struct ab_key k, ab_change *change, void *arg)
{
	uint64_t old, value = 0;
	if (k.n > UINT16_MAX)
		return AB_EKEY;
	enum ab_status there = skip_get(t, k, &old);
	switch (change(arg, there == AB_OK ? &old : NULL, &value)) {
	case AB_PUT: return skip_put(t, k, value);
	case AB_REMOVE: return skip_del(t, k);
	case AB_KEEP: break;
	}
	return there;
}

static size_t
every_get_many(const struct ab_index *t, struct ab_entry *e, size_t n, bool *found)
{
	size_t hits = 0;
	for (size_t i = 0; i < n; i++)
		hits += found[i] = skip_get(t, e[i].key, &e[i].value) == AB_OK;
	return hits;
}

static enum ab_status
every_del_range(struct ab_index *t, struct ab_range r, size_t *gone)
{
	const struct node *x;
	for (*gone = 0; (x = find(t, r.lo, NULL)); ++*gone) {
		if (r.has_hi && ab_key_cmp(node_key(x), r.hi) >= 0)
			break;
		skip_del(t, node_key(x));
	}
	return AB_OK;
}

static enum ab_status
every_nth(const struct ab_index *t, size_t i, ab_visit *visit, void *arg)
{
	const struct node *x = t->first[0];
	while (x && i--)
		x = x->next[0];
	return x ? skip_scan(t, (struct ab_range){ .lo = node_key(x) }, visit, arg)
		 : AB_OK;
}

static size_t
every_rank(const struct ab_index *t, struct ab_key k)
{
	size_t below = 0;
	for (const struct node *x = t->first[0]; x && ab_key_cmp(node_key(x), k) < 0;
		x = x->next[0])
		below++;
	return below;
}

static size_t
every_file_bytes(const struct ab_index *t)
{
	(void)t;
	return 0;
}

static enum ab_status
every_census(const struct ab_index *t, ab_node_visit *visit, void *arg)
{
	struct ab_node all = { .keys = skip_count(t) };
	return visit(arg, &all) ? AB_OK : AB_STOPPED;
}

static void
every_dump(const struct ab_index *t, FILE *out)
{
	fprintf(out, "%zu keys\n", skip_count(t));
}

/* A line for each process that loads it: its command line. */
static void
trace(void)
{
	FILE *in = fopen("/proc/self/cmdline", "re"), *out = fopen("trace", "ae");
	int c;
	while (in && out && (c = getc(in)) != EOF)
		putc(c ? c : ' ', out);
	if (out) {
		putc('\n', out);
		fclose(out);
	}
	if (in)
		fclose(in);
}

static const struct ab_variant faulty;

/* An operation that ab.h has and this plug-in lacks: it is printed, hence refused. */
static void
tell_what_lacks(void)
{
#define TELL(f, word)                                                                    \
	if (!faulty.f)                                                                   \
		puts("lacks " #f);
	AB_OPERATIONS(TELL)
#undef TELL
}

__attribute__((constructor)) static void
at_start(void)
{
	if (FAULT == EVERY_OPERATION)
		tell_what_lacks();
	if (FAULT == CRASH_LOADING)
		*nowhere = 1;
	if (FAULT == HANG_LOADING)
		pause();
	if (FAULT == EXIT_LOADING)
		_exit(0);
	if (FAULT == PRINT_LOADING)
		puts("hello");
	if (FAULT == PRINT_PAIR)
		puts("key=value");
	if (FAULT == PRINT_NAME)
		puts("name=faulty");
	if (FAULT == TRACE_LOADING)
		trace();
}

__attribute__((destructor)) static void
at_end(void)
{
	if (FAULT == CRASH_LEAVING)
		*nowhere = 1;
}

#define EVERY(f) (FAULT == EVERY_OPERATION ? (f) : NULL)

static const struct ab_variant faulty = {
	.name = FAULT == BUILT_IN_NAME ? "glib_tree"
		: FAULT == ABSENT_NAME ? "faulty_absent"
				       : "faulty",
	.label = FAULT == OTHERS_LABEL ? "GLib GTree"
		 : FAULT == NOT_UTF8   ? "faulty \xff"
				       : "faulty skip list",
	.family = "list",
	.rung = FAULT == ABLATION ? "S" : "8",
	.by_name = FAULT == ABLATION,
	.caps = AB_ORDERED | (FAULT == UNKNOWN_CAP ? 1u << 31 : 0),
	.claimed = FAULT == INFINITE ? __builtin_inf() : 0,
	.max_key = UINT16_MAX,
	.create = skip_create,
	.destroy = skip_destroy,
	.build = FAULT == UNSOUND || FAULT == MISCOUNTS ? faulty_build
							: EVERY(faulty_build),
	.put = faulty_put,
	.update = EVERY(every_update),
	.get = FAULT == NO_GET ? NULL : faulty_get,
	.get_many = EVERY(every_get_many),
	.del = faulty_del,
	.del_range = EVERY(every_del_range),
	.compact = EVERY(every_compact),
	.scan = skip_scan,
	.scan_prefix = skip_scan_prefix,
	.scan_values = EVERY(skip_scan),
	.scan_nth = EVERY(every_nth),
	.rank = EVERY(every_rank),
	.scan_back = EVERY(every_back),
	.count = faulty_count,
	.memory = skip_memory,
	.file_bytes = EVERY(every_file_bytes),
	.census = EVERY(every_census),
	.check = faulty_check,
	.dump = EVERY(every_dump),
};

const struct ab_plugin ab_plugin_entry = {
	AB_PLUGIN_ABI + (FAULT == NEWER),
	sizeof(struct ab_variant) + 8 * (FAULT == LARGER),
	FAULT == NO_VARIANT ? NULL : &faulty,
};
