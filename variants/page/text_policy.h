/* text_policy.h: how the texts of pages are coded: text_none.h, or text_symbols.h if the
 * variant has included that before.
 *
 * What a text policy has:
 *
 *  PAGE_LEARNS                        1: learn.h is part of it, and of the variant
 *  struct coder                       part of the index
 *  CODER_PLAIN                        the form of texts that are as they are: 0
 *  text_match(c, form, text, n, key, &at)   as text_match_plain (text_plain.h)
 *  text_decode(c, form, text, n, out)       to key bytes; how many
 *  text_cut(c, form, text, n, at, &byte)    where in it the code of what follows its byte
 *                                     `at` begins, and that byte; 0: nowhere
 *  coder_form(c)                      the form in which pages are written now
 *  text_encode(c, form, src, n, out, room)  how many bytes; SIZE_MAX: over `room`
 *  coder_count(c, form, sign)         a page is of that form, or (-1) no longer is
 *  coder_learn(t)                     called after each put and del that changed something
 *  coder_learn_ahead(t, e, n)         before an index is built of `n` > 0 entries; false: no
 *                                     memory
 *  coder_free(c, mem)                 what it holds; it is as new then
 *  coder_memory(c, &inner, &slack)    bytes held, by class
 *  coder_check(c, pages)              NULL, or what broke; pages: how many of each form */
#ifndef PAGE_TEXT_POLICY_H
#define PAGE_TEXT_POLICY_H

#ifndef PAGE_LEARNS
#include "text_none.h"
#endif
#endif /* PAGE_TEXT_POLICY_H */
