// Halos of PETSc's DMDA, whose x is the fastest axis, so the field's last.
#include "peers.hpp"

#include <petscdmda.h>

#include <array>
#include <stdexcept>
#include <string>

namespace bench {

namespace {

void check(PetscErrorCode code) {
  if (code != 0) throw std::runtime_error("PETSc: error " + std::to_string(code));
}

/// In place, in a local vector: less work than from a global one.
class petsc_halo : public halo_update {
public:
  petsc_halo(MPI_Comm comm, const std::vector<long>& shape, std::size_t axis);
  petsc_halo(const petsc_halo&) = delete;
  petsc_halo& operator=(const petsc_halo&) = delete;
  ~petsc_halo() override {
    VecDestroy(&u_);
    DMDestroy(&grid_);
  }

  void run() override {
    check(DMLocalToLocalBegin(grid_, u_, INSERT_VALUES, u_));
    check(DMLocalToLocalEnd(grid_, u_, INSERT_VALUES, u_));
  }

private:
  DM grid_ = nullptr;
  Vec u_ = nullptr;
};

petsc_halo::petsc_halo(MPI_Comm comm, const std::vector<long>& shape, std::size_t axis) {
  std::array<PetscInt, 3> n{1, 1, 1};
  std::array<PetscInt, 3> parts{1, 1, 1};
  const std::size_t ndim = shape.size();
  int ranks = 1;
  MPI_Comm_size(comm, &ranks);
  for (std::size_t k = 0; k < ndim; ++k) n[k] = static_cast<PetscInt>(shape[ndim - 1 - k]);
  parts[ndim - 1 - axis] = ranks;
  constexpr DMBoundaryType none = DM_BOUNDARY_NONE;
  if (ndim == 2)
    check(DMDACreate2d(comm, none, none, DMDA_STENCIL_STAR, n[0], n[1], parts[0], parts[1], 1, 1,
                       nullptr, nullptr, &grid_));
  else
    check(DMDACreate3d(comm, none, none, none, DMDA_STENCIL_STAR, n[0], n[1], n[2], parts[0],
                       parts[1], parts[2], 1, 1, nullptr, nullptr, nullptr, &grid_));
  check(DMSetUp(grid_));
  check(DMCreateLocalVector(grid_, &u_));
  check(VecSet(u_, 1.0));
}

} // namespace

std::unique_ptr<halo_update> make_petsc_halo(MPI_Comm comm, const std::vector<long>& shape,
                                             std::size_t axis) {
  return std::make_unique<petsc_halo>(comm, shape, axis);
}

} // namespace bench
