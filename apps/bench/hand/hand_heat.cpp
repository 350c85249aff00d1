#include "hand/hand_heat.hpp"

#include <algorithm>

namespace bench {

namespace {

constexpr double a = 0.1;
constexpr long band = 32;   // rows of a plane per pass, so that three planes stay in the cache
constexpr long offset = 72; // doubles between the fields beyond their size: off the same cache sets

} // namespace

hand_heat::hand_heat(MPI_Comm comm, const std::vector<long>& shape) : comm_(comm) {
  int rank = 0;
  int size = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  below_ = rank > 0 ? rank - 1 : MPI_PROC_NULL;
  above_ = rank + 1 < size ? rank + 1 : MPI_PROC_NULL;
  total_ = shape[0];
  first_ = total_ / size * rank + std::min<long>(rank, total_ % size);
  slabs_ = total_ / size + (rank < total_ % size ? 1 : 0);
  rows_ = shape.size() == 3 ? shape[1] : 1;
  columns_ = shape.back();
  pitch_ = columns_ + 2;
  slab_ = shape.size() == 3 ? (rows_ + 2) * pitch_ : pitch_;
  const auto doubles = static_cast<std::size_t>((slabs_ + 2) * slab_);
  memory_u_.assign(doubles, 0.0);
  memory_v_.assign(doubles + offset, 0.0);
  const long inside = slab_ + (shape.size() == 3 ? pitch_ : 0) + 1; // the first element owned
  u_ = memory_u_.data() + inside;
  v_ = memory_v_.data() + offset + inside;
  for (long s = 0; s < slabs_; ++s)
    for (long r = 0; r < rows_; ++r)
      for (long c = 0; c < columns_; ++c) {
        const long at = s * slab_ + r * pitch_ + c;
        u_[at] = v_[at] = static_cast<double>(((first_ + s) * 31 + r * 17 + c * 7) % 101);
      }
}

void hand_heat::start_exchange() {
  // Whole slabs of owned rows; the halo columns at their ends hold nothing anybody reads.
  const long skip = rows_ > 1 ? pitch_ + 1 : 1;
  const int n = static_cast<int>(slab_);
  double* const u = u_ - skip;
  MPI_Irecv(u - slab_, n, MPI_DOUBLE, below_, 0, comm_, &requests_[0]);
  MPI_Irecv(u + slabs_ * slab_, n, MPI_DOUBLE, above_, 1, comm_, &requests_[1]);
  MPI_Isend(u, n, MPI_DOUBLE, below_, 1, comm_, &requests_[2]);
  MPI_Isend(u + (slabs_ - 1) * slab_, n, MPI_DOUBLE, above_, 0, comm_, &requests_[3]);
}

void hand_heat::finish_exchange() { MPI_Waitall(4, requests_.data(), MPI_STATUSES_IGNORE); }

void hand_heat::exchange() {
  start_exchange();
  finish_exchange();
}

void hand_heat::compute_rows(long first, long last) {
  const long pitch = pitch_;
  for (long s = first; s < last; ++s) {
    const double* __restrict__ u = u_ + s * pitch;
    double* __restrict__ v = v_ + s * pitch;
    for (long c = 1; c < columns_ - 1; ++c)
      v[c] = u[c] + a * (u[c - pitch] + u[c + pitch] + u[c - 1] + u[c + 1] - 4.0 * u[c]);
  }
}

void hand_heat::compute_planes(long first, long last) {
  const long pitch = pitch_;
  const long slab = slab_;
  for (long from = 1; from < rows_ - 1; from += band) {
    const long to = std::min(from + band, rows_ - 1);
    for (long s = first; s < last; ++s)
      for (long r = from; r < to; ++r) {
        const double* __restrict__ u = u_ + s * slab + r * pitch;
        double* __restrict__ v = v_ + s * slab + r * pitch;
        for (long c = 1; c < columns_ - 1; ++c)
          v[c] = u[c] + a * (u[c - slab] + u[c + slab] + u[c - pitch] + u[c + pitch] + u[c - 1] +
                             u[c + 1] - 6.0 * u[c]);
      }
  }
}

void hand_heat::compute(long first, long last) {
  // The first and last of the domain are kept.
  first = std::max(first, 1 - first_);
  last = std::min(last, total_ - 1 - first_);
  if (rows_ == 1)
    compute_rows(first, last);
  else
    compute_planes(first, last);
}

void hand_heat::step() {
  start_exchange();
  compute(1, slabs_ - 1);
  finish_exchange();
  compute(0, std::min<long>(1, slabs_));
  if (slabs_ > 1) compute(slabs_ - 1, slabs_);
  std::swap(u_, v_);
}

double hand_heat::sum() const {
  double mine = 0;
  for (long s = 0; s < slabs_; ++s)
    for (long r = 0; r < rows_; ++r)
      for (long c = 0; c < columns_; ++c) mine += u_[s * slab_ + r * pitch_ + c];
  double all = 0;
  MPI_Allreduce(&mine, &all, 1, MPI_DOUBLE, MPI_SUM, comm_);
  return all;
}

} // namespace bench
