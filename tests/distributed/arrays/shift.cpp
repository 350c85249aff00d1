// Shifted arrays in expressions, against the same neighbours of the whole array.
#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/arrays/shift.hpp>
#include <tessera/distributed/reduce.hpp>

#include <string>

using namespace tessera_test;

namespace {

/// What stands at a place inside or outside the domain.
template <std::size_t N> double cell(shape_t<N> at, const shape_t<N>& shape, const halo<N>& width) {
  bool inside = true;
  double value = 0.5;
  for (std::size_t d = 0; d < N; ++d) {
    if (width.periodic[d]) at[d] = (at[d] % shape[d] + shape[d]) % shape[d];
    inside = inside && at[d] >= 0 && at[d] < shape[d];
    value = 31.0 * value + static_cast<double>(at[d]);
  }
  return inside ? value : -value;
}

/// Elements, and cells beyond the ends of the domain; the halo holds nothing of use.
template <std::size_t N> void fill_cells(global_array<double, N>& u) {
  index_t at = 0;
  const view<double, N> padded = u.padded();
  for_each_index(padded.shape(), [&](const shape_t<N>& local) {
    shape_t<N> index{};
    bool own = true;
    bool outside = false;
    for (std::size_t d = 0; d < N; ++d) {
      index[d] = u.block().lower[d] + local[d] - u.halo().lower[d];
      own = own && index[d] >= u.block().lower[d] && index[d] < u.block().upper[d];
      outside = outside || (!u.halo().periodic[d] && (index[d] < 0 || index[d] >= u.shape()[d]));
    }
    padded.data()[at++] = own || outside ? cell(index, u.shape(), u.halo()) : 1e30;
  });
}

template <std::size_t N> shape_t<N> sum_of(shape_t<N> a, const shape_t<N>& b) {
  for (std::size_t d = 0; d < N; ++d) a[d] += b[d];
  return a;
}

template <std::size_t N> shape_t<N> random_offset(random_source& random, const halo<N>& width) {
  shape_t<N> offset{};
  for (std::size_t d = 0; d < N; ++d) offset[d] = random.between(-width.lower[d], width.upper[d]);
  return offset;
}

template <std::size_t N>
void check_one(random_source& random, const process_grid<N>& grid, const shape_t<N>& shape,
               const halo<N>& width) {
  const auto blocks = random_distribution<N>(random, shape, grid.dims());
  global_array<double, N> u(grid, blocks, width);
  global_array<double, N> v(grid, blocks);
  fill_cells(u);
  const shape_t<N> a = random_offset(random, width);
  const shape_t<N> b = random_offset(random, width);
  ndarray<double, N> expected(shape);
  double most = 0.0;
  index_t flat = 0;
  for_each_index(shape, [&](const shape_t<N>& at) {
    const double x = cell(sum_of(at, a), shape, width);
    const double y = cell(sum_of(at, b), shape, width);
    const double z = cell(at, shape, width);
    expected.data()[flat++] = (2.0 * x - y) + 0.25 * z;
    most = std::max(most, std::abs(x - z));
  });
  const std::string what =
      describe(blocks, width) + " shifts " + to_string(a) + " and " + to_string(b);
  v = 2.0 * shift(u, a) - shift(u, b) + 0.25 * u;
  EXPECT_TRUE(array_equal(v.gather_all(), expected)) << what;
  if (u.size() > 0) {
    EXPECT_EQ(max(abs(shift(u, a) - u)), most) << what;
  }
  u = 2.0 * shift(u, a) - shift(u, b) + 0.25 * u; // reads what it writes
  EXPECT_TRUE(array_equal(u.gather_all(), expected)) << what;
}

template <std::size_t N> void check_random(int cases, index_t largest, index_t widest) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto grids = all_grids<N>(world());
  for (int i = 0; i < cases; ++i)
    check_one<N>(random, any_of(random, grids), random_shape_of<N>(random, largest),
                 random_halo<N>(random, widest));
}

global_array<double, 1> line(index_t n, const halo<1>& width) {
  global_array<double, 1> u(process_grid<1>(world()), {n}, width);
  fill_numbered(u);
  return u;
}

} // namespace

TEST(shift, reads_neighbours_1d) { check_random<1>(60, 12, 3); }
TEST(shift, reads_neighbours_2d) { check_random<2>(60, 9, 2); }
TEST(shift, reads_neighbours_3d) { check_random<3>(20, 6, 2); }
TEST(shift, through_blocks_thinner_than_the_halo) { check_random<2>(40, 3, 4); }

TEST(shift, updates_the_halo_once) {
  global_array<double, 2> u(process_grid<2>(world()), {8, 9}, halo<2>(1, true));
  fill_numbered(u);
  global_array<double, 2> v(u.grid(), u.distribution());
  EXPECT_FALSE(u.halo_is_fresh());
  v = shift(u, {-1, 0}) + shift(u, {0, 1});
  EXPECT_TRUE(u.halo_is_fresh());
  u = 1.0;
  EXPECT_FALSE(u.halo_is_fresh());
  v = shift(u, {-1, 0}) + shift(u, {0, 1});
  EXPECT_EQ(sum(v), 2.0 * 72);
}

TEST(shift, of_a_view_counts_its_own_elements) {
  const global_array<double, 1> u = line(12, halo<1>(4, true)); // 1, ..., 12
  const auto expect = [](const auto& e, double first, double step) {
    const ndarray<double, 1> found = [&] {
      global_array<double, 1> whole(process_grid<1>(world()), {12});
      whole = 0.0;
      whole(slice(2, 10, 2)) = e;
      return whole(slice(2, 10, 2)).gather_all();
    }();
    for (index_t i = 0; i < 4; ++i)
      EXPECT_EQ(found(i), first + step * static_cast<double>(i)) << "element " << i;
  };
  expect(1.0 * shift(u(slice(2, 10, 2)), {0}), 3, 2);
  expect(1.0 * shift(u(slice(2, 10, 2)), {1}), 5, 2);
  expect(1.0 * shift(u(slice(2, 10, 2)), {-1}), 1, 2);
}

TEST(shift, of_a_reversed_view_runs_backwards) {
  const global_array<double, 1> u = line(5 * world().size(), halo<1>(1, true));
  const auto n = static_cast<double>(u.size());
  // Element i of the reversed view is n - i; the one after it is n - i - 1, of the last one n.
  EXPECT_EQ(max(shift(u(slice(none, none, -1)), {1}) - u(slice(none, none, -1))), n - 1.0);
}

TEST(shift, alone_in_an_assignment) {
  const global_array<double, 1> u = line(11, halo<1>(1, true));
  global_array<double, 1> v(u.grid(), u.distribution());
  v = shift(u, {1});
  const ndarray<double, 1> found = v.gather_all();
  for (index_t i = 0; i < 11; ++i) EXPECT_EQ(found(i), static_cast<double>((i + 1) % 11 + 1));
}

// What is written first must not be read by what is computed after the exchange of another array.
TEST(shift, written_array_beside_a_stale_one) {
  global_array<double, 2> u(process_grid<2>(world()), {6, 9}, halo<2>(1));
  fill_numbered(u);
  const ndarray<double, 2> before = u.gather_all();
  global_array<double, 2> w(u.grid(), u.distribution(), halo<2>(1, true));
  w = 1.0;
  u(all, slice(1, none)) = u(all, slice(none, -1)) + shift(w(all, slice(1, none)), {0, 1});
  const ndarray<double, 2> after = u.gather_all();
  for (index_t i = 0; i < 6; ++i)
    for (index_t j = 1; j < 9; ++j) EXPECT_EQ(after(i, j), before(i, j - 1) + 1.0);
}

TEST(shift, beyond_the_halo_is_refused) {
  const global_array<double, 2> u(process_grid<2>(world()), {8, 9}, halo<2>({1, 2}, {1, 3}));
  for (const shape_t<2>& offset : {shape_t<2>{0, 4}, {0, -3}, {-2, 0}, {2, 0}}) {
    const std::string text = message_of<index_error>([&] { static_cast<void>(shift(u, offset)); });
    const std::size_t axis = offset[0] != 0 ? 0 : 1;
    EXPECT_NE(text.find("shift by " + to_string(offset)), std::string::npos) << text;
    EXPECT_NE(text.find("axis " + std::to_string(axis)), std::string::npos) << text;
    EXPECT_NE(text.find(axis == 0 ? "-1 to 1" : "-2 to 3"), std::string::npos) << text;
  }
  constexpr index_t huge = std::numeric_limits<index_t>::min();
  message_of<index_error>([&] { static_cast<void>(shift(u, {0, huge})); });
  message_of<index_error>([&] { static_cast<void>(shift(u(all, slice(none, none, 4)), {0, 1})); });
  message_of<index_error>([&] { static_cast<void>(shift(u(newaxis), {1, 0, 0})); });
  static_cast<void>(shift(u, {-1, 3}));
}
