/// @file
/// main() of the tests that run under MPI.

#include "rank_listener.hpp"

#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/distributed/run.hpp>

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
  // In check mode the tests are watched, as users' programs are.
  int result = tessera::checks_arguments()
                   ? tessera::run(argc, argv, [](tessera::communicator&) { return RUN_ALL_TESTS(); })
                   : RUN_ALL_TESTS();
  MPI_Allreduce(MPI_IN_PLACE, &result, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);

  delete listeners.Release(listener);
  MPI_Finalize();
  return result;
}
