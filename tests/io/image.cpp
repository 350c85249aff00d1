/// @file
/// Pictures: colours, ranges, errors; image_check.py decodes the files.

#include "scratch.hpp"

#include <tessera/core/create.hpp>
#include <tessera/io/image.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::message_of;
using tessera_test::scratch;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

communicator world() { return communicator::world(); }

/// CIELAB's L*, a*, b* of a colour, by the textbook.
std::array<double, 3> lab_of(const rgb& color) {
  const auto linear = [](std::uint8_t byte) {
    const double c = byte / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  const auto f = [](double t) {
    return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
  };
  const double r = linear(color.red);
  const double g = linear(color.green);
  const double b = linear(color.blue);
  const double x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const double y = f(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
  const double z = f((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double distance(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// A warm hill in a cool plane, lighter towards the lower right.
void draw(global_array<double, 2>& u) {
  const auto n = static_cast<double>(u.shape()[0]);
  const auto m = static_cast<double>(u.shape()[1]);
  u.fill([&](index_t i, index_t j) {
    const double y = static_cast<double>(i) / n;
    const double x = static_cast<double>(j) / m;
    return 0.3 * (x + y) + std::exp(-30 * ((x - 0.3) * (x - 0.3) + (y - 0.25) * (y - 0.25)));
  });
}

} // namespace

TEST(image, lightness_grows_evenly) {
  for (const colormap map : {colormap::thermal, colormap::gray}) {
    const auto& map_colors = colors(map);
    const double first = lab_of(map_colors[0])[0];
    const double step = (lab_of(map_colors[colors_in_map - 1])[0] - first) / (colors_in_map - 1);
    EXPECT_GT(step, 0.33);
    for (int k = 0; k < colors_in_map; ++k) {
      const double lightness = lab_of(map_colors[static_cast<std::size_t>(k)])[0];
      EXPECT_NEAR(lightness, first + k * step, 0.3) << k; // 8 bits give no better
      if (k >= 4) {
        EXPECT_GT(lightness, lab_of(map_colors[static_cast<std::size_t>(k - 4)])[0]) << k;
      }
    }
  }
}

TEST(image, colors_change_evenly) {
  constexpr std::size_t stride = 16;
  const auto& map_colors = colors(colormap::thermal);
  double least = infinity;
  double most = 0;
  for (std::size_t k = 0; k + stride < colors_in_map; ++k) {
    const double d = distance(lab_of(map_colors[k]), lab_of(map_colors[k + stride]));
    least = std::min(least, d);
    most = std::max(most, d);
  }
  EXPECT_LT(most / least, 1.4) << least << " " << most;
}

TEST(image, values_find_their_colors) {
  constexpr int last = colors_in_map - 1;
  const detail::palette_index index(-1.0, 1.0);
  EXPECT_EQ(index(-1.0), 0);
  EXPECT_EQ(index(0.0), last / 2);
  EXPECT_EQ(index(1.0), last);
  EXPECT_EQ(index(-7.0), 0);
  EXPECT_EQ(index(7.0F), last);
  EXPECT_EQ(index(-infinity), 0);
  EXPECT_EQ(index(infinity), last);
  EXPECT_EQ(index(not_a_number), colors_in_map);
  const detail::palette_index constant(3.0, 3.0);
  EXPECT_EQ(constant(3.0), 0);
  EXPECT_EQ(constant(not_a_number), colors_in_map);
  EXPECT_EQ(constant(infinity), last);
  EXPECT_EQ(constant(-infinity), 0);
  constexpr double huge = std::numeric_limits<double>::max();
  const detail::palette_index wide(-huge, huge);
  EXPECT_EQ(wide(-huge), 0);
  EXPECT_EQ(wide(0.0), last / 2);
  EXPECT_EQ(wide(huge), last);
}

TEST(image, ranges_come_from_the_field_or_the_options) {
  constexpr int last = colors_in_map - 1;
  const ndarray<double, 2> field{{not_a_number, 2.0}, {infinity, 5.0}};
  const auto found = detail::palette_of(field, {});
  EXPECT_EQ(found(2.0), 0);
  EXPECT_EQ(found(5.0), last);
  const auto lower = detail::palette_of(field, {.low = 0.0});
  EXPECT_EQ(lower(2.5), last / 2);
  const auto higher = detail::palette_of(field, {.high = 8.0});
  EXPECT_EQ(higher(5.0), last / 2);
  EXPECT_EQ(detail::palette_of(field, {.low = 6.0})(5.0), 0);
  EXPECT_EQ(detail::palette_of(field, {.high = 1.0})(5.0), last);
  const ndarray<double, 2> none{{not_a_number, infinity}};
  EXPECT_EQ(detail::palette_of(none, {})(0.0), 0);
}

TEST(image, does_not_depend_on_the_distribution) {
  const scratch folder;
  const int n = world().size();
  std::string first;
  for (const grid_dims<2> dims : {grid_dims<2>{0, 0}, grid_dims<2>{n, 1}, grid_dims<2>{1, n}}) {
    global_array<double, 2> u(process_grid<2>(world(), dims), {33, 21}, halo<2>(1));
    draw(u);
    imsave(folder / "global.png", u);
    const auto whole = u.gather_all();
    imsave(folder / ("local" + std::to_string(world().rank()) + ".png"), whole);
    const std::string bytes = content_of(folder / "global.png");
    EXPECT_EQ(bytes, content_of(folder / ("local" + std::to_string(world().rank()) + ".png")));
    if (first.empty()) first = bytes;
    EXPECT_EQ(bytes, first);
    world().barrier();
  }
}

TEST(image, takes_other_elements_and_odd_fields) {
  const scratch folder;
  const std::string path = folder / ("a" + std::to_string(world().rank()) + ".png");
  imsave(path, ndarray<int, 2>{{1, 2}, {3, 4}});
  imsave(path, ndarray<bool, 2>{{true, false}});
  imsave(path, full<float, 2>({3, 3}, 7.0F), {.colors = colormap::gray});
  imsave(path, full<double, 2>({1, 1}, not_a_number));
  const ndarray<double, 2> a{{1, 2, 3}, {4, 5, 6}};
  imsave(path, a(slice(none, none, -1), slice(0, 2)));
  EXPECT_EQ(content_of(path).substr(1, 3), "PNG");
}

TEST(image, says_what_is_wrong) {
  const scratch folder;
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {4, 4});
  global_array<double, 2> empty(grid, {0, 4});
  u = 1.0;
  const auto message = [&](auto&& call) {
    const std::string text = message_of(call);
    EXPECT_EQ(text, broadcast(world(), text, 0));
    return text;
  };
  EXPECT_NE(message([&] { imsave(folder / "a.png", empty); }).find("shape (0, 4)"),
            std::string::npos);
  EXPECT_NE(message([&] { imsave(folder / "no/a.png", u); }).find("No such file or directory"),
            std::string::npos);
  EXPECT_NE(message([&] { imsave(folder / "a.png", u, {.low = 1, .high = 0}); }).find("low"),
            std::string::npos);
  const double value = 1.0;
  const view<const double, 2> wide(&value, {1, index_t{1} << 31U}, {0, 0});
  EXPECT_NE(message([&] { imsave(folder / "a.png", wide); }).find("2147483648"), std::string::npos);
  EXPECT_EQ(folder.entries(), 0);
}

TEST(image, DISABLED_for_image_check) {
  const std::string folder = std::getenv("TESSERA_IMAGES");
  global_array<double, 2> u(process_grid<2>(world()), {300, 400});
  draw(u);
  imsave(folder + "/thermal.png", u);
  imsave(folder + "/gray.png", u, {.colors = colormap::gray});
  global_array<double, 2> ramp(process_grid<2>(world()), {40, 256});
  ramp.fill([](index_t i, index_t j) {
    return i >= 30 && j < 40 ? not_a_number : static_cast<double>(j);
  });
  imsave(folder + "/ramp.png", ramp, {.low = 0.0, .high = 254.0});
}
