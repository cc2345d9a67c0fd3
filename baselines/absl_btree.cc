/* absl_btree.cc: Abseil's btree_map: nodes of 256 bytes, six entries in each. */
#include <absl/base/config.h>
#include <absl/container/btree_map.h>
#include <absl/types/compare.h>
#include "cxx_hook.h"

namespace
{

/* What btree_map takes for std::string by itself: one comparison tells all three. */
struct three_way {
	using is_transparent = void;
	absl::weak_ordering
	operator()(std::string_view a, std::string_view b) const
	{
		int c = a.compare(b);
		return c < 0   ? absl::weak_ordering::less
		       : c > 0 ? absl::weak_ordering::greater
			       : absl::weak_ordering::equivalent;
	}
};
using string_map = absl::btree_map<cxx::string, uint64_t, three_way,
	cxx::hook<std::pair<const cxx::string, uint64_t>>>;

/* When the root splits, its new parent is in place before the second half has memory,
 * and if there is none the map leaks nodes from then on. So it gets that memory. The
 * sizes are private to Abseil: check() looks whether they are still these. */
enum { LEAF_BYTES = 256, INNER_BYTES = LEAF_BYTES + 7 * sizeof(void *) };
const cxx::spare spares[2] = { { LEAF_BYTES, nullptr }, { INNER_BYTES, nullptr } };

} // namespace

#include "cxx_map.h"

extern "C" const struct ab_variant ab_variant_absl_btree = {
	.name = "absl_btree",
	.label = "absl::btree_map",
	.family = "tree",
	.library = "Abseil " CXX_TEXT(ABSL_LTS_RELEASE_VERSION) "." CXX_TEXT(
		ABSL_LTS_RELEASE_PATCH_LEVEL),
	CXX_MAP,
};
