// Sums by names of axes against loops over all of them.
#include "random_source.hpp"

#include "message_of.hpp"

#include <tessera/core/algebra/products.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/creation/create.hpp>
#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/einsum.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/shapes/axes.hpp>
#include <tessera/core/shapes/reshape.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace tessera;

namespace {

/// An array with its axes' letters.
struct lettered {
  std::string letters;
  std::vector<double> values;
  std::vector<index_t> shape;
};

template <std::size_t N>
lettered with_letters(const std::string& letters, const ndarray<double, N>& a) {
  return {letters, {a.data(), a.data() + a.size()}, {a.shape().begin(), a.shape().end()}};
}

double element(const lettered& a, const std::map<char, index_t>& at) {
  std::size_t place = 0;
  for (std::size_t d = 0; d < a.shape.size(); ++d)
    place = place * static_cast<std::size_t>(a.shape[d]) +
            (a.shape[d] == 1 ? 0 : static_cast<std::size_t>(at.at(a.letters[d])));
  return a.values[place];
}

/// The sum of all products, one after another, in row-major order of the result.
std::vector<double> expected_sums(const std::vector<lettered>& arrays, const std::string& result) {
  std::map<char, index_t> sizes;
  for (const lettered& a : arrays)
    for (std::size_t d = 0; d < a.shape.size(); ++d)
      sizes[a.letters[d]] = std::max(a.shape[d] == 1 ? 1 : a.shape[d], sizes[a.letters[d]]);
  std::string order = result;
  for (const auto& [letter, size] : sizes)
    if (order.find(letter) == std::string::npos) order += letter;
  std::vector<double> sums(1, 0.0);
  std::size_t kept = 1;
  for (const char c : result) kept *= static_cast<std::size_t>(sizes[c]);
  std::size_t all_places = 1;
  for (const char c : order) all_places *= static_cast<std::size_t>(sizes[c]);
  sums.assign(kept, 0.0);
  for (std::size_t place = 0; place < all_places; ++place) {
    std::map<char, index_t> at;
    std::size_t rest = place;
    for (std::size_t d = order.size(); d-- > 0; rest /= static_cast<std::size_t>(sizes[order[d]]))
      at[order[d]] = static_cast<index_t>(rest % static_cast<std::size_t>(sizes[order[d]]));
    double product = 1.0;
    for (const lettered& a : arrays) product *= element(a, at);
    sums[place / (all_places / kept)] += product;
  }
  return sums;
}

/// Small whole numbers: their sums are exact in any order.
template <std::size_t N>
ndarray<double, N> whole_numbers(random_source& random, const shape_t<N>& shape) {
  ndarray<double, N> a(shape);
  for (index_t i = 0; i < a.size(); ++i) a.data()[i] = static_cast<double>(random.between(-9, 9));
  return a;
}

template <class Found>
void expect_sums(const Found& found, const std::vector<lettered>& arrays,
                 const std::string& result) {
  const std::vector<double> expected = expected_sums(arrays, result);
  ASSERT_EQ(static_cast<std::size_t>(found.size()), expected.size()) << result;
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_EQ(found.data()[i], expected[i]) << result << " " << i;
}

} // namespace

TEST(einsum, sums_of_products) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 10; ++trial) {
    const index_t n = random.between(1, 7);
    const index_t m = random.between(1, 7);
    const index_t k = random.between(1, 5);
    const auto a = whole_numbers<2>(random, {n, m});
    const auto b = whole_numbers<2>(random, {m, k});
    const auto c = whole_numbers<2>(random, {k, n});
    const auto u = whole_numbers<3>(random, {n, m, k});
    const auto s = whole_numbers<3>(random, {k, n, n});
    const auto x = whole_numbers<1>(random, {m});
    const auto of = [](const std::string& letters, const auto& v) {
      return with_letters(letters, v);
    };
    expect_sums(einsum<"ij,jk->ik">(a, b), {of("ij", a), of("jk", b)}, "ik");
    expect_sums(einsum<"ij,jk->ki">(a, b), {of("ij", a), of("jk", b)}, "ki");
    expect_sums(einsum<"ij,jk,kl->il">(a, b, c), {of("ij", a), of("jk", b), of("kl", c)}, "il");
    expect_sums(einsum<"ijk,jk->i">(u, b), {of("ijk", u), of("jk", b)}, "i");
    expect_sums(einsum<"ijk,ij->kij">(u, a), {of("ijk", u), of("ij", a)}, "kij");
    expect_sums(einsum<"kii->ik">(s), {of("kii", s)}, "ik");
    expect_sums(einsum<"ijk->j">(u), {of("ijk", u)}, "j");
    expect_sums(einsum<"i,j">(x, x), {of("i", x), of("j", x)}, "ij");
    expect_sums(einsum<"ijk,j,lk->il">(u, x, c.transpose()),
                {of("ijk", u), of("j", x), of("lk", ndarray(c.transpose()))}, "il");
    expect_sums(einsum<"ij,jk,ki->ijk">(a, b, c), {of("ij", a), of("jk", b), of("ki", c)}, "ijk");
    expect_sums(einsum<"ba">(a), {of("ba", a)}, "ab");
    expect_sums(einsum<"kij,kjl->kil">(s, s), {of("kij", s), of("kjl", s)}, "kil");
    const auto one = whole_numbers<2>(random, {1, m});
    expect_sums(einsum<"ij,ij->ij">(a, one), {of("ij", a), of("ij", one)}, "ij");
    expect_sums(einsum<"ij,ij->j">(one, a), {of("ij", one), of("ij", a)}, "j");
  }
}

TEST(einsum, numbers_and_unnamed_axes) {
  const ndarray a{{1.0, 2.0}, {3.0, 4.0}};
  const ndarray x{5.0, 6.0};
  EXPECT_EQ(einsum<"ii">(a), 5.0);
  EXPECT_EQ(einsum<"ij->">(a), 10.0);
  EXPECT_EQ(einsum<"i,i">(x, x), 61.0);
  EXPECT_EQ((einsum<"i,ij,j->">(x, a, x)), 25.0 + 60.0 + 90.0 + 144.0);
  const ndarray stack = reshape(arange(1.0, 13.0), {3, 2, 2});
  EXPECT_TRUE(array_equal(einsum<"...ij,...j->...i">(stack, x), matmul(stack, x)));
  EXPECT_TRUE(array_equal(einsum<"...ij,...jk">(stack, a), matmul(stack, a)));
  EXPECT_TRUE(array_equal(einsum<"i...->...i">(stack), transpose(stack, axis(1, 2, 0))));
  EXPECT_TRUE(array_equal(einsum<"ij,jk">(a(slice(none, none, -1), all), a + 1.0),
                          matmul(a(slice(none, none, -1), all), a + 1.0)));
}

TEST(einsum, elements_of_all_kinds) {
  using complex = std::complex<double>;
  const ndarray<int, 2> n{{1, 2}, {3, 4}};
  static_assert(std::is_same_v<decltype(einsum<"ij,jk->ik">(n, n)), ndarray<int, 2>>);
  EXPECT_TRUE(array_equal(einsum<"ij,jk->ik">(n, n), matmul(n, n)));
  EXPECT_TRUE(array_equal(einsum<"ij->i">(n), ndarray<int, 1>{3, 7}));
  const ndarray<complex, 2> z{{{1, 1}, {2, 0}}, {{0, 3}, {4, -1}}};
  EXPECT_TRUE(array_equal(einsum<"ij,jk->ik">(z, n), matmul(z, n)));
  EXPECT_EQ(einsum<"ij->">(z), complex(7, 3));
  EXPECT_EQ(einsum<"i,i->">(ndarray{1e100, 1.0, -1e100}, ndarray{1.0, 1.0, 1.0}), 0.0);
  EXPECT_EQ(einsum<"i->">(ndarray{1e100, 1.0, -1e100}), 1.0); // exact, as sum
  EXPECT_TRUE(array_equal(einsum<"ij,jk->ik">(zeros(2, 0), zeros(0, 3)), zeros(2, 3)));
  EXPECT_TRUE(array_equal(einsum<"ij->i">(zeros(2, 0)), zeros(2)));
  EXPECT_EQ(einsum<"ij,jk->ik">(zeros(0, 2), zeros(2, 3)).shape()[0], 0);
}

TEST(einsum, sizes_that_differ) {
  const auto a = ones(2, 3);
  EXPECT_EQ(message_of<shape_error>([&] { (void)einsum<"ij,jk->ik">(a, a); }),
            "einsum<\"ij,jk->ik\"> of shapes (2, 3), (2, 3): j has 3 elements and 2");
  EXPECT_NE(
      message_of<shape_error>([&] { (void)einsum<"...,...">(a, ones(2, 2)); }).find("axis -1"),
      std::string::npos);
}

TEST(einsum, tensordot_of_named_axes) {
  random_source random;
  const auto u = whole_numbers<3>(random, {4, 3, 2});
  const auto v = whole_numbers<3>(random, {3, 4, 5});
  EXPECT_TRUE(array_equal(tensordot(u, v, axis(1, 0), axis(0, 1)), einsum<"ijk,jil->kl">(u, v)));
  EXPECT_TRUE(array_equal(tensordot<0>(u, v), einsum<"ijk,abc->ijkabc">(u, v)));
  EXPECT_TRUE(array_equal(vecdot(u, u), einsum<"ijk,ijk->ij">(u, u)));
  message_of<shape_error>([&] { (void)tensordot(u, v, axis(0), axis(0)); });
}
