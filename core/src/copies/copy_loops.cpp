#include "copies/copy_loops.hpp"

#include "copies/cache_bypass.hpp"

#include <cstdlib>
#include <cstring>
#include <utility>

namespace tessera::detail {

namespace {

constexpr index_t tiled_from = index_t{1} << 15U; // bytes: both sides fill the first-level cache

/// Does what is read lie more densely along loop a than along b?
bool is_denser(const copy_loop& a, const copy_loop& b) {
  return a.from_step != 0 && std::abs(a.from_step) < std::abs(b.from_step);
}

/// The loop along which items are nearest to each other in the memory that is read becomes the last
/// but one, so that each cache line is used whole while it is at hand.
void bring_dense_loop_inside(copy_loop* loops, std::size_t ndim) {
  if (ndim < 3) return;
  std::size_t densest = ndim - 1;
  for (std::size_t d = 0; d + 1 < ndim; ++d)
    if (is_denser(loops[d], loops[densest])) densest = d;
  if (densest == ndim - 1) return;
  for (std::size_t d = densest; d + 2 < ndim; ++d) std::swap(loops[d], loops[d + 1]);
}

void copy_adjacent(std::byte* to, const std::byte* from, index_t bytes, bool large) {
  if (large && bytes >= shortest_bypass)
    bypass_adjacent(to, from, bytes);
  else
    std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

/// One row of items, which may be long.
void copy_items(const copy_loop& l, index_t item, bool large, std::byte* to,
                const std::byte* from) {
  if (!large || item < shortest_bypass)
    return copy_row(to, l.to_step, from, l.from_step, l.count, item);
  for (index_t i = 0; i < l.count; ++i)
    bypass_adjacent(to + i * l.to_step, from + i * l.from_step, item);
}

void copy_inside(const copy_loops& what, std::size_t depth, bool large, std::byte* to,
                 const std::byte* from) {
  const copy_loop& l = what.loops[depth];
  if (depth + 1 == what.ndim) return copy_items(l, what.item, large, to, from);
  const bool has_long_items = large && what.item >= shortest_bypass;
  if (depth + 2 < what.ndim || has_long_items) {
    for (index_t i = 0; i < l.count; ++i)
      copy_inside(what, depth + 1, large, to + i * l.to_step, from + i * l.from_step);
    return;
  }
  const copy_loop& inner = what.loops[depth + 1];
  const plane written{to, l.to_step, inner.to_step};
  const plane read{const_cast<std::byte*>(from), l.from_step, inner.from_step}; // only read
  const bool tiles = l.count * inner.count * what.item >= tiled_from;
  if (!tiles || !copy_in_tiles(written, read, l.count, inner.count, what.item, large))
    copy_plane(written, read, l.count, inner.count, what.item);
}

} // namespace

void list_loops(const loop_nest& from, copy_loop* result) {
  const index_t item = from.operands[0].itemsize;
  for (std::size_t d = 0; d < from.ndim; ++d)
    result[d] = {from.shape[d], from.step(0, d) * item, from.step(1, d) * item};
}

std::size_t arrange_copy(copy_loop* loops, std::size_t ndim, index_t& item) {
  if (ndim > 0 && loops[ndim - 1].to_step == item && loops[ndim - 1].from_step == item)
    item *= loops[--ndim].count;
  bring_dense_loop_inside(loops, ndim);
  return ndim;
}

void run_copy(const copy_loops& what, std::byte* to, const std::byte* from) {
  const bool large = what.bytes >= bypass_from;
  if (what.ndim == 0)
    copy_adjacent(to, from, what.item, large);
  else
    copy_inside(what, 0, large, to, from);
  if (large) end_bypass();
}

} // namespace tessera::detail
