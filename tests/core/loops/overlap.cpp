#include "random_source.hpp"

#include <tessera/core/loops/overlap.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

using namespace tessera;

namespace {

/// A strided array of bytes somewhere in memory; strides in bytes, any of them.
struct bytes {
  index_t first;
  index_t itemsize;
  std::vector<index_t> shape;
  std::vector<index_t> strides;
};

// Never read: only addresses are compared.
const std::byte* const base = reinterpret_cast<const std::byte*>(std::uintptr_t{1} << 40);

bool shared(const bytes& a, const bytes& b) {
  const auto extent = [](const bytes& x) {
    return detail::memory_extent{base + x.first, x.itemsize, x.shape.size(), x.shape.data(),
                                 x.strides.data()};
  };
  return detail::share_memory(extent(a), extent(b));
}

std::set<index_t> touched(const bytes& x) {
  std::set<index_t> result;
  for_each_position(x.shape, [&](const auto& at) {
    for (index_t k = 0; k < x.itemsize; ++k) result.insert(x.first + distance(at, x.strides) + k);
  });
  return result;
}

bool shared_by_brute_force(const bytes& a, const bytes& b) {
  const auto in_a = touched(a);
  for (const index_t byte : touched(b))
    if (in_a.count(byte) > 0) return true;
  return false;
}

bytes random_bytes(random_source& random) {
  const index_t itemsize = index_t{1} << random.between(0, 3);
  const auto ndim = static_cast<std::size_t>(random.between(1, 3));
  bytes x{random.between(-60, 60), itemsize, random_shape(random, ndim, 4), {}};
  for (std::size_t d = 0; d < ndim; ++d) {
    const bool aligned = !random.one_in(4);
    x.strides.push_back(random.between(-12, 12) * (aligned ? itemsize : 1));
  }
  return x;
}

std::string text(const bytes& x) {
  std::string result = "first " + std::to_string(x.first) + " item " + std::to_string(x.itemsize);
  for (std::size_t d = 0; d < x.shape.size(); ++d)
    result += ", " + std::to_string(x.shape[d]) + " by " + std::to_string(x.strides[d]);
  return result;
}

} // namespace

TEST(overlap, equals_brute_force) {
  random_source random;
  SCOPED_TRACE(random.trace());
  int apart = 0;
  constexpr int cases = 3000;
  for (int i = 0; i < cases; ++i) {
    const bytes a = random_bytes(random);
    const bytes b = random_bytes(random);
    const bool expected = shared_by_brute_force(a, b);
    apart += expected ? 0 : 1;
    ASSERT_EQ(shared(a, b), expected) << text(a) << "\n" << text(b);
    ASSERT_EQ(shared(b, a), expected) << text(a) << "\n" << text(b);
  }
  // Both answers must have been put to the test.
  EXPECT_GT(apart, cases / 10);
  EXPECT_LT(apart, cases * 9 / 10);
}

TEST(overlap, interleaved_elements_are_apart) {
  const bytes even{0, 8, {1000000}, {16}};
  const bytes odd{8, 8, {1000000}, {16}};
  EXPECT_FALSE(shared(even, odd));
  EXPECT_TRUE(shared(even, {4, 8, {1000000}, {16}}));
  const bytes odd_backward{8 + 16 * 999999, 8, {1000000}, {-16}};
  EXPECT_FALSE(shared(even, odd_backward));
}

TEST(overlap, halves_of_a_matrix_are_apart) {
  const bytes left{0, 8, {1000, 500}, {8000, 8}};
  EXPECT_FALSE(shared(left, {4000, 8, {1000, 500}, {8000, 8}}));
  EXPECT_TRUE(shared(left, {3992, 8, {1000, 500}, {8000, 8}}));
  // A column of the right half, and the left half transposed.
  EXPECT_FALSE(shared({7992, 8, {1000}, {8000}}, {0, 8, {500, 1000}, {8, 8000}}));
}

TEST(overlap, red_and_black_cells_are_apart) {
  const bytes red{0, 8, {500, 500}, {16000, 16}};
  EXPECT_FALSE(shared(red, {8, 8, {500, 500}, {16000, 16}}));
  EXPECT_FALSE(shared(red, {8008, 8, {500, 500}, {16000, 16}}));
  EXPECT_TRUE(shared(red, red));
}

TEST(overlap, items_of_different_sizes) {
  const bytes real_parts{0, 8, {100}, {16}};
  EXPECT_TRUE(shared(real_parts, {0, 16, {100}, {16}}));
  EXPECT_TRUE(shared(real_parts, {7, 1, {1}, {1}}));
  EXPECT_FALSE(shared(real_parts, {8, 1, {1}, {1}}));
}

TEST(overlap, nothing_shares_no_memory) {
  const bytes all_of_it{0, 8, {100}, {8}};
  EXPECT_FALSE(shared(all_of_it, {16, 8, {3, 0}, {8, 8}}));
  EXPECT_FALSE(shared({16, 8, {0}, {8}}, all_of_it));
}

// A search that takes too long may give up, but then only with the safe answer.
TEST(overlap, entangled_layouts_are_answered_safely) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 100; ++i) {
    bytes a{0, 1, {}, {}};
    bytes element_of_a{0, 1, {1}, {1}};
    for (int d = 0; d < 14; ++d) {
      a.shape.push_back(4);
      a.strides.push_back(random.between(100000, 500000));
      element_of_a.first += random.between(0, 3) * a.strides.back();
    }
    ASSERT_TRUE(shared(a, element_of_a)) << text(a) << "\n" << text(element_of_a);
  }
}
