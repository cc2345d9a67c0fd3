/* check.h: a tiny assertion kit.
 *
 * CHECK(cond) counts, prints file:line and the expression when it is false, and
 * is its value, so that a test can stop where going on makes no sense. A test
 * program ends with `return check_finish();`.
 *
 * Threads: one at a time; a parallel test counts for itself and CHECKs the sums. */
#ifndef CHECK_H
#define CHECK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Sanitizers find what they find in fewer repetitions, and each takes ten times as long. */
#ifndef __has_feature /* which clang has, and gcc has the names */
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                     \
	__has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CHECK_SANITIZED 1
#else
#define CHECK_SANITIZED 0
#endif

enum { CHECK_SKIPPED = 77 }; /* the exit status that meson reads as 'skipped' */
enum { CHECK_SHOWN = 20 };   /* failures printed before the rest is only counted */

struct check_tally {
	uint64_t passed, failed;
	bool quiet;             /* count failures, print nothing */
	void (*on_first)(void); /* called after the first is printed; NULL: nothing is */
};

/* One tally for all files of a program, whichever of them include this. */
extern struct check_tally check_tally;
__attribute__((weak)) struct check_tally check_tally;

static inline bool
check_that(bool ok, const char *file, int line, const char *what)
{
	if (ok) {
		check_tally.passed++;
		return true;
	}
	check_tally.failed++;
	if (!check_tally.quiet && check_tally.failed <= CHECK_SHOWN)
		fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
	if (!check_tally.quiet && check_tally.failed == 1 && check_tally.on_first)
		check_tally.on_first();
	return false;
}

#define CHECK(cond) check_that((cond), __FILE__, __LINE__, #cond)

/* The same of two numbers, which it prints with what they are of. */
static inline bool
check_numbers(bool ok, const char *file, int line, const char *what, uint64_t is,
	const char *other, uint64_t than)
{
	char text[256];
	if (!ok)
		snprintf(text, sizeof text, "%s is %" PRIu64 ", not %s%" PRIu64, what, is,
			other, than);
	return check_that(ok, file, line, ok ? what : text);
}

static inline bool
check_is(const char *file, int line, const char *what, uint64_t is, uint64_t wanted)
{
	return check_numbers(is == wanted, file, line, what, is, "", wanted);
}

static inline bool
check_most(const char *file, int line, const char *what, uint64_t is, uint64_t most)
{
	return check_numbers(is <= most, file, line, what, is, "at most ", most);
}

#define CHECK_IS(is, wanted) check_is(__FILE__, __LINE__, #is, (is), (wanted))
#define CHECK_MOST(is, most) check_most(__FILE__, __LINE__, #is, (is), (most))

/* Print the tally; the exit status, which is 0 only if something was checked and
 * nothing failed. */
static inline int
check_finish(void)
{
	printf("%" PRIu64 " passed, %" PRIu64 " failed\n", check_tally.passed,
		check_tally.failed);
	return check_tally.failed == 0 && check_tally.passed > 0 ? 0 : 1;
}

/* Say why a test does not apply; the exit status for it. */
static inline int
check_skip(const char *reason)
{
	printf("skipped: %s\n", reason);
	return CHECK_SKIPPED;
}

#endif /* CHECK_H */
