/* con_hold.h: who may change a leaf's value, and that a leaf has gone by an update.
 *
 * An update asks what is to become of the value that it has read: until that is done no put may
 * change it, and after a removal none may take the leaf for one that is there. A put of a key
 * that is there takes no lock, so both hold the leaf, by the top bit of its key's length: the put
 * for one store, the update, which has the writers' lock, too, while it asks. A leaf that an
 * update removes is held for good. A put that does not get it takes the lock, under which no
 * update is, and looks again. Without an update beside it, del needs none of this: a put into
 * its leaf took effect just before.
 *
 * Who holds it as a put says so in the thread's epoch record, so that a fork's child lets go.
 *
 * Threads: any number. Without CON_THREADS nothing is held. */
#ifndef CON_HOLD_H
#define CON_HOLD_H

#include "retire.h"

#if CON_THREADS
enum { CON_HOLD_TRIES = 32 };
static_assert(EPOCH_HELD == CON_MAX_KEY + 1, "the bit that no length has");

static inline bool
con_try_hold(struct con_leaf *leaf)
{
	uint32_t n = __atomic_load_n(&leaf->held_n, __ATOMIC_RELAXED);
	return !(n & EPOCH_HELD) &&
	       __atomic_compare_exchange_n(&leaf->held_n, &n, n | EPOCH_HELD, false,
		       __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

static inline void
con_let_go(struct con_leaf *leaf)
{
	__atomic_store_n(&leaf->held_n, con_leaf_n(leaf), __ATOMIC_RELEASE);
}

/* Under the lock: the others are puts, which let go without waiting for anything. */
static inline void
con_hold(struct con_leaf *leaf)
{
	for (int tries = 0; !con_try_hold(leaf); tries++)
		if (tries < CON_HOLD_TRIES)
			ck_pr_stall();
		else
			sched_yield();
}

/* Let the leaf have another value, without the lock, in the stay in which it was found. False:
 * it is held. */
static inline bool
con_overwrite(con_stay own, struct con_leaf *leaf, uint64_t value)
{
	int tries = CON_HOLD_TRIES;
	bool held;
	epoch_holds(own, &leaf->held_n);
	while (!(held = con_try_hold(leaf)) && --tries)
		ck_pr_stall();
	if (held) {
		con_set_value(leaf, value);
		con_let_go(leaf);
	}
	epoch_holds(own, NULL);
	return held;
}
#else
static inline void
con_let_go(struct con_leaf *leaf)
{
	(void)leaf;
}

static inline void
con_hold(struct con_leaf *leaf)
{
	(void)leaf;
}

static inline bool
con_overwrite(con_stay own, struct con_leaf *leaf, uint64_t value)
{
	(void)own;
	con_set_value(leaf, value);
	return true;
}
#endif
#endif /* CON_HOLD_H */
