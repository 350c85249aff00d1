// What stages refuse, and what goes wrong in them.
#include "stage_cases.hpp"

#include <tessera/distributed/stencils/stencil_fields.hpp>

#include <string>
#include <tuple>

using namespace tessera_test;

namespace {

std::string refusal(stages&& step, const stages_options& options = {}) {
  return message_of<argument_error>([&] { iterate(step, 3, options); });
}

} // namespace

TEST(stage_errors, refuses_what_cannot_be_run) {
  array u = mixed({20, 20}, halo<2>(2, true), 1);
  array v = mixed({20, 20}, halo<2>(2, true), 2);
  array longer(rows_grid(world()), {25, 20}, halo<2>(2, true));
  EXPECT_TRUE(contains(refusal(stages()), "no stages") || contains(refusal(stages()), "no stage"));
  EXPECT_TRUE(contains(refusal(stages(swapping(u, v))), "no stage computes anything"));
  EXPECT_TRUE(
      contains(refusal(stages(stage(u, u, five_points))), "reads neighbours in its array 0"));
  const auto both = [](auto c) { return std::pair(c(0, 0), c(0, 0)); };
  EXPECT_TRUE(
      contains(refusal(stages(stage(std::tie(u, u), v, both))), "computes its array 0 twice"));
  const auto apart = [&] { return refusal(stages(stage(longer, u, five_points))); };
  EXPECT_TRUE(world().size() == 1 || contains(apart(), "do not begin at the same"));
  EXPECT_TRUE(
      contains(refusal(stages(stage(v, u, five_points), swapping(u, u))), "an array twice"));
  array narrow(rows_grid(world()), {20, 20}, halo<2>(1, true));
  EXPECT_TRUE(contains(refusal(stages(stage(u, v, five_points), swapping(u, narrow))),
                       "exchanges arrays whose halos differ along axis 0: 2+2 periodic and 1+1"));
  const auto far = [](auto c) { return c(3, 0); };
  EXPECT_TRUE(contains(refusal(stages(stage(u, v, far))), "whose halo is 2+2 wide there"));
  EXPECT_TRUE(contains(refusal(stages(stage(u, v, five_points)), {.depth = -1}), "depth of -1"));
  EXPECT_TRUE(contains(refusal(stages(stage(u, v, five_points)), {.every = -1}), "-1"));
  EXPECT_TRUE(contains(refusal(stages(stage(v, u, five_points), swapping(u, v)), {.depth = 3}),
                       "3 steps at a time; the halos are wide enough for 2"));
  EXPECT_TRUE(contains(refusal(stages(stage(u, v, five_points).within({0, 5}, {3, 21}))),
                       "for the cells 5 <= i < 21 along axis 1, of arrays of shape (20, 20)"));
  EXPECT_TRUE(
      contains(message_of<argument_error>([&] { (void)stage(u, v, five_points).on_colour(2); }),
               "colour 2"));
  global_array<bool, 2> mask(u.grid(), {25, 20});
  EXPECT_TRUE(world().size() == 1 ||
              contains(refusal(stages(stage(v, u, five_points).only_where(mask))),
                       "do not begin at the same"));
  const auto corner = [](const auto& c) { return c(1, 1); };
  EXPECT_TRUE(contains(refusal(stages(stage(u, u, corner).on_colour(0))), "of the same colour"));
  array odd(rows_grid(world()), {20, 21}, halo<2>(2, true));
  EXPECT_TRUE(
      contains(refusal(stages(stage(odd, odd, five_points).on_colour(0))), "odd length, 21"));
}

// What is not proven is watched, and said to have read too far on all ranks.
TEST(stage_errors, kernels_that_choose_say_how_far_they_read) {
  array u = mixed({20, 20}, halo<2>(4, true), 1);
  array v = u;
  const auto chooses = [](const auto& c) { return c(0, 0) > 700.0 ? c(-2, 0) : c(0, 1); };
  const std::string text =
      message_of<index_error>([&] { iterate(stages(stage(v, u, chooses)), 1); });
  EXPECT_TRUE(contains(text, "stage 0 reads array 0")) << text;
  EXPECT_TRUE(contains(text, "offset -2 along axis 0")) << text;
  EXPECT_EQ(iterate(stages(stage(v, u, chooses).reading(2)), 1), 1);
  array y = u;
  apply(y, u, chooses);
  EXPECT_EQ(differing(v, y), 0);
  EXPECT_THROW(static_cast<void>(stage(v, u, chooses).reading(1, 2)), index_error);
}

TEST(stage_errors, what_kernels_throw_is_thrown_on_all_ranks) {
  array u = mixed({20, 20}, halo<2>(4, true), 1);
  array v = u;
  u.set({0, 0}, -1.0);
  const auto careful = [](const auto& c) {
    if (c(0, 0) < 0) throw argument_error("a negative cell");
    return c(0, 0);
  };
  for (const bool by_stage : {false, true}) {
    stages step(stage(v, u, careful));
    const std::string text =
        message_of<argument_error>([&] { iterate(step, 2, {.stage_by_stage = by_stage}); });
    EXPECT_TRUE(contains(text, "a negative cell")) << text;
  }
  u.set({0, 0}, 1.0);
  stages step(stage(v, u, careful));
  iterate(step, 1);
  EXPECT_TRUE(contains(step.explain(), "stage 0 is watched cell by cell")) << step.explain();
}
