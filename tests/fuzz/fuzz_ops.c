/* fuzz_ops.c: the model test with its bytes from outside. An input is decoded by
 * tests/kit/ops.h and run on every structure built in.
 *
 * Replay:  fuzz_ops FILE...           the corpus, as a regression test
 * Fuzzing: fuzz_ops_libfuzzer CORPUS  built with FUZZ_LIBFUZZER and clang's
 *          -fsanitize=fuzzer, and aborting at the first wrong answer. */
#include <glib.h>
#include <stdlib.h>
#include "kit/model.h"

static bool
run_all(const uint8_t *bytes, size_t n)
{
	bool right = true;
	const struct ab_variant *v;
	for (size_t i = 0; (v = ab_variant_at(i)); i++)
		if (!(v->caps & AB_HOLDS_NOTHING))
			right &= model_bytes(v, "replay", 1, bytes, n);
	return right;
}

#ifdef FUZZ_LIBFUZZER

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	if (!run_all(bytes, n))
		abort();
	return 0;
}

#else

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		g_autofree char *bytes = NULL;
		g_autoptr(GError) error = NULL;
		gsize n;
		if (!g_file_get_contents(argv[i], &bytes, &n, &error)) {
			fprintf(stderr, "fuzz_ops: %s\n", error->message);
			return 2;
		}
		if (!CHECK(run_all((const uint8_t *)bytes, n)))
			fprintf(stderr, "  input %s\n", argv[i]);
	}
	return check_finish();
}

#endif
