/* notes.h: what the sources of notes share.
 *
 * Ownership: notes own their text. Errors: none. Threads: one. */
#ifndef AB_NOTES_H
#define AB_NOTES_H

#include "report.h"

/* One more in a list of names. */
void notes_append_name(GString *out, const char *name);
/* What the contestants are: how they are filled, what is not counted of them, whose
 * code they are. */
void notes_variants(GPtrArray *notes, const struct report_about *a);

/* One more note. */
void report_note(GPtrArray *notes, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif /* AB_NOTES_H */
