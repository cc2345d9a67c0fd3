/* source.c: see source.h. */
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "build_config.h"
#include "env.h"
#include "source.h"

const char *source_root = BUILD_SOURCE_ROOT;

/* What git says, of all but results. */
#define HERE "--", ".", ":!results"

/* Ours, less what git takes for orders about which tree, index and files are meant; where
 * its settings are stays, for they may say that this tree is to be trusted. */
static char **
environment(void)
{
	static const char *const kept[] = { "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
		"GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH", NULL };
	g_auto(GStrv) names = g_listenv();
	char **env = g_get_environ();
	for (char **name = names; *name; name++)
		if (g_str_has_prefix(*name, "GIT_") && !g_strv_contains(kept, *name))
			env = g_environ_unsetenv(env, *name);
	return g_environ_setenv(env, "LC_ALL", "C", TRUE);
}

/* Lines made one. */
static char *
one_line(const char *text)
{
	g_auto(GStrv) words = g_strsplit_set(text, " \t\r\n", 0);
	GString *line = g_string_new(NULL);
	for (char **word = words; *word; word++)
		if (**word)
			g_string_append_printf(line, "%s%s", line->len ? " " : "", *word);
	return g_string_free(line, FALSE);
}

/* What git prints in the source tree. NULL: it failed, with a status above `most`, and
 * `*why` is what it said; `why` may be NULL. */
static char *
git(const char *const *words, int most, char **why)
{
	g_auto(GStrv) env = environment();
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *out = NULL, *err = NULL;
	int status = 0;
	g_ptr_array_add(argv, (gpointer) "git");
	g_ptr_array_add(argv, (gpointer) "--no-optional-locks");
	for (; *words; words++)
		g_ptr_array_add(argv, (gpointer)*words);
	g_ptr_array_add(argv, NULL);
	bool ran = g_spawn_sync(source_root, (char **)argv->pdata, env,
		G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err, &status, &error);
	if (ran && WIFEXITED(status) && WEXITSTATUS(status) <= most)
		return g_steal_pointer(&out);
	if (why)
		*why = one_line(ran ? err : error->message);
	return NULL;
}

#define GIT(most, why, ...) git((const char *const[]){ __VA_ARGS__, NULL }, most, why)

/* As scripts/run_all.sh has it, which names folders by it. */
static char *
revision_now(char **why)
{
	/* Of this tree, not of a repository it was unpacked into. */
	g_autofree char *dir = g_build_filename(source_root, ".git", NULL);
	bool own = g_file_test(dir, G_FILE_TEST_EXISTS);
	g_autofree char *head = own ? GIT(0, why, "rev-parse", "--short", "HEAD") : NULL;
	if (!head)
		return g_strdup("unknown");
	g_autofree char *changes = GIT(
		0, NULL, "status", "--porcelain", "--untracked-files=normal", HERE);
	return g_strconcat(g_strchomp(head), changes && !*changes ? "" : "-dirty", NULL);
}

char *
source_revision(char **why)
{
	const char *given = g_getenv("ARTBENCH_REVISION");
	*why = NULL;
	return given && *given ? g_strdup(given) : revision_now(why);
}

/* ---- how the tree differs from it ---- */

#define DIFF                                                                             \
	"diff", "--binary", "--no-color", "--no-ext-diff", "--no-textconv",              \
		"--src-prefix=a/", "--dst-prefix=b/"

static void
leave_out(struct source_changes *x, const char *what)
{
	char *all = g_strconcat(
		x->left_out ? x->left_out : "", x->left_out ? ", " : "", what, NULL);
	g_free(x->left_out);
	x->left_out = all;
}

/* Append a diff, if there is room for it. */
static bool
append(struct source_changes *x, const char *diff)
{
	if (!diff || strlen(diff) >= SOURCE_CHANGES_MOST - x->diff->len)
		return false;
	g_string_append(x->diff, diff);
	return true;
}

/* A name as git prints it, with quotes and escapes if need be. */
static char *
plain_name(const char *printed)
{
	size_t n = strlen(printed);
	if (*printed != '"' || n < 2)
		return g_strdup(printed);
	g_autofree char *inside = g_strndup(printed + 1, n - 2);
	return g_strcompress(inside);
}

/* A file that is new to git. */
static void
append_new(struct source_changes *x, const char *printed)
{
	struct stat st;
	g_autofree char *name = plain_name(printed), *diff = NULL;
	g_autofree char *path = g_build_filename(source_root, name, NULL);
	bool small = lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		     st.st_size < SOURCE_CHANGES_MOST;
	if (small) /* which always differs from nothing, hence status 1 */
		diff = GIT(1, NULL, DIFF, "--no-index", "--", "/dev/null", name);
	if (!append(x, diff))
		leave_out(x, printed);
}

void
source_changes(const char *revision, struct source_changes *x)
{
	*x = (struct source_changes){ 0 };
	if (!g_str_has_suffix(revision, "-dirty"))
		return;
	g_autofree char *now = revision_now(NULL);
	if (strcmp(now, revision) != 0) {
		leave_out(x, "the tree is another one by now");
		return;
	}
	x->diff = g_string_new(NULL);
	g_autofree char *known = GIT(0, NULL, DIFF, "HEAD", HERE);
	if (!append(x, known))
		leave_out(x, "changes of files that git knows, over 4 MiB");
	g_autofree char *others = GIT(
		0, NULL, "ls-files", "--others", "--exclude-standard", HERE);
	g_auto(GStrv) names = g_strsplit(others ? others : "", "\n", 0);
	for (char **name = names; *name && **name; name++)
		append_new(x, *name);
	if (!x->diff->len) {
		g_string_free(x->diff, TRUE);
		x->diff = NULL;
	}
}

void
source_changes_clear(struct source_changes *x)
{
	if (x->diff)
		g_string_free(x->diff, TRUE);
	g_free(x->left_out);
	*x = (struct source_changes){ 0 };
}

void
source_write_diff(FILE *out, const void *x)
{
	const struct source_changes *c = x;
	fwrite(c->diff->str, 1, c->diff->len, out);
}

void
source_put_changes(FILE *out, const struct source_changes *x)
{
	if (x->diff)
		env_put(out, "changes", SOURCE_CHANGES_FILE);
	if (x->left_out)
		env_put(out, "changes_left_out", "%s", x->left_out);
}
