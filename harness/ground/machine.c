/* machine.c: see machine.h. */
#include <inttypes.h>
#include <math.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <glib.h>
#include "machine.h"

/* Where the two versions of control groups keep what is wanted of them. */
struct version {
	const char *filesystem;
	bool named;            /* /proc/self/cgroup has a line for each controller */
	const char *limits[2]; /* either may be missing */
	const char *held;
	const char *files; /* in memory.stat: pages of files that can be dropped */
};

static const struct version versions[] = {
	{ "cgroup", true, { "memory.limit_in_bytes", NULL }, "memory.usage_in_bytes",
		"total_inactive_file" },
	{ "cgroup2", false, { "memory.max", "memory.high" }, "memory.current",
		"inactive_file" },
};

/* ---- files ---- */

static char *
text_of(const char *dir, const char *name)
{
	g_autofree char *path = g_strconcat(dir, "/", name, NULL);
	char *text = NULL;
	g_file_get_contents(path, &text, NULL, NULL);
	return text ? g_strchomp(text) : g_strdup("");
}

/* Not "max", "-1" or anything else that is no number of things. */
static bool
number(const char *text, uint64_t *out)
{
	guint64 x;
	bool is = g_ascii_string_to_unsigned(text, 10, 0, UINT64_MAX, &x, NULL);
	*out = is ? x : 0;
	return is;
}

static bool
number_in(const char *dir, const char *name, uint64_t *out)
{
	g_autofree char *text = name ? text_of(dir, name) : NULL;
	*out = 0;
	return text && number(text, out);
}

/* The number behind `field` and `between` at the beginning of a line; 0: none. */
static uint64_t
field_of(const char *text, const char *field, char between)
{
	size_t n = strlen(field);
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, field, n) == 0 && line[n] == between)
			return g_ascii_strtoull(line + n + 1, NULL, 10);
	}
	return 0;
}

/* ---- our group ---- */

static bool
is_in(const char *list, const char *word)
{
	g_auto(GStrv) words = g_strsplit(list, ",", 0);
	return g_strv_contains((const char *const *)words, word);
}

/* Our group's path in its hierarchy, "NUMBER:CONTROLLERS:PATH"; NULL: we are in none. */
static char *
own_path(const char *root, const struct version *v, const char *controller)
{
	g_autofree char *text = text_of(root, "proc/self/cgroup");
	g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
	for (size_t i = 0; lines[i]; i++) {
		g_auto(GStrv) part = g_strsplit(lines[i], ":", 3);
		if (g_strv_length(part) == 3 &&
			(v->named ? is_in(part[1], controller) : !*part[1]))
			return g_strdup(part[2]);
	}
	return NULL;
}

/* The group's path below what is mounted of the hierarchy. In a container this may be our
 * group alone, under a path that means nothing here. */
static const char *
below(const char *path, const char *mounted)
{
	size_t n = strcmp(mounted, "/") == 0 ? 0 : strlen(mounted);
	bool inside = strncmp(path, mounted, n) == 0 && (path[n] == '/' || !path[n]);
	return inside && !strstr(path, "/..") && strcmp(path + n, "/") != 0 ? path + n
									    : "";
}

/* "ID PARENT DEVICE ROOT POINT OPTIONS ... - FILESYSTEM SOURCE OPTIONS". The folder of
 * our group if that is a mount of the hierarchy; `*top` is its mount point's length. */
static char *
dir_in_mount(const char *line, const char *root, const struct version *v,
	const char *controller, const char *path, size_t *top)
{
	enum { ROOT = 3, POINT = 4, FILESYSTEM = 1, OPTIONS = 3 };
	g_auto(GStrv) field = g_strsplit(line, " ", 0);
	guint n = g_strv_length(field), dash = 0;
	while (dash < n && strcmp(field[dash], "-") != 0)
		dash++;
	if (dash <= POINT || dash + OPTIONS >= n ||
		strcmp(field[dash + FILESYSTEM], v->filesystem) != 0 ||
		(v->named && !is_in(field[dash + OPTIONS], controller)))
		return NULL;
	g_autofree char *mounted = g_strcompress(field[ROOT]); /* "\040" is a space */
	g_autofree char *point = g_strcompress(field[POINT]);
	g_autofree char *whole = g_strconcat(root, point, NULL);
	char *dir = g_strconcat(whole, below(path, mounted), NULL);
	*top = strlen(whole);
	if (!g_file_test(dir, G_FILE_TEST_IS_DIR))
		dir[*top] = '\0';
	return dir;
}

/* NULL: there is none of that version. g_free it. */
static char *
own_dir(const char *root, const struct version *v, const char *controller, size_t *top)
{
	g_autofree char *path = own_path(root, v, controller);
	g_autofree char *text = path ? text_of(root, "proc/self/mountinfo") : NULL;
	g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", 0);
	char *dir = NULL;
	for (size_t i = 0; lines[i] && !dir; i++)
		dir = dir_in_mount(lines[i], root, v, controller, path, top);
	return dir;
}

typedef double group_figure(const struct version *v, const char *dir);

/* The least of a figure, from our group up to the top of each hierarchy. */
static double
least(const char *root, const char *controller, group_figure *figure)
{
	double all = INFINITY;
	for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
		size_t top = 0;
		g_autofree char *dir = own_dir(root, &versions[i], controller, &top);
		while (dir) {
			double one = figure(&versions[i], dir);
			all = MIN(all, one);
			if (strlen(dir) <= top)
				break;
			*strrchr(dir, '/') = '\0';
		}
	}
	return all;
}

static size_t
bytes_of(double x)
{
	return x < (double)SIZE_MAX ? (size_t)x : SIZE_MAX;
}

/* ---- memory ---- */

static double
group_limit(const struct version *v, const char *dir)
{
	static const uint64_t none = 1ull << 62; /* version 1 has about twice that */
	double all = INFINITY;
	for (size_t i = 0; i < G_N_ELEMENTS(v->limits); i++) {
		uint64_t limit;
		if (number_in(dir, v->limits[i], &limit) && limit < none)
			all = MIN(all, (double)limit);
	}
	return all;
}

static double
group_left(const struct version *v, const char *dir)
{
	uint64_t held;
	g_autofree char *stat = text_of(dir, "memory.stat");
	number_in(dir, v->held, &held);
	uint64_t files = MIN(held, field_of(stat, v->files, ' '));
	return MAX(group_limit(v, dir) - (double)(held - files), 0);
}

size_t
machine_memory(const char *root)
{
	g_autofree char *text = text_of(root, "proc/meminfo");
	uint64_t kib = field_of(text, "MemAvailable", ':');
	double machine = kib ? (double)kib * 1024 : (double)INFINITY;
	double groups = least(root, "memory", group_left);
	return bytes_of(MIN(machine, groups));
}

size_t
machine_memory_limit(const char *root)
{
	return bytes_of(least(root, "memory", group_limit));
}

size_t
machine_memory_each(void)
{
	size_t all = SIZE_MAX;
	static const int limits[] = { RLIMIT_AS, RLIMIT_DATA };
	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		struct rlimit one;
		if (getrlimit((__rlimit_resource_t)limits[i], &one) == 0 &&
			one.rlim_cur != RLIM_INFINITY)
			all = MIN(all, one.rlim_cur);
	}
	return all;
}

/* ---- processors ---- */

static double
group_quota(const struct version *v, const char *dir)
{
	uint64_t quota = 0, period = 0;
	bool limited;
	if (v->named) {
		limited = number_in(dir, "cpu.cfs_quota_us", &quota) &&
			  number_in(dir, "cpu.cfs_period_us", &period);
	} else {
		g_autofree char *text = text_of(dir, "cpu.max");
		g_auto(GStrv) both = g_strsplit(text, " ", 2);
		limited = g_strv_length(both) == 2 && number(both[0], &quota) &&
			  number(both[1], &period);
	}
	return limited && quota && period ? (double)quota / (double)period
					  : (double)INFINITY;
}

double
machine_quota(const char *root)
{
	return least(root, "cpu", group_quota);
}

unsigned
processor_count(void)
{
	cpu_set_t allowed;
	double quota = machine_quota("");
	if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
		return 0;
	unsigned all = (unsigned)CPU_COUNT(&allowed);
	return quota >= all ? all : quota >= 1 ? (unsigned)quota : 1;
}

int
processor_last(void)
{
	cpu_set_t allowed;
	int last = -1;
	if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
		return -1;
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &allowed))
			last = i;
	return last;
}

bool
processor_keep_to(int processor)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(processor, &one);
	return sched_setaffinity(0, sizeof one, &one) == 0;
}
