// How MPI starts and ends.
#include "looked_at.hpp"

using namespace tessera::detail;

int MPI_Init(int* argc, char*** argv) {
  const int code = PMPI_Init(argc, argv);
  if (code == MPI_SUCCESS) begin_session(TESSERA_CALLER);
  return code;
}

int MPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  const int code = PMPI_Init_thread(argc, argv, required, provided);
  if (code == MPI_SUCCESS) begin_session(TESSERA_CALLER);
  return code;
}

int MPI_Finalize() {
  if (is_checking()) {
    const inside here;
    // Others may compute for hours: that is no reason to report.
    const raw_wait wait("MPI_Finalize", raw_wait::patiently());
    const hidden_communicator* const world = hidden_of(MPI_COMM_WORLD);
    compare_call(*world, operands("MPI_Finalize", world->rank, false),
                 {[](const void*, operands&) {}, nullptr});
  }
  end_session();
  return PMPI_Finalize();
}
