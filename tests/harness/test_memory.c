/* test_memory.c: what the harness counts of memory, on allocations with known answers,
 * and what the counting library says of them, where it is loaded. With "interposed" as
 * its argument it fails if it is not. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "job/bridge.h"
#include "build_config.h"
#include "kit/check.h"
#include "run/mallocs.h"

enum { PAGE = 4096, MANY = 1000 };

static bool
sanitized(void)
{
	return strcmp(BUILD_SANITIZE, "none") != 0;
}

static void
counting(void)
{
	struct memory_count m;
	void *p[MANY];
	size_t asked = 0, usable = 0;
	memory_count_init(&m);
	for (size_t i = 0; i < MANY; i++) {
		p[i] = m.alloc.alloc(m.alloc.ctx, i + 1);
		asked += i + 1;
		usable += malloc_usable_size(p[i]);
	}
	CHECK(m.blocks == MANY && m.bytes == asked && m.usable == usable);
	size_t first = malloc_usable_size(p[0]);
	p[0] = m.alloc.resize(m.alloc.ctx, p[0], 1, 5000);
	CHECK(m.blocks == MANY && m.bytes == asked + 4999);
	CHECK(m.usable == usable - first + malloc_usable_size(p[0]));
	m.alloc.free(m.alloc.ctx, NULL, 0);
	CHECK(m.blocks == MANY);
	void *large = m.alloc.resize(m.alloc.ctx, NULL, 0, 1 << 20);
	CHECK(m.blocks == MANY + 1 && m.large == 1);
	m.alloc.free(m.alloc.ctx, large, 1 << 20);
	m.alloc.free(m.alloc.ctx, p[0], 5000);
	for (size_t i = 1; i < MANY; i++)
		m.alloc.free(m.alloc.ctx, p[i], i + 1);
	CHECK(m.blocks == 0 && m.bytes == 0 && m.usable == 0 && m.large == 0);
}

/* Pages that are there, and pages that are not. */
static void
absent(void)
{
	if (sanitized()) /* terabytes of shadow to look through */
		return;
	enum { PAGES = 64, TOUCHED = 16 };
	size_t before, after, rss_before, rss_after = 0;
	CHECK(memory_absent(&before) && memory_rss(&rss_before));
	char *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (size_t i = 0; i < TOUCHED; i++)
		p[i * PAGE] = 1;
	CHECK(memory_absent(&after) && memory_rss(&rss_after));
	CHECK(after - before == (PAGES - TOUCHED) * PAGE);
	CHECK(rss_after - rss_before == TOUCHED * PAGE);
	munmap(p, PAGES * PAGE);
	CHECK(memory_absent(&after) && after == before);
}

static void
peak(void)
{
	enum { SIZE = 8 << 20, COARSE = 1 << 20 };
	size_t before, after;
	if (!memory_peak_reset() || !memory_peak(&before))
		return;
	void *p = pages_new(SIZE);
	CHECK(p);
	pages_free(p, SIZE);
	CHECK(memory_peak(&after));
	CHECK(after >= before + SIZE - COARSE && after <= before + SIZE + COARSE);
	CHECK(memory_peak_reset() && memory_peak(&after) && after < before + COARSE);
}

/* A thousand blocks by hand: the bridge must account for every page. */
static void
bridge(void)
{
	enum { SIZE = 8 };
	static void *p[MANY * SIZE];
	struct memory_count m;
	struct bridge b;
	memory_count_init(&m);
	struct bridge_point before = bridge_look();
	for (size_t i = 0; i < MANY * SIZE; i++) {
		size_t n = 100 + i % 1000 + (i % 1000 == 0 ? 300000 : 0);
		p[i] = m.alloc.alloc(m.alloc.ctx, n);
		memset(p[i], 1, n / 2); /* the rest of a large one stays untouched */
	}
	struct bridge_point after = bridge_look();
	CHECK(bridge_make(&b, &before, &after, &m) == !sanitized());
	if (memory_glibc() && !sanitized()) {
		CHECK(b.known && b.exact_known);
		CHECK(b.exact == (double)m.bytes && b.exact > 4e6);
		CHECK(b.rounding > 0 && b.metadata >= 8 * MANY * SIZE);
		CHECK(b.absent > 8 * 100000);
		CHECK(b.residue < 0.03 * b.rss && b.residue > -0.03 * b.rss);
	}
	for (size_t i = 0; i < MANY * SIZE; i++)
		m.alloc.free(
			m.alloc.ctx, p[i], 100 + i % 1000 + (i % 1000 == 0 ? 300000 : 0));
	CHECK(m.bytes == 0);
}

/* What has grown since `from`. */
static struct interposed
since(const struct interposed *from)
{
	struct interposed i = { 0 };
	CHECK(memory_interposed(&i));
	return (struct interposed){ i.blocks - from->blocks, i.usable - from->usable,
		i.mapped - from->mapped, i.malloc_mapped - from->malloc_mapped };
}

static void
interposed_malloc(const struct interposed *from)
{
	void *p[6], *aligned = NULL;
	size_t usable = 0;
	p[0] = malloc(100);
	p[1] = calloc(10, 30);
	p[2] = realloc(malloc(10), 5000);
	p[3] = aligned_alloc(64, 640);
	p[4] = reallocarray(NULL, 10, 10);
	CHECK(posix_memalign(&aligned, 256, 1000) == 0);
	p[5] = aligned;
	for (size_t i = 0; i < 6; i++)
		usable += malloc_usable_size(p[i]);
	struct interposed now = since(from);
	CHECK(now.blocks == 6 && now.usable == usable && now.mapped == 0);
	volatile size_t most = SIZE_MAX / 4;
	void *volatile same = p[0];
	void *volatile none[] = { malloc(most), realloc(same, most),
		reallocarray(same, most, 8) }; /* kept, or the compiler drops the calls */
	CHECK(!none[0] && !none[1] && !none[2]);
	now = since(from);
	CHECK(now.blocks == 6 && now.usable == usable);
	for (size_t i = 0; i < 6; i++)
		free(p[i]);
	free(NULL);
	now = since(from);
	CHECK(now.blocks == 0 && now.usable == 0);
}

static void
interposed_pages(const struct interposed *from)
{
	char *p = mmap(NULL, 10 * PAGE - 5, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(since(from).mapped == 10 * PAGE);
	CHECK(mmap(p, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
		p);
	CHECK(since(from).mapped == 10 * PAGE);
	munmap(p, PAGE);
	CHECK(since(from).mapped == 9 * PAGE);
	p = mremap(p + PAGE, 9 * PAGE, 20 * PAGE, MREMAP_MAYMOVE);
	CHECK(p != MAP_FAILED && since(from).mapped == 20 * PAGE);
	munmap(p, 20 * PAGE);
	struct interposed now = since(from);
	CHECK(now.mapped == 0 && now.blocks == 0);
}

static void
preloads(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *none = mallocs_preload("glibc", false, NULL);
	CHECK(g_strcmp0(none, "") == 0);
	CHECK(!mallocs_preload("nosuch", false, &error));
	CHECK(error && strstr(error->message, "'nosuch' is not known; use one of: "));
	g_clear_error(&error);
	CHECK(!mallocs_preload("/nonexistent/libmalloc.so", true, &error));
	CHECK(error && strstr(error->message, "/nonexistent/libmalloc.so: no such file"));
	g_clear_error(&error);
	g_autofree char *other = mallocs_preload("/proc/self/exe", false, NULL);
	CHECK(g_strcmp0(other, "/proc/self/exe") == 0);
	const char *const names[] = { "jemalloc", "mimalloc", "tcmalloc" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = mallocs_preload(names[i], false, &error);
		CHECK(path ? strstr(path, names[i]) != NULL
			   : strstr(error->message, "install the package lib") != NULL);
		g_clear_error(&error);
	}
}

int
main(int argc, char **argv)
{
	struct interposed from;
	bool there = memory_interposed(&from);
	if (argc > 1 && strcmp(argv[1], "interposed") == 0)
		CHECK(there);
	if (there) {
		interposed_malloc(&from);
		interposed_pages(&from);
	}
	bridge(); /* first: blocks freed before would be in the thread cache, and used */
	counting();
	absent();
	peak();
	preloads();
	return check_finish();
}
