// Who else transforms arrays over ranks.
#pragma once

#include "measure.hpp"

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <memory>
#include <string>
#include <vector>

namespace bench {

/// A shape of complex numbers, divided along the first axis.
struct fft_task {
  MPI_Comm comm;
  std::vector<tessera::index_t> shape;
};

/// Element i of the array in row-major order.
double fft_element(tessera::index_t i);

/// Another library, with its own array of those elements.
class fft_peer {
public:
  fft_peer() = default;
  fft_peer(const fft_peer&) = delete;
  fft_peer& operator=(const fft_peer&) = delete;
  virtual ~fft_peer() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// There, and back without dividing by the number of elements.
  virtual void run() = 0;
};

/// FFTW-MPI with its flags, as far as it is there: planned by measuring, with and without
/// transposed results. Collective.
std::vector<std::unique_ptr<fft_peer>> make_fftw_peers(const fft_task& task);

} // namespace bench
