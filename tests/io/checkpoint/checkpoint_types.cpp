// Every type that a checkpoint takes comes back bit for bit: from global and local arrays and from
// single values. One list of types.
#include "support/particle.hpp"
#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/io/checkpoint.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

using namespace tessera;
using tessera_test::message_of;
using tessera_test::scratch;
using tessera_test::world;

namespace {

/// A single member, and gaps before it and behind it: all else of its memory may be lost.
struct spaced {
  char before;
  double value;
  char behind;
};

} // namespace

template <>
inline constexpr auto tessera::members_of<spaced> =
    members(member("the {value} of a 'b' %20 \"c\" größe\n[1]", &spaced::value));

namespace {

/// Bytes that differ from element to element, of any pattern that the type can have.
template <class T> T sample(index_t k) {
  unsigned char bytes[sizeof(T)];
  for (std::size_t b = 0; b < sizeof(T); ++b)
    bytes[b] =
        static_cast<unsigned char>((static_cast<std::size_t>(k) * 2654435761U + b * 40503U) >> 7U);
  if (std::is_same_v<T, bool>) bytes[0] &= 1U;
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}
template <> fixed_string<7> sample(index_t k) { return "ß " + std::to_string(k % 1000); }
template <> tessera_test::particle sample(index_t k) { return tessera_test::particle_at(k, 3); }
template <> spaced sample(index_t k) { return {'a', sample<double>(k), 'b'}; }

template <class T> bool equal(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}
bool equal(const tessera_test::particle& a, const tessera_test::particle& b) {
  return tessera_test::same(a, b);
}
bool equal(const spaced& a, const spaced& b) { return equal(a.value, b.value); }

template <class T, std::size_t N> ndarray<T, N> samples(const shape_t<N>& shape, index_t from) {
  ndarray<T, N> a(shape);
  for (index_t k = 0; k < a.size(); ++k) a.data()[k] = sample<T>(from + k);
  return a;
}

template <class T, std::size_t N>
index_t differences(const ndarray<T, N>& a, const ndarray<T, N>& b) {
  if (a.shape() != b.shape()) return -1;
  index_t count = 0;
  for (index_t k = 0; k < a.size(); ++k) count += equal(a.data()[k], b.data()[k]) ? 0 : 1;
  return count;
}

/// Of N axes, so that blocks differ from rank to rank.
template <std::size_t N> shape_t<N> some_shape() {
  shape_t<N> shape{};
  for (std::size_t d = 0; d < N; ++d) shape[d] = std::array<index_t, 4>{5, 4, 3, 7}[d];
  return shape;
}

template <class T, std::size_t N> void check_arrays(const std::string& folder) {
  const shape_t<N> shape = some_shape<N>();
  const ndarray<T, N> local = samples<T>(shape, 11);
  const process_grid<N> grid(world());
  global_array<T, N> global(grid, shape, halo<N>(1));
  const ndarray<T, N> mine = samples<T>(shape_t<N>(global.owned().shape()), 100 * world().rank());
  global.owned() = mine;
  checkpoint saved(folder, {.keep = 1});
  const std::string name = "a 'b' \"c\" größe/%20 {d} [2, 3]";
  saved.save(7, {{name, global}, {"local " + name, local}});

  ndarray<T, N> local_again;
  global_array<T, N> again(grid, shape);
  EXPECT_EQ(saved.restore({{"local " + name, local_again}, {name, again}}), 7);
  EXPECT_EQ(differences(local, local_again), 0);
  EXPECT_EQ(differences(mine, ndarray<T, N>(again.owned())), 0);
  const auto found = inspect_checkpoint(world(), folder);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].is_whole()) << found[0].damage;
  EXPECT_EQ(found[0].arrays.at(0).name, name);
  EXPECT_EQ(found[0].arrays.at(0).dtype, to_string(detail::dtype_of<T>()));
}

template <class T> void check_value(const std::string& folder) {
  checkpoint saved(folder, {.keep = 1});
  const T value = sample<T>(5);
  T again = sample<T>(6);
  saved.save(8, {{"a 'b' \"c\"/größe", value}});
  EXPECT_EQ(saved.restore({{"a 'b' \"c\"/größe", again}}), 8);
  EXPECT_TRUE(equal(value, again));
}

template <class T> class checkpoint_types : public testing::Test {};

using types = testing::Types<bool, char, signed char, unsigned char, short, unsigned short, int,
                             unsigned, long, unsigned long, long long, unsigned long long, wchar_t,
                             char8_t, char16_t, char32_t, float, double, std::complex<float>,
                             std::complex<double>, fixed_string<7>, spaced, tessera_test::particle>;
TYPED_TEST_SUITE(checkpoint_types, types);

} // namespace

TYPED_TEST(checkpoint_types, come_back_bit_for_bit) {
  const scratch folder;
  check_arrays<TypeParam, 2>(folder / "run");
  check_value<TypeParam>(folder / "value");
}

TEST(checkpoint_types, axes_come_back_bit_for_bit) {
  const scratch folder;
  check_arrays<double, 1>(folder / "1");
  check_arrays<double, 3>(folder / "3");
  check_arrays<double, 4>(folder / "4");
  check_arrays<tessera_test::particle, 1>(folder / "particles");
}

TEST(checkpoint_types, texts_come_back) {
  const scratch folder;
  checkpoint saved(folder / "run");
  const std::vector<std::string> texts{"größer", "", "two\nlines", "%20"};
  const std::vector<std::string> none;
  const std::string text(70000, 'x');
  saved.save(1, {{"texts", texts}, {"none", none}, {"text", text}, {"empty", std::string()}});
  std::vector<std::string> texts2;
  std::vector<std::string> none2{"a"};
  std::string text2;
  std::string empty2 = "a";
  saved.restore({{"texts", texts2}, {"none", none2}, {"text", text2}, {"empty", empty2}});
  EXPECT_EQ(texts2, texts);
  EXPECT_EQ(none2, none);
  EXPECT_EQ(text2, text);
  EXPECT_EQ(empty2, "");
}

TEST(checkpoint_types, names_are_paths_however_they_are_written) {
  const scratch folder;
  checkpoint saved(folder / "run");
  const ndarray<double, 1> a{1.0, 2.0};
  saved.save(1, {{"/a", a}, {"b//c", a}, {"x/../y", a}});
  ndarray<double, 1> b;
  ndarray<double, 1> c;
  EXPECT_EQ(saved.restore({{"a", b}, {"b/c", c}}), 1);
  EXPECT_EQ(differences(a, b) + differences(a, c), 0);
}

TEST(checkpoint_types, names_that_cannot_be_restored_are_refused_before_anything_is_touched) {
  const scratch folder;
  checkpoint saved(folder / "run", {.keep = 2});
  const ndarray<double, 1> a{1.0, 2.0};
  for (index_t step = 1; step <= 2; ++step) saved.save(step, {{"a", a}});
  const std::vector<std::vector<std::string>> pairs{
      {"a", "/a"}, {"a/b", "a//b"}, {"a", "a/b"}, {"./a", "b"},  {"a/./b", "b"},
      {".", "b"},  {"a/", "b"},     {"", "b"},    {"a\nb", "b"}, {std::string("a\0b", 3), "b"}};
  for (const auto& pair : pairs)
    EXPECT_NE(message_of([&] { saved.save(3, {{pair[0], a}, {pair[1], a}}); }), "") << pair[0];
  EXPECT_NE(message_of([&] { saved.save(3, {{"text", std::string("a\0b", 3)}}); }), "");
  EXPECT_EQ(saved.steps(), (std::vector<index_t>{2, 1}));
  ndarray<double, 1> b;
  EXPECT_EQ(saved.restore({{"a", b}}), 2);
}
