/* session.h: one run, from its options to its results directory: env.txt, the rows as
 * they come, the tables made of them.
 *
 * Ownership: a session borrows its options; session_clear frees the rest. Errors:
 * reported on stderr (cli.h) unless there is a GError. Threads: one. */
#ifndef AB_SESSION_H
#define AB_SESSION_H

#include "report/report.h"
#include "kept/results.h"
#include "run_options.h"
#include "kept/source.h"

struct session {
	struct run_options *o;
	char *command;         /* for env.txt; owned */
	char *revision, *host; /* owned */
	char *sha256;          /* of the key file; NULL: found out when needed; owned */
	bool quiet;            /* no notices about the key file */
	/* filled in */
	struct record record; /* what is known of the run: env.txt, rows */
	struct report *report;
	struct results results;
	bool keep;        /* results is open */
	GHashTable *done; /* jobs of an earlier process */
	struct row_sink sink;
	struct run *run; /* that goes on round by round; NULL: it does not */
	char *stopped; /* lines of env.txt: what ended the rounds; NULL: a part; owned */
	struct row_data data;
	size_t file_keys;              /* of which data.keys are measured */
	double floor;                  /* of those, bytes a key; NAN: not known */
	const char *dataset;           /* its title, interned */
	GError *error;                 /* of writing rows */
	struct source_changes changes; /* of the tree, kept with the results */
};

/* "artbench ...", quoted for a shell; g_free it. */
char *session_command(int argc, char **argv);
/* A session of these options, of the revision and host of `like`; NULL: source_revision and
 * env_host say which, and on stderr why the former cannot. */
void session_init(struct session *t, struct run_options *o, char *command,
	const struct session *like);
void session_clear(struct session *t);

/* Read the key file, also for o->spec, and hand it to the children. */
bool session_survey(struct session *t);
/* The same with its SHA-256, which is wanted before what is there of it is looked at. */
bool session_survey_whole(struct session *t);
/* Begin anew, after session_survey: open the results directory that the options name,
 * if any, and write its env.txt. */
bool session_begin(struct session *t, GError **error);
/* What env.txt would say, known without reading it back. */
bool session_learn_env(const struct session *t, struct record *to, GError **error);
/* What env.txt says at the beginning. `t` is a struct session. */
void session_write_env(FILE *out, const void *t);

/* Is there something in the results directory `dir`, or beside it, to go on with? */
bool session_is_begun(const char *dir);
/* Is `old` of a run that came to its end, and right? */
bool session_is_over(const struct record *old);
/* The options of the command that `old` keeps in env.txt, argv[0] the subcommand's
 * name; g_strfreev them. NULL: it keeps none. */
char **session_old_options(const struct record *old);
/* May `t`, which has been surveyed, go on with `old`? */
bool session_can_go_on(const struct session *t, const struct record *old);
/* Go on with the results directory `dir`. */
bool session_go_on(struct session *t, const char *dir, GError **error);
/* The same with a part of a run, in the directory that the options name. If nothing of
 * it can be used, another host may do it. */
bool session_take_over(struct session *t, GError **error);

/* Run what the options say, of jobs that are not done, into the results. */
enum run_outcome session_measure(struct session *t);
/* The same, but for one round: the next, as a step of `progress` that is named `title`. */
enum run_outcome
session_next_round(struct session *t, struct progress *progress, const char *title);
/* The end: what is derived from the rows, and the directory's name. */
bool session_close(struct session *t, enum run_outcome outcome, GError **error);

#endif /* AB_SESSION_H */
