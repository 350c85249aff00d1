/// @file
/// Vectors whose memory errors are the library's.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <cstddef>
#include <vector>

namespace tessera::detail {

/// @throws memory_error that names the size.
void* allocate_checked(std::size_t bytes);
void free_checked(void* memory) noexcept;

template <class T> struct checked_allocator {
  using value_type = T;

  checked_allocator() = default;
  template <class U> checked_allocator(const checked_allocator<U>&) noexcept {} // NOLINT

  T* allocate(std::size_t n) { return static_cast<T*>(allocate_checked(n * sizeof(T))); }
  void deallocate(T* memory, std::size_t) noexcept { free_checked(memory); }
  friend bool operator==(const checked_allocator&, const checked_allocator&) { return true; }
};

/// For what grows with the user's data: where there is no memory, it throws memory_error, not
/// std::bad_alloc.
template <class T> using checked_vector = std::vector<T, checked_allocator<T>>;

} // namespace tessera::detail
