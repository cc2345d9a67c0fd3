/* env.c: see env.h. */
#include <errno.h>
#include <gnu/libc-version.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "build_config.h"
#include "env.h"
#include "ground/machine.h"

void
env_put(FILE *out, const char *key, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *value = g_strdup_vprintf(format, args);
	va_end(args);
	fprintf(out, "%s=%s\n", key, g_strdelimit(value, "\n\r", ' '));
}

/* ---- small facts ---- */

char *
env_host(void)
{
	char name[256] = "";
	if (gethostname(name, sizeof name - 1) != 0 || !*name)
		return g_strdup("unknown");
	return g_strdup(name);
}

char *
env_utc_now(void)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	return g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
}

char *
env_load(void)
{
	double load[3];
	if (getloadavg(load, 3) != 3)
		return g_strdup("unknown");
	return g_strdup_printf("%.2f %.2f %.2f", load[0], load[1], load[2]);
}

char *
env_sha256(const char *path, GError **error)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	/* A large block of the heap would change how malloc goes on afterwards. */
	guchar buf[1 << 14];
	FILE *in = fopen(path, "rbe");
	size_t n;
	while (in && (n = fread(buf, 1, sizeof buf, in)) > 0)
		g_checksum_update(sum, buf, (gssize)n);
	bool ok = in && !ferror(in);
	if (!ok)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_IO,
			"%s: cannot be read: %s; check the file and its disk", path,
			g_strerror(errno));
	if (in)
		fclose(in);
	return ok ? g_strdup(g_checksum_get_string(sum)) : NULL;
}

/* The first line of a file under /proc or /sys, or "unknown". */
static char *
first_line(const char *path)
{
	char *text = NULL;
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return g_strdup("unknown");
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static void
put_file(FILE *out, const char *key, const char *path)
{
	g_autofree char *value = first_line(path);
	env_put(out, key, "%s", value);
}

/* ---- groups ---- */

static void
put_build(FILE *out)
{
	env_put(out, "artbench", "%s", BUILD_VERSION);
	env_put(out, "compiler", "%s", BUILD_COMPILER);
	env_put(out, "buildtype", "%s", BUILD_TYPE);
	env_put(out, "optimization", "%s", BUILD_OPTIMIZATION);
	env_put(out, "c_args", "%s", BUILD_ALL_C_ARGS);
	env_put(out, "options", "%s", BUILD_OPTIONS);
	env_put(out, "simd", "%s", BUILD_SIMD);
	env_put(out, "sanitize", "%s", BUILD_SANITIZE);
	env_put(out, "glib", "%d.%d.%d compiled, %u.%u.%u running", GLIB_MAJOR_VERSION,
		GLIB_MINOR_VERSION, GLIB_MICRO_VERSION, glib_major_version,
		glib_minor_version, glib_micro_version);
	env_put(out, "glibc", "%d.%d compiled, %s running", __GLIBC__, __GLIBC_MINOR__,
		gnu_get_libc_version());
	env_put(out, "google_benchmark", "%s compiled", BUILD_GBENCH_VERSION);
}

/* Variables that change how memory is allocated. */
static void
put_variables(FILE *out)
{
	const char *const always[] = { "G_SLICE", "G_DEBUG", "LD_PRELOAD",
		"GLIBC_TUNABLES" };
	for (size_t i = 0; i < G_N_ELEMENTS(always); i++) {
		const char *value = g_getenv(always[i]);
		env_put(out, always[i], "%s", value ? value : "(unset)");
	}
	g_auto(GStrv) env = g_get_environ();
	for (size_t i = 0; env[i]; i++)
		if (g_str_has_prefix(env[i], "MALLOC_"))
			fprintf(out, "%s\n", g_strdelimit(env[i], "\n\r", ' '));
}

static void
put_cpu_model(FILE *out)
{
	g_autofree char *text = NULL;
	char *at = NULL;
	if (g_file_get_contents("/proc/cpuinfo", &text, NULL, NULL))
		at = strstr(text, "model name");
	if (at) {
		at[strcspn(at, "\n")] = '\0';
		at = strchr(at, ':');
	}
	env_put(out, "cpu", "%s", at ? g_strstrip(at + 1) : "unknown");
}

static char *
cache_fact(int cache, const char *name)
{
	g_autofree char *path = g_strdup_printf(
		"/sys/devices/system/cpu/cpu0/cache/index%d/%s", cache, name);
	return first_line(path);
}

static GString *
sysfs_caches(void)
{
	GString *all = g_string_new(NULL);
	for (int i = 0; i < 8; i++) {
		g_autofree char *level = cache_fact(i, "level");
		g_autofree char *type = cache_fact(i, "type");
		g_autofree char *size = cache_fact(i, "size");
		if (strcmp(level, "unknown") != 0)
			g_string_append_printf(all, "%sL%s %s %s", all->len ? ", " : "",
				level, type, size);
	}
	return all;
}

/* Where /sys has none, in a container, say: what the C library asked the CPU. */
static void
append_libc_caches(GString *all)
{
	const struct {
		const char *name;
		int size;
	} caches[] = {
		{ "L1 Data", _SC_LEVEL1_DCACHE_SIZE },
		{ "L1 Instruction", _SC_LEVEL1_ICACHE_SIZE },
		{ "L2", _SC_LEVEL2_CACHE_SIZE },
		{ "L3", _SC_LEVEL3_CACHE_SIZE },
		{ "L4", _SC_LEVEL4_CACHE_SIZE },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(caches); i++) {
		long size = sysconf(caches[i].size);
		if (size > 0)
			g_string_append_printf(all, "%s%s %ldK", all->len ? ", " : "",
				caches[i].name, size / 1024);
	}
}

static void
put_caches(FILE *out)
{
	g_autoptr(GString) all = sysfs_caches();
	if (!all->len)
		append_libc_caches(all);
	env_put(out, "caches", "%s", all->len ? all->str : "unknown");
}

/* Those we may use; and how much of their time, if that is limited. */
static void
put_processors(FILE *out)
{
	unsigned n = processor_count();
	double quota = machine_quota("");
	if (n)
		env_put(out, "cores", "%u", n);
	else
		env_put(out, "cores", "%ld", sysconf(_SC_NPROCESSORS_ONLN));
	if (isfinite(quota))
		env_put(out, "cpu_quota", "%g", quota);
}

static void
put_memory_limit(FILE *out)
{
	size_t group = machine_memory_limit(""), each = machine_memory_each();
	size_t limit = MIN(group, each);
	if (limit != SIZE_MAX)
		env_put(out, "memory_limit", "%zu", limit);
}

static void
put_machine(FILE *out)
{
	struct utsname u = { 0 };
	uname(&u);
	g_autofree char *host = env_host();
	env_put(out, "host", "%s", host);
	env_put(out, "kernel", "%s %s %s", u.sysname, u.release, u.machine);
	put_cpu_model(out);
	put_processors(out);
	put_caches(out);
	env_put(out, "ram_bytes", "%lld",
		(long long)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE));
	put_memory_limit(out);
	put_file(out, "thp", "/sys/kernel/mm/transparent_hugepage/enabled");
	put_file(out, "aslr", "/proc/sys/kernel/randomize_va_space");
	put_file(
		out, "governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
}

void
env_put_surroundings(FILE *out)
{
	put_build(out);
	put_variables(out);
	put_machine(out);
}
