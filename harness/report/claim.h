/* claim.h: which keys the published figures (ab_variant.claimed) are about.
 *
 * Their author measured 966,956 URLs of 49 MB. They are said of those (data/get.sh
 * original) and of the URLs that stand in for them here (urls967k), and of no other keys,
 * a sample of these included. Threads: no state. */
#ifndef AB_CLAIM_H
#define AB_CLAIM_H

#include <glib.h>
#include <stdbool.h>

/* `fingerprint` as env.txt has it; runs of before there was one have the file's
 * `sha256`. Either may be NULL. */
bool claim_is_about(
	const char *title, guint64 keys, const char *fingerprint, const char *sha256);

#endif /* AB_CLAIM_H */
