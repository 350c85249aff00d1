// Collective calls in the background give, bit for bit, what those give that are waited for at
// once.
#include "cases.hpp"
#include "messages/in_pieces.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/random.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/messages.hpp>

using namespace tessera;
using namespace tessera_test;

namespace {

class background_moves : public in_pieces {
protected:
  /// Parts of 0 to 4 rows of 3 columns.
  std::vector<index_t> counts() const {
    std::vector<index_t> result;
    for (int r = 0; r < ranks; ++r) result.push_back(3 * ((2 * r + 1) % 5));
    return result;
  }
  index_t own() const { return counts()[static_cast<std::size_t>(me)]; }
  index_t total() const {
    index_t sum = 0;
    for (const index_t n : counts()) sum += n;
    return sum;
  }
  ndarray<double, 1> numbers(index_t n) const {
    auto result = zeros<double>({n});
    for (index_t i = 0; i < n; ++i)
      result(i) = 1.0 / static_cast<double>(3 + 7 * i + me) * (i % 2 == 0 ? 1e8 : -1.0);
    return result;
  }
};

INSTANTIATE_TEST_SUITE_P(whole_and_in_pieces, background_moves, testing::Values(1 << 30, 48));

} // namespace

TEST_P(background_moves, parts_of_different_sizes) {
  const ndarray<double, 1> mine = numbers(own());
  const ndarray<double, 1> whole = numbers(total());
  for (int root = 0; root < ranks; ++root) {
    const bool is_root = root == me;
    ndarray<double, 1> now = zeros<double>({is_root ? total() : 0});
    ndarray<double, 1> later = now;
    ndarray<double, 1> part_now = zeros<double>({own()});
    ndarray<double, 1> part_later = part_now;
    request_set both;
    {
      const std::vector<index_t> short_lived = counts();
      both.add(igatherv(world(), mine, later, short_lived, root));
      both.add(iscatterv(world(), whole, short_lived, part_later, root));
    }
    both.wait_all();
    gatherv(world(), mine, now, counts(), root);
    scatterv(world(), whole, counts(), part_now, root);
    EXPECT_TRUE(array_equal(now, later));
    EXPECT_TRUE(array_equal(part_now, part_later));
  }
  ndarray<double, 1> now = zeros<double>({total()});
  ndarray<double, 1> later = now;
  allgatherv(world(), mine, now, counts());
  iallgatherv(world(), mine, later, counts()).wait();
  EXPECT_TRUE(array_equal(now, later));
}

TEST_P(background_moves, everything_to_everyone) {
  std::vector<index_t> out;
  std::vector<index_t> in;
  for (int r = 0; r < ranks; ++r) {
    out.push_back((me + 2 * r) % 3);
    in.push_back((r + 2 * me) % 3);
  }
  const auto sum_of = [](const std::vector<index_t>& counts) {
    index_t sum = 0;
    for (const index_t n : counts) sum += n;
    return sum;
  };
  const ndarray<double, 1> sent = numbers(sum_of(out));
  ndarray<double, 1> now = zeros<double>({sum_of(in)});
  ndarray<double, 1> later = now;
  request first = ialltoallv(world(), sent, out, later, in);
  alltoallv(world(), sent, out, now, in);
  first.wait();
  EXPECT_TRUE(array_equal(now, later));

  ndarray<double, 1> turned = numbers(3 * ranks);
  ndarray<double, 1> in_background = turned;
  request second = ialltoall(world(), in_place, in_background);
  second.wait();
  alltoall(world(), in_place, turned);
  EXPECT_TRUE(array_equal(turned, in_background));
}

TEST_P(background_moves, exact_sums_are_the_same_bits) {
  const index_t n = 4 * ranks;
  const ndarray<double, 1> mine = numbers(n);
  ndarray<double, 2> later = full<double>({5, n}, -1.0);
  ndarray<double, 1> part = zeros<double>({4});
  request_set all_of_them;
  all_of_them.add(iallreduce(world(), mine, later(0, all)));
  all_of_them.add(iscan(world(), mine, later(1, slice(none, none, -1))));
  all_of_them.add(iexscan(world(), mine, later(2, all)));
  all_of_them.add(ireduce(world(), mine, later(3, all), op::sum, ranks - 1));
  all_of_them.add(ireduce_scatter(world(), mine, part));
  later(4, all) = mine;
  all_of_them.add(iallreduce(world(), in_place, later(4, all)));
  while (all_of_them.wait_any()) continue;

  const auto total = allreduce(world(), mine);
  EXPECT_TRUE(array_equal(later(0, all), total));
  EXPECT_TRUE(array_equal(later(1, slice(none, none, -1)), scan(world(), mine)));
  EXPECT_TRUE(array_equal(later(2, all), exscan(world(), mine)));
  EXPECT_TRUE(array_equal(later(3, all), reduce(world(), mine, op::sum, ranks - 1)));
  EXPECT_TRUE(array_equal(part, total(slice(4 * me, 4 * me + 4))));
  EXPECT_TRUE(array_equal(later(4, all), total));
}

TEST_P(background_moves, other_operations) {
  const ndarray<double, 1> mine = numbers(2 * ranks);
  ndarray<double, 1> below = zeros<double>({2 * ranks});
  ndarray<double, 1> part = zeros<double>({2});
  const auto larger = [](double a, double b) { return a > b ? a : b; };
  request first = iexscan(world(), mine, below, larger);
  request second = ireduce_scatter(world(), mine, part, larger);
  second.wait();
  first.wait();
  EXPECT_TRUE(array_equal(below, exscan(world(), mine, larger)));
  EXPECT_TRUE(array_equal(part, allreduce(world(), mine, larger)(slice(2 * me, 2 * me + 2))));
}
