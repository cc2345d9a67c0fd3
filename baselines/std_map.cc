/* std_map.cc: libstdc++'s std::map, a red-black tree with a heap node an entry. */
#include <map>
#include "cxx_hook.h"

namespace
{

/* std::less<std::string>, for string_views too: bytes as memcmp has them. */
struct before {
	using is_transparent = void;
	bool
	operator()(std::string_view a, std::string_view b) const
	{
		return a < b;
	}
};
using string_map = std::map<cxx::string, uint64_t, before,
	cxx::hook<std::pair<const cxx::string, uint64_t>>>;

const cxx::spare spares[2] = {};

} // namespace

#include "cxx_map.h"

extern "C" const struct ab_variant ab_variant_std_map = {
	.name = "std_map",
	.label = "std::map",
	.family = "tree",
	.library = "libstdc++ " CXX_TEXT(_GLIBCXX_RELEASE) "-" CXX_TEXT(__GLIBCXX__),
	CXX_MAP,
};
