/* watch.c: see watch.h. What runs in a handler is async-signal-safe. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "kit/trail.h"
#include "watch.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

enum { KEPT = 48, LINE = 512, STACK = 32 << 10, TICKS = 10 /* a second */ };

static const struct ab_variant *real;
static const char *suite;
static uint64_t seed;
static long seconds = WATCH_SECONDS;

/* What this thread did last. */
static _Thread_local struct {
	bool watched;
	const char *op, *within; /* the last one begun; the one that goes on, or NULL */
	uint64_t number;         /* of the last one */
	size_t n;                /* bytes of its key; SIZE_MAX: it has none */
	uint8_t key[KEPT];       /* its first ones */
	uint64_t number_seen;    /* a tick ago */
	long idle;               /* ticks since another one began */
} last;
static _Thread_local uint8_t stack[STACK];

/* ---- a line, without stdio ---- */

struct line {
	char text[LINE];
	size_t n;
};

static void
add_char(struct line *l, char c)
{
	if (l->n < LINE - 1)
		l->text[l->n++] = c;
}

static void
add(struct line *l, const char *text)
{
	while (*text)
		add_char(l, *text++);
}

static void
add_number(struct line *l, uint64_t number)
{
	char digits[20];
	int n = 0;
	do
		digits[n++] = (char)('0' + number % 10);
	while (number /= 10);
	while (n)
		add_char(l, digits[--n]);
}

/* As ab_key_print does. */
static void
add_key(struct line *l)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = last.n < KEPT ? last.n : KEPT;
	add(l, " of \"");
	for (size_t i = 0; i < n; i++) {
		uint8_t b = last.key[i];
		bool plain = b >= ' ' && b <= '~' && b != '"' && b != '\\';
		if (plain) {
			add_char(l, (char)b);
			continue;
		}
		add(l, "\\x");
		add_char(l, hex[b >> 4]);
		add_char(l, hex[b & 15]);
	}
	add(l, "\"");
	if (last.n <= KEPT)
		return;
	add(l, "... of ");
	add_number(l, last.n);
	add(l, " bytes");
}

/* `what` has happened, or if `after`, that many seconds have passed. */
static void
report(const char *what, long after)
{
	struct line l = { .n = 0 };
	add(&l, suite);
	add(&l, " ");
	add(&l, real->name);
	add(&l, ", seed ");
	add_number(&l, seed);
	add(&l, ": ");
	add(&l, what);
	if (after) {
		add_number(&l, (uint64_t)after);
		add(&l, " s of processor time");
	}
	if (last.op) {
		add(&l, last.within == last.op ? ", in call " : ", after call ");
		add_number(&l, last.number);
		add(&l, ", ");
		add(&l, last.op);
		if (last.n != SIZE_MAX)
			add_key(&l);
	} else {
		add(&l, ", before the first call");
	}
	if (last.within && last.within != last.op) {
		add(&l, ", in ");
		add(&l, last.within);
	}
	l.text[l.n++] = '\n';
	if (write(STDERR_FILENO, l.text, l.n) < 0)
		return; /* there is nobody to tell */
}

/* ---- what ends it ---- */

static const struct {
	int number;
	const char *name;
} fatal[] = {
#define SIGNAL(name)                                                                     \
	{                                                                                \
		name, #name                                                              \
	}
	SIGNAL(SIGSEGV), SIGNAL(SIGBUS), SIGNAL(SIGFPE), SIGNAL(SIGILL), SIGNAL(SIGABRT),
	SIGNAL(SIGTERM)
#undef SIGNAL
};
enum { FATAL = sizeof fatal / sizeof *fatal };
static struct sigaction before[FATAL];
static volatile sig_atomic_t told;

/* Who handled it before has it next: at once, where what was wrong is done again; a signal
 * that somebody sent is sent again. */
static void
on_fatal(int sig, siginfo_t *info, void *context)
{
	(void)context;
	for (size_t i = 0; i < FATAL; i++)
		if (fatal[i].number == sig) {
			if (!told)
				report(fatal[i].name, 0);
			sigaction(sig, &before[i], NULL);
		}
	told = 1;
	if (info->si_code <= 0)
		raise(sig);
}

/* A sanitizer has said what is wrong, and ends the process. */
static void
on_death(void)
{
	if (!told)
		report("ended by a sanitizer", 0);
	told = 1;
}

static void
on_failure(void)
{
	if (!trail_is_open())
		report("that failed", 0);
}

/* A part of a second of this thread's processor time has passed. */
static void
on_tick(int sig)
{
	(void)sig;
	if (last.number != last.number_seen || !last.within) {
		last.number_seen = last.number;
		last.idle = 0;
		return;
	}
	if (++last.idle < seconds * TICKS)
		return;
	report("no end after ", seconds);
	trail_hangs();
	told = 1;
	abort();
}

/* The stack overflows where it is small, too; whoever has one for that already keeps it. */
static void
watch_thread(void)
{
	stack_t own = { .ss_sp = stack, .ss_size = sizeof stack }, old;
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = SIGPROF };
	const struct timespec tick = { 0, 1000000000 / TICKS };
	const struct itimerspec each = { tick, tick };
	timer_t timer;
	last.watched = true;
	if (sigaltstack(NULL, &old) == 0 && old.ss_flags & SS_DISABLE)
		sigaltstack(&own, NULL);
	event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
	if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) == 0)
		timer_settime(timer, 0, &each, NULL);
}

/* ---- the operations ---- */

/* What goes on, for when the one that begins is over. */
static const char *
begin(const char *op, const struct ab_key *key)
{
	const char *within = last.within;
	if (!last.watched)
		watch_thread();
	last.number++;
	last.n = key ? key->n : SIZE_MAX;
	if (key && key->n)
		memcpy(last.key, key->p, key->n < KEPT ? key->n : KEPT);
	last.op = last.within = op;
	return within;
}

static struct ab_index *
w_create(const struct ab_alloc *mem)
{
	const char *within = begin("create", NULL);
	struct ab_index *t = real->create(mem);
	last.within = within;
	return t;
}

static void
w_destroy(struct ab_index *t)
{
	const char *within = begin("destroy", NULL);
	real->destroy(t);
	last.within = within;
}

/* A wrapper of a call with a result, around `key` or no key. */
#define WRAP(type, op, key, parameters, arguments)                                       \
	static type w_##op parameters                                                    \
	{                                                                                \
		const char *within = begin(#op, key);                                    \
		type result = real->op arguments;                                        \
		last.within = within;                                                    \
		return result;                                                           \
	}
#define STATUS(op, key, parameters, arguments)                                           \
	WRAP(enum ab_status, op, key, parameters, arguments)
STATUS(build, n ? &e->key : NULL,
	(struct ab_index * t, const struct ab_entry *e, size_t n), (t, e, n))
STATUS(put, &k, (struct ab_index * t, struct ab_key k, uint64_t v), (t, k, v))
STATUS(update, &k, (struct ab_index * t, struct ab_key k, ab_change *change, void *arg),
	(t, k, change, arg))
STATUS(get, &k, (const struct ab_index *t, struct ab_key k, uint64_t *v), (t, k, v))
WRAP(size_t, get_many, n ? &e->key : NULL,
	(const struct ab_index *t, struct ab_entry *e, size_t n, bool *found),
	(t, e, n, found))
STATUS(del, &k, (struct ab_index * t, struct ab_key k), (t, k))
STATUS(del_range, &r.lo, (struct ab_index * t, struct ab_range r, size_t *gone),
	(t, r, gone))
STATUS(compact, NULL, (struct ab_index * t), (t))
STATUS(scan, &r.lo,
	(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg),
	(t, r, visit, arg))
STATUS(scan_prefix, &k,
	(const struct ab_index *t, struct ab_key k, ab_visit *visit, void *arg),
	(t, k, visit, arg))
STATUS(scan_values, &r.lo,
	(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg),
	(t, r, visit, arg))
STATUS(scan_nth, NULL, (const struct ab_index *t, size_t i, ab_visit *visit, void *arg),
	(t, i, visit, arg))
WRAP(size_t, rank, &k, (const struct ab_index *t, struct ab_key k), (t, k))
STATUS(scan_back, r.has_hi ? &r.hi : NULL,
	(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg),
	(t, r, visit, arg))
STATUS(census, NULL, (const struct ab_index *t, ab_node_visit *visit, void *arg),
	(t, visit, arg))
WRAP(size_t, count, NULL, (const struct ab_index *t), (t))
WRAP(size_t, file_bytes, NULL, (const struct ab_index *t), (t))
WRAP(const char *, check, NULL, (const struct ab_index *t), (t))

static void
w_memory(const struct ab_index *t, struct ab_memory *out)
{
	const char *within = begin("memory", NULL);
	real->memory(t, out);
	last.within = within;
}

static void
w_dump(const struct ab_index *t, FILE *out)
{
	const char *within = begin("dump", NULL);
	real->dump(t, out);
	last.within = within;
}

/* Of sanitizers, where there is one. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

const struct ab_variant *
watch_variant(const struct ab_variant *v, const char *its_suite, uint64_t its_seed)
{
	static struct ab_variant watched;
	struct sigaction crash = { .sa_sigaction = on_fatal,
		.sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct sigaction tick = { .sa_handler = on_tick,
		.sa_flags = SA_RESTART | SA_ONSTACK };
	const char *limit = getenv("TEST_STEP_SECONDS");
	if (limit && atol(limit) > 0)
		seconds = atol(limit);
	real = v;
	suite = its_suite;
	seed = its_seed;
	watched = *v;
#define PUT(op) watched.op = v->op ? w_##op : NULL
	PUT(create), PUT(destroy), PUT(build), PUT(put), PUT(update), PUT(get);
	PUT(get_many), PUT(del), PUT(del_range), PUT(compact), PUT(scan);
	PUT(scan_prefix), PUT(scan_values), PUT(scan_nth), PUT(rank), PUT(scan_back);
	PUT(count), PUT(memory), PUT(file_bytes), PUT(census), PUT(check), PUT(dump);
	sigaction(SIGPROF, &tick, NULL);
	for (size_t i = 0; i < FATAL; i++)
		sigaction(fatal[i].number, &crash, &before[i]);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(on_death);
	check_tally.on_first = on_failure;
	watch_thread();
	return &watched;
}
