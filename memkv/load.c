/* load.c: a store from a snapshot, be it a file or a stream. */
#include "snapshot.h"

static enum memkv_status
check_request(const char *path, const struct memkv_options *options, memkv *const *out)
{
	if (!out || !path || !*path)
		return kv_fail(MEMKV_EINVAL,
			"there is no name of a file, or no place for the store");
	if (options && options->free_value)
		return kv_fail_file(MEMKV_EUNSUPPORTED, path,
			"values of a file are numbers, and nothing to be freed");
	return MEMKV_OK;
}

static enum memkv_status
add_entry(void *arg, struct ab_key key, uint64_t value)
{
	return filler_add(arg, key, value);
}

static enum memkv_status
fill(memkv *kv, struct snapshot *s)
{
	struct filler f;
	filler_open(&f, kv, kv->now);
	gauge_enforce(&kv->now->gauge, true);
	enum memkv_status status = filler_close(&f, snapshot_read(s, add_entry, &f));
	gauge_enforce(&kv->now->gauge, false);
	return status;
}

/* A store with what is in the snapshot, which `status` says is open, and which is closed. */
static enum memkv_status
load(memkv *kv, struct snapshot *s, enum memkv_status status, memkv **out)
{
	if (status == MEMKV_OK) {
		status = fill(kv, s);
		snapshot_close(s);
	}
	if (status == MEMKV_OK)
		*out = kv;
	else
		kv_free(kv);
	return status;
}

enum memkv_status
memkv_load(const char *path, const char *name, const struct memkv_options *options,
	memkv **out)
{
	pthread_testcancel();
	KV_NOT_CANCELLED;
	struct snapshot s;
	memkv *kv = NULL;
	if (out)
		*out = NULL;
	enum memkv_status status = check_request(path, options, out);
	if (status == MEMKV_OK)
		status = memkv_open(name, options, &kv);
	if (status != MEMKV_OK)
		return status;
	return load(kv, &s, snapshot_open(&s, path, &kv->from, false), out);
}

enum memkv_status
memkv_load_from(memkv_read *read, void *ctx, const char *name,
	const struct memkv_options *options, memkv **out)
{
	pthread_testcancel();
	KV_NOT_CANCELLED;
	struct snapshot s;
	memkv *kv = NULL;
	if (out)
		*out = NULL;
	if (!read)
		return kv_fail(MEMKV_EINVAL, "there is no function to read it");
	enum memkv_status status = check_request("the stream", options, out);
	if (status == MEMKV_OK)
		status = memkv_open(name, options, &kv);
	if (status != MEMKV_OK)
		return status;
	return load(kv, &s, snapshot_open_stream(&s, read, ctx, &kv->from), out);
}

/* All of it is read once: from then on it can be trusted, as far as nobody writes to it. */
static enum memkv_status
map_into(memkv *kv, const char *path)
{
	struct snapshot s;
	enum memkv_status status = snapshot_open(&s, path, &kv->from, true);
	if (status != MEMKV_OK)
		return status;
	status = snapshot_read(&s, NULL, NULL);
	if (status == MEMKV_OK) {
		kv->now->v = &kv_mapped;
		kv->now->t = mapped_create(&s);
		if (kv->now->t)
			s.map = NULL; /* the index has it now */
		else
			status = kv_fail_file(MEMKV_ENOMEM, path, "out of memory");
	}
	snapshot_close(&s);
	return status;
}

enum memkv_status
memkv_map(const char *path, const struct memkv_options *options, memkv **out)
{
	pthread_testcancel();
	KV_NOT_CANCELLED;
	memkv *kv = NULL;
	if (out)
		*out = NULL;
	enum memkv_status status = check_request(path, options, out);
	if (status == MEMKV_OK && options && options->threads == MEMKV_CONCURRENT)
		status = kv_fail_file(MEMKV_EUNSUPPORTED, path,
			"a mapped store is only read; use MEMKV_RWLOCK, or "
			"MEMKV_ONE_THREAD from any number of threads");
	if (status == MEMKV_OK)
		status = kv_new(options, &kv);
	if (status != MEMKV_OK)
		return status;
	kv->home = kv_variant_named(RECOMMENDED);
	kv->sealed = true;
	status = map_into(kv, path);
	if (status == MEMKV_OK)
		*out = kv;
	else
		kv_free(kv);
	return status;
}
