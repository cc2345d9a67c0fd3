/* fuzz_ops.c: the model test with its operations from outside. An input is read by
 * tests/kit/ops.h, as text if its name ends in .ops, and run on every structure built in.
 *
 * Replay:  fuzz_ops FILE...           the corpus, as a regression test
 * Fuzzing: fuzz_ops_libfuzzer CORPUS  built with FUZZ_LIBFUZZER and clang's
 *          -fsanitize=fuzzer, and aborting at the first wrong answer. */
#include <glib.h>
#include <stdlib.h>
#include "kit/model.h"

/* Of `list`, or if that is NULL, of bytes. */
static bool
run_all(const uint8_t *bytes, size_t n, const GPtrArray *list)
{
	bool right = true;
	const struct ab_variant *v;
	for (size_t i = 0; (v = ab_variant_at(i)); i++)
		if (!(v->caps & AB_HOLDS_NOTHING))
			right &= list ? model_list(v, "replay", list)
				      : model_bytes(v, "replay", 1, bytes, n);
	return right;
}

#ifdef FUZZ_LIBFUZZER

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	if (!run_all(bytes, n, NULL))
		abort();
	return 0;
}

#else

static bool
run_file(const char *path, GError **error)
{
	g_autofree char *bytes = NULL;
	gsize n = 0;
	bool text = g_str_has_suffix(path, ".ops");
	g_autoptr(GPtrArray) list = text ? ops_read(path, error) : NULL;
	if (text ? !list : !g_file_get_contents(path, &bytes, &n, error))
		return false;
	if (!CHECK(run_all((const uint8_t *)bytes, n, list)))
		fprintf(stderr, "  input %s\n", path);
	return true;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		g_autoptr(GError) error = NULL;
		if (run_file(argv[i], &error))
			continue;
		fprintf(stderr, "fuzz_ops: %s\n", error->message);
		return 2;
	}
	return check_finish();
}

#endif
