// Stages: what they are for, and what they tell.
#include "peak_memory.hpp"
#include "stage_cases.hpp"
#include "with_threads.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduction_kernels.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/stages.hpp>
#include <tessera/distributed/stencils/stencil_fields.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace tessera_test;

namespace {

const auto before_and_around = [](const auto& before, const auto& u) {
  return 2.0 * u(0, 0) - before(0, 0) +
         0.1 * (u(-1, 0) + u(1, 0) + u(0, -1) + u(0, 1) - 4.0 * u(0, 0));
};

} // namespace

// One array is replaced in place, by what it was a step before, and changes places with the other.
TEST(stages, a_wave_in_two_arrays) {
  array u = mixed({30, 40}, halo<2>(6, true), 1);
  array before = mixed({30, 40}, halo<2>(6, true), 2);
  array x = u;
  array y = before;
  array z = u;
  stages wave(stage(before, std::tie(before, u), before_and_around), swapping(u, before));
  EXPECT_EQ(iterate(wave, 40), 40);
  EXPECT_EQ(iterate(wave, 5, {.stage_by_stage = true}), 5);
  for (int s = 0; s < 45; ++s) {
    apply(z, std::tie(y, x), before_and_around);
    std::swap(y, z);
    std::swap(x, y);
  }
  EXPECT_EQ(differing(u, x), 0);
  EXPECT_EQ(differing(before, y), 0);
}

TEST(stages, a_step_of_one_kernel_is_apply) {
  array u = mixed({20, 30}, halo<2>(1, true), 1);
  array v = mixed({20, 30}, halo<2>(1, true), 2);
  array x = u;
  array y = v;
  apply(stages(stage(v, u, five_points)));
  apply(y, x, five_points);
  EXPECT_EQ(differing(v, y), 0);
  v.fill(0.0);
  apply(stage(v, u, five_points));
  EXPECT_EQ(differing(v, y), 0);
  EXPECT_EQ(iterate(stage(v, u, five_points), 3), 3);
  EXPECT_EQ(differing(v, y), 0);
}

// The halo of one step of two kernels is not wide enough: they run one after the other.
TEST(stages, thin_halos_run_stage_by_stage) {
  array u = mixed({24, 30}, halo<2>(1, true), 1);
  array v = mixed({24, 30}, halo<2>(1, true), 2);
  array x = u;
  array y = v;
  stages step(stage(v, u, five_points), stage(u, v, five_points));
  EXPECT_EQ(iterate(step, 7), 7);
  EXPECT_TRUE(world().size() == 1 || contains(step.explain(), "stage by stage"));
  for (int s = 0; s < 7; ++s) {
    apply(y, x, five_points);
    apply(x, y, five_points);
  }
  EXPECT_EQ(differing(u, x), 0);
  EXPECT_EQ(differing(v, y), 0);
}

// Through all that the tuner tries, stage by stage, too; cells near the ends stay as they are, and
// a second kernel leaves more of them alone than the first.
TEST(stages, tuned_over_many_steps) {
  array u = mixed({26, 30}, halo<2>(12), 1);
  array v = mixed({26, 30}, halo<2>(12), 2);
  array x(rows_grid(world()), {26, 30}, halo<2>(1));
  array y(rows_grid(world()), {26, 30}, halo<2>(2));
  fill_mixed(x, 1);
  fill_mixed(y, 2);
  const auto wide = [](const auto& c) { return 0.25 * (c(-2, 0) + c(2, 0) + c(0, -2) + c(0, 2)); };
  stages step(stage(v, u, five_points), stage(u, v, wide));
  for (const index_t steps : {150, 1, 7}) iterate(step, steps);
  for (int s = 0; s < 158; ++s) {
    apply(y, x, five_points);
    apply(x, y, wide);
  }
  EXPECT_EQ(differing(u, x), 0);
  EXPECT_EQ(differing(v, y), 0);
}

TEST(stages, kernels_see_their_cell) {
  auto u = zeros(rows_grid(world()), {17, 13}, halo<2>(5, true));
  const auto here = [](const auto& cell, const auto& c) {
    return c(0, 0) + static_cast<double>(100 * cell(0) + cell(1)) +
           1000.0 * static_cast<double>(cell.step());
  };
  stages step(stage(u, u, here));
  EXPECT_EQ(iterate(step, 3, {.depth = 3}), 3);
  const auto all = u.gather_all();
  for (index_t i = 0; i < 17; ++i)
    for (index_t j = 0; j < 13; ++j)
      ASSERT_EQ(all(i, j), static_cast<double>(3 * (100 * i + j) + 3000)) << i << " " << j;
  array v = u;
  const auto index = [](const auto& cell, const auto&) {
    return static_cast<double>(100 * cell(0) + cell(1));
  };
  apply(v, u, index);
  EXPECT_EQ(v.gather_all()(16, 12), 1612.0);
  auto w = zeros(process_grid<3>(world()), {5, 6, 7}, halo<3>(1));
  global_array<double, 3> t = w;
  apply(t, w, [](const auto& cell, const auto&) {
    return static_cast<double>(100 * cell(0) + 10 * cell(1) + cell(2));
  });
  const auto cells = t.gather_all();
  for (index_t i = 0; i < 5; ++i)
    for (index_t j = 0; j < 6; ++j)
      for (index_t k = 0; k < 7; ++k)
        ASSERT_EQ(cells(i, j, k), static_cast<double>(100 * i + 10 * j + k));
}

// In the halo of a periodic axis lies the other end, with its index.
TEST(stages, one_array_sees_its_cells_beyond_a_periodic_end) {
  array u = mixed({12, 10}, halo<2>(6, true), 1);
  array v = u;
  const auto kernel = [](const auto& cell, const auto& c) {
    return 0.5 * c(-1, 0) + 0.25 * c(0, 1) + static_cast<double>(cell(0) * 10 + cell(1));
  };
  array x(rows_grid(world()), {12, 10}, halo<2>(1, true));
  fill_mixed(x, 1);
  array y = x;
  iterate(u, v, 11, kernel, {.depth = 5});
  for (int s = 0; s < 11; ++s) {
    apply(y, x, kernel);
    std::swap(x, y);
  }
  EXPECT_EQ(differing(u, x), 0);
}

TEST(stages, a_source_in_one_cell) {
  auto p = zeros(rows_grid(world()), {20, 20}, halo<2>(4, true));
  const auto source = [](const auto& cell, const auto& c) { return c(0, 0) + cell.time(); };
  const auto still = [](const auto& c) { return c(0, 0); };
  array q = p;
  p.set_time(2.0);
  stages step(stage(p, p, source).at({0, 19}), stage(q, p, still), swapping(p, q));
  EXPECT_EQ(iterate(step, 4, {.time_step = 0.5}), 4);
  EXPECT_EQ(sum(p), 2.0 + 2.5 + 3.0 + 3.5);
  EXPECT_EQ(p.gather_all()(0, 19), 11.0);
}

// Half a step later is half a step later, also for what is beyond the ends.
TEST(stages, stages_have_a_time_of_their_own) {
  auto u = zeros(process_grid<1>(world()), {9}, halo<1>(4));
  u.set_boundary(
      axis(0), [](index_t, double t) { return 8.0 * t; }, boundary::fixed(0));
  const auto from_left = [](const auto& c) { return c(-1); };
  global_array<double, 1> v = u;
  stages step(stage(v, u, from_left), stage(u, v, from_left).after(0.5));
  iterate(step, 3, {.time_step = 1.0});
  const auto all = u.gather_all();
  const std::vector<double> truth{20, 16, 12, 8, 4, 0, 0, 0, 0};
  for (index_t i = 0; i < 9; ++i) EXPECT_EQ(all(i), truth[static_cast<std::size_t>(i)]) << i;
}

TEST(stages, calls_back_and_ends_on_all_ranks) {
  array u = mixed({30, 20}, halo<2>(4, true), 1);
  array v = u;
  array x = u;
  array y = u;
  std::vector<index_t> seen;
  stages step(stage(v, u, five_points), swapping(u, v));
  const auto look = [&](index_t done) {
    seen.push_back(done);
    for (int s = 0; s < 3; ++s) {
      apply(y, x, five_points);
      std::swap(x, y);
    }
    EXPECT_EQ(differing(u, x), 0);
    return done < 9 || world().rank() + 1 < world().size();
  };
  EXPECT_EQ(iterate(step, 20, {.every = 3, .on_steps = look}), 9);
  EXPECT_EQ(seen, (std::vector<index_t>{3, 6, 9}));
}

// A callback gives an array other elements, and another time.
TEST(stages, callbacks_may_change_arrays) {
  auto u = zeros(rows_grid(world()), {12, 12}, halo<2>(3, true));
  array v = u;
  const auto grow = [](const auto& cell, const auto& c) { return c(0, 0) + cell.time(); };
  stages step(stage(v, u, grow), swapping(u, v));
  const auto change = [&](index_t done) {
    if (done != 2) return;
    u.fill(100.0);
    u.set_time(10.0);
  };
  iterate(step, 4, {.time_step = 1.0, .every = 2, .on_steps = change});
  EXPECT_EQ(min(u), 121.0);
  EXPECT_EQ(max(u), 121.0);
}

TEST(stages, staggered_faces_line_up) {
  const index_t cells = 5 * world().size() + 2;
  global_array<double, 1> p(process_grid<1>(world()), {cells}, halo<1>(4));
  global_array<double, 1> u(process_grid<1>(world()), staggered(p.distribution(), axis(0)),
                            halo<1>(4));
  u.fill(0.0);
  EXPECT_EQ(u.shape(), (shape_t<1>{cells + 1}));
  EXPECT_EQ(u.block().lower, p.block().lower);
  p.fill([](index_t i) { return static_cast<double>(i * i); });
  const auto slope = [](const auto& q) { return q(0) - q(-1); };
  const auto spread = [](const auto& f) { return f(1) - f(0); };
  global_array<double, 1> d = p;
  stages step(stage(u, p, slope), stage(d, u, spread));
  iterate(step, 1);
  const auto faces = u.gather_all();
  EXPECT_EQ(faces(0), 0.0); // before the first cell, after the last: left alone
  EXPECT_EQ(faces(cells), 0.0);
  for (index_t i = 1; i < cells; ++i) EXPECT_EQ(faces(i), static_cast<double>(2 * i - 1));
  const auto second = d.gather_all();
  for (index_t i = 1; i + 1 < cells; ++i) EXPECT_EQ(second(i), 2.0);
}

TEST(stages, colours_converge_to_the_same_bits_on_any_grid) {
  auto u = zeros(rows_grid(world()), {24, 18}, halo<2>(8));
  const auto edge = [](auto... i_and_time) {
    const double sum = (static_cast<double>(i_and_time) + ...);
    return std::sin(sum);
  };
  for (index_t d = 0; d < 2; ++d) u.set_boundary(axis(d), edge, edge);
  const auto mean = [](const auto& c) { return 0.25 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1)); };
  stages sweep(stage(u, u, mean).on_colour(0), stage(u, u, mean).on_colour(1));
  iterate(sweep, 60);
  const auto all = u.gather_all();
  ndarray<double, 2> x(shape_t<2>{26, 20}, 0.0);
  for (index_t i = 0; i < 26; ++i)
    for (index_t j = 0; j < 20; ++j)
      if (i == 0 || j == 0 || i == 25 || j == 19)
        x(i, j) = std::sin(static_cast<double>(i - 1) + static_cast<double>(j - 1) + 0.0);
  for (int s = 0; s < 60; ++s)
    for (index_t colour = 0; colour < 2; ++colour)
      for (index_t i = 1; i < 25; ++i)
        for (index_t j = 1; j < 19; ++j)
          if ((i + j) % 2 == colour)
            x(i, j) = 0.25 * (x(i - 1, j) + x(i + 1, j) + x(i, j - 1) + x(i, j + 1));
  for (index_t i = 0; i < 24; ++i)
    for (index_t j = 0; j < 18; ++j) ASSERT_EQ(all(i, j), x(i + 1, j + 1)) << i << " " << j;
}

TEST(stages, masks_may_change_between_steps) {
  array u = mixed({20, 20}, halo<2>(2), 1);
  array v = mixed({20, 20}, halo<2>(2), 2);
  global_array<bool, 2> mask(u.grid(), u.distribution());
  const auto grows = [](const auto& c) { return 2.0 * c(0, 0); };
  auto expected = v.gather_all();
  const auto from = u.gather_all();
  stages step(stage(v, u, grows).only_where(mask));
  for (index_t s = 0; s < 3; ++s) {
    mask.fill([s](index_t i, index_t j) { return (i + 2 * j) % 5 == s; });
    iterate(step, 1);
    for (index_t i = 0; i < 20; ++i)
      for (index_t j = 0; j < 20; ++j)
        if ((i + 2 * j) % 5 == s) expected(i, j) = 2.0 * from(i, j);
    EXPECT_TRUE(array_equal(v.gather_all(), expected)) << s;
  }
}

#ifndef __SANITIZE_ADDRESS__ // which keeps what is freed
// Of three fields and their three successors: no array more, nor buffers that grow with them.
TEST(stages, need_little_memory_beside_the_arrays) {
  std::vector<array> fields;
  for (index_t k = 0; k < 6; ++k) fields.push_back(mixed({2048, 1024}, halo<2>(8, true), k));
  const auto advance = [](const auto& a, const auto& b, const auto& c) {
    return std::tuple(0.5 * (a(-1, 0) + b(1, 0)), 0.5 * (b(0, -1) + c(0, 1)), c(0, 0) + a(0, 0));
  };
  stages step(stage(std::tie(fields[3], fields[4], fields[5]),
                    std::tie(fields[0], fields[1], fields[2]), advance),
              swapping(std::tie(fields[0], fields[1], fields[2]),
                       std::tie(fields[3], fields[4], fields[5])));
  const long grown = peak_growth([&] { iterate(step, 24); });
  EXPECT_LE(grown, 64 << 20);
}
#endif

TEST(stages, tell_how_they_were_run) {
  array u = mixed({32, 64}, halo<2>(8, true), 1);
  array v = u;
  stages step(stage(v, u, five_points), swapping(u, v));
  EXPECT_EQ(step.explain(), "");
  iterate(step, 8, {.depth = 4, .tile = 16});
  EXPECT_TRUE(contains(step.explain(), "2 stages on 2 arrays; the halos allow 8 steps"))
      << step.explain();
  EXPECT_TRUE(contains(step.explain(), "4 steps at a time, in tiles of 4 by 16")) << step.explain();
}

// Stage by stage, each of several threads computes its own rows; many steps at once, its own tiles.
TEST(stages, same_bits_on_any_number_of_threads) {
  array u = mixed({300, 500}, halo<2>(4, true), 1);
  u.set_boundary(boundary::reflecting);
  std::vector<array> results;
  for (const bool by_stage : {true, false})
    for (const int count : {1, 2, 3, 4}) {
      const with_threads several(count);
      array v = u.copy();
      array w = u.copy();
      array t = u.copy();
      stages step(stage(w, v, five_points), stage(t, std::tie(t, w), before_and_around),
                  swapping(v, t),
                  stage(v, v, [](const auto& c) { return 0.5 * c(0, 1); }).on_colour(1));
      stages_options options{.stage_by_stage = by_stage};
      if (!by_stage) options.tile = 32;
      iterate(step, 5, options);
      apply(w, v, five_points);
      results.push_back(std::move(w));
    }
  for (const array& other : results) EXPECT_EQ(differing(results[0], other), 0);
}
