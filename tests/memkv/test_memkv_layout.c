/* test_memkv_layout.c: sizes, offsets and numbers of artbench/memkv.h, which programs have compiled
 * in, are those recorded in tests/memkv/memkv_layout.txt: test_memkv_layout FILE; without FILE they are
 * printed. A member or a number that is in no list here does not compile. */
#include <stdio.h>
#include <string.h>
#include "artbench/memkv.h"
#include "kit/check.h"

#pragma GCC diagnostic error "-Wmissing-field-initializers"
#pragma GCC diagnostic error "-Wswitch"

/* ---- nothing is left out ---- */

static bool
visit(void *arg, const void *key, size_t n, uint64_t value)
{
	(void)arg;
	(void)key;
	return n == value;
}

/* One value for each member. */
static const struct memkv_allocator allocator = { NULL, NULL, NULL, NULL };
static const struct memkv_options options = { MEMKV_RWLOCK, 1, NULL, NULL, &allocator,
	{ 0, 0, 0, 0 } };
static const struct memkv_variant_info info = { "", "", true, true, true, true, true,
	true };
static const struct memkv_entry entry = { "", 0, 0 };
static const struct memkv_memory memory = { 1, 2, 3, 4, 5, 6 };
static const struct memkv_stats stats = { "", MEMKV_RWLOCK, true, 1, 2, 3, 4, 5 };
static const struct memkv_found found = { NULL, 0, 0, 0 };
static memkv_visit *const visitor = visit;

#define STATUSES(X)                                                                      \
	X(MEMKV_OK)                                                                      \
	X(MEMKV_REPLACED)                                                                \
	X(MEMKV_NOT_FOUND)                                                               \
	X(MEMKV_STOPPED)                                                                 \
	X(MEMKV_EXISTS)                                                                  \
	X(MEMKV_ENOMEM)                                                                  \
	X(MEMKV_EFULL)                                                                   \
	X(MEMKV_EKEY)                                                                    \
	X(MEMKV_EORDER)                                                                  \
	X(MEMKV_EBUSY)                                                                   \
	X(MEMKV_ELIMIT)                                                                  \
	X(MEMKV_EREADONLY)                                                               \
	X(MEMKV_EINVAL)                                                                  \
	X(MEMKV_EUNKNOWN)                                                                \
	X(MEMKV_EUNSUPPORTED)                                                            \
	X(MEMKV_EROOM)                                                                   \
	X(MEMKV_EIO)                                                                     \
	X(MEMKV_EFORMAT)
#define THREADS(X) X(MEMKV_ONE_THREAD) X(MEMKV_RWLOCK) X(MEMKV_CONCURRENT)

#define VERDICTS(X) X(MEMKV_KEEP) X(MEMKV_PUT) X(MEMKV_REMOVE)
#define WHERES(X)                                                                        \
	X(MEMKV_LOWER)                                                                   \
	X(MEMKV_FLOOR) X(MEMKV_CEILING) X(MEMKV_HIGHER) X(MEMKV_FIRST) X(MEMKV_LAST)

#define CASE(name)                                                                       \
	case name: return #name;

static const char *
status_name(enum memkv_status s)
{
	switch (s) {
		STATUSES(CASE)
	}
	return NULL;
}

static const char *
threads_name(enum memkv_threads t)
{
	switch (t) {
		THREADS(CASE)
	}
	return NULL;
}

static const char *
verdict_name(enum memkv_verdict v)
{
	switch (v) {
		VERDICTS(CASE)
	}
	return NULL;
}

static const char *
where_name(enum memkv_where w)
{
	switch (w) {
		WHERES(CASE)
	}
	return NULL;
}

/* ---- what is recorded ---- */

struct row {
	const char *name;
	long at, size;
};

#define NUMBER(name) { #name, name, 0 },
#define STRUCT(name)                                                                     \
	{                                                                                \
#name, 0, sizeof(struct name)                                            \
	}
#define MEMBER(name, m)                                                                  \
	{                                                                                \
#name "." #m, offsetof(struct name, m), sizeof((struct name){ 0 }.m)     \
	}
#define ENUM(name)                                                                       \
	{                                                                                \
#name, 0, sizeof(enum name)                                              \
	}

/* clang-format off */
static const struct row rows[] = {
	STRUCT(memkv_allocator), MEMBER(memkv_allocator, alloc),
	MEMBER(memkv_allocator, resize), MEMBER(memkv_allocator, free),
	MEMBER(memkv_allocator, ctx),
	STRUCT(memkv_options), MEMBER(memkv_options, threads),
	MEMBER(memkv_options, memory_limit), MEMBER(memkv_options, free_value),
	MEMBER(memkv_options, free_ctx), MEMBER(memkv_options, allocator),
	MEMBER(memkv_options, reserved),
	STRUCT(memkv_variant_info), MEMBER(memkv_variant_info, name),
	MEMBER(memkv_variant_info, label), MEMBER(memkv_variant_info, recommended),
	MEMBER(memkv_variant_info, writable), MEMBER(memkv_variant_info, bulk_load),
	MEMBER(memkv_variant_info, backward), MEMBER(memkv_variant_info, concurrent),
	STRUCT(memkv_entry), MEMBER(memkv_entry, key), MEMBER(memkv_entry, n),
	MEMBER(memkv_entry, value),
	STRUCT(memkv_memory), MEMBER(memkv_memory, total), MEMBER(memkv_memory, inner),
	MEMBER(memkv_memory, leaf), MEMBER(memkv_memory, key),
	MEMBER(memkv_memory, slack), MEMBER(memkv_memory, mapped),
	STRUCT(memkv_stats), MEMBER(memkv_stats, variant), MEMBER(memkv_stats, threads),
	MEMBER(memkv_stats, read_only), MEMBER(memkv_stats, keys),
	MEMBER(memkv_stats, bytes), MEMBER(memkv_stats, memory_limit),
	MEMBER(memkv_stats, cursors), MEMBER(memkv_stats, cursor_bytes),
	STRUCT(memkv_found), MEMBER(memkv_found, key), MEMBER(memkv_found, room),
	MEMBER(memkv_found, n), MEMBER(memkv_found, value),
	ENUM(memkv_status), STATUSES(NUMBER)
	ENUM(memkv_threads), THREADS(NUMBER)
	ENUM(memkv_verdict), VERDICTS(NUMBER)
	ENUM(memkv_where), WHERES(NUMBER)
	NUMBER(MEMKV_KEY_MOST)
};
/* clang-format on */

static void
write_row(const struct row *r, char *line, size_t n)
{
	if (strchr(r->name, '.'))
		snprintf(line, n, "%s at %ld, size %ld\n", r->name, r->at, r->size);
	else if (r->size)
		snprintf(line, n, "%s size %ld\n", r->name, r->size);
	else
		snprintf(line, n, "%s %ld\n", r->name, r->at);
}

static void
compare(FILE *f, const char *want)
{
	char have[128] = "";
	if (!CHECK(fgets(have, sizeof have, f) && strcmp(have, want) == 0))
		fprintf(stderr, "  it is     %s  recorded: %s", want, have);
}

int
main(int argc, char **argv)
{
	char line[128];
	FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;
	if (sizeof(void *) != 8)
		return check_skip("recorded for pointers of 64 bits");
	if (argc > 1 && !CHECK(f))
		return check_finish();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		write_row(&rows[i], line, sizeof line);
		if (f)
			compare(f, line);
		else
			fputs(line, stdout);
	}
	if (!f)
		return 0;
	CHECK(!fgets(line, sizeof line, f) && fclose(f) == 0);
	CHECK(strcmp(status_name(MEMKV_EFORMAT), "MEMKV_EFORMAT") == 0);
	CHECK(strcmp(threads_name(MEMKV_CONCURRENT), "MEMKV_CONCURRENT") == 0);
	CHECK(strcmp(verdict_name(MEMKV_REMOVE), "MEMKV_REMOVE") == 0);
	CHECK(strcmp(where_name(MEMKV_LAST), "MEMKV_LAST") == 0);
	CHECK(options.allocator == &allocator && info.concurrent && !entry.n);
	CHECK(memory.mapped == 6 && stats.cursor_bytes == 5 && !found.n && visitor);
	return check_finish();
}
