// Loops around a copy of strided memory: the one piece that assignments of arrays to arrays,
// prepared copies and so all transfers between ranks run through.
// Its parts lie in copy_loops.cpp and copy_tiles.cpp.
#pragma once

#include "loops/loop_order.hpp"

#include <tessera/core/copies/strided_copy.hpp>

namespace tessera::detail {

/// The loops of a copy of `item` bytes each, outermost first.
struct copy_loops {
  const copy_loop* loops;
  std::size_t ndim;
  index_t item;
  index_t bytes; // in all: many go past the caches
};

/// The loops of a nest of two operands that was ordered.
void list_loops(const loop_nest& from, copy_loop* result);

/// Makes one item of adjacent ones, and brings what is adjacent in the memory that is read next to
/// what is adjacent in the other. Returns the number of loops that are left.
std::size_t arrange_copy(copy_loop* loops, std::size_t ndim, index_t& item);

/// The memory that is read and that which is written must not overlap.
void run_copy(const copy_loops& what, std::byte* to, const std::byte* from);

/// Copies a plane whose rows are columns in the memory that is read, by way of a buffer in cache;
/// returns false, and does nothing, where that does not help. What is written may go past the
/// caches; `end_bypass` must follow then.
bool copy_in_tiles(const plane& to, const plane& from, index_t rows, index_t n, index_t itemsize,
                   bool past_caches);

} // namespace tessera::detail
