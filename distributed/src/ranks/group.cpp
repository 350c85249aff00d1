#include <tessera/distributed/ranks/group.hpp>

#include <tessera/core/error.hpp>
#include <tessera/distributed/communicator.hpp>

#include <fmt/core.h>

#include <atomic>
#include <string>
#include <utility>

namespace tessera {

using detail::check_mpi;

namespace {

std::string members_text(int size) {
  if (size == 0) return "the group has no ranks";
  if (size == 1) return "the group has rank 0 alone";
  return fmt::format("the group has ranks 0 to {}", size - 1);
}

void check_member(int rank, int size, const char* call) {
  if (rank >= 0 && rank < size) return;
  throw argument_error(fmt::format("{}: there is no rank {}; {}", call, rank, members_text(size)));
}

void check_members(const std::vector<int>& ranks, int size, const char* call) {
  std::vector<bool> is_given(static_cast<std::size_t>(size));
  for (const int rank : ranks) {
    check_member(rank, size, call);
    if (is_given[static_cast<std::size_t>(rank)])
      throw argument_error(fmt::format("{}: rank {} is given twice", call, rank));
    is_given[static_cast<std::size_t>(rank)] = true;
  }
}

std::vector<int> ranks_in(const std::vector<rank_range>& ranges, int size, const char* call) {
  std::vector<int> ranks;
  for (const auto& [first, last, step] : ranges) {
    if (step == 0)
      throw argument_error(fmt::format(
          "{}: ranks from {} to {} in steps of 0; steps are 1, -2, ...", call, first, last));
    const long long steps = (static_cast<long long>(last) - first) / step;
    if ((step > 0 && first > last) || (step < 0 && first < last)) continue;
    check_member(first, size, call);
    check_member(static_cast<int>(first + steps * step), size, call);
    for (long long k = 0; k <= steps; ++k) ranks.push_back(static_cast<int>(first + k * step));
  }
  return ranks;
}

using group_of_ranks = int (*)(MPI_Group, int, const int*, MPI_Group*);
using group_of_groups = int (*)(MPI_Group, MPI_Group, MPI_Group*);

group made_of(const group& from, const std::vector<int>& ranks, group_of_ranks function,
              const char* call, const char* mpi_call) {
  check_members(ranks, from.size(), call);
  MPI_Group made = MPI_GROUP_NULL;
  check_mpi(function(from.native(), static_cast<int>(ranks.size()), ranks.data(), &made), mpi_call);
  return group(made);
}

group made_of(const group& a, const group& b, group_of_groups function, const char* mpi_call) {
  MPI_Group made = MPI_GROUP_NULL;
  check_mpi(function(a.native(), b.native(), &made), mpi_call);
  return group(made);
}

} // namespace

struct group::user_count {
  std::atomic<long> copies = 1;
};

group::group(MPI_Group owned) : handle_(owned) {
  if (owned == MPI_GROUP_NULL) throw argument_error("a group made of MPI_GROUP_NULL");
  if (owned != MPI_GROUP_EMPTY) users_ = new user_count;
}

group::group(const group& other) noexcept : handle_(other.handle_), users_(other.users_) {
  if (users_ != nullptr) ++users_->copies;
}

group::group(group&& other) noexcept
    : handle_(std::exchange(other.handle_, MPI_GROUP_EMPTY)),
      users_(std::exchange(other.users_, nullptr)) {}

group& group::operator=(group other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(users_, other.users_);
  return *this;
}

group::~group() {
  if (users_ == nullptr || --users_->copies > 0) return;
  delete users_;
  int finalized = 0; // groups of static lifetime may outlive MPI
  MPI_Finalized(&finalized);
  if (finalized == 0) MPI_Group_free(&handle_);
}

int group::size() const {
  int size = 0;
  if (users_ != nullptr) check_mpi(MPI_Group_size(handle_, &size), "MPI_Group_size");
  return size;
}

int group::rank() const {
  int rank = MPI_UNDEFINED;
  if (users_ != nullptr) check_mpi(MPI_Group_rank(handle_, &rank), "MPI_Group_rank");
  return rank == MPI_UNDEFINED ? MPI_PROC_NULL : rank;
}

group group::include(const std::vector<int>& ranks) const {
  return made_of(*this, ranks, MPI_Group_incl, "include", "MPI_Group_incl");
}
group group::exclude(const std::vector<int>& ranks) const {
  return made_of(*this, ranks, MPI_Group_excl, "exclude", "MPI_Group_excl");
}
group group::include_ranges(const std::vector<rank_range>& ranges) const {
  return made_of(*this, ranks_in(ranges, size(), "include_ranges"), MPI_Group_incl,
                 "include_ranges", "MPI_Group_incl");
}
group group::exclude_ranges(const std::vector<rank_range>& ranges) const {
  return made_of(*this, ranks_in(ranges, size(), "exclude_ranges"), MPI_Group_excl,
                 "exclude_ranges", "MPI_Group_excl");
}

std::vector<int> group::translate(const std::vector<int>& ranks, const group& other) const {
  const int size = this->size();
  for (const int rank : ranks)
    if (rank != MPI_PROC_NULL) check_member(rank, size, "translate");
  std::vector<int> result(ranks.size());
  check_mpi(MPI_Group_translate_ranks(native(), static_cast<int>(ranks.size()), ranks.data(),
                                      other.native(), result.data()),
            "MPI_Group_translate_ranks");
  for (int& rank : result)
    if (rank == MPI_UNDEFINED) rank = MPI_PROC_NULL;
  return result;
}

int group::translate(int rank, const group& other) const {
  return translate(std::vector<int>{rank}, other)[0];
}

bool operator==(const group& a, const group& b) {
  int result = MPI_UNEQUAL;
  check_mpi(MPI_Group_compare(a.native(), b.native(), &result), "MPI_Group_compare");
  return result == MPI_IDENT;
}

group set_union(const group& a, const group& b) {
  return made_of(a, b, MPI_Group_union, "MPI_Group_union");
}
group set_intersection(const group& a, const group& b) {
  return made_of(a, b, MPI_Group_intersection, "MPI_Group_intersection");
}
group set_difference(const group& a, const group& b) {
  return made_of(a, b, MPI_Group_difference, "MPI_Group_difference");
}

} // namespace tessera
