/* wrap.h: any variant behind a lock of many readers or one writer, made at run time; see
 * rwlock.h, which says what visitors may do and what a fork leaves.
 *
 * Ownership: as ab.h has it; `inner` must outlive what wears it. Errors: as each says.
 * Threads: ab_rwlock_wrap any number; of the functions of `*out`, as rwlock.h has it. */
#ifndef AB_RWLOCK_WRAP_H
#define AB_RWLOCK_WRAP_H

#include "ab.h"

/* The vtable of `inner` behind the lock: its name, label and all else that it says of
 * itself are `inner`'s, its functions those of the lock, where `inner` has them, and
 * caps tells that any number of threads may read and write. Its create is NULL, for
 * create is told of no variant: ab_rwlock_create takes its place. */
void ab_rwlock_wrap(const struct ab_variant *inner, struct ab_variant *out);

/* An empty index of `inner` behind a lock, for the functions of ab_rwlock_wrap. NULL: no
 * memory. */
struct ab_index *
ab_rwlock_create(const struct ab_variant *inner, const struct ab_alloc *mem);

#endif /* AB_RWLOCK_WRAP_H */
