#include "copies/copy_loops.hpp"

#include "copies/cache_bypass.hpp"
#include "loops/nest_cut.hpp"

#include <tessera/core/threads/pieces.hpp>

#include <algorithm>
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

namespace {

constexpr index_t least_bytes = 8 * least_piece; // of a piece

void run_in_one_piece(const copy_loops& what, std::byte* to, const std::byte* from) {
  const bool large = what.bytes >= bypass_from;
  if (what.ndim == 0)
    copy_adjacent(to, from, what.item, large);
  else
    copy_inside(what, 0, large, to, from);
  if (large) end_bypass();
}

/// Has every item a place of its own where it is written?
bool writes_each_once(const copy_loops& what) {
  const copy_loop* order[max_ndim];
  for (std::size_t d = 0; d < what.ndim; ++d) order[d] = &what.loops[d];
  std::sort(order, order + what.ndim, [](const copy_loop* a, const copy_loop* b) {
    return std::abs(a->to_step) < std::abs(b->to_step);
  });
  index_t reach = what.item;
  for (std::size_t d = 0; d < what.ndim; ++d) {
    const index_t step = std::abs(order[d]->to_step);
    if (order[d]->count > 1 && step < reach) return false;
    reach += (order[d]->count - 1) * step;
  }
  return true;
}

/// The loop to be cut: the outermost of those that are long enough, else the longest; none where
/// the items have more lines.
std::size_t loop_to_cut(const copy_loops& what, index_t pieces) {
  std::size_t longest = what.ndim;
  index_t most = what.item / line;
  for (std::size_t d = 0; d < what.ndim; ++d) {
    if (what.loops[d].count >= 4 * pieces) return d;
    if (what.loops[d].count <= most) continue;
    longest = d;
    most = what.loops[d].count;
  }
  return longest;
}

/// The items' bytes from `begin` to `end`.
void copy_part_of_items(copy_loops what, index_t begin, index_t end, std::byte* to,
                        const std::byte* from) {
  what.item = end - begin;
  run_in_one_piece(what, to + begin, from + begin);
}

/// The passes of one loop from `begin` to `end`.
void copy_part_of_loop(copy_loops what, std::size_t cut, index_t begin, index_t end, std::byte* to,
                       const std::byte* from) {
  copy_loop loops[max_ndim];
  std::copy_n(what.loops, what.ndim, loops);
  loops[cut].count = end - begin;
  what.loops = loops;
  run_in_one_piece(what, to + begin * loops[cut].to_step, from + begin * loops[cut].from_step);
}

/// Shared by threads.
void copy_in_pieces(const copy_loops& what, index_t pieces, std::byte* to, const std::byte* from) {
  const std::size_t cut = loop_to_cut(what, pieces);
  const bool cuts_items = cut == what.ndim;
  const index_t n = cuts_items ? what.item : what.loops[cut].count;
  pieces = least(pieces, n);
  const index_t granule = granule_along(n, pieces);
  for_pieces(pieces, [&](index_t k) {
    const index_t begin = piece_begin(k, pieces, n, granule);
    const index_t end = piece_begin(k + 1, pieces, n, granule);
    if (begin == end) return;
    if (cuts_items)
      copy_part_of_items(what, begin, end, to, from);
    else
      copy_part_of_loop(what, cut, begin, end, to, from);
  });
}

} // namespace

void run_copy(const copy_loops& what, std::byte* to, const std::byte* from) {
  const index_t pieces =
      what.bytes < 2 * least_bytes || what.ndim > max_ndim ? 1 : pieces_of(what.bytes, least_bytes);
  if (pieces > 1 && writes_each_once(what))
    copy_in_pieces(what, pieces, to, from);
  else
    run_in_one_piece(what, to, from);
}

} // namespace tessera::detail
