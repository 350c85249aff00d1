// The peers one by one; each exists only where its library was found.
#pragma once

#include "../heat_step.hpp"

namespace bench {

std::unique_ptr<peer> make_petsc();
std::unique_ptr<peer> make_global_arrays();
std::unique_ptr<halo_update> make_petsc_halo(MPI_Comm comm, const std::vector<long>& shape,
                                             std::size_t axis);
std::unique_ptr<halo_update> make_global_arrays_halo(const std::vector<long>& shape,
                                                     std::size_t axis);

std::unique_ptr<solver_run> make_petsc_cg(MPI_Comm comm, long n, int iterations);
std::unique_ptr<solver_run> make_petsc_multigrid(MPI_Comm comm, long n, double tolerance);

} // namespace bench
