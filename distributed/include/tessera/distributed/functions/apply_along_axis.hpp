/// @file
/// A function of the user's applied to every line of a global array.
#pragma once

#include <tessera/core/shapes/apply_along_axis.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/functions/axes.hpp>
#include <tessera/distributed/functions/whole_axes.hpp>

namespace tessera {

namespace detail {

/// Lines of `lines`, each on one rank, become those of the result; numbers are lines of one
/// element.
template <class F, class T, std::size_t N>
auto apply_over_ranks(const F& f, const global_array<T, N>& lines, std::size_t axis) {
  using R = line_element<F, T>;
  const view<const T, N> own = lines.owned();
  index_t length = 0;
  collectively(lines.comm(), [&] { length = length_of_result<F, T, N>(f, own, axis); });
  shape_t<N> shape = lines.shape();
  shape[axis] = allreduce_max(lines.comm(), length);
  global_array<R, N> result(lines.grid(), shape);
  const auto to = writable_part(result);
  collectively(lines.comm(), [&] { apply_to_lines<F, T, R, N>(f, own, axis, to); });
  return result;
}

} // namespace detail

/// f of every line along an axis, as the local function: the line is brought to one rank, where f
/// gets it as a local view. The result is a global array, in equal blocks; where the array has one
/// axis and f gives a number, that number on all ranks. Each element travels once; memory for a
/// copy of the array. What f throws on any rank is thrown on all of them. Collective.
/// @throws argument_error, shape_error on all ranks, as the local function.
template <class F, global_operand A>
auto apply_along_axis(const F& f, const axis_list<1>& along, const A& a) {
  using T = typename A::value_type;
  constexpr std::size_t N = A::ndim;
  const std::size_t axis = detail::checked_axis(along.axes[0], N);
  const auto lines = detail::with_whole_axis<T>(a, axis);
  auto result = detail::apply_over_ranks<F, T, N>(f, lines, axis);
  if constexpr (!detail::line_result<F, T>::is_number) {
    return result;
  } else if constexpr (N == 1) {
    return result.at(0);
  } else {
    using R = detail::line_element<F, T>;
    shape_t<N - 1> shape{};
    for (std::size_t d = 0; d + 1 < N; ++d) shape[d] = result.shape()[d + (d >= axis)];
    grid_dims<N - 1> dims{};
    detail::choose_grid(result.comm().size(), N - 1, dims.data(), shape.data());
    global_array<R, N - 1> flat(process_grid<N - 1>::sharing(result.comm(), dims), shape);
    detail::with_new_axis(flat.view(), axis).assign(result.view());
    return flat;
  }
}

} // namespace tessera
