/* ops_text.c: operations as lists, and as the text of ops.h. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include "ops.h"

static const char *const verbs[OPS_KINDS] = { "put", "get", "del", "range", "prefix",
	"update", "get-many", "del-range", "values", "back", "nth", "rank", "rebuild",
	"compact", "compare", "emptied", "scans" };

/* What follows the verb, and its operands. */
static const char TO[] = " to ", THE_END[] = "the end", IS[] = " = ", KEEP[] = " keep",
		  REMOVE[] = " remove", STOPPING[] = ", stopping at visit ",
		  FAILING[] = ", failing allocation ",
		  FAILING_FROM[] = ", failing from allocation ", ON[] = " on";

/* ---- lists ---- */

static struct ab_key
key_copy(struct ab_key k)
{
	return (struct ab_key){ k.n ? g_memdup2(k.p, k.n) : NULL, k.n };
}

static void
key_free(struct ab_key k)
{
	g_free((void *)(uintptr_t)k.p);
}

static void
op_free(void *arg)
{
	struct ops_op *op = arg;
	key_free(op->key);
	key_free(op->range.lo);
	key_free(op->range.hi);
	for (size_t i = 0; i < op->n_keys; i++)
		key_free(op->keys[i]);
	g_free(op->keys);
	g_free(op);
}

GPtrArray *
ops_list(void)
{
	return g_ptr_array_new_with_free_func(op_free);
}

void
ops_append(GPtrArray *list, const struct ops_op *op)
{
	struct ops_op *copy = g_memdup2(op, sizeof *op);
	copy->key = key_copy(op->key);
	copy->range.lo = key_copy(op->range.lo);
	copy->range.hi = key_copy(op->range.hi);
	copy->keys = g_new(struct ab_key, op->n_keys);
	for (size_t i = 0; i < op->n_keys; i++)
		copy->keys[i] = key_copy(op->keys[i]);
	g_ptr_array_add(list, copy);
}

void
ops_leave_out_keys(struct ops_op *op, size_t at, size_t end)
{
	for (size_t i = at; i < end; i++)
		key_free(op->keys[i]);
	memmove(op->keys + at, op->keys + end, (op->n_keys - end) * sizeof *op->keys);
	op->n_keys -= end - at;
}

/* ---- writing ---- */

static void
print_key(FILE *out, struct ab_key k, size_t most)
{
	putc(' ', out);
	ab_key_print(out, k, most);
}

static void
print_operands(FILE *out, const struct ops_op *op, size_t most)
{
	if (ops_has_range(op->kind)) {
		print_key(out, op->range.lo, most);
		fputs(TO, out);
		if (op->range.has_hi)
			ab_key_print(out, op->range.hi, most);
		else
			fputs(THE_END, out);
	} else if (ops_has_key(op->kind)) {
		print_key(out, op->key, most);
	}
	for (size_t i = 0; i < op->n_keys; i++)
		print_key(out, op->keys[i], most);
	if (op->kind == OPS_PUT || (op->kind == OPS_UPDATE && op->verdict == AB_PUT))
		fprintf(out, "%s%" PRIu64, IS, op->value);
	else if (op->kind == OPS_UPDATE)
		fputs(op->verdict == AB_KEEP ? KEEP : REMOVE, out);
}

void
ops_print(FILE *out, const struct ops_op *op, size_t most)
{
	fputs(verbs[op->kind], out);
	print_operands(out, op, most);
	if (op->stop)
		fprintf(out, "%s%zu", STOPPING, op->stop);
	if (op->fail)
		fprintf(out, "%s%" PRIu64 "%s", op->fail_on ? FAILING_FROM : FAILING,
			op->fail, op->fail_on ? ON : "");
	putc('\n', out);
}

/* ---- reading ---- */

struct reader {
	const char *at;
	GByteArray *key;     /* the last one read */
	const char *missing; /* what belongs where it stopped */
};

static bool
takes(struct reader *r, const char *text)
{
	size_t n = strlen(text);
	if (strncmp(r->at, text, n) != 0)
		return false;
	r->at += n;
	return true;
}

static bool
needs(struct reader *r, const char *what)
{
	r->missing = what;
	return false;
}

static bool
take_byte(struct reader *r)
{
	guint8 byte = (guint8)*r->at;
	if (byte == '\\') {
		int hi = r->at[1] == 'x' ? g_ascii_xdigit_value(r->at[2]) : -1;
		int lo = hi >= 0 ? g_ascii_xdigit_value(r->at[3]) : -1;
		if (lo < 0)
			return needs(r, "\\x and two hexadecimal digits");
		byte = (guint8)(hi << 4 | lo);
		r->at += 3;
	} else if (byte < ' ' || byte > '~') {
		return needs(r, "the \" at the key's end, or a byte as \\xNN");
	}
	r->at++;
	g_byte_array_append(r->key, &byte, 1);
	return true;
}

/* Into `*k`, which is a copy. */
static bool
take_key(struct reader *r, struct ab_key *k)
{
	if (!takes(r, "\""))
		return needs(r, "a key in double quotes");
	g_byte_array_set_size(r->key, 0);
	while (*r->at != '"')
		if (!take_byte(r))
			return false;
	r->at++;
	*k = key_copy((struct ab_key){ r->key->data, r->key->len });
	return true;
}

static bool
take_number(struct reader *r, uint64_t *number)
{
	char *end;
	errno = 0;
	*number = g_ascii_strtoull(r->at, &end, 10);
	if (!g_ascii_isdigit(*r->at) || errno)
		return needs(r, "a number of 64 bits");
	r->at = end;
	return true;
}

static bool
take_count(struct reader *r, uint64_t *number)
{
	return take_number(r, number) && (*number || needs(r, "a number from 1 on"));
}

static bool
take_verb(struct reader *r, struct ops_op *op)
{
	size_t n = strcspn(r->at, " ,");
	for (int kind = 0; kind < OPS_KINDS; kind++)
		if (strlen(verbs[kind]) == n && strncmp(r->at, verbs[kind], n) == 0) {
			op->kind = (enum ops_kind)kind;
			r->at += n;
			return true;
		}
	return needs(r, "one of put, get, del, range, prefix, update, get-many, "
			"del-range, values, back, nth, rank, rebuild, compact, compare, "
			"emptied and scans");
}

/* ' = ' and a value; of update, or what else it says. */
static bool
take_value(struct reader *r, struct ops_op *op)
{
	bool update = op->kind == OPS_UPDATE;
	op->verdict = AB_PUT;
	if (takes(r, IS))
		return take_number(r, &op->value);
	op->verdict = update && takes(r, REMOVE) ? AB_REMOVE : AB_KEEP;
	return (update && (op->verdict == AB_REMOVE || takes(r, KEEP))) ||
	       needs(r, update ? "' = ' and a value, ' keep' or ' remove'"
			       : "' = ' and a value");
}

static bool
take_range(struct reader *r, struct ab_range *range)
{
	if (!take_key(r, &range->lo))
		return false;
	if (!takes(r, TO))
		return needs(r, "' to ' and a key or 'the end'");
	range->has_hi = !takes(r, THE_END);
	return !range->has_hi || take_key(r, &range->hi);
}

/* Any number of them, each behind a space. */
static bool
take_keys(struct reader *r, struct ops_op *op)
{
	while (takes(r, " ")) {
		op->keys = g_renew(struct ab_key, op->keys, op->n_keys + 1);
		if (!take_key(r, &op->keys[op->n_keys]))
			return false;
		op->n_keys++;
	}
	return true;
}

static bool
take_operands(struct reader *r, struct ops_op *op)
{
	if (op->kind >= OPS_REBUILD)
		return true;
	if (op->kind == OPS_GET_MANY)
		return take_keys(r, op);
	if (!takes(r, " "))
		return needs(r, "a space and a key in double quotes");
	if (ops_has_range(op->kind))
		return take_range(r, &op->range);
	return take_key(r, &op->key) &&
	       ((op->kind != OPS_PUT && op->kind != OPS_UPDATE) || take_value(r, op));
}

static bool
take_conditions(struct reader *r, struct ops_op *op)
{
	uint64_t stop = 0;
	if (ops_has_stop(op->kind) && takes(r, STOPPING) && !take_count(r, &stop))
		return false;
	op->stop = stop;
	op->fail_on = takes(r, FAILING_FROM);
	if ((op->fail_on || takes(r, FAILING)) && !take_count(r, &op->fail))
		return false;
	if (op->fail_on && !takes(r, ON))
		return needs(r, "' on'");
	return !*r->at || needs(r, "the end of the line");
}

/* NULL, or what there must be at r->at, on the line it returns in `*line`. */
static const char *
read_lines(struct reader *r, char **lines, GPtrArray *list, size_t *line)
{
	for (size_t i = 0; lines[i]; i++) {
		r->at = lines[i];
		*line = i + 1;
		if (!*r->at || *r->at == '#')
			continue;
		struct ops_op *op = g_new0(struct ops_op, 1);
		g_ptr_array_add(list, op);
		if (!take_verb(r, op) || !take_operands(r, op) || !take_conditions(r, op))
			return r->missing;
	}
	return NULL;
}

GPtrArray *
ops_read(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	gsize n;
	size_t line = 0;
	if (!g_file_get_contents(path, &text, &n, error))
		return NULL;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	struct reader r = { .at = "", .key = g_byte_array_new() };
	GPtrArray *list = ops_list();
	const char *missing = read_lines(&r, lines, list, &line);
	if (!missing && strlen(text) < n)
		missing = "text, not a NUL byte";
	g_byte_array_unref(r.key);
	if (!missing)
		return list;
	g_autofree char *cut = g_strndup(r.at, 20);
	g_autofree char *at = g_strescape(cut, NULL);
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		"%s:%zu: at '%s' there must be %s", path, line, at, missing);
	g_ptr_array_unref(list);
	return NULL;
}
