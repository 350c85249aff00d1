// What goes from one rank to another in one run of a transfer plan.
#pragma once

#include <tessera/core/copies/strided_copy.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/memory/block_storage.hpp>

#include <cstdint>
#include <vector>

namespace tessera::detail {

/// Of messages of plans; those of a node exchange have others.
inline constexpr int plan_tag = 1;

/// One of the arrays: what its elements are, and where it lies in the present run.
struct array_slot {
  [[nodiscard]] bool combines() const { return combine.row != nullptr; }

  index_t itemsize;
  combiner combine;
  const std::byte* from = nullptr;
  std::byte* to = nullptr;
};

/// A region of one of the arrays, and where it begins in the message that it is part of.
struct message_part {
  region where;
  std::size_t array;
  index_t at; // in bytes
};

/// Whole cache lines: where what comes next begins on one.
inline index_t in_lines(index_t bytes) {
  return (bytes + cache_line - 1) / cache_line * cache_line;
}

/// A copy between an array and a message.
struct part_copy {
  strided_copy copy;
  std::size_t array;
  index_t at;
};

/// All that goes from one rank to another in one run.
struct message {
  int peer = 0;
  int tag = plan_tag; // of its pieces, where it is streamed
  index_t bytes = 0;
  bool is_shared = false;   // copied through the memory of the node
  bool is_streamed = false; // goes in pieces that are packed one after another, if not shared
  std::vector<message_part> parts;
  std::vector<part_copy> copies; // between arrays and buffer; none for a direct message
  index_t direct_offset = 0;     // in the array, where nothing needs packing
  MPI_Datatype type = MPI_BYTE;  // where MPI packs: of the whole message
  index_t buffer_offset = 0;
  std::size_t first_request = 0;
  std::size_t requests = 0;
  std::uint64_t awaited = 0; // its number in a trace, until it has come; 0: none

  /// Is it MPI's, as a whole?
  [[nodiscard]] bool goes_at_once() const { return !is_shared && !is_streamed; }
  [[nodiscard]] bool direct() const { return copies.empty(); }
  /// Adds elements of an array, behind those that are there.
  void add(const region& where, std::size_t array, index_t itemsize);
  /// How long it would be with so many elements more.
  [[nodiscard]] index_t end_with(index_t items, index_t itemsize) const;
};

/// It has come; does nothing unless a trace is recorded.
void note_arrival(const communicator& comm, message& m);

/// Has the message packed on one side of it, from where its buffer begins.
void add_copies(message& m, const std::vector<array_slot>& arrays, bool sending);

/// A copy within this rank.
struct local_copy {
  strided_copy copy;
  std::size_t array;
};

} // namespace tessera::detail
