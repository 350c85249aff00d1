#include "copies/copy_loops.hpp"
#include "expressions/few_elements.hpp"
#include "expressions/order_in_memory.hpp"
#include "loops/staging.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/errors/checks.hpp>
#include <tessera/core/expressions/leaves.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/threads/pieces.hpp>

#include <fmt/core.h>

#include <cstring>

namespace tessera::detail {

namespace {

/// Operands of the loop nest, which reorders their strides in place.
class operand_list {
public:
  /// Adds an array, broadcast to `ndim` axes.
  void add(const array_ref& a, std::size_t ndim) {
    if (filled_ == max_operands)
      throw argument_error(
          fmt::format("an expression of more than {} arrays; assign a part of it to an array first",
                      max_operands - 1));
    index_t* const strides = strides_[filled_];
    const std::size_t missing = ndim - a.ndim;
    for (std::size_t d = 0; d < missing; ++d) strides[d] = 0;
    for (std::size_t d = 0; d < a.ndim; ++d)
      strides[d + missing] = a.shape[d] == 1 ? 0 : a.strides[d];
    operands_[filled_++] = {a.data, a.itemsize, strides};
  }

  void run(index_t* shape, std::size_t ndim, loop_mode mode, const row_kernel& kernel,
           const void* context) {
    run_loop_nest(shape, ndim, operands_, filled_, mode, kernel, context);
  }

  void visit(index_t* shape, std::size_t ndim, piece_visitor visit_piece, const void* context) {
    visit_in_pieces(shape, ndim, operands_, filled_, visit_piece, context);
  }

  /// Copies the second one to the first.
  void copy(index_t* shape, std::size_t ndim, index_t bytes) {
    loop_nest loops{shape, ndim, operands_, filled_};
    order_loops(loops);
    copy_loop list[max_ndim];
    list_loops(loops, list);
    index_t item = operands_[0].itemsize;
    const std::size_t left = arrange_copy(list, loops.ndim, item);
    run_copy({list, left, item, bytes}, operands_[0].data, operands_[1].data);
  }

private:
  std::size_t filled_ = 0;
  loop_operand operands_[max_operands];
  index_t strides_[max_operands][max_ndim];
};

class extent_of_array {
public:
  explicit extent_of_array(const array_ref& a) : array_(a) {
    for (std::size_t d = 0; d < a.ndim; ++d) strides_[d] = a.strides[d] * a.itemsize;
  }
  [[nodiscard]] memory_extent get() const {
    return {array_.data, array_.itemsize, array_.ndim, array_.shape, strides_};
  }

private:
  const array_ref& array_;
  index_t strides_[max_ndim];
};

index_t size_of(const array_ref& a) {
  index_t size = 1;
  for (std::size_t d = 0; d < a.ndim; ++d) size *= a.shape[d];
  return size;
}

/// Then one row is all, and no nest has to be arranged: what small arrays cost is decided here.
bool is_single_row(const array_ref& to, const array_ref* from, std::size_t count, index_t size) {
  if (count >= max_operands || !is_contiguous(to)) return false;
  for (std::size_t k = 0; k < count; ++k)
    if (!reads_in_order(to, from[k], size)) return false;
  return true;
}

/// How many elements lie before the first cache line that begins in a long row: with those apart,
/// no vector that is written lies across two lines.
index_t elements_before_line(const array_ref& to, index_t size) {
  constexpr std::uintptr_t line = 64;
  constexpr index_t long_row = 1024;
  const auto item = static_cast<std::uintptr_t>(to.itemsize);
  const std::uintptr_t past = reinterpret_cast<std::uintptr_t>(to.data) % line;
  if (size < long_row || past == 0 || past % item != 0) return 0;
  return static_cast<index_t>((line - past) / item);
}

/// Elements from `begin` to `end` of what is one row.
void run_part_of_row(const array_ref& to, const array_ref* from, std::size_t count, index_t begin,
                     index_t end, const row_kernel& kernel, const void* context) {
  std::byte* rows[max_operands];
  rows[0] = to.data + begin * to.itemsize;
  for (std::size_t k = 0; k < count; ++k) rows[k + 1] = from[k].data + begin * from[k].itemsize;
  run_row(kernel, rows, count + 1, end - begin, context);
}

void run_single_row(const array_ref& to, const array_ref* from, std::size_t count, index_t size,
                    const row_kernel& kernel, const void* context) {
  const index_t head = elements_before_line(to, size);
  if (head > 0) run_part_of_row(to, from, count, 0, head, kernel, context);
  constexpr index_t whole_lines = 64; // elements of any size
  for_parts(size - head, least_piece, whole_lines, [&](index_t begin, index_t end) {
    run_part_of_row(to, from, count, head + begin, head + end, kernel, context);
  });
}

/// Reads element i exactly where element i is written, or nowhere near.
bool reads_in_place(const array_ref& to, const array_ref& from) {
  if (from.data == to.data && from.itemsize == to.itemsize) {
    const std::size_t missing = to.ndim - from.ndim;
    bool same = true;
    for (std::size_t d = 0; d < to.ndim; ++d) {
      const bool broadcast = d < missing || from.shape[d - missing] == 1;
      const index_t stride = broadcast ? 0 : from.strides[d - missing];
      same = same && (to.shape[d] == 1 || stride == to.strides[d]);
    }
    if (same) return true;
  }
  return !share_memory(to, from);
}

void run_nest(const array_ref& to, const array_ref* from, std::size_t count,
              const row_kernel& kernel, const void* context) {
  operand_list operands;
  operands.add(to, to.ndim);
  for (std::size_t k = 0; k < count; ++k) operands.add(from[k], to.ndim);
  index_t shape[max_ndim];
  for (std::size_t d = 0; d < to.ndim; ++d) shape[d] = to.shape[d];
  operands.run(shape, to.ndim, loop_mode::first_is_written, kernel, context);
}

/// Copies an array to another one of which it shares no memory.
void copy_apart(const array_ref& to, const array_ref& from, index_t size) {
  operand_list operands;
  operands.add(to, to.ndim);
  operands.add(from, to.ndim);
  index_t shape[max_ndim];
  for (std::size_t d = 0; d < to.ndim; ++d) shape[d] = to.shape[d];
  operands.copy(shape, to.ndim, size * to.itemsize);
}

void copy_adjacent(const array_ref& to, const array_ref& from, index_t bytes) {
  if (to.data != from.data) run_copy({nullptr, 0, bytes, bytes}, to.data, from.data);
}

/// Row-major memory of its own for the elements of an array.
class row_major_copy {
public:
  row_major_copy(const array_ref& like, index_t size)
      : memory_(static_cast<std::size_t>(size * like.itemsize)) {
    index_t step = 1;
    for (std::size_t d = like.ndim; d-- > 0; step *= like.shape[d]) strides_[d] = step;
    ref = {memory_.data(), like.itemsize, like.ndim, like.shape, strides_};
  }
  array_ref ref;

private:
  buffer memory_;
  index_t strides_[max_ndim];
};

void check_shape(const array_ref& to, const index_t* shape, std::size_t ndim) {
  bool fits = ndim <= to.ndim;
  for (std::size_t d = 0; fits && d < ndim; ++d)
    fits = shape[d] == 1 || shape[d] == to.shape[d + to.ndim - ndim];
  if (!fits) throw_broadcast(shape, ndim, to.shape, to.ndim);
}

} // namespace

bool share_memory(const array_ref& a, const array_ref& b) {
  return share_memory(extent_of_array(a).get(), extent_of_array(b).get());
}

void assign_elements(const array_ref& to, const index_t* value_shape, std::size_t value_ndim,
                     const array_ref* from, std::size_t count, const row_kernel& kernel,
                     const void* context) {
  check_live(&to, 1);
  check_live(from, count);
  check_shape(to, value_shape, value_ndim);
  const index_t size = size_of(to);
  if (size == 0) return;
  if (assign_few_elements(to, from, count, size, kernel, context)) return;
  if (is_single_row(to, from, count, size))
    return run_single_row(to, from, count, size, kernel, context);
  bool in_place = true;
  for (std::size_t k = 0; k < count; ++k) in_place = in_place && reads_in_place(to, from[k]);
  if (in_place) return run_nest(to, from, count, kernel, context);
  const row_major_copy between(to, size);
  run_nest(between.ref, from, count, kernel, context);
  copy_apart(to, between.ref, size);
}

void copy_elements(const array_ref& to, const array_ref& from) {
  check_live(&to, 1);
  check_live(&from, 1);
  check_shape(to, from.shape, from.ndim);
  const index_t size = size_of(to);
  if (size == 0) return;
  if (is_single_row(to, &from, 1, size)) return copy_adjacent(to, from, size * to.itemsize);
  const bool in_place = reads_in_place(to, from);
  if (in_place && to.data == from.data) return;
  if (in_place) return copy_apart(to, from, size);
  const row_major_copy between(to, size);
  copy_apart(between.ref, from, size);
  copy_apart(to, between.ref, size);
}

void copy_bytes(void* to, const void* from, index_t bytes) {
  constexpr index_t least_bytes = 8 * least_piece;
  if (bytes > 0 && pieces_of(bytes, least_bytes) == 1)
    std::memcpy(to, from, static_cast<std::size_t>(bytes));
  else if (bytes > 0)
    run_copy({nullptr, 0, bytes, bytes}, static_cast<std::byte*>(to),
             static_cast<const std::byte*>(from));
}

namespace {

/// Are all elements of arrays of a shape read as they lie in memory?
bool is_single_row(const index_t* shape, std::size_t ndim, const array_ref* arrays,
                   std::size_t count) {
  if (count == 0 || count >= max_operands) return false;
  for (std::size_t k = 0; k < count; ++k) {
    if (arrays[k].ndim != ndim || !is_contiguous(arrays[k])) return false;
    for (std::size_t d = 0; d < ndim; ++d)
      if (arrays[k].shape[d] != shape[d]) return false;
  }
  return true;
}

} // namespace

void visit_elements(index_t* shape, std::size_t ndim, const array_ref* arrays, std::size_t count,
                    row_function row, const void* context) {
  check_live(arrays, count);
  if (is_single_row(shape, ndim, arrays, count)) {
    const index_t size = size_of(arrays[0]);
    std::byte* rows[max_operands];
    for (std::size_t k = 0; k < count; ++k) rows[k] = arrays[k].data;
    if (size > 0) row(rows, size, context);
    return;
  }
  operand_list operands;
  for (std::size_t k = 0; k < count; ++k) operands.add(arrays[k], ndim);
  operands.run(shape, ndim, loop_mode::read_only, row, context);
}

void visit_elements_in_pieces(index_t* shape, std::size_t ndim, const array_ref* arrays,
                              std::size_t count, piece_visitor visit, const void* context) {
  check_live(arrays, count);
  operand_list operands;
  for (std::size_t k = 0; k < count; ++k) operands.add(arrays[k], ndim);
  operands.visit(shape, ndim, visit, context);
}

} // namespace tessera::detail
