#include "blas.hpp"

#include <tessera/core/error.hpp>

#include <cstdlib>
#include <initializer_list>
#include <limits>
#include <string>

// OpenBLAS's; another BLAS has none and looks at variables of its own.
extern "C" [[gnu::weak]] void openblas_set_num_threads(int threads);

namespace tessera::detail {

namespace {

bool any_is_set(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (std::getenv(name) != nullptr) return true;
  return false;
}

/// Is this one of several processes? By the variables of Open MPI, of MPICH and its relatives, of
/// PMIx and of Slurm, since core itself knows nothing of MPI.
bool has_siblings() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"}) {
    const char* const size = std::getenv(name);
    if (size != nullptr) return std::atoi(size) > 1;
  }
  return any_is_set({"PMIX_RANK"});
}

bool limit_threads() {
  const bool chosen = any_is_set({"OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS"});
  if (!chosen && has_siblings() && openblas_set_num_threads != nullptr) openblas_set_num_threads(1);
  return true;
}

} // namespace

void prepare_blas() {
  static const bool done = limit_threads();
  static_cast<void>(done);
}

blas_int blas_size(index_t n) {
  if (n > std::numeric_limits<blas_int>::max())
    throw argument_error("a matrix with " + std::to_string(n) +
                         " rows, columns or elements from row to row is too large for BLAS");
  return static_cast<blas_int>(n);
}

} // namespace tessera::detail
