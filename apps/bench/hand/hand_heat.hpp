// Heat steps as one writes them by hand with MPI: restrict pointers, Isend and Irecv, overlap. What
// `apply` is measured against.
#pragma once

#include <mpi.h>

#include <array>
#include <vector>

namespace bench {

/// Two fields of a slab of rows (2-D: `depth` is 1) or planes, with one halo layer on every side.
class hand_heat {
public:
  /// A domain of rows x columns, or planes x rows x columns, cut along its first axis.
  hand_heat(MPI_Comm comm, const std::vector<long>& shape);

  void step();
  void exchange();
  [[nodiscard]] double sum() const;

private:
  void start_exchange();
  void finish_exchange();
  void compute(long first, long last);
  void compute_rows(long first, long last);
  void compute_planes(long first, long last);

  MPI_Comm comm_;
  int below_;
  int above_;
  long slabs_; // rows (planes) owned
  long first_; // global index of the first
  long total_; // global number
  long rows_;  // of a plane; 1 in 2-D
  long columns_;
  long pitch_; // doubles from one row to the next
  long slab_;  // doubles from one row (plane) to the next
  std::vector<double> memory_u_;
  std::vector<double> memory_v_;
  double* u_;
  double* v_;
  std::array<MPI_Request, 4> requests_;
};

} // namespace bench
