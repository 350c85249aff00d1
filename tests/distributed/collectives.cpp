#include <tessera/distributed/collectives.hpp>

#include "cases.hpp"

#include <limits>
#include <numeric>
#include <string>

using namespace tessera_test;

namespace {

/// One value per rank, the extremes of the type among them.
template <class T> void check_reductions() {
  using limits = std::numeric_limits<T>;
  const int rank = world().rank();
  const int size = world().size();
  EXPECT_EQ(allreduce_sum(world(), static_cast<T>(rank + 1)),
            static_cast<T>(size * (size + 1) / 2));
  EXPECT_EQ(allreduce_max(world(), static_cast<T>(rank)), static_cast<T>(size - 1));
  EXPECT_EQ(allreduce_min(world(), static_cast<T>(rank)), T{0});
  EXPECT_EQ(allreduce_max(world(), rank == size - 1 ? limits::max() : T{0}), limits::max());
  EXPECT_EQ(allreduce_min(world(), rank == size - 1 ? limits::lowest() : T{0}), limits::lowest());
}

} // namespace

TEST(collectives, reductions_of_integers) {
  check_reductions<std::int8_t>();
  check_reductions<std::uint8_t>();
  check_reductions<std::int16_t>();
  check_reductions<std::uint16_t>();
  check_reductions<std::int32_t>();
  check_reductions<std::uint32_t>();
  check_reductions<std::int64_t>();
  check_reductions<std::uint64_t>();
  check_reductions<long long>();
  check_reductions<char>();
}

TEST(collectives, reductions_of_reals) {
  check_reductions<float>();
  check_reductions<double>();
  check_reductions<long double>();
}

TEST(collectives, extremes_of_truth_values) {
  const bool last = world().rank() == world().size() - 1;
  EXPECT_TRUE(allreduce_max(world(), last));
  EXPECT_EQ(allreduce_min(world(), last), world().size() == 1);
  EXPECT_FALSE(allreduce_max(world(), false));
  EXPECT_TRUE(allreduce_min(world(), true));
}

TEST(collectives, exclusive_scan) {
  const int rank = world().rank();
  EXPECT_EQ(exclusive_scan(world(), rank + 1), rank * (rank + 1) / 2);
  EXPECT_EQ(exclusive_scan(world(), std::int64_t{1} << 40), rank * (std::int64_t{1} << 40));
}

TEST(collectives, broadcast_of_values) {
  for (int root = 0; root < world().size(); ++root) {
    for (const index_t count : {0, 1, 1000, 300000}) {
      std::vector<double> values(static_cast<std::size_t>(count), -1.0);
      if (world().rank() == root) std::iota(values.begin(), values.end(), root);
      broadcast(world(), values.data(), count, root);
      std::vector<double> expected(values.size());
      std::iota(expected.begin(), expected.end(), root);
      EXPECT_TRUE(values == expected);
    }
  }
}

TEST(collectives, broadcast_of_text) {
  const std::string binary("a\0b\n", 4);
  for (int root = 0; root < world().size(); ++root) {
    for (const std::string& text : {std::string(), binary, std::string(100000, 'x')}) {
      const std::string mine = world().rank() == root ? text : "something of another length";
      EXPECT_TRUE(broadcast(world(), mine, root) == text);
    }
  }
}

TEST(collectives, allgather) {
  const std::vector<three_words> all = allgather(world(), element_of<three_words>(world().rank()));
  EXPECT_EQ(all.size(), static_cast<std::size_t>(world().size()));
  for (std::size_t r = 0; r < all.size(); ++r)
    EXPECT_TRUE(same_bits(all[r], element_of<three_words>(static_cast<index_t>(r))));
}
