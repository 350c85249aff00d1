#include "staging.hpp"

#include <cstdlib>
#include <memory>

namespace tessera::detail {

namespace {

constexpr index_t line = 64;           // bytes of a cache line
constexpr index_t staged_bytes = 4096; // of one operand at a time: a few of them fit the L1 cache

/// Part of the innermost two axes that is staged at a time.
struct tile {
  index_t rows;
  index_t columns;
  bool joined; // all of it is one row to the row function
};

index_t rows_of(const nest& loops) { return loops.ndim > 1 ? loops.shape[loops.ndim - 2] : 1; }
index_t columns_of(const nest& loops) { return loops.shape[loops.ndim - 1]; }
index_t inner_step(const nest& loops, std::size_t k) { return loops.step(k, loops.ndim - 1); }
index_t outer_step(const nest& loops, std::size_t k) {
  return loops.ndim > 1 ? loops.step(k, loops.ndim - 2) : 0;
}

/// Does operand k lie in columns? Then a cache line holds elements of several
/// rows.
bool lies_in_columns(const nest& loops, std::size_t k) {
  return std::abs(outer_step(loops, k)) == 1 &&
         std::abs(inner_step(loops, k)) * loops.operands[k].itemsize >= line;
}

tile tile_of(const nest& loops) {
  index_t itemsize = 1;
  bool columns = false;
  for (std::size_t k = 0; k < loops.count; ++k) {
    if (loops.operands[k].itemsize > itemsize) itemsize = loops.operands[k].itemsize;
    columns = columns || lies_in_columns(loops, k);
  }
  const index_t rows = rows_of(loops);
  const index_t n = columns_of(loops);
  const index_t count = itemsize < staged_bytes ? staged_bytes / itemsize : 1;
  const auto least = [](index_t a, index_t b) { return a < b ? a : b; };
  if (2 * n <= count) return {least(rows, count / n), n, true};
  if (columns && itemsize < line) return {least(rows, line / itemsize), least(n, count), false};
  return {1, least(n, count), false};
}

/// Buffers for the operands that are not adjacent.
class staging {
public:
  staging(const nest& loops, const tile& size) : loops_(loops), size_(size) {
    index_t bytes = 0;
    for (std::size_t k = 0; k < loops.count; ++k) {
      const index_t itemsize = loops.operands[k].itemsize;
      staged_[k] = inner_step(loops, k) != 1 ||
                   (size.joined && size.rows > 1 && outer_step(loops, k) != size.columns);
      // Rows that are all the same are staged once, unless they must follow
      // each other.
      same_rows_[k] = !size.joined && outer_step(loops, k) == 0;
      source_[k] = nullptr;
      offset_[k] = bytes;
      const index_t rows = same_rows_[k] ? 1 : size.rows;
      if (staged_[k]) bytes += (rows * size.columns * itemsize + line - 1) / line * line;
    }
    memory_ = on_stack_;
    if (bytes > static_cast<index_t>(sizeof on_stack_)) {
      on_heap_.reset(new std::byte[static_cast<std::size_t>(bytes)]);
      memory_ = on_heap_.get();
    }
  }

  /// Treats `rows` rows of n elements, which begin at `corner`.
  void run(std::byte* const* corner, index_t rows, index_t n, bool written, row_function row,
           const void* context) {
    for (std::size_t k = written ? 1 : 0; k < loops_.count; ++k) load(k, corner[k], rows, n);
    std::byte* pointers[max_operands];
    for (std::size_t k = 0; k < loops_.count; ++k)
      pointers[k] = staged_[k] ? memory_ + offset_[k] : corner[k];
    if (size_.joined) {
      row(pointers, rows * n, context);
    } else {
      row(pointers, n, context);
      for (index_t i = 1; i < rows; ++i) {
        for (std::size_t k = 0; k < loops_.count; ++k)
          pointers[k] += staged_[k] ? staged_plane(k, n).outer : arrays_plane(k, nullptr).outer;
        row(pointers, n, context);
      }
    }
    if (written && staged_[0])
      copy_plane(arrays_plane(0, corner[0]), staged_plane(0, n), rows, n,
                 loops_.operands[0].itemsize);
  }

private:
  void load(std::size_t k, std::byte* from, index_t rows, index_t n) {
    if (!staged_[k] || (from == source_[k] && rows <= rows_[k] && n == length_[k])) return;
    copy_plane(staged_plane(k, n), arrays_plane(k, from), same_rows_[k] ? 1 : rows, n,
               loops_.operands[k].itemsize);
    source_[k] = from;
    rows_[k] = rows;
    length_[k] = n;
  }

  plane staged_plane(std::size_t k, index_t n) {
    const index_t itemsize = loops_.operands[k].itemsize;
    return {memory_ + offset_[k], same_rows_[k] ? 0 : n * itemsize, itemsize};
  }
  [[nodiscard]] plane arrays_plane(std::size_t k, std::byte* data) const {
    const index_t itemsize = loops_.operands[k].itemsize;
    return {data, outer_step(loops_, k) * itemsize, inner_step(loops_, k) * itemsize};
  }

  const nest& loops_;
  const tile& size_;
  std::byte* memory_ = nullptr;
  std::unique_ptr<std::byte[]> on_heap_;
  bool staged_[max_operands];
  bool same_rows_[max_operands];
  index_t offset_[max_operands];
  index_t rows_[max_operands];
  index_t length_[max_operands];
  const std::byte* source_[max_operands];
  alignas(line) std::byte on_stack_[8 * staged_bytes];
};

/// Is something staged that serves all rows? Then, and where cache lines hold
/// elements of several rows, chunks of columns run outside the rows; otherwise
/// inside, as the memory lies.
bool columns_run_outside(const nest& loops, const tile& size) {
  for (std::size_t k = 0; k < loops.count; ++k)
    if (lies_in_columns(loops, k) ||
        (outer_step(loops, k) == 0 && inner_step(loops, k) != 0 && inner_step(loops, k) != 1))
      return true;
  return size.columns == columns_of(loops);
}

/// The innermost two axes, tile by tile.
class tiled_plane {
public:
  tiled_plane(const nest& loops, loop_mode mode, row_function row, const void* context)
      : loops_(loops), size_(tile_of(loops)), stage_(loops, size_),
        columns_outside_(columns_run_outside(loops, size_)), mode_(mode), row_(row),
        context_(context) {}

  void run(std::byte* const* corner) {
    const index_t rows = rows_of(loops_);
    const index_t n = columns_of(loops_);
    if (columns_outside_) {
      for (index_t first = 0; first < n; first += size_.columns)
        for (index_t top = 0; top < rows; top += size_.rows) run_tile(corner, top, first);
    } else {
      for (index_t top = 0; top < rows; top += size_.rows)
        for (index_t first = 0; first < n; first += size_.columns) run_tile(corner, top, first);
    }
  }

private:
  void run_tile(std::byte* const* corner, index_t top, index_t first) {
    std::byte* begin[max_operands];
    for (std::size_t k = 0; k < loops_.count; ++k)
      begin[k] = corner[k] + (top * outer_step(loops_, k) + first * inner_step(loops_, k)) *
                                 loops_.operands[k].itemsize;
    const auto least = [](index_t a, index_t b) { return a < b ? a : b; };
    stage_.run(begin, least(rows_of(loops_) - top, size_.rows),
               least(columns_of(loops_) - first, size_.columns),
               mode_ == loop_mode::first_is_written, row_, context_);
  }

  const nest& loops_;
  tile size_;
  staging stage_;
  bool columns_outside_;
  loop_mode mode_;
  row_function row_;
  const void* context_;
};

} // namespace

void run_staged(const nest& loops, loop_mode mode, row_function row, const void* context) {
  tiled_plane plane(loops, mode, row, context);
  odometer position(loops, loops.ndim > 2 ? loops.ndim - 2 : 0);
  do plane.run(position.rows());
  while (position.advance());
}

} // namespace tessera::detail
