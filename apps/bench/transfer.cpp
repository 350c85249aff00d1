#include "transfer.hpp"

#include "measure.hpp"
#include "peers/transfer_peers.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

/// The matrix by rows, and where it goes.
class tessera_transfer {
public:
  tessera_transfer(const communicator& world, const transfer_task& task, bool shared)
      : task_(task), from_((use_shared_memory(shared), grid(world, true)), {task.n, task.n}),
        to_(grid(world, task.turned), {task.n, task.n}),
        plan_(task.turned ? copy_plan(from_.transpose(), to_) : copy_plan(from_, to_)) {
    from_.fill([this](index_t i, index_t j) { return element_of(task_, i, j); });
    to_ = -1.0;
  }

  void run() {
    if (task_.turned)
      plan_.run(from_.transpose(), to_);
    else
      plan_.run(from_, to_);
  }
  [[nodiscard]] bool is_right() {
    run();
    const auto block = to_.block();
    const view<const double, 2> mine = std::as_const(to_).owned();
    bool all = true;
    for (index_t i = block.lower[0]; i < block.upper[0]; ++i)
      for (index_t j = block.lower[1]; j < block.upper[1]; ++j)
        all = all && mine(i - block.lower[0], j - block.lower[1]) ==
                         (task_.turned ? element_of(task_, j, i) : element_of(task_, i, j));
    return all;
  }

private:
  static process_grid<2> grid(const communicator& world, bool rows) {
    return {world, rows ? grid_dims<2>{world.size(), 1} : grid_dims<2>{1, world.size()}};
  }

  transfer_task task_;
  global_array<double, 2> from_;
  global_array<double, 2> to_;
  copy_plan plan_;
};

void check(const communicator& world, bool right, const std::string& name) {
  if (allreduce_min(world, right ? 1 : 0) == 0)
    throw error(error_kind::other, name + " gives other elements");
}

void check_hand(const communicator& world, hand_transfer& hand, const candidate& way) {
  hand.fill();
  hand.clear();
  way.run();
  check(world, hand.is_right(), way.name);
}

void measure(const communicator& world, const transfer_task& task, index_t repetitions) {
  hand_transfer hand(task);
  const auto peers = make_transfer_peers(task, hand);
  std::vector<candidate> ways{{"shared windows, by hand", [&] { hand.by_windows(); }},
                              {"Isend/Irecv, by hand", [&] { hand.by_messages(); }},
                              {"MPI_Alltoallw", [&] { hand.by_types(); }}};
  for (const auto& peer : peers)
    if (!peer->has_arrays()) ways.push_back({peer->name(), [&peer] { peer->run(); }});
  for (const candidate& way : ways) check_hand(world, hand, way);
  for (const auto& peer : peers) {
    if (!peer->has_arrays()) continue;
    peer->run();
    check(world, peer->is_right(), peer->name());
    ways.push_back({peer->name(), [&peer] { peer->run(); }});
  }
  tessera_transfer by_messages(world, task, false);
  tessera_transfer shared(world, task, true);
  check(world, by_messages.is_right(), "Tessera by messages");
  check(world, shared.is_right(), "Tessera by shared memory");
  ways.push_back({"Tessera, messages", [&] { by_messages.run(); }});
  ways.push_back({"Tessera, shared memory", [&] { shared.run(); }});
  ways.insert(ways.begin(), {"memcpy of as many bytes", [&] { hand.by_memcpy(); }});
  calibrate(world.native(), ways);
  const auto seconds = median_seconds(world.native(), ways, repetitions);
  if (world.rank() != 0) return;
  const double bytes = static_cast<double>(task.n) * static_cast<double>(task.n) * sizeof(double);
  for (std::size_t k = 0; k < ways.size(); ++k)
    std::printf("%-26s %10.3f %10.2f %10.3f\n", ways[k].name.c_str(), seconds[k] * 1e3,
                bytes / seconds[k] * 1e-9, seconds[0] / seconds[k]);
}

} // namespace

void run_transfer(const communicator& world, const transfer_options& options) {
  if (options.size < 1 || options.size % world.size() != 0)
    throw usage_error("--size must be a multiple of the number of ranks");
  const bool shared = uses_shared_memory();
  for (const bool turned : {false, true}) {
    if (world.rank() == 0)
      std::printf("%s%ld x %ld doubles from rows to %s, %d ranks\n%-26s %10s %10s %10s\n",
                  turned ? "\n" : "", options.size, options.size,
                  turned ? "rows of the transposed matrix" : "columns", world.size(), "", "ms",
                  "GB/s", "to memcpy");
    measure(world, {world.native(), options.size, turned}, options.repetitions);
  }
  use_shared_memory(shared);
}

namespace {

std::uint8_t byte_of(index_t i, index_t j) {
  return static_cast<std::uint8_t>((i * 131 + j * 7) % 251);
}

/// One part has everything.
axis_distribution all_on(index_t n, int part, int parts) {
  std::vector<index_t> boundaries(static_cast<std::size_t>(parts) + 1, 0);
  std::fill(boundaries.begin() + part + 1, boundaries.end(), n);
  return axis_distribution(std::move(boundaries));
}

void move_large(const communicator& world, bool by_shared_memory) {
  constexpr index_t rows = 33;
  constexpr index_t columns = (index_t{1} << 26) + 1;
  use_shared_memory(by_shared_memory);
  const process_grid<2> grid(world, {world.size(), 1});
  const auto on = [&](int rank) {
    return distribution<2>({all_on(rows, rank, world.size()), axis_distribution(columns, 1)});
  };
  global_array<std::uint8_t, 2> from(grid, on(0));
  global_array<std::uint8_t, 2> to(grid, on(world.size() - 1));
  from.fill(byte_of);
  const copy_plan plan(from, to);
  MPI_Barrier(world.native());
  const timer t;
  plan.run(from, to);
  const double seconds = allreduce_max(world, t.elapsed());
  const view<const std::uint8_t, 2> mine = std::as_const(to).owned();
  bool right = true;
  for (index_t i = 0; i < mine.shape(0); ++i)
    for (index_t j = 0; j < mine.shape(1); ++j) right = right && mine(i, j) == byte_of(i, j);
  check(world, right, "a transfer beyond 2 GiB");
  if (world.rank() == 0)
    std::printf("%lld bytes from rank 0 to rank %d %s: %.0f ms, all right\n",
                static_cast<long long>(rows * columns), world.size() - 1,
                by_shared_memory ? "through shared memory" : "by messages", seconds * 1e3);
}

} // namespace

void run_large_transfer(const communicator& world) {
  const bool shared = uses_shared_memory();
  for (const bool by_shared_memory : {false, true}) move_large(world, by_shared_memory);
  use_shared_memory(shared);
}

} // namespace bench
