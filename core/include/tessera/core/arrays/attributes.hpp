/// @file
/// What there is to know about an array's memory: NumPy's `flags`, and who shares memory.
#pragma once

#include <tessera/core/ndarray.hpp>

namespace tessera {

/// How an array lies in memory, and what may be done with it.
struct array_flags {
  bool c_contiguous; ///< elements follow each other, the last axis fastest
  bool f_contiguous; ///< elements follow each other, the first axis fastest
  bool owns_memory;  ///< the memory goes away with the array
  bool writeable;
  bool aligned; ///< the first element is where its type may lie
};

/// The flags of an array or view, as NumPy's `a.flags`.
template <local_operand A>
requires(!detail::is_expression<std::remove_cvref_t<A>>) array_flags flags(A&& a) {
  using array = std::remove_cvref_t<A>;
  const auto v = detail::view_of(a);
  using pointer = decltype(v.data());
  using value = std::remove_pointer_t<pointer>;
  bool owns = detail::is_ndarray<array>;
  if constexpr (detail::is_shared_view<array>) owns = a.owns_memory();
  return {v.is_contiguous(), v.is_fortran_contiguous(), owns, !std::is_const_v<value>,
          reinterpret_cast<std::uintptr_t>(v.data()) % alignof(value) == 0};
}

/// Do two arrays have an element in common? Exact, but for layouts so entangled that the search is
/// given up, where the answer is true. As NumPy's `shares_memory`.
template <local_operand A, local_operand B>
requires(!detail::is_expression<A> && !detail::is_expression<B>) bool shares_memory(const A& a,
                                                                                    const B& b) {
  return detail::share_memory(detail::array_ref_of(a), detail::array_ref_of(b));
}

} // namespace tessera
