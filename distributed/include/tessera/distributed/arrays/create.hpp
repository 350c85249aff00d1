/// @file
/// Functions that make global arrays: filled, like others, of the global index, evenly spaced. As
/// those of core, with the process grid in front of the shape, and a halo behind. All are
/// collective; each rank makes its own part.
#pragma once

#include <tessera/core/creation/create.hpp>
#include <tessera/core/creation/grids.hpp>
#include <tessera/core/creation/ranges.hpp>
#include <tessera/distributed/arrays/copy.hpp>

namespace tessera {

/// @name Creation over ranks
/// As the functions of core, with the process grid in front of the shape, and a halo behind. All
/// are collective; each rank makes its own part.
/// @throws shape_error, memory_error on all ranks.
/// @{

/// An array in equal blocks whose elements have no values yet: `empty<float>(grid, {64, 64})`. It
/// holds double unless a type is named.
template <class T = double, std::size_t N>
global_array<T, N> empty(const process_grid<N>& grid, const shape_t<N>& shape,
                         const halo<N>& width = {}) {
  return {grid, shape, width};
}

/// An array filled with one value: `full(grid, {64, 64}, 4.2)`.
template <class T, std::size_t N>
global_array<T, N> full(const process_grid<N>& grid, const shape_t<N>& shape, const T& value,
                        const halo<N>& width = {}) {
  global_array<T, N> result(grid, shape, width);
  result = value;
  return result;
}
/// The same of zeros: `zeros(grid, {64, 64}, halo<2>(1))`.
template <class T = double, std::size_t N>
global_array<T, N> zeros(const process_grid<N>& grid, const shape_t<N>& shape,
                         const halo<N>& width = {}) {
  return full(grid, shape, T{}, width);
}
/// The same of ones.
template <class T = double, std::size_t N>
global_array<T, N> ones(const process_grid<N>& grid, const shape_t<N>& shape,
                        const halo<N>& width = {}) {
  return full(grid, shape, T{1}, width);
}

/// An array of the same shape, distribution and halo, of the same type or a given one:
/// `zeros_like(u)`, `empty_like<int>(u)`.
template <class T = void, class U, std::size_t N> auto empty_like(const global_array<U, N>& u) {
  return global_array<detail::type_or<T, U>, N>(u.grid(), u.distribution(), u.halo());
}
/// The same filled with a value, which becomes the array's type.
template <class T = void, class U, std::size_t N, class V>
auto full_like(const global_array<U, N>& u, const V& value) {
  auto result = empty_like<T>(u);
  result = static_cast<detail::type_or<T, U>>(value);
  return result;
}
/// The same of zeros.
template <class T = void, class U, std::size_t N> auto zeros_like(const global_array<U, N>& u) {
  return full_like<T>(u, detail::type_or<T, U>{});
}
/// The same of ones.
template <class T = void, class U, std::size_t N> auto ones_like(const global_array<U, N>& u) {
  return full_like<T>(u, detail::type_or<T, U>{1});
}

/// An array whose elements a function makes of their global subscripts, which are `index_t`.
///
///     auto u = fromfunction([](auto i, auto j) { return 10.0 * i + j; }, grid, {300, 400});
template <class F, std::size_t N>
auto fromfunction(F f, const process_grid<N>& grid, const shape_t<N>& shape,
                  const halo<N>& width = {}) {
  using T = std::remove_cvref_t<decltype(std::apply(f, shape))>;
  global_array<T, N> result(grid, shape, width);
  result.fill(f);
  return result;
}

/// The subscripts of every element: the array number d has those along axis d.
/// To compute with subscripts, small local arrays broadcast as well: `u = arange(n)(all, newaxis)`.
template <std::size_t N>
std::array<global_array<index_t, N>, N> indices(const process_grid<N>& grid,
                                                const shape_t<N>& shape) {
  std::array<global_array<index_t, N>, N> result;
  for (std::size_t d = 0; d < N; ++d)
    result[d] =
        fromfunction([d](auto... i) { return std::array<index_t, N>{i...}[d]; }, grid, shape);
  return result;
}

/// The coordinates of the points of a grid, from those along its axes, which every rank has; the
/// orders are those of the local `meshgrid`. To compute with coordinates, small local arrays
/// broadcast as well, without these arrays.
///
///     auto [x, y] = meshgrid(grid, linspace(-1, 1, 200), linspace(0, 1, 100)); // 100 x 200
template <local_operand X, local_operand Y>
requires(X::ndim == 1 && Y::ndim == 1) auto meshgrid(const process_grid<2>& grid, const X& x,
                                                     const Y& y, indexing order = indexing::xy) {
  const auto points = meshgrid(x, y, order);
  const auto over_ranks = [&grid](const auto& coordinates) {
    return global_array(grid, coordinates);
  };
  return std::tuple(over_ranks(std::get<0>(points)), over_ranks(std::get<1>(points)));
}

/// A matrix of n rows and m columns with ones at (i, i + k) and zeros elsewhere.
template <class T = double>
global_array<T, 2> eye(const process_grid<2>& grid, index_t n, index_t m, index_t k = 0) {
  return fromfunction([k](index_t i, index_t j) { return j - i == k ? T{1} : T{}; }, grid, {n, m});
}
/// The identity matrix of n rows.
template <class T = double> global_array<T, 2> eye(const process_grid<2>& grid, index_t n) {
  return eye<T>(grid, n, n);
}

/// The numbers of `arange(start, stop, step)`, the same bits.
///
///     arange(grid, 0.0, 1.0, 0.1)
///     arange(grid, 100, halo<1>(1))
///
/// @throws argument_error on all ranks.
template <class T = void, class Start, class Stop, class Step>
requires(detail::is_real_number<Start>&& detail::is_real_number<Stop>&&
             detail::is_real_number<Step>) auto arange(const process_grid<1>& grid, Start start,
                                                       Stop stop, Step step,
                                                       const halo<1>& width = {}) {
  const auto range = detail::range_of<T>(start, stop, step);
  global_array<std::remove_const_t<decltype(range.first)>, 1> result(grid, {range.count}, width);
  const auto part = detail::writable_part(result);
  range.fill(part.data(), result.block().lower[0], part.size());
  return result;
}
/// The same in steps of 1.
template <class T = void, class Start, class Stop>
requires(detail::is_real_number<Start>&& detail::is_real_number<Stop>) auto arange(
    const process_grid<1>& grid, Start start, Stop stop, const halo<1>& width = {}) {
  return arange<T>(grid, start, stop, Stop{1}, width);
}
/// The same from 0 in steps of 1.
template <class T = void, class Stop>
requires detail::is_real_number<Stop>
auto arange(const process_grid<1>& grid, Stop stop, const halo<1>& width = {}) {
  return arange<T>(grid, Stop{0}, stop, Stop{1}, width);
}

/// The numbers of `linspace(start, stop, num)`, the same bits.
///
///     linspace(grid, 0, 1, 101, halo<1>(1))
///
/// @throws shape_error on all ranks for a negative number.
template <class T = double>
requires std::is_arithmetic_v<T> global_array<T, 1> linspace(const process_grid<1>& grid,
                                                             double start, double stop, index_t num,
                                                             linspace_options options,
                                                             const halo<1>& width = {}) {
  global_array<T, 1> result(grid, {num}, width);
  const auto part = detail::writable_part(result);
  ndarray<double, 1> values(part.shape());
  detail::fill_linspace(
      {start, stop, num, options.endpoint, result.block().lower[0], values.size()}, values.data());
  const view<T, 1> to = part;
  to.assign(detail::converted<T>(std::move(values), start, stop));
  return result;
}
/// The same with its end, and without a halo.
template <class T = double>
requires std::is_arithmetic_v<T> global_array<T, 1>
linspace(const process_grid<1>& grid, double start, double stop, index_t num = 50) {
  return linspace<T>(grid, start, stop, num, linspace_options{});
}
/// The same with its end, and with a halo.
template <class T = double>
requires std::is_arithmetic_v<T> global_array<T, 1> linspace(const process_grid<1>& grid,
                                                             double start, double stop, index_t num,
                                                             const halo<1>& width) {
  return linspace<T>(grid, start, stop, num, linspace_options{}, width);
}
/// @}

} // namespace tessera
