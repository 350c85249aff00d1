// Boundary conditions against a serial array with cells around it.
#include "message_of.hpp"
#include "serial_field.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/arrays/shift.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/iterate.hpp>
#include <tessera/distributed/stencils/stencil_fields.hpp>

#include <array>
#include <string>

using namespace tessera_test;

namespace {

/// Cells inside that the part of an axis must read for one outside; -1 where it reads none.
index_t farthest_read(kind k, index_t beyond, index_t n) {
  if (k == kind::extrapolated) return n > 1 ? 1 : 0;
  if (k != kind::reflecting && k != kind::antireflecting) return -1;
  const index_t fold = beyond % (2 * n);
  return fold < n ? fold : 2 * n - 1 - fold;
}

/// Does every rank have the cells that its outside cells are made from?
template <std::size_t N>
bool is_possible(const distribution<N>& blocks, const halo<N>& width,
                 const conditions<N>& at_ends) {
  for (std::size_t d = 0; d < N; ++d) {
    const index_t n = blocks.axis(d).size();
    for (int part = 0; part < blocks.axis(d).parts(); ++part) {
      const interval own = blocks.axis(d).block(part);
      if (own.empty()) continue;
      const interval padded{own.lower - width.lower[d], own.upper + width.upper[d]};
      for (index_t i = padded.lower; i < 0; ++i)
        if (farthest_read(at_ends.lower[d], -1 - i, n) >= padded.upper) return false;
      for (index_t i = n; i < padded.upper; ++i)
        if (n - 1 - farthest_read(at_ends.upper[d], i - n, n) < padded.lower &&
            farthest_read(at_ends.upper[d], i - n, n) >= 0)
          return false;
    }
  }
  return true;
}

/// Elements, and cells that are the user's own; both random, the same on all ranks.
template <class T, std::size_t N>
void fill_both(random_source& random, global_array<T, N>& u, reference<T, N>& all) {
  all.for_each_cell(
      [&](const shape_t<N>& at) { all(at) = static_cast<T>(random.between(-20, 20)); });
  // Copies of one element have one value.
  conditions<N> wraps{};
  for (std::size_t d = 0; d < N; ++d)
    wraps.lower[d] = wraps.upper[d] = u.halo().periodic[d] ? kind::periodic : kind::none;
  all.fill(wraps, 0.0);
  index_t at = 0;
  const view<T, N> padded = u.padded();
  for_each_index(padded.shape(), [&](shape_t<N> index) {
    bool inside = true;
    bool own = true;
    for (std::size_t d = 0; d < N; ++d) {
      index[d] += u.block().lower[d] - u.halo().lower[d];
      inside = inside && (u.halo().periodic[d] || (index[d] >= 0 && index[d] < u.shape()[d]));
      own = own && index[d] >= u.block().lower[d] && index[d] < u.block().upper[d];
    }
    padded.data()[at++] = own || !inside ? all(index) : T{77};
  });
}

template <class T, std::size_t N>
index_t wrong_cells(const global_array<T, N>& u, reference<T, N>& all) {
  index_t wrong = 0;
  index_t at = 0;
  for_each_index(u.padded().shape(), [&](shape_t<N> index) {
    for (std::size_t d = 0; d < N; ++d) index[d] += u.block().lower[d] - u.halo().lower[d];
    wrong += same_bits(u.data()[at++], all(index)) ? 0 : 1;
  });
  return wrong;
}

template <class Exception, class F> bool throws(F&& f) {
  try {
    f();
  } catch (const Exception&) {
    return true;
  }
  return false;
}

template <class T, std::size_t N> class random_boundaries {
public:
  void run(int cases, index_t largest, index_t widest) {
    SCOPED_TRACE(random_.trace());
    for (int i = 0; i < cases; ++i) check_one(largest, widest);
    EXPECT_GT(checked_, cases / 10); // blocks thinner than the halo are refused
  }

private:
  void check_one(index_t largest, index_t widest) {
    const process_grid<N>& grid = any_of(random_, grids_);
    const auto shape = random_shape_of<N>(random_, largest);
    const auto blocks = random_distribution(random_, shape, grid.dims());
    const auto width = random_halo<N>(random_, widest);
    const auto at_ends = random_conditions<N>(random_);
    last_ = at_ends;
    global_array<T, N> u(grid, blocks, width);
    const bool refused = throws<argument_error>([&] { set_conditions(u, at_ends); });
    EXPECT_EQ(refused, !is_possible(blocks, width, at_ends)) << describe(blocks, width);
    EXPECT_EQ(allreduce_max(world(), refused ? 1 : 0), refused ? 1 : 0);
    if (refused) return;
    reference<T, N> all(shape, width);
    u.set_time(time_of_test);
    fill_both(random_, u, all);
    u.update_halo();
    all.fill(at_ends, time_of_test);
    EXPECT_EQ(wrong_cells(std::as_const(u), all), 0) << describe(blocks, u.halo());
    check_stencil(u, all);
    ++checked_;
  }

  /// One that reads the farthest corners of the halo.
  void check_stencil(global_array<T, N>& u, reference<T, N>& all) {
    const halo<N> width = u.halo();
    const auto lowest = width.lower;
    const auto kernel = [lowest, width](const auto& c) {
      return std::apply([&](auto... i) { return c((-i)...); }, lowest) +
             2 * std::apply([&](auto... i) { return c(i...); }, width.upper);
    };
    global_array<T, N> v(u.grid(), u.distribution());
    v = 66;
    apply(v, u, kernel);
    const ndarray<T, N> found = v.gather_all();
    index_t at = 0;
    index_t wrong = 0;
    for_each_index(u.shape(), [&](const shape_t<N>& index) {
      const bool computed = is_computed(u, index);
      const T expected =
          computed ? static_cast<T>(kernel(reference_point<T, N>{all, index})) : T{66};
      wrong += same_bits(found.data()[at++], expected) ? 0 : 1;
    });
    EXPECT_EQ(wrong, 0) << describe(u.distribution(), width);
  }

  /// Cells near an end without a condition are left alone.
  bool is_computed(const global_array<T, N>& u, const shape_t<N>& index) {
    const auto none = [&](std::size_t d, bool lower) {
      return !u.halo().periodic[d] && (lower ? last_.lower[d] : last_.upper[d]) == kind::none;
    };
    for (std::size_t d = 0; d < N; ++d)
      if ((none(d, true) && index[d] < u.halo().lower[d]) ||
          (none(d, false) && index[d] >= u.shape()[d] - u.halo().upper[d]))
        return false;
    return true;
  }

  random_source random_;
  std::vector<process_grid<N>> grids_ = all_grids<N>(world());
  conditions<N> last_{};
  int checked_ = 0;
};

} // namespace

TEST(boundary, equals_serial_1d) { random_boundaries<double, 1>().run(150, 9, 3); }
TEST(boundary, equals_serial_2d) { random_boundaries<double, 2>().run(150, 9, 3); }
TEST(boundary, equals_serial_3d) { random_boundaries<float, 3>().run(40, 6, 2); }
TEST(boundary, of_integers) { random_boundaries<std::int16_t, 2>().run(60, 9, 3); }
TEST(boundary, domains_thinner_than_the_halo) { random_boundaries<double, 2>().run(60, 3, 7); }

TEST(boundary, function_without_time) {
  global_array<double, 1> u(process_grid<1>(world()), {6}, halo<1>(2));
  u = 1.0;
  u.set_boundary([](index_t i) { return 10.0 * static_cast<double>(i); });
  global_array<double, 1> v(u.grid(), u.distribution());
  v = shift(u, {-2});
  EXPECT_EQ(sum(v), -20.0 - 10.0 + 4.0);
}

TEST(boundary, new_time_fills_without_an_exchange) {
  global_array<double, 1> u(process_grid<1>(world()), {6}, halo<1>(1));
  u = 1.0;
  u.set_boundary(
      axis(-1), [](index_t, double t) { return t; }, boundary::fixed(5));
  u.update_halo();
  EXPECT_TRUE(u.halo_is_fresh());
  EXPECT_EQ(sum(shift(u, {-1})), 5.0);
  u.set_time(8.0);
  EXPECT_FALSE(u.halo_is_fresh());
  EXPECT_FALSE(u.start_halo().is_under_way());
  EXPECT_TRUE(u.halo_is_fresh());
  EXPECT_EQ(sum(shift(u, {-1})), 13.0);
  EXPECT_EQ(sum(shift(u, {1})), 10.0);
}

TEST(boundary, new_condition_replaces_the_old_one) {
  global_array<double, 1> u(process_grid<1>(world()), {6}, halo<1>(1));
  u.fill([](index_t i) { return static_cast<double>(i); });
  const auto beyond = [&] {
    return std::pair(sum(shift(u, {-1})) - 10.0, sum(shift(u, {1})) - 15.0);
  };
  u.set_boundary(boundary::fixed(3.5));
  EXPECT_EQ(beyond(), std::pair(3.5, 3.5));
  u.set_boundary(boundary::extrapolated);
  EXPECT_EQ(beyond(), std::pair(-1.0, 6.0));
  u.set_boundary(boundary::periodic);
  EXPECT_TRUE(u.halo().periodic[0]);
  EXPECT_EQ(beyond(), std::pair(5.0, 0.0));
  u.set_boundary(axis(0), boundary::antireflecting, boundary::reflecting);
  EXPECT_FALSE(u.halo().periodic[0]);
  EXPECT_EQ(beyond(), std::pair(0.0, 5.0));
}

TEST(boundary, copies_have_it) {
  global_array<double, 1> u(process_grid<1>(world()), {6}, halo<1>(1));
  u = 1.0;
  u.set_boundary([](index_t, double t) { return t; });
  u.set_time(4.0);
  global_array<double, 1> v = u;
  EXPECT_EQ(sum(shift(v, {-1})), 9.0);
  v.set_boundary(boundary::fixed(2.0));
  EXPECT_EQ(sum(shift(v, {-1})), 7.0);
  EXPECT_EQ(sum(shift(u, {-1})), 9.0);
}

TEST(boundary, what_a_function_throws_is_thrown_on_all_ranks) {
  global_array<double, 2> u(process_grid<2>(world()), {6, 6}, halo<2>(1));
  global_array<double, 2> v(u.grid(), u.distribution(), u.halo());
  u = 1.0;
  int calls = 0;
  // Called for the corners, too, which lie beyond the ends of both axes.
  u.set_boundary(axis(0), [&calls](index_t i, index_t j) {
    if (i < 0 && j < 0 && calls++ == 0) throw argument_error("a bad corner");
    return 2.0;
  });
  u.set_boundary(axis(1), boundary::fixed(3.0));
  const auto kernel = [](auto c) { return c(-1, 0) + c(0, -1); };
  std::string text = message_of<argument_error>([&] { u.update_halo(); });
  EXPECT_NE(text.find("a bad corner"), std::string::npos) << text;
  EXPECT_FALSE(u.halo_is_fresh());
  calls = 0;
  text = message_of<argument_error>([&] { apply(v, u, kernel); });
  EXPECT_NE(text.find("a bad corner"), std::string::npos) << text;
  calls = 0;
  auto w = u; // with the condition
  text = message_of<argument_error>([&] { iterate(u, w, 3, kernel); });
  EXPECT_NE(text.find("a bad corner"), std::string::npos) << text;
  apply(v, u, kernel);
  EXPECT_EQ(v.at(0, 0), 5.0);
}

TEST(boundary, what_cannot_be_is_refused) {
  const process_grid<1> grid(world());
  global_array<double, 1> u(grid, {6}, halo<1>(1));
  const auto expect = [](const std::string& what, auto&& f) {
    const std::string text = message_of<argument_error>(f);
    EXPECT_NE(text.find(what), std::string::npos) << text;
  };
  expect("one end", [&] { u.set_boundary(axis(0), boundary::periodic, boundary::none); });
  message_of<argument_error>([&] { u.set_boundary(axis(1), boundary::none); });
  global_array<bool, 1> flags(grid, {6}, halo<1>(1));
  expect("antireflecting", [&] { flags.set_boundary(boundary::antireflecting); });
  flags.set_boundary(boundary::reflecting);
  global_array<std::uint8_t, 1> bytes(grid, {6}, halo<1>(1));
  message_of<argument_error>([&] { bytes.set_boundary(boundary::fixed(300)); });
  if (world().size() == 1) return;
  global_array<double, 1> thin(grid, {world().size()}, halo<1>(shape_t<1>{3}, shape_t<1>{0}));
  expect("halo of widths 3 and 0", [&] { thin.set_boundary(boundary::reflecting); });
}

TEST(boundary, steps_from_both_arrays_need_it_for_both) {
  global_array<double, 2> u(process_grid<2>(world()), {8, 8}, halo<2>(1));
  u = 1.0;
  global_array<double, 2> v = u;
  v.set_boundary(axis(1), boundary::none, boundary::reflecting);
  const auto kernel = [](const auto& c) { return c(0, 0); };
  const std::string text = message_of<argument_error>([&] { iterate(u, v, 3, kernel); });
  EXPECT_NE(text.find("boundary condition along axis 1"), std::string::npos) << text;
  v.set_boundary(boundary::none);
  EXPECT_EQ(iterate(u, v, 3, kernel), 3);
}

TEST(boundary, cyclic_axes_have_no_ends) {
  const process_grid<1> grid(world());
  global_array<double, 1> u(grid,
                            distribution<1>({axis_distribution::cyclic(9, world().size(), 2)}));
  u = 1.0;
  u.set_boundary(boundary::reflecting);
  u.update_halo();
  EXPECT_EQ(sum(shift(u, {0})), 9.0);
  message_of<index_error>([&] { static_cast<void>(shift(u, {1})); });
}
