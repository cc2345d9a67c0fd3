/* test_machine.c: what of a machine may be used, on trees of /proc and /sys that are made
 * up: control groups of version 1, 2 and both, nested, in containers, without limits, and
 * nonsense; and the limits and the affinity of this process. */
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "kit/check.h"
#include "ground/machine.h"

#define MIB ((size_t)1 << 20)

static char *root;

static void
put(const char *path, const char *text)
{
	g_autofree char *file = g_build_filename(root, path, NULL);
	g_autofree char *dir = g_path_get_dirname(file);
	g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
	g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

static void
remove_all(const char *dir)
{
	g_autoptr(GDir) entries = g_dir_open(dir, 0, NULL);
	const char *name;
	while (entries && (name = g_dir_read_name(entries))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			remove_all(path);
		else
			g_unlink(path);
	}
	g_rmdir(dir);
}

/* A machine with 1,024 MiB available, our groups and what is mounted of them. */
static void
begin(const char *groups, const char *mounts)
{
	if (root)
		remove_all(root);
	g_free(root);
	root = g_dir_make_tmp("test_machine.XXXXXX", NULL);
	g_assert_nonnull(root);
	put("proc/meminfo", "MemTotal: 2097152 kB\nMemAvailable:    1048576 kB\n");
	put("proc/self/cgroup", groups);
	put("proc/self/mountinfo", mounts);
}

#define V1_GROUPS "9:name=systemd:/a\n4:hugetlb,memory:/a/b\n1:cpu,cpuacct:/a/b\n0::/a\n"
#define V1_MOUNTS                                                                        \
	"22 26 0:21 / /sys rw - sysfs sysfs rw\n"                                        \
	"34 30 0:31 / /sys/fs/cgroup/memory rw shared:7 - cgroup cgroup "                \
	"rw,hugetlb,memory\n"                                                            \
	"31 30 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"    \
	"40 30 0:37 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
#define V1_MEMORY "sys/fs/cgroup/memory/"
#define V1_NONE   "9223372036854771712\n"

static void
version_1(void)
{
	begin(V1_GROUPS, V1_MOUNTS);
	CHECK(machine_memory(root) == 1024 * MIB);
	CHECK(machine_memory_limit(root) == SIZE_MAX);
	CHECK(isinf(machine_quota(root)));
	put(V1_MEMORY "memory.limit_in_bytes", V1_NONE);
	put(V1_MEMORY "memory.usage_in_bytes", "8000000000\n");
	put(V1_MEMORY "a/memory.limit_in_bytes", V1_NONE);
	put(V1_MEMORY "a/b/memory.limit_in_bytes", V1_NONE);
	put(V1_MEMORY "a/b/memory.usage_in_bytes", "104857600\n");
	CHECK(machine_memory(root) == 1024 * MIB);
	CHECK(machine_memory_limit(root) == SIZE_MAX);
	/* 300 MiB, of which 100 are held, 40 of them files that can be dropped. */
	put(V1_MEMORY "a/b/memory.limit_in_bytes", "314572800\n");
	put(V1_MEMORY "a/b/memory.stat",
		"inactive_file 1\nhierarchical_memory_limit 2\n"
		"total_inactive_file 41943040\ntotal_active_file 3\n");
	CHECK(machine_memory(root) == 240 * MIB);
	CHECK(machine_memory_limit(root) == 300 * MIB);
	/* The group above has less. */
	put(V1_MEMORY "a/memory.limit_in_bytes", "335544320");
	put(V1_MEMORY "a/memory.usage_in_bytes", "209715200");
	CHECK(machine_memory(root) == 120 * MIB);
	/* More than its limit is held: nothing is left. */
	put(V1_MEMORY "a/memory.usage_in_bytes", "419430400");
	CHECK(machine_memory(root) == 0);
}

static void
version_1_quota(void)
{
	begin(V1_GROUPS, V1_MOUNTS);
	put("sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "-1\n");
	put("sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000\n");
	CHECK(isinf(machine_quota(root)));
	put("sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "150000\n");
	put("sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
	CHECK(machine_quota(root) == 1.5);
	CHECK(machine_memory(root) == 1024 * MIB);
}

#define V2_MOUNT "29 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"
#define V2_GROUP "sys/fs/cgroup/user.slice/run.scope/"

static void
version_2(void)
{
	begin("0::/user.slice/run.scope\n", V2_MOUNT);
	put(V2_GROUP "memory.max", "max\n");
	put(V2_GROUP "memory.high", "max\n");
	put(V2_GROUP "memory.current", "104857600\n");
	put(V2_GROUP "cpu.max", "max 100000\n");
	CHECK(machine_memory(root) == 1024 * MIB);
	CHECK(machine_memory_limit(root) == SIZE_MAX);
	CHECK(isinf(machine_quota(root)));
	put(V2_GROUP "memory.max", "524288000\n");
	put(V2_GROUP "memory.stat", "anon 5\nworkingset_inactive_file 9\n"
				    "inactive_file 20971520\nactive_file 7\n");
	put(V2_GROUP "cpu.max", "250000 100000\n");
	CHECK(machine_memory(root) == 420 * MIB);
	CHECK(machine_memory_limit(root) == 500 * MIB);
	CHECK(machine_quota(root) == 2.5);
	put(V2_GROUP "memory.high", "209715200\n");
	CHECK(machine_memory(root) == 120 * MIB);
	put("sys/fs/cgroup/user.slice/memory.max", "52428800\n");
	put("sys/fs/cgroup/user.slice/cpu.max", "50000 100000\n");
	CHECK(machine_memory(root) == 50 * MIB);
	CHECK(machine_quota(root) == 0.5);
}

/* Memory by version 1 and something else by version 2, or the other way round. */
static void
both_versions(void)
{
	begin(V1_GROUPS, V1_MOUNTS);
	put(V1_MEMORY "a/b/memory.limit_in_bytes", "314572800\n");
	put("sys/fs/cgroup/unified/a/memory.max", "209715200\n");
	CHECK(machine_memory(root) == 200 * MIB);
	put("sys/fs/cgroup/unified/a/memory.max", "max\n");
	CHECK(machine_memory(root) == 300 * MIB);
}

/* What is mounted is our group alone, under the path that the host has for it, or under
 * one of its own; the folder above is not ours. */
static void
containers(void)
{
	static const char *const groups[] = { "4:memory:/docker/12ab\n", "4:memory:/\n",
		"4:memory:/../../elsewhere\n", "4:memory:/not/there\n" };
	for (size_t i = 0; i < G_N_ELEMENTS(groups); i++) {
		begin(groups[i], "34 30 0:31 /docker/12ab /sys/fs/cgroup/memory rw - "
				 "cgroup cgroup rw,memory\n");
		put("sys/fs/cgroup/memory.limit_in_bytes", "1048576\n");
		put(V1_MEMORY "memory.limit_in_bytes", "314572800\n");
		CHECK(machine_memory(root) == 300 * MIB);
	}
	begin("0::/kube pods/a:b\n", "29 22 0:26 /kube\\040pods /sys/fs/c\\040g rw - "
				     "cgroup2 none rw\n");
	put("sys/fs/c g/a:b/memory.max", "10485760\n");
	CHECK(machine_memory(root) == 10 * MIB);
}

static void
nonsense(void)
{
	static const char *const limits[] = { "", "\n", "-5\n", "lots\n", "12 MiB\n",
		"99999999999999999999999\n", "0x10\n" };
	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		begin("0::/\n", V2_MOUNT);
		put("sys/fs/cgroup/memory.max", limits[i]);
		put("sys/fs/cgroup/cpu.max", limits[i]);
		CHECK(machine_memory(root) == 1024 * MIB);
		CHECK(isinf(machine_quota(root)));
	}
	put("sys/fs/cgroup/memory.max", "314572800\n");
	put("sys/fs/cgroup/cpu.max", "1 0\n");
	put("sys/fs/cgroup/memory.current", "many\n");
	put("sys/fs/cgroup/memory.stat", "inactive_file -1\n");
	CHECK(machine_memory(root) == 300 * MIB);
	CHECK(isinf(machine_quota(root)));
	begin("::::\n\n4:memory\n0:\n", "- -\n1 2 3\n29 22 0:26 / /x rw - cgroup2\n");
	CHECK(machine_memory(root) == 1024 * MIB);
	put("proc/meminfo", "MemTotal: 1 kB\n");
	CHECK(machine_memory(root) == SIZE_MAX);
	CHECK(machine_memory("/nonexistent") == SIZE_MAX);
	CHECK(isinf(machine_quota("/nonexistent")));
}

/* ---- this process, as a child may be kept short ---- */

static bool
in_child(bool (*is_right)(void))
{
	int status;
	pid_t pid = fork();
	if (pid == 0)
		_exit(is_right() ? 0 : 1);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static bool
with_limits(void)
{
	const struct rlimit as = { 700 * MIB, RLIM_INFINITY },
			    data = { 600 * MIB, RLIM_INFINITY };
	bool right = setrlimit(RLIMIT_AS, &as) == 0 && machine_memory_each() == 700 * MIB;
	return right && setrlimit(RLIMIT_DATA, &data) == 0 &&
	       machine_memory_each() == 600 * MIB;
}

static bool
on_one_processor(void)
{
	return processor_keep_to(processor_last()) && processor_count() == 1;
}

int
main(void)
{
	version_1();
	version_1_quota();
	version_2();
	both_versions();
	containers();
	nonsense();
	remove_all(root);
	if (!CHECK_SANITIZED) /* terabytes of shadow are above any limit */
		CHECK(in_child(with_limits));
	CHECK(in_child(on_one_processor));
	CHECK(processor_count() >= 1 && machine_memory("") > 0);
	return check_finish();
}
