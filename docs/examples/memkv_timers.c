/* memkv_timers.c: a queue by time: reads lines "at SECONDS WHAT", which put a timer, and "now
 * SECONDS", which takes those that are due, the earliest first, and prints them.
 *
 *   cc memkv_timers.c $(pkg-config --cflags --libs artbench) -o timers && ./timers < timers.txt
 *
 * A key is when, a number for each timer, and what: so timers of one moment come in the order in
 * which they were put. Any number of threads may put while one takes: what it pops is the first,
 * and so no later than the one that it saw. If several take, one may pop what is not due yet, and
 * puts it back; or they pop by MEMKV_LOWER and the key of SECONDS + 1, which takes nothing but what
 * is due, the latest first. */
#include <artbench/memkv.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "memkv_keys.h"

enum { WHAT = 256, KEY = 2 * KEY_NUMBER + WHAT };

static enum memkv_status
put_timer(memkv *timers, int64_t when, uint64_t number, const char *what)
{
	uint8_t key[KEY], *end = key_put_i64(key, when, KEY_UP);
	size_t n = strlen(what);
	end = key_put_u64(end, number, KEY_UP);
	memcpy(end, what, n); /* the last field needs no end */
	return memkv_put(timers, key, (size_t)(end - key) + n, 0, NULL);
}

static enum memkv_status
take_due(memkv *timers, int64_t now)
{
	uint8_t key[KEY];
	struct memkv_found f = { key, sizeof key, 0, 0 };
	int64_t when = INT64_MIN;
	enum memkv_status s;
	while ((s = memkv_first(timers, &f)) == MEMKV_OK) {
		key_get_i64(key, key + f.n, KEY_UP, &when);
		if (when > now)
			break;
		s = memkv_pop(timers, MEMKV_FIRST, NULL, 0, &f);
		if (s != MEMKV_OK)
			break;
		key_get_i64(key, key + f.n, KEY_UP, &when);
		printf("%" PRId64 ": %.*s\n", when, (int)(f.n - 2 * KEY_NUMBER),
			(const char *)key + 2 * KEY_NUMBER);
	}
	return s;
}

/* False: it could not be done, and that is said. */
static bool
obey(memkv *timers, const char *line, uint64_t number)
{
	enum memkv_status s = MEMKV_OK;
	int64_t when;
	int what = 0;
	if (sscanf(line, "now %" SCNd64, &when) == 1)
		s = take_due(timers, when);
	else if (sscanf(line, "at %" SCNd64 " %n", &when, &what) == 1 && line[what])
		s = put_timer(timers, when, number, line + what);
	else {
		fprintf(stderr,
			"timers: '%s' is neither 'at SECONDS WHAT' nor 'now SECONDS'\n",
			line);
		return false;
	}
	if (s < 0)
		fprintf(stderr, "timers: %s\n", memkv_error());
	return s >= 0;
}

int
main(void)
{
	char line[WHAT];
	memkv *timers;
	if (memkv_open(NULL, NULL, &timers) < 0) {
		fprintf(stderr, "timers: %s\n", memkv_error());
		return 1;
	}
	bool ok = true;
	for (uint64_t i = 0; ok && fgets(line, sizeof line, stdin); i++) {
		line[strcspn(line, "\n")] = '\0';
		ok = obey(timers, line, i);
	}
	printf("%zu are left\n", memkv_len(timers));
	memkv_close(timers);
	return !ok;
}
