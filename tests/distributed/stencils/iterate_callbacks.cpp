// What happens between the steps of iterate.
#include "twin_fields.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduction_kernels.hpp>
#include <tessera/distributed/reduce.hpp>

#include <vector>

using namespace tessera_test;

TEST(iterate_callbacks, calls_back_every_k_steps) {
  twin_fields<double, 2> fields(rows_grid(world()), {30, 40}, halo<2>(4, true));
  std::vector<index_t> seen;
  const index_t done =
      iterate(fields.u, fields.v, 11, five_points,
              {.every = 3, .on_steps = [&](index_t step, const global_array<double, 2>& now) {
                 fields.apply_steps(3, five_points);
                 EXPECT_EQ(differing(now, fields.x), 0);
                 seen.push_back(step);
               }});
  EXPECT_EQ(done, 11);
  EXPECT_EQ(seen, (std::vector<index_t>{3, 6, 9}));
  fields.apply_steps(2, five_points);
  EXPECT_EQ(differing(fields.u, fields.x), 0);
}

TEST(iterate_callbacks, ends_on_all_ranks_when_one_callback_says_so) {
  twin_fields<double, 2> fields(rows_grid(world()), {30, 40}, halo<2>(4, true));
  const int last = world().size() - 1;
  const index_t done =
      iterate(fields.u, fields.v, 100, five_points,
              {.every = 5, .on_steps = [&](index_t step, const global_array<double, 2>&) {
                 return step < 10 || world().rank() != last;
               }});
  EXPECT_EQ(done, 10);
  fields.apply_steps(10, five_points);
  EXPECT_EQ(differing(fields.u, fields.x), 0);
}

TEST(iterate_callbacks, until_sees_the_step_before) {
  twin_fields<double, 2> fields(rows_grid(world()), {30, 40}, halo<2>(4, true));
  using array = global_array<double, 2>;
  int calls = 0;
  double change = 0;
  const index_t done = iterate(fields.u, fields.v, 10000, five_points,
                               {.every = 7, .until = [&](const array& now, const array& before) {
                                  ++calls;
                                  change = max(abs(now - before));
                                  return change < 2.0;
                                }});
  EXPECT_LT(change, 2.0);
  EXPECT_LT(done, 10000);
  EXPECT_EQ(done, 7 * calls);
  fields.apply_steps(done, five_points);
  EXPECT_EQ(differing(fields.u, fields.x), 0);
  EXPECT_EQ(change, max(abs(fields.x - fields.y)));
}

TEST(iterate_callbacks, one_rank_may_end_it_before_a_collective_callback) {
  twin_fields<double, 2> fields(rows_grid(world()), {30, 40}, halo<2>(4, true));
  using array = global_array<double, 2>;
  const index_t done = iterate(
      fields.u, fields.v, 50, five_points,
      {.every = 5,
       .on_steps = [&](index_t step, const array&) { return step < 10 || world().rank() > 0; },
       .until = [](const array& now, const array&) { return sum(now) < -1e9; }});
  EXPECT_EQ(done, 10);
}

TEST(iterate_callbacks, keeps_its_place_when_a_callback_throws) {
  twin_fields<double, 2> fields(rows_grid(world()), {30, 40}, halo<2>(4, true));
  const auto stop = [](index_t, const global_array<double, 2>&) { throw argument_error("enough"); };
  EXPECT_THROW(iterate(fields.u, fields.v, 9, five_points, {.every = 3, .on_steps = stop}),
               argument_error);
  fields.apply_steps(3, five_points);
  EXPECT_EQ(differing(fields.u, fields.x), 0);
}
