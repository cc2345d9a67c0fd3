/* error.c: statuses in words, and the last failure of each thread. */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "internal.h"

enum { ERROR_TEXT = 512, PATH_LEAST = 80 };
static _Thread_local char last_error[ERROR_TEXT];

const char *
memkv_status_text(enum memkv_status s)
{
	switch (s) {
	case MEMKV_OK: return "ok";
	case MEMKV_REPLACED: return "replaced";
	case MEMKV_NOT_FOUND: return "not found";
	case MEMKV_STOPPED: return "stopped";
	case MEMKV_EXISTS: return "exists";
	case MEMKV_ENOMEM: return "out of memory";
	case MEMKV_EFULL: return "full";
	case MEMKV_EKEY: return "key too long";
	case MEMKV_EORDER: return "keys not strictly increasing";
	case MEMKV_EBUSY: return "busy";
	case MEMKV_ELIMIT: return "memory limit reached";
	case MEMKV_EREADONLY: return "read-only";
	case MEMKV_EINVAL: return "invalid argument";
	case MEMKV_EUNKNOWN: return "unknown variant";
	case MEMKV_EUNSUPPORTED: return "not supported";
	case MEMKV_EROOM: return "too little room for the key";
	case MEMKV_EIO: return "input or output failed";
	case MEMKV_EFORMAT: return "not a sound snapshot";
	}
	return "unknown status";
}

const char *
memkv_error(void)
{
	return last_error;
}

const char *
memkv_version(void)
{
	return MEMKV_VERSION;
}

/* One line, whatever is in a name. */
static enum memkv_status
one_line(enum memkv_status s)
{
	for (char *p = last_error; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	return s;
}

enum memkv_status
kv_fail(enum memkv_status s, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(last_error, sizeof last_error, format, args);
	va_end(args);
	return one_line(s);
}

/* Is it within a character of UTF-8? */
static bool
is_within(const char *p)
{
	return ((unsigned char)*p & 0xc0) == 0x80;
}

enum memkv_status
kv_fail_file(enum memkv_status s, const char *path, const char *format, ...)
{
	static const char left_out[] = "...", colon[] = ": ";
	char text[ERROR_TEXT - PATH_LEAST];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	size_t n = strlen(path), head = n;
	size_t room = sizeof last_error - sizeof colon - strlen(text);
	const char *tail = path + n;
	if (n > room) {
		head = (room - strlen(left_out)) / 2;
		tail -= room - strlen(left_out) - head;
		while (head && is_within(path + head))
			head--;
		while (is_within(tail))
			tail++;
	}
	snprintf(last_error, sizeof last_error, "%.*s%s%s%s%s", (int)head, path,
		n > room ? left_out : "", tail, colon, text);
	return one_line(s);
}

enum memkv_status
kv_fail_system(const char *path, const char *what)
{
	return kv_fail_file(MEMKV_EIO, path, "cannot be %s: %s", what, strerror(errno));
}

/* ab.h's statuses from AB_OK to AB_EORDER have the same numbers here. */
static_assert((int)AB_REPLACED == MEMKV_REPLACED && (int)AB_STOPPED == MEMKV_STOPPED &&
		      (int)AB_NOT_FOUND == MEMKV_NOT_FOUND,
	"statuses that are no failure are passed on");

enum memkv_status
kv_status(enum ab_status s, const struct gauge *g)
{
	switch (s) {
	case AB_OK: return MEMKV_OK;
	case AB_REPLACED: return MEMKV_REPLACED;
	case AB_NOT_FOUND: return MEMKV_NOT_FOUND;
	case AB_STOPPED: return MEMKV_STOPPED;
	case AB_ENOMEM:
		if (g && atomic_load(&g->refused))
			return kv_fail(MEMKV_ELIMIT,
				"the memory limit of %zu bytes is reached: %zu are held; "
				"remove keys, or open the store with a higher limit",
				g->limit, atomic_load(&g->live));
		return kv_fail(MEMKV_ENOMEM, "out of memory; nothing was changed");
	case AB_EFULL:
		return kv_fail(MEMKV_EFULL,
			"the variant cannot address more; remove keys, or memkv_save "
			"the store and memkv_load it as another variant");
	case AB_EKEY:
		return kv_fail(MEMKV_EKEY, "keys have up to %d bytes", MEMKV_KEY_MOST);
	case AB_EORDER: return kv_fail(MEMKV_EORDER, "keys do not strictly increase");
	case AB_EBUSY: return kv_fail(MEMKV_EBUSY, "the store is not empty; clear it");
	}
	return kv_fail(MEMKV_EUNSUPPORTED, "the variant said %d", (int)s);
}

enum memkv_status
kv_status_made(enum ab_status s, const struct gauge *g)
{
	if (s != AB_ENOMEM || !atomic_load(&g->refused))
		return kv_status(s, NULL);
	return kv_fail(MEMKV_ELIMIT,
		"the memory limit of %zu bytes is too low for the index to be made; open "
		"a store with a higher limit",
		g->limit);
}
