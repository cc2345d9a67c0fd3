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
 *  struct values_then          what they are after a change: `bytes`, and what the policy
 *                              itself wants to know of them
 *  values_with(p, n, value)    that, if this one comes among them
 *  values_without(p, n, i)     if number `i` goes
 *  values_set(p, n, i, value, &then)           change it; false, and nothing changed: all
 *                              of them have to be written anew, which is values_change
 *  values_change(to, p, n, i, value, &then)    write them to `to`, with that as number `i`;
 *                              both may be the same
 *  values_insert(to, p, n, i, value, &then)    with that before number `i`; if they overlap
 *                              `to` is not below `p`
 *  values_erase(to, p, n, i, &then)            without number `i`; `to` is not above `p`
 *  VALUES_MOST(n)              bytes that they take at most
 *  values_check(p, n)          NULL, or what broke */
#ifndef PAGE_VALUES_POLICY_H
#define PAGE_VALUES_POLICY_H

#ifndef PAGE_VALUES
#include "values_whole.h"
#endif
#endif /* PAGE_VALUES_POLICY_H */
