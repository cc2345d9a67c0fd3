/* memkv_words.c: counts the words of a text on standard input, and prints them in order.
 *
 *   cc memkv_words.c $(pkg-config --cflags --libs artbench) -o words && ./words < README.md */
#include <artbench/memkv.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

static bool
print(void *arg, const void *key, size_t n, uint64_t count)
{
	(void)arg;
	printf("%7" PRIu64 " %.*s\n", count, (int)n, (const char *)key);
	return true;
}

static enum memkv_verdict
one_more(void *arg, const uint64_t *old, uint64_t *count)
{
	(void)arg;
	*count = old ? *old + 1 : 1;
	return MEMKV_PUT;
}

/* The next word, in lower case, cut at `room` bytes; 0: there is none. */
static size_t
read_word(char *word, size_t room)
{
	size_t n = 0;
	int c;
	while ((c = getchar()) != EOF)
		if (isalnum(c) && n < room)
			word[n++] = (char)tolower(c);
		else if (!isalnum(c) && n)
			break;
	return n;
}

int
main(void)
{
	char word[256];
	memkv *words;
	if (memkv_open(NULL, NULL, &words) < 0) {
		fprintf(stderr, "words: %s\n", memkv_error());
		return 1;
	}
	for (size_t n; (n = read_word(word, sizeof word));) {
		if (memkv_update(words, word, n, one_more, NULL) < 0) {
			fprintf(stderr, "words: %s\n", memkv_error());
			return 1;
		}
	}
	memkv_range(words, NULL, 0, NULL, 0, print, NULL);
	memkv_close(words);
	return 0;
}
