/// @file
/// The ranks of a communicator arranged in N dimensions.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace tessera {

namespace detail {

/// Fills the zeros of `dims` so that the product is `ranks`: the least halo surface for `shape`,
/// or near-equal dims when that is null. @throws argument_error when there is no way.
void choose_grid(int ranks, std::size_t ndim, int* dims, const index_t* shape);
/// The same on all ranks of a communicator; what one rank finds wrong, all throw. Collective.
void choose_grid(const communicator& comm, std::size_t ndim, int* dims, const index_t* shape);
/// @throws argument_error unless the dims are 1 or more and multiply to `ranks` or fewer.
void check_some_ranks(int ranks, std::size_t ndim, const int* dims);
void check_some_ranks(const communicator& comm, std::size_t ndim, const int* dims);
/// @throws argument_error for an axis that the grid does not have.
void check_axis(std::size_t axis, std::size_t ndim);
/// @throws argument_error for the communicator of a grid that was made without arguments.
void check_made(const communicator& of_grid);
/// How a grid was asked for whose dims, or some of them, are zeros: the dims, and the shape where
/// it has a say. Empty when all dims were given: there is but one number of ranks for them.
using grid_request = std::vector<index_t>;
grid_request request_of(std::size_t ndim, const int* dims, const index_t* shape);
/// "{0, 0} for shape (8, 4)"
std::string request_text(const grid_request& request, std::size_t ndim);
/// Position of a rank in a grid whose last axis runs fastest.
void rank_to_coords(int rank, std::size_t ndim, const int* dims, int* coords);
int coords_to_rank(std::size_t ndim, const int* dims, const int* coords);

} // namespace detail

/// Numbers of ranks along each axis.
template <std::size_t N> using grid_dims = std::array<int, N>;

/// The ranks of a communicator as an N-dimensional grid, the last axis running fastest. It has a
/// communicator of its own, duplicated once from the caller's; copies share it. Members that do not
/// say that they are collective are local.
///
///     const process_grid<2> grid(world);                     // 6 ranks: 3 x 2
///     const process_grid<2> rows(world, {0, 1});             // 6 x 1
///     const process_grid<2> fitting(world, {}, {4096, 64});  // 6 x 1: the least halo surface
template <std::size_t N> class process_grid {
public:
  process_grid() = default;
  /// Dimensions near to equal, none smaller than a later one. Collective.
  explicit process_grid(const communicator& comm) : process_grid(comm, grid_dims<N>{}) {}
  /// Given dimensions; zeros are chosen. Collective.
  /// @throws argument_error when the product is not the number of ranks.
  process_grid(const communicator& comm, const grid_dims<N>& dims)
      : dims_(dims), request_(detail::request_of(N, dims.data(), nullptr)) {
    detail::choose_grid(comm, N, dims_.data(), nullptr);
    comm_ = comm.duplicate();
  }
  /// As above; zeros are chosen for the least halo surface of blocks of an array of `shape`.
  /// Collective.
  /// @throws argument_error when the product is not the number of ranks.
  process_grid(const communicator& comm, const grid_dims<N>& dims, const shape_t<N>& shape)
      : dims_(dims), request_(detail::request_of(N, dims.data(), shape.data())) {
    detail::choose_grid(comm, N, dims_.data(), shape.data());
    comm_ = comm.duplicate();
  }

  /// The first ranks of a communicator, as many as the dims multiply to; without zeros. The other
  /// ranks own nothing of arrays on such a grid, and take part in all collective calls. Collective.
  /// @throws argument_error when there are not so many ranks.
  static process_grid on_first_ranks(const communicator& comm, const grid_dims<N>& dims) {
    detail::check_some_ranks(comm, N, dims.data());
    return {as_given(), comm.duplicate(), dims, {}};
  }
  /// The same on the communicator itself, which is not duplicated: its messages must not meet the
  /// caller's. As a communicator of another grid it serves arrays beside those there, and may count
  /// as asked for like it. Local.
  /// @throws argument_error when there are not so many ranks.
  static process_grid sharing(const communicator& comm, const grid_dims<N>& dims,
                              detail::grid_request request = {}) {
    detail::check_some_ranks(comm.size(), N, dims.data());
    return {as_given(), comm, dims, std::move(request)};
  }

  [[nodiscard]] const communicator& comm() const { return comm_; }
  [[nodiscard]] const grid_dims<N>& dims() const { return dims_; }
  /// What the dims were chosen for; see decision 014.
  [[nodiscard]] const detail::grid_request& request() const { return request_; }
  /// How many ranks are in the grid: the product of the dims.
  [[nodiscard]] int size() const {
    int product = 1;
    for (const int n : dims_) product *= n;
    return product;
  }
  /// Is a rank of the communicator in the grid?
  [[nodiscard]] bool contains(int rank) const { return rank < size(); }
  /// Where a rank is; -1 along all axes when it is not in the grid.
  [[nodiscard]] grid_dims<N> coords(int rank) const {
    grid_dims<N> result{};
    if (!contains(rank)) {
      result.fill(-1);
      return result;
    }
    detail::rank_to_coords(rank, N, dims_.data(), result.data());
    return result;
  }
  /// Where this rank is.
  [[nodiscard]] grid_dims<N> coords() const { return coords(comm_.rank()); }
  /// The rank at some coordinates, which must lie in the grid.
  [[nodiscard]] int rank(const grid_dims<N>& coords) const {
    return detail::coords_to_rank(N, dims_.data(), coords.data());
  }

  /// The rank so many steps along an axis from this one: `no_rank` beyond the ends, unless the axis
  /// is periodic, and where this rank is not in the grid. Messages to nobody are no messages:
  ///
  ///     sendrecv(grid.comm(), mine, grid.neighbour(0, 1), theirs, grid.neighbour(0, -1));
  /// @throws argument_error for an axis that the grid does not have.
  [[nodiscard]] int neighbour(std::size_t axis, int steps, bool periodic = false) const {
    detail::check_axis(axis, N);
    grid_dims<N> at = coords();
    if (at[0] < 0) return MPI_PROC_NULL;
    at[axis] += steps;
    if (periodic) at[axis] = ((at[axis] % dims_[axis]) + dims_[axis]) % dims_[axis];
    return at[axis] < 0 || at[axis] >= dims_[axis] ? MPI_PROC_NULL : rank(at);
  }
  /// The ranks one step from this one, in MPI's order: for each axis the one before it, then the
  /// one behind it. See `neighbour_graph`.
  ///
  ///     const auto [above, below, left, right] = grid.neighbours();
  [[nodiscard]] std::array<int, 2 * N>
  neighbours(const std::array<bool, N>& periodic = std::array<bool, N>{}) const {
    std::array<int, 2 * N> ranks;
    for (std::size_t axis = 0; axis < N; ++axis) {
      ranks[2 * axis] = neighbour(axis, -1, periodic[axis]);
      ranks[2 * axis + 1] = neighbour(axis, 1, periodic[axis]);
    }
    return ranks;
  }

  /// The ranks along an axis through this one, in the order of their coordinates there, in a
  /// communicator of their own; none for ranks that are not in the grid. Collective.
  /// @throws argument_error for an axis that the grid does not have.
  ///
  ///     const communicator in_row = grid.along(1);
  ///     const double total = allreduce_sum(in_row, mine);   // of this row of ranks
  [[nodiscard]] communicator along(std::size_t axis) const {
    detail::check_axis(axis, N);
    std::array<bool, N> kept{};
    kept[axis] = true;
    return sub(kept);
  }
  /// The ranks that differ from this one along the kept axes alone, in the order of the grid: what
  /// MPI_Cart_sub makes. None for ranks that are not in the grid. Collective.
  /// @throws argument_error for a grid that was made without arguments.
  [[nodiscard]] communicator sub(const std::array<bool, N>& kept) const {
    detail::check_made(comm_);
    grid_dims<N> first = coords();
    if (!contains(comm_.rank())) return comm_.split(no_color);
    for (std::size_t axis = 0; axis < N; ++axis)
      if (kept[axis]) first[axis] = 0;
    return comm_.split(rank(first), comm_.rank());
  }

private:
  struct as_given {};
  process_grid(as_given /*tag*/, communicator comm, const grid_dims<N>& dims,
               detail::grid_request request)
      : comm_(std::move(comm)), dims_(dims), request_(std::move(request)) {}

  communicator comm_;
  grid_dims<N> dims_{};
  detail::grid_request request_;
};

} // namespace tessera
