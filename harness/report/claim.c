/* claim.c: see claim.h. */
#include <string.h>
#include "claim.h"

enum { KEYS = 966956 };

/* urls967k is the same file everywhere, under whatever name; what data/get.sh finds for
 * `original` is not, and known by its name and number. */
bool
claim_is_about(
	const char *title, guint64 keys, const char *fingerprint, const char *sha256)
{
	static const char keys_of_urls[] = "69d856e7b71b3883";
	static const char file_of_urls[] =
		"a12a1ed099d6064f96ec93670bf4f18dce379ff9dcccdbbfe51b232b77ed3b55";
	return keys == KEYS && (strcmp(title, "original") == 0 ||
				       g_strcmp0(fingerprint, keys_of_urls) == 0 ||
				       g_strcmp0(sha256, file_of_urls) == 0);
}
