// Arrays, views and plans that were made without arguments, or moved from: whatever is asked of
// them is answered or refused, on all ranks alike.
#include "message_of.hpp"
#include "numbered_values.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace tessera_test;

namespace {

using array_1 = global_array<double, 1>;

process_grid<1> line() { return process_grid<1>(world()); }

array_1 moved_from() {
  array_1 u(line(), {10}, halo<1>(1));
  u = 1.0;
  const array_1 taken = std::move(u);
  return u; // NOLINT(bugprone-use-after-move): this is what is tested
}

struct use {
  const char* name;
  std::function<void(array_1&)> call;
};

const std::vector<use>& refused_uses() {
  static array_1 whole(line(), {10}, halo<1>(1));
  static const std::vector<use> uses = {
      {"u = 1.0", [](array_1& u) { u = 1.0; }},
      {"u = whole + 1.0", [](array_1& u) { u = whole + 1.0; }},
      {"u += 1.0", [](array_1& u) { u += 1.0; }},
      {"fill", [](array_1& u) { u.fill(1.0); }},
      {"fill with a function",
       [](array_1& u) { u.fill([](index_t i) { return static_cast<double>(i); }); }},
      {"owned", [](array_1& u) { static_cast<void>(u.owned()); }},
      {"owned, const", [](array_1& u) { static_cast<void>(std::as_const(u).owned()); }},
      {"padded", [](array_1& u) { static_cast<void>(u.padded()); }},
      {"interior", [](array_1& u) { static_cast<void>(u.interior()); }},
      {"data", [](array_1& u) { static_cast<void>(u.data()); }},
      {"at", [](array_1& u) { static_cast<void>(u.at(0)); }},
      {"set", [](array_1& u) { u.set({0}, 1.0); }},
      {"a view", [](array_1& u) { u(slice(0, 0)) = 1.0; }},
      {"sum", [](array_1& u) { static_cast<void>(sum(u)); }},
      {"sum of an expression", [](array_1& u) { static_cast<void>(sum(2.0 * u)); }},
      {"max", [](array_1& u) { static_cast<void>(max(u)); }},
      {"mean", [](array_1& u) { static_cast<void>(mean(u)); }},
      {"gather", [](array_1& u) { static_cast<void>(u.gather()); }},
      {"gather_all", [](array_1& u) { static_cast<void>(u.gather_all()); }},
      {"scatter", [](array_1& u) { u.scatter(ndarray<double, 1>()); }},
      {"update_halo", [](array_1& u) { u.update_halo(); }},
      {"start_halo", [](array_1& u) { static_cast<void>(u.start_halo()); }},
      {"add_halo", [](array_1& u) { u.add_halo(); }},
      {"halo_is_fresh", [](array_1& u) { static_cast<void>(u.halo_is_fresh()); }},
      {"halo_plan", [](array_1& u) { static_cast<void>(u.halo_plan()); }},
      {"regions", [](array_1& u) { static_cast<void>(u.regions()); }},
      {"set_boundary", [](array_1& u) { u.set_boundary(axis(0), boundary::reflecting); }},
      {"set_time", [](array_1& u) { u.set_time(1.0); }},
      {"copy", [](array_1& u) { static_cast<void>(copy(u)); }},
      {"zeros_like", [](array_1& u) { static_cast<void>(zeros_like(u)); }},
      {"redistribute from it", [](array_1& u) { redistribute(u, whole); }},
      {"redistribute to it", [](array_1& u) { redistribute(whole, u); }},
      {"apply from it", [](array_1& u) { apply(u, whole, [](auto c) { return c(0); }); }},
      {"apply to it", [](array_1& u) { apply(whole, u, [](auto c) { return c(0); }); }},
      {"iterate", [](array_1& u) { iterate(u, u, 2, [](auto c) { return c(0); }); }},
      {"roll", [](array_1& u) { static_cast<void>(roll(u, 1)); }},
      {"sort", [](array_1& u) { static_cast<void>(median(u)); }},
      {"cumsum", [](array_1& u) { static_cast<void>(cumsum(u)); }},
      {"whole = u + 1.0", [](array_1& u) { whole = u + 1.0; }},
      {"whole = u", [](array_1& u) { whole = u; }},
  };
  return uses;
}

void expect_refusals(const std::function<array_1()>& make) {
  for (const use& each : refused_uses()) {
    array_1 u = make();
    const std::string text = message_of<error>([&] { each.call(u); });
    EXPECT_NE(text.find("made without arguments"), std::string::npos) << each.name << ": " << text;
  }
}

} // namespace

TEST(default_made, arrays_are_refused) {
  expect_refusals([] { return array_1(); });
}

TEST(default_made, arrays_moved_from_are_refused) { expect_refusals(moved_from); }

TEST(default_made, what_can_be_asked) {
  const array_1 u;
  EXPECT_EQ(u.shape(), shape_t<1>{0});
  EXPECT_EQ(u.size(), 0);
  EXPECT_EQ(u.local_shape(), shape_t<1>{0});
  EXPECT_EQ(u.comm().size(), 0);
  const array_1 copied = u;
  EXPECT_EQ(copied.size(), 0);
  array_1 assigned = moved_from();
  array_1 whole(line(), {10});
  whole = 2.0;
  assigned = whole;
  EXPECT_EQ(sum(assigned), 20.0);
}

TEST(default_made, grids_and_communicators_are_refused) {
  const communicator none;
  const process_grid<1> nowhere;
  const auto expect_refusal = [](const char* name, const std::function<void()>& call) {
    const std::string text = message_of<error>(call);
    EXPECT_NE(text.find("made without arguments"), std::string::npos) << name << ": " << text;
  };
  expect_refusal("a grid", [&] { static_cast<void>(process_grid<1>(none)); });
  expect_refusal("an array", [&] { static_cast<void>(array_1(nowhere, {10})); });
  expect_refusal("zeros", [&] { static_cast<void>(zeros<double>(nowhere, {10})); });
  expect_refusal("duplicate", [&] { static_cast<void>(none.duplicate()); });
  expect_refusal("barrier", [&] { none.barrier(); });
  expect_refusal("allreduce_sum", [&] { static_cast<void>(allreduce_sum(none, 1.0)); });
  EXPECT_EQ(none.size(), 0);
  EXPECT_EQ(nowhere.comm().size(), 0);
}
