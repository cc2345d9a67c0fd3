/* row.c: see row.h. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "row.h"

const char row_header[] =
	"round\tposition\tvariant\tjob\tworkload\tmetric\tvalue\tunit\tstatus\thost";

/* Whole numbers without a point, others so that they read back the same. */
static void
format_value(char *buf, size_t size, double value)
{
	if (isnan(value))
		snprintf(buf, size, "-");
	else if (value == floor(value) && fabs(value) < 0x1p53)
		snprintf(buf, size, "%.0f", value);
	else
		snprintf(buf, size, "%.17g", value);
}

bool
row_print(FILE *out, const struct row *r)
{
	char value[40];
	format_value(value, sizeof value, r->value);
	return fprintf(out, "%u\t%u\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r->round,
		       r->position, r->variant, r->job, r->workload, r->metric, value,
		       r->unit, r->status, r->host) > 0;
}

static bool
read_count(const char *text, unsigned *n)
{
	guint64 wide;
	bool ok = g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT, &wide, NULL);
	*n = ok ? (unsigned)wide : 0;
	return ok;
}

static bool
read_value(const char *text, double *value)
{
	char *end = NULL;
	*value = strcmp(text, "-") == 0 ? NAN : g_ascii_strtod(text, &end);
	return !end || (end != text && *end == '\0');
}

bool
row_read(const char *line, struct row *r)
{
	g_auto(GStrv) field = g_strsplit(line, "\t", 0);
	if (g_strv_length(field) != 10 || !read_count(field[0], &r->round) ||
		!read_count(field[1], &r->position) || !read_value(field[6], &r->value))
		return false;
	r->variant = g_intern_string(field[2]);
	r->job = g_intern_string(field[3]);
	r->workload = g_intern_string(field[4]);
	r->metric = g_intern_string(field[5]);
	r->unit = g_intern_string(field[7]);
	r->status = g_intern_string(field[8]);
	r->host = g_intern_string(field[9]);
	return true;
}

void
row_emit(const char *workload, const char *metric, double value, const char *unit)
{
	char text[40];
	format_value(text, sizeof text, value);
	printf("row\t%s\t%s\t%s\t%s\n", workload, metric, text, unit);
}

void
row_emit_failure(const char *workload, const char *what)
{
	printf("failed\t%s\t%s\n", workload, what);
}

void
row_emit_data(const struct row_data *d)
{
	printf("data\t%" PRIu64 "\t%" PRIu64 "\t%016" PRIx64 "\n", d->keys, d->key_bytes,
		d->fingerprint);
}

void
row_emit_end(void)
{
	puts("end");
	fflush(stdout);
}

static bool
parse_value(char **field, struct row *r)
{
	r->workload = g_intern_string(field[1]);
	r->metric = g_intern_string(field[2]);
	r->unit = g_intern_string(field[4]);
	r->status = "ok";
	return read_value(field[3], &r->value);
}

bool
row_parse_data(const char *line, struct row_data *data)
{
	g_auto(GStrv) field = g_strsplit(line, "\t", 0);
	return g_strv_length(field) == 4 && strcmp(field[0], "data") == 0 &&
	       g_ascii_string_to_unsigned(
		       field[1], 10, 0, UINT64_MAX, &data->keys, NULL) &&
	       g_ascii_string_to_unsigned(
		       field[2], 10, 0, UINT64_MAX, &data->key_bytes, NULL) &&
	       g_ascii_string_to_unsigned(
		       field[3], 16, 0, UINT64_MAX, &data->fingerprint, NULL);
}

enum row_line
row_parse(char *line, struct row *r)
{
	g_auto(GStrv) field = g_strsplit(line, "\t", 0);
	unsigned n = g_strv_length(field);
	if (n == 1 && strcmp(field[0], "end") == 0)
		return ROW_END;
	if (n == 5 && strcmp(field[0], "row") == 0)
		return parse_value(field, r) ? ROW_VALUE : ROW_GARBAGE;
	if (n != 3 || strcmp(field[0], "failed") != 0)
		return ROW_GARBAGE;
	r->workload = g_intern_string(field[1]);
	r->metric = r->unit = "-";
	r->value = NAN;
	r->status = g_intern_string(field[2]);
	return ROW_FAILURE;
}
