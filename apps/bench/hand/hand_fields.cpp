#include "hand_fields.hpp"

namespace bench {

hand_fields::hand_fields(MPI_Comm comm, std::size_t count, long planes, long lines, long n,
                         long width)
    : comm_(comm), planes_(planes), lines_(lines), n_(n), width_(width), slab_(lines * n) {
  int rank = 0;
  int size = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  below_ = rank > 0 ? rank - 1 : MPI_PROC_NULL;
  above_ = rank + 1 < size ? rank + 1 : MPI_PROC_NULL;
  for (std::size_t k = 0; k < count; ++k)
    fields_.emplace_back(static_cast<std::size_t>((planes + 2 * width) * slab_));
}

void hand_fields::fill(std::size_t field, long first_plane, double (*value)(long, long, long)) {
  double* cell = at(field);
  for (long i = 0; i < planes_; ++i)
    for (long j = 0; j < lines_; ++j)
      for (long k = 0; k < n_; ++k) *cell++ = value(first_plane + i, j, k);
}

void hand_fields::exchange(const std::vector<std::size_t>& fields) {
  std::vector<MPI_Request> requests;
  const int count = static_cast<int>(width_ * slab_);
  for (const std::size_t f : fields) {
    double* const first = at(f);
    const int tag = static_cast<int>(f);
    MPI_Irecv(first - width_ * slab_, count, MPI_DOUBLE, below_, tag, comm_,
              &requests.emplace_back());
    MPI_Irecv(first + planes_ * slab_, count, MPI_DOUBLE, above_, tag, comm_,
              &requests.emplace_back());
    MPI_Isend(first, count, MPI_DOUBLE, below_, tag, comm_, &requests.emplace_back());
    MPI_Isend(first + (planes_ - width_) * slab_, count, MPI_DOUBLE, above_, tag, comm_,
              &requests.emplace_back());
  }
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
}

} // namespace bench
