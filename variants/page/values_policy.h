/* values_policy.h: how the values of a page stand in it: values_whole.h, or values_narrow.h
 * if the variant has included that before.
 *
 * What a values policy has; `n` is how many values there are:
 *
 *  PAGE_VALUES                 1
 *  values_bytes(p, n)          bytes of those at `p`
 *  values_measure(e, n)        bytes that the values of e[0..n) take
 *  values_write(p, e, n)       write them
 *  values_open(p)              to read them: struct values
 *  values_get(&v, i)           value number `i`
 *  values_set(p, n, i, value)  change it; false, and nothing changed: all of them have to
 *                              be written anew, and may take more bytes or less
 *  values_may_insert(p, n, value, &bytes)    may it come among them, and the others stay
 *  values_may_erase(p, n, i, &bytes)         as they are; or go? All then take so many bytes
 *  values_insert(to, p, n, i, value)         write them to `to`, with it as number `i`; if
 *                              they overlap `to` is not below `p`
 *  values_erase(to, p, n, i)   without number `i`; `to` is not above `p`
 *  VALUES_MOST(n)              bytes that they take at most
 *  values_check(p, n)          NULL, or what broke */
#ifndef PAGE_VALUES_POLICY_H
#define PAGE_VALUES_POLICY_H

#ifndef PAGE_VALUES
#include "values_whole.h"
#endif
#endif /* PAGE_VALUES_POLICY_H */
