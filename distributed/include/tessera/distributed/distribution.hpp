/// @file
/// Who owns which elements of a global array.
#pragma once

#include <tessera/core/views/axis.hpp>
#include <tessera/distributed/distribution/axis_distribution.hpp>
#include <tessera/distributed/distribution/box.hpp>
#include <tessera/distributed/process_grid.hpp>

#include <utility>

namespace tessera {

/// A global shape over a grid of ranks, axis by axis. A value without data or communication: it
/// answers for any rank, and any grid can be examined in one process. All members are local.
///
///     const distribution<2> d({8, 6}, {2, 1}); // over 2 x 1 ranks
///     const box<2> second = d.block(1);        // 4 <= i < 8, 0 <= j < 6
///     const int rank = d.owner({5, 0});        // 1
template <std::size_t N> class distribution {
public:
  distribution() = default;
  /// Equal blocks along every axis (sizes differ by one at most).
  /// @throws argument_error for a negative size or a number of ranks below one.
  distribution(const shape_t<N>& shape, const grid_dims<N>& dims) {
    for (std::size_t d = 0; d < N; ++d) axes_[d] = axis_distribution(shape[d], dims[d]);
  }
  /// The same over a grid of ranks.
  /// @throws argument_error for a grid that was made without arguments.
  distribution(const shape_t<N>& shape, const process_grid<N>& grid)
      : distribution(shape, (detail::check_made(grid.comm()), grid.dims())) {}
  /// One rule per axis.
  explicit distribution(std::array<axis_distribution, N> axes) : axes_(std::move(axes)) {}
  /// Explicit boundaries: along axis d, part k owns `boundaries[d][k] <= i < boundaries[d][k + 1]`.
  /// @throws argument_error unless they ascend from 0.
  static distribution explicit_boundaries(const std::array<std::vector<index_t>, N>& boundaries) {
    std::array<axis_distribution, N> axes;
    for (std::size_t d = 0; d < N; ++d) axes[d] = axis_distribution(boundaries[d]);
    return distribution(std::move(axes));
  }

  /// The global shape.
  [[nodiscard]] shape_t<N> shape() const {
    shape_t<N> result{};
    for (std::size_t d = 0; d < N; ++d) result[d] = axes_[d].size();
    return result;
  }
  /// Numbers of ranks along each axis.
  [[nodiscard]] grid_dims<N> dims() const {
    grid_dims<N> result{};
    for (std::size_t d = 0; d < N; ++d) result[d] = axes_[d].parts();
    return result;
  }
  /// Number of ranks: the product of dims().
  [[nodiscard]] int ranks() const {
    int product = 1;
    for (const axis_distribution& axis : axes_) product *= axis.parts();
    return product;
  }
  /// The rule of axis d; it refers to this distribution, as does `axes`.
  [[nodiscard]] const axis_distribution& axis(std::size_t d) const { return axes_[d]; }
  [[nodiscard]] const std::array<axis_distribution, N>& axes() const { return axes_; }

  /// Is any axis dealt out in turn? Then ranks have no boxes.
  [[nodiscard]] bool is_cyclic() const {
    bool result = false;
    for (const axis_distribution& axis : axes_) result = result || axis.is_cyclic();
    return result;
  }
  /// The shape of the array that holds what a rank owns; ranks outside the grid own nothing.
  [[nodiscard]] shape_t<N> local_shape(int rank) const {
    shape_t<N> result{};
    if (rank >= ranks()) return result;
    const grid_dims<N> coords = coords_of(rank);
    for (std::size_t d = 0; d < N; ++d) result[d] = axes_[d].count(coords[d]);
    return result;
  }

  /// The box that a rank owns; ranks outside the grid own nothing.
  /// @throws argument_error when an axis is cyclic.
  [[nodiscard]] box<N> block(int rank) const {
    box<N> result;
    if (rank >= ranks()) return result;
    const grid_dims<N> coords = coords_of(rank);
    for (std::size_t d = 0; d < N; ++d) {
      const interval owned = axes_[d].block(coords[d]);
      result.lower[d] = owned.lower;
      result.upper[d] = owned.upper;
    }
    return result;
  }
  /// The rank that owns an element.
  [[nodiscard]] int owner(const shape_t<N>& index) const {
    grid_dims<N> coords{};
    for (std::size_t d = 0; d < N; ++d) coords[d] = axes_[d].owner(index[d]);
    return detail::coords_to_rank(N, dims().data(), coords.data());
  }
  /// Position of an element within its owner's block.
  [[nodiscard]] shape_t<N> to_local(const shape_t<N>& index) const {
    shape_t<N> result{};
    for (std::size_t d = 0; d < N; ++d) result[d] = axes_[d].to_local(index[d]);
    return result;
  }
  /// The element at a position of a rank's block.
  [[nodiscard]] shape_t<N> to_global(int rank, const shape_t<N>& local) const {
    const grid_dims<N> coords = coords_of(rank);
    shape_t<N> result{};
    for (std::size_t d = 0; d < N; ++d) result[d] = axes_[d].to_global(coords[d], local[d]);
    return result;
  }

  friend bool operator==(const distribution& a, const distribution& b) {
    return a.axes_ == b.axes_;
  }

private:
  [[nodiscard]] grid_dims<N> coords_of(int rank) const {
    grid_dims<N> coords{};
    detail::rank_to_coords(rank, N, dims().data(), coords.data());
    return coords;
  }

  std::array<axis_distribution, N> axes_;
};

/// Of an array on the faces of cells, or on their corners, where each rank owns the faces of its
/// cells: along the given axes it has one element more, and element i lies before cell i, so
/// between cells i - 1 and i. The rank that owns the last cells owns the last faces. A stage's
/// kernel that computes faces reads cells at -1 and 0, one that computes cells reads faces at 0 and
/// 1. Along a periodic axis the last face is the first one, so faces lie there as cells do. Local.
/// @throws argument_error for an axis without cells or one that is dealt out in turn, and for axes
/// that are not there or named twice.
///
///     global_array<double, 2> p(grid, {300, 200}, halo<2>(8));
///     global_array<double, 2> u(grid, staggered(p.distribution(), axis(0)), halo<2>(8)); // 301 x
///     200
template <std::size_t N, std::size_t K>
distribution<N> staggered(const distribution<N>& cells, const axis_list<K>& along) {
  bool is_staggered[N]{};
  detail::mark_axes(along.axes, K, N, is_staggered);
  std::array<axis_distribution, N> axes = cells.axes();
  for (std::size_t d = 0; d < N; ++d)
    if (is_staggered[d]) axes[d] = axes[d].staggered();
  return distribution<N>(std::move(axes));
}

/// "shape (8, 8) over 2 x 1 ranks". Local.
template <std::size_t N, class String = std::string> String to_string(const distribution<N>& d) {
  return detail::distribution_text(d.axes().data(), N);
}

} // namespace tessera
