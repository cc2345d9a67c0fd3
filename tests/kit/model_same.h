/* model_same.h: what model.c is made of: answers of the index under test against the
 * oracle's (model_same.c), and operations on both (model_perform.c, those that change their
 * keys in model_change.c).
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
/* scan of `r`, stopping at that visit, and the first visit of scan_back. */
bool same_range(struct model *m, struct ab_range r, size_t stop);
bool same_prefix(struct model *m, struct ab_key prefix, size_t stop);
/* scan_back, of all, and below each key in `all` as far as its predecessor. */
bool same_before(struct model *m, const GArray *all);
/* get_many of these keys. */
bool same_many(struct model *m, const struct ab_key *keys, size_t n);
/* What only ordered variants have: scan_values, scan_back, scan_nth from the rank of a key on, and
 * rank. Of others nothing is asked. */
bool same_values(struct model *m, struct ab_range r, size_t stop);
bool same_back(struct model *m, struct ab_range r, size_t stop);
bool same_nth(struct model *m, struct ab_key k, size_t stop);
bool same_rank(struct model *m, struct ab_key k);
/* get_many, scan_nth and rank of all there is; where that is not the variant's own but what
 * ab.h makes of a scan, of some of it. */
bool same_places(struct model *m, const GArray *all);

/* Do `op` on both, and compare what it says. */
bool model_perform(struct model *m, const struct ops_op *op);
/* Of put, del, update and del-range. */
bool model_change(struct model *m, const struct ops_op *op);
/* Does all its memory come from the meter? And may that have refused something since it
 * had so many calls? */
bool model_is_counted(const struct model *m);
bool model_starved_since(const struct model *m, uint64_t calls);
/* One step more is done: what must hold after each. */
bool model_step_is_right(struct model *m);
/* A structure without put is brought up to date before it is looked at. */
bool model_freshen(struct model *m);

#endif /* MODEL_SAME_H */
