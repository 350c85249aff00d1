// Conjugate gradients as one writes them by hand with MPI: three loops an iteration, restrict
// pointers, sums that are rounded as they come. What `cg` is measured against.
#pragma once

#include <mpi.h>

#include <vector>

namespace bench {

/// The Laplacian of seven points on a cube of points, zero around it, cut along its first axis.
class hand_cg {
public:
  hand_cg(MPI_Comm comm, long n);

  /// So many iterations from zero, for a right-hand side of ones; the norm of the residual.
  double run(int iterations);

private:
  void exchange();
  double apply();
  double reduce_residual(double alpha);
  void advance(double alpha, double beta);
  [[nodiscard]] double total(double mine) const;
  [[nodiscard]] long row(long plane, long line) const {
    return (plane + 1) * slab_ + (line + 1) * pitch_ + 1;
  }

  MPI_Comm comm_;
  int below_;
  int above_;
  long n_;
  long planes_;
  long pitch_;
  long slab_;
  std::vector<double> x_;
  std::vector<double> r_;
  std::vector<double> p_;
  std::vector<double> q_;
};

} // namespace bench
