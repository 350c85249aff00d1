// Memory that the ranks of one node share.
// Its parts lie in node_memory.cpp and node_registry.cpp.
#pragma once

#include "memory/shared_heap.hpp"

#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/ranks/memory_account.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace tessera::detail {

/// A word on a cache line of its own that one rank counts up and others wait for. It never counts
/// down and its memory never serves anything else, so that who waits for a number finds it even
/// after the counter went to another owner.
struct shared_counter {
  shared_place place = nowhere;
  std::uint64_t* word = nullptr;
};

/// What a rank was promised of the memory of its node.
struct shared_room {
  stretch bytes;
  std::vector<shared_counter> counters;
  bool is_had = false;
};

/// The windows of MPI that the ranks of a node have made together. Each rank divides its own part
/// of every window by itself, so arrays can be freed in any order, also while an error unwinds.
/// Freed memory serves again; pages beyond the limit of `shared_heap` go back to the system, where
/// a rank does that alone, and windows that no rank uses any more go when the next one is made.
///
/// Threads may use it at once, each with a communicator of its own.
class node_memory {
public:
  /// That of a communicator's ranks on this node; null where this one is alone, or nothing is
  /// shared. Collective the first time for a communicator; duplicates inherit it.
  static node_memory* of(const communicator& comm);
  /// Passes on to a duplicate what is known.
  static void inherit(const communicator& comm, node_memory* known);
  /// Why the last window could not be made, and what to do.
  static const char* missing_room();
  /// Do the ranks of a communicator ask for shared memory at all? The same on all.
  static bool is_wanted(const communicator& comm);

  /// Room for the bytes of each rank, on cache lines of their own, and its counters: all ranks of a
  /// communicator that have a node get it, or none; `node` is this rank's. True when no rank is
  /// left out, alone on its node. Collective.
  static bool reserve(const communicator& comm, node_memory* node, index_t bytes, index_t counters,
                      shared_room& room);

  /// The ranks of the node.
  [[nodiscard]] const communicator& comm() const { return comm_; }
  void give_back(const stretch& bytes);
  void give_back(const shared_counter& counter);

  /// A place in the part of one of the node's ranks.
  [[nodiscard]] std::byte* at(int rank, shared_place place) const;
  [[nodiscard]] std::byte* at(shared_place place) const { return at(comm_.rank(), place); }
  /// The place of an address in this rank's own part.
  [[nodiscard]] shared_place place_of(const void* address) const;

  /// Gives pages beyond the limit back.
  void trim();
  /// A look at the heap.
  template <class See> void inspect(const See& see) const {
    const std::lock_guard lock(mutex_);
    see(heap_);
  }

  /// All that were ever made, in the order in which their ranks did so.
  static std::vector<node_memory*> all();

private:
  explicit node_memory(communicator comm);
  static node_memory* find_or_make(const communicator& comm);
  static int free_all_windows(MPI_Comm, int, void*, void*);

  struct window {
    MPI_Win handle = MPI_WIN_NULL;
    std::vector<std::byte*> parts; // of the node's ranks, on a page each
    index_t bytes = 0;             // of this rank's
    accounted_memory account;
  };
  // With the lock held.
  bool find_room(index_t bytes, index_t counters, shared_room& room);
  std::optional<stretch> take(index_t bytes);
  bool add_counters(index_t count);
  bool fetch_pages(const std::vector<stretch>& missing, const stretch& wanted);
  void remove_pages(const std::vector<stretch>& pages);
  void give_up(shared_room& room);
  // The same, collectively over the node.
  bool grow(index_t needed);
  bool has_memory_for(index_t bytes);
  bool make_window(index_t bytes);
  bool keep_window(MPI_Win handle, index_t bytes);
  void drop_free_windows();
  void free_window(window& w);
  [[nodiscard]] stretch whole(std::size_t number) const;
  [[nodiscard]] window& numbered(std::size_t number) const {
    return (*chunks_[number / per_chunk])[number % per_chunk];
  }
  std::size_t next_number();

  communicator comm_;
  mutable std::mutex mutex_;
  // Windows stay where they are, so that a thread finds its own while another makes more. The
  // number of one that is gone is given to the next.
  static constexpr std::size_t per_chunk = 256;
  std::array<std::unique_ptr<std::array<window, per_chunk>>, per_chunk - 1> chunks_;
  std::size_t count_ = 0;
  shared_heap heap_;
  bool can_remove_pages_ = true;
  std::vector<shared_counter> counters_;
};

} // namespace tessera::detail
