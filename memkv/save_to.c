/* save_to.c: memkv_save_to: a store as a snapshot through the caller's function, byte by byte in
 * order. The head comes first, and says what is known when all has been gone through: so the
 * entries are visited twice, between which nothing changes. */
#include "encode.h"

struct sink {
	memkv_write *write;
	void *ctx;
};

static bool
write_on(struct encoder *e, const uint8_t *p, size_t n, uint64_t at)
{
	const struct sink *sink = e->arg;
	if (sink->write(sink->ctx, p, n))
		return true;
	e->status = kv_fail_file(MEMKV_EIO, e->path,
		"at byte %llu: the function that writes it says no",
		(unsigned long long)at);
	return false;
}

static enum memkv_status
save_to(struct encoder *e, const struct side *side)
{
	if (!encode_entries(e, side))
		return e->status;
	e->sink = write_on;
	if (encode_head(e)) {
		encoder_again(e);
		if (encode_entries(e, side))
			encode_index(e);
	}
	return e->status;
}

/* With the store read, and not written by anybody. */
static enum memkv_status
save_held(const memkv *kv, struct sink *sink)
{
	if (kv->free_value)
		return kv_fail(MEMKV_EUNSUPPORTED,
			"values that the store owns mean nothing elsewhere");
	struct encoder *e = ab_alloc(&kv->from, sizeof *e);
	if (!e)
		return kv_fail(MEMKV_ENOMEM, "out of memory to write it");
	encoder_init(e, "the stream", &kv->from);
	e->arg = sink;
	enum memkv_status status = save_to(e, kv->now);
	encoder_free(e);
	ab_free(&kv->from, e, sizeof *e);
	return status;
}

enum memkv_status
memkv_save_to(const memkv *kv, memkv_write *write, void *ctx)
{
	pthread_testcancel();
	KV_NOT_CANCELLED;
	struct visit visit;
	struct sink sink = { write, ctx };
	if (!write)
		return kv_fail(MEMKV_EINVAL, "there is no function to write it");
	enum memkv_status status = kv_hold(kv);
	if (status != MEMKV_OK)
		return status;
	status = kv_visit(kv, &visit);
	if (status == MEMKV_OK) {
		status = save_held(kv, &sink);
		kv_visit_done(kv, &visit);
	}
	kv_hold_done(kv);
	return status;
}
