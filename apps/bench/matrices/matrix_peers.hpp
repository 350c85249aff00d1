// Linear algebra by other libraries; each exists only where its library was found.
#pragma once

#include <mpi.h>

#include <memory>

namespace bench {

/// Element i, j of the matrices: no row or column is like another; the symmetric one has a strong
/// diagonal.
double matrix_element(long i, long j);
double symmetric_element(long i, long j);

/// An n x n matrix by ScaLAPACK, called by hand on arrays that lie as it wants them. Each call
/// copies what it overwrites from a copy of its own.
class scalapack_matrix {
public:
  scalapack_matrix() = default;
  scalapack_matrix(const scalapack_matrix&) = delete;
  scalapack_matrix& operator=(const scalapack_matrix&) = delete;
  virtual ~scalapack_matrix() = default;
  virtual void multiply() = 0;
  /// One right-hand side.
  virtual void solve() = 0;
  virtual void find_eigenvectors() = 0;
};
std::unique_ptr<scalapack_matrix> make_scalapack_matrix(MPI_Comm comm, int n, int block,
                                                        bool symmetric);

} // namespace bench
