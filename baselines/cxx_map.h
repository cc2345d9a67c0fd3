/* cxx_map.h: an ordered map of the C++ standard's kind, std::string to uint64_t, behind
 * the contract. Include-template: before it, define
 *
 *   string_map   the map's type, over string and hook of cxx_hook.h
 *   spares       those it needs there; zeroed, if it is all right without
 *
 * What is put is made as a user would make it, by insert_or_assign of a string of its
 * own; lookups take a std::string_view and copy nothing.
 *
 * Ownership, units, threads: as in ab.h; lookups and scans from many threads.
 * Errors: std::bad_alloc becomes AB_ENOMEM; no exception leaves. That a refused put
 * changes nothing is the map's own guarantee for one element, or what the spares are
 * for; the string is made before the map is touched, and moving it in cannot fail. */
#ifndef CXX_MAP_H
#define CXX_MAP_H

#include <new>
#include "contract/alloc.h"
#include "cxx_hook.h"
#include "cxx_index.h"
#include "contract/span.h"

namespace
{

struct holder {
	cxx::account account;
	string_map map;
};

} // namespace

static constexpr cxx::behind<holder> mine;

static ab_index *
cm_create(const struct ab_alloc *mem)
{
	void *p = ab_alloc(mem, sizeof(holder));
	holder *t = p ? new (p) holder{ { mem, { spares[0], spares[1] } }, {} } : nullptr;
	return reinterpret_cast<ab_index *>(t);
}

static void
cm_destroy(ab_index *t)
{
	const struct ab_alloc *mem = mine(t).account.mem;
	cxx::account last = mine(t).account; /* outlives the map that is charged to it */
	{
		cxx::charge to(last);
		mine(t).~holder();
	}
	last.release();
	ab_free(mem, t, sizeof(holder));
}

static enum ab_status
cm_put(ab_index *t, struct ab_key k, uint64_t value)
{
	if (k.n > UINT32_MAX)
		return AB_EKEY;
	if (!mine(t).account.provide())
		return AB_ENOMEM;
	cxx::charge to(mine(t).account);
	try {
		cxx::string own(cxx::view(k));
		bool fresh = mine(t).map.insert_or_assign(std::move(own), value).second;
		return fresh ? AB_OK : AB_REPLACED;
	} catch (const std::bad_alloc &) {
		return AB_ENOMEM;
	}
}

static enum ab_status
cm_get(const ab_index *t, struct ab_key k, uint64_t *value)
{
	auto at = mine(t).map.find(cxx::view(k));
	if (at == mine(t).map.end())
		return AB_NOT_FOUND;
	*value = at->second;
	return AB_OK;
}

static enum ab_status
cm_del(ab_index *t, struct ab_key k)
{
	auto at = mine(t).map.find(cxx::view(k));
	if (at == mine(t).map.end())
		return AB_NOT_FOUND;
	cxx::charge to(mine(t).account);
	mine(t).map.erase(at);
	return AB_OK;
}

static enum ab_status
visit_span(const ab_index *t, span s, ab_visit *visit, void *arg)
{
	for (auto at = mine(t).map.lower_bound(cxx::view(s.lo)); at != mine(t).map.end();
		++at) {
		struct ab_key k = cxx::key(at->first);
		if (!span_goes_on(&s, k))
			break;
		if (!visit(arg, k, at->second))
			return AB_STOPPED;
	}
	return AB_OK;
}

static enum ab_status
cm_scan(const ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	return visit_span(t, span_of_range(r), visit, arg);
}

static enum ab_status
cm_scan_prefix(const ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	return visit_span(t, span_of_prefix(prefix), visit, arg);
}

static enum ab_status
cm_scan_back(const ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	auto at = r.has_hi ? mine(t).map.lower_bound(cxx::view(r.hi)) : mine(t).map.end();
	while (at != mine(t).map.begin()) {
		--at;
		struct ab_key k = cxx::key(at->first);
		if (r.lo.n && ab_key_cmp(k, r.lo) < 0)
			break;
		if (!visit(arg, k, at->second))
			return AB_STOPPED;
	}
	return AB_OK;
}

static size_t
cm_count(const ab_index *t)
{
	return mine(t).map.size();
}

/* A node's links and empty slots are the map's own affair: all of a node but its
 * entries counts as inner. */
static void
cm_memory(const ab_index *t, struct ab_memory *out)
{
	*out = {};
	out->leaf = mine(t).map.size() * sizeof(string_map::value_type);
	out->inner = sizeof(holder) + mine(t).account.nodes - out->leaf;
	out->key = mine(t).account.text;
	out->slack = mine(t).account.spared();
	out->total = out->inner + out->leaf + out->key + out->slack;
}

static const char *
cm_check(const ab_index *t)
{
	size_t n = 0;
	const cxx::string *before = nullptr;
	if (mine(t).account.unforeseen)
		return "a put took two nodes, the second of another size than the spares";
	for (const auto &entry : mine(t).map) {
		if (before && *before >= entry.first)
			return "keys are not strictly increasing";
		before = &entry.first;
		n++;
	}
	return n == mine(t).map.size() ? nullptr
				       : "the count is not the number of entries";
}

#define CXX_MAP                                                                          \
	.caps = AB_ORDERED | AB_PARALLEL_READS, .max_key = UINT32_MAX,                   \
	.create = cm_create, .destroy = cm_destroy, .put = cm_put, .get = cm_get,        \
	.del = cm_del, .scan = cm_scan, .scan_prefix = cm_scan_prefix,                   \
	.scan_back = cm_scan_back, .count = cm_count, .memory = cm_memory,               \
	.check = cm_check

#endif /* CXX_MAP_H */
