#include "random_source.hpp"

#include <tessera/core/copies/strided_copy.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

using namespace tessera;
using detail::region;

namespace {

using memory = std::vector<std::byte>;

memory random_memory(random_source& random, index_t bytes) {
  memory result(static_cast<std::size_t>(bytes));
  for (auto& b : result) b = static_cast<std::byte>(random.between(0, 255));
  return result;
}

void copy_by_elements(memory& to, const region& to_region, const memory& from,
                      const region& from_region, index_t itemsize) {
  for_each_position(to_region.shape, [&](const auto& at) {
    const index_t t = to_region.offset + distance(at, to_region.strides);
    const index_t f = from_region.offset + distance(at, from_region.strides);
    std::memcpy(to.data() + t * itemsize, from.data() + f * itemsize,
                static_cast<std::size_t>(itemsize));
  });
}

memory copied(memory to, const region& to_region, const memory& from, const region& from_region,
              index_t itemsize) {
  const detail::strided_copy copy(to_region, from_region, itemsize);
  copy.run(to.data(), from.data());
  return to;
}

} // namespace

TEST(strided_copy, equals_a_loop_over_elements) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 1500; ++i) {
    const index_t itemsize = random.between(1, 48);
    const auto ndim = static_cast<std::size_t>(random.between(0, 4));
    const auto shape = random_shape(random, ndim, 6);
    const random_layout to_layout(random, shape);
    random_layout from_layout(random, shape);
    if (random.one_in(5)) from_layout.broadcast_some(random, shape);
    const index_t lead = random.between(0, 3);
    const region to{to_layout.offset + lead, shape, to_layout.strides};
    const region from{from_layout.offset, shape, from_layout.strides};
    const memory source = random_memory(random, from_layout.extent * itemsize);
    const memory before = random_memory(random, (to_layout.extent + lead) * itemsize);
    memory expected = before;
    copy_by_elements(expected, to, source, from, itemsize);
    ASSERT_EQ(copied(before, to, source, from, itemsize), expected)
        << "case " << i << ", items of " << itemsize << " bytes, " << ndim << " axes";
  }
}

namespace {

struct permuted_copy {
  region to;
  region from;
};

/// From memory with gaps to memory with gaps, the axes in any order, some backward.
permuted_copy random_permuted(random_source& random, const std::vector<index_t>& shape) {
  const random_layout to(random, shape);
  const random_layout from(random, shape);
  return {{to.offset, shape, to.strides}, {from.offset, shape, from.strides}};
}

/// One past the last element.
index_t end_of(const region& r) {
  index_t end = r.offset + 1;
  for (std::size_t d = 0; d < r.shape.size(); ++d)
    if (r.strides[d] > 0 && r.shape[d] > 0) end += (r.shape[d] - 1) * r.strides[d];
  return end;
}

void check_copy(random_source& random, const permuted_copy& c, index_t itemsize) {
  const index_t lead = random.between(0, 70); // bytes: lines begin anywhere
  memory source(static_cast<std::size_t>(end_of(c.from) * itemsize));
  for (std::size_t k = 0; k < source.size(); ++k)
    source[k] = static_cast<std::byte>(k * 0x9e3779b97f4a7c15U >> 56U);
  const memory before(static_cast<std::size_t>(end_of(c.to) * itemsize + lead));
  memory expected = before;
  memory result = before;
  for_each_position(c.to.shape, [&](const auto& at) {
    std::memcpy(expected.data() + lead + (c.to.offset + distance(at, c.to.strides)) * itemsize,
                source.data() + (c.from.offset + distance(at, c.from.strides)) * itemsize,
                static_cast<std::size_t>(itemsize));
  });
  detail::strided_copy(c.to, c.from, itemsize).run(result.data() + lead, source.data());
  ASSERT_TRUE(result == expected) << "items of " << itemsize << " bytes";
}

constexpr index_t itemsizes[] = {1, 2, 4, 8, 16, 24};

} // namespace

TEST(strided_copy, goes_in_tiles) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 60; ++i) {
    const auto ndim = static_cast<std::size_t>(random.between(2, 3));
    const std::vector<index_t> shape = random_shape(random, ndim, ndim == 2 ? 300 : 60);
    check_copy(random, random_permuted(random, shape), itemsizes[random.between(0, 5)]);
  }
}

TEST(strided_copy, goes_past_the_caches) {
  random_source random;
  SCOPED_TRACE(random.trace());
  constexpr index_t bytes = index_t{9} << 20; // more than what stays in a cache
  for (const index_t itemsize : {index_t{8}, itemsizes[random.between(0, 5)]}) {
    const index_t n = 997;
    const index_t m = bytes / itemsize / n;
    const index_t row = n + random.between(0, 9);
    const index_t column = m + random.between(0, 9);
    const index_t sign = random.one_in(2) ? 1 : -1;
    const region rows{0, {m, n}, {row, 1}};
    const region columns{sign < 0 ? m - 1 : 0, {m, n}, {sign, column}};
    check_copy(random, {rows, columns}, itemsize);
    check_copy(random, {columns, rows}, itemsize);
    check_copy(random, {rows, {3, {m, n}, {n + 5, 1}}}, itemsize);
    check_copy(random, {detail::packed({m, n}, 0), detail::packed({m, n}, 1)}, itemsize);
  }
}

TEST(strided_copy, runs_again_between_other_memory) {
  const region column{1, {3}, {4}};
  const detail::strided_copy copy(detail::packed({3}, 0), column, 1);
  EXPECT_EQ(copy.bytes(), 3);
  const char text[] = "abcdefghijkl";
  const char other[] = "ABCDEFGHIJKL";
  char result[4] = "...";
  copy.run(reinterpret_cast<std::byte*>(result), reinterpret_cast<const std::byte*>(text));
  EXPECT_STREQ(result, "bfj");
  copy.run(reinterpret_cast<std::byte*>(result), reinterpret_cast<const std::byte*>(other));
  EXPECT_STREQ(result, "BFJ");
}

TEST(strided_copy, of_nothing_does_nothing) {
  const region empty{0, {3, 0}, {5, 1}};
  const detail::strided_copy copy(empty, empty, 8);
  EXPECT_EQ(copy.bytes(), 0);
  copy.run(nullptr, nullptr);
}

TEST(strided_copy, counts_bytes_beyond_32_bits) {
  const region big{0, {1 << 20, 1 << 20}, {1 << 20, 1}};
  EXPECT_EQ(detail::strided_copy(big, big, 8).bytes(), index_t{1} << 43);
}

TEST(strided_copy, region_size_and_contiguity) {
  EXPECT_EQ((region{0, {3, 4}, {4, 1}}.size()), 12);
  EXPECT_EQ((region{0, {}, {}}.size()), 1);
  EXPECT_TRUE((region{5, {3, 4}, {4, 1}}.is_contiguous()));
  EXPECT_TRUE((region{0, {1, 4}, {99, 1}}.is_contiguous()));
  EXPECT_FALSE((region{0, {3, 4}, {5, 1}}.is_contiguous()));
  EXPECT_FALSE((region{0, {3, 4}, {1, 3}}.is_contiguous()));
  EXPECT_FALSE((region{0, {4}, {-1}}.is_contiguous()));
}

TEST(strided_copy, longest_stretch_of_a_region) {
  EXPECT_EQ((region{0, {3, 4}, {4, 1}}.longest_stretch()), 12);
  EXPECT_EQ((region{0, {3, 4}, {5, 1}}.longest_stretch()), 4);
  EXPECT_EQ((region{0, {4, 3}, {1, 5}}.longest_stretch()), 4);
  EXPECT_EQ((region{0, {2, 3, 4}, {4, 8, 1}}.longest_stretch()), 24);
  EXPECT_EQ((region{3, {4, 3}, {-1, 5}}.longest_stretch()), 4);
  EXPECT_EQ((region{0, {1, 3}, {9, 2}}.longest_stretch()), 1);
  EXPECT_EQ((region{0, {}, {}}.longest_stretch()), 1);
}

TEST(strided_copy, packed_regions_have_no_gaps) {
  const region p = detail::packed({2, 3, 4}, 7);
  EXPECT_EQ(p.offset, 7);
  EXPECT_EQ(p.strides, (std::vector<index_t>{12, 4, 1}));
  EXPECT_TRUE(p.is_contiguous());
}
