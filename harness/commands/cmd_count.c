/* cmd_count.c: artbench count: one pass of one operation over all keys, for
 * scripts/callgrind.sh to count the instructions of. Not meant for people, so not
 * listed.
 *
 * All that is counted happens below count_measured: a counter that starts where it is
 * entered and stops where it is left sees the structure's own work and the loop around
 * it, and neither loading nor the making of queries. */
#include <gnu/libc-version.h>
#include <string.h>
#include "build_config.h"
#include "run/cli.h"
#include "cmd.h"
#include "work/fixture.h"

/* One pass over all keys; how many answers were right. */
typedef size_t pass_fn(const struct fixture *f);

static size_t
pass_insert(const struct fixture *f)
{
	size_t right = 0;
	for (size_t i = 0; i < f->loan.n; i++)
		right += f->v->put(f->t, stream_key(&f->loan, i), f->loan.expected[i]) ==
			 AB_OK;
	return right;
}

static size_t
pass_hit(const struct fixture *f)
{
	size_t right = 0;
	for (size_t i = 0; i < f->stream.n; i++) {
		uint64_t value = 0;
		enum ab_status st = f->v->get(f->t, stream_key(&f->stream, i), &value);
		right += st == AB_OK && value == f->stream.expected[i];
	}
	return right;
}

static size_t
pass_miss(const struct fixture *f)
{
	size_t right = 0;
	for (size_t i = 0; i < f->stream.n; i++) {
		uint64_t value;
		enum ab_status st = f->v->get(f->t, stream_key(&f->stream, i), &value);
		right += st == AB_NOT_FOUND;
	}
	return right;
}

static size_t
pass_delete(const struct fixture *f)
{
	size_t right = 0;
	for (size_t i = 0; i < f->stream.n; i++)
		right += f->v->del(f->t, stream_key(&f->stream, i)) == AB_OK;
	return right;
}

struct sum {
	uint64_t keys, values, key_bytes;
};

static bool
add_up(void *arg, struct ab_key key, uint64_t value)
{
	struct sum *sum = arg;
	sum->keys++;
	sum->values += value;
	sum->key_bytes += key.n;
	return true;
}

static size_t
pass_scan(const struct fixture *f)
{
	struct sum sum = { 0 };
	enum ab_status st = f->v->scan(f->t, (struct ab_range){ 0 }, add_up, &sum);
	bool whole = st == AB_OK && sum.values == f->value_sum &&
		     sum.key_bytes == f->d->key_bytes;
	return whole ? sum.keys : 0;
}

/* Named on valgrind's command line: not inlined, not static, so that the symbol is
 * this one, and with something to do after the pass, so that it is left by a return. */
size_t count_measured(pass_fn *pass, const struct fixture *f);

__attribute__((noinline)) size_t
count_measured(pass_fn *pass, const struct fixture *f)
{
	size_t right = pass(f);
	__asm__ volatile("" : "+r"(right)); /* no tail call */
	return right;
}

/* ---- the operations ---- */

enum operation { INSERT, HIT, MISS, SCAN, DELETE };
static const char *const names[] = { "insert", "hit", "miss", "scan", "delete", NULL };
static pass_fn *const passes[] = { pass_insert, pass_hit, pass_miss, pass_scan,
	pass_delete };

static bool
is_possible(enum operation o, const struct fixture *f)
{
	switch (o) {
	case INSERT: return fixture_can_put(f);
	case SCAN: return f->v->scan != NULL;
	case DELETE: return fixture_can_del(f);
	case HIT:
	case MISS: break;
	}
	return true;
}

/* Everything up to the first operation that is counted. */
static bool
prepare(enum operation o, struct fixture *f, GError **error)
{
	switch (o) {
	case INSERT: fixture_lend(f); return fixture_renew(f, error);
	case HIT: return fixture_load(f, error) && fixture_stream(f, FOR_HIT, error);
	case MISS: return fixture_load(f, error) && fixture_stream(f, FOR_MISS, error);
	case SCAN: return fixture_load(f, error);
	case DELETE:
		return fixture_load(f, error) && fixture_stream(f, FOR_DELETE, error);
	}
	return false;
}

/* What, apart from the sources, decides the figures. Under valgrind the processor is
 * the one valgrind shows, which is what the C library chooses its memcmp by. */
static void
print_surroundings(void)
{
	const char *level = "unknown";
#if defined __x86_64__
	level = __builtin_cpu_supports("avx512f") ? "x86-64 with AVX-512"
		: __builtin_cpu_supports("avx2")  ? "x86-64 with AVX2"
		: __builtin_cpu_supports("avx")   ? "x86-64 with AVX"
						  : "x86-64 with SSE2";
#elif defined __aarch64__
	level = "aarch64";
#endif
	printf("compiler\t%s\n", BUILD_COMPILER);
	printf("flags\t-O%s %s c_args=%s\n", BUILD_OPTIMIZATION, BUILD_OPTIONS,
		BUILD_C_ARGS);
	printf("libraries\tglibc %s, GLib %u.%u.%u\n", gnu_get_libc_version(),
		glib_major_version, glib_minor_version, glib_micro_version);
	printf("processor\t%s\n", level);
}

/* Prints the number of operations in the pass, or "-" where the variant has none. */
static int
count(enum operation o, struct fixture *f, GError **error)
{
	if (!is_possible(o, f)) {
		printf("operations\t-\n");
		return CLI_RIGHT;
	}
	if (!prepare(o, f, error))
		return CLI_WRONG;
	size_t right = count_measured(passes[o], f);
	if (right != f->d->n && fixture_answers(f)) {
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
			"wrong answers: %zu of %zu were right", right, f->d->n);
		return CLI_WRONG;
	}
	printf("operations\t%zu\n", f->d->n);
	return CLI_RIGHT;
}

static int
count_one(enum operation o, const struct cli_run *r)
{
	g_autoptr(GError) error = NULL;
	struct fixture f = { 0 };
	const struct ab_variant *v = r->chosen->pdata[0];
	struct dataset *d = cli_dataset(r, true);
	if (!d)
		return CLI_BAD_INPUT;
	int status = CLI_WRONG;
	if (fixture_open(&f, v, d, &r->setup, &error)) {
		print_surroundings();
		status = count(o, &f, &error);
		fixture_close(&f);
	}
	if (error)
		say_fail("%s: %s: %s", v->name, names[o], error->message);
	dataset_close(d);
	return say_flush() ? status : CLI_BAD_INPUT;
}

int
cmd_count(int argc, char **argv)
{
	g_autofree char *operation = NULL;
	const GOptionEntry extra[] = {
		{ "operation", 0, 0, G_OPTION_ARG_FILENAME, &operation,
			"insert (default), hit, miss, scan or delete", "NAME" },
		{ 0 },
	};
	struct cli_run r = { 0 };
	int o;
	int status = cli_parse(argc, argv,
		"One pass of one operation, for scripts/callgrind.sh.", extra, &r, NULL);
	if (status >= 0)
		goto out;
	status = CLI_BAD_INPUT;
	if (r.chosen->len != 1)
		say_fail("count takes one variant; name it with --variants");
	else if (cli_choice("operation", operation, names, &o))
		status = count_one((enum operation)o, &r);
out:
	cli_free(&r);
	return status;
}
