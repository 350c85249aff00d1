#include "lists/hand_subscripts.hpp"

namespace bench {

hand_subscripts::hand_subscripts(const subscript_task& task)
    : task_(task), vector_(static_cast<std::size_t>(task.owned)), values_(task.list.size()) {
  int ranks = 1;
  MPI_Comm_rank(task.comm, &rank_);
  MPI_Comm_size(task.comm, &ranks);
  const auto count = static_cast<std::size_t>(ranks);
  for (long i = 0; i < task.owned; ++i)
    vector_[static_cast<std::size_t>(i)] = value_of(rank_ * task.owned + i);
  std::vector<std::vector<int>> positions(count);
  std::vector<std::vector<int>> places(count);
  for (std::size_t k = 0; k < task.list.size(); ++k) {
    const auto owner = static_cast<std::size_t>(task.list[k] / task.owned);
    positions[owner].push_back(static_cast<int>(k));
    places[owner].push_back(static_cast<int>(task.list[k] % task.owned));
  }
  std::vector<int> asked(count);
  std::vector<int> wanted(count);
  for (std::size_t r = 0; r < count; ++r) asked[r] = static_cast<int>(places[r].size());
  MPI_Alltoall(asked.data(), 1, MPI_INT, wanted.data(), 1, MPI_INT, task.comm);
  for (int r = 0; r < ranks; ++r) {
    const auto at = static_cast<std::size_t>(r);
    if (r == rank_) {
      own_positions_ = positions[at];
      own_places_ = places[at];
      continue;
    }
    std::vector<int> theirs(static_cast<std::size_t>(wanted[at]));
    MPI_Sendrecv(places[at].data(), asked[at], MPI_INT, r, 0, theirs.data(), wanted[at], MPI_INT, r,
                 0, task.comm, MPI_STATUS_IGNORE);
    if (asked[at] > 0)
      wanted_from_.push_back({r, positions[at], std::vector<double>(positions[at].size())});
    if (wanted[at] > 0) wanted_by_.push_back({r, theirs, std::vector<double>(theirs.size())});
  }
  requests_.resize(wanted_from_.size() + wanted_by_.size());
}

void hand_subscripts::gather() {
  std::size_t next = 0;
  for (peer& p : wanted_from_)
    MPI_Irecv(p.buffer.data(), static_cast<int>(p.buffer.size()), MPI_DOUBLE, p.rank, 1, task_.comm,
              &requests_[next++]);
  for (peer& p : wanted_by_) {
    for (std::size_t k = 0; k < p.places.size(); ++k)
      p.buffer[k] = vector_[static_cast<std::size_t>(p.places[k])];
    MPI_Isend(p.buffer.data(), static_cast<int>(p.buffer.size()), MPI_DOUBLE, p.rank, 1, task_.comm,
              &requests_[next++]);
  }
  for (std::size_t k = 0; k < own_places_.size(); ++k)
    values_[static_cast<std::size_t>(own_positions_[k])] =
        vector_[static_cast<std::size_t>(own_places_[k])];
  for (std::size_t left = wanted_from_.size(); left > 0; --left) {
    int which = 0;
    MPI_Waitany(static_cast<int>(wanted_from_.size()), requests_.data(), &which, MPI_STATUS_IGNORE);
    const peer& p = wanted_from_[static_cast<std::size_t>(which)];
    for (std::size_t k = 0; k < p.places.size(); ++k)
      values_[static_cast<std::size_t>(p.places[k])] = p.buffer[k];
  }
  MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE);
}

void hand_subscripts::add_own() {
  for (std::size_t k = 0; k < own_places_.size(); ++k)
    vector_[static_cast<std::size_t>(own_places_[k])] +=
        values_[static_cast<std::size_t>(own_positions_[k])];
}

void hand_subscripts::add() {
  std::size_t next = 0;
  for (peer& p : wanted_by_)
    MPI_Irecv(p.buffer.data(), static_cast<int>(p.buffer.size()), MPI_DOUBLE, p.rank, 2, task_.comm,
              &requests_[next++]);
  for (peer& p : wanted_from_) {
    for (std::size_t k = 0; k < p.places.size(); ++k)
      p.buffer[k] = values_[static_cast<std::size_t>(p.places[k])];
    MPI_Isend(p.buffer.data(), static_cast<int>(p.buffer.size()), MPI_DOUBLE, p.rank, 2, task_.comm,
              &requests_[next++]);
  }
  bool own_is_done = false;
  for (std::size_t r = 0; r < wanted_by_.size(); ++r) { // in the order of ranks
    const peer& p = wanted_by_[r];
    if (p.rank > rank_ && !own_is_done) {
      add_own();
      own_is_done = true;
    }
    MPI_Wait(&requests_[r], MPI_STATUS_IGNORE);
    for (std::size_t k = 0; k < p.places.size(); ++k)
      vector_[static_cast<std::size_t>(p.places[k])] += p.buffer[k];
  }
  if (!own_is_done) add_own();
  MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE);
}

bool hand_subscripts::is_right() const {
  bool all = true;
  for (std::size_t k = 0; k < task_.list.size(); ++k)
    all = all && values_[k] == value_of(task_.list[k]);
  return all;
}

} // namespace bench
