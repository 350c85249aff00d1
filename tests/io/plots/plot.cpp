/// @file
/// Plots: what they refuse, and that the ranks do not show; image_check.py looks at them.

#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core.hpp>
#include <tessera/io/line_plot.hpp>

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

std::string own_file(const scratch& folder, const std::string& name = "own") {
  return folder / (name + std::to_string(world().rank()) + ".png");
}

/// A wave with noise and one high peak.
double wave(index_t i) {
  const auto x = static_cast<double>(i);
  return std::sin(6e-5 * x) + 0.1 * std::sin(x * x) + (i == 70001 ? 3 : 0);
}

detail::line_points thinned(index_t count, double (*y)(index_t)) {
  detail::line_points points(count, false, false);
  for (index_t i = 0; i < count; ++i) points.add({i, static_cast<double>(i), y(i)});
  points.finish();
  return points;
}

} // namespace

TEST(plot, few_points_are_all_kept) {
  const auto kept = thinned(8000, wave).kept();
  ASSERT_EQ(kept.size(), 8000U);
  EXPECT_EQ(kept[7].index, 7);
  EXPECT_EQ(kept[7].y, wave(7));
}

TEST(plot, of_many_points_the_extremes_are_kept) {
  const auto kept = thinned(200000, wave).kept();
  EXPECT_LE(kept.size(), 8000U);
  bool has_peak = false;
  for (std::size_t k = 0; k < kept.size(); ++k) {
    has_peak = has_peak || kept[k].index == 70001;
    EXPECT_TRUE(k == 0 || kept[k - 1].index < kept[k].index);
  }
  EXPECT_TRUE(has_peak);
  const auto gap = thinned(100000, [](index_t i) {
                     return i < 50000 ? not_a_number : i % 2 == 0 ? infinity : 1.0;
                   }).kept();
  for (const auto& point : gap) EXPECT_EQ(std::isnan(point.y), point.index < 50000);
}

TEST(plot, does_not_depend_on_the_distribution) {
  const scratch folder;
  for (const index_t n : {5, 100003}) {
    const auto fill = [n](auto& x, auto& y) {
      x.fill([n](index_t i) { return static_cast<float>(n - i); });
      y.fill(wave);
    };
    const process_grid<1> grid(world());
    const distribution<1> dealt(
        std::array<axis_distribution, 1>{axis_distribution::cyclic(n, grid.dims()[0], 3)});
    const distribution<1> blocks(shape_t<1>{n}, grid);
    std::string first;
    for (const auto* of_x : {&blocks, &dealt})
      for (const auto* of_y : {&blocks, &dealt}) {
        global_array<float, 1> x(grid, *of_x);
        global_array<double, 1> y(grid, *of_y);
        fill(x, y);
        plot(folder / "global.png", x, y, {.title = "wave"});
        if (first.empty()) {
          plot(own_file(folder), x.gather_all(), y.gather_all(), {.title = "wave"});
          first = content_of(own_file(folder));
        }
        EXPECT_EQ(content_of(folder / "global.png"), first);
        world().barrier();
      }
  }
}

TEST(plot, takes_arrays_views_and_expressions) {
  const scratch folder;
  const ndarray<int, 2> table{{0, 1, 2, 3}, {5, 3, 4, 1}};
  plot(own_file(folder), table(0, all), table(1, all));
  const std::string bytes = content_of(own_file(folder));
  plot(own_file(folder), table(1, all));
  EXPECT_EQ(content_of(own_file(folder)), bytes);
  plot(own_file(folder), table(0, all) * 1.0, ndarray<float, 1>{5, 3, 4, 1} + 0.0F);
  EXPECT_EQ(content_of(own_file(folder)), bytes);
  line_plot both;
  both.add(table(1, all)).add(table(0, all), {.label = "second"}).save(own_file(folder));
  EXPECT_NE(content_of(own_file(folder)), bytes);
  global_array<int, 1> y(process_grid<1>(world()), {4});
  y.fill([&](index_t i) { return table(1, i); });
  plot(folder / "global.png", y);
  EXPECT_EQ(content_of(folder / "global.png"), bytes);
}

TEST(plot, takes_global_expressions_and_slices) {
  const scratch folder;
  global_array<double, 2> u(process_grid<2>(world()), {7, 50});
  u.fill([](index_t i, index_t j) { return wave(100 * i * j); });
  const auto whole = u.gather_all();
  plot(folder / "global.png", u(3, all) + 1.0, 2.0 * u(5, all));
  plot(own_file(folder), whole(3, all) + 1.0, 2.0 * whole(5, all));
  EXPECT_EQ(content_of(folder / "global.png"), content_of(own_file(folder)));
  world().barrier();
  line_plot p;
  p.add(u(all, 7)).save(world(), folder / "global.png");
  plot(own_file(folder), whole(all, 7));
  EXPECT_EQ(content_of(folder / "global.png"), content_of(own_file(folder)));
}

TEST(plot, survives_odd_numbers) {
  const scratch folder;
  constexpr double largest = std::numeric_limits<double>::max();
  const ndarray<double, 1> odd[] = {ndarray<double, 1>(shape_t<1>{0}),
                                    {5.0},
                                    {not_a_number, infinity, -infinity},
                                    {largest, -largest, 0, 1e-320},
                                    {-1, 0, -0.0, 1},
                                    {1e-310, 1e-312},
                                    {3, 3, 3},
                                    {1, not_a_number, 2, not_a_number, 3, 4}};
  for (const auto& y : odd)
    for (const auto& x : odd) {
      if (x.size() != y.size()) continue;
      for (const bool log : {false, true})
        plot(own_file(folder), x, y, {.xlog = log, .ylog = log, .width = 200, .height = 200});
    }
  // Lines from far outside the axes.
  plot(own_file(folder), ndarray<double, 1>{-largest, largest, 0}, {.ymin = 0, .ymax = 1e-300});
  line_plot({.title = std::string(500, 'w') + "\xff\xc3", .ylabel = "\xe2\x82", .width = 200})
      .add(ndarray<double, 1>{1, 2}, {.label = "日本", .width = 0, .points = true})
      .save(own_file(folder));
  EXPECT_EQ(content_of(own_file(folder)).substr(1, 3), "PNG");
}

TEST(plot, says_what_is_wrong) {
  const scratch folder;
  const ndarray<double, 1> three{1, 2, 3};
  const ndarray<double, 1> two{1, 2};
  EXPECT_EQ(message_of([&] { plot(folder / "a.png", two, three); }),
            "shape: a line cannot go through points of 2 x and 3 y; there must be as many of both");
  for (const plot_options& bad :
       {plot_options{.width = 199}, plot_options{.height = 20001},
        plot_options{.xmin = 1, .xmax = 1}, plot_options{.ymin = infinity},
        plot_options{.ylog = true, .ymin = 0}})
    EXPECT_TRUE(message_of([&] { line_plot p(bad); }).starts_with("argument: "));
  EXPECT_TRUE(message_of([&] { line_plot().add(two, {.width = -1}); }).starts_with("argument: "));
  global_array<double, 1> y(process_grid<1>(world()), {10});
  y = 1.0;
  const std::string message = message_of([&] { plot(folder / "no/a.png", y); });
  EXPECT_TRUE(message.starts_with("file: cannot write '" + (folder / "no/a.png")));
  EXPECT_TRUE(message.ends_with("No such file or directory"));
  EXPECT_EQ(folder.entries(), 0);
}

TEST(plot, DISABLED_for_image_check) {
  const std::string folder = std::string(std::getenv("TESSERA_IMAGES")) + "/";
  const auto even = [](index_t i) { return 0.01 * static_cast<double>(i); };
  global_array<double, 1> x(process_grid<1>(world()), {101});
  global_array<double, 1> y(process_grid<1>(world()), {101});
  x.fill(even);
  y.fill([&](index_t i) { return i > 40 && i < 50 ? not_a_number : even(i) * even(i); });
  const plot_options options{.title = "Squares of x",
                             .xlabel = "x",
                             .ylabel = "x²",
                             .xmin = 0,
                             .xmax = 1,
                             .ymin = 0,
                             .ymax = 1};
  line_plot p(options);
  p.add(x, y, {.color = rgb{200, 0, 0}, .width = 1});
  p.add(x.gather_all(), 1.0 - x.gather_all(),
        {.label = "1 − x", .color = rgb{0, 0, 200}, .points = true});
  p.save(world(), folder + "plot.png");
  x.fill([&](index_t i) { return std::pow(10.0, 4 * even(i)); });
  y.fill([&](index_t i) { return std::pow(10.0, -8 * even(i)); });
  line_plot q(
      {.xlog = true, .ylog = true, .xmin = 1, .xmax = 1e4, .ymin = 1e-8, .ymax = 1, .grid = false});
  q.add(x, y, {.color = rgb{200, 0, 0}, .width = 1});
  q.save(world(), folder + "loglog.png");
  global_array<float, 1> many(process_grid<1>(world()), {100003});
  many.fill([](index_t i) { return static_cast<float>(wave(i)); });
  plot(folder + "many.png", many);
}
