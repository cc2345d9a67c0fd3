/* session.c: see session.h. */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "report/derived.h"
#include "kept/description.h"
#include "kept/env.h"
#include "probe.h"
#include "ground/machine.h"
#include "session.h"

void
session_init(struct session *t, struct run_options *o, char *command,
	const struct session *like)
{
	*t = (struct session){ .o = o,
		.command = command,
		.revision = like ? g_strdup(like->revision) : cli_revision(),
		.host = like ? g_strdup(like->host) : env_host(),
		.results = { .lock = -1 } };
}

void
session_clear(struct session *t)
{
	run_free(t->run);
	report_free(t->report);
	results_free(&t->results);
	record_clear(&t->record);
	g_clear_error(&t->error);
	source_changes_clear(&t->changes);
	if (t->done)
		g_hash_table_unref(t->done);
	char *const text[] = { t->revision, t->host, t->sha256, t->command, t->stopped };
	for (size_t i = 0; i < G_N_ELEMENTS(text); i++)
		g_free(text[i]);
}

/* ---- env.txt ---- */

/* NULL: none. */
static void
put_names(FILE *out, const char *key, const GPtrArray *variants)
{
	g_autoptr(GString) names = g_string_new(variants ? NULL : "none");
	for (guint i = 0; variants && i < variants->len; i++) {
		const struct ab_variant *v = variants->pdata[i];
		g_string_append_printf(names, "%s%s", i ? "," : "", v->name);
	}
	env_put(out, key, "%s", names->str);
}

static void
put_variants(FILE *out, const GPtrArray *chosen)
{
	put_names(out, "variants", chosen);
	for (guint i = 0; i < chosen->len; i++)
		probe_put(out, chosen->pdata[i]);
}

/* Whose code is measured besides this project's. */
static void
put_libraries(FILE *out, const GPtrArray *chosen)
{
	g_autoptr(GString) all = g_string_new(NULL);
	for (guint i = 0; i < chosen->len; i++) {
		const struct ab_variant *v = chosen->pdata[i];
		if (v->library)
			g_string_append_printf(all, "%s%s %s", all->len ? ", " : "",
				v->name, v->library);
	}
	env_put(out, "libraries", "%s", all->len ? all->str : "none");
}

/* glibc's, unless something else stands before it. */
static const char *
malloc_name(const struct run_options *o)
{
	return o->malloc ? o->malloc : *o->preload_speed ? o->preload_speed : "glibc";
}

static void
put_options(FILE *out, const struct run_options *o)
{
	const struct setup *s = &o->run.setup;
	g_autofree char *wanted = workload_names(o->wanted);
	const struct ab_variant *reference = o->spec.reference;
	env_put(out, "seed", "%" PRIu64, s->seed);
	env_put(out, "order", "%s", s->order == ORDER_SORTED ? "sorted" : "random");
	env_put(out, "values", "%s", s->values == VALUES_RANK ? "rank" : "random");
	env_put(out, "rounds", "%u", o->spec.rounds);
	env_put(out, "until_resolved", "%g", o->width);
	env_put(out, "budget_s", "%g", o->spec.budget_s);
	env_put(out, "timeout_s", "%u", o->spec.timeout_s);
	if (o->spec.cpu >= 0)
		env_put(out, "pinned_to", "%d", o->spec.cpu);
	else
		env_put(out, "pinned_to", "no");
	env_put(out, "turns", "%s", o->alone ? "no" : "yes");
	if (o->counters)
		env_put(out, "counters", "yes");
	if (!o->alone)
		env_put(out, "turns_on", "processor %d", processor_last());
	env_put(out, "malloc", "%s", malloc_name(o));
	env_put(out, "workloads", "%s", wanted);
	env_put(out, "reference", "%s", reference ? reference->name : "none");
	env_put(out, "memory_mb", "%s", o->memory ? o->memory : "no");
	put_names(out, "first", o->spec.first);
	put_variants(out, o->run.chosen);
	put_libraries(out, o->run.chosen);
	if (o->spec.part)
		env_put(out, "part", "%s", o->spec.part->name);
}

void
session_write_env(FILE *out, const void *arg)
{
	const struct session *t = arg;
	g_autofree char *start = env_utc_now();
	g_autofree char *load = env_load();
	env_put(out, "revision", "%s", t->revision);
	source_put_changes(out, &t->changes);
	env_put(out, "command", "%s", t->command);
	env_put(out, "start", "%s", start);
	env_put(out, "load_before", "%s", load);
	env_put(out, "data", "%s", t->o->run.data);
	env_put(out, "dataset", "%s", t->dataset);
	env_put(out, "sha256", "%s", t->sha256 ? t->sha256 : "unknown");
	env_put(out, "file_keys", "%zu", t->file_keys);
	env_put(out, "keys", "%" PRIu64, t->data.keys);
	env_put(out, "key_bytes", "%" PRIu64, t->data.key_bytes);
	env_put(out, "fingerprint", "%016" PRIx64, t->data.fingerprint);
	if (!isnan(t->floor))
		env_put(out, "floor", "%.3f", t->floor);
	put_options(out, t->o);
	env_put_surroundings(out);
}

static void
write_env_resumed(FILE *out, const void *arg)
{
	const struct session *t = arg;
	g_autofree char *now = env_utc_now();
	env_put(out, "resumed", "%s", now);
	if (record_env(&t->record, "missing"))
		env_put(out, "missing", "none");
}

static void
write_text(FILE *out, const void *text)
{
	fputs(text, out);
}

/* Into env.txt, and into what is known of the run, for the page. */
static bool
put_end(struct session *t, const char *outcome, GError **error)
{
	g_autofree char *end = env_utc_now();
	g_autofree char *load = env_load();
	g_autofree char *text = g_strdup_printf("%send=%s\nload_after=%s\noutcome=%s\n",
		t->stopped ? t->stopped : "", end, load, outcome);
	return results_append(&t->results, "env.txt", write_text, text, error) &&
	       record_parse_env(&t->record, text, "env.txt", error);
}

/* ---- before the run ---- */

char *
session_command(int argc, char **argv)
{
	g_autoptr(GString) all = g_string_new("artbench");
	for (int i = 0; i < argc; i++) {
		g_autofree char *word = shell_word(argv[i]);
		g_string_append_printf(all, " %s", word);
	}
	return g_strdup(all->str);
}

bool
session_survey(struct session *t)
{
	struct cli_keys k;
	if (!cli_read_keys(&t->o->run, CLI_FLOOR | (t->quiet ? CLI_QUIET : 0), &k))
		return false;
	t->dataset = k.title;
	t->data = t->o->spec.data = k.data;
	t->file_keys = k.file_keys;
	t->floor = k.floor;
	t->o->spec.opening = k.opening;
	return true;
}

bool
session_survey_whole(struct session *t)
{
	g_autoptr(GError) error = NULL;
	if (!session_survey(t))
		return false;
	t->sha256 = env_sha256(t->o->run.data, &error);
	if (!t->sha256)
		say_fail("%s", error->message);
	return t->sha256;
}

bool
session_learn_env(const struct session *t, struct record *to, GError **error)
{
	g_autofree char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	session_write_env(out, t);
	fclose(out);
	return record_parse_env(to, text, "env.txt", error);
}

/* With what the tree was changed in before it, so that no env.txt speaks of a file that
 * is not there. */
static bool
write_env(struct session *t, GError **error)
{
	source_changes_clear(&t->changes);
	source_changes(t->revision, &t->changes);
	return (!t->changes.diff || results_write(&t->results, SOURCE_CHANGES_FILE,
					    source_write_diff, &t->changes, error)) &&
	       results_write(&t->results, "env.txt", session_write_env, t, error) &&
	       session_learn_env(t, &t->record, error);
}

bool
session_begin(struct session *t, GError **error)
{
	record_init(&t->record);
	if (!t->o->results)
		return session_learn_env(t, &t->record, error);
	if (!t->sha256)
		t->sha256 = env_sha256(t->o->run.data, error);
	child_guard();
	if (!t->sha256 || !results_open(&t->results, t->o->results, error))
		return false;
	t->keep = true;
	return write_env(t, error);
}

/* ---- the rows ---- */

static bool
take_row(void *arg, const struct row *row)
{
	struct session *t = arg;
	g_array_append_vals(t->record.rows, row, 1);
	return !t->keep || t->error || results_add(&t->results, row, &t->error);
}

static bool
sync_rows(void *arg)
{
	struct session *t = arg;
	return !t->keep || (!t->error && results_sync(&t->results, &t->error));
}

/* Who goes on with the run must know, and the report. */
static bool
keep_narrowed(void *arg, unsigned round)
{
	struct session *t = arg;
	g_autofree char *text = g_strdup_printf("first_from=%u\n", round);
	return record_parse_env(&t->record, text, "env.txt", &t->error) &&
	       (!t->keep || results_append(
				    &t->results, "env.txt", write_text, text, &t->error));
}

static bool
is_enough(void *arg, unsigned rounds)
{
	const struct session *t = arg;
	return t->o->width > 0 && rounds >= STATS_SIGN_LEAST &&
	       report_widest(t->report) < t->o->width;
}

/* Did the intervals become as narrow as was asked for? For the notes, too. */
static void
learn_stop(struct session *t, enum run_stop stop)
{
	static const char *const words[] = { [RUN_DID_ROUNDS] = "rounds",
		[RUN_KNOWS_ENOUGH] = "resolved",
		[RUN_SPENT_BUDGET] = "budget" };
	if (stop == RUN_GOES_ON || t->o->spec.part)
		return;
	double widest = report_widest(t->report);
	g_autofree char *share = isfinite(widest) ? g_strdup_printf("%.4g", widest)
						  : g_strdup("unknown");
	g_free(t->stopped);
	t->stopped = g_strdup_printf(
		"stopped=%s\nwidest=%s\n", words[stop], widest > 0 ? share : "none");
	record_parse_env(&t->record, t->stopped, "env.txt", NULL);
}

/* What the rounds need to know of the session, and where their rows go. */
static const struct run_spec *
spec_of(struct session *t)
{
	struct run_spec *spec = &t->o->spec;
	if (!t->report)
		t->report = report_new(&t->record);
	t->sink = (struct row_sink){ take_row, sync_rows, t };
	spec->host = g_intern_string(t->host);
	spec->done = t->done;
	spec->rows = t->record.rows;
	spec->begun = t->record.begun;
	spec->first_from = record_first_from(&t->record);
	spec->narrowed = keep_narrowed;
	spec->enough = is_enough;
	spec->arg = t;
	spec->sink = &t->sink;
	return spec;
}

enum run_outcome
session_measure(struct session *t)
{
	enum run_stop stop;
	enum run_outcome outcome = run_rounds(spec_of(t), &stop);
	learn_stop(t, stop);
	return outcome;
}

enum run_outcome
session_next_round(struct session *t, struct progress *progress, const char *title)
{
	if (!t->run)
		t->run = run_new(spec_of(t));
	enum run_outcome outcome = run_next_round(t->run, progress, title);
	if (outcome <= RUN_WRONG && run_done(t->run) == t->o->spec.rounds)
		learn_stop(t, RUN_DID_ROUNDS);
	return outcome;
}

/* ---- after it ---- */

bool
session_close(struct session *t, enum run_outcome outcome, GError **error)
{
	const char *word = outcome == RUN_RIGHT ? "right" : "wrong";
	struct results *r = &t->results;
	return put_end(t, word, error) && derived_write(r, t->report, error) &&
	       results_finish(r, t->record.rows, error);
}

/* ---- going on with an earlier one ---- */

bool
session_is_begun(const char *dir)
{
	g_autofree char *plain = results_name_of(dir);
	/* Without env.txt it is as if it had not been begun (results.h). */
	g_autofree char *env = g_strconcat(plain, ".partial/env.txt", NULL);
	return disk_is_there(plain) || disk_is_there(env);
}

bool
session_is_over(const struct record *old)
{
	return !g_str_has_suffix(old->dir, ".partial") &&
	       g_strcmp0(record_env(old, "outcome"), "right") == 0;
}

static bool
same(const struct record *old, const struct record *now, const char *key,
	const char *remedy)
{
	const char *then = record_env(old, key), *here = record_env(now, key);
	if (then && g_strcmp0(then, here) == 0)
		return true;
	say_fail("%s: its %s is %s, and it is %s now; %s", old->dir, key,
		record_said(old, key), record_said(now, key), remedy);
	return false;
}

static bool
same_plugins(const struct session *t, const struct record *old, const struct record *now)
{
	const GPtrArray *chosen = t->o->run.chosen;
	for (guint i = 0; i < chosen->len; i++) {
		const struct ab_variant *v = chosen->pdata[i];
		g_autofree char *key = description_key(v->name, "sha256");
		if (probe_sha256(v) && !same(old, now, key, "give it the file it had"))
			return false;
	}
	return true;
}

/* Rows measured by another program, with other options, on other keys or another
 * machine do not belong with those that are there. */
bool
session_can_go_on(const struct session *t, const struct record *old)
{
	static const char *const remedies[][2] = { { "revision", "build that revision" },
		{ "host", "go on with it there" },
		{ "fingerprint", "give it the keys it had" } };
	g_autoptr(GError) error = NULL;
	struct record now;
	record_init(&now);
	bool good = session_learn_env(t, &now, &error);
	for (size_t i = 0; good && i < G_N_ELEMENTS(remedies); i++)
		good = same(old, &now, remedies[i][0], remedies[i][1]);
	good = good && same_plugins(t, old, &now);
	for (int kind = OF_THE_RUN; good && kind <= OF_THE_MACHINE; kind++) {
		const char *key = part_disagreement(old, &now, (enum part_fact)kind);
		good = !key ||
		       same(old, &now, key, "go on with it as it was, or begin it anew");
	}
	if (error)
		say_fail("%s", error->message);
	record_clear(&now);
	return good;
}

char **
session_old_options(const struct record *old)
{
	char **argv = NULL;
	int argc;
	const char *command = record_env(old, "command");
	if (command && g_shell_parse_argv(command, &argc, &argv, NULL) && argc > 1) {
		g_free(argv[0]); /* artbench */
		memmove(argv, argv + 1, (size_t)argc * sizeof *argv);
		return argv;
	}
	g_strfreev(argv);
	say_fail("%s/env.txt: it does not say how the run was started; start it anew",
		old->dir);
	return NULL;
}

bool
session_go_on(struct session *t, const char *dir, GError **error)
{
	child_guard();
	if (!results_resume(&t->results, dir, &t->record, &t->done, error) ||
		!results_append(&t->results, "env.txt", write_env_resumed, t, error))
		return false;
	t->keep = true;
	g_hash_table_remove(t->record.env, "missing");
	return true;
}

/* Nothing of a part that was broken off can be used; so another host may do it. */
bool
session_take_over(struct session *t, GError **error)
{
	child_guard();
	if (!results_resume(&t->results, t->o->results, &t->record, &t->done, error))
		return false;
	t->keep = true;
	if (t->record.rows->len)
		return true;
	return write_env(t, error) &&
	       results_append(&t->results, "env.txt", write_env_resumed, t, error);
}
