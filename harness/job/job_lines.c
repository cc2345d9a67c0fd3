/* job_lines.c: how many lines of memory a lookup touches, and in which nodes: the index is
 * filled here, where another process under valgrind can map it (work/image.h), and that one's
 * accesses are looked up among the nodes of the census. See job.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "job.h"
#include "ground/row.h"
#include "trace.h"

enum { TOUCHED_MOST = 4096 };

struct span_of_node {
	uintptr_t from, to;
	unsigned kind, level;
};

struct of_place {
	uint64_t lines, lookups;
	bool now; /* this lookup has been there */
};

struct lines {
	const struct image_head *head;
	GArray *nodes;  /* struct span_of_node, by address */
	GArray *levels; /* struct of_place */
	struct of_place kind[AB_KINDS], rest;
	uint64_t lookups, lines, pages, accesses;
	uintptr_t touched[TOUCHED_MOST]; /* line numbers, in this lookup */
	size_t n_touched, n_pages;
	uintptr_t page[TOUCHED_MOST];
	bool full;
};

/* ---- the nodes ---- */

static bool
note_node(void *arg, const struct ab_node *n)
{
	struct lines *x = arg;
	uintptr_t at = (uintptr_t)n->at;
	struct span_of_node s = { at, at + n->bytes, n->kind, n->level };
	if (n->kind >= AB_KINDS)
		return false;
	if (n->level >= x->levels->len)
		g_array_set_size(x->levels, n->level + 1);
	if (at)
		g_array_append_val(x->nodes, s);
	return true;
}

static gint
by_address(gconstpointer a, gconstpointer b)
{
	const struct span_of_node *x = a, *y = b;
	return (x->from > y->from) - (x->from < y->from);
}

/* The node that this is in; NULL: in none. */
static const struct span_of_node *
node_at(const struct lines *x, uintptr_t at)
{
	size_t low = 0, high = x->nodes->len;
	while (low < high) { /* the first that begins beyond it */
		size_t mid = (low + high) / 2;
		if (g_array_index(x->nodes, struct span_of_node, mid).from <= at)
			low = mid + 1;
		else
			high = mid;
	}
	const struct span_of_node *s = low ? &g_array_index(x->nodes, struct span_of_node,
						     low - 1)
					   : NULL;
	return s && at < s->to ? s : NULL;
}

/* ---- accesses ---- */

static bool
is_new(uintptr_t *all, size_t *n, uintptr_t one, bool *full)
{
	for (size_t i = 0; i < *n; i++)
		if (all[i] == one)
			return false;
	*full = *full || *n == TOUCHED_MOST;
	if (!*full)
		all[(*n)++] = one;
	return true;
}

static void
count_in(struct of_place *p, uint64_t lines)
{
	p->lines += lines;
	p->lookups += !p->now;
	p->now = true;
}

/* Those of its lines that this lookup has not touched before. */
static uint64_t
new_lines(struct lines *x, uintptr_t at, size_t bytes)
{
	uint64_t n = 0;
	for (uintptr_t line = at / LINE_BYTES; line <= (at + bytes - 1) / LINE_BYTES;
		line++) {
		n += is_new(x->touched, &x->n_touched, line, &x->full);
		is_new(x->page, &x->n_pages, line * LINE_BYTES / PAGE_BYTES, &x->full);
	}
	return n;
}

/* A line is of the node for which it is touched first: of that where the access begins. */
static void
take_access(void *arg, uintptr_t at, size_t bytes)
{
	struct lines *x = arg;
	if (at < IMAGE_BASE || at >= x->head->end_of_index || !bytes)
		return;
	const struct span_of_node *s = node_at(x, at);
	uint64_t lines = new_lines(x, at, bytes);
	x->accesses++;
	if (!s) {
		count_in(&x->rest, lines);
		return;
	}
	count_in(&x->kind[s->kind], lines);
	count_in(&g_array_index(x->levels, struct of_place, s->level), lines);
}

static void
take_end(void *arg)
{
	struct lines *x = arg;
	x->lookups++;
	x->lines += x->n_touched;
	x->pages += x->n_pages;
	x->n_touched = x->n_pages = 0;
	x->rest.now = false;
	for (size_t k = 0; k < AB_KINDS; k++)
		x->kind[k].now = false;
	for (guint l = 0; l < x->levels->len; l++)
		g_array_index(x->levels, struct of_place, l).now = false;
}

/* ---- the other process ---- */

static void
run_under_valgrind(const struct ab_variant *v, const char *load, int image, int out)
{
	g_autofree char *names = g_strdup_printf("--variants=%s", v->name);
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	const char *const argv[] = { "valgrind", "-q", "--tool=lackey", "--trace-mem=yes",
		"--log-fd=12", self, "trace", names, load, NULL };
	G_STATIC_ASSERT(TRACE_LOG == 12);
	if (dup2(image, TRACE_IMAGE) >= 0 && dup2(out, TRACE_MARKS) >= 0 &&
		dup2(out, TRACE_LOG) >= 0)
		execvp(argv[0], (char *const *)argv);
	_exit(errno == ENOENT ? 127 : 126);
}

static bool
read_trace(struct lines *x, FILE *in)
{
	const struct trace_sink sink = { take_access, take_end, x };
	bool within = false;
	char line[256];
	while (fgets(line, sizeof line, in))
		trace_line(line, &within, &sink);
	return !ferror(in);
}

static bool
ended(int status, GError **error)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	bool missing = WIFEXITED(status) && WEXITSTATUS(status) == 127;
	g_set_error(error, FIXTURE_ERROR, missing ? FIXTURE_DECLINED : FIXTURE_WRONG,
		"%s",
		missing ? "valgrind is missing; it is in the Debian package valgrind "
			  "(apt-get install it)"
			: "the lookups under valgrind failed: see the line above, if "
			  "there is one");
	return false;
}

static bool
trace(struct lines *x, const struct ab_variant *v, const char *load, int image,
	GError **error)
{
	int ends[2], status = 0;
	if (pipe(ends) != 0) {
		g_set_error(error, FIXTURE_ERROR, FIXTURE_NO_MEMORY, "no pipe: %s",
			g_strerror(errno));
		return false;
	}
	fflush(stdout);
	pid_t child = fork();
	if (child == 0)
		run_under_valgrind(v, load, image, ends[1]);
	close(ends[1]);
	FILE *in = fdopen(ends[0], "r");
	bool ok = child > 0 && in && read_trace(x, in);
	if (in)
		fclose(in);
	if (child > 0)
		waitpid(child, &status, 0);
	if (!ok)
		g_set_error(error, FIXTURE_ERROR, FIXTURE_NO_MEMORY,
			"cannot start a process or hear it: %s", g_strerror(errno));
	return ok && ended(status, error);
}

/* ---- rows ---- */

static void
emit_place(const struct lines *x, const char *what, const char *name,
	const struct of_place *p)
{
	g_autofree char *whole = g_strconcat(what, name, NULL);
	double n = (double)x->lookups;
	row_emit(whole, "lines", (double)p->lines / n, "lines");
	row_emit(whole, "lookups", (double)p->lookups / n, "share");
}

static void
emit(const struct lines *x, const struct ab_variant *v)
{
	double n = (double)x->lookups;
	row_emit("all", "lookups", n, "count");
	row_emit("all", "lines", (double)x->lines / n, "lines");
	row_emit("all", "pages", (double)x->pages / n, "pages");
	row_emit("all", "accesses", (double)x->accesses / n, "count");
	for (guint l = 0; l < x->levels->len; l++) {
		g_autofree char *name = g_strdup_printf("%u", l);
		emit_place(
			x, "level.", name, &g_array_index(x->levels, struct of_place, l));
	}
	for (unsigned k = 0; k < AB_KINDS; k++)
		if (x->kind[k].lookups)
			emit_place(x, "kind.",
				v->node_kinds[k] ? v->node_kinds[k] : "node",
				&x->kind[k]);
	emit_place(x, "rest", "", &x->rest);
}

/* ---- the job ---- */

static bool
ask_some(struct fixture *f, struct image *image, size_t lookups, GError **error)
{
	const struct stream *q = fixture_stream(f, FOR_HIT, error);
	if (!q)
		return false;
	size_t n = MIN(lookups, q->n);
	g_autofree struct image_query *all = g_new(struct image_query, n);
	for (size_t i = 0; i < n; i++)
		all[i] = (struct image_query){ stream_key(q, i), q->expected[i] };
	image->head->t = f->t;
	if (image_ask(image, all, n))
		return true;
	g_set_error(error, FIXTURE_ERROR, FIXTURE_NO_MEMORY,
		"no room for the index in %zu bytes; take fewer keys with --keys",
		IMAGE_ROOM);
	return false;
}

static bool
count_lines(struct fixture *f, struct image *image, int fd, const struct job_lines *job,
	GError **error)
{
	struct lines *x = g_new0(struct lines, 1);
	x->head = image->head;
	x->nodes = g_array_new(FALSE, FALSE, sizeof(struct span_of_node));
	x->levels = g_array_new(FALSE, TRUE, sizeof(struct of_place));
	bool ok = fixture_load(f, error);
	if (ok && f->v->census) {
		enum ab_status st = f->v->census(f->t, note_node, x);
		ok = st == AB_OK || fixture_failed(st, error, "census");
		g_array_sort(x->nodes, by_address);
	}
	ok = ok && ask_some(f, image, job->lookups, error) &&
	     trace(x, f->v, job->load, fd, error);
	if (ok && x->full) {
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
			"a lookup touches more than %d lines", TOUCHED_MOST);
		ok = false;
	}
	if (ok && x->lookups != image->head->queries) {
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
			"of %zu lookups %" G_GUINT64_FORMAT " were in valgrind's trace",
			image->head->queries, x->lookups);
		ok = false;
	}
	if (ok)
		emit(x, f->v);
	g_array_unref(x->nodes);
	g_array_unref(x->levels);
	g_free(x);
	return ok;
}

bool
job_lines(const struct ab_variant *v, const struct dataset *d, const struct setup *s,
	const struct job_lines *job)
{
	struct fixture f = { 0 };
	struct image image = { 0 };
	GError *error = NULL;
	int fd = -1;
	job_emit_data(d);
	bool ok = fixture_open(&f, v, d, s, &error);
	if (ok && v->caps & (AB_OWN_ALLOC | AB_HOLDS_NOTHING)) {
		g_set_error(&error, FIXTURE_ERROR, FIXTURE_DECLINED,
			ROW_DECLINED "it takes its memory where another process "
				     "cannot map it");
		ok = false;
	}
	if (ok) {
		fd = image_new(&image, &error);
		f.counted = true;
		f.held.alloc = image.alloc;
	}
	ok = ok && fd >= 0 && count_lines(&f, &image, fd, job, &error);
	fixture_close(&f);
	image_close(&image);
	if (fd >= 0)
		close(fd);
	return job_finish(ok, "lines", error);
}
