// Masks as bits, and what is done where bits are set, against loops over single elements.
#include "../../support/random_source.hpp"

#include <tessera/core/elements/operators.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/selection/mask.hpp>
#include <tessera/core/selection/mask_bits.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <vector>

using namespace tessera;
using detail::element_stretch;
using detail::mask_bits;

namespace {

/// Long runs of either value, and single ones.
std::vector<char> random_mask(random_source& random, index_t n) {
  std::vector<char> mask;
  while (static_cast<index_t>(mask.size()) < n) {
    const char value = random.one_in(2) ? 1 : 0;
    mask.insert(mask.end(), static_cast<std::size_t>(random.one_in(3) ? 200 : random.between(1, 3)),
                value);
  }
  mask.resize(static_cast<std::size_t>(n));
  return mask;
}

mask_bits bits_in_parts(random_source& random, const std::vector<char>& mask) {
  const auto n = static_cast<index_t>(mask.size());
  mask_bits bits(n);
  for (index_t i = 0; i < n;) {
    const index_t part = std::min(random.between(0, 150), n - i);
    bits.append(reinterpret_cast<const bool*>(mask.data()) + i, part);
    i += part;
  }
  return bits;
}

struct bytes_of {
  std::vector<unsigned char> all;
  bytes_of(random_source& random, index_t n) : all(static_cast<std::size_t>(n)) {
    for (auto& byte : all) byte = static_cast<unsigned char>(random.between(0, 255));
  }
  std::byte* data() { return reinterpret_cast<std::byte*>(all.data()); }
};

std::vector<unsigned char> chosen_one_by_one(const std::vector<unsigned char>& elements,
                                             const std::vector<char>& mask, std::size_t size) {
  std::vector<unsigned char> result;
  for (std::size_t i = 0; i < mask.size(); ++i)
    if (mask[i] != 0) result.insert(result.end(), &elements[i * size], &elements[i * size] + size);
  return result;
}

} // namespace

TEST(mask_bits, counts) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 50; ++trial) {
    const index_t n = random.between(1, 1000);
    const auto mask = random_mask(random, n);
    const mask_bits bits = bits_in_parts(random, mask);
    EXPECT_EQ(bits.count(), std::accumulate(mask.begin(), mask.end(), index_t{0}));
    const index_t first = random.between(0, n);
    const index_t count = random.between(0, n - first);
    const index_t found =
        std::accumulate(mask.begin() + first, mask.begin() + first + count, index_t{0});
    EXPECT_EQ(bits.count(first, count), found);
    const index_t length = bits.length_until(first, found);
    EXPECT_EQ(bits.count(first, length), found);
    EXPECT_TRUE(found == 0 ? length == 0 : mask[static_cast<std::size_t>(first + length - 1)] == 1);
  }
}

TEST(mask_bits, elements_come_together) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const index_t size : {1, 2, 4, 8, 16, 3, 24})
    for (int trial = 0; trial < 10; ++trial) {
      const index_t n = random.between(1, 3000);
      const auto mask = random_mask(random, n);
      const mask_bits bits = bits_in_parts(random, mask);
      bytes_of elements(random, n * size);
      const auto expected = chosen_one_by_one(elements.all, mask, static_cast<std::size_t>(size));
      // To three stretches of memory that touch, and nothing behind them.
      std::vector<unsigned char> found(expected.size() + 1, 77);
      auto* const to = reinterpret_cast<std::byte*>(found.data());
      const index_t a = random.between(0, bits.count());
      const index_t b = random.between(a, bits.count());
      std::byte* const end = to + bits.count() * size;
      const element_stretch parts[] = {
          {to, a, end}, {to + a * size, b - a, end}, {to + b * size, bits.count() - b, end}};
      detail::element_collector collector(bits, size, parts);
      for (index_t i = 0; i < n;) {
        const index_t part = std::min(random.between(1, 400), n - i);
        collector.take(elements.data() + i * size, part, i);
        i += part;
      }
      EXPECT_EQ(found.back(), 77);
      found.pop_back();
      EXPECT_EQ(found, expected) << size << " bytes, trial " << trial;
    }
}

TEST(mask_bits, much) {
  ndarray<double, 1> a(shape_t<1>{3000000});
  std::iota(a.data(), a.data() + a.size(), 0.0);
  const ndarray<double, 1> found = compress(a > 999999.0, a);
  ASSERT_EQ(found.size(), 2000000);
  for (index_t i = 0; i < found.size(); ++i)
    ASSERT_EQ(found.data()[i], 1000000.0 + static_cast<double>(i));
}

TEST(mask_bits, places) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 30; ++trial) {
    const index_t n = random.between(1, 2000);
    const auto mask = random_mask(random, n);
    const mask_bits bits = bits_in_parts(random, mask);
    const index_t first = random.between(0, n);
    std::vector<index_t> expected;
    for (index_t i = first; i < n; ++i)
      if (mask[static_cast<std::size_t>(i)] != 0) expected.push_back(1000 + i - first);
    std::vector<index_t> found(expected.size() + 1, -1);
    const index_t count = detail::list_places(found.data(), found.data() + expected.size(), 1000,
                                              n - first, bits, first);
    EXPECT_EQ(count, static_cast<index_t>(expected.size()));
    EXPECT_EQ(found.back(), -1);
    found.pop_back();
    EXPECT_EQ(found, expected);
  }
}

TEST(mask_bits, values_are_written_one_by_one) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 20; ++trial) {
    ndarray<float, 3> whole(shape_t<3>{random.between(1, 6), random.between(1, 9), 150});
    whole = 0.0F;
    const auto a = whole(slice(none, none, -1), all, slice(1, none, 2)).transpose();
    const auto mask = random_mask(random, a.size());
    const mask_bits bits = bits_in_parts(random, mask);
    const index_t count = random.between(1, bits.count() + 1);
    std::vector<float> values(static_cast<std::size_t>(count));
    std::iota(values.begin(), values.end(), 1.0F);
    detail::expand_elements(detail::array_ref_of(a), bits,
                            reinterpret_cast<const std::byte*>(values.data()), count);
    index_t taken = 0;
    for (index_t flat = 0; flat < a.size(); ++flat)
      ASSERT_EQ(detail::element_in_order(a, flat),
                mask[static_cast<std::size_t>(flat)] == 0
                    ? 0.0F
                    : 1.0F + static_cast<float>(taken++ % count));
  }
}
