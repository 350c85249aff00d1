// Calls that SimGrid's MPI lacks, or has in a form that does not scale.
#include <mpi.h>
#include <time.h>

int MPI_Is_thread_main(int* flag) {
  *flag = 1;
  return MPI_SUCCESS;
}

// All simulated ranks share one thread of the system: who slept would hold up all of them.
int __wrap_nanosleep(const struct timespec* wanted, struct timespec* left) {
  return smpi_nanosleep(wanted, left);
}
