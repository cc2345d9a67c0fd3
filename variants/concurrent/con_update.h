/* con_update.h: update: what becomes of a key is asked while nobody else can change it.
 *
 * It holds the writers' lock, and the leaf if there is one (con_hold.h). So all of it takes effect
 * at once: AB_KEEP where the value is read, the others by their one store. What is asked may read
 * the index, by calls that take the lock, too: those find out whose it is (con_lock_to_read). It
 * must not fork, which takes all locks.
 *
 * A removal needs room for what it retires, and cannot ask twice. So room is made before. If
 * there is none it waits for readers to leave; in a scan's visitor it would wait for itself:
 * there it asks, and only then says AB_ENOMEM, if the answer needs room.
 *
 * Threads: any number. */
#ifndef CON_UPDATE_H
#define CON_UPDATE_H

#include "con_del.h"

static enum ab_status
con_update_leaf(struct ab_index *t, struct con_trail *w, struct ab_key key,
	ab_change *change, void *arg, bool room)
{
	struct con_leaf *leaf = w->leaf;
	enum ab_status status = AB_OK;
	con_hold(leaf);
	uint64_t old = con_value(leaf), value = old;
	switch (con_ask(t, change, arg, &old, &value)) {
	case AB_REMOVE:
		if (room) {
			con_remove(t, w, key);
			return AB_OK;
		}
		status = AB_ENOMEM;
		break;
	case AB_PUT:
		con_set_value(leaf, value);
		status = AB_REPLACED;
		break;
	case AB_KEEP: break;
	}
	con_let_go(leaf);
	return status;
}

static enum ab_status
con_update_none(struct ab_index *t, struct con_trail *w, struct ab_key key,
	enum con_stop stop, ab_change *change, void *arg)
{
	uint64_t value = 0;
	if (con_ask(t, change, arg, NULL, &value) != AB_PUT)
		return AB_NOT_FOUND;
	struct con_leaf *leaf = con_new_leaf(t, key, value);
	if (!leaf)
		return AB_ENOMEM;
	if (con_room(t, CON_ROOM) && con_insert(t, w, key, stop, leaf))
		return AB_OK;
	ab_free(t->mem, leaf, CON_LEAF_BYTES + key.n);
	return AB_ENOMEM;
}

static enum ab_status
con_update(struct ab_index *t, struct ab_key key, ab_change *change, void *arg)
{
	struct con_trail w;
	if (key.n > CON_MAX_KEY)
		return AB_EKEY;
	key = con_key(key);
	for (;;) {
		enum ab_status status = AB_OK;
		con_stay own = epoch_enter();
		if (own)
			con_look(t, &w, key);
		enum con_stop stop = con_begin(t, &w, key, own);
		bool room = stop != CON_FOUND || con_room(t, CON_ROOM);
		bool asks = room || epoch_inside();
		if (asks)
			status = stop == CON_FOUND
					 ? con_update_leaf(t, &w, key, change, arg, room)
					 : con_update_none(t, &w, key, stop, change, arg);
		con_settle(t);
		con_unlock(t);
		if (asks)
			return status;
		sched_yield(); /* for readers to leave */
	}
}
#endif /* CON_UPDATE_H */
