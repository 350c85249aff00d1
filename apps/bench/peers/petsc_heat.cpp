// PETSc's DMDA. Its x is the fastest axis, so the field's last; it is cut along its own last axis.
#include "heat_row.hpp"
#include "peers.hpp"

#include <petscdmda.h>

#include <stdexcept>
#include <string>
#include <type_traits>

namespace bench {

namespace {

static_assert(std::is_same_v<PetscScalar, double>);

void check(PetscErrorCode code) {
  if (code != 0) throw std::runtime_error("PETSc: error " + std::to_string(code));
}

/// Row pointers of a vector, with global indices, as long as this lives.
template <std::size_t N, bool Written> class rows_of {
  using element = std::conditional_t<Written, double, const double>;

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

  /// In 2-D `plane` is the row.
  [[nodiscard]] element* at(long plane, [[maybe_unused]] long row) const {
    if constexpr (N == 2)
      return rows_[plane];
    else
      return rows_[plane][row];
  }

private:
  DM grid_;
  Vec vector_;
  std::conditional_t<N == 2, element**, element***> rows_ = nullptr;
};

/// The two ways to keep a field.
enum class keep {
  global, // in global vectors, copied to a local one with a halo for each step, as PETSc's
          // tutorials
  local   // in local vectors, which update their halos in place
};

template <std::size_t N, keep Kept> class petsc_heat : public heat_step {
public:
  petsc_heat(MPI_Comm comm, const std::vector<long>& shape);
  petsc_heat(const petsc_heat&) = delete;
  petsc_heat& operator=(const petsc_heat&) = delete;
  ~petsc_heat() override;

  [[nodiscard]] std::string name() const override {
    return Kept == keep::global ? "PETSc" : "PETSc in place";
  }
  void step() override;
  void exchange() override;
  [[nodiscard]] double sum() override;

private:
  using read = rows_of<N, false>;
  using written = rows_of<N, true>;

  void make_vectors();
  void fill();
  void start_exchange();
  void finish_exchange();
  void compute(const written& v, const read& u, long first, long last) const;
  template <typename F> void for_owned(F element) const;

  MPI_Comm comm_;
  long total_; // rows (planes) of the field
  long rows_;  // of a plane; 1 in 2-D
  long columns_;
  DM grid_;
  long first_ = 0; // row (plane) owned
  long last_ = 0;  // the one after them
  Vec u_ = nullptr;
  Vec v_ = nullptr;
  Vec copy_ = nullptr; // of u with a halo, where u has none
};

template <std::size_t N> DM make_grid(MPI_Comm comm, const std::vector<long>& shape) {
  PetscInt n[N];
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

template <std::size_t N, keep Kept>
petsc_heat<N, Kept>::petsc_heat(MPI_Comm comm, const std::vector<long>& shape)
    : comm_(comm), total_(shape[0]), rows_(N == 3 ? shape[1] : 1), columns_(shape.back()),
      grid_(make_grid<N>(comm, shape)) {
  PetscInt from[3] = {};
  PetscInt count[3] = {};
  check(DMDAGetCorners(grid_, &from[0], &from[1], &from[2], &count[0], &count[1], &count[2]));
  first_ = from[N - 1];
  last_ = first_ + count[N - 1];
  make_vectors();
  fill();
}

template <std::size_t N, keep Kept> petsc_heat<N, Kept>::~petsc_heat() {
  VecDestroy(&copy_);
  VecDestroy(&v_);
  VecDestroy(&u_);
  DMDestroy(&grid_);
}

template <std::size_t N, keep Kept> void petsc_heat<N, Kept>::make_vectors() {
  if constexpr (Kept == keep::global) {
    check(DMCreateGlobalVector(grid_, &u_));
    check(DMCreateLocalVector(grid_, &copy_));
  } else {
    check(DMCreateLocalVector(grid_, &u_));
  }
  check(VecDuplicate(u_, &v_));
}

template <std::size_t N, keep Kept> void petsc_heat<N, Kept>::fill() {
  {
    const written u(grid_, u_);
    for_owned([&](long s, long r, long c) { u.at(s, r)[c] = first_heat(s, r, c); });
  }
  check(VecCopy(u_, v_));
}

template <std::size_t N, keep Kept> void petsc_heat<N, Kept>::start_exchange() {
  if constexpr (Kept == keep::global)
    check(DMGlobalToLocalBegin(grid_, u_, INSERT_VALUES, copy_));
  else
    check(DMLocalToLocalBegin(grid_, u_, INSERT_VALUES, u_));
}

template <std::size_t N, keep Kept> void petsc_heat<N, Kept>::finish_exchange() {
  if constexpr (Kept == keep::global)
    check(DMGlobalToLocalEnd(grid_, u_, INSERT_VALUES, copy_));
  else
    check(DMLocalToLocalEnd(grid_, u_, INSERT_VALUES, u_));
}

template <std::size_t N, keep Kept> void petsc_heat<N, Kept>::exchange() {
  start_exchange();
  finish_exchange();
}

template <std::size_t N, keep Kept>
void petsc_heat<N, Kept>::compute(const written& v, const read& u, long first, long last) const {
  // The first and last of the field are kept.
  first = std::max(first, 1L);
  last = std::min(last, total_ - 1);
  if constexpr (N == 2)
    for (long s = first; s < last; ++s)
      heat_row(v.at(s, 0), u.at(s, 0), u.at(s - 1, 0), u.at(s + 1, 0), columns_);
  else
    for_inner_rows(first, last, rows_, [&](long s, long r) {
      heat_row(v.at(s, r), u.at(s, r), u.at(s - 1, r), u.at(s + 1, r), u.at(s, r - 1),
               u.at(s, r + 1), columns_);
    });
}

template <std::size_t N, keep Kept> void petsc_heat<N, Kept>::step() {
  start_exchange();
  const written v(grid_, v_);
  {
    // The elements owned may be read while they travel.
    const read u(grid_, u_);
    compute(v, u, first_ + 1, last_ - 1);
  }
  finish_exchange();
  const read u(grid_, Kept == keep::global ? copy_ : u_);
  compute(v, u, first_, std::min(first_ + 1, last_));
  if (last_ - first_ > 1) compute(v, u, last_ - 1, last_);
  std::swap(u_, v_);
}

template <std::size_t N, keep Kept> double petsc_heat<N, Kept>::sum() {
  double result = 0;
  const read u(grid_, u_);
  for_owned([&](long s, long r, long c) { result += u.at(s, r)[c]; });
  MPI_Allreduce(MPI_IN_PLACE, &result, 1, MPI_DOUBLE, MPI_SUM, comm_);
  return result;
}

template <std::size_t N, keep Kept>
template <typename F>
void petsc_heat<N, Kept>::for_owned(F element) const {
  for (long s = first_; s < last_; ++s)
    for (long r = 0; r < rows_; ++r)
      for (long c = 0; c < columns_; ++c) element(s, r, c);
}

template <std::size_t N>
std::vector<std::unique_ptr<heat_step>> make_both(MPI_Comm comm, const std::vector<long>& shape) {
  std::vector<std::unique_ptr<heat_step>> both;
  both.push_back(std::make_unique<petsc_heat<N, keep::global>>(comm, shape));
  both.push_back(std::make_unique<petsc_heat<N, keep::local>>(comm, shape));
  return both;
}

class petsc : public peer {
public:
  petsc() {
    // A command line of its own, so that it does not look at ours.
    check(PetscInitialize(&argc_, &argv_, nullptr, nullptr));
  }
  ~petsc() override { PetscFinalize(); }

  [[nodiscard]] std::vector<std::unique_ptr<heat_step>>
  make_heats(MPI_Comm comm, const std::vector<long>& shape) override {
    return shape.size() == 2 ? make_both<2>(comm, shape) : make_both<3>(comm, shape);
  }

  [[nodiscard]] std::string name() const override { return "PETSc"; }
  [[nodiscard]] std::unique_ptr<halo_update>
  make_halo(MPI_Comm comm, const std::vector<long>& shape, std::size_t axis) override {
    return make_petsc_halo(comm, shape, axis);
  }
  [[nodiscard]] std::unique_ptr<solver_run> make_cg(MPI_Comm comm, long n,
                                                    int iterations) override {
    return make_petsc_cg(comm, n, iterations);
  }
  [[nodiscard]] std::unique_ptr<solver_run> make_multigrid(MPI_Comm comm, long n,
                                                           double tolerance) override {
    return make_petsc_multigrid(comm, n, tolerance);
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
