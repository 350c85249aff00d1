// The innermost two axes run tile by tile. In each, what is staged is loaded to buffers, the kernel
// runs over the rows, and what it wrote to a buffer is stored. The tiles' size is decided in
// staged_tile.cpp; how an operand is loaded and stored is in staged_operand.hpp.
#include "loops/staging.hpp"

#include "loops/staged_operand.hpp"
#include "loops/staged_tile.hpp"

#include <tessera/core/memory.hpp>

namespace tessera::detail {

// As many as the elements of a repeated operand in a tile.
alignas(line) extern const std::byte zeros[staged_bytes] = {};

namespace {

supply supply_of(const loop_nest& loops, const staged_tile& tile, std::size_t k) {
  if (tile.joined)
    return is_single_row(loops, k) || (tile.rows == 1 && inner_step(loops, k) == 1)
               ? supply::in_place
               : supply::tile_by_tile;
  if (inner_step(loops, k) == 1) return supply::in_place;
  if (is_repeated(loops, k)) return supply::repeated;
  return tile.rows > 1 && lies_in_columns(loops, k) ? supply::tile_by_tile : supply::row_by_row;
}

/// The memory of all operands' buffers.
class staging_memory {
public:
  /// It begins a bit ahead of what is written, modulo the size of a page: a processor takes a load
  /// for one of the bytes just stored where only the addresses' low bits are the same.
  std::byte* take(index_t bytes, const std::byte* written) {
    std::byte* memory = on_stack_;
    if (bytes + page > static_cast<index_t>(sizeof on_stack_)) {
      on_heap_ = buffer(static_cast<std::size_t>(bytes + page));
      memory = on_heap_.data();
    }
    const index_t wanted = (low_bits(written) + apart) / line * line;
    return memory + (wanted + 2 * page - low_bits(memory)) % page;
  }

  /// What a buffer takes up, with what keeps it apart from the next one.
  static index_t bytes_of(index_t elements, index_t itemsize) {
    return (elements * itemsize + line - 1) / line * line + apart;
  }

private:
  static constexpr index_t page = 4096;
  static constexpr index_t apart = 10 * line;

  static index_t low_bits(const std::byte* p) {
    return static_cast<index_t>(reinterpret_cast<std::uintptr_t>(p) % page);
  }

  buffer on_heap_; // where they do not fit on the stack
  alignas(line) std::byte on_stack_[8 * staged_bytes + page];
};

/// The innermost two axes, tile by tile.
class tiled_plane {
public:
  tiled_plane(const loop_nest& loops, loop_mode mode, const row_kernel& kernel, const void* context)
      : loops_(loops), tile_(staged_tile_of(loops)),
        first_is_written_(mode != loop_mode::read_only), kernel_(kernel), context_(context) {
    for (std::size_t k = 0; k < loops.count; ++k) {
      prepare(k);
      if (operands_[k].is_staged() && !is_written(k)) loaded_[loaded_count_++] = k;
    }
    place_buffers();
  }

  /// `corners[k]` is the plane's first element of operand k.
  void run(std::byte* const* corners) {
    const index_t rows = rows_of(loops_);
    const index_t columns = columns_of(loops_);
    if (rows <= tile_.rows && columns <= tile_.columns) return run_tile(corners, 0, 0);
    if (columns_run_outside(loops_, tile_)) {
      for (index_t column = 0; column < columns; column += tile_.columns)
        for (index_t row = 0; row < rows; row += tile_.rows) run_tile(corners, row, column);
    } else {
      for (index_t row = 0; row < rows; row += tile_.rows)
        for (index_t column = 0; column < columns; column += tile_.columns)
          run_tile(corners, row, column);
    }
  }

private:
  [[nodiscard]] bool is_written(std::size_t k) const { return first_is_written_ && k == 0; }

  void prepare(std::size_t k) {
    staged_operand& o = operands_[k];
    o.how = supply_of(loops_, tile_, k);
    o.itemsize = loops_.operands[k].itemsize;
    o.outer = outer_step(loops_, k) * o.itemsize;
    o.inner = inner_step(loops_, k) * o.itemsize;
    o.prefetches = tile_.from_memory && o.inner != 0;
    o.buffer = nullptr;
    o.held = nullptr;
    if (o.how != supply::row_by_row) return;
    o.copy = is_written(k) ? row_copier_of(o.inner, o.itemsize, o.itemsize)
                           : row_copier_of(o.itemsize, o.inner, o.itemsize);
  }

  void place_buffers() {
    index_t offsets[max_operands];
    index_t bytes = 0;
    for (std::size_t k = 0; k < loops_.count; ++k) {
      const staged_operand& o = operands_[k];
      offsets[k] = bytes;
      if (!o.is_staged()) continue;
      const index_t rows = o.how == supply::tile_by_tile ? tile_.rows : 1;
      bytes += staging_memory::bytes_of(rows * tile_.columns, o.itemsize);
    }
    if (bytes == 0) return;
    std::byte* const memory = memory_.take(bytes, loops_.operands[0].data);
    for (std::size_t k = 0; k < loops_.count; ++k) operands_[k].buffer = memory + offsets[k];
  }

  /// The tile that begins at this row and column of the plane.
  void run_tile(std::byte* const* corners, index_t row, index_t column) {
    std::byte* arrays[max_operands]; // the tile's first element of each operand
    for (std::size_t k = 0; k < loops_.count; ++k)
      arrays[k] = corners[k] + row * operands_[k].outer + column * operands_[k].inner;
    const index_t rows = least(rows_of(loops_) - row, tile_.rows);
    const index_t columns = least(columns_of(loops_) - column, tile_.columns);
    for (std::size_t i = 0; i < loaded_count_; ++i) {
      staged_operand& o = operands_[loaded_[i]];
      if (o.how == supply::tile_by_tile) o.load_tile(arrays[loaded_[i]], rows, columns);
    }
    std::byte* elements[max_operands]; // where the kernel finds the first ones
    for (std::size_t k = 0; k < loops_.count; ++k)
      elements[k] = operands_[k].how == supply::in_place ? arrays[k] : operands_[k].buffer;
    if (tile_.joined)
      run_row(kernel_, elements, loops_.count, rows * columns, context_);
    else if (kernel_.rows != nullptr)
      run_with_repeated(arrays, rows, columns);
    else
      run_rows(elements, arrays, rows, columns);
    const staged_operand& to = operands_[0];
    if (first_is_written_ && to.how == supply::tile_by_tile)
      to.store_tile(arrays[0], rows, columns);
  }

  void run_rows(std::byte** elements, std::byte** arrays, index_t rows, index_t columns) {
    const bool stores = first_is_written_ && operands_[0].how == supply::row_by_row;
    for (index_t i = 0;;) {
      for (std::size_t j = 0; j < loaded_count_; ++j) {
        staged_operand& o = operands_[loaded_[j]];
        if (o.how == supply::row_by_row) o.load_row(arrays[loaded_[j]], columns);
      }
      prefetch_after(elements[0], columns);
      kernel_.row(elements, columns, context_);
      if (stores)
        operands_[0].copy(arrays[0], operands_[0].inner, elements[0], operands_[0].itemsize,
                          columns, operands_[0].itemsize);
      if (++i == rows) return;
      next_row(elements, arrays, columns);
    }
  }

  void next_row(std::byte** elements, std::byte** arrays, index_t columns) const {
    for (std::size_t k = 0; k < loops_.count; ++k) {
      const staged_operand& o = operands_[k];
      arrays[k] += o.outer;
      if (o.how == supply::in_place) elements[k] = arrays[k];
      if (o.how == supply::tile_by_tile) elements[k] += columns * o.itemsize;
    }
  }

  /// The same for a kernel that does with repeated operands: in one call, unless rows are staged
  /// one by one.
  void run_with_repeated(std::byte** arrays, index_t rows, index_t columns) {
    row_source sources[max_operands];
    index_t at_once = rows;
    for (std::size_t k = 0; k < loops_.count; ++k) {
      const staged_operand& o = operands_[k];
      sources[k] = source_of(o, arrays[k], columns);
      if (o.how == supply::row_by_row && (o.outer != 0 || k == 0)) at_once = 1;
    }
    for (index_t i = 0; i < rows; i += at_once) {
      for (std::size_t j = 0; j < loaded_count_; ++j) {
        staged_operand& o = operands_[loaded_[j]];
        if (o.how == supply::row_by_row) o.load_row(arrays[loaded_[j]] + i * o.outer, columns);
      }
      prefetch_after(sources[0].elements, columns);
      kernel_.rows(sources, at_once, columns, context_);
      const staged_operand& to = operands_[0];
      if (first_is_written_ && to.how == supply::row_by_row)
        to.copy(arrays[0] + i * to.outer, to.inner, to.buffer, to.itemsize, columns, to.itemsize);
    }
  }

  static row_source source_of(const staged_operand& o, std::byte* array, index_t columns) {
    // Elements of zeros are read only.
    if (o.how == supply::repeated) return {const_cast<std::byte*>(zeros), array, 0, o.outer};
    if (o.how == supply::in_place) return {array, zeros, o.outer, 0};
    return {o.buffer, zeros, o.how == supply::tile_by_tile ? columns * o.itemsize : 0, 0};
  }

  /// The first operand's elements behind those of this row, which are written next.
  void prefetch_after(const std::byte* elements, index_t columns) const {
    const index_t bytes = columns * operands_[0].itemsize;
    if (tile_.from_memory && operands_[0].how == supply::in_place)
      for (index_t b = 0; b < bytes; b += line) __builtin_prefetch(elements + bytes + b, 1);
  }

  const loop_nest& loops_;
  staged_tile tile_; // as large as they are, but for the last ones of the plane
  bool first_is_written_;
  row_kernel kernel_;
  const void* context_;
  std::size_t loaded_count_ = 0;
  std::size_t loaded_[max_operands]; // the operands that are staged and read
  staged_operand operands_[max_operands];
  staging_memory memory_;
};

} // namespace

void run_staged(const loop_nest& loops, loop_mode mode, const row_kernel& kernel,
                const void* context) {
  tiled_plane plane(loops, mode, kernel, context);
  odometer position(loops, loops.ndim > 2 ? loops.ndim - 2 : 0);
  do plane.run(position.rows());
  while (position.advance());
}

} // namespace tessera::detail
