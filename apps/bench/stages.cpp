#include "stages.hpp"

#include "hand/hand_fields.hpp"
#include "measure.hpp"

#include <tessera/distributed.hpp>

#include <array>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

constexpr index_t tuning_steps = 176; // more than `iterate` spends on finding its tiles

double value_at(long i, long j, long k) {
  return 1.0 + 1e-4 * static_cast<double>((i * 31 + j * 17 + k * 7) % 101);
}

/// Fluxes of the shallow-water equations along both axes.
constexpr auto flux_x = [](double h, double u, double v) {
  return std::array<double, 3>{u, u * u / h + 4.905 * h * h, u * v / h};
};
constexpr auto flux_y = [](double h, double u, double v) {
  return std::array<double, 3>{v, u * v / h, v * v / h + 4.905 * h * h};
};
constexpr double flow = 1e-3; // time step by the size of a cell

/// MacCormack's two kernels: forward differences, then backward ones.
constexpr auto predict = [](const auto& h, const auto& u, const auto& v) {
  const auto x = flux_x(h(0, 0), u(0, 0), v(0, 0));
  const auto y = flux_y(h(0, 0), u(0, 0), v(0, 0));
  const auto right = flux_x(h(1, 0), u(1, 0), v(1, 0));
  const auto up = flux_y(h(0, 1), u(0, 1), v(0, 1));
  return std::array<double, 3>{h(0, 0) - flow * (right[0] - x[0] + up[0] - y[0]),
                               u(0, 0) - flow * (right[1] - x[1] + up[1] - y[1]),
                               v(0, 0) - flow * (right[2] - x[2] + up[2] - y[2])};
};
constexpr auto correct = [](const auto& h0, const auto& u0, const auto& v0, const auto& h,
                            const auto& u, const auto& v) {
  const auto x = flux_x(h(0, 0), u(0, 0), v(0, 0));
  const auto y = flux_y(h(0, 0), u(0, 0), v(0, 0));
  const auto left = flux_x(h(-1, 0), u(-1, 0), v(-1, 0));
  const auto down = flux_y(h(0, -1), u(0, -1), v(0, -1));
  return std::array<double, 3>{
      0.5 * (h0(0, 0) + h(0, 0) - flow * (x[0] - left[0] + y[0] - down[0])),
      0.5 * (u0(0, 0) + u(0, 0) - flow * (x[1] - left[1] + y[1] - down[1])),
      0.5 * (v0(0, 0) + v(0, 0) - flow * (x[2] - left[2] + y[2] - down[2]))};
};

/// Acoustic waves of order 4 in two axes, of order 4 and 8 in three.
constexpr auto wave = [](const auto& old, const auto& u) {
  const double around = u(-1, 0) + u(1, 0) + u(0, -1) + u(0, 1);
  const double beyond = u(-2, 0) + u(2, 0) + u(0, -2) + u(0, 2);
  return std::array<double, 1>{2.0 * u(0, 0) - old(0, 0) +
                               0.1 * (-5.0 * u(0, 0) + 4.0 / 3.0 * around - 1.0 / 12.0 * beyond)};
};
template <class U> double ring(const U& u, long r) {
  return u(-r, 0, 0) + u(r, 0, 0) + u(0, -r, 0) + u(0, r, 0) + u(0, 0, -r) + u(0, 0, r);
}
constexpr auto wave_of_order_4 = [](const auto& old, const auto& u) {
  return std::array<double, 1>{
      2.0 * u(0, 0, 0) - old(0, 0, 0) +
      0.05 * (-7.5 * u(0, 0, 0) + 4.0 / 3.0 * ring(u, 1) - 1.0 / 12.0 * ring(u, 2))};
};
constexpr auto wave_of_order_8 = [](const auto& old, const auto& u) {
  return std::array<double, 1>{2.0 * u(0, 0, 0) - old(0, 0, 0) +
                               0.05 * (-205.0 / 24.0 * u(0, 0, 0) + 8.0 / 5.0 * ring(u, 1) -
                                       1.0 / 5.0 * ring(u, 2) + 8.0 / 315.0 * ring(u, 3) -
                                       1.0 / 560.0 * ring(u, 4))};
};

/// Gray-Scott.
constexpr auto react = [](const auto& u, const auto& v) {
  const double uvv = u(0, 0) * v(0, 0) * v(0, 0);
  const double du = u(-1, 0) + u(1, 0) + u(0, -1) + u(0, 1) - 4.0 * u(0, 0);
  const double dv = v(-1, 0) + v(1, 0) + v(0, -1) + v(0, 1) - 4.0 * v(0, 0);
  return std::array<double, 2>{u(0, 0) + 0.16 * du - uvv + 0.035 * (1.0 - u(0, 0)),
                               v(0, 0) + 0.08 * dv + uvv - 0.1 * v(0, 0)};
};

/// As many global arrays as plain ones, with the same elements.
template <std::size_t N> struct system_of_fields {
  process_grid<N> grid;
  std::vector<global_array<double, N>> arrays;
  hand_fields hand;

  system_of_fields(const communicator& world, const shape_t<N>& shape, std::size_t count,
                   index_t width, index_t radius)
      : grid(rows(world)),
        hand(world.native(), count, distribution<N>(shape, grid).local_shape(world.rank())[0],
             N == 2 ? 1 : shape[1], shape[N - 1], radius) {
    for (std::size_t k = 0; k < count; ++k) {
      arrays.emplace_back(grid, shape, halo<N>(width));
      arrays.back().fill([](index_t i, auto... rest) {
        if constexpr (N == 2)
          return value_at(i, 0, rest...);
        else
          return value_at(i, rest...);
      });
      hand.fill(k, arrays.back().block().lower[0], value_at);
    }
  }
  static process_grid<N> rows(const communicator& world) {
    grid_dims<N> dims;
    dims.fill(1);
    dims[0] = world.size();
    return {world, dims};
  }
};

/// Measures; `by_hand` takes one step of plain loops.
template <std::size_t N>
void measure(const communicator& world, const char* name, system_of_fields<N>& fields, stages& step,
             index_t steps, const std::function<void()>& by_hand, index_t repetitions) {
  for (index_t s = 0; s < tuning_steps; ++s) by_hand();
  iterate(step, tuning_steps);
  const auto& first = std::as_const(fields.arrays[0]);
  const double* const mine = fields.hand.at(0);
  const auto owned = first.owned();
  const bool same = owned.size() == 0 || owned.data()[0] == mine[0]; // a corner, and one inside
  const index_t middle = owned.shape()[0] / 2;
  index_t at = middle * owned.strides()[0];
  index_t plain = middle;
  for (std::size_t d = 1; d < N; ++d) {
    at += owned.shape()[d] / 2 * owned.strides()[d];
    plain = plain * owned.shape()[d] + owned.shape()[d] / 2;
  }
  if (!same || owned.data()[at] != mine[plain])
    throw error(error_kind::other, std::string(name) + ": by hand, other values");
  const auto seconds =
      median_seconds(world.native(),
                     {{"by hand",
                       [&] {
                         for (index_t s = 0; s < steps; ++s) by_hand();
                       }},
                      {"by stage", [&] { iterate(step, steps, {.stage_by_stage = true}); }},
                      {"iterate", [&] { iterate(step, steps); }}},
                     repetitions);
  if (world.rank() != 0) return;
  const auto per_step = [&](std::size_t k) {
    return 1e3 * seconds[k] / static_cast<double>(steps);
  };
  std::printf("%-24s %10.3f %10.3f %10.3f %12.3f %12.3f\n", name, per_step(0), per_step(1),
              per_step(2), seconds[0] / seconds[1], seconds[1] / seconds[2]);
  std::fflush(stdout);
}

void measure_water(const communicator& world, index_t n, index_t repetitions) {
  system_of_fields<2> f(world, {n, n}, 6, 16, 1);
  auto& a = f.arrays;
  stages step(
      stage(std::tie(a[3], a[4], a[5]), std::tie(a[0], a[1], a[2]), predict),
      stage(std::tie(a[0], a[1], a[2]), std::tie(a[0], a[1], a[2], a[3], a[4], a[5]), correct));
  const auto by_hand = [&] {
    f.hand.exchange({0, 1, 2});
    f.hand.compute<2>({3, 4, 5}, {0, 1, 2}, 1, predict);
    f.hand.exchange({3, 4, 5});
    f.hand.compute<2>({0, 1, 2}, {0, 1, 2, 3, 4, 5}, 1, correct);
  };
  measure(world, ("shallow water " + std::to_string(n) + "^2").c_str(), f, step, 32, by_hand,
          repetitions);
}

void measure_wave(const communicator& world, index_t n, index_t repetitions) {
  system_of_fields<2> f(world, {n, n}, 2, 16, 2);
  auto& a = f.arrays;
  stages step(stage(a[1], std::tie(a[1], a[0]),
                    [](const auto& old, const auto& u) { return wave(old, u)[0]; }),
              swapping(a[0], a[1]));
  const auto by_hand = [&] {
    f.hand.exchange({0});
    f.hand.compute<2>({1}, {1, 0}, 2, wave);
    f.hand.swap(0, 1);
  };
  measure(world, ("acoustic order 4 " + std::to_string(n) + "^2").c_str(), f, step, 32, by_hand,
          repetitions);
}

void measure_spots(const communicator& world, index_t n, index_t repetitions) {
  system_of_fields<2> f(world, {n, n}, 4, 16, 1);
  auto& a = f.arrays;
  stages step(stage(std::tie(a[2], a[3]), std::tie(a[0], a[1]), react), swapping(a[0], a[2]),
              swapping(a[1], a[3]));
  const auto by_hand = [&] {
    f.hand.exchange({0, 1});
    f.hand.compute<2>({2, 3}, {0, 1}, 1, react);
    f.hand.swap(0, 2);
    f.hand.swap(1, 3);
  };
  measure(world, ("Gray-Scott " + std::to_string(n) + "^2").c_str(), f, step, 32, by_hand,
          repetitions);
}

template <class Kernel>
void measure_wave_3d(const communicator& world, const char* name, index_t n, index_t radius,
                     const Kernel& kernel, index_t repetitions) {
  system_of_fields<3> f(world, {n, n, n}, 2, 4 * radius, radius);
  auto& a = f.arrays;
  const auto first = [kernel](const auto& old, const auto& u) { return kernel(old, u)[0]; };
  stages step(stage(a[1], std::tie(a[1], a[0]), first), swapping(a[0], a[1]));
  const auto by_hand = [&] {
    f.hand.exchange({0});
    f.hand.compute<3>({1}, {1, 0}, radius, kernel);
    f.hand.swap(0, 1);
  };
  measure(world, name, f, step, 8, by_hand, repetitions);
}

/// So many fields in one call of `apply`, each under a five-point kernel, against plain loops.
template <std::size_t... K>
void measure_fields(const communicator& world, index_t n, index_t repetitions,
                    std::index_sequence<K...>) {
  constexpr std::size_t count = sizeof...(K);
  system_of_fields<2> f(world, {n, n}, 2 * count, 1, 1);
  auto& a = f.arrays;
  const auto all = [](const auto&... u) {
    const auto one = [](const auto& c) {
      return c(0, 0) +
             0.1 * (c(0, -1) / c(0, 0) + c(0, 1) / c(0, 0) + c(-1, 0) + c(1, 0) - 4.0 * c(0, 0));
    };
    return std::array<double, sizeof...(u)>{one(u)...};
  };
  const auto to = std::tie(a[count + K]...);
  const auto from = std::tie(a[K]...);
  const auto with = [&] { apply(to, from, all); };
  const auto by_hand = [&] {
    f.hand.exchange({K...});
    f.hand.compute<2>({count + K...}, {K...}, 1, all);
  };
  with();
  const auto seconds =
      median_seconds(world.native(), {{"by hand", by_hand, 8}, {"apply", with, 8}}, repetitions);
  if (world.rank() == 0)
    std::printf("%-24s %10.3f %10.3f %10s %12.3f\n",
                (std::to_string(count) + " fields " + std::to_string(n) + "^2, apply").c_str(),
                1e3 * seconds[0], 1e3 * seconds[1], "", seconds[0] / seconds[1]);
}

} // namespace

void run_stages(const communicator& world, index_t repetitions, const std::string& only) {
  if (world.rank() == 0)
    std::printf("milliseconds a step; ratios of times\n%-24s %10s %10s %10s %12s %12s\n", "",
                "by hand", "by stage", "iterate", "hand/stage", "stage/iterate");
  const auto wanted = [&](const char* name) { return only.empty() || only == name; };
  if (wanted("fields")) {
    measure_fields(world, 800, repetitions, std::make_index_sequence<1>());
    measure_fields(world, 800, repetitions, std::make_index_sequence<3>());
    measure_fields(world, 800, repetitions, std::make_index_sequence<6>());
    measure_fields(world, 800, repetitions, std::make_index_sequence<9>());
  }
  if (wanted("water")) measure_water(world, 4096, repetitions);
  if (wanted("wave")) measure_wave(world, 4096, repetitions);
  if (wanted("spots")) measure_spots(world, 4096, repetitions);
  if (wanted("wave3")) {
    measure_wave_3d(world, "acoustic order 4 400^3", 400, 2, wave_of_order_4, repetitions);
    measure_wave_3d(world, "acoustic order 8 400^3", 400, 4, wave_of_order_8, repetitions);
  }
}

} // namespace bench
