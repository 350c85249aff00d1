// Random systems of kernels on several fields, against serial arrays that take stage by stage.
#include "serial_stages.hpp"
#include "with_threads.hpp"

#include <tessera/distributed/stencils/stages.hpp>

#include <functional>
#include <memory>
#include <vector>

using namespace tessera_test;

namespace {

template <std::size_t N> class random_system {
public:
  using field = twin_field<double, N>;
  using small_field = twin_field<float, N>;

  random_system(random_source& random, const process_grid<N>& grid, index_t largest)
      : random_(random) {
    const shape_t<N> cells = random_shape_of<N>(random, largest);
    const auto blocks = random_distribution<N>(random, cells, grid.dims());
    const index_t pairs = random.between(1, 3);
    for (index_t p = 0; p < pairs; ++p) {
      const conditions<N> ends = random_conditions<N>(random);
      const halo<N> width = halo_of(ends);
      distribution<N> own = blocks;
      for (std::size_t d = 0; d < N; ++d)
        if (random.one_in(3) && ends.lower[d] != kind::periodic && cells[d] > 0)
          own = staggered(own, axis(d));
      what_ += describe(own, width) + "; ";
      for (int twin = 0; twin < 2; ++twin)
        fields_.push_back(
            std::make_unique<field>(grid, own, width, ends, static_cast<index_t>(fields_.size())));
    }
    const conditions<N> ends = random_conditions<N>(random);
    const halo<N> width = halo_of(ends);
    for (index_t k = 0; k < 2; ++k)
      small_.push_back(std::make_unique<small_field>(grid, blocks, width, ends, 11 + k));
    const index_t kernels = random.between(1, 5);
    one_from_one<1, 0>();
    for (index_t k = 1; k < kernels; ++k) add_random_stage();
    if (random.one_in(3)) add_swap();
  }

  /// Elements that differ in some bit.
  index_t run(index_t steps, const stages_options& options) {
    EXPECT_EQ(iterate(stages_, steps, options), steps) << what_;
    for (index_t s = 0; s < steps; ++s)
      for (const auto& run : serial_) run(s);
    index_t wrong = 0;
    for (auto& f : fields_) wrong += wrong_in(*f);
    for (auto& f : small_) wrong += wrong_in(*f);
    return wrong;
  }
  [[nodiscard]] const std::string& what() const { return what_; }

private:
  halo<N> halo_of(const conditions<N>& ends) {
    halo<N> width;
    for (std::size_t d = 0; d < N; ++d) {
      width.lower[d] = random_.between(4, random_.one_in(2) ? 6 : 20);
      width.upper[d] = random_.between(4, random_.one_in(2) ? 6 : 20);
      width.periodic[d] = ends.lower[d] == kind::periodic;
    }
    return width;
  }

  template <class F> static index_t wrong_in(F& f) {
    index_t wrong = 0;
    const auto mine = std::as_const(f.array).owned();
    for_each_index(mine.shape(), [&](shape_t<N> at) {
      index_t offset = 0;
      for (std::size_t d = 0; d < N; ++d) {
        offset += at[d] * mine.strides()[d];
        at[d] += f.array.block().lower[d];
      }
      wrong += same_bits(mine.data()[offset], f.serial(at)) ? 0 : 1;
    });
    return wrong;
  }

  field& any() { return *any_of(random_, fields_); }
  field& other_than(const std::vector<const void*>& used) {
    while (true) {
      field& f = any();
      if (std::find(used.begin(), used.end(), &f) == used.end()) return f;
    }
  }

  limits<N> random_limits(const field& f) {
    limits<N> limit;
    if (random_.one_in(5)) limit.delay = 0.5;
    if (random_.one_in(4) && size_of(f.shape) > 0) {
      limit.are_set = true;
      for (std::size_t d = 0; d < N; ++d) {
        limit.lower[d] = random_.between(0, f.shape[d] - 1);
        limit.upper[d] = random_.between(limit.lower[d] + 1, f.shape[d]);
      }
    }
    return limit;
  }

  template <class Stage> void add(const Stage& stage, const limits<N>& limit) {
    const auto timed = stage.after(limit.delay);
    stages_.add(limit.are_set ? timed.within(limit.lower, limit.upper) : timed);
  }

  template <class A> static std::pair<shape_t<N>, shape_t<N>> reach_of() {
    std::pair<shape_t<N>, shape_t<N>> reach;
    for (std::size_t d = 0; d < N; ++d) {
      reach.first[d] = N == 1 ? std::max(A::lower(d), index_t{0}) : A::lower(d);
      reach.second[d] = A::upper(d);
    }
    return reach;
  }

  /// One array from one.
  template <int Lower, int Upper> void one_from_one() {
    using A = around<N, Lower, Upper>;
    field& to = any();
    field& from = other_than({&to});
    const auto limit = random_limits(to);
    const auto kernel = [](const auto& c) { return A::value(c, 0.5); };
    add(stage(to.array, from.array, kernel), limit);
    serial_.push_back([&to, &from, limit, kernel](index_t step) {
      run_serially<N>(limit, step, std::tie(to), std::tie(from), {reach_of<A>()},
                      [&](const auto&, const shape_t<N>& at) {
                        return std::tuple(kernel(reference_point<double, N>{from.serial, at}));
                      });
    });
  }

  /// One from two, with its cell.
  template <class A, class B> void one_from_two() {
    field& to = any();
    field& from = other_than({&to});
    field& more = other_than({&to, &from});
    const auto limit = random_limits(to);
    const auto kernel = [](const auto& here, const auto& c, const auto& m) {
      return A::value(c, 0.25) - 0.5 * B::value(m, 0.25) +
             static_cast<double>(here(0) * 3 + here(N - 1) + here.step()) / 32 + here.time();
    };
    add(stage(to.array, std::tie(from.array, more.array), kernel), limit);
    serial_.push_back([&to, &from, &more, limit, kernel](index_t step) {
      run_serially<N>(limit, step, std::tie(to), std::tie(from, more),
                      {reach_of<A>(), reach_of<B>()}, [&](const auto& here, const shape_t<N>& at) {
                        return std::tuple(kernel(here, reference_point<double, N>{from.serial, at},
                                                 reference_point<double, N>{more.serial, at}));
                      });
    });
  }

  /// Two from three, one of which is replaced in place.
  template <class A, class B> void two_from_three() {
    field& to = any();
    field& from = other_than({&to});
    field& more = other_than({&to, &from});
    const auto limit = random_limits(to.shape[0] < more.shape[0] ? to : more);
    bool fits = true;
    for (std::size_t d = 0; d < N; ++d) fits = fits && limit.upper[d] <= to.shape[d];
    if (!fits) return;
    const auto both = [](const auto& own, const auto& c, const auto& m) {
      const double mine = around<N, 0, 0>::at(own, 0, 0);
      return std::pair(0.5 * mine + 0.5 * A::value(c, 0.25),
                       0.25 * around<N, 0, 0>::at(m, 0, 0) - B::value(c, 0.125));
    };
    add(stage(std::tie(to.array, more.array), std::tie(to.array, from.array, more.array), both),
        limit);
    serial_.push_back([&to, &from, &more, limit, both](index_t step) {
      using none = around<N, 0, 0>;
      auto wide = reach_of<A>();
      const auto other = reach_of<B>();
      for (std::size_t d = 0; d < N; ++d) {
        wide.first[d] = std::max(wide.first[d], other.first[d]);
        wide.second[d] = std::max(wide.second[d], other.second[d]);
      }
      run_serially<N>(limit, step, std::tie(to, more), std::tie(to, from, more),
                      {reach_of<none>(), wide, reach_of<none>()},
                      [&](const auto&, const shape_t<N>& at) {
                        const auto [x, y] = both(reference_point<double, N>{to.serial, at},
                                                 reference_point<double, N>{from.serial, at},
                                                 reference_point<double, N>{more.serial, at});
                        return std::tuple(x, y);
                      });
    });
  }

  /// Cells of one colour, in place.
  void on_colour() {
    field& to = any();
    field& from = other_than({&to});
    for (std::size_t d = 0; d < N; ++d) // where the first and the last cell have one colour
      if (to.at_ends.lower[d] == kind::periodic && to.shape[d] % 2 == 1) return chooses();
    auto limit = random_limits(to);
    limit.colour = random_.between(0, 1);
    const auto kernel = [](const auto& u, const auto& f) {
      using A = around<N, 1, 1>;
      double sum = A::at(u, -1, 0) - 0.5 * A::at(u, 1, 0) + 0.25 * A::at(f, 0, 0);
      if (N > 1) sum += 0.5 * A::at(u, 0, 1) - A::at(u, 0, -1);
      return 0.25 * sum;
    };
    add(stage(to.array, std::tie(to.array, from.array), kernel).on_colour(*limit.colour), limit);
    serial_.push_back([&to, &from, limit, kernel](index_t step) {
      run_serially<N>(limit, step, std::tie(to), std::tie(to, from),
                      {reach_of<around<N, 1, 1>>(), reach_of<around<N, 0, 0>>()},
                      [&](const auto&, const shape_t<N>& at) {
                        return std::tuple(kernel(reference_point<double, N>{to.serial, at},
                                                 reference_point<double, N>{from.serial, at}));
                      });
    });
  }

  /// Cells that a mask chooses; sometimes of one colour, too.
  void masked() {
    field& to = any();
    field& from = other_than({&to});
    auto limit = random_limits(to);
    limit.are_chosen = true;
    halo<N> width;
    for (std::size_t d = 0; d < N; ++d) width.lower[d] = width.upper[d] = random_.between(0, 9);
    masks_.push_back(
        std::make_unique<global_array<bool, N>>(to.array.grid(), to.array.distribution(), width));
    global_array<bool, N>& mask = *masks_.back();
    mask.fill([](auto... i) { return is_chosen<N>({static_cast<index_t>(i)...}); });
    using A = around<N, 1, 2>;
    const auto kernel = [](const auto& c) { return A::value(c, 0.25); };
    const auto all = stage(to.array, from.array, kernel);
    if (random_.one_in(2)) {
      add(all.only_where(mask), limit);
    } else {
      limit.colour = random_.between(0, 1);
      if (random_.one_in(2))
        add(all.on_colour(*limit.colour).only_where(mask), limit);
      else
        add(all.only_where(mask).on_colour(*limit.colour), limit);
    }
    serial_.push_back([&to, &from, limit, kernel](index_t step) {
      run_serially<N>(limit, step, std::tie(to), std::tie(from), {reach_of<A>()},
                      [&](const auto&, const shape_t<N>& at) {
                        return std::tuple(kernel(reference_point<double, N>{from.serial, at}));
                      });
    });
  }

  /// A kernel that chooses by what it reads.
  void chooses() {
    field& to = any();
    field& from = other_than({&to});
    const auto limit = random_limits(to);
    const auto kernel = [](const auto& c) {
      using A = around<N, 2, 2>;
      return A::at(c, 0, 0) > 4.0 ? 0.5 * A::at(c, -2, 0) : 0.75 * A::at(c, 0, 2);
    };
    add(stage(to.array, from.array, kernel).reading(2), limit);
    serial_.push_back([&to, &from, limit, kernel](index_t step) {
      std::pair<shape_t<N>, shape_t<N>> reach;
      reach.first.fill(2);
      reach.second.fill(2);
      run_serially<N>(limit, step, std::tie(to), std::tie(from), {reach},
                      [&](const auto&, const shape_t<N>& at) {
                        return std::tuple(kernel(reference_point<double, N>{from.serial, at}));
                      });
    });
  }

  /// Elements of another type.
  void small_from_both() {
    small_field& to = *small_[0];
    small_field& from = *small_[1];
    field& wide = any();
    using A = around<N, 0, 1>;
    using B = around<N, 2, 0>;
    const auto kernel = [](const auto& c, const auto& w) {
      return A::value(c, 0.5) + B::value(w, 0.125);
    };
    stages_.add(stage(to.array, std::tie(from.array, wide.array), kernel));
    const limits<N> none;
    serial_.push_back([&to, &from, &wide, kernel, none](index_t step) {
      run_serially<N>(none, step, std::tie(to), std::tie(from, wide),
                      {reach_of<A>(), reach_of<B>()}, [&](const auto&, const shape_t<N>& at) {
                        return std::tuple(static_cast<float>(
                            kernel(reference_point<float, N>{from.serial, at},
                                   reference_point<double, N>{wide.serial, at})));
                      });
    });
    if (!random_.one_in(2)) return;
    stages_.add(swapping(to.array, from.array));
    serial_.push_back([&to, &from](index_t) { std::swap(to.serial, from.serial); });
  }

  void add_swap() {
    const auto pair =
        static_cast<std::size_t>(random_.between(0, static_cast<index_t>(fields_.size()) / 2 - 1));
    field& a = *fields_[2 * pair];
    field& b = *fields_[2 * pair + 1];
    what_ += "swap; ";
    if (fields_.size() > 2 && random_.one_in(2)) {
      const std::size_t other = pair == 0 ? 1 : 0;
      field& c = *fields_[2 * other];
      field& d = *fields_[2 * other + 1];
      stages_.add(swapping(std::tie(a.array, c.array), std::tie(b.array, d.array)));
      serial_.push_back([&c, &d](index_t) { std::swap(c.serial, d.serial); });
    } else {
      stages_.add(swapping(a.array, b.array));
    }
    serial_.push_back([&a, &b](index_t) { std::swap(a.serial, b.serial); });
  }

  void add_random_stage() {
    const index_t which = random_.between(0, fields_.size() > 2 ? 10 : 6);
    what_ += "stage " + std::to_string(which) + "; ";
    switch (which) {
    case 0: return one_from_one<1, 1>();
    case 1: return one_from_one<0, 3>();
    case 2: return one_from_one<2, 1>();
    case 3: return on_colour();
    case 4: return chooses();
    case 5: return small_from_both();
    case 6: return masked();
    case 7: return one_from_two<around<N, 1, 0>, around<N, 0, 2>>();
    case 8: return one_from_two<around<N, 0, 0>, around<N, 1, 1>>();
    case 9: return two_from_three<around<N, 1, 1>, around<N, 0, 2>>();
    default: return add_swap();
    }
  }

  random_source& random_;
  std::vector<std::unique_ptr<field>> fields_;
  std::vector<std::unique_ptr<small_field>> small_;
  std::vector<std::unique_ptr<global_array<bool, N>>> masks_;
  stages stages_;
  std::vector<std::function<void(index_t)>> serial_;
  std::string what_;
};

template <std::size_t N> void check_random(int cases, index_t largest) {
  random_source random;
  SCOPED_TRACE(random.trace());
  int together = 0;
  for (const process_grid<N>& grid : all_grids<N>(world()))
    for (int i = 0; i < cases; ++i) {
      random_system<N> system(random, grid, largest);
      stages_options options{.tile = random.one_in(2) ? 0 : random.between(1, 20),
                             .stage_by_stage = random.one_in(4),
                             .time_step = time_step};
      if (!options.stage_by_stage) options.depth = random.one_in(2) ? 0 : random.between(1, 3);
      const index_t steps = random.between(1, 7);
      const with_threads several(static_cast<int>(random.between(1, 4)));
      try {
        EXPECT_EQ(system.run(steps, options), 0)
            << "case " << i << ", " << threads() << " threads, " << steps << " steps, depth "
            << options.depth << ", tile " << options.tile << ", by stage " << options.stage_by_stage
            << ": " << system.what();
        together += options.stage_by_stage ? 0 : 1;
      } catch (const argument_error& e) {
        EXPECT_NE(std::string(e.what()).find("steps at a time; the halos are wide enough"),
                  std::string::npos)
            << e.what() << system.what();
      }
      if (::testing::Test::HasFailure()) return;
    }
  EXPECT_GT(together, 0);
}

} // namespace

TEST(random_stages, one_axis) { check_random<1>(60, 40); }
TEST(random_stages, two_axes) { check_random<2>(40, 20); }
TEST(random_stages, thin) { check_random<2>(30, 4); }
TEST(random_stages, three_axes) { check_random<3>(12, 9); }
