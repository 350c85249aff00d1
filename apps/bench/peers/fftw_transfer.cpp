// FFTW's transpose of a matrix over ranks.
#include "transfer_peers.hpp"

#include <fftw3-mpi.h>

#include <stdexcept>

namespace bench {

namespace {

class fftw_transfer : public transfer_peer {
public:
  fftw_transfer(const transfer_task& task, double* from, double* to) {
    fftw_mpi_init();
    plan_ = fftw_mpi_plan_many_transpose(task.n, task.n, 1, FFTW_MPI_DEFAULT_BLOCK,
                                         FFTW_MPI_DEFAULT_BLOCK, from, to, task.comm, FFTW_MEASURE);
    if (plan_ == nullptr) throw std::runtime_error("FFTW: cannot plan a transpose");
  }
  ~fftw_transfer() override { fftw_destroy_plan(plan_); }
  [[nodiscard]] std::string name() const override { return "FFTW-MPI transpose"; }
  void run() override { fftw_execute(plan_); }

private:
  fftw_plan plan_;
};

} // namespace

std::unique_ptr<transfer_peer> make_fftw_transfer(const transfer_task& task, double* from,
                                                  double* to) {
  return std::make_unique<fftw_transfer>(task, from, to);
}

} // namespace bench
