#include "hand/hand_messages.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace bench {

void hand_messages::by_send() const {
  if (rank == 0) MPI_Send(from, count, MPI_DOUBLE, other(), 0, comm);
  MPI_Recv(to, count, MPI_DOUBLE, other(), 0, comm, MPI_STATUS_IGNORE);
  if (rank != 0) MPI_Send(from, count, MPI_DOUBLE, other(), 0, comm);
}

void hand_messages::by_sendrecv() const {
  MPI_Sendrecv(from, count, MPI_DOUBLE, other(), 0, to, count, MPI_DOUBLE, other(), 0, comm,
               MPI_STATUS_IGNORE);
}

void hand_messages::by_requests() const {
  std::array<MPI_Request, 2> requests;
  MPI_Irecv(to, count, MPI_DOUBLE, other(), 0, comm, &requests[0]);
  MPI_Isend(from, count, MPI_DOUBLE, other(), 0, comm, &requests[1]);
  MPI_Waitall(2, requests.data(), MPI_STATUSES_IGNORE);
}

namespace {

/// The innermost loop first.
MPI_Datatype type_of(const hand_layout& layout) {
  MPI_Datatype type = MPI_DATATYPE_NULL;
  MPI_Type_vector(static_cast<int>(layout.counts[2]), 1, static_cast<int>(layout.steps[2]),
                  MPI_DOUBLE, &type);
  for (const std::size_t d : {1U, 0U}) {
    if (layout.counts[d] == 1) continue;
    MPI_Datatype inner = type;
    MPI_Type_create_hvector(static_cast<int>(layout.counts[d]), 1,
                            layout.steps[d] * static_cast<long>(sizeof(double)), inner, &type);
    MPI_Type_free(&inner);
  }
  MPI_Type_commit(&type);
  return type;
}

/// Calls `copy` for each run of the innermost loop, with its first element and its place among the
/// packed ones.
template <class Copy> void visit_runs(const hand_layout& layout, Copy copy) {
  const auto& [n, step] = layout;
  for (long i = 0; i < n[0]; ++i)
    for (long j = 0; j < n[1]; ++j) copy(i * step[0] + j * step[1], (i * n[1] + j) * n[2]);
}

/// Is its order in memory that of columns?
bool is_turned(const hand_layout& layout) { return layout.steps[1] == 1 && layout.steps[2] > 1; }

/// Calls `copy` for each element of a matrix whose rows lie across memory, block by block.
template <class Copy> void visit_turned(const hand_layout& layout, Copy copy) {
  constexpr long tile = 32;
  const long rows = layout.counts[1];
  const long columns = layout.counts[2];
  for (long i0 = 0; i0 < rows; i0 += tile)
    for (long j0 = 0; j0 < columns; j0 += tile)
      for (long i = i0; i < std::min(rows, i0 + tile); ++i)
        for (long j = j0; j < std::min(columns, j0 + tile); ++j)
          copy(i + j * layout.steps[2], i * columns + j);
}

} // namespace

hand_view::hand_view(const hand_messages& ends, const hand_layout& from, const hand_layout& to)
    : ends_(ends), from_(from), to_(to),
      buffer_(static_cast<std::size_t>(from.counts[0] * from.counts[1] * from.counts[2])),
      types_{type_of(from), type_of(to)} {}

hand_view::~hand_view() {
  for (MPI_Datatype& type : types_) MPI_Type_free(&type);
}

void hand_view::by_types() {
  const auto [comm, rank, from, to, count] = ends_;
  if (rank == 0) MPI_Send(from, 1, types_[0], ends_.other(), 0, comm);
  MPI_Recv(to, 1, types_[1], ends_.other(), 0, comm, MPI_STATUS_IGNORE);
  if (rank != 0) MPI_Send(from, 1, types_[0], ends_.other(), 0, comm);
}

void hand_view::pack(double* to) const {
  const double* const from = ends_.from;
  const long run = from_.counts[2];
  const long step = from_.steps[2];
  if (is_turned(from_))
    visit_turned(from_, [=](long at, long place) { to[place] = from[at]; });
  else if (step == 1)
    visit_runs(from_, [=](long at, long place) {
      std::memcpy(to + place, from + at, static_cast<std::size_t>(run) * sizeof(double));
    });
  else
    visit_runs(from_, [=](long at, long place) {
      for (long k = 0; k < run; ++k) to[place + k] = from[at + k * step];
    });
}

void hand_view::unpack(const double* from) const {
  double* const to = ends_.to;
  const long run = to_.counts[2];
  const long step = to_.steps[2];
  if (is_turned(to_))
    visit_turned(to_, [=](long at, long place) { to[at] = from[place]; });
  else if (step == 1)
    visit_runs(to_, [=](long at, long place) {
      std::memcpy(to + at, from + place, static_cast<std::size_t>(run) * sizeof(double));
    });
  else
    visit_runs(to_, [=](long at, long place) {
      for (long k = 0; k < run; ++k) to[at + k * step] = from[place + k];
    });
}

void hand_view::by_packing() {
  const int count = static_cast<int>(size());
  const auto send = [&] {
    pack(buffer_.data());
    MPI_Send(buffer_.data(), count, MPI_DOUBLE, ends_.other(), 0, ends_.comm);
  };
  if (ends_.rank == 0) send();
  MPI_Recv(buffer_.data(), count, MPI_DOUBLE, ends_.other(), 0, ends_.comm, MPI_STATUS_IGNORE);
  unpack(buffer_.data());
  if (ends_.rank != 0) send();
}

hand_particles::hand_particles(MPI_Comm comm,
                               const std::vector<std::vector<moving_particle>>& for_ranks)
    : comm_(comm) {
  for (const auto& part : for_ranks) {
    counts_[0].push_back(static_cast<int>(part.size()));
    sent_.insert(sent_.end(), part.begin(), part.end());
  }
  counts_[1].resize(counts_[0].size());
  MPI_Alltoall(counts_[0].data(), 1, MPI_INT, counts_[1].data(), 1, MPI_INT, comm);
  for (const std::size_t side : {0U, 1U}) {
    offsets_[side].resize(counts_[side].size());
    std::exclusive_scan(counts_[side].begin(), counts_[side].end(), offsets_[side].begin(), 0);
  }
  received_.resize(static_cast<std::size_t>(offsets_[1].back() + counts_[1].back()));
  MPI_Type_contiguous(sizeof(moving_particle), MPI_BYTE, &type_);
  MPI_Type_commit(&type_);
}

void hand_particles::exchange(moving_particle* to) {
  MPI_Alltoallv(sent_.data(), counts_[0].data(), offsets_[0].data(), type_, to, counts_[1].data(),
                offsets_[1].data(), type_, comm_);
}

void hand_particles::into_kept() { exchange(received_.data()); }

void hand_particles::into_new() {
  std::vector<moving_particle> arrived(received_.size());
  exchange(arrived.data());
  received_.swap(arrived);
}

} // namespace bench
