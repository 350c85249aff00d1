#include "random_source.hpp"

#include <tessera/core/copies/strided_copy.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <numeric>

using namespace tessera;
using detail::region;

namespace {

using memory = std::vector<std::byte>;

/// Places of n rows of `row` elements each, which do not overlap, some of them side by side.
std::vector<index_t> random_rows(random_source& random, index_t n, index_t row) {
  std::vector<index_t> places(static_cast<std::size_t>(n) + 3);
  std::iota(places.begin(), places.end(), 0);
  if (random.one_in(2)) std::shuffle(places.begin(), places.end(), random.engine());
  places.resize(static_cast<std::size_t>(n));
  for (index_t& place : places) place *= row;
  return places;
}

/// Rows of adjacent elements, or single elements, at listed places or in equal steps.
region random_region(random_source& random, index_t n, index_t row, std::vector<index_t>& places) {
  places = random_rows(random, n, row);
  if (random.one_in(3))
    for (index_t k = 0; k < n; ++k) places[static_cast<std::size_t>(k)] = 2 * k * row;
  region result = detail::listed(places);
  if (row > 1 || random.one_in(2)) {
    result.shape.push_back(row);
    result.strides.push_back(1);
  }
  return result;
}

void copy_rows(memory& to, const std::vector<index_t>& to_places, const memory& from,
               const std::vector<index_t>& from_places, index_t bytes, index_t itemsize) {
  for (std::size_t k = 0; k < to_places.size(); ++k)
    std::memcpy(to.data() + to_places[k] * itemsize, from.data() + from_places[k] * itemsize,
                static_cast<std::size_t>(bytes));
}

void add_bytes(std::byte* to, index_t to_step, const std::byte* from, index_t from_step,
               index_t n) {
  for (index_t i = 0; i < n; ++i)
    to[i * to_step] = static_cast<std::byte>(static_cast<int>(to[i * to_step]) * 3 +
                                             static_cast<int>(from[i * from_step]));
}

} // namespace

TEST(listed_copy, equals_a_loop_over_places) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 600; ++i) {
    const index_t itemsize =
        random.one_in(2) ? index_t{1} << random.between(0, 4) : random.between(1, 40);
    const index_t n = random.between(1, 40);
    const index_t row = random.one_in(2) ? 1 : random.between(1, 5);
    std::vector<index_t> to_places;
    std::vector<index_t> from_places;
    region to = random_region(random, n, row, to_places);
    region from = random_region(random, n, row, from_places);
    if (to.shape.size() != from.shape.size())
      to.shape = from.shape, to.strides.resize(from.shape.size(), 1);
    memory source(static_cast<std::size_t>(3 * (n + 3) * row * itemsize));
    for (auto& b : source) b = static_cast<std::byte>(random.between(0, 255));
    memory found(source.size(), std::byte{7});
    memory expected = found;
    copy_rows(expected, to_places, source, from_places, row * itemsize, itemsize);
    detail::strided_copy(to, from, itemsize).run(found.data(), source.data());
    ASSERT_EQ(found, expected) << "case " << i << ", items of " << itemsize << " bytes";
  }
}

TEST(listed_copy, combines_in_the_order_of_the_list) {
  const std::vector<index_t> places{3, 1, 3, 3, 0};
  const memory source{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}, std::byte{5}};
  memory found(4, std::byte{1});
  memory expected = found;
  for (std::size_t k = 0; k < places.size(); ++k)
    add_bytes(expected.data() + places[k], 1, source.data() + k, 1, 1);
  detail::strided_copy(detail::listed(places), detail::packed({5}, 0), 1, &add_bytes)
      .run(found.data(), source.data());
  EXPECT_EQ(found, expected);
}

TEST(listed_copy, lists_know_their_stretches) {
  EXPECT_TRUE(detail::listed({4, 6, 8}).places.empty());
  EXPECT_EQ(detail::listed({4, 6, 8}).strides[0], 2);
  const region some = detail::listed({5, 6, 7, 8, 1, 2, 3, 4});
  EXPECT_EQ(some.places.size(), 8);
  EXPECT_EQ(some.longest_stretch(), 4);
  EXPECT_FALSE(some.is_contiguous());
  const detail::place_list part = some.places.part(3, 2);
  EXPECT_EQ(part[0], 8);
  EXPECT_EQ(part[1], 1);
  const index_t far_places[] = {index_t{1} << 40, 2};
  const detail::place_list far(far_places, 2);
  EXPECT_EQ(far[0], index_t{1} << 40);
  EXPECT_EQ(far.narrow(), nullptr);
}
