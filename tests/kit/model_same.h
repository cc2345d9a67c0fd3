/* model_same.h: what model.c is made of: answers of the index under test against the
 * oracle's (model_same.c), and operations on both (model_perform.c).
 *
 * All but the lists return false where they differ, having said so (AGREE of model.h).
 * Ownership: lists are the caller's, their keys the oracle's. Threads: one a model. */
#ifndef MODEL_SAME_H
#define MODEL_SAME_H

#include "model.h"

/* The oracle's entries (struct ab_entry) in a range. */
GArray *same_list(const struct model *m, struct ab_range r);
const struct ab_entry *same_entry(const GArray *list, size_t i);

bool same_status(struct model *m, const char *operation, struct ab_key k,
	enum ab_status found, enum ab_status expected);
bool same_get(struct model *m, struct ab_key k);
bool same_gets(struct model *m, const GArray *all);
/* scan of `r`, stopping at that visit, and last. */
bool same_range(struct model *m, struct ab_range r, size_t stop);
bool same_prefix(struct model *m, struct ab_key prefix, size_t stop);
/* Of each key in `all`, its predecessor by last. */
bool same_before(struct model *m, const GArray *all);

/* Do `op` on both, and compare what it says. */
bool model_perform(struct model *m, const struct ops_op *op);
/* One step more is done: what must hold after each. */
bool model_step_is_right(struct model *m);
/* A structure without put is brought up to date before it is looked at. */
bool model_freshen(struct model *m);

#endif /* MODEL_SAME_H */
