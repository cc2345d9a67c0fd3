/* rwlock_glib.h: the lock around any structure (variants/lock/rwlock.h) with GLib's own
 * GRWLock in it: for the baselines that a GLib program would make thread-safe so.
 *
 * Errors and threads: as rwlock.h has them. */
#ifndef RWLOCK_GLIB_H
#define RWLOCK_GLIB_H

#include <glib.h>

#define RW_LOCK GRWLock

static inline int
rw_init(RW_LOCK *lock)
{
	g_rw_lock_init(lock);
	return 0;
}

static inline void
rw_fini(RW_LOCK *lock)
{
	g_rw_lock_clear(lock);
}

static inline void
rw_read(RW_LOCK *lock)
{
	g_rw_lock_reader_lock(lock);
}

static inline void
rw_read_end(RW_LOCK *lock)
{
	g_rw_lock_reader_unlock(lock);
}

static inline void
rw_write(RW_LOCK *lock)
{
	g_rw_lock_writer_lock(lock);
}

static inline void
rw_write_end(RW_LOCK *lock)
{
	g_rw_lock_writer_unlock(lock);
}

#include "../variants/lock/rwlock.h"
#endif /* RWLOCK_GLIB_H */
