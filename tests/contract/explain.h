/* explain.h: from a suite that failed to the fewest operations that show why: printed, saved
 * as text (kit/ops.h), and done again.
 *
 * Errors: said on stderr. Threads: one. */
#ifndef TEST_EXPLAIN_H
#define TEST_EXPLAIN_H

#include "exam.h"

/* `how` a process ended that should have ended otherwise, in words; g_free it. */
char *explain_end(const struct apart_end *how);

/* On stderr, indented, what a process has said; of more than a screen its beginning. */
void explain_said(const char *text);

/* s->trail has what the suite's model was told, if there was one: say and save the fewest
 * of these that go wrong in the same way. Each attempt is a process of its own. */
void explain(const struct exam *s, const char *suite, const struct apart_end *how);

/* Do what is in the file. */
enum verdict explain_replay(const struct exam *s, const char *path);

#endif /* TEST_EXPLAIN_H */
