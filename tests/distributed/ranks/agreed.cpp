#include <tessera/distributed.hpp>

#include "cases.hpp"
#include "message_of.hpp"

#include <string>
#include <utility>
#include <vector>

using namespace tessera_test;

namespace {

/// Arguments are compared while it lives.
class checking {
public:
  explicit checking(bool yes = true) : before_(checks_arguments()) { check_arguments(yes); }
  checking(const checking&) = delete;
  checking& operator=(const checking&) = delete;
  ~checking() { check_arguments(before_); }

private:
  bool before_;
};

bool is_odd_one() { return world().rank() + 1 == world().size(); }

/// All ranks throw the same, which says who gave what.
template <class F> void expect_disagreement(F&& f, const std::string& what) {
  SCOPED_TRACE(what);
  const std::string text = message_of<argument_error>(f);
  EXPECT_NE(text.find("ranks disagree about"), std::string::npos) << text;
  EXPECT_NE(text.find(what), std::string::npos) << text;
  EXPECT_NE(text.find("rank " + std::to_string(world().size() - 1) + ": "), std::string::npos)
      << text;
  EXPECT_EQ(broadcast(world(), text, 0), text);
}

class agreed : public testing::Test {
protected:
  void SetUp() override {
    if (world().size() == 1) GTEST_SKIP() << "one rank agrees with itself";
  }
  process_grid<1> line{world()};
  index_t odd = is_odd_one() ? 1 : 0; // what the last rank gives more
};

} // namespace

TEST_F(agreed, shapes_halos_and_grids_in_any_build) {
  const checking off(false);
  expect_disagreement([&] { zeros(line, {5 + odd}); }, "a global array that is made");
  expect_disagreement([&] { zeros(line, {50}, halo<1>(1 + odd)); }, "halo 1+1");
  expect_disagreement([&] { zeros(line, {50}, halo<1>(1, odd == 1)); }, "periodic");
  const int n = world().size();
  expect_disagreement(
      [&] {
        process_grid<2>(world(), {odd == 1 ? n : 1, odd == 1 ? 1 : n});
      },
      "a process grid");
}

TEST_F(agreed, element_types_in_any_build) {
  const checking off(false);
  const auto make = [&] {
    if (odd == 1)
      static_cast<void>(global_array<std::int64_t, 1>(line, {9}));
    else
      static_cast<void>(global_array<double, 1>(line, {9}));
  };
  expect_disagreement(make, "int64");
}

TEST_F(agreed, elements_that_are_read_and_set_in_any_build) {
  const checking off(false);
  auto u = arange(line, 10.0);
  expect_disagreement([&] { static_cast<void>(u.at(3 + odd)); }, "element (4,)");
  expect_disagreement([&] { u.set({2 + odd}, 1.0); }, "element (3,)");
  expect_disagreement([&] { u.set({2}, 1.0 + static_cast<double>(odd)); }, "set to 2");
  EXPECT_EQ(u.at(2), 2.0) << "it was set all the same";
}

TEST_F(agreed, slices_and_local_operands) {
  const checking on;
  auto u = arange(line, 10.0);
  auto v = zeros(line, {10});
  expect_disagreement([&] { u(slice(odd, odd + 2)) = 1.0; }, "an assignment");
  expect_disagreement([&] { static_cast<void>(sum(u(slice(0, 5 + odd)))); }, "an expression");
  expect_disagreement([&] { v(slice(odd, 3 + odd)) = u(slice(5, 8)); }, "global");
  expect_disagreement([&] { static_cast<void>(u(slice(odd, 4 + odd)).gather_all()); }, "gathered");
  ndarray<double, 1> local = arange(10.0);
  local(3) += static_cast<double>(odd);
  expect_disagreement([&] { v = u + local; }, "a local array of shape (10,)");
  expect_disagreement([&] { (odd == 1 ? v : u) = 2.0 * u; }, "array");
}

TEST_F(agreed, halos_and_steps) {
  const checking on;
  auto u = zeros(line, {30}, halo<1>(1));
  auto v = zeros(line, {30}, halo<1>(1));
  expect_disagreement([&] { (odd == 1 ? u : v).update_halo(); }, "whose halo is updated");
  expect_disagreement([&] { iterate(u, v, 4 + odd, [](auto c) { return c(-1) + c(1); }); },
                      "a call of iterate");
  expect_disagreement(
      [&] { u.set_boundary(axis(0), boundary::fixed(1.0 + static_cast<double>(odd))); },
      "a boundary condition");
  expect_disagreement([&] { (odd == 1 ? u : v).fill([](index_t i) { return double(i); }); },
                      "is filled");
}

TEST_F(agreed, what_is_moved) {
  const checking on;
  const auto u = arange(line, 10.0);
  expect_disagreement([&] { static_cast<void>(roll(u, 1 + odd)); }, "copies of parts");
  expect_disagreement([&] { static_cast<void>(u.gather(static_cast<int>(odd))); }, "gathered");
  expect_disagreement([&] { static_cast<void>(reshape(u, {2 + 3 * odd, 5 - 3 * odd})); }, "shape");
}

TEST_F(agreed, collective_calls_on_values) {
  const checking on;
  std::vector<double> values(10);
  expect_disagreement([&] { broadcast(world(), values.data(), 4 + odd, 0); }, "40 bytes");
  expect_disagreement([&] { broadcast(world(), values.data(), 4, static_cast<int>(odd)); },
                      "from rank 1");
  expect_disagreement(
      [&] { odd == 1 ? allgather(world(), 1.0).size() : allgather(world(), 1.0F).size(); },
      "an allgather");
  expect_disagreement([&] { odd == 1 ? allreduce_max(world(), 1) : allreduce_min(world(), 1); },
                      "a reduction");
}

#ifdef TESSERA_CHECKED
TEST_F(agreed, scalars_in_programs_with_checks) {
  EXPECT_TRUE(checks_arguments());
  auto u = arange(line, 10.0);
  const auto mine = static_cast<double>(odd);
  expect_disagreement([&] { u += mine; }, "scalars 1");
  expect_disagreement([&] { u = mine; }, "scalars 1");
  expect_disagreement([&] { static_cast<void>(full(line, {4}, mine)); }, "scalars 1");
  expect_disagreement([&] { odd == 1 ? max(u) : min(u); }, "an expression");
}
#endif

TEST_F(agreed, arrays_go_on_working_after_an_error) {
  const checking on;
  auto u = arange(line, 10.0);
  EXPECT_THROW(static_cast<void>(u.at(odd)), argument_error);
  u += 1.0;
  EXPECT_EQ(sum(u), 55.0);
  EXPECT_EQ(u.at(4), 5.0);
}
