// Particles that move to the ranks that own them, as one writes it by hand.
#pragma once

#include <mpi.h>

#include <vector>

namespace bench {

struct bench_particle {
  double position[3];
  double velocity[3];
  long number;
  long home; // its rank
};

/// Packs all by rank, and exchanges them by MPI_Alltoallv.
class hand_records {
public:
  explicit hand_records(MPI_Comm comm);
  /// Every particle goes to its home.
  void move(std::vector<bench_particle>& mine);

private:
  MPI_Comm comm_;
  std::vector<int> counts_;
  std::vector<int> firsts_;
  std::vector<int> places_;
  std::vector<int> arriving_;
  std::vector<int> arriving_firsts_;
  std::vector<bench_particle> packed_;
  std::vector<bench_particle> next_;
  MPI_Datatype type_ = MPI_DATATYPE_NULL;
};

} // namespace bench
