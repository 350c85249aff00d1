#include "hand/hand_transfer.hpp"

#include <algorithm>
#include <cstring>

namespace bench {

hand_transfer::hand_transfer(const transfer_task& task) : task_(task) {
  MPI_Comm_rank(task.comm, &rank_);
  MPI_Comm_size(task.comm, &ranks_);
  block_ = task.n / ranks_;
  const auto size = static_cast<std::size_t>(block_ * task.n);
  MPI_Win_allocate_shared(static_cast<MPI_Aint>(size * sizeof(double)), sizeof(double),
                          MPI_INFO_NULL, task.comm, &source_, &window_);
  for (int p = 0; p < ranks_; ++p) {
    MPI_Aint bytes = 0;
    int unit = 0;
    sources_.push_back(nullptr);
    MPI_Win_shared_query(window_, p, &bytes, &unit, &sources_.back());
  }
  target_.resize(size);
  other_.assign(size, 1.0);
  packed_.resize(block_size() * static_cast<std::size_t>(ranks_ - 1));
  arrived_.resize(packed_.size());
  make_types();
  fill();
}

hand_transfer::~hand_transfer() {
  for (auto& list : types_)
    for (MPI_Datatype& type : list) MPI_Type_free(&type);
  MPI_Win_free(&window_);
}

void hand_transfer::make_types() {
  const int n = static_cast<int>(task_.n);
  const int block = static_cast<int>(block_);
  const auto add = [&](std::size_t side, MPI_Datatype shape, long first) {
    const MPI_Aint at = first * static_cast<long>(sizeof(double));
    MPI_Datatype type = MPI_DATATYPE_NULL;
    MPI_Type_create_hindexed_block(1, 1, &at, shape, &type);
    MPI_Type_commit(&type);
    types_[side].push_back(type);
  };
  MPI_Datatype rows = MPI_DATATYPE_NULL;   // as the sender has them
  MPI_Datatype column = MPI_DATATYPE_NULL; // where one of these rows comes to lie, if turned
  MPI_Datatype placed = MPI_DATATYPE_NULL;
  MPI_Type_vector(block, block, n, MPI_DOUBLE, &rows);
  MPI_Type_vector(block, 1, n, MPI_DOUBLE, &column);
  if (task_.turned)
    MPI_Type_create_hvector(block, 1, sizeof(double), column, &placed);
  else
    MPI_Type_contiguous(block * block, MPI_DOUBLE, &placed);
  for (int p = 0; p < ranks_; ++p) {
    add(0, rows, p * block_);
    add(1, placed, place_of(p) - to());
  }
  for (MPI_Datatype* type : {&rows, &column, &placed}) MPI_Type_free(type);
}

/// Where a peer's block begins.
double* hand_transfer::place_of(int peer) {
  return to() + (task_.turned ? peer * block_ : peer * block_ * block_);
}

void hand_transfer::copy_block(double* to, long to_step, const double* from) const {
  if (!task_.turned) {
    for (long i = 0; i < block_; ++i)
      std::memcpy(to + i * to_step, from + i * task_.n,
                  static_cast<std::size_t>(block_) * sizeof(double));
    return;
  }
  constexpr long tile = 32;
  for (long j0 = 0; j0 < block_; j0 += tile)
    for (long i0 = 0; i0 < block_; i0 += tile)
      for (long i = i0; i < std::min(block_, i0 + tile); ++i)
        for (long j = j0; j < std::min(block_, j0 + tile); ++j)
          to[i * to_step + j] = from[j * task_.n + i];
}

void hand_transfer::by_memcpy() {
  std::memcpy(target_.data(), other_.data(), target_.size() * sizeof(double));
}

void hand_transfer::by_windows() {
  MPI_Barrier(task_.comm); // all blocks are written
  for (int k = 0; k < ranks_; ++k) {
    const int p = (rank_ + k) % ranks_;
    copy_block(place_of(p), target_step(), sources_[static_cast<std::size_t>(p)] + rank_ * block_);
  }
  MPI_Barrier(task_.comm); // and read
}

void hand_transfer::by_messages() {
  const auto peers = static_cast<std::size_t>(ranks_ - 1);
  std::vector<MPI_Request> requests(2 * peers);
  const int count = static_cast<int>(block_size());
  const auto peer = [&](std::size_t k) { return (rank_ + 1 + static_cast<int>(k)) % ranks_; };
  for (std::size_t k = 0; k < peers; ++k)
    MPI_Irecv(&arrived_[k * block_size()], count, MPI_DOUBLE, peer(k), 0, task_.comm, &requests[k]);
  for (std::size_t k = 0; k < peers; ++k) {
    copy_block(&packed_[k * block_size()], block_, source_ + peer(k) * block_);
    MPI_Isend(&packed_[k * block_size()], count, MPI_DOUBLE, peer(k), 0, task_.comm,
              &requests[peers + k]);
  }
  copy_block(place_of(rank_), target_step(), source_ + rank_ * block_);
  for (std::size_t k = 0; k < peers; ++k) {
    int which = 0;
    MPI_Waitany(static_cast<int>(peers), requests.data(), &which, MPI_STATUS_IGNORE);
    const auto arrived = static_cast<std::size_t>(which);
    double* const place = place_of(peer(arrived));
    for (long i = 0; i < block_; ++i)
      std::memcpy(place + i * target_step(),
                  &arrived_[arrived * block_size() + static_cast<std::size_t>(i * block_)],
                  static_cast<std::size_t>(block_) * sizeof(double));
  }
  MPI_Waitall(static_cast<int>(peers), requests.data() + peers, MPI_STATUSES_IGNORE);
}

void hand_transfer::by_types() {
  const std::vector<int> counts(static_cast<std::size_t>(ranks_), 1);
  const std::vector<int> at(static_cast<std::size_t>(ranks_), 0);
  MPI_Alltoallw(source_, counts.data(), at.data(), types_[0].data(), to(), counts.data(), at.data(),
                types_[1].data(), task_.comm);
}

void hand_transfer::fill() {
  for (long i = 0; i < block_; ++i)
    for (long j = 0; j < task_.n; ++j)
      source_[i * task_.n + j] = element_of(task_, rank_ * block_ + i, j);
  MPI_Barrier(task_.comm);
}

void hand_transfer::clear() { std::fill(target_.begin(), target_.end(), -1.0); }

bool hand_transfer::is_right() const {
  const long mine = rank_ * block_;
  const double* at = target_.data();
  for (long r = 0; r < (task_.turned ? block_ : task_.n); ++r)
    for (long c = 0; c < (task_.turned ? task_.n : block_); ++c)
      if (*at++ != (task_.turned ? element_of(task_, c, mine + r) : element_of(task_, r, mine + c)))
        return false;
  return true;
}

} // namespace bench
