/// @file
/// Which cell a stencil kernel computes, and when.
#pragma once

#include <tessera/core/errors/standard.hpp>
#include <tessera/distributed/stencils/stencil_point.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace tessera {

namespace detail {

/// Where and when cells are computed: the first one of the first row, by global index.
struct cell_origin {
  const index_t* index;
  index_t step; ///< how many steps were taken before
  double time;
};

/// The same with its own index.
template <std::size_t N> struct placed_origin {
  shape_t<N> index{};
  index_t step = 0;
  double time = 0.0;
  std::size_t row_axis = 0; ///< along which rows follow each other

  placed_origin() = default;
  explicit placed_origin(const cell_origin& from) : step(from.step), time(from.time) {
    for (std::size_t d = 0; d < N; ++d) index[d] = from.index[d];
  }
};

} // namespace detail

/// The cell that a stencil kernel computes: `here(0)`, `here(1)`, ... is its global index along
/// that axis. A kernel asks for it by a parameter before its points. A value; all members are
/// local.
///
///     apply(v, u, [=](auto here, auto c) { return here(0) == 0 ? 1.0 : 0.5 * (c(-1) + c(1)); });
template <std::size_t N> class stencil_cell {
public:
  /// Cell i of a row so many rows after the first one.
  stencil_cell(const detail::placed_origin<N>& origin, index_t row, index_t i)
      : origin_(origin), row_(row), i_(i) {}

  /// The index along an axis, 0 <= axis < N.
  [[nodiscard]] index_t operator()(std::size_t axis) const {
    const index_t along_row = axis + 1 == N ? i_ : 0;
    const index_t along_rows = axis == origin_.row_axis && N > 1 ? row_ : 0;
    return origin_.index[axis] + along_row + along_rows;
  }
  /// How many steps were taken before: 0 in a call of `apply`.
  [[nodiscard]] index_t step() const { return origin_.step; }
  /// The time of what is read: that of the first array that is computed, see
  /// `global_array::set_time`, and what `iterate` has added since.
  [[nodiscard]] double time() const { return origin_.time; }

private:
  const detail::placed_origin<N>& origin_;
  index_t row_;
  index_t i_;
};

namespace detail {

/// Does a kernel ask for its cell?
template <std::size_t N, class Kernel, class... From> constexpr bool takes_cell() {
  if constexpr (std::is_invocable_v<const Kernel&, const stencil_point<From, N>&...>)
    return false;
  else
    return std::is_invocable_v<const Kernel&, const stencil_cell<N>&,
                               const stencil_point<From, N>&...>;
}

/// A kernel that gets points alone.
template <std::size_t N, class Kernel> struct bare_kernel {
  static constexpr bool has_cell = false;
  Kernel kernel;

  void advance(index_t) {}
  template <class... Point>
  [[gnu::always_inline]] auto at(index_t, index_t, const Point&... point) const {
    return kernel(point...);
  }
};

/// A kernel that gets its cell as well.
template <std::size_t N, class Kernel> struct located_kernel {
  static constexpr bool has_cell = true;
  Kernel kernel;
  placed_origin<N> origin;

  /// So many rows are done.
  void advance(index_t rows) {
    if (N > 1) origin.index[origin.row_axis] += rows;
  }
  template <class... Point>
  [[gnu::always_inline]] auto at(index_t row, index_t i, const Point&... point) const {
    return kernel(stencil_cell<N>(origin, row, i), point...);
  }
};

template <std::size_t N, class Kernel, class... From>
using bound_kernel = std::conditional_t<takes_cell<N, Kernel, From...>(), located_kernel<N, Kernel>,
                                        bare_kernel<N, Kernel>>;

/// A kernel on rows that begin at a cell.
template <std::size_t N, class... From, class Kernel>
auto bind_kernel(const Kernel& kernel, const cell_origin& origin) {
  if constexpr (takes_cell<N, Kernel, From...>())
    return located_kernel<N, Kernel>{kernel, placed_origin<N>(origin)};
  else
    return bare_kernel<N, Kernel>{kernel};
}

template <class Values> constexpr std::size_t count_of_values() {
  if constexpr (requires { std::tuple_size<Values>::value; })
    return std::tuple_size<Values>::value;
  else
    return 1;
}

/// Refuses kernels that cannot be called.
template <std::size_t N, class Kernel, class... From> constexpr bool check_points() {
  constexpr bool takes_points =
      std::is_invocable_v<const Kernel&, const stencil_point<From, N>&...>;
  static_assert(takes_points || takes_cell<N, Kernel, From...>(),
                "a kernel is called with one point for each array that it reads, and, if it asks "
                "for it, with its cell before them: kernel(u, w), or kernel(here, u, w)");
  return true;
}

/// Refuses those, too, that do not give a value for each array to compute.
template <std::size_t Outputs, std::size_t N, class Kernel, class... From>
constexpr void check_kernel() {
  check_points<N, Kernel, From...>();
  using bound = bound_kernel<N, Kernel, From...>;
  using values = decltype(std::declval<const bound&>().at(
      index_t{}, index_t{}, std::declval<const stencil_point<From, N>&>()...));
  static_assert(Outputs == 1 || count_of_values<values>() == Outputs,
                "a kernel that computes several arrays returns a std::tuple, std::pair or "
                "std::array of as many values");
}

/// Where a step of `apply` finds the index of a cell from its address: by what this rank owns of
/// the first array that is computed.
template <std::size_t N> struct block_origin {
  const std::byte* first = nullptr;
  index_t itemsize = 1;
  shape_t<N> strides{};
  placed_origin<N> at;

  [[nodiscard]] placed_origin<N> of(const std::byte* cell) const {
    placed_origin<N> found = at;
    found.row_axis = N > 1 ? N - 2 : 0;
    index_t distance = (cell - first) / itemsize;
    bool is_done[N]{};
    for (std::size_t n = 0; n < N; ++n) {
      std::size_t largest = N;
      for (std::size_t d = 0; d < N; ++d)
        if (!is_done[d] && (largest == N || strides[d] > strides[largest])) largest = d;
      is_done[largest] = true;
      found.index[largest] += distance / strides[largest];
      distance %= strides[largest];
    }
    return found;
  }
};

/// A kernel on cells of `apply` from this one on.
template <class Bound, class Kernel, std::size_t N>
Bound bound_at(const Kernel& kernel, const block_origin<N>& origin, const std::byte* cell) {
  if constexpr (Bound::has_cell)
    return {kernel, origin.of(cell)};
  else
    return {kernel};
}

} // namespace detail

} // namespace tessera
