// A piece of memory of every rank, which all ranks read and write without its owner.
// Its parts lie in rank_memory.cpp and rank_window.cpp.
#pragma once

#include <tessera/core/expressions/leaves.hpp>
#include <tessera/distributed/communicator.hpp>

#include <vector>

namespace tessera::detail {

/// Windows of MPI on memory that is there, open for all ranks as long as it lives. Making and
/// destroying one is collective. Move-only.
class rank_window {
public:
  rank_window() = default;
  /// @throws communication_error when MPI makes none.
  rank_window(const communicator& comm, std::byte* mine, index_t bytes);
  rank_window(rank_window&& other) noexcept : handle_(other.handle_) {
    other.handle_ = MPI_WIN_NULL;
  }
  rank_window& operator=(rank_window&& other) noexcept;
  rank_window(const rank_window&) = delete;
  rank_window& operator=(const rank_window&) = delete;
  ~rank_window();

  [[nodiscard]] explicit operator bool() const { return handle_ != MPI_WIN_NULL; }
  [[nodiscard]] MPI_Win get() const { return handle_; }

private:
  MPI_Win handle_ = MPI_WIN_NULL;
};

/// Ranks whose memory lies in windows that this node shares are reached by addresses, the others by
/// a window of MPI, which there is if some rank cannot reach some other by its address. Distances
/// are in bytes from the start of a rank's memory.
class rank_memory {
public:
  rank_memory() = default;
  /// Collective. The memory lives longer.
  rank_memory(const communicator& comm, std::byte* mine, index_t bytes);

  /// Where a rank's memory is for this process; null where it has no address here.
  [[nodiscard]] std::byte* at(int rank) const { return bases_[static_cast<std::size_t>(rank)]; }
  /// Do all ranks reach all others by addresses? The same on all.
  [[nodiscard]] bool is_shared() const { return !window_; }

  /// Starts to read elements at a distance of a rank without an address here to a place without
  /// gaps, the last axis fastest; steps of the remote elements are in bytes and not negative.
  /// They have arrived after `flush`.
  void get(int rank, index_t from, const array_ref& remote, std::byte* to) const;
  /// The same the other way. The place may be used again after `sent` or `flush`.
  void put(int rank, index_t to, const array_ref& remote, const std::byte* from) const;
  /// What was to be put has left its place.
  void sent() const;
  /// What was started for a rank is done, there.
  void flush(int rank) const;
  void flush_all() const;

  /// Adds to a word of 8 bytes, and returns what it was: atomic with each other, and done when it
  /// returns. There is no more than that: MPI_Compare_and_swap can crash in Open MPI 4.1.4.
  std::int64_t fetch_add(int rank, index_t at, std::int64_t value) const;
  [[nodiscard]] std::int64_t read(int rank, index_t at) const { return fetch_add(rank, at, 0); }

private:
  [[nodiscard]] std::int64_t* word(int rank, index_t at) const {
    return reinterpret_cast<std::int64_t*>(this->at(rank) + at);
  }
  std::vector<std::byte*> bases_;
  rank_window window_;
};

} // namespace tessera::detail
