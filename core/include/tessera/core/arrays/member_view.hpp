/// @file
/// One member of an array of structures.
#pragma once

#include <tessera/core/ndarray.hpp>

namespace tessera {

namespace detail {

template <class T, std::size_t N, class S, class M>
auto view_of_member(const view<T, N>& a, M S::*member) {
  static_assert(sizeof(T) % sizeof(M) == 0,
                "strides count elements: the structure's size is no multiple of the member's");
  using member_type = std::conditional_t<std::is_const_v<T>, const M, M>;
  shape_t<N> strides = a.strides();
  for (index_t& s : strides) s *= static_cast<index_t>(sizeof(T) / sizeof(M));
  member_type* const first = a.data() == nullptr ? nullptr : &(a.data()->*member);
  return view<member_type, N>(first, a.shape(), strides);
}

} // namespace detail

/// The member of every structure of an array: a strided view, which is also a way to assign them.
/// As `a["x"]` for NumPy's structured arrays.
///
///     struct particle { double x, y; int id; };
///     auto particles = zeros<particle>(100);
///     field(particles, &particle::x) = linspace(0.0, 1.0, 100);
///
/// The size of the structure must be a multiple of the member's, as it is for numbers.
template <local_operand A, class S, class M> auto field(A&& a, M S::*member) {
  return detail::rearranged(std::forward<A>(a), [member](const auto& structures) {
    return detail::view_of_member(structures, member);
  });
}

} // namespace tessera
