/// @file
/// Pictures: colours, ranges, errors; image_check.py decodes the files.

#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/text/format.hpp>
#include <tessera/io/image_series.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::message_of;
using tessera_test::scratch;
using tessera_test::world;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

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

TEST(image, published_maps_grow_lighter) {
  for (const colormap map :
       {colormap::viridis, colormap::inferno, colormap::plasma, colormap::cividis}) {
    const auto& map_colors = colors(map);
    for (std::size_t k = 16; k < colors_in_map; ++k) {
      const double step = lab_of(map_colors[k])[0] - lab_of(map_colors[k - 16])[0];
      EXPECT_GT(step, 2.5) << static_cast<int>(map) << " " << k;
      EXPECT_LT(step, 9) << static_cast<int>(map) << " " << k;
    }
  }
  const auto& viridis = colors(colormap::viridis);
  EXPECT_EQ(viridis.front(), (rgb{68, 1, 84}));
  EXPECT_EQ(viridis.back(), (rgb{253, 231, 37}));
}

TEST(image, diverging_colors_are_lightest_in_the_middle) {
  const auto& map_colors = colors(colormap::coolwarm);
  const auto middle = static_cast<std::size_t>(colors_in_map / 2);
  for (std::size_t k = 8; k + 8 < middle; k += 8) {
    EXPECT_GT(lab_of(map_colors[k])[0], lab_of(map_colors[k - 8])[0] + 1) << k;
    const std::size_t other = colors_in_map - 1 - k;
    EXPECT_GT(lab_of(map_colors[other])[0], lab_of(map_colors[other + 8])[0] + 0.5) << k;
    EXPECT_NEAR(lab_of(map_colors[other])[0], lab_of(map_colors[k])[0], 6) << k;
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
  constexpr double least = std::numeric_limits<double>::denorm_min();
  const detail::palette_index tiny(0, 4 * least);
  EXPECT_EQ(tiny(0.0), 0);
  EXPECT_EQ(tiny(2 * least), (last + 1) / 2);
  EXPECT_EQ(tiny(4 * least), last);
  EXPECT_EQ(tiny(not_a_number), colors_in_map);
  for (const double odd : {infinity, -infinity, not_a_number}) {
    EXPECT_THROW(detail::palette_index(odd, huge), argument_error);
    EXPECT_THROW(detail::palette_index(-huge, odd), argument_error);
  }
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
  EXPECT_EQ(detail::palette_of(none, {})(1.0), last);
}

namespace {

/// The bytes of a picture, which must be the same from all ranks and from each of them alone.
template <class T>
std::string picture_of(const scratch& folder, const global_array<T, 2>& u,
                       const image_options& options) {
  const std::string mine = folder / ("local" + std::to_string(world().rank()) + ".png");
  imsave(folder / "global.png", u, options);
  imsave(mine, u.gather_all(), options);
  const std::string bytes = content_of(folder / "global.png");
  EXPECT_EQ(bytes, content_of(mine));
  world().barrier();
  return bytes;
}

const image_options option_sets[] = {
    {},
    {.scale = 3},
    {.max_pixels = 10},
    {.max_pixels = 1},
    {.colors = colormap::viridis, .low = 0.3, .high = 0.8, .max_pixels = 7, .scale = 2},
    {.color_bar = true, .label = "u [m²]"},
    {.max_pixels = 12, .color_bar = true, .title = "title"},
};

} // namespace

TEST(image, does_not_depend_on_the_distribution) {
  const scratch folder;
  const int n = world().size();
  for (const image_options& options : option_sets) {
    std::string first;
    for (const grid_dims<2> dims : {grid_dims<2>{0, 0}, grid_dims<2>{n, 1}, grid_dims<2>{1, n}}) {
      global_array<double, 2> u(process_grid<2>(world(), dims), {33, 21}, halo<2>(1));
      draw(u);
      const std::string bytes = picture_of(folder, u, options);
      if (first.empty()) first = bytes;
      EXPECT_EQ(bytes, first);
    }
    const process_grid<2> grid(world());
    const auto [rows, columns] = grid.dims();
    const std::array<axis_distribution, 2> axes{axis_distribution::cyclic(33, rows, 2),
                                                axis_distribution::cyclic(21, columns, 1)};
    global_array<double, 2> dealt(grid, distribution<2>(axes));
    draw(dealt);
    EXPECT_EQ(picture_of(folder, dealt, options), first);
  }
}

TEST(image, takes_global_expressions_and_slices) {
  const scratch folder;
  global_array<double, 2> u(process_grid<2>(world()), {20, 30});
  draw(u);
  const auto whole = u.gather_all();
  const std::string mine = folder / ("local" + std::to_string(world().rank()) + ".png");
  imsave(folder / "a.png", 2.0 * u + 1.0);
  imsave(mine, 2.0 * whole + 1.0);
  EXPECT_EQ(content_of(folder / "a.png"), content_of(mine));
  imsave(folder / "b.png", u(slice(1, -1), slice(none, none, -3)), {.max_pixels = 9});
  imsave(mine, whole(slice(1, -1), slice(none, none, -3)), {.max_pixels = 9});
  EXPECT_EQ(content_of(folder / "b.png"), content_of(mine));
  image_series frames(folder / "new/folder/c.png");
  EXPECT_EQ(frames.save(0, u(all, slice(2, none))), folder / "new/folder/c_000000.png");
}

TEST(image, squares_of_elements_become_pixels) {
  const ndarray<float, 2> field{{0, 4, 1, not_a_number, 3},
                                {4, 0, 3, not_a_number, 1},
                                {4, 4, not_a_number, not_a_number, 5}};
  const detail::palette_index range(0.0, 4.0);
  detail::pixel_sums sums(field.shape(), 2, {{0, 0}, field.shape()});
  detail::add_to<float>(sums, field, range);
  constexpr int none = colors_in_map;
  constexpr int last = colors_in_map - 1;
  const ndarray<int, 2> expected{{last / 2, last / 2, last / 2}, {last, none, last}};
  EXPECT_TRUE(array_equal(sums.indices(), expected)) << to_string(sums.indices());
  EXPECT_EQ(detail::elements_per_pixel({100, 30}, {.max_pixels = 33}), 4);
  EXPECT_EQ(detail::elements_per_pixel({99, 30}, {.max_pixels = 33}), 3);
  EXPECT_EQ(detail::elements_per_pixel({30, 33}, {.max_pixels = 33}), 1);
  EXPECT_EQ(detail::elements_per_pixel({30, 33}, {}), 1);
}

TEST(image, a_series_keeps_its_colors) {
  const scratch folder;
  global_array<double, 2> u(process_grid<2>(world()), {20, 30});
  u = 1.0;
  image_series frames(folder / "u.png", {.colors = colormap::gray});
  EXPECT_EQ(frames.save(0, u), folder / "u_000000.png");
  EXPECT_TRUE(std::isnan(frames.low())); // one value tells nothing
  draw(u);
  const double low = min(u);
  const double high = max(u);
  frames.save(100, u);
  EXPECT_EQ(frames.low(), low);
  EXPECT_EQ(frames.high(), high);
  u *= 0.5;
  frames.save(200, u);
  imsave(folder / "same.png", u, {.colors = colormap::gray, .low = low, .high = high});
  EXPECT_EQ(content_of(folder / "u_000200.png"), content_of(folder / "same.png"));
  EXPECT_EQ(folder.entries(), 4);
}

TEST(image, files_of_a_series_are_numbered) {
  EXPECT_EQ(numbered("u.png", 7), "u_000007.png");
  EXPECT_EQ(numbered("a.b/u", 1234567), "a.b/u_1234567");
  EXPECT_EQ(numbered("a.b/c.d.png", 0), "a.b/c.d_000000.png");
  EXPECT_EQ(numbered("a/.hidden", 1), "a/.hidden_000001");
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
  EXPECT_NE(message([&] { imsave(folder / "a.png", u, {.max_pixels = -1}); }).find("max_pixels -1"),
            std::string::npos);
  EXPECT_NE(message([&] { imsave(folder / "a.png", u, {.scale = 300000}); }).find("300000"),
            std::string::npos);
  EXPECT_NE(message([&] {
              imsave(folder / "a.png", u, {.colors = static_cast<colormap>(77)});
            }).find("77"),
            std::string::npos);
  EXPECT_EQ(folder.entries(), 0);
}

TEST(image, DISABLED_for_image_check) {
  const std::string folder = std::string(std::getenv("TESSERA_IMAGES")) + "/";
  global_array<double, 2> u(process_grid<2>(world()), {300, 400});
  draw(u);
  imsave(folder + "thermal.png", u);
  imsave(folder + "gray.png", u, {.colors = colormap::gray});
  imsave(folder + "means.png", u, {.low = 0.0, .high = 1.0, .max_pixels = 57});
  imsave(folder + "bar.png", u,
         {.colors = colormap::viridis,
          .low = 0.0,
          .high = 1.0,
          .color_bar = true,
          .label = "u [kg m⁻³]",
          .title = "A field"});
  global_array<double, 2> ramp(process_grid<2>(world()), {40, 256});
  ramp.fill([](index_t i, index_t j) {
    return i >= 30 && j < 40 ? not_a_number : static_cast<double>(j);
  });
  imsave(folder + "ramp.png", ramp, {.low = 0.0, .high = 254.0});
  imsave(folder + "nan.png", ramp,
         {.low = 0.0, .high = 254.0, .nan_color = {255, 0, 128}, .scale = 2});
  for (const colormap map : {colormap::viridis, colormap::inferno, colormap::plasma,
                             colormap::cividis, colormap::coolwarm})
    imsave(folder + "map" + std::to_string(static_cast<int>(map)) + ".png", ramp,
           {.colors = map, .low = 0.0, .high = 254.0});
}
