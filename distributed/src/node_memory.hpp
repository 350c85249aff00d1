// Memory that the ranks of one node share.
#pragma once

#include <tessera/distributed/block_storage.hpp>

#include <cstdint>
#include <vector>

namespace tessera::detail {

/// A place in a rank's part of the shared memory: the number of the window and the distance from
/// where the part begins, in one word.
using shared_place = std::uint64_t;
inline constexpr shared_place nowhere = 0;

/// What keeps windows from being made.
enum class window_room { no_addresses, no_large_files, no_pages, enough };
window_room room_for_window(double bytes);
/// Why the last window could not be made, and what to do.
const char* missing_room();

/// A word on a cache line of its own that one rank counts up and others wait for. It never counts
/// down and its memory never serves anything else, so that who waits for a number finds it even
/// after the counter went to another owner.
struct shared_counter {
  shared_place place = nowhere;
  std::uint64_t* word = nullptr;
};

/// The windows of MPI that the ranks of a node have made together. Each rank divides its own part
/// of every window by itself; freed memory serves again, and the windows live until MPI ends: so
/// arrays can be freed in any order, and the cost of fresh pages is paid once.
class node_memory {
public:
  /// That of a communicator's ranks on this node; null where this one is alone, or nothing is
  /// shared. Collective the first time; duplicates of the communicator inherit it.
  static node_memory* of(const communicator& comm);

  /// The ranks of the node.
  [[nodiscard]] const communicator& comm() const { return comm_; }
  /// Makes sure that every rank finds room for its bytes, in one piece, and its counters; false on
  /// all ranks when one does not. Collective.
  bool make_room(index_t bytes, index_t counters);
  /// Uninitialised memory on cache lines of its own. There must be room.
  shared_place take(index_t bytes);
  void give_back(shared_place place, index_t bytes);
  shared_counter take_counter();
  void give_back(const shared_counter& counter) { counters_.push_back(counter); }

  /// A place in the part of one of the node's ranks.
  [[nodiscard]] std::byte* at(int rank, shared_place place) const;
  [[nodiscard]] std::byte* at(shared_place place) const { return at(comm_.rank(), place); }
  /// The place of an address in this rank's own part.
  [[nodiscard]] shared_place place_of(const void* address) const;

  /// Frees the windows. Collective, once, when MPI ends.
  void free_windows();

private:
  explicit node_memory(communicator comm) : comm_(std::move(comm)) {}
  static node_memory* find_or_make(const communicator& comm);

  struct window {
    MPI_Win handle;
    std::vector<std::byte*> parts; // of the node's ranks, on a cache line each
    index_t bytes;                 // of this rank's
  };
  struct hole {
    shared_place place;
    index_t bytes;
  };
  bool add_window(index_t needed);
  bool keep_window(MPI_Win handle, index_t bytes);
  [[nodiscard]] bool has_hole(index_t bytes) const;

  communicator comm_;
  std::vector<window> windows_;
  std::vector<hole> holes_; // by place
  std::vector<shared_counter> counters_;
};

} // namespace tessera::detail
