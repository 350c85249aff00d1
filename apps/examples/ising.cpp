// ising: spins on a lattice by the heat bath method, of one colour after the other; against
// Onsager's energy and Yang's magnetisation of the infinite lattice.
#include "picture_file.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#include <array>
#include <cmath>
#include <cstdio>

using namespace tessera;

using spins = global_array<std::int8_t, 2>;

constexpr index_t size = 128;   // spins along a side
constexpr index_t warmup = 200; // steps
constexpr index_t every = 5;    // steps between two samples
constexpr index_t samples = 320;

/// Uniform in [0, 1), from the cell and the step alone, so the same on any number of ranks: the
/// number of the draw, scrambled as in SplitMix64 (Steele, Lea, Flood 2014).
static double random(index_t step, index_t i, index_t j) {
  const index_t draw = (step << 40) + (i << 20) + j;
  std::uint64_t z = static_cast<std::uint64_t>(draw + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/// A step at a temperature, in units of the coupling over Boltzmann's constant.
static stages heat_bath(spins& s, double temperature) {
  std::array<double, 5> up; // how likely, by the sum of the neighbours
  for (std::size_t k = 0; k < 5; ++k)
    up[k] = 1.0 / (1.0 + std::exp((8.0 - 4.0 * static_cast<double>(k)) / temperature));
  const auto turn = [=](const auto& here, const auto& c) {
    const auto sum = static_cast<std::size_t>(4 + c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1));
    return static_cast<std::int8_t>(random(here.step(), here(0), here(1)) < up[sum / 2] ? 1 : -1);
  };
  return stages(stage(s, s, turn).on_colour(0), stage(s, s, turn).on_colour(1));
}

/// Is the mean of samples what it should be, within three standard errors? Samples resemble those
/// before them; the means of 16 parts of the run hardly do.
static bool is_near(const communicator& world, const char* name, const ndarray<double, 1>& x,
                    double exact) {
  const ndarray means = mean(reshape(x, {16, samples / 16}), axis(1));
  const double error = tessera::std(means) / std::sqrt(15.0);
  if (world.rank() == 0)
    std::printf("  %s %.5f +- %.5f, exact %.5f\n", name, mean(x), error, exact);
  return std::abs(mean(x) - exact) < 3.0 * error && error < 0.005;
}

static bool check(const process_grid<2>& grid, double temperature) {
  spins s(grid, {size, size}, halo<2>(8, true));
  spins bonds = s;
  s.fill(1);
  ndarray<double, 1> energy = zeros(samples), magnetisation = zeros(samples);
  const auto observe = [&](index_t step) {
    if (step <= warmup) return;
    const index_t k = (step - warmup) / every - 1;
    apply(bonds, s, [](auto c) { return static_cast<std::int8_t>(c(0, 0) * (c(0, 1) + c(1, 0))); });
    energy(k) = -mean(bonds);
    magnetisation(k) = std::abs(mean(s));
  };
  stages step = heat_bath(s, temperature);
  iterate(step, warmup + samples * every, {.every = every, .on_steps = observe});

  const double k = 2.0 / temperature, sinh = std::sinh(k), tanh = std::tanh(k);
  const double integral = std::comp_ellint_1(2.0 * tanh / std::cosh(k));
  const double onsager = -(1.0 + M_2_PI * (2.0 * tanh * tanh - 1.0) * integral) / tanh;
  const double yang = std::pow(1.0 - std::pow(sinh, -4.0), 0.125);
  if (grid.comm().rank() == 0) std::printf("temperature %g\n", temperature);
  const bool is_right = is_near(grid.comm(), "energy", energy, onsager);
  return (sinh < 1.0 || is_near(grid.comm(), "magnetisation", magnetisation, yang)) && is_right;
}

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string picture = picture_file(argc, argv);
    const process_grid<2> grid(world);
    const bool is_cold_right = check(grid, 2.1), is_hot_right = check(grid, 3.0);
    if (!picture.empty()) { // order spreads, after a fall of the temperature
      spins s(grid, {512, 512}, halo<2>(8, true));
      s.fill([](index_t i, index_t j) { return random(-1, i, j) < 0.5 ? 1 : -1; });
      stages step = heat_bath(s, 2.0);
      iterate(step, 100);
      imsave(picture, s, {.colors = colormap::cividis});
    }
    return is_cold_right && is_hot_right ? 0 : 1;
  });
}
