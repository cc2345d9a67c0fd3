/* memkv_hosts.c: an inverted index of URLs by host: reads URLs, a line each, and prints each host
 * with how many it has; or with a host as argument, its URLs.
 *
 *   cc memkv_hosts.c $(pkg-config --cflags --libs artbench) -o hosts
 *   ./hosts < urls.txt; ./hosts debian.org < urls.txt
 *
 * A key is the host, a zero byte, and the URL: so a host's URLs stand together, "a.org" is not
 * the beginning of "a.org.uk", and nothing is listed twice. */
#include <artbench/memkv.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 4096 };

/* The key of a URL; its length. */
static size_t
make_key(const char *url, char *key)
{
	const char *host = strstr(url, "://");
	host = host ? host + 3 : url;
	size_t n = strcspn(host, "/:?#");
	memcpy(key, host, n);
	key[n] = '\0';
	strcpy(key + n + 1, url);
	return n + 1 + strlen(url);
}

static bool
print_url(void *arg, const void *key, size_t n, uint64_t line)
{
	const char *host = (const char *)key;
	size_t before = strlen(host) + 1;
	(void)arg;
	printf("%.*s (line %llu)\n", (int)(n - before), host + before,
		(unsigned long long)line);
	return true;
}

/* From host to host: behind all keys that begin with "HOST\0" comes the next one. */
static enum memkv_status
print_hosts(memkv *index)
{
	memkv_cursor *c;
	char host[LINE];
	enum memkv_status s = memkv_cursor_open(index, &c);
	if (s < 0)
		return s;
	for (s = memkv_cursor_first(c); s == MEMKV_OK;) {
		size_t urls = 0;
		snprintf(
			host, sizeof host, "%s", (const char *)memkv_cursor_key(c, NULL));
		size_t n = strlen(host);
		memkv_count_prefix(index, host, n + 1, &urls);
		printf("%7zu %s\n", urls, host);
		host[n] = 1;
		s = memkv_cursor_seek(c, host, n + 1);
	}
	memkv_cursor_close(c);
	return s;
}

int
main(int argc, char **argv)
{
	char url[LINE], key[2 * LINE];
	memkv *index;
	enum memkv_status s = memkv_open(NULL, NULL, &index);
	for (uint64_t line = 1; s >= 0 && fgets(url, sizeof url, stdin); line++) {
		url[strcspn(url, "\n")] = '\0';
		s = memkv_put(index, key, make_key(url, key), line, NULL);
	}
	if (s >= 0)
		s = argc > 1 ? memkv_prefix(index, argv[1], strlen(argv[1]) + 1,
				       print_url, NULL)
			     : print_hosts(index);
	if (s < 0)
		fprintf(stderr, "hosts: %s\n", memkv_error());
	memkv_close(index);
	return s < 0;
}
