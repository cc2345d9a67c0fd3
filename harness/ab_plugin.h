/* ab_plugin.h: makes one variant a plug-in: a shared object, or a C file that becomes
 * one, which `artbench --plugin FILE` measures beside those built in, from outside this
 * tree. It needs this header and ab.h, nothing else; docs/examples/plugin_skiplist.c is a
 * complete one.
 *
 *   static const struct ab_variant mine = { .name = "mine", ... };
 *   AB_PLUGIN(mine);
 *
 *   cc -std=gnu11 -O3 -fPIC -fvisibility=hidden -shared -I harness -o mine.so mine.c
 *
 * It may call what ab.h says of keys and of ab_status. Names that it does not hide may
 * be taken for those of artbench's own libraries: hence -fvisibility=hidden, or
 * -Wl,-Bsymbolic for code of others.
 *
 * Own      artbench never unloads it: what it points to must last.
 * Errors   it is loaded in processes that measure it and in one that only looks; if it
 *          prints, crashes or hangs there, it is refused.
 * Threads  constant data. */
#ifndef AB_PLUGIN_H
#define AB_PLUGIN_H

#include "ab.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Counted up when ab.h changes so that a plug-in made for it before would go wrong. */
enum { AB_PLUGIN_ABI = 6 };

/* These three stay as they are in every version. */
struct ab_plugin {
	uint32_t abi;  /* AB_PLUGIN_ABI */
	uint32_t size; /* of struct ab_variant */
	const struct ab_variant *variant;
};

/* What artbench looks for. */
extern const struct ab_plugin ab_plugin_entry __attribute__((visibility("default")));

#define AB_PLUGIN(v)                                                                     \
	const struct ab_plugin ab_plugin_entry = { AB_PLUGIN_ABI,                        \
		sizeof(struct ab_variant), &(v) }

#ifdef __cplusplus
}
#endif
#endif /* AB_PLUGIN_H */
