/* subject.h: what a report is about: the run, as env.txt tells of it, and its rows.
 *
 * Ownership: a report borrows the record. Errors: none; what env.txt does not say is
 * "unknown". Threads: one. */
#ifndef AB_SUBJECT_H
#define AB_SUBJECT_H

#include "digest.h"
#include "kept/record.h"

/* What the figures are about. */
struct report {
	const struct record *record; /* with its rows */
	const char *dataset;         /* its title */
	size_t keys, key_bytes;
	size_t file_keys; /* of which `keys` are a sample; 0: not known */
	double floor; /* of these keys, in bytes a key (keys/floor.h); NAN: not known */
	double least; /* the floor and a value, so stored; NAN: not known */
	const char *revision, *host;
	const char *missing;        /* parts that were not measured, or "none" */
	const char *libraries;      /* whose code was measured, or "none" */
	const char *order, *values; /* "random" ... */
	const char *seed;
	const char *malloc;  /* "glibc", or what stood in its place */
	GPtrArray *variants; /* const struct ab_variant *, in registry order */
	GPtrArray *wanted;   /* const struct workload * */
	const struct ab_variant *reference; /* NULL: none */
	/* The one that ran twice in a round, by which noise is known: the reference, unless
	 * report_hold_against has named another; NULL: none. */
	const struct ab_variant *twice;
	bool claimed; /* are the published figures about these keys? */
};

/* Is this workload part of the run, or one that every table has? */
bool report_has(const struct report *about, const struct workload *w);
/* Are the published figures (ab_variant.claimed) about these keys? Their author measured
 * 966,956 URLs of 49 MB. They are said of those (data/get.sh original) and of the URLs that
 * stand in for them here (urls967k), and of no other keys, a sample of these included.
 * `fingerprint` as env.txt has it; runs of before there was one have the file's `sha256`.
 * Either may be NULL. */
bool report_is_claimed(
	const char *title, guint64 keys, const char *fingerprint, const char *sha256);

/* The record is borrowed; rows that are added to it later count as well. */
struct report *report_new(const struct record *record);
void report_free(struct report *r);
/* The variant of that name in the run; NULL: it was not measured. */
const struct ab_variant *report_variant(const struct report *r, const char *name);
/* Say so of `what`, and which were. */
void report_not_measured(const struct report *r, const char *what, GError **error);
/* Take ratios to the variant of that name in place of the run's reference. False: it was not
 * measured. */
bool report_hold_against(struct report *r, const char *name, GError **error);

#endif /* AB_SUBJECT_H */
