#include "selection/select.hpp"

#include "hand/hand_select.hpp"
#include "measure.hpp"
#include "selection/numpy_select.hpp"

#include <tessera/distributed.hpp>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

/// What one rank has.
struct select_problem {
  select_problem(const communicator& world, index_t each)
      : u(process_grid<1>(world, {world.size()}), {each * world.size()}), mask(empty_like<bool>(u)),
        room(shape_t<1>{each + 1}) {
    u.fill([](index_t i) noexcept { // from -1 to 1
      const std::uint64_t hash = static_cast<std::uint64_t>(i) * 0x9e3779b97f4a7c15U;
      return static_cast<double>(static_cast<std::int64_t>(hash ^ hash << 29U)) * 0x1p-63;
    });
    mask = u > 0.0;
    room = 0.0;
  }

  global_array<double, 1> u;
  global_array<bool, 1> mask;
  ndarray<double, 1> room; // for what is chosen by hand, and for copies
};

/// Counts, learns where its elements begin among all, and chooses them. They stay with their ranks.
void select_by_hand(select_problem& p) {
  const auto n = static_cast<long>(p.u.local_shape()[0]);
  const bool* const is = std::as_const(p.mask).owned().data();
  long count = hand_count(is, n);
  long before = 0;
  MPI_Exscan(&count, &before, 1, MPI_LONG, MPI_SUM, p.u.comm().native());
  hand_select(p.room.data(), std::as_const(p.u).owned().data(), is, n);
}

/// Elements and mask are read, half of the elements written: 13 bytes for each, which a copy of 6.5
/// bytes reads and writes.
void copy_as_much(select_problem& p) {
  const auto bytes = static_cast<std::size_t>(p.u.local_shape()[0]) * 13 / 2;
  std::memcpy(p.room.data(), std::as_const(p.u).owned().data(), bytes);
}

void measure(const communicator& world, index_t each, index_t repetitions) {
  select_problem p(world, each);
  index_t chosen = 0;
  const auto mine = std::as_const(p.u).owned();
  const auto my_mask = std::as_const(p.mask).owned();
  std::vector<candidate> ways{
      {"memcpy", [&] { copy_as_much(p); }},
      {"by hand", [&] { select_by_hand(p); }},
      {"local", [&] { chosen = ndarray<double, 1>(mine(my_mask)).size(); }},
      {"u(mask)", [&] { chosen = copy(p.u(p.mask)).size(); }},
      {"u(u > 0)", [&] { chosen = copy(p.u(p.u > 0.0)).size(); }},
      {"flatnonzero", [&] { chosen = flatnonzero(p.mask).size(); }},
      {"assigned", [&, values = copy(p.u(p.mask))] { p.u(p.mask) = values; }}};
  add_numpy_select(ways, world, each * world.size());
  calibrate(world.native(), ways);
  const auto seconds = median_seconds(world.native(), ways, repetitions);
  if (copy(p.u(p.mask)).size() != count_nonzero(p.mask))
    throw error(error_kind::other, "another number of elements than the mask has");
  if (world.rank() != 0) return;
  std::printf("\n%lld elements on each rank\n%14s %12s %12s\n", static_cast<long long>(each), "",
              "ms", "memcpy's");
  for (std::size_t k = 0; k < ways.size(); ++k)
    std::printf("%14s %12.3f %12.3f\n", ways[k].name.c_str(), seconds[k] * 1e3,
                seconds[0] / seconds[k]);
}

} // namespace

void run_select(const communicator& world, index_t repetitions) {
  if (world.rank() == 0)
    std::printf("Half of the elements, chosen by a mask at random, over %d ranks; speed against a "
                "copy of as many bytes as must be read and written\n",
                world.size());
  for (const index_t all : {index_t{10'000'000}, index_t{100'000'000}})
    measure(world, all / world.size(), repetitions);
}

} // namespace bench
