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
