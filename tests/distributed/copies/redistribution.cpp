#include "cases.hpp"
#include "message_of.hpp"

#include <string>

using namespace tessera_test;

namespace {

/// What one rank sends and receives when each element travels straight to its new owner.
struct traffic {
  index_t messages = 0;
  index_t bytes = 0;
};

template <std::size_t N>
traffic expected_traffic(const distribution<N>& from, const distribution<N>& to, int rank,
                         index_t itemsize) {
  traffic result;
  for (int peer = 0; peer < from.ranks(); ++peer) {
    if (peer == rank) continue;
    const index_t sent = intersect(from.block(rank), to.block(peer)).size();
    const index_t received = intersect(from.block(peer), to.block(rank)).size();
    result.messages += (sent > 0 ? 1 : 0) + (received > 0 ? 1 : 0);
    result.bytes += sent * itemsize;
  }
  return result;
}

/// Bytes of the halo that are not those that `spoil` left there.
template <class T, std::size_t N> index_t touched_halo_bytes(global_array<T, N>& u) {
  const view<T, N> mine = u.owned();
  for_each_index(mine.shape(), [&](const shape_t<N>& at) {
    index_t offset = 0;
    for (std::size_t d = 0; d < N; ++d) offset += at[d] * mine.strides()[d];
    std::memset(static_cast<void*>(mine.data() + offset), 0xee, sizeof(T));
  });
  const auto* bytes = reinterpret_cast<const unsigned char*>(u.data());
  index_t touched = 0;
  for (index_t i = 0; i < u.padded().size() * index_t{sizeof(T)}; ++i)
    touched += bytes[i] == 0xee ? 0 : 1;
  return touched;
}

/// Two arrays of one shape under different distributions over the same ranks.
template <class T, std::size_t N> struct pair_of_arrays {
  global_array<T, N> from;
  global_array<T, N> to;

  pair_of_arrays(random_source& random, const std::vector<process_grid<N>>& grids,
                 index_t largest) {
    const auto shape = random_shape_of<N>(random, largest);
    from = random_array(random, any_of(random, grids), shape);
    to = random_array(random, any_of(random, grids), shape);
    fill_numbered(from);
    spoil(to);
  }

  [[nodiscard]] std::string text() const {
    return describe(from.distribution(), from.halo()) + "\nto " +
           describe(to.distribution(), to.halo());
  }

private:
  static global_array<T, N> random_array(random_source& random, const process_grid<N>& grid,
                                         const shape_t<N>& shape) {
    const auto width = random.one_in(2) ? halo<N>() : random_halo<N>(random, 3);
    return {grid, random_distribution(random, shape, grid.dims()), width};
  }
};

template <class T, std::size_t N> void check_pair(pair_of_arrays<T, N>& pair) {
  const auto& [from, to] = pair;
  const copy_plan plan = redistribution_plan(from, to);
  const traffic expected =
      expected_traffic(from.distribution(), to.distribution(), from.comm().rank(), sizeof(T));
  EXPECT_EQ(plan.messages(), expected.messages) << pair.text();
  EXPECT_EQ(plan.bytes(), expected.bytes) << pair.text();

  redistribute(from, pair.to);
  EXPECT_EQ(wrong_elements(to), 0) << pair.text();
  EXPECT_EQ(wrong_elements(from), 0) << pair.text();
  const ndarray<T, N> before = from.gather();
  const ndarray<T, N> after = to.gather();
  EXPECT_EQ(before.shape(), after.shape());
  EXPECT_EQ(wrong_elements(after), 0) << pair.text();
  EXPECT_EQ(touched_halo_bytes(pair.to), 0) << pair.text();
}

template <class T, std::size_t N> void check_random(int cases, index_t largest) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto grids = all_grids<N>(world());
  index_t spoilt = 0;
  for (int i = 0; i < cases; ++i) {
    pair_of_arrays<T, N> pair(random, grids, largest);
    spoilt += wrong_elements(pair.to);
    check_pair(pair);
  }
  EXPECT_GT(allreduce_sum(world(), spoilt), cases);
}

} // namespace

TEST(redistribution, one_axis) { check_random<double, 1>(150, 30); }
TEST(redistribution, two_axes) { check_random<double, 2>(150, 12); }
TEST(redistribution, three_axes) { check_random<float, 3>(60, 8); }
TEST(redistribution, four_axes) { check_random<double, 4>(20, 5); }

TEST(redistribution, elements_of_any_size) {
  check_random<std::uint8_t, 2>(20, 12);
  check_random<three_words, 2>(20, 12);
}

TEST(redistribution, in_small_pieces) {
  const index_t before = transfer_plan::piece_bytes();
  transfer_plan::set_piece_bytes(7);
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto grids = all_grids<2>(world());
  for (int i = 0; i < 30; ++i) {
    pair_of_arrays<three_words, 2> pair(random, grids, 12);
    redistribute(pair.from, pair.to);
    EXPECT_EQ(wrong_elements(pair.to), 0) << pair.text();
  }
  transfer_plan::set_piece_bytes(before);
}

TEST(redistribution, there_and_back) {
  const int ranks = world().size();
  global_array<double, 2> rows(process_grid<2>(world(), {ranks, 1}), {13, 17}, halo<2>(2));
  global_array<double, 2> columns(process_grid<2>(world(), {1, ranks}), {13, 17});
  fill_numbered(rows);
  redistribute(rows, columns);
  EXPECT_EQ(wrong_elements(columns), 0);
  spoil(rows);
  redistribute(columns, rows);
  EXPECT_EQ(wrong_elements(rows), 0);
}

TEST(redistribution, plan_serves_many_runs) {
  const int ranks = world().size();
  global_array<double, 2> rows(process_grid<2>(world(), {ranks, 1}), {13, 17});
  global_array<double, 2> columns(process_grid<2>(world(), {1, ranks}), {13, 17}, halo<2>(1));
  const copy_plan plan = redistribution_plan(rows, columns);
  for (int run = 0; run < 5; ++run) {
    fill_numbered(rows);
    rows = rows + 10.0 * run;
    plan.run(rows, columns);
    columns = columns - 10.0 * run;
    EXPECT_EQ(wrong_elements(columns), 0);
  }
}

TEST(redistribution, same_distribution_sends_nothing) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {13, 17}, halo<2>(1));
  global_array<double, 2> v(grid, {13, 17}, halo<2>(3));
  fill_numbered(u);
  EXPECT_EQ(redistribution_plan(u, v).messages(), 0);
  redistribute(u, v);
  EXPECT_EQ(wrong_elements(v), 0);
}

TEST(redistribution, over_a_duplicate_communicator) {
  global_array<double, 1> u(process_grid<1>(world()), {20});
  global_array<double, 1> v(process_grid<1>(world().duplicate()), {20});
  fill_numbered(u);
  redistribute(u, v);
  EXPECT_EQ(wrong_elements(v), 0);
}

TEST(redistribution, other_shape_is_refused_on_all_ranks) {
  const process_grid<2> grid(world());
  const global_array<double, 2> u(grid, {4, 6});
  global_array<double, 2> v(grid, {6, 4});
  const std::string text = message_of<shape_error>([&] { redistribute(u, v); });
  EXPECT_NE(text.find("(4, 6)"), std::string::npos) << text;
  EXPECT_NE(text.find("(6, 4)"), std::string::npos) << text;
}

TEST(redistribution, other_ranks_are_refused_on_all_ranks) {
  if (world().size() == 1) GTEST_SKIP() << "one rank has no other order";
  const communicator reversed = world().split(0, -world().rank());
  const global_array<double, 1> u(process_grid<1>(world()), {12});
  global_array<double, 1> v(process_grid<1>(reversed), {12});
  const std::string text = message_of<argument_error>([&] { redistribute(u, v); });
  EXPECT_NE(text.find("different ranks"), std::string::npos) << text;
}
