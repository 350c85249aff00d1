#include "random_source.hpp"

#include <tessera/core/strided_copy.hpp>

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

TEST(strided_copy, packed_regions_have_no_gaps) {
  const region p = detail::packed({2, 3, 4}, 7);
  EXPECT_EQ(p.offset, 7);
  EXPECT_EQ(p.strides, (std::vector<index_t>{12, 4, 1}));
  EXPECT_TRUE(p.is_contiguous());
}
