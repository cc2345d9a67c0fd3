/* cmd.h: the subcommands of artbench. Each takes its own argv (argv[0] is the
 * subcommand's name), prints results on stdout and one-line errors on stderr,
 * and returns the exit status: 0 right, 1 wrong answers or a failed run, 2 bad
 * usage or bad input. */
#ifndef AB_CMD_H
#define AB_CMD_H

int cmd_list(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_sweep(int argc, char **argv);
int cmd_grid(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_site(int argc, char **argv);
int cmd_pack(int argc, char **argv);
int cmd_unpack(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_profile(int argc, char **argv);
int cmd_census(int argc, char **argv);
int cmd_dump(int argc, char **argv);
int cmd_lines(int argc, char **argv);
/* Lookups under valgrind, for `lines`. */
int cmd_trace(int argc, char **argv);
int cmd_gen(int argc, char **argv);
int cmd_sample(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_explain(int argc, char **argv);
/* The shared objects of plug-ins. */
int cmd_objects(int argc, char **argv);
/* One measurement in this process, for the commands that start such. */
int cmd_job(int argc, char **argv);
/* What a plug-in says of itself: run by whatever is given one. */
int cmd_probe(int argc, char **argv);
/* Whose malloc this process has: run before --malloc is believed. */
int cmd_malloc(int argc, char **argv);
/* One pass of one operation, counted by scripts/callgrind.sh. */
int cmd_count(int argc, char **argv);

#endif /* AB_CMD_H */
