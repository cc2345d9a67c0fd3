/* trace.h: lookups run under valgrind's tool lackey, which prints every address that the
 * program reads or writes, and what is made of its lines.
 *
 * Units: addresses are bytes, lines are LINE_BYTES. Ownership: plain values. Threads: one. */
#ifndef AB_TRACE_H
#define AB_TRACE_H

#include <glib.h>
#include "work/image.h"

/* Descriptors of the process under valgrind. */
enum { TRACE_IMAGE = 10, TRACE_MARKS = 11, TRACE_LOG = 12 };
enum { LINE_BYTES = 64, PAGE_BYTES = 4096 };

/* What is written between the lines of the trace before and after each lookup that counts. */
#define TRACE_BEGIN "begin\n"
#define TRACE_END   "end\n"

/* Ask the image that is open as TRACE_IMAGE its questions: the first two off the record, for
 * what is done once. False: an answer is wrong, or it cannot be mapped, and `*error`. */
bool trace_lookups(const struct ab_variant *v, GError **error);

/* What is to be told of each access within a lookup, and when one ends. */
struct trace_sink {
	void (*access)(void *arg, uintptr_t at, size_t bytes);
	void (*end)(void *arg);
	void *arg;
};
/* Take in a line of the trace, without its newline; `*within` is whether a lookup is on. */
void trace_line(const char *line, bool *within, const struct trace_sink *sink);

#endif /* AB_TRACE_H */
