/* audit.h: can what a results directory says be believed as far as it can be checked? That
 * its run ended and says which keys it is about; that its rows agree with each other; that
 * its summary.tsv follows from them. That its times were measured nobody can check.
 *
 * Ownership: borrows everything. Errors: false and a one-line message that begins with
 * what is wrong, not with a path. Threads: one. */
#ifndef AB_AUDIT_H
#define AB_AUDIT_H

#include "kept/record.h"

/* The run. `summary` is the text of its summary.tsv; NULL: it has none. Columns of it that
 * tell what a variant is called are those of the program that wrote it, and not looked at;
 * those that it lacks need not be there. */
bool audit_run(const struct record *r, const char *summary, GError **error);

#endif /* AB_AUDIT_H */
