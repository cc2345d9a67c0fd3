/* cxx_hook.h: ab_alloc for C++ containers, and their strings as ab_key.
 *
 * An allocator object in each container and string would make them larger than their
 * users know them. So `hook` is empty, and the account it charges is whichever the
 * thread has named by a `charge` for the time being: sizes and layout are those of
 * std::allocator, to the byte.
 *
 * Ownership: an account outlives what is charged to it. Errors: std::bad_alloc.
 * Threads: an account is for one thread at a time; the name is the thread's own. */
#ifndef CXX_HOOK_H
#define CXX_HOOK_H

#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include "contract/alloc.h"

/* A number that a macro stands for, in quotes. */
#define CXX_TEXT(number)    CXX_TEXT_OF(number)
#define CXX_TEXT_OF(number) #number

namespace cxx
{

/* A block kept for when memory is out; `size` 0: none is wanted. */
struct spare {
	size_t size;
	void *p;
};

/* What one index holds, in bytes. */
struct account {
	const struct ab_alloc *mem;
	spare spares[2];         /* of a container that must not fail halfway */
	size_t text = 0;         /* strings too long to stand in their entry */
	size_t nodes = 0;        /* everything else but spares */
	bool halfway = false;    /* this charge has given out a node */
	bool unforeseen = false; /* and once another of a size that no spare has */

	/* Are all spares there, now? */
	bool
	provide() noexcept
	{
		for (spare &s : spares)
			if (s.size && !s.p && !(s.p = ab_alloc(mem, s.size)))
				return false;
		return true;
	}

	/* Account for a node of that size. */
	void
	node(size_t size) noexcept
	{
		nodes += size;
		unforeseen |= halfway && spares[0].size && size != spares[0].size &&
			      size != spares[1].size;
		halfway = true;
	}

	/* A spare of just that size, or nullptr. */
	void *
	fall_back(size_t size) noexcept
	{
		for (spare &s : spares)
			if (halfway && s.p && s.size == size)
				return std::exchange(s.p, nullptr);
		return nullptr;
	}

	size_t
	spared() const noexcept
	{
		size_t sum = 0;
		for (const spare &s : spares)
			sum += s.p ? s.size : 0;
		return sum;
	}

	void
	release() noexcept
	{
		for (spare &s : spares)
			if (s.p)
				ab_free(mem, s.p, s.size);
	}
};

inline thread_local account *charged;

/* While it lives, allocations of this thread are on `a`. */
struct charge {
	explicit charge(account &a) noexcept
	{
		charged = &a;
		a.halfway = false;
	}
	~charge() { charged = nullptr; }
	charge(const charge &) = delete;
	charge &operator=(const charge &) = delete;
};

template <class T> struct hook {
	using value_type = T;

	hook() = default;
	template <class U> hook(const hook<U> &) noexcept {}

	T *
	allocate(size_t n)
	{
		size_t size = n * sizeof(T);
		void *p = ab_alloc(charged->mem, size);
		if (!p)
			p = charged->fall_back(size);
		if (!p)
			throw std::bad_alloc();
		if (std::is_same_v<T, char>)
			charged->text += size;
		else
			charged->node(size);
		return static_cast<T *>(p);
	}

	void
	deallocate(T *p, size_t n) noexcept
	{
		(std::is_same_v<T, char> ? charged->text : charged->nodes) -= n *
									      sizeof(T);
		ab_free(charged->mem, p, n * sizeof(T));
	}

	friend bool
	operator==(const hook &, const hook &) noexcept
	{
		return true;
	}
};

using string = std::basic_string<char, std::char_traits<char>, hook<char>>;
static_assert(sizeof(string) == sizeof(std::string));

inline struct ab_key
key(const string &s)
{
	return { reinterpret_cast<const uint8_t *>(s.data()), s.size() };
}

} // namespace cxx

#endif /* CXX_HOOK_H */
