// FFTW over MPI.
#include "transforms/fft_peers.hpp"

#ifdef TESSERA_HAS_FFTW
#include <fftw3-mpi.h>

#include <algorithm>
#include <stdexcept>
#endif

namespace bench {

#ifdef TESSERA_HAS_FFTW

namespace {

class fftw_fft : public fft_peer {
public:
  fftw_fft(const fft_task& task, bool transposed) : transposed_(transposed) {
    fftw_mpi_init();
    std::vector<ptrdiff_t> n(task.shape.begin(), task.shape.end());
    const int ndim = static_cast<int>(n.size());
    ptrdiff_t rows = 0;
    ptrdiff_t first = 0;
    ptrdiff_t rows_after = 0;
    ptrdiff_t first_after = 0;
    const ptrdiff_t size = fftw_mpi_local_size_transposed(ndim, n.data(), task.comm, &rows, &first,
                                                          &rows_after, &first_after);
    data_ = fftw_alloc_complex(static_cast<std::size_t>(size));
    out_ = fftw_alloc_complex(static_cast<std::size_t>(size));
    there_ = fftw_mpi_plan_dft(ndim, n.data(), data_, out_, task.comm, FFTW_FORWARD,
                               FFTW_MEASURE | (transposed ? FFTW_MPI_TRANSPOSED_OUT : 0U));
    back_ = fftw_mpi_plan_dft(ndim, n.data(), out_, data_, task.comm, FFTW_BACKWARD,
                              FFTW_MEASURE | (transposed ? FFTW_MPI_TRANSPOSED_IN : 0U));
    if (there_ == nullptr || back_ == nullptr) throw std::runtime_error("FFTW: cannot plan");
    std::fill_n(&data_[0][0], 2 * size, 0.0);
  }
  ~fftw_fft() override {
    fftw_destroy_plan(there_);
    fftw_destroy_plan(back_);
    fftw_free(data_);
    fftw_free(out_);
  }
  [[nodiscard]] std::string name() const override {
    return transposed_ ? "FFTW-MPI, transposed between" : "FFTW-MPI";
  }
  void run() override {
    fftw_execute(there_);
    fftw_execute(back_);
  }

private:
  bool transposed_;
  fftw_complex* data_;
  fftw_complex* out_;
  fftw_plan there_;
  fftw_plan back_;
};

} // namespace

std::vector<std::unique_ptr<fft_peer>> make_fftw_peers(const fft_task& task) {
  std::vector<std::unique_ptr<fft_peer>> peers;
  for (const bool transposed : {false, true})
    peers.push_back(std::make_unique<fftw_fft>(task, transposed));
  return peers;
}

#else

std::vector<std::unique_ptr<fft_peer>> make_fftw_peers(const fft_task& /*task*/) { return {}; }

#endif

} // namespace bench
