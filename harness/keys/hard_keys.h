/* hard_keys.h: keys made so that a layout of nodes meets its every case, whatever the key
 * file is like: URLs have no byte from 0x80 on, and no node with 256 children.
 *
 *   fan-out 256     every byte below a prefix of 0, 1, 6, 7, 8, 9, 15, 16, 17, 31 and 255
 *                   bytes; below every other one of these, every other key has a tail
 *   fan-outs        nodes of just so many children as kinds of node have room for, and one
 *                   more or less, their bytes spread over 0 to 255
 *   prefixes        keys of one byte, 0, 'a' or 0xff, each a byte longer than the last
 *   boundaries      all keys of up to three of the bytes 0, 1, 0x7f, 0x80, 0xfe, 0xff; the
 *                   empty key among them
 *   long prefixes   4,096 bytes that differ in one, or go on
 *
 * About 4,800 keys, always the same. Ownership: the caller's, until dataset_close. Threads:
 * any number. */
#ifndef AB_HARD_KEYS_H
#define AB_HARD_KEYS_H

#include "dataset.h"

enum { HARD_KEYS_MOST = 10000 };

/* Those that `v` takes (ab_key_fits), or those that it does not. NULL: there are none, or if
 * `*error` is set, no memory for them. */
struct dataset *hard_keys(const struct ab_variant *v, bool taken, GError **error);

#endif /* AB_HARD_KEYS_H */
