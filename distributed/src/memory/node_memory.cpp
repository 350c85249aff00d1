#include "memory/node_memory.hpp"

#include "memory/node_order.hpp"
#include "ranks/shared_pages.hpp"

#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/memory/block_storage.hpp>
#include <tessera/distributed/memory/shared_memory.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <algorithm>
#include <atomic>
#include <cstring>

namespace tessera::detail {

namespace {

constexpr index_t apart = 2 * cache_line; // counters: processors fetch lines in pairs
constexpr index_t least_window = index_t{1} << 20U;
constexpr index_t most_spare = index_t{4} << 20U;
constexpr index_t most_bytes = index_t{1} << 46U; // what the distance in a place can say
constexpr unsigned window_shift = 48;
constexpr std::size_t most_windows = 65000; // what the number in a place can say

std::atomic<window_room> last_room = window_room::enough;

shared_place place_in(std::size_t window, index_t distance) {
  return ((static_cast<shared_place>(window) + 1) << window_shift) +
         static_cast<shared_place>(distance);
}
std::size_t window_of(shared_place place) {
  return static_cast<std::size_t>((place >> window_shift) - 1);
}
index_t distance_of(shared_place place) {
  return static_cast<index_t>(place & ((shared_place{1} << window_shift) - 1));
}

index_t round_up(index_t bytes, index_t step) { return (bytes + step - 1) / step * step; }

/// The numbers that the ranks of a node have in a communicator.
std::vector<int> node_in(const communicator& comm, const communicator& node) {
  MPI_Group all = MPI_GROUP_NULL;
  MPI_Group some = MPI_GROUP_NULL;
  check_mpi(MPI_Comm_group(comm.native(), &all), "MPI_Comm_group");
  check_mpi(MPI_Comm_group(node.native(), &some), "MPI_Comm_group");
  std::vector<int> own(static_cast<std::size_t>(node.size()));
  for (std::size_t k = 0; k < own.size(); ++k) own[k] = static_cast<int>(k);
  std::vector<int> result(own.size());
  check_mpi(MPI_Group_translate_ranks(some, node.size(), own.data(), all, result.data()),
            "MPI_Group_translate_ranks");
  MPI_Group_free(&all);
  MPI_Group_free(&some);
  return result;
}

} // namespace

node_memory::node_memory(communicator comm) : comm_(std::move(comm)), heap_(page_size()) {}

const char* node_memory::missing_room() { return advice_for(last_room); }

bool node_memory::reserve(const communicator& comm, node_memory* node, index_t bytes,
                          index_t counters, shared_room& room) {
  enum : int { shares, is_alone, is_short };
  int found = is_alone;
  if (node != nullptr) {
    const std::lock_guard lock(node->mutex_);
    found = node->find_room(bytes, counters, room) ? shares : is_short;
  }
  const int worst = allreduce_max(comm, found);
  if (worst != is_short) return worst == shares;
  bool has_room = true;
  if (node != nullptr) {
    const ordered_lock lock(comm, node_in(comm, node->comm_), node->mutex_);
    const index_t more = round_up(std::min(bytes, most_bytes), cache_line) + counters * apart;
    has_room = node->grow(found == is_short ? more + page_size() : 0);
    if (has_room && found == is_short) has_room = node->find_room(bytes, counters, room);
  }
  const bool all_have = allreduce_min(comm, has_room ? 1 : 0) == 1;
  if (!all_have && node != nullptr) {
    const std::lock_guard lock(node->mutex_);
    node->give_up(room);
  }
  return all_have && allreduce_max(comm, found == is_alone ? 1 : 0) == 0;
}

bool node_memory::find_room(index_t bytes, index_t counters, shared_room& room) {
  if (!add_counters(counters)) return false;
  if (bytes > 0) {
    const std::optional<stretch> taken = take(bytes);
    if (!taken) return false;
    room.bytes = *taken;
  }
  for (index_t k = 0; k < counters; ++k) {
    room.counters.push_back(counters_.back());
    counters_.pop_back();
  }
  room.is_had = true;
  return true;
}

void node_memory::give_up(shared_room& room) {
  if (!room.is_had) return;
  heap_.give_back(room.bytes);
  counters_.insert(counters_.end(), room.counters.begin(), room.counters.end());
  room = {};
}

bool node_memory::add_counters(index_t count) {
  if (count <= static_cast<index_t>(counters_.size())) return true;
  const std::optional<stretch> chunk = take(round_up(count * apart, page_size()));
  if (!chunk) return false;
  std::memset(at(chunk->place), 0, static_cast<std::size_t>(chunk->bytes));
  for (index_t k = 0; k < chunk->bytes; k += apart) {
    const shared_place each = chunk->place + static_cast<shared_place>(k);
    counters_.push_back({each, reinterpret_cast<std::uint64_t*>(at(each))});
  }
  return true;
}

std::optional<stretch> node_memory::take(index_t bytes) {
  if (bytes > most_bytes) return {};
  const std::optional<stretch> found = heap_.find(round_up(bytes, cache_line));
  if (!found) return {};
  const std::vector<stretch> missing = heap_.missing_in(*found);
  if (!missing.empty() && !fetch_pages(missing, *found)) return {};
  heap_.take(*found);
  return found;
}

bool node_memory::fetch_pages(const std::vector<stretch>& missing, const stretch& wanted) {
  index_t bytes = 0;
  for (const stretch& s : missing) bytes += s.bytes;
  remove_pages(heap_.excess(wanted.bytes, bytes, shared_memory_slack(), wanted));
  if (!has_pages(static_cast<double>(bytes) * comm_.size())) {
    last_room = window_room::no_pages;
    return false;
  }
  for (const stretch& s : missing) {
    if (!populate(at(s.place), s.bytes)) return false;
    heap_.fill(s);
  }
  return true;
}

void node_memory::remove_pages(const std::vector<stretch>& pages) {
  for (const stretch& s : pages) {
    can_remove_pages_ = can_remove_pages_ && give_pages_back(at(s.place), s.bytes);
    if (can_remove_pages_) heap_.empty(s);
  }
}

void node_memory::trim() {
  const std::lock_guard lock(mutex_);
  remove_pages(heap_.excess(0, 0, shared_memory_slack()));
}

void node_memory::give_back(const stretch& bytes) {
  const std::lock_guard lock(mutex_);
  heap_.give_back(bytes);
}

void node_memory::give_back(const shared_counter& counter) {
  const std::lock_guard lock(mutex_);
  counters_.push_back(counter);
}

bool node_memory::grow(index_t needed) {
  if (allreduce_max(comm_, needed > 0 ? 1 : 0) == 0) return true;
  drop_free_windows();
  if (count_ == most_windows) return false;
  const auto count = static_cast<index_t>(count_);
  const index_t least = std::max(least_window, std::min(most_spare, least_window * count));
  const index_t bytes = round_up(needed > 0 ? std::max(needed, least) : page_size(), page_size());
  remove_pages(heap_.excess(needed, bytes, shared_memory_slack()));
  if (has_memory_for(bytes)) return make_window(bytes);
  remove_pages(heap_.all_free_pages());
  return has_memory_for(bytes) && make_window(bytes);
}

bool node_memory::has_memory_for(index_t bytes) {
  const double all = allreduce_sum(comm_, static_cast<double>(bytes + page_size()));
  const int room = allreduce_min(comm_, static_cast<int>(room_for_window(all)));
  last_room = static_cast<window_room>(room);
  return last_room == window_room::enough;
}

bool node_memory::make_window(index_t bytes) {
  MPI_Info info = MPI_INFO_NULL;
  check_mpi(MPI_Info_create(&info), "MPI_Info_create");
  check_mpi(MPI_Info_set(info, "alloc_shared_noncontig", "true"), "MPI_Info_set");
  void* base = nullptr;
  MPI_Win handle = MPI_WIN_NULL;
  const waiting here;
  const int code =
      MPI_Win_allocate_shared(bytes + page_size(), 1, info, comm_.native(), &base, &handle);
  MPI_Info_free(&info);
  return code == MPI_SUCCESS && keep_window(handle, bytes);
}

bool node_memory::keep_window(MPI_Win handle, index_t bytes) {
  window made{handle, {}, bytes, {memory_kind::windows, bytes}};
  const index_t page = page_size();
  for (int rank = 0; rank < comm_.size(); ++rank) {
    MPI_Aint size = 0;
    int unit = 1;
    void* base = nullptr;
    check_mpi(MPI_Win_shared_query(handle, rank, &size, &unit, &base), "MPI_Win_shared_query");
    // Every rank finds the same first page, for windows begin at the same place of a page.
    const auto past = static_cast<index_t>(reinterpret_cast<std::uintptr_t>(base) %
                                           static_cast<std::uintptr_t>(page));
    made.parts.push_back(static_cast<std::byte*>(base) + (page - past) % page);
  }
  std::byte* const own = made.parts[static_cast<std::size_t>(comm_.rank())];
  if (allreduce_min(comm_, populate(own, made.bytes) ? 1 : 0) == 0) {
    MPI_Win_free(&handle);
    return false;
  }
  check_mpi(MPI_Win_lock_all(MPI_MODE_NOCHECK, handle), "MPI_Win_lock_all");
  const std::size_t number = next_number();
  numbered(number) = std::move(made);
  heap_.add(whole(number));
  return true;
}

std::size_t node_memory::next_number() {
  for (std::size_t k = 0; k < count_; ++k)
    if (numbered(k).handle == MPI_WIN_NULL) return k;
  auto& chunk = chunks_[count_ / per_chunk];
  if (chunk == nullptr) chunk = std::make_unique<std::array<window, per_chunk>>();
  return count_++;
}

stretch node_memory::whole(std::size_t number) const {
  return {place_in(number, 0), numbered(number).bytes};
}

void node_memory::drop_free_windows() {
  std::vector<std::int64_t> used;
  for (std::size_t k = 0; k < count_; ++k)
    used.push_back(numbered(k).handle == MPI_WIN_NULL || heap_.is_free(whole(k)) ? 0 : 1);
  allreduce(comm_, used.data(), static_cast<int>(used.size()), MPI_MAX);
  for (std::size_t k = 0; k < count_; ++k) {
    if (used[k] != 0 || numbered(k).handle == MPI_WIN_NULL) continue;
    heap_.remove(whole(k));
    free_window(numbered(k));
  }
}

void node_memory::free_window(window& w) {
  if (w.handle == MPI_WIN_NULL) return;
  MPI_Win_unlock_all(w.handle);
  MPI_Win_free(&w.handle);
  w = {};
}

std::byte* node_memory::at(int rank, shared_place place) const {
  return numbered(window_of(place)).parts[static_cast<std::size_t>(rank)] + distance_of(place);
}

shared_place node_memory::place_of(const void* address) const {
  const std::lock_guard lock(mutex_);
  const auto* const p = static_cast<const std::byte*>(address);
  for (std::size_t k = 0; k < count_; ++k) {
    const window& w = numbered(k);
    if (w.handle == MPI_WIN_NULL) continue;
    const std::byte* const own = w.parts[static_cast<std::size_t>(comm_.rank())];
    if (p >= own && p < own + w.bytes) return place_in(k, p - own);
  }
  return nowhere;
}

} // namespace tessera::detail
