/// @file
/// What the blocks of C++ in docs/io.md take for granted: a few arrays, and files to read.
#pragma once

#include <tessera/core/fixed_array.hpp>
#include <tessera/core/members.hpp>
#include <tessera/tessera.hpp>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

using namespace tessera;

/// "01:30" is 90.
inline double minutes_of_day(std::string_view time) {
  int hours = 0;
  int minutes = 0;
  std::from_chars(time.data(), time.data() + 2, hours);
  std::from_chars(time.data() + 3, time.data() + 5, minutes);
  return 60.0 * hours + minutes;
}

struct context {
  explicit context(communicator& all_ranks) : world(all_ranks) {
    if (world.rank() == 0) make_inputs();
    world.barrier();
    hdf5_file frames = hdf5_file::create(world, "heat.h5");
    for (int frame = 0; frame < 2; ++frame) frames.append("frames", u);
    frames.commit();
  }

  static void make_inputs() {
    std::ofstream("in.csv") << "a,b,c\n1,2,3\n4,5,6\n7,8,9\n";
    std::ofstream("log.gz") << "# a log\n1 2\n// and\n3 4\n";
    std::ofstream("gaps.csv") << "1,NA\n3,4\n";
    std::ofstream("times.csv") << "\"01:30\",1\n\"02:00\",2\n";
  }

  communicator& world;
  process_grid<2> grid{world};
  global_array<double, 2> u = fromfunction(
      [](index_t i, index_t j) { return static_cast<double>(i * i + j); }, grid, {96, 128});
  global_array<double, 2> part = zeros(grid, {10, 128});
  global_array<fixed_array<double, 2>, 2> v{grid, {96, 128}};
  global_array<std::int32_t, 2> p{grid, {95, 127}};
  double e = 2.5;
  ndarray<double, 1> x = linspace(0.0, 1.0, 128);
  ndarray<double, 1> y = x * x + 0.1;
  ndarray<double, 1> times = linspace(0.0, 3.0, 20);
  ndarray<double, 1> amplitudes = exp(-times);
  ndarray<double, 2> table{{1.0, 2.5}, {2.0, 3.5}};
  double time = 0.5;
  ndarray<double, 1> x_measured{0.1, 0.5, 0.9};
  ndarray<double, 1> y_measured{0.2, 0.4, 0.95};
  generator rng{1};
  index_t step = 100;
  index_t steps = 300;
};
