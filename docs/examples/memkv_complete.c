/* memkv_complete.c: completes what is typed: reads words, a line each, "WORD WEIGHT", and prints
 * for each argument the heaviest words that begin with it.
 *
 *   cc memkv_complete.c $(pkg-config --cflags --libs artbench) -o complete
 *   ./complete deb de < words.txt
 *
 * The words do not change once they are read, so the store is frozen: half the bytes. */
#include <artbench/memkv.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 5, LOOKED_AT = 10000, WORD = 256 };

/* The heaviest so far, the heaviest first. */
struct best {
	size_t n, looked_at;
	struct {
		char word[WORD];
		uint64_t weight;
	} at[MOST + 1];
};

static bool
consider(void *arg, const void *key, size_t n, uint64_t weight)
{
	struct best *b = (struct best *)arg;
	size_t i = b->n;
	for (; i && b->at[i - 1].weight < weight; i--)
		b->at[i] = b->at[i - 1];
	snprintf(b->at[i].word, WORD, "%.*s", (int)n, (const char *)key);
	b->at[i].weight = weight;
	b->n += b->n < MOST;
	return ++b->looked_at < LOOKED_AT; /* whoever types does not wait */
}

static void
complete(const memkv *words, const char *typed)
{
	struct best b = { 0 };
	if (memkv_prefix(words, typed, strlen(typed), consider, &b) < 0)
		fprintf(stderr, "complete: %s\n", memkv_error());
	printf("%s:", typed);
	for (size_t i = 0; i < b.n; i++)
		printf(" %s (%" PRIu64 ")", b.at[i].word, b.at[i].weight);
	putchar('\n');
}

int
main(int argc, char **argv)
{
	char word[WORD];
	uint64_t weight;
	memkv *words;
	enum memkv_status s = memkv_open(NULL, NULL, &words);
	while (s >= 0 && scanf("%255s %" SCNu64, word, &weight) == 2)
		s = memkv_put(words, word, strlen(word), weight, NULL);
	if (s >= 0)
		s = memkv_freeze(words);
	if (s < 0)
		fprintf(stderr, "complete: %s\n", memkv_error());
	for (int i = 1; s >= 0 && i < argc; i++)
		complete(words, argv[i]);
	memkv_close(words);
	return s < 0;
}
