#include "node_memory.hpp"

#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/shared_memory.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

namespace tessera {

namespace {

bool& shared_memory_switch() {
  static bool on = [] {
    const char* const text = std::getenv("TESSERA_SHARED");
    return text == nullptr || std::strcmp(text, "0") != 0;
  }();
  return on;
}

} // namespace

bool uses_shared_memory() { return shared_memory_switch(); }
void use_shared_memory(bool yes) { shared_memory_switch() = yes; }

namespace detail {

namespace {

constexpr index_t line = 64;
constexpr index_t apart = 2 * line; // counters: processors fetch lines in pairs
constexpr index_t page = 4096;
constexpr index_t least_window = index_t{1} << 20U;
constexpr index_t most_slack = index_t{4} << 20U;
constexpr index_t most_bytes = index_t{1} << 47U; // what the distance in a place can say
constexpr unsigned window_shift = 48;

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

/// The file system that Open MPI takes shared memory from sets no pages aside for a window: who
/// touches one that is not there is killed. So its room is asked for first.
bool has_pages(double bytes) {
  struct statvfs room {};
  if (statvfs("/dev/shm", &room) != 0) return false;
  constexpr double spare = 1.02; // others take from it, too
  return bytes * spare < static_cast<double>(room.f_bavail) * static_cast<double>(room.f_bsize);
}

/// A window is a file: beyond the limit of a file's size, whoever makes it is killed.
bool has_large_files() {
  struct rlimit limit {};
  return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
}

/// Could this process map so much more? Open MPI crashes where a rank cannot map a window.
bool has_addresses(double bytes) {
  constexpr double most = 1e17;
  constexpr double spare = 3e7; // for what MPI allocates beside it
  if (bytes > most) return false;
  const auto length = static_cast<std::size_t>(bytes + spare);
  void* const trial = mmap(nullptr, length, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (trial == MAP_FAILED) return false;
  munmap(trial, length);
  return true;
}

/// Has the kernel set pages aside; false when it cannot.
bool populate(std::byte* data, index_t bytes) {
#ifdef MADV_POPULATE_WRITE
  const auto past = static_cast<index_t>(reinterpret_cast<std::uintptr_t>(data) % page);
  const auto length = static_cast<std::size_t>(bytes + past);
  if (madvise(data - past, length, MADV_POPULATE_WRITE) == 0) return true;
  return errno == EINVAL; // a kernel that does not know how
#else
  return data != nullptr && bytes > 0;
#endif
}

window_room last_room = window_room::enough;

/// All that were ever made, by the ranks of the world that share them.
std::map<std::vector<int>, node_memory*>& known_nodes() {
  static auto* const nodes = new std::map<std::vector<int>, node_memory*>;
  return *nodes;
}
/// In the order in which all their ranks made them.
std::vector<node_memory*>& nodes_in_order() {
  static auto* const nodes = new std::vector<node_memory*>;
  return *nodes;
}

int free_all_windows(MPI_Comm, int, void*, void*) {
  for (node_memory* const node : nodes_in_order()) node->free_windows();
  return MPI_SUCCESS;
}

/// What MPI frees first when it ends is what hangs on this communicator.
void free_windows_at_the_end() {
  int key = MPI_KEYVAL_INVALID;
  check_mpi(MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, &free_all_windows, &key, nullptr),
            "MPI_Comm_create_keyval");
  check_mpi(MPI_Comm_set_attr(MPI_COMM_SELF, key, nullptr), "MPI_Comm_set_attr");
}

/// The attribute of communicators that says what their node is; duplicates inherit it.
int node_key() {
  static const int key = [] {
    int made = MPI_KEYVAL_INVALID;
    check_mpi(MPI_Comm_create_keyval(MPI_COMM_DUP_FN, MPI_COMM_NULL_DELETE_FN, &made, nullptr),
              "MPI_Comm_create_keyval");
    return made;
  }();
  return key;
}

/// The numbers in the world of a communicator's ranks; empty when some are of another world.
std::vector<int> ranks_in_world(const communicator& comm) {
  MPI_Group world = MPI_GROUP_NULL;
  MPI_Group group = MPI_GROUP_NULL;
  check_mpi(MPI_Comm_group(MPI_COMM_WORLD, &world), "MPI_Comm_group");
  check_mpi(MPI_Comm_group(comm.native(), &group), "MPI_Comm_group");
  std::vector<int> own(static_cast<std::size_t>(comm.size()));
  for (std::size_t k = 0; k < own.size(); ++k) own[k] = static_cast<int>(k);
  std::vector<int> result(own.size());
  check_mpi(MPI_Group_translate_ranks(group, comm.size(), own.data(), world, result.data()),
            "MPI_Group_translate_ranks");
  MPI_Group_free(&world);
  MPI_Group_free(&group);
  if (std::find(result.begin(), result.end(), MPI_UNDEFINED) != result.end()) return {};
  return result;
}

} // namespace

window_room room_for_window(double bytes) {
  if (!has_addresses(bytes)) return window_room::no_addresses;
  if (!has_large_files()) return window_room::no_large_files;
  return has_pages(bytes) ? window_room::enough : window_room::no_pages;
}

const char* missing_room() {
  switch (last_room) {
  case window_room::no_addresses: return "The limit on memory is too low: raise it (ulimit -v)";
  case window_room::no_large_files:
    return "The size of files is limited: lift that (ulimit -f unlimited)";
  default: return "/dev/shm has too little room: enlarge it";
  }
}

node_memory* node_memory::of(const communicator& comm) {
  if (!uses_shared_memory() || comm.size() < 2) return nullptr;
  static char none; // the mark of ranks that are alone on their node
  void* found = nullptr;
  int is_known = 0;
  check_mpi(MPI_Comm_get_attr(comm.native(), node_key(), &found, &is_known), "MPI_Comm_get_attr");
  if (is_known == 0) {
    node_memory* const made = find_or_make(comm);
    found = made != nullptr ? static_cast<void*>(made) : &none;
    check_mpi(MPI_Comm_set_attr(comm.native(), node_key(), found), "MPI_Comm_set_attr");
  }
  return found == &none ? nullptr : static_cast<node_memory*>(found);
}

node_memory* node_memory::find_or_make(const communicator& comm) {
  communicator node = comm.split_by_node();
  if (node.size() == 1) return nullptr;
  const std::vector<int> ranks = ranks_in_world(node);
  if (ranks.empty()) return nullptr;
  node_memory*& known = known_nodes()[ranks];
  if (known == nullptr) {
    if (nodes_in_order().empty()) free_windows_at_the_end();
    known = new node_memory(std::move(node));
    nodes_in_order().push_back(known);
  }
  return known;
}

bool node_memory::make_room(index_t bytes, index_t counters) {
  index_t needed = bytes > 0 ? round_up(std::min(bytes, most_bytes), line) : 0;
  if (counters > static_cast<index_t>(counters_.size())) needed += round_up(counters * apart, page);
  const int is_short = allreduce_max(comm_, has_hole(needed) ? 0 : 1);
  if (is_short != 0 && !add_window(needed)) return false;
  if (counters <= static_cast<index_t>(counters_.size())) return true;
  const index_t chunk = round_up(counters * apart, page);
  const shared_place place = take(chunk);
  std::memset(at(place), 0, static_cast<std::size_t>(chunk));
  for (index_t k = 0; k < chunk; k += apart) {
    const shared_place each = place + static_cast<shared_place>(k);
    counters_.push_back({each, reinterpret_cast<std::uint64_t*>(at(each))});
  }
  return true;
}

bool node_memory::has_hole(index_t bytes) const {
  return bytes == 0 ||
         std::any_of(holes_.begin(), holes_.end(), [&](const hole& h) { return h.bytes >= bytes; });
}

bool node_memory::add_window(index_t needed) {
  const index_t wanted = std::max(needed, least_window);
  const index_t slack = std::min(most_slack, least_window * static_cast<index_t>(windows_.size()));
  const index_t bytes = round_up(wanted + std::max<index_t>(slack - needed, 0), page) + page;
  const double all = allreduce_sum(comm_, static_cast<double>(bytes));
  last_room =
      static_cast<window_room>(allreduce_min(comm_, static_cast<int>(room_for_window(all))));
  if (last_room != window_room::enough) return false;
  MPI_Info info = MPI_INFO_NULL;
  check_mpi(MPI_Info_create(&info), "MPI_Info_create");
  check_mpi(MPI_Info_set(info, "alloc_shared_noncontig", "true"), "MPI_Info_set");
  void* base = nullptr;
  MPI_Win handle = MPI_WIN_NULL;
  const int code = MPI_Win_allocate_shared(bytes, 1, info, comm_.native(), &base, &handle);
  MPI_Info_free(&info);
  return code == MPI_SUCCESS && keep_window(handle, bytes);
}

bool node_memory::keep_window(MPI_Win handle, index_t bytes) {
  window made{handle, {}, 0};
  for (int rank = 0; rank < comm_.size(); ++rank) {
    MPI_Aint size = 0;
    int unit = 1;
    void* base = nullptr;
    check_mpi(MPI_Win_shared_query(handle, rank, &size, &unit, &base), "MPI_Win_shared_query");
    // Every rank finds the same first line, for windows begin at the same place of a page.
    const auto address = reinterpret_cast<std::uintptr_t>(base);
    made.parts.push_back(static_cast<std::byte*>(base) +
                         (line - static_cast<index_t>(address % line)) % line);
  }
  made.bytes = (bytes - line) / line * line;
  std::byte* const own = made.parts[static_cast<std::size_t>(comm_.rank())];
  if (allreduce_min(comm_, populate(own, made.bytes) ? 1 : 0) == 0) {
    MPI_Win_free(&handle);
    return false;
  }
  check_mpi(MPI_Win_lock_all(MPI_MODE_NOCHECK, handle), "MPI_Win_lock_all");
  holes_.push_back({place_in(windows_.size(), 0), made.bytes});
  windows_.push_back(std::move(made));
  return true;
}

shared_place node_memory::take(index_t bytes) {
  const index_t wanted = round_up(bytes, line);
  const auto found =
      std::find_if(holes_.begin(), holes_.end(), [&](const hole& h) { return h.bytes >= wanted; });
  const shared_place place = found->place;
  found->place += static_cast<shared_place>(wanted);
  found->bytes -= wanted;
  if (found->bytes == 0) holes_.erase(found);
  return place;
}

void node_memory::give_back(shared_place place, index_t bytes) {
  const index_t freed = round_up(bytes, line);
  auto next =
      std::find_if(holes_.begin(), holes_.end(), [&](const hole& h) { return h.place > place; });
  next = holes_.insert(next, {place, freed});
  const auto joins = [](const hole& a, const hole& b) {
    return a.place + static_cast<shared_place>(a.bytes) == b.place;
  };
  if (next + 1 != holes_.end() && joins(*next, *(next + 1))) {
    next->bytes += (next + 1)->bytes;
    holes_.erase(next + 1);
  }
  if (next != holes_.begin() && joins(*(next - 1), *next)) {
    (next - 1)->bytes += next->bytes;
    holes_.erase(next);
  }
}

shared_counter node_memory::take_counter() {
  const shared_counter last = counters_.back();
  counters_.pop_back();
  return last;
}

std::byte* node_memory::at(int rank, shared_place place) const {
  return windows_[window_of(place)].parts[static_cast<std::size_t>(rank)] + distance_of(place);
}

shared_place node_memory::place_of(const void* address) const {
  const auto* const p = static_cast<const std::byte*>(address);
  for (std::size_t w = 0; w < windows_.size(); ++w) {
    const std::byte* const own = windows_[w].parts[static_cast<std::size_t>(comm_.rank())];
    if (p >= own && p < own + windows_[w].bytes) return place_in(w, p - own);
  }
  return nowhere;
}

void node_memory::free_windows() {
  for (window& w : windows_) {
    MPI_Win_unlock_all(w.handle);
    MPI_Win_free(&w.handle);
  }
}

} // namespace detail

} // namespace tessera
