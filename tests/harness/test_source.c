/* test_source.c: the revision of a source tree and how it differs from it, in a
 * repository of the test's own. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include "kit/check.h"
#include "kept/source.h"

static char *temp;

/* `sh -c TEXT` in the folder; what it prints, without the last newline. */
static char *
sh(const char *text)
{
	char *const argv[] = { "sh", "-ec", (char *)text, NULL };
	char *out = NULL;
	int status = 1;
	g_assert_true(g_spawn_sync(temp, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL,
		NULL, &out, NULL, &status, NULL));
	if (!CHECK(g_spawn_check_wait_status(status, NULL)))
		fprintf(stderr, "  %s\n", text);
	return g_strchomp(out);
}

static void
run(const char *text)
{
	g_free(sh(text));
}

static void
begin(void)
{
	temp = g_dir_make_tmp("test_source.XXXXXX", NULL);
	g_assert_nonnull(temp);
	g_setenv("HOME", temp, TRUE);
	g_setenv("XDG_CONFIG_HOME", temp, TRUE);
	g_setenv("GIT_CONFIG_NOSYSTEM", "1", TRUE);
	g_unsetenv("ARTBENCH_REVISION");
	run("git config --global user.name nobody; git config --global user.email none; "
	    "git config --global core.fsync none\n"
	    "for tree in tree other; do\n"
	    "  git init -q $tree; cd $tree; mkdir results\n"
	    "  seq 100 >numbers; printf 'a\\0b' >bytes; seq 9 >gone\n"
	    "  git add .; git commit -qm $tree; cd ..\n"
	    "done");
	source_root = g_build_filename(temp, "tree", NULL);
}

static bool
revision_is(const char *wanted)
{
	g_autofree char *why = NULL, *revision = source_revision(&why);
	bool same = strcmp(revision, wanted) == 0;
	if (!same)
		fprintf(stderr, "  %s in place of %s\n", revision, wanted);
	return same && !why;
}

/* What names another tree in a hook, or turns the meaning of a path around. */
static void
led_astray(const char *revision)
{
	static const char *const names[] = { "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE",
		"GIT_LITERAL_PATHSPECS", "GIT_TRACE" };
	g_autofree char *dir = g_build_filename(temp, "other", ".git", NULL);
	g_autofree char *tree = g_build_filename(temp, "other", NULL);
	g_autofree char *index = g_build_filename(dir, "index", NULL);
	const char *const values[] = { dir, tree, index, "1", "1" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_setenv(names[i], values[i], TRUE);
	CHECK(revision_is(revision));
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_unsetenv(names[i]);
}

static void
change_all(void)
{
	run("cd tree\n"
	    "sed -i s/50/fifty/ numbers; printf 'a\\0c' >bytes; rm gone\n"
	    "mkdir -p 'a dir'; echo new >'a dir/quote\"d'; printf '\\377\\0' >new.bin\n"
	    "echo mine >\"$(printf 'latin\\374')\"; : >empty; ln -s numbers link\n"
	    "head -c 4200000 /dev/zero >large; echo result >results/kept\n"
	    "echo noise >ignored.o; echo '*.o' >.git/info/exclude");
}

/* A fresh clone with the diff applied is the tree, but for what is left out. */
static void
is_all_of_it(const struct source_changes *x)
{
	g_autofree char *path = g_build_filename(temp, SOURCE_CHANGES_FILE, NULL);
	FILE *out = fopen(path, "we");
	if (!CHECK(out && x->diff))
		return;
	source_write_diff(out, x);
	fclose(out);
	run("git clone -q tree again; cd again; git apply ../" SOURCE_CHANGES_FILE);
	g_autofree char *unlike = sh(
		"diff -rq --no-dereference -x .git tree again | sort || :");
	if (!CHECK(strcmp(unlike, "Only in tree: ignored.o\nOnly in tree: large\n"
				  "Only in tree: link\nOnly in tree: results") == 0))
		fprintf(stderr, "%s\n", unlike);
	CHECK(g_strcmp0(x->left_out, "large, link") == 0);
	run("rm -r again");
}

static char *
env_lines(const struct source_changes *x)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	source_put_changes(out, x);
	fclose(out);
	return text;
}

static void
changes_are(const char *revision, const char *lines)
{
	struct source_changes x;
	source_changes(revision, &x);
	char *text = env_lines(&x);
	if (!CHECK(strcmp(text, lines) == 0))
		fprintf(stderr, "  %s", text);
	free(text);
	source_changes_clear(&x);
}

static void
differs(const char *revision)
{
	struct source_changes x;
	g_autofree char *dirty = g_strconcat(revision, "-dirty", NULL);
	changes_are(revision, "");
	change_all();
	CHECK(revision_is(dirty));
	led_astray(dirty);
	source_changes(dirty, &x);
	is_all_of_it(&x);
	source_changes_clear(&x);
	changes_are(dirty, "changes=changes.diff\nchanges_left_out=large, link\n");
	changes_are("0123456-dirty", "changes_left_out=the tree is another one by now\n");
	run("cd tree; seq 700000 >numbers");
	changes_are(dirty, "changes=changes.diff\nchanges_left_out=changes of files that "
			   "git knows, over 4 MiB, large, link\n");
}

/* Git's own words, in one line. */
static void
is_refused(void)
{
	g_autofree char *why = NULL, *none = NULL, *revision = NULL;
	if (geteuid() == 0) {
		run("chown -R 12345 tree");
		revision = source_revision(&why);
		CHECK(strcmp(revision, "unknown") == 0);
		CHECK(why && strstr(why, "dubious ownership") &&
			strstr(why, "--add safe.directory") && !strchr(why, '\n'));
	}
	run("rm -r tree/.git/*");
	g_clear_pointer(&revision, g_free);
	revision = source_revision(&none);
	CHECK(strcmp(revision, "unknown") == 0 && none && strstr(none, "fatal: "));
	g_clear_pointer(&none, g_free);
	run("rm -r tree/.git");
	CHECK(revision_is("unknown"));
	g_setenv("ARTBENCH_REVISION", "given", TRUE);
	CHECK(revision_is("given"));
}

int
main(void)
{
	begin();
	g_autofree char *revision = sh("git -C tree rev-parse --short HEAD");
	CHECK(revision_is(revision));
	led_astray(revision);
	differs(revision);
	is_refused();
	run("rm -rf \"$PWD\"");
	return check_finish();
}
