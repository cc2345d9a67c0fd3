/* watch.h: what a variant is doing, for when it crashes or never ends.
 *
 * Whatever is called through the variant that watch_variant returns is noted, by thread.
 * A signal that ends the process (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM), a
 * sanitizer that does, and an operation that takes more than WATCH_SECONDS of its thread's
 * processor time, which then is a SIGABRT, write a line to stderr: suite, variant, seed, the
 * operation's number in its thread, its name and its key. What handled the signal before has
 * its turn next. So does the first check that fails, but in a model, which says more itself.
 * In the environment, TEST_STEP_SECONDS sets other seconds. */
#ifndef WATCH_H
#define WATCH_H

#include "kit/check.h"
#include "ab.h"

enum { WATCH_SECONDS = CHECK_SANITIZED ? 30 : 3 };

/* `v` under watch; once in a process. The strings are borrowed. */
const struct ab_variant *
watch_variant(const struct ab_variant *v, const char *suite, uint64_t seed);

#endif /* WATCH_H */
