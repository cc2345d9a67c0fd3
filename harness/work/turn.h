/* turn.h: taking turns with the other contestants of a round.
 *
 * The contestants of a round are processes that are all loaded at the same time, of
 * which one works at a time: in turns of some ten milliseconds, one after another,
 * so that a machine that changes its speed does so to all of them alike. All work on
 * the same processor, the last one there is, since processors change their speeds apart
 * from each other; threads that a contestant started before its turn do not. This is
 * the side of the contestant; contest.h is that of whoever calls the turns.
 *
 * A contestant says on stdout what it is ready for and goes on when a line comes on
 * stdin. In a process that was not told to take turns all of this does nothing.
 *
 * Errors: a process whose caller has gone exits. Threads: one. */
#ifndef AB_TURN_H
#define AB_TURN_H

/* From here on, take turns. */
void turn_enable(void);
/* Be ready to work at `workload`; returns when it is this process's turn. Working
 * ends with the next call of either function, or with the process. */
void turn_await(const char *workload);
/* Be done with a workload; returns when everybody is. What is prepared from then on
 * is prepared by all at once. */
void turn_rest(void);

#endif /* AB_TURN_H */
