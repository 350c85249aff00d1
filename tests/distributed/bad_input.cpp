// Mistakes of callers: all ranks throw the same, and where one rank alone made it, it is named.
#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/distributed/arrays/copy.hpp>

using namespace tessera_test;

namespace {

bool is_last() { return world().rank() == world().size() - 1; }

/// What all ranks say where the last one alone made a mistake.
template <class Error, class F> std::string message_of_all(F&& f) {
  const std::string text = message_of<Error>(f);
  EXPECT_EQ(broadcast(world(), text, 0), text);
  return text;
}
template <class Error, class F> void expect_last_is_named(F&& f) {
  const std::string text = message_of_all<Error>(f);
  const int last = world().size() - 1;
  const std::string name = last > 0 ? "rank " + std::to_string(last) + ": " : "";
  EXPECT_EQ(text.find(name), 0U) << text;
}

} // namespace

TEST(bad_input, distributions_that_do_not_match) {
  if (world().size() == 1) return;
  const global_array<double, 2> u(process_grid<2>(world(), {0, 1}), {8, 8});
  global_array<double, 2> v(process_grid<2>(world(), {1, 0}), {8, 8});
  const std::string text = message_of_all<argument_error>([&] { v = 2.0 * u + v; });
  EXPECT_NE(text.find(to_string(u.distribution())), std::string::npos) << text;
  EXPECT_NE(text.find(to_string(v.distribution())), std::string::npos) << text;
  EXPECT_NE(text.find("redistribute"), std::string::npos) << text;
  redistribute(u, v); // and is right about that
}

TEST(bad_input, subscripts_out_of_range) {
  global_array<double, 2> u(process_grid<2>(world()), {4, 5});
  u = 1.0;
  for (const index_t bad : {4, -5}) {
    const std::string text = message_of_all<index_error>([&] { static_cast<void>(u.at(bad, 0)); });
    EXPECT_NE(text.find("axis 0 of shape (4, 5)"), std::string::npos) << text;
    expect_last_is_named<index_error>([&] { static_cast<void>(u.at(is_last() ? bad : 0, 0)); });
    expect_last_is_named<index_error>([&] { u.set({is_last() ? bad : 0, 0}, 2.0); });
    message_of_all<index_error>([&] { static_cast<void>(u(bad, all)); });
  }
  u.set({-1, -1}, 3.0);
  EXPECT_EQ(u.at(3, 4), 3.0);
}

TEST(bad_input, plan_of_other_arrays) {
  const process_grid<2> grid(world());
  const global_array<double, 2> u(grid, {6, 7});
  global_array<double, 2> v(grid, {6, 7});
  global_array<double, 2> w(grid, {6, 8});
  const copy_plan plan(u, v);
  const std::string text = message_of_all<argument_error>([&] { plan.run(u, w); });
  EXPECT_NE(text.find("(6, 7)"), std::string::npos) << text;
  EXPECT_NE(text.find("(6, 8)"), std::string::npos) << text;
  plan.run(u, v);
}

TEST(bad_input, halo_handles) {
  global_array<double, 1> u(process_grid<1>(world()), {16}, halo<1>(1, true));
  fill_numbered(u);
  { const transfer dropped = u.start_halo(); } // its end waits
  EXPECT_TRUE(u.halo_is_fresh());
  fill_numbered(u);
  transfer used = u.start_halo();
  u = u + 1.0; // before it was finished
  message_of_all<argument_error>([&] { transfer again = u.start_halo(); });
  used.finish();
  used.finish();
  u.update_halo(); // of what was assigned meanwhile
  const view<const double, 1> cells = std::as_const(u).padded();
  EXPECT_EQ(u.block().lower[0] == 0 ? cells(0) : 17.0, 17.0);
}

TEST(bad_input, negative_widths) {
  const process_grid<1> grid(world());
  const std::string text =
      message_of_all<argument_error>([&] { global_array<double, 1>(grid, {8}, halo<1>(-2)); });
  EXPECT_NE(text.find("-2"), std::string::npos) << text;
  expect_last_is_named<argument_error>(
      [&] { global_array<double, 1>(grid, {8}, halo<1>(is_last() ? -2 : 2)); });
  const global_array<double, 1> u(grid, {8}, halo<1>(2)); // nobody waits for anybody
}

TEST(bad_input, grids_that_do_not_fit) {
  const int ranks = world().size();
  const std::string text = message_of_all<argument_error>([&] {
    process_grid<2>(world(), {ranks + 1, 1});
  });
  EXPECT_NE(text.find(std::to_string(ranks + 1) + " x 1"), std::string::npos) << text;
  expect_last_is_named<argument_error>([&] {
    process_grid<2>(world(), {is_last() ? ranks + 1 : ranks, 1});
  });
  expect_last_is_named<argument_error>(
      [&] { process_grid<1>::on_first_ranks(world(), {is_last() ? ranks + 1 : 1}); });
  // A distribution for another number of ranks.
  const process_grid<1> grid(world());
  message_of_all<argument_error>(
      [&] { global_array<double, 1>(grid, distribution<1>({8}, grid_dims<1>{ranks + 1})); });
  expect_last_is_named<argument_error>([&] {
    global_array<double, 1>(grid, distribution<1>({8}, grid_dims<1>{ranks + (is_last() ? 1 : 0)}));
  });
}
