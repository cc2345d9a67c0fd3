/* pace.c: see pace.h. */
#include <math.h>
#include "pace.h"
#include "ground/stats.h"

void
pace_init(struct pace *p, const struct run_spec *spec)
{
	*p = (struct pace){ .spec = spec,
		.first_from = spec->first ? spec->first_from : 0 };
	p->n_steps = job_kinds_wanted(spec->wanted, p->steps);
	p->taken = g_new(double, p->n_steps);
	p->of_all = g_new0(bool, p->n_steps);
	for (size_t i = 0; i < p->n_steps; i++)
		p->taken[i] = NAN;
}

void
pace_free(struct pace *p)
{
	g_free(p->taken);
	g_free(p->of_all);
}

bool
pace_is_of_first(const struct pace *p, unsigned round)
{
	return p->first_from && round >= p->first_from;
}

void
pace_took(struct pace *p, size_t step, unsigned round, double seconds)
{
	p->spent += seconds;
	if (seconds > 0) {
		p->taken[step] = seconds;
		p->of_all[step] = !pace_is_of_first(p, round);
	}
}

/* How much of a round of all one of the first is, by their number. */
static double
share_of_first(const struct pace *p)
{
	const struct run_spec *spec = p->spec;
	unsigned again = spec->reference != NULL;
	return spec->first ? (double)(spec->first->len + again) /
				     (double)(spec->cli->chosen->len + again)
			   : 1;
}

/* What a step takes in a round of all, or of the first; NAN: it was never done. */
static double
step_takes(const struct pace *p, size_t step, bool all)
{
	double taken = p->taken[step];
	if (p->of_all[step] == all)
		return taken;
	return all ? taken / share_of_first(p) : taken * share_of_first(p);
}

/* Seconds that steps from `from` on take in that round; what is not known yet as long
 * as the mean of what is. */
static double
takes(const struct pace *p, unsigned round, size_t from, bool all)
{
	double known = 0, sum = 0;
	size_t n = 0;
	for (size_t i = 0; i < p->n_steps; i++)
		if (!isnan(p->taken[i])) {
			known += step_takes(p, i, all);
			n++;
		}
	for (size_t i = from; i < p->n_steps; i++) {
		double one = isnan(p->taken[i]) ? (n ? known / (double)n : NAN)
						: step_takes(p, i, all);
		if (job_kind_is_in(&p->steps[i], round))
			sum += one;
	}
	return sum;
}

static double
round_takes(const struct pace *p, unsigned round, size_t from)
{
	return takes(p, round, from, !pace_is_of_first(p, round));
}

double
pace_left(const struct pace *p, unsigned round, size_t step)
{
	double all = round_takes(p, round, step);
	while (++round <= p->spec->rounds)
		all += round_takes(p, round, 0);
	return all;
}

size_t
pace_steps(const struct pace *p)
{
	size_t n = 0;
	for (unsigned round = 1; round <= p->spec->rounds; round++)
		for (size_t i = 0; i < p->n_steps; i++)
			n += job_kind_is_in(&p->steps[i], round);
	return n;
}

/* ---- the budget ---- */

/* Are the first to have the rounds from `next` on, when so many seconds are spent? */
static bool
is_for_first(const struct pace *p, unsigned next, double spent)
{
	unsigned least = MIN(p->spec->rounds, STATS_SIGN_LEAST);
	if (!p->spec->first || next > least)
		return false;
	double left = p->spec->budget_s - spent;
	double all = takes(p, next, 0, true), first = takes(p, next, 0, false);
	double wanted = all + (least - next) * first;
	if (next <= STATS_ROUNDS_LEAST) {
		wanted = 0;
		for (unsigned r = next; r <= MIN(least, STATS_ROUNDS_LEAST); r++)
			wanted += takes(p, r, 0, true);
	}
	return wanted > left && first <= left;
}

void
pace_forecast(const struct pace *p, unsigned *all, unsigned *first)
{
	bool narrow = false;
	double spent = p->spent;
	*all = 1;
	*first = 0;
	for (unsigned next = 2; next <= p->spec->rounds; next++) {
		narrow = narrow || is_for_first(p, next, spent);
		spent += takes(p, next, 0, !narrow);
		if (spent > p->spec->budget_s)
			return;
		*all += !narrow;
		*first += narrow;
	}
}

bool
pace_narrows(struct pace *p, unsigned round)
{
	if (p->first_from || !is_for_first(p, round + 1, p->spent))
		return false;
	p->first_from = round + 1;
	return true;
}

bool
pace_has_room(const struct pace *p, unsigned round)
{
	return p->spent + round_takes(p, round + 1, 0) <= p->spec->budget_s;
}
