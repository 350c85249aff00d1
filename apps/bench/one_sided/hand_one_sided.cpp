#include "hand_one_sided.hpp"

#include <algorithm>

namespace bench {

window_by_hand::window_by_hand(const one_sided_task& task) : task_(task) {
  int rank = 0;
  int ranks = 1;
  MPI_Comm_rank(task.comm, &rank);
  MPI_Comm_size(task.comm, &ranks);
  target_ = (rank + 1) % ranks;
  const long elements = task.rows * task.columns;
  MPI_Win_allocate(elements * static_cast<long>(sizeof(double)), sizeof(double), MPI_INFO_NULL,
                   task.comm, &part_, &window_);
  std::fill_n(part_, elements, 0.0);
  MPI_Barrier(task.comm);
  MPI_Win_lock_all(0, window_);
}

window_by_hand::~window_by_hand() {
  MPI_Win_unlock_all(window_);
  MPI_Win_free(&window_);
}

MPI_Datatype window_by_hand::type_of(const patch& p) const {
  MPI_Datatype type = MPI_DATATYPE_NULL;
  MPI_Type_vector(static_cast<int>(p.rows), static_cast<int>(p.columns),
                  static_cast<int>(task_.columns), MPI_DOUBLE, &type);
  MPI_Type_commit(&type);
  return type;
}

void window_by_hand::get(const patch& p, double* to) {
  MPI_Datatype type = type_of(p);
  MPI_Get(to, static_cast<int>(p.rows * p.columns), MPI_DOUBLE, target_, 0, 1, type, window_);
  MPI_Win_flush(target_, window_);
  MPI_Type_free(&type);
}

void window_by_hand::put(const patch& p, const double* from) {
  MPI_Datatype type = type_of(p);
  MPI_Put(from, static_cast<int>(p.rows * p.columns), MPI_DOUBLE, target_, 0, 1, type, window_);
  MPI_Win_flush(target_, window_);
  MPI_Type_free(&type);
}

void window_by_hand::add(const patch& p, const double* from) {
  MPI_Datatype type = type_of(p);
  MPI_Accumulate(from, static_cast<int>(p.rows * p.columns), MPI_DOUBLE, target_, 0, 1, type,
                 MPI_SUM, window_);
  MPI_Win_flush(target_, window_);
  MPI_Type_free(&type);
}

} // namespace bench
