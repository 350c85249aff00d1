// Halo exchange along one axis as one writes it by hand, in four ways.
#pragma once

#include <mpi.h>

#include <array>
#include <vector>

namespace bench {

/// A block of a field of 2 or 3 axes with one halo layer on every side; the field is cut along
/// `axis`. Layers of the first axis go as they lie, with the halos of the other axes.
class hand_exchange {
public:
  hand_exchange(MPI_Comm comm, const std::vector<long>& shape, std::size_t axis);
  hand_exchange(const hand_exchange&) = delete;
  hand_exchange& operator=(const hand_exchange&) = delete;
  ~hand_exchange();

  /// Isend and Irecv, of packed elements where the layer is strided.
  void by_messages();
  /// The same with requests made once.
  void by_persistent_messages();
  /// Isend and Irecv with types that describe the layers.
  void by_types();
  /// One MPI_Neighbor_alltoallw with such types.
  void by_neighbour_collective();

private:
  enum layer { send_below, send_above, receive_below, receive_above };

  void make_types(const std::vector<long>& owned, std::size_t axis);
  void make_requests();
  [[nodiscard]] double* place_of(layer which);
  void pack();
  void unpack();
  /// The layer at a place along the axis, 0 being the lower halo; of all but the halos of the
  /// others.
  template <class Copy> void visit_layer(long place, Copy copy);

  MPI_Comm comm_;
  MPI_Comm graph_ = MPI_COMM_NULL;
  std::array<int, 2> peers_{MPI_PROC_NULL, MPI_PROC_NULL}; // below, above
  bool is_contiguous_;
  long cut_;    // elements owned along the axis
  long outer_;  // planes before it; 1 in 2-D
  long middle_; // rows or elements that make a layer of one plane
  long run_;    // adjacent elements in a layer
  long outer_step_ = 0;
  long middle_step_ = 0;
  long axis_step_ = 0;
  long origin_ = 0;
  std::vector<double> field_;
  std::array<std::vector<double>, 4> buffers_; // by layer
  std::array<MPI_Datatype, 4> types_{};
  std::array<MPI_Request, 4> persistent_{};
};

} // namespace bench
