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

/// The elements without an axis of one element, in equal blocks.
template <class R, std::size_t N>
global_array<R, N - 1> without_axis(const global_array<R, N>& a, std::size_t axis) {
  shape_t<N - 1> shape{};
  for (std::size_t d = 0; d + 1 < N; ++d) shape[d] = a.shape()[d + (d >= axis)];
  grid_dims<N - 1> dims{};
  choose_grid(a.comm().size(), N - 1, dims.data(), shape.data());
  global_array<R, N - 1> result(process_grid<N - 1>::sharing(a.comm(), dims), shape);
  with_new_axis(result.view(), axis).assign(a.view());
  return result;
}

/// The only line of an array of one axis, which every rank gets.
template <class F, class T, class A> auto apply_to_only_line(const F& f, const A& a) {
  using R = line_element<F, T>;
  const auto held = global_elements_of<T>(a);
  const auto from = global_view_of(held);
  const communicator& comm = from.node().block->comm();
  const ndarray<T, 1> line = from.gather_all();
  const view<const T, 1> elements = line;
  if constexpr (line_result<F, T>::is_number) {
    return collectively(comm, [&] { return f(elements); });
  } else {
    const auto found = collectively(comm, [&] { return ndarray<R, 1>(f(elements)); });
    return global_array<R, 1>(process_grid<1>::sharing(comm, {comm.size()}), found);
  }
}

} // namespace detail

/// f of every line along an axis, as the local function: the line is brought to one rank, where f
/// gets it as a local view. The result is a global array, in equal blocks; where the array has one
/// axis, every rank gets it all and calls f, and a number is the result. Otherwise each element
/// travels once; memory for a copy of the array. What f throws on any rank is thrown on all of
/// them. Collective.
/// @throws argument_error, shape_error on all ranks, as the local function.
template <class F, global_operand A>
auto apply_along_axis(const F& f, const axis_list<1>& along, const A& a) {
  using T = typename A::value_type;
  constexpr std::size_t N = A::ndim;
  const std::size_t axis = detail::checked_axis(along.axes[0], N);
  if constexpr (N == 1) {
    return detail::apply_to_only_line<F, T>(f, a);
  } else {
    const auto lines = detail::with_whole_axis<T>(a, axis);
    auto result = detail::apply_over_ranks<F, T, N>(f, lines, axis);
    if constexpr (detail::line_result<F, T>::is_number)
      return detail::without_axis(result, axis);
    else
      return result;
  }
}

} // namespace tessera
