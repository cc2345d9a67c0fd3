/* cmd.h: the subcommands of artbench. Each takes its own argv (argv[0] is the
 * subcommand's name), prints results on stdout and one-line errors on stderr,
 * and returns the exit status: 0 right, 1 wrong answers or a failed run, 2 bad
 * usage or bad input. */
#ifndef AB_CMD_H
#define AB_CMD_H

int cmd_list(int argc, char **argv);
int cmd_table(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_profile(int argc, char **argv);
int cmd_gen(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_job(int argc, char **argv); /* one measurement in this process; run by table */

#endif /* AB_CMD_H */
