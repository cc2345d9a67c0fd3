/* throwing.cc: a plug-in in C++ that lets an exception out, into C. Compiled by
 * test_plugin.sh, beside ab_plugin.h. */
#include <map>
#include <stdexcept>
#include <string>
#include "ab_plugin.h"

struct ab_index {
	std::map<std::string, uint64_t> map;
};

static std::string
text(struct ab_key k)
{
	return k.n ? std::string(reinterpret_cast<const char *>(k.p), k.n) : "";
}

static ab_index *
create(const struct ab_alloc *)
{
	return new ab_index;
}

static void
destroy(ab_index *t)
{
	delete t;
}

static enum ab_status
put(ab_index *t, struct ab_key k, uint64_t value)
{
	return t->map.insert_or_assign(text(k), value).second ? AB_OK : AB_REPLACED;
}

static enum ab_status
get(const ab_index *t, struct ab_key k, uint64_t *value)
{
	static unsigned calls;
	if (++calls % 1000 == 0)
		throw std::runtime_error("a thousand");
	auto at = t->map.find(text(k));
	if (at == t->map.end())
		return AB_NOT_FOUND;
	*value = at->second;
	return AB_OK;
}

static size_t
count(const ab_index *t)
{
	return t->map.size();
}

static const struct ab_variant throwing = {
	.name = "throwing",
	.label = "throwing",
	.family = "tree",
	.caps = AB_OWN_ALLOC,
	.max_key = UINT16_MAX,
	.create = create,
	.destroy = destroy,
	.put = put,
	.get = get,
	.count = count,
};
AB_PLUGIN(throwing);
