// PETSc's solvers on a DMDA: conjugate gradients of an assembled matrix, and multigrid.
#ifdef TESSERA_HAS_PETSC // told by peers.cmake
#include "../peers/peers.hpp"

#include <petscdmda.h>
#include <petscksp.h>

#include <cmath>
#include <stdexcept>
#include <string>

namespace bench {

namespace {

void check(PetscErrorCode code) {
  if (code != 0) throw std::runtime_error("PETSc: error " + std::to_string(code));
}

/// A cube of n points along each axis, cut along its first, which is PETSc's last.
DM make_cube(MPI_Comm comm, PetscInt n) {
  int size = 1;
  MPI_Comm_size(comm, &size);
  DM grid = nullptr;
  constexpr DMBoundaryType none = DM_BOUNDARY_NONE;
  check(DMDACreate3d(comm, none, none, none, DMDA_STENCIL_STAR, n, n, n, 1, 1, size, 1, 1, nullptr,
                     nullptr, nullptr, &grid));
  check(DMSetUp(grid));
  return grid;
}

/// Calls f with every point that this rank owns.
template <class F> void for_points(DM grid, F&& f) {
  DMDALocalInfo info;
  check(DMDAGetLocalInfo(grid, &info));
  for (PetscInt k = info.zs; k < info.zs + info.zm; ++k)
    for (PetscInt j = info.ys; j < info.ys + info.ym; ++j)
      for (PetscInt i = info.xs; i < info.xs + info.xm; ++i) f(MatStencil{k, j, i, 0}, info.mx);
}

bool is_outside(const MatStencil& at, PetscInt n, PetscInt margin) {
  const auto beyond = [=](PetscInt i) { return i < margin || i >= n - margin; };
  return beyond(at.i) || beyond(at.j) || beyond(at.k);
}

/// Six times a point less its neighbours; with a margin, the points at the border stand for
/// themselves.
PetscErrorCode assemble(DM grid, Mat matrix, PetscInt margin, double scale) {
  for_points(grid, [&](const MatStencil& at, PetscInt n) {
    MatStencil columns[7] = {at, at, at, at, at, at, at};
    --columns[1].i, ++columns[2].i, --columns[3].j, ++columns[4].j, --columns[5].k, ++columns[6].k;
    double values[7] = {6.0 * scale};
    PetscInt count = 1;
    for (int c = 1; c < 7 && !(margin > 0 && is_outside(at, n, margin)); ++c)
      if (!is_outside(columns[c], n, margin)) {
        columns[count] = columns[c];
        values[count++] = -scale;
      }
    check(MatSetValuesStencil(matrix, 1, &at, count, columns, values, INSERT_VALUES));
  });
  check(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY));
  check(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY));
  return 0;
}

/// A solver with its vectors.
class petsc_run : public solver_run {
public:
  petsc_run(MPI_Comm comm, PetscInt n) : grid_(make_cube(comm, n)) {
    check(KSPCreate(comm, &solver_));
    check(DMCreateGlobalVector(grid_, &x_));
    check(VecDuplicate(x_, &b_));
    check(VecSet(b_, 1.0));
  }
  petsc_run(const petsc_run&) = delete;
  petsc_run& operator=(const petsc_run&) = delete;
  ~petsc_run() override {
    KSPDestroy(&solver_);
    VecDestroy(&x_);
    VecDestroy(&b_);
    DMDestroy(&grid_);
  }

  void run() override {
    check(VecSet(x_, 0.0));
    check(KSPSolve(solver_, b_, x_));
  }
  [[nodiscard]] double residual() override {
    PetscReal norm = 0;
    check(KSPGetResidualNorm(solver_, &norm));
    return norm;
  }
  [[nodiscard]] long iterations() override {
    PetscInt count = 0;
    check(KSPGetIterationNumber(solver_, &count));
    return count;
  }

protected:
  [[nodiscard]] DM grid() const { return grid_; }
  [[nodiscard]] KSP solver() const { return solver_; }
  [[nodiscard]] Vec right() const { return b_; }

private:
  DM grid_;
  KSP solver_ = nullptr;
  Vec x_ = nullptr;
  Vec b_ = nullptr;
};

class petsc_cg : public petsc_run {
public:
  petsc_cg(MPI_Comm comm, long n, int iterations) : petsc_run(comm, static_cast<PetscInt>(n)) {
    Mat matrix = nullptr;
    check(DMCreateMatrix(grid(), &matrix));
    check(assemble(grid(), matrix, 0, 1.0));
    check(KSPSetOperators(solver(), matrix, matrix));
    check(MatDestroy(&matrix));
    check(KSPSetType(solver(), KSPCG));
    check(KSPSetNormType(solver(), KSP_NORM_UNPRECONDITIONED));
    check(KSPSetTolerances(solver(), 1e-300, 1e-300, PETSC_DEFAULT, iterations));
    PC none = nullptr;
    check(KSPGetPC(solver(), &none));
    check(PCSetType(none, PCNONE));
    check(KSPSetUp(solver()));
  }
};

/// On every grid; its points at the border are those where the solution is zero.
PetscErrorCode assemble_grid(KSP solver, Mat /*matrix*/, Mat used, void* /*context*/) {
  DM grid = nullptr;
  check(KSPGetDM(solver, &grid));
  DMDALocalInfo info;
  check(DMDAGetLocalInfo(grid, &info));
  const auto intervals = static_cast<double>(info.mx - 1);
  return assemble(grid, used, 1, 1.0 / intervals); // restriction adds up, and does not average
}

class petsc_multigrid : public petsc_run {
public:
  petsc_multigrid(MPI_Comm comm, long n, double tolerance)
      : petsc_run(comm, static_cast<PetscInt>(n + 2)) {
    PetscInt levels = 1;
    for (long intervals = n + 1; intervals % 2 == 0 && intervals > 8; intervals /= 2) ++levels;
    set_right();
    check(KSPSetDM(solver(), grid()));
    check(KSPSetComputeOperators(solver(), &assemble_grid, nullptr));
    check(KSPSetType(solver(), KSPRICHARDSON));
    check(KSPSetNormType(solver(), KSP_NORM_UNPRECONDITIONED));
    check(KSPSetTolerances(solver(), tolerance, PETSC_DEFAULT, PETSC_DEFAULT, 100));
    PC cycles = nullptr;
    check(KSPGetPC(solver(), &cycles));
    check(PCSetType(cycles, PCMG));
    check(PCMGSetLevels(cycles, levels, nullptr));
    check(KSPSetUp(solver()));
  }

private:
  void set_right() {
    PetscScalar*** rows = nullptr;
    check(DMDAVecGetArray(grid(), right(), &rows));
    for_points(grid(), [&](const MatStencil& at, PetscInt n) {
      if (is_outside(at, n, 1)) rows[at.k][at.j][at.i] = 0.0;
    });
    check(DMDAVecRestoreArray(grid(), right(), &rows));
  }
};

} // namespace

std::unique_ptr<solver_run> make_petsc_cg(MPI_Comm comm, long n, int iterations) {
  return std::make_unique<petsc_cg>(comm, n, iterations);
}

std::unique_ptr<solver_run> make_petsc_multigrid(MPI_Comm comm, long n, double tolerance) {
  return std::make_unique<petsc_multigrid>(comm, n, tolerance);
}

} // namespace bench

#endif
