#include "nest.hpp"

#include <tessera/core/error.hpp>

#include <memory>
#include <string>

namespace tessera::detail {

namespace {

constexpr std::size_t max_operands = 64;
constexpr index_t staged_bytes = 4096; // of one operand at a time: a few of them fit the L1 cache

/// The outer axes as an odometer that moves every operand's row pointer along.
class odometer {
public:
  odometer(const nest& loops, std::size_t ndim) : loops_(loops), ndim_(ndim) {
    for (std::size_t k = 0; k < loops.count; ++k) rows_[k] = loops.operands[k].data;
    for (std::size_t d = 0; d < ndim; ++d) position_[d] = 0;
  }

  [[nodiscard]] std::byte* const* rows() const { return rows_; }

  /// Moves to the next row; false after the last one.
  bool advance() {
    for (std::size_t d = ndim_; d-- > 0;) {
      const bool wraps = ++position_[d] == loops_.shape[d];
      const index_t steps = wraps ? 1 - loops_.shape[d] : 1;
      for (std::size_t k = 0; k < loops_.count; ++k)
        rows_[k] += loops_.step(k, d) * steps * loops_.operands[k].itemsize;
      if (!wraps) return true;
      position_[d] = 0;
    }
    return false;
  }

private:
  const nest& loops_;
  std::size_t ndim_;
  std::byte* rows_[max_operands];
  index_t position_[max_ndim];
};

/// Row buffers for the operands whose elements are not adjacent along the innermost axis.
class staging {
public:
  explicit staging(const nest& loops) : loops_(loops), chunk_(longest_chunk(loops)) {
    index_t bytes = 0;
    for (std::size_t k = 0; k < loops.count; ++k) {
      offset_[k] = bytes;
      source_[k] = nullptr;
      if (staged(k)) bytes += (chunk_ * loops.operands[k].itemsize + 63) / 64 * 64;
    }
    memory_ = on_stack_;
    if (bytes > static_cast<index_t>(sizeof on_stack_)) {
      on_heap_.reset(new std::byte[static_cast<std::size_t>(bytes)]);
      memory_ = on_heap_.get();
    }
  }

  [[nodiscard]] index_t chunk() const { return chunk_; }

  [[nodiscard]] bool staged(std::size_t k) const {
    return loops_.ndim > 0 && loops_.step(k, loops_.ndim - 1) != 1;
  }

  /// Adjacent copies, or the operand itself, of n elements from `first` of each row on.
  std::byte* const* load(std::byte* const* rows, index_t first, index_t n, bool first_is_written) {
    for (std::size_t k = 0; k < loops_.count; ++k) {
      const loop_operand& operand = loops_.operands[k];
      const index_t step = loops_.step(k, loops_.ndim - 1);
      std::byte* const source = rows[k] + first * step * operand.itemsize;
      pointers_[k] = staged(k) ? memory_ + offset_[k] : source;
      if (!staged(k) || (k == 0 && first_is_written)) continue;
      if (source == source_[k] && n == length_[k]) continue;
      copy_row(pointers_[k], operand.itemsize, source, step * operand.itemsize, n,
               operand.itemsize);
      source_[k] = source;
      length_[k] = n;
    }
    return pointers_;
  }

  /// Brings what was written back to where it belongs.
  void store(std::byte* const* rows, index_t first, index_t n) const {
    if (!staged(0)) return;
    const loop_operand& operand = loops_.operands[0];
    const index_t step = loops_.step(0, loops_.ndim - 1);
    copy_row(rows[0] + first * step * operand.itemsize, step * operand.itemsize, pointers_[0],
             operand.itemsize, n, operand.itemsize);
  }

private:
  static index_t longest_chunk(const nest& loops) {
    index_t itemsize = 1;
    for (std::size_t k = 0; k < loops.count; ++k)
      if (loops.operands[k].itemsize > itemsize) itemsize = loops.operands[k].itemsize;
    return itemsize < staged_bytes ? staged_bytes / itemsize : 1;
  }

  const nest& loops_;
  index_t chunk_;
  std::byte* memory_ = nullptr;
  std::unique_ptr<std::byte[]> on_heap_;
  index_t offset_[max_operands];
  index_t length_[max_operands];
  const std::byte* source_[max_operands];
  std::byte* pointers_[max_operands];
  alignas(64) std::byte on_stack_[4 * staged_bytes];
};

void run_adjacent(const nest& loops, row_function row, const void* context) {
  const index_t n = loops.ndim == 0 ? 1 : loops.shape[loops.ndim - 1];
  odometer position(loops, loops.ndim == 0 ? 0 : loops.ndim - 1);
  do row(position.rows(), n, context);
  while (position.advance());
}

/// The rows of the innermost two axes, chunk by chunk: the cache lines that a strided operand
/// brings in for one row serve the next rows too.
void run_staged_plane(const nest& loops, staging& stage, std::byte* const* corner, loop_mode mode,
                      row_function row, const void* context) {
  const bool written = mode == loop_mode::first_is_written;
  const index_t n = loops.shape[loops.ndim - 1];
  const index_t rows = loops.ndim > 1 ? loops.shape[loops.ndim - 2] : 1;
  std::byte* current[max_operands];
  for (index_t first = 0; first < n; first += stage.chunk()) {
    const index_t length = n - first < stage.chunk() ? n - first : stage.chunk();
    for (std::size_t k = 0; k < loops.count; ++k) current[k] = corner[k];
    for (index_t r = 0; r < rows; ++r) {
      row(stage.load(current, first, length, written), length, context);
      if (written) stage.store(current, first, length);
      if (loops.ndim < 2) break;
      for (std::size_t k = 0; k < loops.count; ++k)
        current[k] += loops.step(k, loops.ndim - 2) * loops.operands[k].itemsize;
    }
  }
}

void run_staged(const nest& loops, loop_mode mode, row_function row, const void* context) {
  staging stage(loops);
  odometer position(loops, loops.ndim > 2 ? loops.ndim - 2 : 0);
  do run_staged_plane(loops, stage, position.rows(), mode, row, context);
  while (position.advance());
}

bool needs_staging(const nest& loops) {
  if (loops.ndim == 0) return false;
  for (std::size_t k = 0; k < loops.count; ++k)
    if (loops.step(k, loops.ndim - 1) != 1) return true;
  return false;
}

} // namespace

void run_loop_nest(index_t* shape, std::size_t ndim, loop_operand* operands, std::size_t count,
                   loop_mode mode, row_function row, const void* context) {
  if (count > max_operands)
    throw argument_error("an expression of " + std::to_string(count) + " arrays; at most " +
                         std::to_string(max_operands) + " can be fused");
  for (std::size_t d = 0; d < ndim; ++d)
    if (shape[d] == 0) return;
  nest loops{shape, ndim, operands, count};
  rearrange(loops);
  if (needs_staging(loops))
    run_staged(loops, mode, row, context);
  else
    run_adjacent(loops, row, context);
}

void run_planes(const index_t* shape, std::size_t ndim, loop_operand* operands, std::size_t count,
                index_t rows_at_once, plane_function plane, const void* context) {
  for (std::size_t d = 0; d < ndim; ++d)
    if (shape[d] == 0) return;
  const index_t n = shape[ndim - 1];
  const index_t rows = ndim > 1 ? shape[ndim - 2] : 1;
  const std::size_t outer = ndim > 2 ? ndim - 2 : 0;
  if (outer == 0) rows_at_once = rows;
  index_t bounds[max_ndim];
  for (std::size_t d = 0; d < outer; ++d) bounds[d] = shape[d];
  index_t steps[max_operands];
  for (std::size_t k = 0; k < count; ++k) steps[k] = ndim > 1 ? operands[k].strides[ndim - 2] : 0;
  for (index_t first = 0; first < rows; first += rows_at_once) {
    const index_t band = rows - first < rows_at_once ? rows - first : rows_at_once;
    const nest loops{bounds, outer, operands, count};
    odometer position(loops, outer);
    do plane(position.rows(), steps, band, n, context);
    while (position.advance());
    for (std::size_t k = 0; k < count; ++k)
      operands[k].data += rows_at_once * steps[k] * operands[k].itemsize;
  }
}

} // namespace tessera::detail
