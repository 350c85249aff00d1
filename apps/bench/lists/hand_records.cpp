#include "lists/hand_records.hpp"

#include <numeric>
#include <utility>

namespace bench {

hand_records::hand_records(MPI_Comm comm) : comm_(comm) {
  int ranks = 1;
  MPI_Comm_size(comm, &ranks);
  for (std::vector<int>* list : {&counts_, &firsts_, &places_, &arriving_, &arriving_firsts_})
    list->resize(static_cast<std::size_t>(ranks));
  MPI_Type_contiguous(sizeof(bench_particle), MPI_BYTE, &type_);
  MPI_Type_commit(&type_);
}

void hand_records::move(std::vector<bench_particle>& mine) {
  counts_.assign(counts_.size(), 0);
  for (const bench_particle& p : mine) ++counts_[static_cast<std::size_t>(p.home)];
  MPI_Alltoall(counts_.data(), 1, MPI_INT, arriving_.data(), 1, MPI_INT, comm_);
  std::exclusive_scan(counts_.begin(), counts_.end(), firsts_.begin(), 0);
  std::exclusive_scan(arriving_.begin(), arriving_.end(), arriving_firsts_.begin(), 0);
  places_ = firsts_;
  packed_.resize(mine.size());
  for (const bench_particle& p : mine)
    packed_[static_cast<std::size_t>(places_[static_cast<std::size_t>(p.home)]++)] = p;
  next_.resize(static_cast<std::size_t>(arriving_firsts_.back() + arriving_.back()));
  MPI_Alltoallv(packed_.data(), counts_.data(), firsts_.data(), type_, next_.data(),
                arriving_.data(), arriving_firsts_.data(), type_, comm_);
  std::swap(mine, next_);
}

} // namespace bench
