#include "hand/hand_exchange.hpp"

#include <algorithm>

namespace bench {

hand_exchange::hand_exchange(MPI_Comm comm, const std::vector<long>& shape, std::size_t axis)
    : comm_(comm), is_contiguous_(axis == 0) {
  int rank = 0;
  int size = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  if (rank > 0) peers_[0] = rank - 1;
  if (rank + 1 < size) peers_[1] = rank + 1;
  std::vector<long> owned = shape;
  cut_ = owned[axis] = shape[axis] / size + (rank < shape[axis] % size ? 1 : 0);
  const long row = owned.back() + 2;
  const bool is_flat = shape.size() == 2;
  const long plane = is_flat ? row : (owned[1] + 2) * row;
  const bool last = axis + 1 == shape.size();
  outer_ = is_flat || is_contiguous_ ? 1 : owned[0];
  middle_ = is_contiguous_ ? 1 : is_flat ? owned[0] : last ? owned[1] : 1;
  run_ = is_contiguous_ ? plane : last ? 1 : owned[2];
  outer_step_ = plane;
  middle_step_ = row;
  axis_step_ = is_contiguous_ ? plane : last ? 1 : row;
  origin_ = is_contiguous_ ? 0 : is_flat ? row : last ? plane + row : plane + 1;
  field_.assign(static_cast<std::size_t>((owned[0] + 2) * plane), 1.0);
  for (auto& buffer : buffers_) buffer.resize(static_cast<std::size_t>(outer_ * middle_ * run_));
  make_types(owned, axis);
  make_requests();
}

hand_exchange::~hand_exchange() {
  for (MPI_Request& request : persistent_) MPI_Request_free(&request);
  for (MPI_Datatype& type : types_) MPI_Type_free(&type);
  MPI_Comm_free(&graph_);
}

void hand_exchange::make_types(const std::vector<long>& owned, std::size_t axis) {
  const int ndim = static_cast<int>(owned.size());
  std::vector<int> whole;
  std::vector<int> part;
  for (const long n : owned) {
    whole.push_back(static_cast<int>(n) + 2);
    part.push_back(static_cast<int>(n) + (is_contiguous_ ? 2 : 0));
  }
  part[axis] = 1;
  const std::array<long, 4> places{1, cut_, 0, cut_ + 1};
  for (std::size_t k = 0; k < 4; ++k) {
    std::vector<int> start(owned.size(), is_contiguous_ ? 0 : 1);
    start[axis] = static_cast<int>(places[k]);
    MPI_Type_create_subarray(ndim, whole.data(), part.data(), start.data(), MPI_ORDER_C, MPI_DOUBLE,
                             &types_[k]);
    MPI_Type_commit(&types_[k]);
  }
}

void hand_exchange::make_requests() {
  const int count = static_cast<int>(buffers_[0].size());
  for (const int side : {0, 1}) {
    const auto s = static_cast<std::size_t>(side);
    MPI_Recv_init(place_of(side == 0 ? receive_below : receive_above), count, MPI_DOUBLE, peers_[s],
                  1 - side, comm_, &persistent_[s]);
    MPI_Send_init(place_of(side == 0 ? send_below : send_above), count, MPI_DOUBLE, peers_[s], side,
                  comm_, &persistent_[2 + s]);
  }
  int size = 1;
  MPI_Comm_size(comm_, &size);
  const int periodic = 0;
  MPI_Cart_create(comm_, 1, &size, &periodic, 0, &graph_);
}

/// What MPI sends or receives: the layer itself, or where it is packed.
double* hand_exchange::place_of(layer which) {
  if (!is_contiguous_) return buffers_[which].data();
  const std::array<long, 4> places{1, cut_, 0, cut_ + 1};
  return field_.data() + places[which] * axis_step_;
}

template <class Copy> void hand_exchange::visit_layer(long place, Copy copy) {
  double* const first = field_.data() + origin_ + place * axis_step_;
  for (long o = 0; o < outer_; ++o)
    for (long m = 0; m < middle_; ++m) copy(first + o * outer_step_ + m * middle_step_);
}

void hand_exchange::pack() {
  if (is_contiguous_) return;
  for (std::size_t side = 0; side < 2; ++side) {
    if (peers_[side] == MPI_PROC_NULL) continue;
    double* to = buffers_[side].data();
    visit_layer(side == 0 ? 1 : cut_, [&](const double* from) {
      for (long i = 0; i < run_; ++i) *to++ = from[i];
    });
  }
}

void hand_exchange::unpack() {
  if (is_contiguous_) return;
  for (std::size_t side = 0; side < 2; ++side) {
    if (peers_[side] == MPI_PROC_NULL) continue;
    const double* from = buffers_[2 + side].data();
    visit_layer(side == 0 ? 0 : cut_ + 1, [&](double* to) {
      for (long i = 0; i < run_; ++i) to[i] = *from++;
    });
  }
}

void hand_exchange::by_messages() {
  const int count = static_cast<int>(buffers_[0].size());
  std::array<MPI_Request, 4> requests;
  MPI_Irecv(place_of(receive_below), count, MPI_DOUBLE, peers_[0], 1, comm_, &requests[0]);
  MPI_Irecv(place_of(receive_above), count, MPI_DOUBLE, peers_[1], 0, comm_, &requests[1]);
  pack();
  MPI_Isend(place_of(send_below), count, MPI_DOUBLE, peers_[0], 0, comm_, &requests[2]);
  MPI_Isend(place_of(send_above), count, MPI_DOUBLE, peers_[1], 1, comm_, &requests[3]);
  MPI_Waitall(4, requests.data(), MPI_STATUSES_IGNORE);
  unpack();
}

void hand_exchange::by_persistent_messages() {
  MPI_Startall(2, persistent_.data());
  pack();
  MPI_Startall(2, persistent_.data() + 2);
  MPI_Waitall(4, persistent_.data(), MPI_STATUSES_IGNORE);
  unpack();
}

void hand_exchange::by_types() {
  std::array<MPI_Request, 4> requests;
  double* const field = field_.data();
  MPI_Irecv(field, 1, types_[receive_below], peers_[0], 1, comm_, &requests[0]);
  MPI_Irecv(field, 1, types_[receive_above], peers_[1], 0, comm_, &requests[1]);
  MPI_Isend(field, 1, types_[send_below], peers_[0], 0, comm_, &requests[2]);
  MPI_Isend(field, 1, types_[send_above], peers_[1], 1, comm_, &requests[3]);
  MPI_Waitall(4, requests.data(), MPI_STATUSES_IGNORE);
}

void hand_exchange::by_neighbour_collective() {
  const std::array<int, 2> counts{1, 1};
  const std::array<MPI_Aint, 2> at{0, 0};
  MPI_Neighbor_alltoallw(field_.data(), counts.data(), at.data(), types_.data(), field_.data(),
                         counts.data(), at.data(), types_.data() + 2, graph_);
}

} // namespace bench
