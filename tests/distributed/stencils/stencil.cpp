#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/stencil.hpp>

#include <stdexcept>
#include <string>

using namespace tessera_test;

namespace {

/// Both arrays of a serial computation: the whole of it on every rank.
template <class T> using cells = std::vector<T>;

/// What a kernel is given by the serial loop.
template <class T, std::size_t N> struct serial_point {
  const cells<T>* u;
  shape_t<N> shape;
  shape_t<N> index;

  template <class... Offset> T operator()(Offset... offset) const {
    const shape_t<N> steps{static_cast<index_t>(offset)...};
    shape_t<N> at{};
    for (std::size_t d = 0; d < N; ++d)
      at[d] = ((index[d] + steps[d]) % shape[d] + shape[d]) % shape[d];
    return (*u)[static_cast<std::size_t>(flat_index(at, shape))];
  }
};

/// Would a stencil as wide as the halo leave the domain here?
template <std::size_t N>
bool is_near_end(const shape_t<N>& index, const shape_t<N>& shape, const halo<N>& width) {
  for (std::size_t d = 0; d < N; ++d)
    if (!width.periodic[d] && (index[d] < width.lower[d] || index[d] >= shape[d] - width.upper[d]))
      return true;
  return false;
}

template <class T, std::size_t N, class Kernel>
void serial_apply(cells<T>& v, const cells<T>& u, const shape_t<N>& shape, const halo<N>& width,
                  const Kernel& kernel) {
  for_each_index(shape, [&](const shape_t<N>& index) {
    if (is_near_end(index, shape, width)) return;
    v[static_cast<std::size_t>(flat_index(index, shape))] =
        static_cast<T>(kernel(serial_point<T, N>{&u, shape, index}));
  });
}

/// Values without a pattern, of a size that no kernel here lets overflow.
template <class T> cells<T> random_cells(random_source& random, index_t count) {
  cells<T> result(static_cast<std::size_t>(count));
  for (T& x : result) {
    const index_t drawn = random.between(-1000000, 1000000);
    x = std::is_integral_v<T> ? static_cast<T>(drawn % 10)
                              : static_cast<T>(static_cast<double>(drawn) / 7.0);
  }
  return result;
}

template <class T, std::size_t N> void set(global_array<T, N>& u, const cells<T>& values) {
  u.fill([&values, shape = u.shape()](auto... i) {
    return values[static_cast<std::size_t>(flat_index<N>({static_cast<index_t>(i)...}, shape))];
  });
}

template <class T, std::size_t N>
index_t wrong_cells(const global_array<T, N>& u, const cells<T>& expected) {
  const ndarray<T, N> whole = u.gather_all();
  index_t wrong = 0;
  for (index_t i = 0; i < whole.size(); ++i)
    wrong += same_bits(whole.data()[i], expected[static_cast<std::size_t>(i)]) ? 0 : 1;
  return wrong;
}

/// The same steps in parallel and serially, the arrays changing places after each.
template <class T, std::size_t N> class comparison {
public:
  comparison(random_source& random, const process_grid<N>& grid, const distribution<N>& blocks,
             const halo<N>& width)
      : serial_u_(random_cells<T>(random, size_of(blocks.shape()))),
        serial_v_(random_cells<T>(random, size_of(blocks.shape()))), u_(grid, blocks, width),
        v_(grid, blocks, width) {
    set(u_, serial_u_);
    set(v_, serial_v_);
  }

  template <class Kernel> void run(int steps, const Kernel& kernel) {
    const cells<T> start = serial_u_;
    for (int step = 0; step < steps; ++step) {
      apply(v_, u_, kernel);
      serial_apply(serial_v_, serial_u_, u_.shape(), u_.halo(), kernel);
      std::swap(u_, v_);
      std::swap(serial_u_, serial_v_);
    }
    EXPECT_EQ(wrong_cells(u_, serial_u_), 0) << describe(u_.distribution(), u_.halo());
    EXPECT_EQ(wrong_cells(v_, serial_v_), 0) << describe(u_.distribution(), u_.halo());
    changed_ = wrong_cells(u_, start);
  }

  [[nodiscard]] index_t changed() const { return changed_; }

private:
  cells<T> serial_u_;
  cells<T> serial_v_;
  global_array<T, N> u_;
  global_array<T, N> v_;
  index_t changed_ = 0;
};

/// Random blocks on every grid of the ranks, each axis periodic or not.
template <class T, std::size_t N, class Kernel>
void check_random(int cases, int steps, index_t largest, halo<N> width, const Kernel& kernel) {
  random_source random;
  SCOPED_TRACE(random.trace());
  index_t changed = 0;
  for (const process_grid<N>& grid : all_grids<N>(world())) {
    for (int i = 0; i < cases; ++i) {
      for (std::size_t d = 0; d < N; ++d) width.periodic[d] = random.one_in(2);
      const auto shape = random_shape_of<N>(random, largest);
      comparison<T, N> both(random, grid, random_distribution(random, shape, grid.dims()), width);
      both.run(steps, kernel);
      changed += both.changed();
    }
  }
  EXPECT_GT(changed, cases);
}

const auto three_points = [](const auto& c) { return 0.3 * c(-1) + 0.45 * c(0) + 0.25 * c(1); };
const auto skewed_line = [](const auto& c) { return 0.7 * c(-3) - 0.2 * c(0) + 0.5 * c(1); };
const auto five_points = [](const auto& c) {
  return c(0, 0) + 0.1 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
};
const auto wide_with_corners = [](const auto& c) {
  return 0.4 * c(0, 0) + 0.1 * c(-2, -2) + 0.2 * c(-2, 2) + 0.3 * c(2, -1) - 0.1 * c(1, 2) +
         0.05 * c(2, 2);
};
const auto skewed_plane = [](const auto& c) {
  return 0.5 * c(-2, 0) + 0.3 * c(1, 3) - 0.2 * c(0, 0) + 0.1 * c(-2, 3) + 0.1 * c(0, 2);
};
const auto life_like = [](const auto& c) {
  return (c(-1, -1) + 2 * c(0, 1) - c(1, 0) + 3 * c(1, 1)) % 7;
};
const auto seven_points = [](const auto& c) {
  return c(0, 0, 0) + 0.1 * (c(-1, 0, 0) + c(1, 0, 0) + c(0, -1, 0) + c(0, 1, 0) + c(0, 0, -1) +
                             c(0, 0, 1) - 6.0 * c(0, 0, 0));
};
const auto wide_corners_3d = [](const auto& c) {
  return 0.5 * c(0, 0, 0) + 0.2 * c(-2, -1, 2) + 0.2 * c(2, 2, -2) - 0.1 * c(1, -2, -2);
};
const auto nine_points = [](const auto& c) {
  return 0.4 * c(0, 0, 0, 0) + 0.1 * (c(-1, 0, 0, 0) + c(1, 0, 0, 0)) +
         0.05 * (c(0, -1, 0, 0) + c(0, 1, 0, 0)) + 0.1 * (c(0, 0, -1, 0) + c(0, 0, 1, 0)) +
         0.05 * c(0, 0, 0, -1) + 0.05 * c(1, 1, 1, 1);
};

/// A large array in slabs along the first axis.
template <std::size_t N, class Kernel>
void check_large(const shape_t<N>& shape, const Kernel& kernel) {
  random_source random;
  SCOPED_TRACE(random.trace());
  grid_dims<N> dims;
  dims.fill(1);
  dims[0] = world().size();
  const process_grid<N> grid(world(), dims);
  comparison<double, N> both(random, grid, distribution<N>(shape, dims), halo<N>(1));
  both.run(2, kernel);
  EXPECT_GT(both.changed(), size_of(shape) / 4);
}

} // namespace

TEST(stencil, one_axis) {
  check_random<double>(60, 3, 20, halo<1>(1), three_points);
  check_random<double>(60, 3, 20, halo<1>({3}, {1}), skewed_line);
}

TEST(stencil, two_axes) { check_random<double>(40, 3, 12, halo<2>(1), five_points); }

TEST(stencil, two_axes_wide) { check_random<double>(40, 3, 14, halo<2>(2), wide_with_corners); }

TEST(stencil, two_axes_asymmetric) {
  check_random<double>(40, 3, 14, halo<2>({2, 0}, {1, 3}), skewed_plane);
}

TEST(stencil, two_axes_of_float) { check_random<float>(30, 3, 12, halo<2>(1), five_points); }

TEST(stencil, two_axes_of_int) { check_random<int>(30, 3, 12, halo<2>(1), life_like); }

TEST(stencil, three_axes) { check_random<double>(12, 3, 9, halo<3>(1), seven_points); }

TEST(stencil, three_axes_wide) { check_random<float>(12, 3, 9, halo<3>(2), wide_corners_3d); }

TEST(stencil, four_axes) { check_random<double>(4, 2, 5, halo<4>(1), nine_points); }

TEST(stencil, halo_wider_than_the_kernel) {
  check_random<double>(30, 3, 10, halo<2>({3, 2}, {2, 4}), five_points);
}

TEST(stencil, blocks_thinner_than_the_halo) {
  check_random<double>(30, 3, 3, halo<2>(2), wide_with_corners);
}

TEST(stencil, twenty_steps) { check_random<double>(3, 20, 16, halo<2>(1), five_points); }

// Two rows are computed at once where a plane does not fit the cache; the odd one is left over.
TEST(stencil, planes_larger_than_the_cache) {
  const index_t rows = 263;
  const index_t n = 807;
  ASSERT_TRUE(detail::is_out_of_cache((rows - 2) * (n - 2) * index_t{sizeof(double)}));
  check_large<2>({rows * world().size(), n}, five_points);
  check_large<2>({(rows + 1) * world().size(), n}, five_points);
}

TEST(stencil, several_bands_of_rows) {
  const index_t n = 2000;
  const index_t rows = 40;
  ASSERT_LT(2 * detail::rows_per_band(n * index_t{sizeof(double)}, 4), rows);
  check_large<3>({3 * world().size(), rows, n}, seven_points);
}

TEST(stencil, result_without_halo) {
  const process_grid<2> grid(world());
  const shape_t<2> shape{9, 11};
  random_source random;
  const cells<double> start = random_cells<double>(random, size_of(shape));
  global_array<double, 2> u(grid, shape, halo<2>(1, true));
  global_array<double, 2> v(grid, shape);
  set(u, start);
  apply(v, u, five_points);
  cells<double> expected(start);
  serial_apply(expected, start, shape, u.halo(), five_points);
  EXPECT_EQ(wrong_cells(v, expected), 0);
}

TEST(stencil, domain_smaller_than_the_kernel_is_left_alone) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {3, 20}, halo<2>(2));
  global_array<double, 2> v(grid, {3, 20}, halo<2>(2));
  u = 1.0;
  v = 7.0;
  apply(v, u, wide_with_corners);
  EXPECT_EQ(sum(v), 7.0 * 60);
}

TEST(stencil, onto_itself_is_refused) {
  global_array<double, 2> u(process_grid<2>(world()), {8, 8}, halo<2>(1));
  u = 1.0;
  const std::string text = message_of<argument_error>([&] { apply(u, u, five_points); });
  EXPECT_NE(text.find("same array"), std::string::npos) << text;
  EXPECT_EQ(sum(u), 64.0);
}

TEST(stencil, other_distribution_is_refused) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {8, 8}, halo<2>(1));
  global_array<double, 2> v(grid, {8, 9}, halo<2>(1));
  const std::string text = message_of<argument_error>([&] { apply(v, u, five_points); });
  EXPECT_NE(text.find("shape (8, 8)"), std::string::npos) << text;
  EXPECT_NE(text.find("shape (8, 9)"), std::string::npos) << text;
}

TEST(stencil, after_a_refusal_all_goes_on) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {8, 8}, halo<2>(1, true));
  global_array<double, 2> v(grid, {8, 8}, halo<2>(1, true));
  u = 1.0;
  message_of<argument_error>([&] { apply(u, u, five_points); });
  apply(v, u, five_points);
  EXPECT_EQ(sum(v), 64.0);
}

namespace {

/// Two periodic rows or more on every rank.
struct rows {
  rows() {
    u.fill([](index_t i, index_t j) { return static_cast<double>(i * 20 + j); });
  }

  process_grid<2> grid{world(), {0, 1}};
  global_array<double, 2> u{grid, {2 * world().size(), 20}, halo<2>(1, true)};
  global_array<double, 2> v{grid, u.distribution()};

  /// What `apply` says, on every rank; it goes on afterwards.
  template <class Error, class Kernel> std::string refusal(const Kernel& kernel) {
    const std::string text = message_of<Error>([&] { apply(v, u, kernel); });
    EXPECT_EQ(broadcast(world(), text, 0), text);
    apply(v, u, [](auto c) { return c(1, -1); });
    EXPECT_EQ(sum(v), sum(u));
    return text;
  }
};

void expect_names(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

} // namespace

// Whatever the optimiser knows of the kernel: these are found before, or while they run.
TEST(stencil, offsets_beyond_the_halo_are_errors) {
  rows r;
  const std::string text = r.refusal<index_error>([](const auto& c) { return c(0, 0) + c(0, 2); });
  expect_names(text, "offset 2 along axis 1");
  expect_names(text, "shape " + to_string(r.u.shape()));
  expect_names(text, "from -1 to 1");
  expect_names(r.refusal<index_error>([](auto c) { return c(-3, 1); }), "offset -3 along axis 0");
  int two = 2;
  expect_names(r.refusal<index_error>([&two](auto c) { return c(two, 0); }), "offset 2 along axis");
  const auto by_type = [](const stencil_point<double, 2>& c) { return c(0, -2); };
  expect_names(r.refusal<index_error>(by_type), "offset -2 along axis 1");
}

TEST(stencil, offsets_beyond_the_halo_of_one_cell_are_errors_on_all_ranks) {
  rows r;
  const auto last = static_cast<double>(r.u.size() - 1);
  const auto branches = [last](auto c) { return c(0, 0) == last ? c(0, 7) : c(0, 1); };
  expect_names(r.refusal<index_error>(branches), "offset 7 along axis 1");
  // Far outside of the memory of any rank.
  const auto data = [last](auto c) { return c(c(0, 0) == last ? 1 << 30 : 0, 0); };
  expect_names(r.refusal<index_error>(data), "offset 1073741824 along axis 0");
  const auto never = [](auto c) { return c(0, 0) < 0.0 ? c(0, 9) : c(0, 0); };
  apply(r.v, r.u, never);
  EXPECT_TRUE(array_equal(r.v, r.u));
}

TEST(stencil, kernels_that_branch_loop_or_hide_compute_the_same) {
  const auto upwind = [](auto c) { return c(0, 0) > 0 ? c(0, 0) - c(-1, 0) : c(1, 0) - c(0, 1); };
  check_random<double, 2>(2, 2, 9, halo<2>(1), upwind);
  int reach = 1;
  const auto looping = [&reach](auto c) {
    double s = 0.0;
    for (int k = -reach; k <= reach; ++k) s += 0.25 * c(k, -k);
    return s;
  };
  check_random<double, 2>(2, 2, 9, halo<2>(1), looping);
  const auto throwing = [](auto c) {
    if (c(0, 0) != c(0, 0)) throw std::runtime_error("NaN");
    return 0.5 * (c(0, -1) + c(0, 1));
  };
  check_random<double, 2>(2, 2, 9, halo<2>(1), throwing);
}

TEST(stencil, what_a_kernel_throws_is_thrown_on_all_ranks) {
  rows r;
  for (int rank = 0; rank < world().size(); ++rank) {
    const auto bad = static_cast<double>(20 * r.u.distribution().block(rank).lower[0]);
    const std::string text = r.refusal<error>([bad](auto c) {
      if (c(0, 0) == bad) throw argument_error("a cell of " + std::to_string(c(0, 1)));
      return c(0, 0);
    });
    expect_names(text, "a cell of");
    if (world().size() > 1) expect_names(text, "rank " + std::to_string(rank) + ": ");
  }
  expect_names(r.refusal<error>([](auto c) -> double {
    if (c(0, 0) >= 0.0) throw 1;
    return 0.0;
  }),
               "unknown type");
}

TEST(stencil, what_reads_only_itself_is_computed_up_to_the_ends) {
  global_array<double, 2> u(process_grid<2>(world()), {9, 8}, halo<2>(2));
  global_array<double, 2> v(u.grid(), u.distribution());
  u = 3.0;
  v = -1.0;
  apply(v, u, [](auto c) { return 2.0 * c(0, 0); });
  EXPECT_EQ(min(v), 6.0);
  v = -1.0; // as far as it shows when the cells are computed
  apply(v, u, [](auto c) { return c(0, 0) > 0.0 ? 2.0 * c(0, 0) : c(0, 1); });
  EXPECT_EQ(min(v), 6.0);
  v = -1.0;
  apply(v, u, [](auto c) { return c(0, 0) > 0.0 ? c(0, 0) + c(1, 0) : c(0, 1); });
  EXPECT_EQ(sum(v), 5 * 4 * 6.0 - (9 * 8 - 5 * 4));
}
