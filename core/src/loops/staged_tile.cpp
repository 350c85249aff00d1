#include "loops/staged_tile.hpp"

#include <cstdlib>

namespace tessera::detail {

namespace {

/// Rows shorter than this are joined even if that means to stage what lies in rows already: calls
/// of the row function for a few elements cost more.
constexpr index_t too_short = 48;
/// Kernels that do with repeated elements treat many rows in one call.
constexpr index_t too_short_to_repeat = 16;

index_t largest_item(const loop_nest& loops) {
  index_t itemsize = 1;
  for (std::size_t k = 0; k < loops.count; ++k)
    if (loops.operands[k].itemsize > itemsize) itemsize = loops.operands[k].itemsize;
  return itemsize;
}

/// Does something lie in memory in strides, with several elements to a cache line? Where it does,
/// the processor foresees what is read next, provided that it is not kept waiting for long by the
/// other operands' turns.
bool streams_from_memory(const loop_nest& loops) {
  constexpr index_t beyond_cache = index_t{1} << 20U; // bytes
  for (std::size_t k = 0; k < loops.count; ++k) {
    const index_t itemsize = loops.operands[k].itemsize;
    const index_t inner = std::abs(inner_step(loops, k)) * itemsize;
    const index_t outer = std::abs(outer_step(loops, k)) * itemsize;
    const bool strided = inner > itemsize && inner < line;
    const bool backward = inner_step(loops, k) == -1;
    if ((strided || backward) &&
        (inner * columns_of(loops) > beyond_cache || outer * rows_of(loops) > beyond_cache))
      return true;
  }
  return false;
}

/// Does joining rows stage nothing that is not staged anyway, or once for all rows?
bool joins_for_free(const loop_nest& loops) {
  for (std::size_t k = 0; k < loops.count; ++k)
    if (inner_step(loops, k) == 1 && outer_step(loops, k) != 0 && !is_single_row(loops, k))
      return false;
  return true;
}

bool repeats_something(const loop_nest& loops) {
  for (std::size_t k = 0; k < loops.count; ++k)
    if (is_repeated(loops, k)) return true;
  return false;
}

/// Are rows joined, of which `count` elements can be staged at a time?
bool joins_rows(const loop_nest& loops, index_t count) {
  const index_t n = columns_of(loops);
  if (2 * n > count) return false;
  if (repeats_something(loops)) return n < too_short_to_repeat;
  return n < too_short || joins_for_free(loops);
}

/// Does something have to be staged once for all rows?
bool shares_rows(const loop_nest& loops) {
  for (std::size_t k = 0; k < loops.count; ++k)
    if (outer_step(loops, k) == 0 && inner_step(loops, k) != 0 && inner_step(loops, k) != 1)
      return true;
  return false;
}

} // namespace

bool lies_in_columns(const loop_nest& loops, std::size_t k) {
  return std::abs(outer_step(loops, k)) == 1 &&
         std::abs(inner_step(loops, k)) * loops.operands[k].itemsize >= line;
}

staged_tile staged_tile_of(const loop_nest& loops) {
  const index_t itemsize = largest_item(loops);
  const index_t rows = rows_of(loops);
  const index_t n = columns_of(loops);
  index_t count = itemsize < staged_bytes ? staged_bytes / itemsize : 1;
  bool columns = false;
  for (std::size_t k = 0; k < loops.count; ++k) columns = columns || lies_in_columns(loops, k);
  // As many rows as a cache line has elements: none is visited twice.
  const index_t group = columns && itemsize < line ? line / itemsize : 1;
  if (joins_rows(loops, count)) {
    if (rows * n <= count) return {rows, n, true, false};
    const index_t groups = count / (n * group);
    return {least(rows, (groups > 0 ? groups : 1) * group), n, true, false};
  }
  if (group > 1) return {least(rows, group), least(n, count), false, false};
  const bool streams = streams_from_memory(loops);
  if (streams) count = count < 4 ? 1 : count / 4;
  return {n <= count || shares_rows(loops) ? rows : 1, least(n, count), false, streams};
}

bool columns_run_outside(const loop_nest& loops, const staged_tile& tile) {
  for (std::size_t k = 0; k < loops.count; ++k)
    if (lies_in_columns(loops, k)) return true;
  return tile.columns == columns_of(loops) || shares_rows(loops);
}

} // namespace tessera::detail
