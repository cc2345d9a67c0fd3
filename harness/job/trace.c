/* trace.c: see trace.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "trace.h"
#include "work/fixture.h"

enum { OFF_THE_RECORD = 2 };

/* Lackey has written all before a system call when the call is made. */
static bool
mark(const char *text)
{
	ssize_t n = (ssize_t)strlen(text);
	return write(TRACE_MARKS, text, (size_t)n) == n;
}

static bool
ask(const struct ab_variant *v, const struct image_head *head, size_t i, bool counts)
{
	const struct image_query *q = &head->query[i];
	uint64_t value = 0;
	bool marked = !counts || mark(TRACE_BEGIN);
	enum ab_status st = v->get(head->t, q->key, &value);
	marked = marked && (!counts || mark(TRACE_END));
	return marked && st == AB_OK && value == q->expected;
}

bool
trace_lookups(const struct ab_variant *v, GError **error)
{
	struct image x;
	if (!image_map(&x, TRACE_IMAGE, error))
		return false;
	bool right = true;
	for (size_t i = 0; right && i < OFF_THE_RECORD; i++)
		right = ask(v, x.head, i % x.head->queries, false);
	for (size_t i = 0; right && i < x.head->queries; i++)
		right = ask(v, x.head, i, true);
	if (!right)
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
			"a wrong answer from the index that another process filled: it "
			"keeps something beside its own memory");
	image_close(&x);
	return right;
}

/* " L 1ffeffe7d0,8", " S ...", " M ..."; of instructions "I  04001090,3". */
void
trace_line(const char *line, bool *within, const struct trace_sink *sink)
{
	if (strncmp(line, TRACE_BEGIN, strlen(TRACE_BEGIN) - 1) == 0) {
		*within = true;
	} else if (*within && strncmp(line, TRACE_END, strlen(TRACE_END) - 1) == 0) {
		*within = false;
		sink->end(sink->arg);
	} else if (*within && line[0] == ' ' && line[1] && strchr("LSM", line[1])) {
		char *rest;
		uintptr_t at = strtoull(line + 2, &rest, 16);
		if (*rest == ',')
			sink->access(sink->arg, at, strtoull(rest + 1, NULL, 10));
	}
}
