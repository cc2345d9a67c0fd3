/* cxx_index.h: C++ structures behind ab.h: the pointer and the key.
 *
 * Every variant has a struct ab_index, of which C++ allows a program one. So none is
 * completed, and what stands behind the pointer is the variant's own:
 *
 *   static constexpr cxx::behind<holder> mine;
 *   mine(t).map ...
 *
 * Ownership: borrows. Errors: none. Threads: no state. */
#ifndef CXX_INDEX_H
#define CXX_INDEX_H

#include <string_view>
#include "ab.h"

namespace cxx
{

template <class T> struct behind {
	T &
	operator()(ab_index *t) const noexcept
	{
		return *reinterpret_cast<T *>(t);
	}
	const T &
	operator()(const ab_index *t) const noexcept
	{
		return *reinterpret_cast<const T *>(t);
	}
};

inline std::string_view
view(struct ab_key k)
{
	return { reinterpret_cast<const char *>(k.p), k.n };
}

} // namespace cxx

#endif /* CXX_INDEX_H */
