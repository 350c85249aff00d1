/// @file
/// One grid of a multigrid method: its arrays, and how they go to the next coarser one.
///
/// Its parts lie in grid_level.cpp.
#pragma once

#include <tessera/distributed/arrays/copy_plan.hpp>
#include <tessera/distributed/multigrid/grid_transfer.hpp>
#include <tessera/distributed/multigrid/kernel_symbol.hpp>
#include <tessera/distributed/solvers/krylov_space.hpp>

#include <array>
#include <optional>
#include <vector>

namespace tessera::detail {

/// The unknowns along the axes of an array, by its boundary conditions.
/// @throws argument_error on all ranks for conditions that have no coarser form, cyclic axes, and
/// spacings that are not positive.
std::vector<grid_axis> grid_axes(const global_block& block, const double* spacing);

/// The next grid: axes whose spacing is about the smallest become coarser, as long as they are
/// long. False when there is none.
bool coarsen(std::vector<grid_axis>& axes);

/// Where one grid's values lie on the next.
struct coarse_layout {
  std::vector<std::vector<index_t>> boundaries; // by axis
  bool is_gathered;                             // do fewer ranks have the next grid?
};
coarse_layout lay_out(const global_block& fine, const std::vector<grid_axis>& coarse);

/// Are some blocks of a divided axis too thin for what lies around them on the next grid?
bool is_thin(const global_block& block);
/// Into how many parts the axes of a grid are divided for blocks that are not thin; into one, where
/// there are few cells.
std::vector<int> fewer_parts(const axes_span& divided, const std::vector<grid_axis>& axes);

/// How wide halos must be that transfers between two grids read, for all ranks: by axis.
struct transfer_halos {
  std::vector<axis_transfer::widths> fine;
  std::vector<axis_transfer::widths> coarse;
};
transfer_halos halos_between(const global_block& fine, const std::vector<grid_axis>& fine_axes,
                             const std::vector<grid_axis>& coarse_axes,
                             const std::vector<std::vector<index_t>>& boundaries);

/// Tables of this rank.
std::vector<axis_transfer> transfers_between(const global_block& fine, const global_block& coarse,
                                             const std::vector<grid_axis>& fine_axes,
                                             const std::vector<grid_axis>& coarse_axes);

/// An array with the conditions of a grid. Collective.
template <class T, std::size_t N>
global_array<T, N> array_on_grid(const process_grid<N>& grid, const distribution<N>& where,
                                 const halo<N>& width, const global_block& conditions) {
  global_array<T, N> result(grid, where, width);
  block_of(result)->set_homogeneous_boundary(conditions);
  result = T{};
  return result;
}

/// An array of another grid, of equal blocks that are not thin, on as many ranks as that takes.
/// Collective.
template <class T, std::size_t N>
global_array<T, N> array_on_fewer_ranks(const global_array<T, N>& like,
                                        const std::vector<grid_axis>& axes,
                                        const shape_t<N>& shape) {
  const std::vector<int> parts = fewer_parts(block_ref(like).axes(), axes);
  grid_dims<N> dims{};
  for (std::size_t d = 0; d < N; ++d) dims[d] = parts[d];
  const auto grid = process_grid<N>::on_first_ranks(like.comm(), dims);
  return array_on_grid<T, N>(grid, distribution<N>(shape, dims), like.halo(), block_ref(like));
}

/// The values of one grid, and of the next in parts that lie where this one's do.
template <class T, std::size_t N> class grid_link {
public:
  /// Between the grid of `like` and a coarser one. Collective.
  grid_link(const global_array<T, N>& like, const std::vector<grid_axis>& fine_axes,
            const std::vector<grid_axis>& coarse_axes) {
    const global_block& fine = block_ref(like);
    const coarse_layout layout = lay_out(fine, coarse_axes);
    const transfer_halos halos = halos_between(fine, fine_axes, coarse_axes, layout.boundaries);
    halo<N> fine_width = like.halo();
    halo<N> coarse_width = like.halo();
    std::array<std::vector<index_t>, N> boundaries;
    shape_t<N> coarse_shape{};
    for (std::size_t d = 0; d < N; ++d) {
      widen(fine_width, d, halos.fine[d]);
      widen(coarse_width, d, halos.coarse[d]);
      boundaries[d] = layout.boundaries[d];
      coarse_shape[d] = coarse_axes[d].size;
    }
    residual = array_on_grid<T, N>(like.grid(), like.distribution(), fine_width, fine);
    const auto aligned = distribution<N>::explicit_boundaries(boundaries);
    values = array_on_grid<T, N>(like.grid(), aligned, coarse_width, fine);
    axes_ = transfers_between(fine, *block_of(values), fine_axes, coarse_axes);
    is_gathered = layout.is_gathered;
    if (is_gathered) gathered = array_on_fewer_ranks<T, N>(like, coarse_axes, coarse_shape);
  }

  /// Means of the residual, on the next grid. Collective.
  void restrict_to(global_array<T, N>& coarse) {
    residual.update_halo();
    restrict_rows<T>(axes_, part_of(std::as_const(residual)), part_of(target(coarse)));
    if (is_gathered) move(to_fewer_, values, coarse);
  }
  /// x += what the next grid has. Collective.
  void prolong_from(global_array<T, N>& coarse, global_array<T, N>& x) {
    global_array<T, N>& from = is_gathered ? values : coarse;
    if (is_gathered) move(from_fewer_, coarse, values);
    from.update_halo();
    prolong_rows<T>(axes_, part_of(std::as_const(from)), part_of(x));
  }

  /// The next grid's values, in parts that lie where this one's do; on fewer ranks, where it is so.
  [[nodiscard]] const global_array<T, N>& next() const { return is_gathered ? gathered : values; }

  global_array<T, N> residual;
  bool is_gathered = false;

private:
  static void widen(halo<N>& width, std::size_t d, const axis_transfer::widths& least) {
    width.lower[d] = width.lower[d] > least.lower ? width.lower[d] : least.lower;
    width.upper[d] = width.upper[d] > least.upper ? width.upper[d] : least.upper;
  }
  global_array<T, N>& target(global_array<T, N>& coarse) { return is_gathered ? values : coarse; }
  static void move(std::optional<copy_plan>& plan, const global_array<T, N>& from,
                   global_array<T, N>& to) {
    if (!plan) plan.emplace(from, to);
    plan->run(from, to);
  }
  template <class Array> static auto part_of(Array& a) {
    const auto part = part_for_pass(a);
    return grid_part<std::remove_pointer_t<decltype(part.data())>>(part.data(), part.shape(),
                                                                   part.strides());
  }

  std::vector<axis_transfer> axes_;
  global_array<T, N> values;
  global_array<T, N> gathered;
  std::optional<copy_plan> to_fewer_;
  std::optional<copy_plan> from_fewer_;
};

} // namespace tessera::detail
