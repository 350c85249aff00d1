// Elements named by lists, by PETSc's VecScatter.
#include "lists/subscript_peers.hpp"

#ifdef TESSERA_HAS_PETSC // told by peers.cmake

#include <petscvec.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

namespace {

void check(PetscErrorCode code) {
  if (code != 0) throw std::runtime_error("PETSc: error " + std::to_string(code));
}

class petsc_subscripts : public subscript_peer {
public:
  explicit petsc_subscripts(const subscript_task& task);
  petsc_subscripts(const petsc_subscripts&) = delete;
  petsc_subscripts& operator=(const petsc_subscripts&) = delete;
  ~petsc_subscripts() override {
    VecScatterDestroy(&scatter_);
    VecDestroy(&values_);
    VecDestroy(&vector_);
  }

  [[nodiscard]] std::string name() const override { return "PETSc, VecScatter"; }
  void gather() override { move(vector_, values_, INSERT_VALUES, SCATTER_FORWARD); }
  void add() override { move(values_, vector_, ADD_VALUES, SCATTER_REVERSE); }

private:
  void move(Vec from, Vec to, InsertMode mode, ScatterMode way) {
    check(VecScatterBegin(scatter_, from, to, mode, way));
    check(VecScatterEnd(scatter_, from, to, mode, way));
  }

  Vec vector_ = nullptr;
  Vec values_ = nullptr;
  VecScatter scatter_ = nullptr;
};

petsc_subscripts::petsc_subscripts(const subscript_task& task) {
  PetscBool is_up = PETSC_FALSE;
  check(PetscInitialized(&is_up));
  if (is_up == PETSC_FALSE) check(PetscInitializeNoArguments());
  const std::vector<PetscInt> list(task.list.begin(), task.list.end());
  const auto count = static_cast<PetscInt>(list.size());
  check(VecCreateMPI(task.comm, static_cast<PetscInt>(task.owned), PETSC_DETERMINE, &vector_));
  check(VecCreateSeq(PETSC_COMM_SELF, count, &values_));
  check(VecSet(vector_, 1.0));
  check(VecSet(values_, 1.0));
  IS places = nullptr;
  check(ISCreateGeneral(task.comm, count, list.data(), PETSC_COPY_VALUES, &places));
  check(VecScatterCreate(vector_, places, values_, nullptr, &scatter_));
  check(ISDestroy(&places));
}

} // namespace

std::unique_ptr<subscript_peer> make_petsc_subscripts(const subscript_task& task) {
  return std::make_unique<petsc_subscripts>(task);
}

} // namespace bench

#endif
