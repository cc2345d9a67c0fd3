/* tbb_hash.cc: oneTBB's concurrent_hash_map, a chained hash table with a lock on each
 * bucket and each entry: the peer that any number of threads may change at a time.
 * Unordered: no scan. Its buckets do not become fewer when keys go.
 *
 * It has std::allocator, so that its memory is malloc's like everybody's, and not
 * TBB's own; it is not counted (AB_OWN_ALLOC). std::bad_alloc becomes AB_ENOMEM, but
 * for one: when an entry is in, and the table cannot grow for it, the entry stays. */
#include <functional>
#include <new>
#include <string>
#include <tbb/concurrent_hash_map.h>
#include <tbb/version.h>
#include <utility>
#include "cxx_index.h"

namespace
{

/* As TBB has it for std::string, for string_views too. */
struct bytes {
	using is_transparent = void;
	static size_t
	hash(std::string_view k)
	{
		return std::hash<std::string_view>()(k);
	}
	static bool
	equal(std::string_view a, std::string_view b)
	{
		return a == b;
	}
};
using table = tbb::concurrent_hash_map<std::string, uint64_t, bytes,
	std::allocator<std::pair<const std::string, uint64_t>>>;

struct holder {
	mutable table map; /* of its finds, that of a string_view is not const */
};

} // namespace

static constexpr cxx::behind<holder> mine;

static ab_index *
th_create(const struct ab_alloc *)
{
	return reinterpret_cast<ab_index *>(new (std::nothrow) holder);
}

static void
th_destroy(ab_index *t)
{
	delete &mine(t);
}

static enum ab_status
th_put(ab_index *t, struct ab_key k, uint64_t value)
{
	if (k.n > UINT32_MAX)
		return AB_EKEY;
	table::accessor at; /* keeps others away from the entry */
	try {
		if (mine(t).map.insert(at, table::value_type(cxx::view(k), value)))
			return AB_OK;
		at->second = value;
		return AB_REPLACED;
	} catch (const std::bad_alloc &) {
		/* insert locks what it has put in, then makes buckets for those to come;
		 * the next one tries again. */
		return at.empty() ? AB_ENOMEM : AB_OK;
	}
}

static enum ab_status
th_get(const ab_index *t, struct ab_key k, uint64_t *value)
{
	table::const_accessor at;
	if (!mine(t).map.find(at, cxx::view(k)))
		return AB_NOT_FOUND;
	*value = at->second;
	return AB_OK;
}

static enum ab_status
th_del(ab_index *t, struct ab_key k)
{
	return mine(t).map.erase(cxx::view(k)) ? AB_OK : AB_NOT_FOUND;
}

static size_t
th_count(const ab_index *t)
{
	return mine(t).map.size();
}

static const char *
th_check(const ab_index *t)
{
	size_t n = 0;
	table &map = mine(t).map;
	map.rehash(); /* or the first to look into a bucket does, and moves entries */
	for (const auto &entry : std::as_const(map)) {
		if (!map.count(entry.first))
			return "an entry cannot be found by its own key";
		n++;
	}
	return n == map.size() ? nullptr : "the count is not the number of entries";
}

extern "C" const struct ab_variant ab_variant_tbb_hash = {
	.name = "tbb_hash",
	.label = "TBB concurrent_hash_map",
	.family = "hash",
	.library = "oneTBB " TBB_VERSION_STRING,
	.caps = AB_PARALLEL_READS | AB_PARALLEL_WRITES | AB_OWN_ALLOC,
	.max_key = UINT32_MAX,
	.create = th_create,
	.destroy = th_destroy,
	.put = th_put,
	.get = th_get,
	.del = th_del,
	.count = th_count,
	.check = th_check,
};
