// Redistribution of a square matrix from rows to columns as one writes it by hand, in three ways.
#pragma once

#include <mpi.h>

#include <array>
#include <vector>

namespace bench {

/// What is done: n x n doubles, of which every rank has n / ranks whole rows, come to lie in
/// columns (row-major, n rows of n / ranks), or, turned, in rows of the transposed matrix.
struct transfer_task {
  MPI_Comm comm;
  long n; // a multiple of the ranks
  bool turned;
};

/// Element (i, j) of the matrix.
inline double element_of(const transfer_task& task, long i, long j) {
  return static_cast<double>(i * task.n + j);
}

class hand_transfer {
public:
  explicit hand_transfer(const transfer_task& task);
  hand_transfer(const hand_transfer&) = delete;
  hand_transfer& operator=(const hand_transfer&) = delete;
  ~hand_transfer();

  /// A local copy of as many bytes as the rank has.
  void by_memcpy();
  /// From a shared window of each rank straight to where it belongs.
  void by_windows();
  /// Isend and Irecv of packed blocks.
  void by_messages();
  /// One MPI_Alltoallw with types that describe the blocks.
  void by_types();

  void fill();
  /// Makes the result wrong.
  void clear();
  [[nodiscard]] bool is_right() const;
  double* from() { return source_; }
  double* to() { return target_.data(); }

private:
  void make_types();
  /// The block that a rank sends here, in rows of `step`, copied to `to` with rows of `to_step`.
  void copy_block(double* to, long to_step, const double* from) const;
  [[nodiscard]] double* place_of(int peer);
  [[nodiscard]] long target_step() const { return task_.turned ? task_.n : block_; }
  [[nodiscard]] std::size_t block_size() const { return static_cast<std::size_t>(block_ * block_); }

  transfer_task task_;
  int rank_ = 0;
  int ranks_ = 1;
  long block_; // rows of a rank
  MPI_Win window_ = MPI_WIN_NULL;
  double* source_ = nullptr;
  std::vector<double*> sources_; // of all ranks
  std::vector<double> target_;
  std::vector<double> other_; // what memcpy copies from
  std::vector<double> packed_;
  std::vector<double> arrived_;
  std::array<std::vector<MPI_Datatype>, 2> types_; // sent, received
};

} // namespace bench
