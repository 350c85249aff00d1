// A program that ends in the way its first argument names, for run_programs.py.

#include <tessera/core/elements/operators.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/threads.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/global_array.hpp>
#include <tessera/distributed/one_sided.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/run.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

using namespace tessera;

namespace {

using ending = int (*)(communicator& world);

bool is_last(const communicator& world) { return world.rank() == world.size() - 1; }

int succeed(communicator& world) {
  if (world.rank() == 0)
    std::printf("sum %d\n", static_cast<int>(allreduce_sum(world, 1)));
  else
    allreduce_sum(world, 1);
  return 0;
}

/// Every rank counts in elements of every other, between hosts, too.
int count_one_sidedly(communicator& world) {
  auto counts = zeros<std::int64_t>(process_grid<1>(world), {3 * world.size()});
  one_sided access(counts);
  for (index_t k = 0; k < 300; ++k) access.fetch_add({k % (3 * world.size())}, k % 5);
  access.accumulate(counts(slice(none, none, -3)), ones<std::int64_t>({world.size()}), op::sum);
  access.close();
  const auto all_counts = static_cast<int>(sum(counts));
  if (world.rank() == 0) std::printf("%d\n", all_counts / world.size() - world.size());
  return 0;
}

int throws_during_access(communicator& world) {
  auto counts = zeros(process_grid<1>(world), {3 * world.size()});
  one_sided access(counts);
  const auto alone = access.lock_shared(0);
  if (is_last(world)) throw file_error("cannot open a.txt");
  access.fence();
  return 0;
}

int return_three(communicator&) { return 3; }

int last_returns_three(communicator& world) { return is_last(world) ? 3 : 0; }

int all_throw(communicator&) { throw argument_error("all of us"); }

int usage(communicator&) { throw usage_error("no such option: --colour"); }

int last_throws(communicator& world) {
  if (is_last(world)) throw file_error("cannot open a.txt");
  return 0;
}

int agreed(communicator& world) {
  collectively(world, [&] {
    if (is_last(world)) throw file_error("cannot open a.txt");
  });
  return 0;
}

int last_throws_standard_exception(communicator& world) {
  if (is_last(world)) throw std::runtime_error("from elsewhere");
  return 0;
}

int throw_number(communicator&) { throw 42; } // NOLINT: users may

int throws_before_barrier(communicator& world) {
  if (is_last(world)) throw file_error("cannot open a.txt");
  world.barrier();
  return 0;
}

int throws_before_halo(communicator& world) {
  global_array<double, 1> u(process_grid<1>(world), {20}, halo<1>(1, true));
  u = 1.0;
  if (is_last(world)) throw file_error("cannot open a.txt");
  u.update_halo();
  return 0;
}

int throws_during_halo(communicator& world) {
  global_array<double, 1> u(process_grid<1>(world), {20}, halo<1>(1, true));
  u = 1.0;
  const transfer exchange = u.start_halo();
  if (is_last(world)) throw file_error("cannot open a.txt");
  world.barrier();
  return 0;
}

/// In the middle of a transfer that only this rank has started.
int throws_in_a_transfer_alone(communicator& world) {
  check_arguments(false); // which would find that the others make another call
  global_array<double, 1> u(process_grid<1>(world), {20}, halo<1>(1, true));
  for (const double value : {1.0, 2.0}) { // the first two runs of a plan are agreed on
    u = value;
    u.update_halo();
  }
  u = 3.0;
  if (is_last(world)) {
    const transfer exchange = u.start_halo();
    throw file_error("cannot open a.txt");
  }
  sum(u);
  return 0;
}

/// The last rank leaves in some way while the others wait for it in a transfer, and in a sum.
template <class Leave> int leave_alone(communicator& world, Leave&& leave) {
  global_array<double, 1> u(process_grid<1>(world), {20}, halo<1>(1, true));
  u = 1.0;
  if (is_last(world)) return leave();
  if (world.rank() == 0) u.update_halo();
  sum(u);
  return 0;
}
int last_returns_early(communicator& world) {
  return leave_alone(world, [] { return 0; });
}
int last_exits(communicator& world) {
  return leave_alone(world, []() -> int { std::exit(3); });
}
int last_quick_exits(communicator& world) {
  return leave_alone(world, []() -> int { std::quick_exit(0); });
}
int last_terminates(communicator& world) {
  return leave_alone(world, []() -> int { std::terminate(); });
}

int all_exit(communicator&) { std::exit(0); }

/// Who has left waits for those that compute, and for those that wait for who computes, however
/// long that takes.
int rest_computes(communicator& world) {
  const communicator others = world.split(is_last(world) ? 1 : 0, 0);
  if (is_last(world)) return 0;
  if (others.rank() == 0) std::this_thread::sleep_for(std::chrono::seconds(5));
  const std::int64_t sum = allreduce_sum(others, 1);
  if (world.rank() == 0) std::printf("sum %lld\n", static_cast<long long>(sum));
  return 0;
}

int nested(communicator&) {
  char name[] = "tessera_run_modes";
  char* arguments[] = {name, nullptr};
  return tessera::run(1, arguments, succeed);
}

int all_but_first_throw_before_barrier(communicator& world) {
  if (world.rank() > 0) throw file_error("cannot open a.txt");
  world.barrier();
  return 0;
}

const std::map<std::string, ending> endings{
    {"succeed", succeed},
    {"count_one_sidedly", count_one_sidedly},
    {"during_access", throws_during_access},
    {"return_three", return_three},
    {"last_returns_three", last_returns_three},
    {"all_throw", all_throw},
    {"usage", usage},
    {"last_throws", last_throws},
    {"agreed", agreed},
    {"standard_exception", last_throws_standard_exception},
    {"throw_number", throw_number},
    {"before_barrier", throws_before_barrier},
    {"before_halo", throws_before_halo},
    {"during_halo", throws_during_halo},
    {"in_transfer_alone", throws_in_a_transfer_alone},
    {"last_returns_early", last_returns_early},
    {"last_exits", last_exits},
    {"last_quick_exits", last_quick_exits},
    {"last_terminates", last_terminates},
    {"all_exit", all_exit},
    {"rest_computes", rest_computes},
    {"nested", nested},
    {"all_but_first", all_but_first_throw_before_barrier},
};

/// Two runs in an MPI that the program itself starts and ends.
int run_inside_mpi(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int code = 0;
  for (int i = 0; i < 2; ++i) code += tessera::run(argc, argv, succeed);
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (finalized != 0) code = 1;
  MPI_Barrier(MPI_COMM_WORLD);
  MPI_Finalize();
  return code;
}

void print_threads(communicator& world) {
  if (world.rank() == 0) std::printf("%d threads\n", threads());
}

int run_with_mpi_of(bool with_level, int argc, char** argv) {
  int level = MPI_THREAD_SINGLE;
  if (with_level)
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level);
  else
    MPI_Init(&argc, &argv);
  const int code = tessera::run(argc, argv, print_threads, {.threads = 2});
  MPI_Finalize();
  return code;
}

/// Threads where MPI is used without `run`.
int use_mpi_without_run(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int code = 0;
  try {
    communicator::world().barrier();
    set_threads(2);
  } catch (const communication_error&) {
    code = 5;
  } catch (const argument_error&) {
    code = 6;
  }
  MPI_Finalize();
  return code;
}

} // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "mpi_runs_already") return run_inside_mpi(argc, argv);
  if (mode == "nothing_returned") return tessera::run(argc, argv, [](communicator&) {});
  if (mode == "threads") return tessera::run(argc, argv, print_threads);
  if (mode == "three_threads") return tessera::run(argc, argv, print_threads, {.threads = 3});
  if (mode == "bad_option") return tessera::run(argc, argv, print_threads, {.threads = -3});
  if (mode == "mpi_single") return run_with_mpi_of(false, argc, argv);
  if (mode == "mpi_funneled") return run_with_mpi_of(true, argc, argv);
  if (mode == "without_run") return use_mpi_without_run(argc, argv);
  if (mode == "run_twice")
    return std::max(tessera::run(argc, argv, succeed), tessera::run(argc, argv, succeed));
  const auto found = endings.find(mode);
  return found == endings.end() ? 99 : tessera::run(argc, argv, found->second);
}
