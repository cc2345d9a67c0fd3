/* save.c: memkv_save: a store to a snapshot file (snapshot.h), which is there as a whole or not
 * at all: it is written beside its place under another name, flushed to the disk, and renamed. What
 * it replaces is a regular file only, whose permissions it takes over. All names are within its
 * directory, so that they are no longer than the place's own path. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "encode.h"

struct saver {
	const char *path;
	bool replaces; /* a file that is there, which is */
	struct stat old;
	int directory, fd;
	enum memkv_status status;
	char place[PATH_MAX], link[PATH_MAX];
	const char *name; /* in the directory, where links have led */
	char beside[48];  /* the name there that it is written under */
	struct encoder encoder;
};

static enum memkv_status
system_said(struct saver *s, const char *what)
{
	return s->status = kv_fail_system(s->path, what);
}

/* Of an encoder whose `arg` is the saver. */
static bool
put_bytes(struct encoder *e, const uint8_t *p, size_t n, uint64_t at)
{
	const struct saver *s = e->arg;
	while (n) {
		ssize_t m = pwrite(s->fd, p, n, (off_t)at);
		if (m < 0 && errno == EINTR)
			continue;
		if (m <= 0) {
			errno = m < 0 ? errno : ENOSPC;
			e->status = kv_fail_system(s->path, "written");
			return false;
		}
		p += m;
		n -= (size_t)m;
		at += (uint64_t)m;
	}
	return true;
}

/* The head last: until then the file is none. */
static enum memkv_status
put_all(struct saver *s, const struct side *side)
{
	struct encoder *e = &s->encoder;
	if (!encode_entries(e, side) || !encode_index(e) || !encode_head(e))
		return s->status = e->status;
	if (fsync(s->fd) != 0)
		system_said(s, "flushed");
	return s->status;
}

/* ---- the file ---- */

/* From s->directory on to the directory that `path` names a file in, and take over the name; false:
 * errno says why not. */
static bool
enter(struct saver *s, const char *path, size_t n)
{
	if (n >= sizeof s->place) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(s->place, path, n);
	s->place[n] = '\0';
	char *slash = strrchr(s->place, '/');
	const char *directory = !slash ? "." : slash == s->place ? "/" : s->place;
	s->name = slash ? slash + 1 : s->place;
	if (slash)
		*slash = '\0';
	int from = s->directory;
	s->directory = openat(from, directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (from != AT_FDCWD)
		close(from);
	return s->directory >= 0;
}

/* Where symbolic links lead, be it to nothing yet: they stay, and what they lead to is replaced. */
static bool
find_place(struct saver *s)
{
	enum { LINKS = 40 };
	const char *to = s->path;
	size_t n = strlen(to);
	for (int i = 0; i <= LINKS; i++) {
		if (!enter(s, to, n)) {
			system_said(s, "created");
			return false;
		}
		ssize_t m = readlinkat(s->directory, s->name, s->link, sizeof s->link);
		if (m < 0)
			return true; /* what else may be wrong with it, open says */
		to = s->link;
		n = (size_t)m;
	}
	errno = ELOOP;
	system_said(s, "found");
	return false;
}

/* A device, a pipe or a directory is not taken away to put a file there. */
static bool
look(struct saver *s)
{
	s->replaces = stat(s->path, &s->old) == 0;
	if (!s->replaces && errno != ENOENT) {
		system_said(s, "examined");
		return false;
	}
	if (s->replaces && !S_ISREG(s->old.st_mode)) {
		s->status = kv_fail_file(MEMKV_EIO, s->path,
			"not a regular file, and so is not replaced; name a file, or "
			"what is not there yet");
		return false;
	}
	return find_place(s);
}

/* A new file in the place's directory, of a short name, however long the place's is. */
static bool
open_beside(struct saver *s)
{
	static atomic_uint counter;
	enum { TRIES = 100 };
	for (int i = 0; i < TRIES; i++) {
		snprintf(s->beside, sizeof s->beside, "memkv.%ld-%u.partial",
			(long)getpid(), atomic_fetch_add(&counter, 1));
		s->fd = openat(s->directory, s->beside,
			O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			s->replaces ? 0600 : 0666);
		if (s->fd >= 0 || errno != EEXIST)
			break;
	}
	if (s->fd < 0)
		system_said(s, "created");
	return s->fd >= 0;
}

/* As the file that is replaced has it. If its group cannot be kept, another one may do with it
 * what anybody may. */
static bool
keep_mode(struct saver *s)
{
	mode_t mode = s->old.st_mode & 0777;
	if (!s->replaces)
		return true;
	if (fchown(s->fd, (uid_t)-1, s->old.st_gid) != 0)
		mode = (mode & 0707) | (mode & 07) << 3;
	if (fchmod(s->fd, mode) == 0)
		return true;
	system_said(s, "given the mode of the old one");
	return false;
}

/* So that the new name survives a loss of power. Some file systems cannot, and say EINVAL. */
static bool
flush_directory(struct saver *s)
{
	int fd = openat(s->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool right = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
	if (!right)
		system_said(s, "flushed with its directory");
	if (fd >= 0)
		close(fd);
	return right;
}

static void
put_in_place(struct saver *s, const struct side *side)
{
	if (keep_mode(s))
		put_all(s, side);
	if (close(s->fd) != 0 && s->status == MEMKV_OK)
		system_said(s, "written");
	if (s->status == MEMKV_OK &&
		renameat(s->directory, s->beside, s->directory, s->name) != 0)
		system_said(s, "put in place");
	if (s->status != MEMKV_OK)
		unlinkat(s->directory, s->beside, 0);
	else
		flush_directory(s);
}

/* A file that may grow no more (RLIMIT_FSIZE) is a failure like others: the signal that comes with
 * it, and would end the process, is kept from the thread, and taken away unless one waited before. */
struct kept {
	sigset_t signal, was;
	bool waited;
};

static bool
waits(const struct kept *k)
{
	sigset_t waiting = k->was;
	return sigpending(&waiting) == 0 && sigismember(&waiting, SIGXFSZ);
}

static void
keep_signal(struct kept *k)
{
	sigemptyset(&k->signal);
	sigaddset(&k->signal, SIGXFSZ);
	pthread_sigmask(SIG_BLOCK, &k->signal, &k->was);
	k->waited = waits(k);
}

static void
let_signal(const struct kept *k)
{
	static const struct timespec now = { 0, 0 };
	if (!k->waited && waits(k))
		sigtimedwait(&k->signal, NULL, &now);
	pthread_sigmask(SIG_SETMASK, &k->was, NULL);
}

static enum memkv_status
save(struct saver *s, const struct side *side)
{
	struct kept kept;
	keep_signal(&kept);
	if (look(s) && open_beside(s))
		put_in_place(s, side);
	let_signal(&kept);
	if (s->directory >= 0)
		close(s->directory);
	return s->status;
}

enum memkv_status
memkv_save(const memkv *kv, const char *path)
{
	pthread_testcancel();
	KV_NOT_CANCELLED;
	struct visit visit;
	if (!path || !*path)
		return kv_fail(MEMKV_EINVAL, "there is no name for the file");
	enum memkv_status status = kv_visit(kv, &visit);
	if (status != MEMKV_OK)
		return status;
	struct saver *s = ab_alloc(&kv->from, sizeof *s);
	if (kv->free_value) {
		status = kv_fail_file(MEMKV_EUNSUPPORTED, path,
			"values that the store owns mean nothing in a file");
	} else if (!s) {
		status = kv_fail_file(MEMKV_ENOMEM, path, "out of memory to write it");
	} else {
		s->path = path;
		s->directory = AT_FDCWD;
		s->fd = -1;
		s->status = MEMKV_OK;
		encoder_init(&s->encoder, path, &kv->from);
		s->encoder.sink = put_bytes;
		s->encoder.arg = s;
		status = save(s, kv->now);
		encoder_free(&s->encoder);
	}
	if (s)
		ab_free(&kv->from, s, sizeof *s);
	kv_visit_done(kv, &visit);
	return status;
}
