/// @file
/// Neighbours in expressions: arrays read at an offset, through their halos.
#pragma once

#include <tessera/distributed/global_array.hpp>

namespace tessera {

/// A global array read at an offset; see shift. An operand of expressions and nothing else: it
/// cannot be assigned to, sliced or gathered. It must not outlive the array. All members are local.
template <class T, std::size_t N> class shifted_view : public detail::operand_tag {
public:
  using value_type = T;
  static constexpr std::size_t ndim = N;
  static constexpr bool is_global = true;
  static constexpr bool is_assignable = false;

  /// For `shift`.
  explicit shifted_view(const detail::global_node<T, N>& node) : node_(node) {}

  /// That of the array.
  [[nodiscard]] const shape_t<N>& shape() const { return node_.layout.shape; }
  [[nodiscard]] index_t size() const { return size_of(shape()); }
  [[nodiscard]] const detail::global_node<T, N>& node() const { return node_; }

private:
  detail::global_node<T, N> node_;
};

namespace detail {

/// Adds an offset, in elements of a view, to where its walks read.
/// @throws index_error when the halo does not reach so far.
void shift_walks(const global_block& block, axis_walk* walks, const index_t* offset,
                 std::size_t ndim);

template <class T, std::size_t N> struct operand_traits<shifted_view<T, N>> {
  static auto capture(const shifted_view<T, N>& v) { return v.node(); }
};

} // namespace detail

/// @name Neighbours
/// The neighbours of every element: element (i, j) of `shift(u, {-1, 0})` is u(i - 1, j). Nothing
/// moves when it is made; an expression that it stands in brings the halo up to date, once however
/// many neighbours it reads, and computes meanwhile what does not need it.
///
/// Beyond the ends of the array it reads the halo, too: the other end where the axis is periodic,
/// what the boundary condition says (see global_array::set_boundary), or what was written there
/// through `padded()`. Of a view, the neighbours are those in the view's own order; beyond its
/// ends they are the array's. Local; the expression is collective.
///
///     v = u + a * (shift(u, {-1, 0}) + shift(u, {1, 0}) - 2.0 * u);
///     const double change = max(abs(shift(u, {1, 0}) - u));      // no array is made
///
/// @throws index_error on all ranks when the offset is wider than the halo.
/// @{
template <class T, std::size_t N>
[[nodiscard]] shifted_view<std::remove_const_t<T>, N> shift(const global_view<T, N>& u,
                                                            const shape_t<N>& offset) {
  detail::global_node<std::remove_const_t<T>, N> node = u.node();
  detail::shift_walks(*node.block, node.layout.walks.data(), offset.data(), N);
  return shifted_view<std::remove_const_t<T>, N>(node);
}
template <class T, std::size_t N>
[[nodiscard]] shifted_view<T, N> shift(const global_array<T, N>& u, const shape_t<N>& offset) {
  return shift(u.view(), offset);
}
template <class T, std::size_t N>
shifted_view<T, N> shift(const global_array<T, N>&& u, const shape_t<N>& offset) {
  static_assert(detail::never<T>, "a shifted view of a temporary global array would refer to what "
                                  "is gone: give the array a name first");
  return shift(u.view(), offset);
}
/// @}

} // namespace tessera
