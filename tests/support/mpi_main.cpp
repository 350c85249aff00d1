/// @file
/// main() of the tests that run under MPI.

#include "rank_listener.hpp"

#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/distributed/run.hpp>

#include <cstdlib>

namespace {

/// Rank 0 speaks for all.
void silence() {
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  delete listeners.Release(listeners.default_xml_generator());
}

} // namespace

int main(int argc, char** argv) {
  // Some tests have threads, each with a communicator of its own.
  int level = MPI_THREAD_SINGLE;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &level);
  testing::InitGoogleTest(&argc, argv);

  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank != 0) silence();

  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  auto* listener = new tessera_test::rank_listener(MPI_COMM_WORLD);
  listeners.Append(listener);
  // Where check mode is asked for, the tests are watched, as users' programs are.
  const auto all_tests = [](tessera::communicator&) { return RUN_ALL_TESTS(); };
  const bool is_watched = std::getenv("TESSERA_CHECK") != nullptr && tessera::checks_arguments();
  int result = is_watched ? tessera::run(argc, argv, all_tests) : RUN_ALL_TESTS();
  MPI_Allreduce(MPI_IN_PLACE, &result, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);

  delete listeners.Release(listener);
  MPI_Finalize();
  return result;
}
