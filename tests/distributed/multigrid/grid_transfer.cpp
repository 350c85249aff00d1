#include "random_source.hpp"

#include <tessera/distributed/multigrid/grid_transfer.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

using namespace tessera;
using detail::axis_transfer;
using detail::boundary_kind;
using detail::grid_axis;

namespace {

using matrix = std::vector<std::vector<double>>;

/// What a coarse value beyond an end is made of.
double beyond(boundary_kind kind) {
  if (kind == boundary_kind::reflecting) return 1;
  return kind == boundary_kind::antireflecting ? -1 : 0;
}

/// Interpolation as a matrix, from the fine values' places alone.
matrix interpolation(const grid_axis& fine, const grid_axis& coarse) {
  matrix result(static_cast<std::size_t>(fine.size),
                std::vector<double>(static_cast<std::size_t>(coarse.size)));
  const double begin = fine.margin(fine.lower); // of the domain, before the first value
  for (index_t i = 0; i < fine.size; ++i) {
    const double place = (static_cast<double>(i) + begin) / fine.length();
    const double at = place * coarse.length() - coarse.margin(coarse.lower);
    const auto first = static_cast<index_t>(std::floor(at));
    const double part = at - std::floor(at);
    for (const auto& [j, weight] : {std::pair(first, 1 - part), std::pair(first + 1, part)}) {
      auto& row = result[static_cast<std::size_t>(i)];
      if (fine.is_periodic())
        row[static_cast<std::size_t>((j + coarse.size) % coarse.size)] += weight;
      else if (j < 0)
        row[0] += weight * beyond(fine.lower);
      else if (j >= coarse.size)
        row.back() += weight * beyond(fine.upper);
      else
        row[static_cast<std::size_t>(j)] += weight;
    }
  }
  return result;
}

grid_axis random_grid_axis(random_source& random) {
  constexpr boundary_kind kinds[] = {boundary_kind::fixed, boundary_kind::reflecting,
                                     boundary_kind::antireflecting};
  const boundary_kind lower = kinds[random.between(0, 2)];
  const boundary_kind upper = kinds[random.between(0, 2)];
  const bool periodic = random.one_in(4);
  constexpr auto ring = boundary_kind::periodic;
  return {random.between(5, 40), 1.0, periodic ? ring : lower, periodic ? ring : upper};
}

TEST(grid_transfer, goes_down_by_the_transpose_of_what_goes_up) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int round = 0; round < 40; ++round) {
    const grid_axis fine = random_grid_axis(random);
    const grid_axis coarse = coarser(fine);
    SCOPED_TRACE(std::to_string(fine.size) + " to " + std::to_string(coarse.size));
    EXPECT_NEAR(coarse.length() * coarse.spacing, fine.length() * fine.spacing, 1e-12);
    EXPECT_LE(fine.length() / coarse.length(), 2.0);
    const matrix up = interpolation(fine, coarse);
    // In two parts, each of which knows its own.
    const index_t cut = random.between(2, fine.size - 2);
    const index_t coarse_cut = detail::coarse_boundaries(
        axis_distribution(std::vector<index_t>{0, cut, fine.size}), coarse.size)[1];
    for (const bool second : {false, true}) {
      const interval rows = second ? interval{cut, fine.size} : interval{0, cut};
      const interval columns = second ? interval{coarse_cut, coarse.size} : interval{0, coarse_cut};
      const axis_transfer table(fine, coarse, rows, columns);
      const auto width = table.fine_halo();
      EXPECT_LE(std::max(width.lower, width.upper), 4);
      for (index_t j = columns.lower; j < columns.upper; ++j) {
        const auto& from = table.down()[static_cast<std::size_t>(j - columns.lower)];
        std::vector<double> found(static_cast<std::size_t>(fine.size));
        for (std::size_t k = 0; k < from.weights.size(); ++k) {
          const index_t i = from.first + static_cast<index_t>(k) + rows.lower;
          found[static_cast<std::size_t>((i + fine.size) % fine.size)] += from.weights[k];
        }
        for (std::size_t i = 0; i < found.size(); ++i)
          EXPECT_NEAR(found[i],
                      up[i][static_cast<std::size_t>(j)] * coarse.length() / fine.length(), 1e-13)
              << i << " of " << j;
      }
    }
  }
}

TEST(grid_transfer, halves_what_can_be_halved) {
  const auto size_of = [](index_t n, boundary_kind kind) {
    return detail::coarser({n, 1.0, kind, kind}).size;
  };
  EXPECT_EQ(size_of(64, boundary_kind::antireflecting), 32);
  EXPECT_EQ(size_of(65, boundary_kind::reflecting), 33);
  EXPECT_EQ(size_of(63, boundary_kind::fixed), 31);
  EXPECT_EQ(size_of(64, boundary_kind::fixed), 32);
}

} // namespace
