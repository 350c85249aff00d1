#include "loops/staging.hpp"

#include "loops/staged_tile.hpp"

#include <tessera/core/memory.hpp>

#include <cstdlib>

namespace tessera::detail {

// As many as the elements of a repeated operand in a tile.
alignas(line) extern const std::byte zeros[staged_bytes] = {};

namespace {

constexpr index_t page = 4096;

/// How an operand's elements come to be adjacent.
enum class supply : unsigned char { in_place, repeated, row_by_row, tile_by_tile };

bool is_staged(supply how) { return how >= supply::row_by_row; }

supply supply_of(const nest& loops, const tile& size, std::size_t k) {
  if (size.joined)
    return is_single_row(loops, k) || (size.rows == 1 && inner_step(loops, k) == 1)
               ? supply::in_place
               : supply::tile_by_tile;
  if (inner_step(loops, k) == 1) return supply::in_place;
  if (is_repeated(loops, k)) return supply::repeated;
  return size.rows > 1 && lies_in_columns(loops, k) ? supply::tile_by_tile : supply::row_by_row;
}

/// An operand of a loop that is staged, or not; steps are in bytes.
struct staged_operand {
  supply how;
  std::byte* buffer;
  index_t itemsize;
  index_t outer;
  index_t inner;
  row_copier copy;         // between array and buffer, for one row
  bool asks_ahead;         // for what is wanted next time
  const std::byte* source; // what the buffer holds: elements from here on,
  index_t rows;            // so many rows
  index_t length;          // of so many

  /// Brings a row to the buffer, unless it is there.
  void load_row(const std::byte* from, index_t n) {
    if (from == source && n <= length) return;
    if (asks_ahead)
      load_row_and_ask(from, n);
    else
      copy(buffer, itemsize, from, inner, n, itemsize);
    source = from;
    length = n;
  }

  /// The processor foresees neighbouring loads, but not across the other operands' turns; so what
  /// is wanted next time is asked for meanwhile, little by little, as not to hold up this.
  void load_row_and_ask(const std::byte* from, index_t n) const {
    constexpr index_t some = 64;
    const index_t step = inner < 0 ? -line : line;
    for (index_t i = 0; i < n; i += some) {
      const index_t m = least(some, n - i);
      const std::byte* const next = from + (n + i) * inner;
      for (index_t b = 0; std::abs(b) < std::abs(m * inner); b += step)
        __builtin_prefetch(next + b);
      copy(buffer + i * itemsize, itemsize, from + i * inner, inner, m, itemsize);
    }
  }

  void load_tile(std::byte* from, index_t some, index_t n) {
    if (from == source && some <= rows && n == length) return;
    copy_plane(in_buffer(n), {from, outer, inner}, some, n, itemsize);
    source = from;
    rows = some;
    length = n;
  }

  [[nodiscard]] plane in_buffer(index_t n) const { return {buffer, n * itemsize, itemsize}; }
};

/// The innermost two axes, tile by tile.
class tiled_plane {
public:
  tiled_plane(const nest& loops, loop_mode mode, const row_kernel& kernel, const void* context)
      : loops_(loops), size_(tile_of(loops)), written_(mode == loop_mode::first_is_written),
        kernel_(kernel), context_(context) {
    for (std::size_t k = 0; k < loops.count; ++k) {
      prepare(k);
      if (is_staged(operands_[k].how) && !(written_ && k == 0)) loaded_[loads_++] = k;
    }
    place_buffers();
  }

  void run(std::byte* const* corner) {
    const index_t rows = rows_of(loops_);
    const index_t n = columns_of(loops_);
    if (rows <= size_.rows && n <= size_.columns) return run_tile(corner, 0, 0);
    if (columns_run_outside(loops_, size_)) {
      for (index_t first = 0; first < n; first += size_.columns)
        for (index_t top = 0; top < rows; top += size_.rows) run_tile(corner, top, first);
    } else {
      for (index_t top = 0; top < rows; top += size_.rows)
        for (index_t first = 0; first < n; first += size_.columns) run_tile(corner, top, first);
    }
  }

private:
  void prepare(std::size_t k) {
    staged_operand& o = operands_[k];
    o.how = supply_of(loops_, size_, k);
    o.itemsize = loops_.operands[k].itemsize;
    o.outer = outer_step(loops_, k) * o.itemsize;
    o.inner = inner_step(loops_, k) * o.itemsize;
    o.source = nullptr;
    o.asks_ahead = size_.from_memory && o.inner != 0;
    if (o.how != supply::row_by_row) return;
    const bool stored = written_ && k == 0;
    o.copy =
        row_copier_of(stored ? o.inner : o.itemsize, stored ? o.itemsize : o.inner, o.itemsize);
  }

  /// Buffers lie a bit ahead of what is written, modulo the size of a page: a processor takes a
  /// load for one of the bytes just stored where only the addresses' low bits are the same.
  void place_buffers() {
    constexpr index_t apart = 10 * line;
    index_t offset = 0;
    for (std::size_t k = 0; k < loops_.count; ++k) {
      const staged_operand& o = operands_[k];
      offsets_[k] = offset;
      if (!is_staged(o.how)) continue;
      const index_t rows = o.how == supply::tile_by_tile ? size_.rows : 1;
      offset += (rows * size_.columns * o.itemsize + line - 1) / line * line + apart;
    }
    if (offset == 0) return;
    std::byte* memory = on_stack_;
    if (offset + page > static_cast<index_t>(sizeof on_stack_)) {
      on_heap_ = buffer(static_cast<std::size_t>(offset + page));
      memory = on_heap_.data();
    }
    const auto low_bits = [](const std::byte* p) {
      return static_cast<index_t>(reinterpret_cast<std::uintptr_t>(p) % page);
    };
    const index_t wanted = (low_bits(loops_.operands[0].data) + apart) / line * line;
    memory += (wanted + 2 * page - low_bits(memory)) % page;
    for (std::size_t k = 0; k < loops_.count; ++k) operands_[k].buffer = memory + offsets_[k];
  }

  void run_tile(std::byte* const* corner, index_t top, index_t first) {
    std::byte* begin[max_operands];
    for (std::size_t k = 0; k < loops_.count; ++k)
      begin[k] = corner[k] + top * operands_[k].outer + first * operands_[k].inner;
    const index_t rows = least(rows_of(loops_) - top, size_.rows);
    const index_t n = least(columns_of(loops_) - first, size_.columns);
    for (std::size_t i = 0; i < loads_; ++i) {
      staged_operand& o = operands_[loaded_[i]];
      if (o.how == supply::tile_by_tile) o.load_tile(begin[loaded_[i]], rows, n);
    }
    std::byte* pointers[max_operands];
    for (std::size_t k = 0; k < loops_.count; ++k)
      pointers[k] = operands_[k].how == supply::in_place ? begin[k] : operands_[k].buffer;
    if (size_.joined)
      run_row(kernel_, pointers, loops_.count, rows * n, context_);
    else if (kernel_.rows != nullptr)
      run_sources(begin, rows, n);
    else
      run_rows(pointers, begin, rows, n);
    const staged_operand& to = operands_[0];
    if (written_ && to.how == supply::tile_by_tile)
      copy_plane({begin[0], to.outer, to.inner}, to.in_buffer(n), rows, n, to.itemsize);
  }

  /// Asks for what is written next after n elements.
  void ask_for_next(const std::byte* written, index_t n) const {
    const index_t bytes = n * operands_[0].itemsize;
    if (size_.from_memory && operands_[0].how == supply::in_place)
      for (index_t b = 0; b < bytes; b += line) __builtin_prefetch(written + bytes + b, 1);
  }

  /// Rows of a tile that are not joined; `arrays` points to their elements in the arrays.
  void run_rows(std::byte** pointers, std::byte** arrays, index_t rows, index_t n) {
    const bool stores = written_ && operands_[0].how == supply::row_by_row;
    for (index_t i = 0;;) {
      for (std::size_t j = 0; j < loads_; ++j) {
        staged_operand& o = operands_[loaded_[j]];
        if (o.how == supply::row_by_row) o.load_row(arrays[loaded_[j]], n);
      }
      ask_for_next(pointers[0], n);
      kernel_.row(pointers, n, context_);
      if (stores)
        operands_[0].copy(arrays[0], operands_[0].inner, pointers[0], operands_[0].itemsize, n,
                          operands_[0].itemsize);
      if (++i == rows) return;
      for (std::size_t k = 0; k < loops_.count; ++k) {
        const staged_operand& o = operands_[k];
        arrays[k] += o.outer;
        if (o.how == supply::in_place) pointers[k] = arrays[k];
        if (o.how == supply::tile_by_tile) pointers[k] += n * o.itemsize;
      }
    }
  }

  [[nodiscard]] row_source source_of(std::size_t k, std::byte* array, index_t n) const {
    const staged_operand& o = operands_[k];
    // Elements of zeros are read only.
    if (o.how == supply::repeated) return {const_cast<std::byte*>(zeros), array, 0, o.outer};
    if (o.how == supply::in_place) return {array, zeros, o.outer, 0};
    return {o.buffer, zeros, o.how == supply::tile_by_tile ? n * o.itemsize : 0, 0};
  }

  /// The same for a kernel that does with repeated operands; in one call, unless rows are staged
  /// one by one.
  void run_sources(std::byte** arrays, index_t rows, index_t n) {
    row_source sources[max_operands];
    index_t at_once = rows;
    for (std::size_t k = 0; k < loops_.count; ++k) {
      const staged_operand& o = operands_[k];
      sources[k] = source_of(k, arrays[k], n);
      if (o.how == supply::row_by_row && (o.outer != 0 || k == 0)) at_once = 1;
    }
    for (index_t i = 0; i < rows; i += at_once) {
      for (std::size_t j = 0; j < loads_; ++j) {
        staged_operand& o = operands_[loaded_[j]];
        if (o.how == supply::row_by_row) o.load_row(arrays[loaded_[j]] + i * o.outer, n);
      }
      ask_for_next(sources[0].elements, n);
      kernel_.rows(sources, at_once, n, context_);
      const staged_operand& to = operands_[0];
      if (to.how == supply::row_by_row)
        to.copy(arrays[0] + i * to.outer, to.inner, to.buffer, to.itemsize, n, to.itemsize);
    }
  }

  const nest& loops_;
  tile size_;
  bool written_;
  row_kernel kernel_;
  const void* context_;
  std::size_t loads_ = 0;
  std::size_t loaded_[max_operands]; // the operands that are staged and read
  index_t offsets_[max_operands];
  staged_operand operands_[max_operands];
  buffer on_heap_;
  alignas(line) std::byte on_stack_[8 * staged_bytes + page];
};

} // namespace

void run_staged(const nest& loops, loop_mode mode, const row_kernel& kernel, const void* context) {
  tiled_plane plane(loops, mode, kernel, context);
  odometer position(loops, loops.ndim > 2 ? loops.ndim - 2 : 0);
  do plane.run(position.rows());
  while (position.advance());
}

} // namespace tessera::detail
