/* memkv_routes.c: longest prefix match: reads routes, a line each, "10.0.0.0/8 192.0.2.1", and
 * prints for each address given the most specific one, and how many it is in at all.
 *
 *   cc memkv_routes.c $(pkg-config --cflags --libs artbench) -o routes
 *   ./routes 10.1.2.3 203.0.113.9 < routes.txt
 *
 * A route's key has a byte for each bit of its prefix, '0' or '1', so that it begins the keys of
 * all addresses in it; 0.0.0.0/0 is the empty key. Where prefixes end between bytes, as of paths
 * or of telephone numbers, the bytes are the key. */
#include <artbench/memkv.h>
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BITS = 32 };

static bool
read_address(const char *text, uint32_t *address)
{
	struct in_addr in;
	if (inet_pton(AF_INET, text, &in) != 1)
		return false;
	*address = ntohl(in.s_addr);
	return true;
}

static const char *
text_of(uint32_t address, char text[INET_ADDRSTRLEN])
{
	struct in_addr in;
	in.s_addr = htonl(address);
	return inet_ntop(AF_INET, &in, text, INET_ADDRSTRLEN);
}

static void
spread(uint32_t address, char bits[BITS])
{
	for (int i = 0; i < BITS; i++)
		bits[i] = address >> (BITS - 1 - i) & 1 ? '1' : '0';
}

static bool
read_route(memkv *routes, const char *line)
{
	char prefix[INET_ADDRSTRLEN], hop[INET_ADDRSTRLEN], bits[BITS];
	uint32_t address, to;
	unsigned n;
	if (sscanf(line, "%15[^/]/%u %15s", prefix, &n, hop) != 3 || n > BITS ||
		!read_address(prefix, &address) || !read_address(hop, &to)) {
		fprintf(stderr, "routes: '%s' is no route as '10.0.0.0/8 192.0.2.1'\n",
			line);
		return false;
	}
	spread(address, bits);
	if (memkv_put(routes, bits, n, to, NULL) >= 0)
		return true;
	fprintf(stderr, "routes: %s\n", memkv_error());
	return false;
}

static bool
count(void *arg, const void *key, size_t n, uint64_t hop)
{
	(void)key;
	(void)n;
	(void)hop;
	++*(unsigned *)arg;
	return true;
}

static void
look_up(const memkv *routes, const char *address)
{
	char bits[BITS], text[2][INET_ADDRSTRLEN];
	uint32_t to;
	uint64_t hop;
	size_t n;
	unsigned all = 0;
	if (!read_address(address, &to)) {
		printf("%s: no address\n", address);
		return;
	}
	spread(to, bits);
	if (memkv_longest_prefix(routes, bits, BITS, &n, &hop) != MEMKV_OK) {
		printf("%s: no route\n", address);
		return;
	}
	memkv_prefixes(routes, bits, BITS, count, &all);
	to &= n ? UINT32_MAX << (BITS - n) : 0;
	printf("%s: %s/%zu via %s, of %u\n", address, text_of(to, text[0]), n,
		text_of((uint32_t)hop, text[1]), all);
}

int
main(int argc, char **argv)
{
	char line[256];
	memkv *routes;
	if (memkv_open(NULL, NULL, &routes) < 0) {
		fprintf(stderr, "routes: %s\n", memkv_error());
		return 1;
	}
	bool ok = true;
	while (ok && fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		ok = read_route(routes, line);
	}
	for (int i = 1; ok && i < argc; i++)
		look_up(routes, argv[i]);
	memkv_close(routes);
	return !ok;
}
