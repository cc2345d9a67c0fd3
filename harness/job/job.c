/* job.c: see job.h. */
#include "work/verify.h"
#include "job.h"
#include "ground/row.h"

bool
job_sound(struct fixture *f, size_t keys, GError **error)
{
	return fixture_answers(f) ? check_sound(f, keys, error) : check_memory(f, error);
}

void
job_emit_data(const struct dataset *d)
{
	row_emit_data(&(struct row_data){ d->n, d->key_bytes, d->fingerprint });
}

bool
job_finish(bool ok, const char *workload, GError *error)
{
	if (ok)
		row_emit_end();
	else /* in a line of its own, whatever a structure says of itself */
		row_emit_failure(workload, g_strdelimit(error->message, "\t\n", ' '));
	g_clear_error(&error);
	return ok;
}
