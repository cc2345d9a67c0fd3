/* pace.h: how long the rounds of a run take, and on whom its budget is spent.
 *
 * A budget is spent on rounds of all contestants, and on those that are asked about first
 * once there is no room for more: three rounds of all come first (the fewest with an
 * interval; where three do not fit, one), more of them while what is left still gives the
 * first six (the fewest of the sign test). What decides is time alone, never a result, so that no interval is the
 * better for it; and ratios are within rounds as always. On a machine that has room for
 * six rounds of all nothing changes (docs/measured/rounds.md).
 *
 * Units: seconds. Ownership: pace_free frees what pace_init took; the spec is borrowed.
 * Threads: one. */
#ifndef AB_PACE_H
#define AB_PACE_H

#include "job/jobs.h"
#include "run.h"

struct pace {
	const struct run_spec *spec;
	/* The steps of each round: in one, every contestant does the same kind of job. */
	struct job_kind steps[JOB_KINDS];
	size_t n_steps;
	unsigned first_from; /* the round from which on only the first are measured; 0 */
	double *taken;       /* by step: of the last round; NAN: not known */
	bool *of_all;        /* by step: was that one of all contestants? */
	double spent;        /* on all rounds, those of an earlier process among them */
};

void pace_init(struct pace *p, const struct run_spec *spec);
void pace_free(struct pace *p);

/* Is that round one of the first alone? */
bool pace_is_of_first(const struct pace *p, unsigned round);
/* A step of that round is done and took so long; 0: it was nothing. */
void pace_took(struct pace *p, size_t step, unsigned round, double seconds);
/* What is left of a run in which that step of that round is next; NAN: not known. */
double pace_left(const struct pace *p, unsigned round, size_t step);
size_t pace_steps(const struct pace *p); /* of all rounds */

/* After the first round: how many of all there is room for if each takes as long, and
 * then of the first. */
void pace_forecast(const struct pace *p, unsigned *all, unsigned *first);
/* After that round: is there to be no round of all any more? */
bool pace_narrows(struct pace *p, unsigned round);
/* Has the budget room for another round? */
bool pace_has_room(const struct pace *p, unsigned round);

#endif /* AB_PACE_H */
