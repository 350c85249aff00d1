// PETSc's DMDA. Its x is the fastest axis, so the field's last; it is cut along its own last axis.
#include "heat_row.hpp"
#include "peers.hpp"

#include <petscdmda.h>

#include <array>
#include <stdexcept>
#include <type_traits>

namespace bench {

namespace {

static_assert(std::is_same_v<PetscScalar, double>);

void check(PetscErrorCode code) {
  if (code != 0) throw std::runtime_error("PETSc: error " + std::to_string(code));
}

/// Row pointers of a vector, with global indices, as long as this lives.
template <std::size_t N, bool Written> class rows_of {
public:
  rows_of(DM grid, Vec vector) : grid_(grid), vector_(vector) {
    if constexpr (Written)
      check(DMDAVecGetArray(grid_, vector_, &rows_));
    else
      check(DMDAVecGetArrayRead(grid_, vector_, &rows_));
  }
  rows_of(const rows_of&) = delete;
  rows_of& operator=(const rows_of&) = delete;
  ~rows_of() {
    if constexpr (Written)
      DMDAVecRestoreArray(grid_, vector_, &rows_);
    else
      DMDAVecRestoreArrayRead(grid_, vector_, &rows_);
  }

  [[nodiscard]] auto operator[](long index) const { return rows_[index]; }

private:
  using element = std::conditional_t<Written, double, const double>;

  DM grid_;
  Vec vector_;
  std::conditional_t<N == 2, element**, element***> rows_ = nullptr;
};

template <std::size_t N> class petsc_heat : public heat_step {
public:
  petsc_heat(MPI_Comm comm, const std::vector<long>& shape);
  petsc_heat(const petsc_heat&) = delete;
  petsc_heat& operator=(const petsc_heat&) = delete;
  ~petsc_heat() override;

  [[nodiscard]] std::string name() const override { return "PETSc"; }
  void step() override;
  void exchange() override;
  [[nodiscard]] double sum() override;

private:
  using read = rows_of<N, false>;
  using written = rows_of<N, true>;

  static DM make_grid(MPI_Comm comm, const std::vector<long>& shape);
  void fill();
  void compute(const written& v, const read& u, long first, long last) const;

  long total_; // rows (planes) of the field
  long rows_;  // of a plane; 1 in 2-D
  long columns_;
  DM grid_;
  Vec u_ = nullptr;
  Vec v_ = nullptr;
  Vec local_ = nullptr; // with the halo
  long first_ = 0;      // row (plane) owned
  long last_ = 0;       // the one after them
};

template <std::size_t N>
DM petsc_heat<N>::make_grid(MPI_Comm comm, const std::vector<long>& shape) {
  std::array<PetscInt, N> n{};
  for (std::size_t k = 0; k < N; ++k) n[k] = static_cast<PetscInt>(shape[k]);
  int size = 1;
  MPI_Comm_size(comm, &size);
  constexpr DMBoundaryType none = DM_BOUNDARY_NONE;
  DM grid = nullptr;
  if constexpr (N == 2)
    check(DMDACreate2d(comm, none, none, DMDA_STENCIL_STAR, n[1], n[0], 1, size, 1, 1, nullptr,
                       nullptr, &grid));
  else
    check(DMDACreate3d(comm, none, none, none, DMDA_STENCIL_STAR, n[2], n[1], n[0], 1, 1, size, 1,
                       1, nullptr, nullptr, nullptr, &grid));
  check(DMSetUp(grid));
  return grid;
}

template <std::size_t N>
petsc_heat<N>::petsc_heat(MPI_Comm comm, const std::vector<long>& shape)
    : total_(shape[0]), rows_(N == 3 ? shape[1] : 1), columns_(shape.back()),
      grid_(make_grid(comm, shape)) {
  check(DMCreateGlobalVector(grid_, &u_));
  check(VecDuplicate(u_, &v_));
  check(DMCreateLocalVector(grid_, &local_));
  PetscInt from[3] = {};
  PetscInt count[3] = {};
  check(DMDAGetCorners(grid_, &from[0], &from[1], &from[2], &count[0], &count[1], &count[2]));
  first_ = from[N - 1];
  last_ = first_ + count[N - 1];
  fill();
}

template <std::size_t N> petsc_heat<N>::~petsc_heat() {
  VecDestroy(&local_);
  VecDestroy(&v_);
  VecDestroy(&u_);
  DMDestroy(&grid_);
}

template <std::size_t N> void petsc_heat<N>::fill() {
  const written u(grid_, u_);
  for (long s = first_; s < last_; ++s)
    for (long r = 0; r < rows_; ++r)
      for (long c = 0; c < columns_; ++c)
        if constexpr (N == 2)
          u[s][c] = first_heat(s, r, c);
        else
          u[s][r][c] = first_heat(s, r, c);
  check(VecCopy(u_, v_));
}

template <std::size_t N>
void petsc_heat<N>::compute(const written& v, const read& u, long first, long last) const {
  // The first and last of the field are kept.
  first = std::max(first, 1L);
  last = std::min(last, total_ - 1);
  if constexpr (N == 2)
    for (long s = first; s < last; ++s) heat_row(v[s], u[s], u[s - 1], u[s + 1], columns_);
  else
    for_inner_rows(first, last, rows_, [&](long s, long r) {
      heat_row(v[s][r], u[s][r], u[s - 1][r], u[s + 1][r], u[s][r - 1], u[s][r + 1], columns_);
    });
}

template <std::size_t N> void petsc_heat<N>::step() {
  check(DMGlobalToLocalBegin(grid_, u_, INSERT_VALUES, local_));
  const written v(grid_, v_);
  {
    // The elements owned may be read while they travel.
    const read u(grid_, u_);
    compute(v, u, first_ + 1, last_ - 1);
  }
  check(DMGlobalToLocalEnd(grid_, u_, INSERT_VALUES, local_));
  const read u(grid_, local_);
  compute(v, u, first_, std::min(first_ + 1, last_));
  if (last_ - first_ > 1) compute(v, u, last_ - 1, last_);
  std::swap(u_, v_);
}

template <std::size_t N> void petsc_heat<N>::exchange() {
  check(DMGlobalToLocalBegin(grid_, u_, INSERT_VALUES, local_));
  check(DMGlobalToLocalEnd(grid_, u_, INSERT_VALUES, local_));
}

template <std::size_t N> double petsc_heat<N>::sum() {
  double result = 0;
  check(VecSum(u_, &result));
  return result;
}

class petsc : public peer {
public:
  petsc() {
    // A command line of its own, so that it does not look at ours.
    check(PetscInitialize(&argc_, &argv_, nullptr, nullptr));
  }
  ~petsc() override { PetscFinalize(); }

  [[nodiscard]] std::unique_ptr<heat_step> make_heat(MPI_Comm comm,
                                                     const std::vector<long>& shape) override {
    if (shape.size() == 2) return std::make_unique<petsc_heat<2>>(comm, shape);
    return std::make_unique<petsc_heat<3>>(comm, shape);
  }

private:
  char name_[14] = "tessera-bench";
  char no_file_[14] = "-skip_petscrc";
  char no_handler_[19] = "-no_signal_handler";
  char* arguments_[4] = {name_, no_file_, no_handler_, nullptr};
  int argc_ = 3;
  char** argv_ = arguments_;
};

} // namespace

std::unique_ptr<peer> make_petsc() { return std::make_unique<petsc>(); }

} // namespace bench
