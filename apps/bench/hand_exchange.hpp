// Halo exchange along one axis as one writes it by hand: pack, Isend and Irecv, unpack.
#pragma once

#include <mpi.h>

#include <array>
#include <vector>

namespace bench {

/// A block of a field of 2 or 3 axes with one halo layer on every side; the field is cut along
/// `axis`, which is not the first: slabs of that one need no packing, see hand_heat.
class hand_exchange {
public:
  hand_exchange(MPI_Comm comm, const std::vector<long>& shape, std::size_t axis);
  void exchange();

private:
  /// The layer at a place along the axis, 0 being the lower halo; of all but the halos of the
  /// others.
  template <class Copy> void visit_layer(long place, Copy copy);

  MPI_Comm comm_;
  std::array<int, 2> peers_{MPI_PROC_NULL, MPI_PROC_NULL}; // below, above
  long cut_;                                               // elements owned along the axis
  long outer_;                                             // planes before it; 1 in 2-D
  long middle_; // rows or elements that make a layer of one plane
  long run_;    // adjacent elements in a layer
  long outer_step_ = 0;
  long middle_step_ = 0;
  long axis_step_ = 0;
  long origin_ = 0;
  std::vector<double> field_;
  std::array<std::vector<double>, 4> buffers_; // sent below, above; received from below, above
};

} // namespace bench
