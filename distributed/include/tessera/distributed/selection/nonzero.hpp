/// @file
/// Where global arrays are true: `nonzero`, `flatnonzero`, `argwhere`, and `where` of a condition.
#pragma once

#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/selection/select.hpp>

#include <array>

namespace tessera {

namespace detail {

/// Writes the subscripts, in row-major order of the array under `axes`, of this rank's elements
/// that are chosen.
void collect_places(const communicator& comm, int grid_ranks, const axes_span& axes,
                    const mask_bits& bits, const element_stretch* stretches);

/// Of n subscripts in row-major order: those along one axis of `size`, whose elements lie `stride`
/// apart. They are written `step` apart.
void unravel_places(const index_t* flat, index_t n, index_t stride, index_t size, index_t* to,
                    index_t step);

template <class Truth> global_array<index_t, 1> global_places(const Truth& truth) {
  return with_part_in_order(truth, truth, [](const auto& part, const part_placement& placement) {
    return brought_together<index_t>(part, placement,
                                     [&](const mask_bits& bits, const auto& stretches) {
                                       collect_places(part.comm(), placement.layout.grid_ranks,
                                                      placement.axes, bits, stretches.data());
                                     });
  });
}

} // namespace detail

/// @name Where something is true
/// In row-major order, in equal blocks on the same ranks. All are collective, and cost what
/// `compress` does of an array of index_t.
/// @{

/// Subscripts, in row-major order, of the elements that are not zero.
///
///     auto places = flatnonzero(u > 0.0);
template <global_operand A> global_array<index_t, 1> flatnonzero(const A& a) {
  if constexpr (std::is_same_v<typename A::value_type, bool>)
    return detail::global_places(detail::as_node(a));
  else
    return flatnonzero(detail::elementwise(detail::is_true(), a));
}

/// Subscripts of the elements that are not zero: one array per axis.
///
///     auto [rows, columns] = nonzero(u == max(u));
template <global_operand A> std::array<global_array<index_t, 1>, A::ndim> nonzero(const A& a) {
  const auto shape = detail::as_node(a).shape();
  const shape_t<A::ndim> strides = row_major_strides(shape);
  auto flat = flatnonzero(a);
  const auto places = detail::writable_part(flat);
  std::array<global_array<index_t, 1>, A::ndim> result;
  for (std::size_t d = 0; d + 1 < A::ndim; ++d) {
    result[d] = empty_like(flat);
    detail::unravel_places(places.data(), places.size(), strides[d], shape[d],
                           detail::writable_part(result[d]).data(), 1);
  }
  detail::unravel_places(places.data(), places.size(), 1, shape[A::ndim - 1], places.data(), 1);
  result[A::ndim - 1] = std::move(flat);
  return result;
}

/// `where` with a condition alone is `nonzero`. Collective.
template <global_operand A> auto where(const A& condition) { return nonzero(condition); }

/// The subscripts of the elements that are not zero, one row for each. Collective.
template <global_operand A> global_array<index_t, 2> argwhere(const A& a) {
  const auto shape = detail::as_node(a).shape();
  const shape_t<A::ndim> strides = row_major_strides(shape);
  auto flat = flatnonzero(a);
  const auto places = detail::writable_part(flat);
  const grid_dims<2> dims{flat.grid().dims()[0], 1};
  const auto columns = static_cast<index_t>(A::ndim);
  global_array<index_t, 2> result(process_grid<2>::sharing(flat.comm(), dims),
                                  {flat.size(), columns});
  index_t* const to = detail::writable_part(result).data();
  for (std::size_t d = 0; d < A::ndim; ++d)
    detail::unravel_places(places.data(), places.size(), strides[d], shape[d], to + d, columns);
  return result;
}
/// @}

} // namespace tessera
