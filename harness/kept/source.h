/* source.h: the tree that this program was built in, as git knows it.
 *
 * Git is asked about that tree alone: variables that would lead it to another one, as
 * hooks and `git rebase --exec` have them, are not passed on to it.
 *
 * Ownership: source_changes_clear frees what source_changes fills in. Errors: as each
 * function says. Threads: one. */
#ifndef AB_SOURCE_H
#define AB_SOURCE_H

#include <stdio.h>
#include <glib.h>

/* Where it is: a test has another. */
extern const char *source_root;

/* The revision: $ARTBENCH_REVISION, else what git says now, with "-dirty" if files differ
 * or are new to git, those in results/ aside; else "unknown", and why in `*why`, a line
 * to be freed, unless the tree is none of git's, which is NULL. */
char *source_revision(char **why);

/* How the tree differs from a revision that ends in "-dirty". */
struct source_changes {
	GString *diff;  /* for `git apply`; NULL: is not kept */
	char *left_out; /* what is not in it; NULL: nothing */
};

/* Results keep so many bytes of them. */
enum { SOURCE_CHANGES_MOST = 4 << 20 };
#define SOURCE_CHANGES_FILE "changes.diff"

void source_changes(const char *revision, struct source_changes *x);
void source_changes_clear(struct source_changes *x);
/* A disk_writer of x->diff; `x` is a struct source_changes. */
void source_write_diff(FILE *out, const void *x);
/* What env.txt says of them: nothing, if the revision is not dirty. */
void source_put_changes(FILE *out, const struct source_changes *x);

#endif /* AB_SOURCE_H */
