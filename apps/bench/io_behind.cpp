// Checkpoints that are written while the program computes.
#include "io.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

/// What the slowest rank needs for something. Collective.
template <class F> double seconds_of(const communicator& world, F&& f) {
  world.barrier();
  const double start = MPI_Wtime();
  f();
  return allreduce_max(world, MPI_Wtime() - start);
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// A program that is busy on every rank.
class solver {
public:
  explicit solver(const communicator& world)
      : world_(world), u_(process_grid<2>(world), {side, side}, halo<2>(1)),
        v_(process_grid<2>(world), {side, side}, halo<2>(1)) {
    u_.fill([](index_t i, index_t j) { return static_cast<double>(i * j % 17); });
  }

  void step() {
    apply(v_, u_, [](const auto& a) {
      return a(0, 0) + 0.2 * (a(-1, 0) + a(1, 0) + a(0, -1) + a(0, 1) - 4 * a(0, 0));
    });
    std::swap(u_, v_);
  }
  double seconds_of_a_step(int steps) {
    return seconds_of(world_,
                      [&] {
                        for (int k = 0; k < steps; ++k) step();
                      }) /
           steps;
  }

private:
  static constexpr index_t side = 2048;
  communicator world_;
  global_array<double, 2> u_;
  global_array<double, 2> v_;
};

struct behind_times {
  std::vector<double> save, start, written, alone, meanwhile;
};

/// Steps until the save is done; how long one takes, and all together.
void compute_meanwhile(const communicator& world, const pending_save& pending, solver& busy,
                       behind_times& times) {
  constexpr int at_once = 5;
  int steps = 0;
  const double all = seconds_of(world, [&] {
    do {
      for (int k = 0; k < at_once; ++k) busy.step();
      steps += at_once;
    } while (!pending.done());
  });
  times.written.push_back(all);
  times.meanwhile.push_back(all / steps);
}

void settle(const communicator& world) {
  if (world.rank() == 0) ::sync();
  world.barrier();
}

/// Bytes of a file that take room on the medium.
double stored_bytes(const communicator& world, const std::string& path) {
  double bytes = 0;
  struct stat s {};
  if (world.rank() == 0 && ::stat(path.c_str(), &s) == 0)
    bytes = static_cast<double>(s.st_blocks) * 512;
  return allreduce_max(world, bytes);
}

} // namespace

void measure_tiles(const communicator& world, const std::string& folder, global_array<double, 2>& u,
                   long repetitions) {
  std::vector<double> whole, changes, packed, deflated;
  double whole_bytes = 0, changed_bytes = 0;
  const index_t rows = u.shape()[0];
  // A row has 64 KiB or more, so a hundredth of the rows lies in about as many of the tiles.
  const auto change = [&](double to) { u(slice(rows / 2, rows / 2 + rows / 128), all) = to; };
  for (long k = 0; k <= repetitions; ++k) {
    if (k == 1) whole = changes = packed = deflated = {};
    {
      checkpoint saved(world, folder, {.keep = 1, .incremental = true});
      settle(world);
      whole.push_back(seconds_of(world, [&] { saved.save(1, {{"u", u}}); }));
      whole_bytes = stored_bytes(world, folder + "/000001.tiles");
      change(static_cast<double>(k));
      settle(world);
      changes.push_back(seconds_of(world, [&] { saved.save(2, {{"u", u}}); }));
      changed_bytes = stored_bytes(world, folder + "/000002.tiles");
    }
    world.barrier();
    if (world.rank() == 0) std::filesystem::remove_all(folder);
    settle(world);
    packed.push_back(seconds_of(world, [&] {
      checkpoint saved(world, folder);
      saved.save(1, {{"u", u, {.compression = tile_compression::zstd}}});
    }));
    world.barrier();
    if (world.rank() == 0) std::filesystem::remove_all(folder);
    settle(world);
    deflated.push_back(seconds_of(world, [&] {
      hdf5_file file = hdf5_file::create(world, folder + ".h5");
      file.write("u", u, {.deflate = 4, .shuffle = true});
      file.commit();
    }));
  }
  if (world.rank() != 0) return;
  std::printf(
      "checkpoint of tiles\n"
      "  all %.3f s, a hundredth changed %.3f s: %.3f of it, with %.3f of the bytes\n"
      "  packed by zstd %.3f s, HDF5 with shuffle and deflate 4 %.3f s: %.2f times as fast\n\n",
      median_of(whole), median_of(changes), median_of(changes) / median_of(whole),
      changed_bytes / whole_bytes, median_of(packed), median_of(deflated),
      median_of(deflated) / median_of(packed));
  std::fflush(stdout);
}

void measure_behind(const communicator& world, const std::string& folder,
                    const global_array<double, 2>& u, long repetitions) {
  checkpoint saved(world, folder, {.keep = 1});
  solver busy(world);
  behind_times times;
  index_t step = 0;
  for (long k = 0; k <= repetitions; ++k) {
    if (k == 1) times = {}; // memory was taken for the first time
    settle(world);
    times.save.push_back(seconds_of(world, [&] { saved.save(++step, {{"u", u}}); }));
    settle(world);
    times.alone.push_back(busy.seconds_of_a_step(100));
    pending_save pending;
    times.start.push_back(seconds_of(world, [&] {
      pending = saved.start_save(++step, {{"u", u}});
    }));
    compute_meanwhile(world, pending, busy, times);
  }
  if (world.rank() != 0) return;
  const double save = median_of(times.save);
  const double start = median_of(times.start);
  const double alone = median_of(times.alone);
  const double meanwhile = median_of(times.meanwhile);
  std::printf("checkpoint behind the program\n"
              "  save %.3f s, start_save %.3f s: %.3f of it; on the medium after %.3f s\n"
              "  a step of a solver alone %.3f ms, meanwhile %.3f ms: %.3f\n\n",
              save, start, start / save, median_of(times.written), alone * 1e3, meanwhile * 1e3,
              meanwhile / alone);
  std::fflush(stdout);
}

} // namespace bench
