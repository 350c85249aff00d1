// Many steps at once between boundary conditions, against a serial array that takes them one by
// one.
#include "serial_field.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/iterate.hpp>

#include <vector>

using namespace tessera_test;

namespace {

const auto five_points_1d = [](const auto& c) {
  return 0.25 * c(-2) + 0.125 * c(-1) + 0.5 * c(0) - 0.125 * c(1) + 0.25 * c(2);
};
const auto high_and_narrow = [](const auto& c) {
  return 0.4 * c(0, 0) + 0.1 * c(-2, -1) + 0.2 * c(2, 1) - 0.1 * c(-2, 1) + 0.1 * c(1, 0) +
         0.2 * c(0, -1);
};
const auto upwards_only = [](const auto& c) { return 0.5 * c(-1, 0) + 0.25 * c(0, 0) + 1.5; };
const auto whole_numbers = [](const auto& c) {
  return static_cast<std::int16_t>(c(-1, -1) - c(1, 1) + 3 * c(0, 1) - c(-1, 0));
};
const auto corners_3d = [](const auto& c) {
  return 0.5F * c(0, 0, 0) + 0.2F * c(-1, -1, 1) + 0.2F * c(1, 1, -1) - 0.1F * c(1, -1, -1) +
         0.1F * c(0, 1, 0);
};

/// All steps of one field on every rank: the last two states.
template <class T, std::size_t N> class serial_steps {
public:
  serial_steps(const shape_t<N>& shape, const stencil_radius<N>& radius,
               const conditions<N>& at_ends)
      : now(shape, halo<N>(radius.along, radius.along)), before(now), shape_(shape),
        radius_(radius.along), at_ends_(at_ends) {}

  template <class Kernel> void take(const Kernel& kernel, double time) {
    now.fill(at_ends_, time);
    for_each_index(shape_, [&](const shape_t<N>& at) {
      before(at) =
          is_computed(at) ? static_cast<T>(kernel(reference_point<T, N>{now, at})) : now(at);
    });
    std::swap(now, before);
  }

  reference<T, N> now;
  reference<T, N> before;

private:
  /// Cells near an end without a condition are left alone.
  [[nodiscard]] bool is_computed(const shape_t<N>& at) const {
    for (std::size_t d = 0; d < N; ++d)
      if ((at_ends_.lower[d] == kind::none && at[d] < radius_[d]) ||
          (at_ends_.upper[d] == kind::none && at[d] >= shape_[d] - radius_[d]))
        return false;
    return true;
  }

  shape_t<N> shape_;
  shape_t<N> radius_;
  conditions<N> at_ends_;
};

/// Own elements that differ in some bit from those of a serial array.
template <class T, std::size_t N>
index_t wrong_elements(const global_array<T, N>& u, reference<T, N>& all) {
  index_t wrong = 0;
  const view<const T, N> mine = u.owned();
  for_each_index(mine.shape(), [&](shape_t<N> at) {
    index_t offset = 0;
    for (std::size_t d = 0; d < N; ++d) {
      offset += at[d] * mine.strides()[d];
      at[d] += u.block().lower[d];
    }
    wrong += same_bits(mine.data()[offset], all(at)) ? 0 : 1;
  });
  return wrong;
}

template <class T, std::size_t N>
void fill_both(random_source& random, global_array<T, N>& u, reference<T, N>& all) {
  all.for_each_cell(
      [&](const shape_t<N>& at) { all(at) = static_cast<T>(random.between(-20, 20)); });
  u.fill([&](auto... i) { return all({static_cast<index_t>(i)...}); });
}

/// Halos for so many steps, sometimes wider.
template <std::size_t N>
halo<N> halo_for(random_source& random, index_t steps, const shape_t<N>& radius) {
  halo<N> width;
  for (std::size_t d = 0; d < N; ++d)
    width.lower[d] = width.upper[d] = steps * radius[d] + (random.one_in(3) ? 1 : 0);
  return width;
}

template <class T, std::size_t N, class Kernel> class random_runs {
public:
  random_runs(const stencil_radius<N>& radius, const Kernel& kernel)
      : radius_(radius), kernel_(kernel) {}

  void run(int cases, index_t largest) {
    SCOPED_TRACE(random_.trace());
    for (int i = 0; i < cases; ++i) check_one(largest);
    EXPECT_GT(changed_, 0);
  }

private:
  void check_one(index_t largest) {
    const process_grid<N>& grid = any_of(random_, grids_);
    const auto shape = random_shape_of<N>(random_, largest);
    const auto blocks = random_distribution(random_, shape, grid.dims());
    const index_t deepest = random_.between(1, 5);
    const halo<N> width = halo_for<N>(random_, deepest, radius_.along);
    const auto at_ends = random_conditions<N>(random_);
    global_array<T, N> u(grid, blocks, width);
    set_conditions(u, at_ends);
    serial_steps<T, N> serial(shape, radius_, at_ends);
    fill_both(random_, u, serial.now);
    global_array<T, N> v = u;
    const index_t steps = random_.between(1, 11);
    const double start = static_cast<double>(random_.between(0, 9));
    u.set_time(start);
    iterate_options<T, N> options = random_options(deepest);
    index_t calls = 0;
    if (options.every > 0) options.on_steps = [&](index_t, const global_array<T, N>&) { ++calls; };
    const std::string what = std::to_string(steps) + " steps, depth " +
                             std::to_string(options.depth) + ", tile " +
                             std::to_string(options.tile) + "; " + describe(blocks, width);
    EXPECT_EQ(iterate(u, v, steps, kernel_, options), steps);
    for (index_t k = 0; k < steps; ++k)
      serial.take(kernel_, start + static_cast<double>(k) * options.time_step);
    EXPECT_EQ(calls, options.every > 0 ? steps / options.every : 0);
    EXPECT_EQ(wrong_elements(u, serial.now), 0) << what;
    EXPECT_EQ(wrong_elements(v, serial.before), 0) << what;
    changed_ += allreduce_sum(world(), wrong_elements(u, serial.before));
  }

  iterate_options<T, N> random_options(index_t deepest) {
    iterate_options<T, N> options{.radius = radius_};
    options.depth = random_.one_in(3) ? 0 : random_.between(1, deepest);
    options.tile = random_.one_in(3) ? 0 : random_.between(1, 20);
    options.time_step = static_cast<double>(random_.between(0, 4)) / 4;
    options.every = random_.one_in(3) ? random_.between(1, 4) : 0;
    return options;
  }

  random_source random_;
  std::vector<process_grid<N>> grids_ = all_grids<N>(world());
  stencil_radius<N> radius_;
  Kernel kernel_;
  index_t changed_ = 0;
};

template <class T, std::size_t N, class Kernel>
void check_random(int cases, index_t largest, const stencil_radius<N>& radius,
                  const Kernel& kernel) {
  random_runs<T, N, Kernel>(radius, kernel).run(cases, largest);
}

} // namespace

TEST(iterate_boundary, one_axis) { check_random<double, 1>(150, 40, 2, five_points_1d); }

TEST(iterate_boundary, two_axes_with_a_radius_each) {
  check_random<double, 2>(120, 24, {2, 1}, high_and_narrow);
}

TEST(iterate_boundary, an_axis_that_is_not_read_along) {
  check_random<double, 2>(60, 20, {1, 0}, upwards_only);
}

TEST(iterate_boundary, two_axes_of_integers) {
  check_random<std::int16_t, 2>(60, 20, 1, whole_numbers);
}

TEST(iterate_boundary, three_axes) { check_random<float, 3>(40, 9, 1, corners_3d); }

TEST(iterate_boundary, domains_and_blocks_thinner_than_the_halo) {
  check_random<double, 2>(100, 4, {2, 1}, high_and_narrow);
}

TEST(iterate_boundary, wide_tiles_next_to_each_other) {
  global_array<double, 2> u(process_grid<2>(world(), {world().size(), 1}), {40, 1300}, halo<2>(8));
  const conditions<2> at_ends{{kind::reflecting, kind::function},
                              {kind::fixed, kind::extrapolated}};
  set_conditions(u, at_ends);
  serial_steps<double, 2> serial(u.shape(), 1, at_ends);
  random_source random;
  SCOPED_TRACE(random.trace());
  fill_both(random, u, serial.now);
  global_array<double, 2> v = u;
  const auto kernel = [](const auto& c) {
    return c(0, 0) + 0.125 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
  };
  iterate(u, v, 19, kernel, {.depth = 8, .tile = 512, .time_step = 2.0});
  for (index_t k = 0; k < 19; ++k) serial.take(kernel, 2.0 * static_cast<double>(k));
  EXPECT_EQ(wrong_elements(u, serial.now), 0);
  EXPECT_EQ(wrong_elements(v, serial.before), 0);
}

TEST(iterate_boundary, leaves_both_arrays_with_their_times) {
  global_array<double, 1> u(process_grid<1>(world()), {6}, halo<1>(2));
  u.set_boundary([](index_t, double t) { return t; });
  u = 0.0;
  u.set_time(10.0);
  global_array<double, 1> v = u;
  const auto shifted = [](const auto& c) { return c(-1); };
  iterate(u, v, 3, shifted, {.time_step = 2.0});
  EXPECT_EQ(u.at(0), 14.0);
  EXPECT_EQ(u.at(2), 10.0);
  EXPECT_EQ(v.at(0), 12.0);
  global_array<double, 1> next(u.grid(), u.distribution());
  apply(next, u, shifted);
  EXPECT_EQ(next.at(0), 16.0);
  apply(next, v, shifted);
  EXPECT_EQ(next.at(0), 14.0);
}

TEST(iterate_boundary, ends_when_nothing_changes_any_more) {
  global_array<double, 2> u(process_grid<2>(world()), {9, 5}, halo<2>(8));
  u = 0.0;
  u.set_boundary(axis(0), boundary::fixed(0.0), boundary::fixed(1.0));
  u.set_boundary(axis(1), boundary::reflecting);
  global_array<double, 2> v = u;
  const index_t done =
      iterate(u, v, 100000,
              [](const auto& c) {
                return c(0, 0) + 0.25 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
              },
              {.every = 50, .until = [](const auto& now, const auto& before) {
                 return max(abs(now - before)) < 1e-14;
               }});
  EXPECT_LT(done, 5000);
  const ndarray<double, 2> found = u.gather_all();
  for (index_t i = 0; i < 9; ++i)
    for (index_t j = 0; j < 5; ++j)
      EXPECT_NEAR(found(i, j), static_cast<double>(i + 1) / 10.0, 1e-12);
}
