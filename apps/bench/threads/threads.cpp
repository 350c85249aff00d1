#include "threads.hpp"

#include "../measure.hpp"

#include <tessera/core/threads.hpp>
#include <tessera/tessera.hpp>

#include <unistd.h>

#include <cstdio>
#include <functional>
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

/// What is measured, on the ranks of a communicator.
class workload {
public:
  workload(const communicator& comm, std::string text)
      : comm_(comm), text_(std::move(text)), a_(rows(), {size, size}, halo<2>(16)), b_(a_) {
    a_.fill([](index_t i, index_t j) { return static_cast<double>((i * 31 + j) % 101) * 0.01; });
    b_ = a_;
  }

  void expression() { b_ = 0.5 * a_ + 0.25 * b_; }
  void sums() { total_ = sum(a_); }
  void one_step() { apply(b_, a_, heat); }
  void many_steps() { iterate(a_, b_, 32, heat); }
  void copies() { b_ = a_; }
  void text() { table_ = loadtxt<double>(comm_, text_); }

  static constexpr index_t size = 4096;

private:
  [[nodiscard]] process_grid<2> rows() const { return {comm_, {comm_.size(), 1}}; }

  communicator comm_;
  std::string text_;
  global_array<double, 2> a_;
  global_array<double, 2> b_;
  global_array<double, 2> table_;
  double total_ = 0;
};

/// Rank 0 works with all threads, and the other one sleeps until it is done: it leaves its
/// processor to them.
class alone {
public:
  explicit alone(const communicator& world) : world_(world) {}

  void run(const std::function<void()>& work) const {
    constexpr int tag = 7;
    constexpr unsigned microseconds = 1000;
    int done = 1;
    if (world_.rank() == 0) {
      set_threads(threads_of_one);
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

} // namespace

void run_threads(const communicator& world, const std::string& folder, index_t repetitions) {
  if (world.size() != 2) throw usage_error("threads runs on 2 ranks, as mpirun -n 2");
  const std::string path = folder + "/tessera-bench-threads.txt";
  write_text(world, path);
  workload of_two(world, path);
  workload of_one(communicator(MPI_COMM_SELF).duplicate(), path);
  const alone threaded(world);
  if (world.rank() == 0)
    std::printf("One rank with %d threads against two ranks of one; %lld^2 doubles\n%-12s %12s "
                "%12s %12s\n",
                threads_of_one, static_cast<long long>(workload::size), "", "ranks ms",
                "threads ms", "ratio");
  const std::vector<std::pair<const char*, void (workload::*)()>> cases{
      {"expression", &workload::expression}, {"sum", &workload::sums},
      {"apply", &workload::one_step},        {"iterate", &workload::many_steps},
      {"copy", &workload::copies},           {"loadtxt", &workload::text}};
  for (const auto& [name, work] : cases) {
    // What is tuned at first use is tuned here.
    for (int i = 0; i < 4; ++i) {
      (of_two.*work)();
      threaded.run([&] { (of_one.*work)(); });
    }
    const auto seconds =
        median_seconds(world.native(),
                       {{"ranks", [&] { (of_two.*work)(); }},
                        {"threads", [&] { threaded.run([&] { (of_one.*work)(); }); }}},
                       repetitions);
    if (world.rank() == 0)
      std::printf("%-12s %12.3f %12.3f %12.3f\n", name, seconds[0] * 1e3, seconds[1] * 1e3,
                  seconds[0] / seconds[1]);
  }
  if (world.rank() == 0) std::remove(path.c_str());
}

} // namespace bench
