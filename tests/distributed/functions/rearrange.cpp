// Functions that move elements over ranks, against the local functions of the gathered array.
#include "gathered.hpp"
#include "message_of.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/shapes/axes.hpp>
#include <tessera/core/shapes/join.hpp>
#include <tessera/core/shapes/pad.hpp>
#include <tessera/core/shapes/repeat.hpp>
#include <tessera/core/shapes/reshape.hpp>
#include <tessera/core/shapes/split.hpp>
#include <tessera/core/text/format.hpp>
#include <tessera/distributed/functions/join.hpp>
#include <tessera/distributed/functions/rearrange.hpp>

#include <string>

using namespace tessera_test;

TEST(rearrange, views_of_axes) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 30; ++trial) {
    gathered_case c(random);
    expect_same(flip(c.u), flip(c.whole), c.what);
    expect_same(flip(c.u, axis(-1)), flip(c.whole, axis(-1)), c.what);
    expect_same(fliplr(c.u), fliplr(c.whole), c.what);
    expect_same(flipud(c.u(slice(1, none, 2))), flipud(c.whole(slice(1, none, 2))), c.what);
    expect_same(swapaxes(c.u, 0, 1), swapaxes(c.whole, 0, 1), c.what);
    expect_same(moveaxis(c.u, 0, -1), moveaxis(c.whole, 0, -1), c.what);
    expect_same(transpose(c.u, axis(1, 0)), transpose(c.whole, axis(1, 0)), c.what);
    flip(c.u, axis(0)) = 2.0 * flip(c.u, axis(0));
    expect_same(c.u, 2.0 * c.whole, c.what);
  }
  global_array<double, 3> u(process_grid<3>(world()), {3, 4, 5});
  fill_numbered(u);
  const ndarray<double, 3> whole = u.gather_all();
  expect_same(transpose(u, axis(2, 0, 1)), transpose(whole, axis(2, 0, 1)), "3-d");
  expect_same(moveaxis(u, axis(0, 1), axis(-1, 0)), moveaxis(whole, axis(0, 1), axis(-1, 0)),
              "3-d");
}

TEST(rearrange, parts) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 20; ++trial) {
    gathered_case c(random);
    const sections parts = array_split(c.u, 3, axis(1));
    const sections expected = array_split(c.whole, 3, axis(1));
    for (index_t i = 0; i < 3; ++i) expect_same(parts[i], expected[i], c.what);
    auto [head, middle, tail] = split(c.u, {1, -1});
    auto [first, second, third] = split(c.whole, {1, -1});
    expect_same(head, first, c.what);
    expect_same(middle, second, c.what);
    expect_same(tail, third, c.what);
    expect_same(concatenate(array_split(c.u, 2)), c.whole, c.what);
  }
  message_of<argument_error>([] {
    global_array<double, 1> u(process_grid<1>(world()), {5});
    return split(u, 2).size();
  });
}

TEST(rearrange, roll) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 40; ++trial) {
    gathered_case c(random);
    const index_t s = random.between(-12, 12);
    expect_same(roll(c.u, s, axis(0)), roll(c.whole, s, axis(0)), c.what);
    expect_same(roll(c.u, {s, 2}, axis(1, 0)), roll(c.whole, {s, 2}, axis(1, 0)), c.what);
    expect_same(roll(c.u, s), roll(c.whole, s), c.what);
    const slice rows(none, none, -2);
    expect_same(roll(c.u(rows), s, axis(1)), roll(c.whole(rows), s, axis(1)), c.what);
    expect_same(roll(2.0 * c.u, s, axis(-1)), roll(2.0 * c.whole, s, axis(-1)), c.what);
  }
  message_of<argument_error>([] {
    global_array<double, 1> u(process_grid<1>(world()), {5});
    return roll(u, 1, axis(1)).size();
  });
}

TEST(rearrange, join) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 30; ++trial) {
    const shape_t<2> shape = random_shape_of<2>(random, 7);
    gathered_case a(random, shape);
    gathered_case b(random, {shape[0], random.between(1, 5)});
    gathered_case same(random, shape);
    const std::string what = a.what + " and " + b.what;
    expect_same(concatenate(a.u, b.u, a.u, axis(1)),
                concatenate(a.whole, b.whole, a.whole, axis(1)), what);
    expect_same(concatenate(a.u, 2.0 * same.u), concatenate(a.whole, 2.0 * same.whole), what);
    expect_same(stack(a.u, same.u), stack(a.whole, same.whole), what);
    expect_same(stack(a.u, same.u, axis(-1)), stack(a.whole, same.whole, axis(-1)), what);
    expect_same(concatenate(std::vector<global_array<double, 2>>{a.u, same.u}),
                concatenate(a.whole, same.whole), what);
  }
  const process_grid<1> grid(world());
  global_array<float, 1> f(grid, {5});
  global_array<double, 1> d(grid, {4});
  f = 1.5F;
  d = 0.25;
  const auto mixed = concatenate(f, d);
  static_assert(std::is_same_v<decltype(mixed)::value_type, double>);
  EXPECT_EQ(sum(mixed.gather_all()), 8.5);
  const std::string text = message_of<shape_error>([&] { return stack(f, d).size(); });
  EXPECT_NE(text.find("(5,)"), std::string::npos) << text;
}

TEST(rearrange, reshape) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 40; ++trial) {
    gathered_case c(random, {random.between(1, 4) * 2, random.between(0, 4) * 3});
    if (c.whole.size() == 0) continue;
    expect_same(reshape(c.u, {-1}), reshape(c.whole, {-1}), c.what);
    expect_same(reshape(c.u, {3, -1}), reshape(c.whole, {3, -1}), c.what);
    expect_same(reshape(c.u, {-1, 3, 2}), reshape(c.whole, {-1, 3, 2}), c.what);
    expect_same(ravel(c.u.transpose()), ravel(c.whole.transpose()), c.what);
    expect_same(ravel(c.u(slice(1, none), 1)), ravel(c.whole(slice(1, none), 1)), c.what);
    expect_same(reshape(ravel(c.u) + 1.0, c.u.shape()), c.whole + 1.0, c.what);
  }
  const std::string text = message_of<shape_error>([] {
    global_array<double, 1> u(process_grid<1>(world()), {5});
    return reshape(u, {2, 3}).size();
  });
  EXPECT_NE(text.find("(2, 3)"), std::string::npos) << text;
}

TEST(rearrange, pad) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const pad_mode modes[] = {pad_mode::constant, pad_mode::edge, pad_mode::reflect,
                            pad_mode::symmetric, pad_mode::wrap};
  for (int trial = 0; trial < 30; ++trial) {
    gathered_case c(random, {random.between(1, 6), random.between(1, 6)});
    const pad_mode mode = modes[trial % 5];
    const pad_width widths[2] = {{random.between(0, 9), random.between(0, 4)},
                                 {random.between(0, 4), random.between(0, 9)}};
    const std::string what = c.what + " mode " + std::to_string(trial % 5);
    expect_same(pad(c.u, widths, mode, -1.0), pad(c.whole, widths, mode, -1.0), what);
    expect_same(pad(c.u(0, all), 2, mode), pad(c.whole(0, all), 2, mode), what);
  }
  message_of<argument_error>([] {
    global_array<double, 1> u(process_grid<1>(world()), {5});
    return pad(u, -1).size();
  });
}

TEST(rearrange, repeat_and_tile) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 30; ++trial) {
    gathered_case c(random, 5);
    const index_t n = random.between(0, 7);
    expect_same(repeat(c.u, n, axis(0)), repeat(c.whole, n, axis(0)), c.what);
    expect_same(repeat(c.u, n, axis(1)), repeat(c.whole, n, axis(1)), c.what);
    expect_same(repeat(c.u, 2), repeat(c.whole, 2), c.what);
    expect_same(tile(c.u, {2, n}), tile(c.whole, {2, n}), c.what);
    ndarray<int, 1> counts(shape_t<1>{c.whole.shape(0)});
    for (index_t i = 0; i < counts.size(); ++i) counts(i) = static_cast<int>(i % 3);
    expect_same(repeat(c.u, counts, axis(0)), repeat(c.whole, counts, axis(0)), c.what);
    ndarray<int, 1> of_all(shape_t<1>{c.whole.size()}, 1);
    if (of_all.size() > 0) of_all(of_all.size() - 1) = 3;
    expect_same(repeat(c.u, of_all), repeat(c.whole, of_all), c.what);
  }
  message_of<argument_error>([] {
    global_array<double, 1> u(process_grid<1>(world()), {5});
    return repeat(u, -1, axis(0)).size();
  });
}

TEST(rearrange, results_keep_the_grid) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {24, 36});
  u = 1.0;
  EXPECT_EQ(roll(u, 1, axis(1)).distribution(), u.distribution());
  EXPECT_EQ(pad(u, 1).grid().dims(), grid.dims());
  const auto few = process_grid<2>::on_first_ranks(world(), {1, 1});
  global_array<double, 2> v(few, {4, 6});
  v = 1.0;
  EXPECT_EQ(roll(v, 1, axis(1)).grid().dims(), few.dims());
  EXPECT_EQ(ravel(v).grid().size(), 1);
}
