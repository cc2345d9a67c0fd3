/* marisa_trie.cc: Susumu Yata's MARISA: a Patricia trie in LOUDS, its labels in a
 * second and third one, as `build` of its library makes it by default, and the values
 * in an array by the number that it gives each key. Static: there is only build.
 *
 * No AB_ORDERED: by default its children stand in the order of their weights, and it
 * looks keys up by prefix and not by interval: a range walks all of them.
 *
 * Building takes several times what is built, and leaves it to malloc as free blocks.
 * A trie is built once, or mapped from a file that another program has written: so they
 * are given back, and show in the peak alone.
 *
 * It allocates by itself (AB_OWN_ALLOC), and looks at few of its allocations: where one
 * fails it mostly writes to NULL, which ends the process (AB_OOM_EXITS). What it does
 * notice becomes AB_ENOMEM, and any other of its exceptions, a size that is too large,
 * AB_EFULL. A lookup writes to an agent, of which there is one: one thread at a time. */
#include <exception>
#include <marisa.h>
#include <memory>
#include <new>
#include "contract/alloc.h"
#include "baseline_config.h"
#include "cxx_index.h"

namespace
{

struct built {
	marisa::Trie trie;
	std::unique_ptr<uint64_t[]> values; /* by key id */
	mutable marisa::Agent agent;
	size_t n = 0;
};

} // namespace

static constexpr cxx::behind<built> mine;

static ab_index *
mt_create(const struct ab_alloc *)
{
	return reinterpret_cast<ab_index *>(new (std::nothrow) built);
}

static void
mt_destroy(ab_index *t)
{
	delete &mine(t);
}

static enum ab_status
input_defect(const struct ab_entry *sorted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (sorted[i].key.n > UINT32_MAX)
			return AB_EKEY;
		if (i && ab_key_cmp(sorted[i - 1].key, sorted[i].key) >= 0)
			return AB_EORDER;
	}
	return n > UINT32_MAX ? AB_EFULL : AB_OK;
}

/* std::bad_alloc is what else there is. */
static enum ab_status
status_of(const std::exception &e)
{
	auto of_marisa = dynamic_cast<const marisa::Exception *>(&e);
	bool other = of_marisa && of_marisa->error_code() != MARISA_MEMORY_ERROR;
	return other ? AB_EFULL : AB_ENOMEM;
}

static const char *
text(struct ab_key k)
{
	return k.n ? reinterpret_cast<const char *>(k.p) : "";
}

static void
fill(ab_index *t, const struct ab_entry *sorted, size_t n)
{
	marisa::Trie trie;
	marisa::Keyset keys;
	for (size_t i = 0; i < n; i++)
		keys.push_back(text(sorted[i].key), sorted[i].key.n);
	trie.build(keys);
	std::unique_ptr<uint64_t[]> values(new uint64_t[n]);
	for (size_t i = 0; i < n; i++)
		values[keys[i].id()] = sorted[i].value;
	if (!mine(t).agent.has_state())
		mine(t).agent.init_state(); /* or the first lookup would */
	mine(t).trie.swap(trie);
	mine(t).values.swap(values);
	mine(t).n = n;
}

static enum ab_status
mt_build(ab_index *t, const struct ab_entry *sorted, size_t n)
{
	if (mine(t).n)
		return AB_EBUSY;
	enum ab_status defect = input_defect(sorted, n);
	if (defect != AB_OK || n == 0)
		return defect;
	try {
		fill(t, sorted, n);
		ab_alloc_trim();
		return AB_OK;
	} catch (const std::exception &e) {
		return status_of(e);
	}
}

static enum ab_status
mt_get(const ab_index *t, struct ab_key k, uint64_t *value)
{
	if (!mine(t).n || k.n > UINT32_MAX)
		return AB_NOT_FOUND;
	mine(t).agent.set_query(text(k), k.n);
	if (!mine(t).trie.lookup(mine(t).agent))
		return AB_NOT_FOUND;
	*value = mine(t).values[mine(t).agent.key().id()];
	return AB_OK;
}

/* All that begin with `prefix`, of those that are in `r`. */
static enum ab_status
visit_all(const ab_index *t, struct ab_key prefix, struct ab_range r, ab_visit *visit,
	void *arg)
try {
	marisa::Agent at;
	if (!mine(t).n || prefix.n > UINT32_MAX)
		return AB_OK;
	at.set_query(text(prefix), prefix.n);
	while (mine(t).trie.predictive_search(at)) {
		struct ab_key k = { reinterpret_cast<const uint8_t *>(at.key().ptr()),
			at.key().length() };
		if (ab_key_cmp(k, r.lo) < 0 || (r.has_hi && ab_key_cmp(k, r.hi) >= 0))
			continue;
		if (!visit(arg, k, mine(t).values[at.key().id()]))
			return AB_STOPPED;
	}
	return AB_OK;
} catch (const std::exception &e) {
	return status_of(e);
}

static enum ab_status
mt_scan(const ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	return visit_all(t, {}, r, visit, arg);
}

static enum ab_status
mt_scan_prefix(const ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	return visit_all(t, prefix, {}, visit, arg);
}

static size_t
mt_count(const ab_index *t)
{
	return mine(t).n;
}

extern "C" const struct ab_variant ab_variant_marisa_trie = {
	.name = "marisa_trie",
	.label = "marisa-trie (static)",
	.family = "trie",
	.library = "marisa " MARISA_VERSION,
	.caps = AB_OWN_ALLOC | AB_OOM_EXITS,
	.max_key = UINT32_MAX,
	.create = mt_create,
	.destroy = mt_destroy,
	.build = mt_build,
	.get = mt_get,
	.scan = mt_scan,
	.scan_prefix = mt_scan_prefix,
	.count = mt_count,
};
