#include "job/launch.hpp"

#include "watch/print_message.hpp"

#include <tessera/distributed/communicator.hpp>

#include <fmt/core.h>

#include <cstdlib>
#include <string>

namespace tessera::detail {

namespace {

std::string variable(const char* name) {
  const char* const text = std::getenv(name);
  return text != nullptr ? text : "";
}

/// Takes a variable away for a while.
class hidden {
public:
  explicit hidden(const char* name) : name_(name), value_(variable(name)) { unsetenv(name); }
  hidden(const hidden&) = delete;
  hidden& operator=(const hidden&) = delete;
  ~hidden() { setenv(name_, value_.c_str(), 1); }

private:
  const char* name_;
  std::string value_;
};

/// Does Open MPI take this for a process of srun, which gives it nothing to find the others by? It
/// refuses to start then, also what was started by hand where SLURM's variables are set.
bool looks_like_srun() {
  return !variable("SLURM_NODELIST").empty() && !variable("SLURM_STEP_ID").empty() &&
         variable("PMIX_NAMESPACE").empty() && variable("PMI_FD").empty();
}

/// What serves one-sided calls between ranks without common memory: Open MPI 4.1.4's osc/rdma, its
/// first choice within a host, crashes in some and corrupts data, which 4.1.5 mends; osc/ucx needs
/// a millisecond for each without its hardware. Who has chosen otherwise knows why.
void choose_one_sided_calls() {
#ifdef OMPI_MAJOR_VERSION
  setenv("OMPI_MCA_osc", "^rdma,ucx", 0);
#endif
}

/// Threads of ours compute, and never call MPI. Who wants Open MPI to start at another level says
/// so by its variable, at which MPI_Init looks.
void initialize(int* argc, char*** argv) {
  if (!variable("OMPI_MPI_THREAD_LEVEL").empty())
    return check_mpi(MPI_Init(argc, argv), "MPI_Init");
  int level = MPI_THREAD_SINGLE;
  check_mpi(MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &level), "MPI_Init_thread");
}

} // namespace

void start_mpi(const char* program_name, int* argc, char*** argv) {
  choose_one_sided_calls();
  if (!looks_like_srun()) return initialize(argc, argv);
  const std::string tasks = variable("SLURM_NTASKS");
  if (tasks.empty() || tasks == "1") {
    const hidden nodes("SLURM_NODELIST");
    return initialize(argc, argv);
  }
  print_message(program_name,
                fmt::format("SLURM's variables say that this is one of {} tasks of srun, but not "
                            "how to find the others. Start it with mpirun -n {} or srun "
                            "--mpi=pmix, or, as one rank, with SLURM_NTASKS=1",
                            tasks, tasks));
  initialize(argc, argv);
}

} // namespace tessera::detail
