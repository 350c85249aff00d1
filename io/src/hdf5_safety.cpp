#include "hdf5_safety.hpp"

#include <tessera/distributed/collectives.hpp>
#include <tessera/io/hdf5.hpp>

#include <cstdlib>
#include <cstring>
#include <link.h>

namespace tessera::detail {

namespace {

constexpr char lock_variable[] = "OMPI_MCA_fs_ufs_lock_algorithm";
constexpr char lock_parameter[] = "fs_ufs_lock_algorithm";
constexpr int lock_file = 2;
constexpr int lock_ranges = 3;

hdf5_cure current = hdf5_cure::on;

constexpr bool mpi_is_affected() {
#ifdef OPEN_MPI
  return OMPI_MAJOR_VERSION * 10000 + OMPI_MINOR_VERSION * 100 + OMPI_RELEASE_VERSION < 40107;
#else
  return false;
#endif
}

int find_component(dl_phdr_info* library, std::size_t /*size*/, void* /*context*/) {
  return library->dlpi_name != nullptr && std::strstr(library->dlpi_name, "mca_fs_ufs") != nullptr;
}

/// Has Open MPI loaded its component for files, and with it read the environment?
bool component_is_loaded() { return dl_iterate_phdr(find_component, nullptr) != 0; }

/// The lock algorithm that Open MPI has in force, or -1. Slow (0.2 s) unless it was asked before.
int lock_in_force() {
  int provided = 0;
  if (MPI_T_init_thread(MPI_THREAD_SINGLE, &provided) != MPI_SUCCESS) return -1;
  int value = -1;
  int index = 0;
  int count = 0;
  MPI_T_cvar_handle handle = nullptr;
  if (MPI_T_cvar_get_index(lock_parameter, &index) == MPI_SUCCESS &&
      MPI_T_cvar_handle_alloc(index, nullptr, &handle, &count) == MPI_SUCCESS) {
    if (MPI_T_cvar_read(handle, &value) != MPI_SUCCESS) value = -1;
    MPI_T_cvar_handle_free(&handle);
  }
  MPI_T_finalize();
  return value;
}

/// Asks for locks, unless the user asked for something else, and finds out what holds.
bool ask_for_locks() {
  const bool too_late = component_is_loaded();
  setenv(lock_variable, "3", 0);
  const int algorithm = too_late ? lock_in_force() : std::atoi(std::getenv(lock_variable));
  return algorithm == lock_file || algorithm == lock_ranges;
}

} // namespace

void set_hdf5_cure(hdf5_cure cure) { current = cure; }

communicator communicator_for_file(const communicator& comm) {
  return current == hdf5_cure::on ? comm.split(0, comm.rank()) : comm;
}

bool collective_writes_are_safe(const communicator& comm) {
  if (current == hdf5_cure::off || !mpi_is_affected()) return true;
  static const bool locked = ask_for_locks();
  return allreduce_min(comm, locked ? 1 : 0) == 1;
}

} // namespace tessera::detail
