#include "hand_exchange.hpp"

#include <algorithm>
#include <utility>

namespace bench {

hand_exchange::hand_exchange(MPI_Comm comm, const std::vector<long>& shape, std::size_t axis)
    : comm_(comm) {
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
  outer_ = is_flat ? 1 : owned[0];
  middle_ = is_flat ? owned[0] : last ? owned[1] : 1;
  run_ = last ? 1 : owned[2];
  outer_step_ = plane;
  middle_step_ = row;
  axis_step_ = last ? 1 : row;
  origin_ = is_flat ? row : last ? plane + row : plane + 1;
  field_.assign(static_cast<std::size_t>((owned[0] + 2) * plane), 1.0);
  for (auto& buffer : buffers_) buffer.resize(static_cast<std::size_t>(outer_ * middle_ * run_));
}

template <class Copy> void hand_exchange::visit_layer(long place, Copy copy) {
  double* const layer = field_.data() + origin_ + place * axis_step_;
  for (long o = 0; o < outer_; ++o)
    for (long m = 0; m < middle_; ++m) copy(layer + o * outer_step_ + m * middle_step_);
}

void hand_exchange::exchange() {
  const int count = static_cast<int>(buffers_[0].size());
  std::array<MPI_Request, 4> requests;
  for (std::size_t side = 0; side < 2; ++side)
    MPI_Irecv(buffers_[2 + side].data(), count, MPI_DOUBLE, peers_[side],
              static_cast<int>(1 - side), comm_, &requests[side]);
  for (std::size_t side = 0; side < 2; ++side) {
    if (peers_[side] != MPI_PROC_NULL) {
      double* to = buffers_[side].data();
      visit_layer(side == 0 ? 1 : cut_, [&](const double* from) {
        for (long i = 0; i < run_; ++i) *to++ = from[i];
      });
    }
    MPI_Isend(buffers_[side].data(), count, MPI_DOUBLE, peers_[side], static_cast<int>(side), comm_,
              &requests[2 + side]);
  }
  MPI_Waitall(4, requests.data(), MPI_STATUSES_IGNORE);
  for (std::size_t side = 0; side < 2; ++side) {
    if (peers_[side] == MPI_PROC_NULL) continue;
    const double* from = buffers_[2 + side].data();
    visit_layer(side == 0 ? 0 : cut_ + 1, [&](double* to) {
      for (long i = 0; i < run_; ++i) to[i] = *from++;
    });
  }
}

} // namespace bench
