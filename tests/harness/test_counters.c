/* test_counters.c: sums and their scale, of made-up counters; what is said where there are
 * none; and the kernel's own, as far as it has some. */
#include <errno.h>
#include <math.h>
#include <string.h>
#include <linux/perf_event.h>
#include "../kit/check.h"
#include "ground/counters.h"

/* The i-th is opened, or it is not for the reason `error`, and says each time what is next in
 * its list. */
static struct made_up {
	int error[COUNTERS], paranoid, open;
	struct counter_reading said[COUNTERS][6];
	size_t next[COUNTERS];
	bool breaks;
} x;

static int
made_up_open(void *arg, const struct counter_event *e)
{
	size_t i = (size_t)(e - counter_events);
	CHECK(arg == &x && i < COUNTERS);
	if (x.error[i])
		return -x.error[i];
	x.open++;
	return 100 + (int)i;
}

static bool
made_up_read(void *arg, int fd, struct counter_reading *now)
{
	size_t i = (size_t)fd - 100;
	(void)arg;
	*now = x.said[i][x.next[i]++];
	return !x.breaks;
}

static void
made_up_close(void *arg, int fd)
{
	(void)arg;
	CHECK(fd >= 100);
	x.open--;
}

static int
made_up_paranoid(void *arg)
{
	(void)arg;
	return x.paranoid;
}

static const struct counter_source source = { made_up_open, made_up_read, made_up_close,
	made_up_paranoid, &x };

static const char *
open_all(struct counters *c)
{
	return counters_open(c, &source, counter_events, COUNTERS);
}

static void
test_sums(void)
{
	struct counters c;
	x = (struct made_up){ .error = { [4] = ENOENT },
		.said = { { { 100, 1000, 1000 }, { 160, 1600, 1600 }, { 500, 5000, 5000 },
				  { 540, 5400, 5400 } },
			{ { 7, 1000, 0 }, { 17, 1600, 150 }, { 17, 5000, 1000 },
				{ 27, 5400, 1100 } },
			{ { 0, 1000, 0 }, { 0, 1600, 0 }, { 0, 5000, 0 },
				{ 0, 5400, 0 } } } };
	CHECK(!open_all(&c));
	CHECK_IS(x.open, COUNTERS - 1);
	CHECK(isnan(counters_sum(&c, 0))); /* nothing yet */
	counters_begin(&c);
	counters_end(&c);
	CHECK(counters_sum(&c, 0) == 60);
	CHECK(counters_sum(&c, 1) == 10 * 600 / 150.0); /* a quarter of the time */
	counters_begin(&c);
	counters_end(&c);
	CHECK(counters_sum(&c, 0) == 100); /* what lay between is not in it */
	CHECK(counters_sum(&c, 1) == 20 * 1000 / 250.0);
	CHECK(isnan(counters_sum(&c, 2))); /* it had no turn */
	CHECK(isnan(counters_sum(&c, 4))); /* there is none */
	CHECK(counters_share(&c) == 0);
	counters_clear(&c);
	CHECK(isnan(counters_sum(&c, 0)));
	CHECK(counters_share(&c) == 1);
	counters_close(&c);
	CHECK_IS(x.open, 0);
}

static void
test_share(void)
{
	struct counters c;
	x = (struct made_up){ .error = { 0, 0, EINVAL, EINVAL, EINVAL, EINVAL },
		.said = { { { 0, 0, 0 }, { 8, 100, 100 } },
			{ { 0, 0, 0 }, { 8, 100, 40 } } } };
	CHECK(!open_all(&c));
	counters_begin(&c);
	counters_end(&c);
	CHECK(counters_share(&c) == 0.4);
	x.breaks = true; /* what cannot be read is no 0 */
	counters_begin(&c);
	CHECK(isnan(counters_sum(&c, 0)));
	CHECK_IS(x.open, 0);
	counters_close(&c);
	CHECK_IS(x.open, 0);
}

static void
none(int error, int paranoid, const char *text)
{
	struct counters c;
	x = (struct made_up){ .paranoid = paranoid };
	for (size_t i = 0; i < COUNTERS; i++)
		x.error[i] = error;
	const char *why = open_all(&c);
	if (!CHECK(why && strstr(why, text) && strstr(why, "; ")))
		fprintf(stderr, "%s: %s\n", strerror(error), why ? why : "none");
	counters_close(&c);
}

static void
test_none(void)
{
	none(EACCES, 4, "kernel.perf_event_paranoid is 4");
	none(EPERM, 3, "sysctl kernel.perf_event_paranoid=2");
	none(EPERM, 2, "perf_event_open is forbidden here");
	none(EACCES, -2, "perf_event_open is forbidden here");
	none(ENOENT, 2, "scripts/callgrind.sh --cache simulates them");
	none(ENODEV, 2, "give this one a virtual PMU");
	none(EOPNOTSUPP, 2, "give this one a virtual PMU");
	none(ENOSYS, 2, "CONFIG_PERF_EVENTS");
	none(EMFILE, 2, strerror(EMFILE));
	/* Of some that are not there and one that is forbidden, that. */
	struct counters c;
	x = (struct made_up){ .error = { ENOENT, ENOENT, EACCES, ENOENT, ENOENT, ENOENT },
		.paranoid = 3 };
	const char *why = open_all(&c);
	CHECK(why && strstr(why, "paranoid is 3"));
	counters_close(&c);
}

/* The kernel counts its own time everywhere, if it lets us. */
static void
test_kernel(void)
{
	static const struct counter_event clock = { "clock", PERF_TYPE_SOFTWARE,
		PERF_COUNT_SW_TASK_CLOCK };
	struct counters c;
	const char *why = counters_open(&c, &counters_of_kernel, &clock, 1);
	if (why) {
		printf("not looked at: %s\n", why);
		return;
	}
	counters_begin(&c);
	for (volatile int i = 0; i < 1000000; i++)
		;
	counters_end(&c);
	CHECK(counters_sum(&c, 0) > 10000); /* nanoseconds for a million turns */
	CHECK(counters_share(&c) == 1);
	counters_close(&c);
}

int
main(void)
{
	test_sums();
	test_share();
	test_none();
	test_kernel();
	return check_finish();
}
