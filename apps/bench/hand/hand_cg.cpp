#include "hand_cg.hpp"

#include <algorithm>
#include <cmath>

namespace bench {

namespace {

int neighbour(MPI_Comm comm, int step) {
  int rank = 0;
  int size = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const int other = rank + step;
  return other < 0 || other >= size ? MPI_PROC_NULL : other;
}

long share_of(MPI_Comm comm, long n) {
  int rank = 0;
  int size = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  return n / size + (rank < n % size ? 1 : 0);
}

} // namespace

hand_cg::hand_cg(MPI_Comm comm, long n)
    : comm_(comm), below_(neighbour(comm, -1)), above_(neighbour(comm, 1)), n_(n),
      planes_(share_of(comm, n)), pitch_(n + 2), slab_((n + 2) * (n + 2)) {
  for (std::vector<double>* each : {&x_, &r_, &p_, &q_})
    each->resize(static_cast<std::size_t>((planes_ + 2) * slab_));
}

double hand_cg::total(double mine) const {
  double sum = 0;
  MPI_Allreduce(&mine, &sum, 1, MPI_DOUBLE, MPI_SUM, comm_);
  return sum;
}

void hand_cg::exchange() {
  double* const p = p_.data();
  const int count = static_cast<int>(slab_);
  MPI_Sendrecv(p + slab_, count, MPI_DOUBLE, below_, 0, p + (planes_ + 1) * slab_, count,
               MPI_DOUBLE, above_, 0, comm_, MPI_STATUS_IGNORE);
  MPI_Sendrecv(p + planes_ * slab_, count, MPI_DOUBLE, above_, 1, p, count, MPI_DOUBLE, below_, 1,
               comm_, MPI_STATUS_IGNORE);
}

double hand_cg::apply() {
  double sum = 0;
  for (long i = 0; i < planes_; ++i)
    for (long j = 0; j < n_; ++j) {
      const double* __restrict p = p_.data() + row(i, j);
      double* __restrict q = q_.data() + row(i, j);
#pragma omp simd reduction(+ : sum)
      for (long k = 0; k < n_; ++k) {
        const double image = 6.0 * p[k] - p[k - 1] - p[k + 1] - p[k - pitch_] - p[k + pitch_] -
                             p[k - slab_] - p[k + slab_];
        q[k] = image;
        sum += p[k] * image;
      }
    }
  return sum;
}

double hand_cg::reduce_residual(double alpha) {
  double sum = 0;
  for (long i = 0; i < planes_; ++i)
    for (long j = 0; j < n_; ++j) {
      const double* __restrict q = q_.data() + row(i, j);
      double* __restrict r = r_.data() + row(i, j);
#pragma omp simd reduction(+ : sum)
      for (long k = 0; k < n_; ++k) {
        r[k] -= alpha * q[k];
        sum += r[k] * r[k];
      }
    }
  return sum;
}

void hand_cg::advance(double alpha, double beta) {
  for (long i = 0; i < planes_; ++i)
    for (long j = 0; j < n_; ++j) {
      const double* __restrict r = r_.data() + row(i, j);
      double* __restrict p = p_.data() + row(i, j);
      double* __restrict x = x_.data() + row(i, j);
#pragma omp simd
      for (long k = 0; k < n_; ++k) {
        x[k] += alpha * p[k];
        p[k] = r[k] + beta * p[k];
      }
    }
}

double hand_cg::run(int iterations) {
  for (long i = 0; i < planes_; ++i)
    for (long j = 0; j < n_; ++j) {
      std::fill_n(x_.data() + row(i, j), n_, 0.0);
      std::fill_n(r_.data() + row(i, j), n_, 1.0);
      std::fill_n(p_.data() + row(i, j), n_, 1.0);
    }
  double rho = total(static_cast<double>(planes_ * n_ * n_));
  for (int k = 0; k < iterations; ++k) {
    exchange();
    const double alpha = rho / total(apply());
    const double next = total(reduce_residual(alpha));
    advance(alpha, next / rho);
    rho = next;
  }
  return std::sqrt(rho);
}

} // namespace bench
