#include "algebra/blas.hpp"

#include "vectors/processor.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <cstdlib>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <sys/stat.h>

// OpenBLAS's; another BLAS has none and looks at variables of its own. The last two are there only
// where it holds kernels for several processors.
extern "C" {
[[gnu::weak]] void openblas_set_num_threads(int threads);
[[gnu::weak]] int openblas_get_num_threads();
[[gnu::weak]] int openblas_get_parallel();
[[gnu::weak]] char* openblas_get_corename();
[[gnu::weak]] void gotoblas_dynamic_quit();
[[gnu::weak]] void gotoblas_dynamic_init();
}

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
  const bool said = any_is_set({"OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS"});
  if (!said && has_siblings() && openblas_set_num_threads != nullptr) openblas_set_num_threads(1);
  return true;
}

#ifdef TESSERA_X86

/// The kernels that suit this processor, by OpenBLAS's name; null where it is an old one.
const char* best_core() {
  if (__builtin_cpu_supports("avx2") == 0 || __builtin_cpu_supports("fma") == 0) return nullptr;
  return has_avx512() ? "SkylakeX" : "Haswell";
}

/// An OpenBLAS older than the processor does not know its model and takes the kernels of 2004,
/// named Prescott, which no processor with AVX2 needs.
bool is_too_old_for_processor() {
  if (openblas_get_corename == nullptr || gotoblas_dynamic_quit == nullptr ||
      gotoblas_dynamic_init == nullptr)
    return false;
  return std::string_view(openblas_get_corename()) == "Prescott" && best_core() != nullptr;
}

/// Are there no threads but this one and those that OpenBLAS keeps asleep? Each is a folder, which
/// counts as a link to that of all of them.
bool nobody_else_runs() {
  struct stat tasks = {};
  if (stat("/proc/self/task", &tasks) != 0) return false;
  const bool has_own_threads = openblas_get_parallel != nullptr && openblas_get_parallel() == 1;
  const int own =
      has_own_threads && openblas_get_num_threads != nullptr ? openblas_get_num_threads() : 1;
  return tasks.st_nlink == 3 || tasks.st_nlink == 2 + static_cast<nlink_t>(own);
}

/// Lets OpenBLAS choose its kernels again where it has not found those of this processor. Its
/// choice is a pointer to a table, which all calls read, and which is made from the processor's
/// model or from this variable.
bool choose_kernels() {
  constexpr const char* variable = "OPENBLAS_CORETYPE";
  if (!is_too_old_for_processor() || any_is_set({variable}) || !nobody_else_runs()) return false;
  if (setenv(variable, best_core(), 1) != 0) return false;
  gotoblas_dynamic_quit();
  gotoblas_dynamic_init();
  unsetenv(variable);
  return true;
}

// Before main, because later another thread might be in the middle of a call, or read the
// environment.
[[maybe_unused]] const bool kernels_are_chosen = choose_kernels();

#endif

} // namespace

void prepare_blas() {
  static const bool done = limit_threads();
  static_cast<void>(done);
}

blas_int blas_size(index_t n) {
  if (n > std::numeric_limits<blas_int>::max())
    throw argument_error(fmt::format(
        "a matrix with {} rows, columns or elements from row to row is too large for BLAS", n));
  return static_cast<blas_int>(n);
}

} // namespace tessera::detail
