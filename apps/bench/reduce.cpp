#include "reduce.hpp"

#include "hand/hand_sum.hpp"
#include "measure.hpp"

#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>

namespace bench {

using namespace tessera;

namespace {

/// By hand, rounded as it comes, and exact: milliseconds, and how much longer than by hand.
void measure(const communicator& world, const std::string& name, std::vector<candidate> ways,
             index_t repetitions) {
  calibrate(world.native(), ways);
  const auto seconds = median_seconds(world.native(), ways, repetitions);
  if (world.rank() != 0) return;
  std::printf("%-34s", name.c_str());
  for (const double s : seconds) std::printf(" %11.5f", s * 1e3);
  for (std::size_t k = 1; k < seconds.size(); ++k) std::printf(" %9.3f", seconds[k] / seconds[0]);
  std::printf("\n");
  std::fflush(stdout);
}

void check_near(double found, double expected, double size, const char* what) {
  if (!(std::abs(found - expected) <= 1e-9 * size))
    throw error(error_kind::other, std::string(what) + " differ by more than rounding");
}

double value_of(index_t i) { return static_cast<double>(i % 1000) * 0.001 - 0.3; }

void measure_whole(const communicator& world, index_t each, index_t repetitions) {
  global_array<double, 1> u(process_grid<1>(world, {world.size()}), {each * world.size()});
  u.fill(&value_of);
  const double* const mine = std::as_const(u).owned().data();
  double by_hand = 0;
  double plain = 0;
  double exact = 0;
  const auto add_by_hand = [&] {
    by_hand = hand_sum(mine, each);
    MPI_Allreduce(MPI_IN_PLACE, &by_hand, 1, MPI_DOUBLE, MPI_SUM, world.native());
  };
  measure(world, "sum of " + std::to_string(each) + " each",
          {{"by hand", add_by_hand},
           {"fast_sum", [&] { plain = fast_sum(u); }},
           {"sum", [&] { exact = sum(u); }}},
          repetitions);
  const auto size = static_cast<double>(each * world.size());
  check_near(by_hand, exact, size, "sums");
  check_near(plain, exact, size, "sums");
}

/// Rows lie on the ranks one after another.
void measure_axis(const communicator& world, index_t n, bool along_rows, index_t repetitions) {
  global_array<double, 2> u(process_grid<2>(world, {world.size(), 1}), {n, n});
  u.fill([n](index_t i, index_t j) { return value_of(i * n + j); });
  const double* const mine = std::as_const(u).owned().data();
  const index_t rows = u.local_shape()[0];
  ndarray<double, 1> by_hand(shape_t<1>{n});
  ndarray<double, 1> own(shape_t<1>{rows});
  ndarray<double, 1> plain(shape_t<1>{n});
  ndarray<double, 1> exact(shape_t<1>{n});
  const auto add_by_hand = [&] {
    if (along_rows) {
      hand_row_sums(mine, rows, n, own.data());
      MPI_Allgather(own.data(), static_cast<int>(rows), MPI_DOUBLE, by_hand.data(),
                    static_cast<int>(rows), MPI_DOUBLE, world.native());
    } else {
      hand_column_sums(mine, rows, n, by_hand.data());
      MPI_Allreduce(MPI_IN_PLACE, by_hand.data(), static_cast<int>(n), MPI_DOUBLE, MPI_SUM,
                    world.native());
    }
  };
  const index_t along = along_rows ? 1 : 0;
  measure(world, "axis " + std::to_string(along) + " of " + std::to_string(n) + "^2",
          {{"by hand", add_by_hand},
           {"fast_sum", [&] { plain = fast_sum(u, axis(along)); }},
           {"sum", [&] { exact = sum(u, axis(along)); }}},
          repetitions);
  for (index_t k = 0; k < n; ++k) {
    check_near(plain(k), exact(k), static_cast<double>(n), "sums along an axis");
    if (rows * world.size() == n)
      check_near(by_hand(k), exact(k), static_cast<double>(n), "sums along an axis");
  }
}

void measure_vectors(const communicator& world, index_t n, index_t repetitions) {
  ndarray<double, 1> mine(shape_t<1>{n});
  for (index_t i = 0; i < n; ++i) mine(i) = value_of(i + world.rank());
  ndarray<double, 1> by_hand(mine);
  ndarray<double, 1> plain(mine);
  ndarray<double, 1> exact(mine);
  measure(world, "allreduce of " + std::to_string(n),
          {{"by hand",
            [&] {
              MPI_Allreduce(mine.data(), by_hand.data(), static_cast<int>(n), MPI_DOUBLE, MPI_SUM,
                            world.native());
            }},
           {"plain", [&] { allreduce(world, mine, plain, op::plain_sum); }},
           {"exact", [&] { allreduce(world, mine, exact); }}},
          repetitions);
  for (index_t i = 0; i < n; ++i) {
    check_near(by_hand(i), exact(i), world.size(), "sums of ranks");
    check_near(plain(i), exact(i), world.size(), "sums of ranks");
  }
}

} // namespace

void run_reduce(const communicator& world, index_t repetitions, const std::string& only) {
  if (world.rank() == 0)
    std::printf("Sums over %d ranks, ms, and times as long as by hand\n%-34s %11s %11s %11s %9s "
                "%9s\n",
                world.size(), "", "by hand", "plain", "exact", "plain", "exact");
  const auto wanted = [&](const char* name) { return only.empty() || only == name; };
  if (wanted("vectors"))
    for (const index_t n : {1, 100, 1000, 10'000, 100'000, 1'000'000})
      measure_vectors(world, n, repetitions);
  if (wanted("axes"))
    for (const index_t n : {500, 4000})
      for (const bool along_rows : {false, true}) measure_axis(world, n, along_rows, repetitions);
  if (wanted("whole"))
    for (const index_t each : {index_t{1} << 24, index_t{1} << 27})
      measure_whole(world, each, repetitions);
}

} // namespace bench
