/* test_malloc.c VARIANT: fail the n-th malloc of one index's life, for n = 1, 2, ...
 * until a life gets through without reaching its n, with only that call failing; and for
 * some of them with every later one failing too. It is malloc that fails, and so those are
 * tested, too, that take no ab_alloc (AB_OWN_ALLOC), which test_oom.c cannot reach.
 *
 * Each life is in a process of its own. One that declares AB_OOM_EXITS may end it, but
 * must not go on with wrong answers; any other must refuse, having changed nothing, or
 * be right, and leave no block behind.
 *
 * malloc and its kin are this program's, over glibc's; a sanitizer has that place to
 * itself. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "contract/rng.h"
#include "kit/suites.h"

/* ---- a malloc that fails ---- */

static struct {
	bool on;          /* now */
	uint64_t calls;   /* while on */
	uint64_t fail_at; /* the call that fails, counted from 1 */
	bool later;       /* and those after it */
	int64_t live;     /* blocks */
} faults;

#if !CHECK_SANITIZED

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);
extern void *__libc_memalign(size_t align, size_t size);
extern void __libc_free(void *p);

static bool
fails(void)
{
	if (!faults.on)
		return false;
	faults.calls++;
	bool failing = faults.calls == faults.fail_at ||
		       (faults.later && faults.calls > faults.fail_at);
	if (failing)
		errno = ENOMEM;
	return failing;
}

static void *
counted(void *p)
{
	faults.live += p != NULL;
	return p;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : counted(__libc_malloc(size));
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : counted(__libc_calloc(n, size));
}

void *
realloc(void *p, size_t size)
{
	if (!p)
		return malloc(size);
	return fails() ? NULL : __libc_realloc(p, size);
}

void *
memalign(size_t align, size_t size)
{
	return fails() ? NULL : counted(__libc_memalign(align, size));
}

void *
aligned_alloc(size_t align, size_t size)
{
	return memalign(align, size);
}

int
posix_memalign(void **p, size_t align, size_t size)
{
	*p = memalign(align, size);
	return *p ? 0 : ENOMEM;
}

void
free(void *p)
{
	faults.live -= p != NULL;
	__libc_free(p);
}

#endif

/* ---- one life ---- */

enum { KEYS = 300, KEY_ROOM = 64 };

struct life {
	const struct ab_variant *v;
	struct ab_index *t;
	size_t held, refused, wrong;
};

static struct ab_entry entries[KEYS]; /* strictly increasing */

/* Short and long ones, the short a prefix of the long. */
static void
make_entries(void)
{
	static char bytes[KEYS][KEY_ROOM];
	for (size_t i = 0; i < KEYS; i++) {
		int n = snprintf(bytes[i], KEY_ROOM, "key/%03zu%s", i / 2,
			i % 2 ? "/this one goes on for some more bytes" : "");
		struct ab_key k = { (const uint8_t *)bytes[i], (size_t)n };
		entries[i] = (struct ab_entry){ k, rng_mix(i) };
	}
}

static bool
holds(const struct life *l, const struct ab_entry *e)
{
	uint64_t value = 0;
	return l->v->get(l->t, e->key, &value) == AB_OK && value == e->value;
}

/* Put what is not there; if it is refused, again when there is memory. */
static void
put_new(struct life *l, const struct ab_entry *e)
{
	uint64_t value;
	faults.on = true;
	enum ab_status status = l->v->put(l->t, e->key, e->value);
	faults.on = false;
	if (status == AB_ENOMEM) {
		l->refused++;
		l->wrong += l->v->get(l->t, e->key, &value) != AB_NOT_FOUND;
		l->wrong += l->v->count(l->t) != l->held;
		status = l->v->put(l->t, e->key, e->value);
	}
	l->wrong += status != AB_OK;
	l->held++;
	l->wrong += l->v->count(l->t) != l->held || !holds(l, e);
}

static void
put_again(struct life *l, const struct ab_entry *e)
{
	const struct ab_entry other = { e->key, ~e->value };
	faults.on = true;
	enum ab_status status = l->v->put(l->t, e->key, ~e->value);
	faults.on = false;
	l->refused += status == AB_ENOMEM;
	l->wrong += status != AB_REPLACED && status != AB_ENOMEM;
	l->wrong += !holds(l, status == AB_REPLACED ? &other : e);
	l->wrong += l->v->put(l->t, e->key, e->value) != AB_REPLACED;
}

static void
build(struct life *l)
{
	faults.on = true;
	enum ab_status status = l->v->build(l->t, entries, KEYS);
	faults.on = false;
	if (status == AB_ENOMEM) {
		l->refused++;
		l->wrong += l->v->count(l->t) != 0;
		status = l->v->build(l->t, entries, KEYS);
	}
	l->wrong += status != AB_OK;
	l->held = KEYS;
}

static void
scan(struct life *l)
{
	size_t visits = 0;
	faults.on = true;
	enum ab_status status = l->v->scan(
		l->t, (struct ab_range){ 0 }, count_visit, &visits);
	faults.on = false;
	l->wrong += status != AB_ENOMEM && (status != AB_OK || visits != KEYS);
}

static void
all_held(struct life *l)
{
	for (size_t i = 0; i < KEYS; i++)
		l->wrong += !holds(l, &entries[i]);
	l->wrong += l->v->count(l->t) != KEYS;
	l->wrong += l->v->check && l->v->check(l->t) != NULL;
}

static void
empty(struct life *l)
{
	faults.on = true;
	for (size_t i = 0; i < KEYS; i++)
		l->wrong += l->v->del(l->t, entries[i].key) != AB_OK;
	faults.on = false;
	l->wrong += l->v->count(l->t) != 0;
	l->wrong += l->v->check && l->v->check(l->t) != NULL;
}

static void
live(struct life *l)
{
	for (size_t i = 0; l->v->put && i < KEYS; i++)
		put_new(l, &entries[i * 7 % KEYS]); /* 7 and 300: every one, scattered */
	if (!l->v->put)
		build(l);
	all_held(l);
	for (size_t i = 0; l->v->put && i < KEYS; i++)
		put_again(l, &entries[i]);
	if (l->v->scan)
		scan(l);
	all_held(l);
	if (l->v->del)
		empty(l);
}

/* How a life ended, as its process's exit status, or by whatever ended that. */
enum end { UNREACHED = 100, REFUSED, RIGHT, WRONG, ENDED };

static enum end
one_life(const struct ab_variant *v)
{
	struct life l = { .v = v };
	int64_t before = faults.live;
	faults.on = true;
	l.t = v->create(NULL);
	faults.on = false;
	if (l.t) {
		live(&l);
		v->destroy(l.t);
	}
	/* Those that end the process need not tidy up first. */
	l.wrong += !(v->caps & AB_OOM_EXITS) && faults.live != before;
	if (l.wrong)
		return WRONG;
	if (faults.calls < faults.fail_at)
		return l.t ? UNREACHED : WRONG;
	return l.t && !l.refused ? RIGHT : REFUSED;
}

/* ---- all of them ---- */

static enum end
in_a_process(const struct ab_variant *v, uint64_t n, bool later)
{
	int status;
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
		if (v->caps & AB_OOM_EXITS)
			dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		faults.fail_at = n;
		faults.later = later;
		_exit((int)one_life(v));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("test_malloc: cannot run a process");
		exit(1);
	}
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : ENDED;
	return code >= UNREACHED && code < ENDED ? (enum end)code : ENDED;
}

static void
sweep(const struct ab_variant *v, bool later)
{
	bool may_end = v->caps & AB_OOM_EXITS;
	size_t ends[ENDED + 1] = { 0 };
	enum end end = RIGHT;
	for (uint64_t n = 1; end != UNREACHED; n++) {
		end = in_a_process(v, n, later);
		ends[end]++;
		if (!CHECK(end != WRONG && (may_end || end != ENDED)))
			fprintf(stderr, "  %s: %s at malloc number %" PRIu64 "%s\n",
				v->name, end == WRONG ? "wrong" : "ended", n,
				later ? " and later" : "");
		/* A process that ends takes long, and tells little; and where all fails from
		 * the next n on is much the same. */
		if (may_end || later)
			n += n / 16;
	}
	printf("%s: refused %zu, right all the same %zu, ended %zu\n",
		later ? "one and all later" : "one call", ends[REFUSED], ends[RIGHT],
		ends[ENDED]);
	/* A sweep that refuses nothing tests nothing, and who never ends must not say so. */
	CHECK(may_end ? ends[ENDED] > 0 : ends[REFUSED] > 0);
}

int
main(int argc, char **argv)
{
	const struct ab_variant *v = argc == 2 ? ab_variant_named(argv[1]) : NULL;
	if (!v) {
		fprintf(stderr, "usage: test_malloc VARIANT\n");
		return 2;
	}
	if (v->caps & AB_HOLDS_NOTHING)
		return check_skip("holds nothing");
#if CHECK_SANITIZED
	return check_skip("a sanitizer has the place of malloc to itself");
#endif
	make_entries();
	sweep(v, false);
	sweep(v, true);
	return check_finish();
}
