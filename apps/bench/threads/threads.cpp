#include "threads.hpp"

#include "../measure.hpp"

#include <tessera/core/threads.hpp>
#include <tessera/io/checkpoint.hpp>
#include <tessera/io/npz.hpp>
#include <tessera/tessera.hpp>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

constexpr int threads_of_one = 2;

const auto heat = [](auto c) {
  return c(0, 0) + 0.1 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
};

double value_of(index_t i, index_t j) { return static_cast<double>((i * 31 + j) % 101) * 0.01; }

/// What is measured, on the ranks of a communicator.
class workload {
public:
  workload(const communicator& comm, const std::string& folder)
      : comm_(comm), text_(folder + "/table.txt"),
        own_(folder + "/" + std::to_string(comm.size()) + "ranks"),
        a_(rows(), {size, size}, halo<2>(16)), b_(a_), part_(rows(), {size / 4, size}),
        saved_(comm, own_, {.keep = 1}) {
    fill();
    b_ = a_;
    // Measured values: half of their bits are noise.
    generator(1).normal(0.0, 1.0, part_);
    part_ = floor(part_ * 1e6);
    save();
    pack();
  }

  void fill() { a_.fill(value_of); }

  void expression() { b_ = 0.5 * a_ + 0.25 * b_; }
  void sums() { total_ = sum(a_); }
  void one_step() { apply(b_, a_, heat); }
  void many_steps() { iterate(a_, b_, 32, heat); }
  void copies() { b_ = a_; }
  void text() { table_ = loadtxt<double>(comm_, text_); }
  void save() { saved_.save(++step_, {{"a", a_}}); }
  void restore() { saved_.restore({{"a", b_}}); }
  void pack() {
    hdf5_file file = hdf5_file::create(comm_, packed());
    file.write("u", part_, {.deflate = 1, .shuffle = true});
    file.commit();
  }
  void unpack() { hdf5_file::open(comm_, packed()).read("u", part_); }
  void archive() {
    const std::string path = own_ + "/" + std::to_string(comm_.rank()) + ".npz";
    save_npz(path, {{"u", part_.owned()}}, {.compressed = true});
  }

  static constexpr index_t size = 4096;

private:
  [[nodiscard]] process_grid<2> rows() const { return {comm_, {comm_.size(), 1}}; }
  [[nodiscard]] std::string packed() const { return own_ + "/packed.h5"; }

  communicator comm_;
  std::string text_;
  std::string own_; // folder
  global_array<double, 2> a_;
  global_array<double, 2> b_;
  global_array<double, 2> table_;
  global_array<double, 2> part_;
  checkpoint saved_;
  index_t step_ = 0;
  double total_ = 0;
};

/// Rank 0 works with several threads, and the other one sleeps until it is done: it leaves its
/// processor to them.
class alone {
public:
  explicit alone(const communicator& world) : world_(world) {}

  void run(int threads, const std::function<void()>& work) const {
    constexpr int tag = 7;
    constexpr unsigned microseconds = 1000;
    int done = 1;
    if (world_.rank() == 0) {
      set_threads(threads);
      work();
      set_threads(1);
      MPI_Send(&done, 1, MPI_INT, 1, tag, world_.native());
      return;
    }
    MPI_Request request;
    MPI_Irecv(&done, 1, MPI_INT, 0, tag, world_.native(), &request);
    for (int is_there = 0; is_there == 0;) {
      usleep(microseconds);
      MPI_Test(&request, &is_there, MPI_STATUS_IGNORE);
    }
  }

private:
  communicator world_;
};

void write_text(const communicator& world, const std::string& path) {
  global_array<double, 2> table(grid_along<2>(world, 0), {100'000, 10});
  generator(1).normal(0.0, 1.0, table);
  savetxt(path, table);
}

/// Prints the milliseconds of a kind of work on two ranks, and on one with one and two threads.
void measure(const communicator& world, const char* name, const std::function<void()>& on_two,
             const std::function<void()>& on_one, index_t repetitions) {
  const alone rank(world);
  const auto with = [&](int threads) { return [&, threads] { rank.run(threads, on_one); }; };
  // What is tuned at first use is tuned here.
  for (int i = 0; i < 4; ++i) {
    on_two();
    with(1)();
    with(threads_of_one)();
  }
  const auto seconds = median_seconds(
      world.native(), {{"ranks", on_two}, {"alone", with(1)}, {"threads", with(threads_of_one)}},
      repetitions);
  if (world.rank() == 0)
    std::printf("%-12s %12.3f %12.3f %12.3f %12.3f %12.3f\n", name, seconds[0] * 1e3,
                seconds[2] * 1e3, seconds[0] / seconds[2], seconds[1] * 1e3,
                seconds[1] / seconds[2]);
}

} // namespace

void run_threads(const communicator& world, const std::string& inside, index_t repetitions) {
  if (world.size() != 2) throw usage_error("threads runs on 2 ranks, as mpirun -n 2");
  const std::string folder = inside + "/tessera-bench-threads";
  if (world.rank() == 0) std::filesystem::create_directories(folder);
  world.barrier();
  write_text(world, folder + "/table.txt");
  {
    workload of_two(world, folder);
    std::optional<workload> of_one;
    const communicator self = communicator(MPI_COMM_SELF).duplicate();
    if (world.rank() == 0) of_one.emplace(self, folder);
    if (world.rank() == 0)
      std::printf("One rank with %d threads against two ranks of one, and against one; %lld^2 "
                  "doubles\n%-12s %12s %12s %12s %12s %12s\n",
                  threads_of_one, static_cast<long long>(workload::size), "", "ranks ms",
                  "threads ms", "ratio", "alone ms", "ratio");
    const std::vector<std::pair<const char*, void (workload::*)()>> cases{
        {"expression", &workload::expression}, {"sum", &workload::sums},
        {"apply", &workload::one_step},        {"iterate", &workload::many_steps},
        {"copy", &workload::copies},           {"fill", &workload::fill},
        {"loadtxt", &workload::text},          {"save", &workload::save},
        {"restore", &workload::restore},       {"deflate", &workload::pack},
        {"inflate", &workload::unpack},        {"npz", &workload::archive}};
    for (const auto& [name, work] : cases)
      measure(
          world, name, [&, w = work] { (of_two.*w)(); }, [&, w = work] { (*of_one.*w)(); },
          repetitions);
  }
  world.barrier();
  if (world.rank() == 0) std::filesystem::remove_all(folder);
}

} // namespace bench
