#include "cases.hpp"
#include "message_of.hpp"

#include <string>

using namespace tessera_test;

namespace {

/// Pairs of neighbouring elements that different ranks own.
double surface(const std::vector<int>& dims, const std::vector<index_t>& shape) {
  double elements = 1;
  for (const index_t n : shape) elements *= static_cast<double>(n);
  double pairs = 0;
  for (std::size_t d = 0; d < dims.size(); ++d)
    pairs += elements / static_cast<double>(shape[d]) * (dims[d] - 1);
  return pairs;
}

bool fits(const std::vector<int>& dims, const std::vector<int>& given) {
  for (std::size_t d = 0; d < dims.size(); ++d)
    if (given[d] != 0 && given[d] != dims[d]) return false;
  return true;
}

std::vector<int> chosen(int ranks, std::vector<int> given, const std::vector<index_t>& shape) {
  detail::choose_grid(ranks, given.size(), given.data(), shape.empty() ? nullptr : shape.data());
  return given;
}

/// The least surface among all dims that leave no rank without elements.
void check_choice(int ranks, const std::vector<int>& given, const std::vector<index_t>& shape) {
  const std::vector<int> found = chosen(ranks, given, shape);
  EXPECT_TRUE(fits(found, given));
  double least = -1;
  for (const std::vector<int>& dims : all_dims(ranks, given.size())) {
    bool full = fits(dims, given);
    for (std::size_t d = 0; d < dims.size(); ++d) full = full && dims[d] <= shape[d];
    if (full && (least < 0 || surface(dims, shape) < least)) least = surface(dims, shape);
  }
  if (least < 0) return;
  EXPECT_LE(surface(found, shape), least * (1 + 1e-9))
      << ranks << " ranks, shape " << detail::tuple_text(shape.data(), shape.size());
}

} // namespace

TEST(process_grid, least_surface) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 300; ++i) {
    const auto ndim = static_cast<std::size_t>(random.between(1, 4));
    std::vector<index_t> shape(ndim);
    for (index_t& n : shape) n = random.between(1, random.one_in(2) ? 20 : 4000);
    check_choice(static_cast<int>(random.between(1, 120)), std::vector<int>(ndim, 0), shape);
  }
}

TEST(process_grid, least_surface_with_some_dims_given) {
  for (const int ranks : {6, 12, 24, 60})
    for (const int given : {1, 2, 3, 6}) check_choice(ranks, {0, given, 0}, {400, 300, 200});
}

TEST(process_grid, long_arrays_are_cut_along_the_long_axis) {
  EXPECT_EQ(chosen(4, {0, 0}, {4000, 10}), (std::vector<int>{4, 1}));
  EXPECT_EQ(chosen(4, {0, 0}, {10, 4000}), (std::vector<int>{1, 4}));
  EXPECT_EQ(chosen(16, {0, 0}, {100, 100}), (std::vector<int>{4, 4}));
  EXPECT_EQ(chosen(4, {0, 0}, {100, 100}), (std::vector<int>{2, 2}));
  // Two ranks on a square: rows, which are contiguous in memory.
  EXPECT_EQ(chosen(2, {0, 0}, {100, 100}), (std::vector<int>{2, 1}));
}

TEST(process_grid, without_a_shape_dims_are_near_equal) {
  EXPECT_EQ(chosen(12, {0, 0}, {}), (std::vector<int>{4, 3}));
  EXPECT_EQ(chosen(8, {0, 0, 0}, {}), (std::vector<int>{2, 2, 2}));
  EXPECT_EQ(chosen(7, {0, 0}, {}), (std::vector<int>{7, 1}));
  EXPECT_EQ(chosen(12, {0, 6}, {}), (std::vector<int>{2, 6}));
  EXPECT_EQ(chosen(6, {3, 2}, {}), (std::vector<int>{3, 2}));
  EXPECT_EQ(chosen(1, {0, 0, 0, 0}, {}), (std::vector<int>{1, 1, 1, 1}));
}

TEST(process_grid, many_ranks_at_once) {
  EXPECT_EQ(chosen(1000000, {0, 0, 0}, {}), (std::vector<int>{100, 100, 100}));
  EXPECT_EQ(chosen(1000003, {0, 0, 0}, {}), (std::vector<int>{1000003, 1, 1})); // a prime
}

TEST(process_grid, dims_that_do_not_multiply_to_the_ranks) {
  using dims = std::vector<int>;
  for (const dims& bad : {dims{2, 2}, dims{4, 0}, dims{7, 1}, dims{5, 0}, dims{1, 1}}) {
    const std::string text = message_of<argument_error>([&] { chosen(6, bad, {}); });
    const std::string grid = std::to_string(bad[0]) + " x " + std::to_string(bad[1]);
    EXPECT_NE(text.find(grid), std::string::npos) << text;
    EXPECT_NE(text.find("6 ranks"), std::string::npos) << text;
  }
  const std::string text = message_of<argument_error>([] { chosen(6, {-2, -3}, {}); });
  EXPECT_NE(text.find("negative"), std::string::npos) << text;
  message_of<argument_error>([] { chosen(1, {1 << 30, 1 << 30, 16}, {}); });
}

TEST(process_grid, wrong_dims_are_refused_on_all_ranks) {
  message_of<argument_error>([] { process_grid<2>(world(), {world().size() + 1, 0}); });
  message_of<argument_error>([] { process_grid<2>(world(), {world().size() + 1, 1}, {8, 8}); });
}

TEST(process_grid, no_communicator) {
  message_of<argument_error>([] { process_grid<2>{communicator()}; });
}

TEST(process_grid, coords_and_rank_are_inverse) {
  for (const process_grid<3>& grid : all_grids<3>(world())) {
    for (int rank = 0; rank < world().size(); ++rank) {
      const grid_dims<3> at = grid.coords(rank);
      for (std::size_t d = 0; d < 3; ++d) EXPECT_TRUE(at[d] >= 0 && at[d] < grid.dims()[d]);
      EXPECT_EQ(grid.rank(at), rank);
    }
    EXPECT_EQ(grid.rank(grid.coords()), world().rank());
  }
  const std::vector<int> dims{2, 3, 4};
  std::vector<int> coords(3);
  detail::rank_to_coords(17, 3, dims.data(), coords.data());
  EXPECT_EQ(coords, (std::vector<int>{1, 1, 1})); // the last axis runs fastest
  EXPECT_EQ(detail::coords_to_rank(3, dims.data(), coords.data()), 17);
}

TEST(process_grid, has_a_communicator_of_its_own) {
  const process_grid<2> grid(world());
  EXPECT_NE(grid.comm().native(), world().native());
  EXPECT_TRUE(grid.comm().same_ranks(world()));
  const process_grid<2> copy = grid; // NOLINT: the copy is what is tested
  EXPECT_EQ(copy.comm().native(), grid.comm().native());
  EXPECT_EQ(grid.dims()[0] * grid.dims()[1], world().size());
}

TEST(process_grid, of_some_ranks) {
  const communicator half = world().split(world().rank() % 2);
  const process_grid<2> grid(half, {0, 1}, {100, 1});
  EXPECT_EQ(grid.dims(), (grid_dims<2>{half.size(), 1}));
  EXPECT_EQ(grid.comm().rank(), half.rank());
}

namespace {

/// A communicator of MPI's with this grid's topology.
template <std::size_t N> class cartesian {
public:
  cartesian(const process_grid<N>& grid, const std::array<bool, N>& periodic) {
    std::array<int, N> periods;
    std::copy(periodic.begin(), periodic.end(), periods.begin());
    MPI_Cart_create(grid.comm().native(), N, grid.dims().data(), periods.data(), 0, &handle_);
  }
  cartesian(const cartesian&) = delete;
  cartesian& operator=(const cartesian&) = delete;
  ~cartesian() { MPI_Comm_free(&handle_); }
  [[nodiscard]] MPI_Comm handle() const { return handle_; }

private:
  MPI_Comm handle_ = MPI_COMM_NULL;
};

} // namespace

TEST(process_grid, neighbours_are_those_of_mpi) {
  for (const process_grid<2>& grid : all_grids<2>(world()))
    for (const auto& periodic : {std::array{false, false}, {true, false}, {true, true}}) {
      const cartesian<2> same(grid, periodic);
      const std::array<int, 4> found = grid.neighbours(periodic);
      for (int axis = 0; axis < 2; ++axis) {
        int before = -1;
        int behind = -1;
        MPI_Cart_shift(same.handle(), axis, 1, &before, &behind);
        EXPECT_EQ(found[static_cast<std::size_t>(2 * axis)], before);
        EXPECT_EQ(found[static_cast<std::size_t>(2 * axis + 1)], behind);
      }
    }
}

TEST(process_grid, sub_grids_are_those_of_mpi) {
  for (const process_grid<3>& grid : all_grids<3>(world()))
    for (const auto& kept : {std::array{true, false, false},
                             {false, true, false},
                             {true, false, true},
                             {true, true, true},
                             {false, false, false}}) {
      const cartesian<3> same(grid, {});
      std::array<int, 3> remain;
      std::copy(kept.begin(), kept.end(), remain.begin());
      MPI_Comm expected = MPI_COMM_NULL;
      MPI_Cart_sub(same.handle(), remain.data(), &expected);
      int result = MPI_UNEQUAL;
      MPI_Comm_compare(grid.sub(kept).native(), expected, &result);
      EXPECT_EQ(result, MPI_CONGRUENT);
      MPI_Comm_free(&expected);
    }
}

TEST(process_grid, ranks_along_an_axis) {
  for (const process_grid<2>& grid : all_grids<2>(world()))
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const communicator line = grid.along(axis);
      EXPECT_EQ(line.size(), grid.dims()[axis]);
      EXPECT_EQ(line.rank(), grid.coords()[axis]);
    }
}

TEST(process_grid, ranks_that_are_not_in_it_have_no_sub_grid) {
  const int n = world().size();
  const auto grid = process_grid<2>::on_first_ranks(world(), {(n + 1) / 2, 1});
  const communicator line = grid.along(0);
  EXPECT_EQ(line.is_null(), !grid.contains(world().rank()));
  EXPECT_EQ(line.size(), line.is_null() ? 0 : (n + 1) / 2);
  const std::array<int, 4> nobody{MPI_PROC_NULL, MPI_PROC_NULL, MPI_PROC_NULL, MPI_PROC_NULL};
  if (line.is_null()) {
    EXPECT_EQ(grid.neighbours({true, true}), nobody);
  }
}

TEST(process_grid, an_axis_that_is_not_there) {
  const process_grid<2> grid(world());
  const std::string text = "a process grid of 2 axes has no axis 2";
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(grid.along(2)); }), text);
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(grid.neighbour(2, 1)); }), text);
  message_of<argument_error>([] { static_cast<void>(process_grid<2>().along(0)); });
}
