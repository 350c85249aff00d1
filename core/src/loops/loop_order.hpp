// Loops being ordered, and copies of single rows: shared by the loop nest and by prepared
// copies.
// Its parts lie in loop_order.cpp, copy_plane.cpp and copy_row.cpp.
#pragma once

#include <tessera/core/loops/loop_nest.hpp>

namespace tessera::detail {

/// Bounds and operands of a loop nest while they are being ordered. Axis 0 is outermost.
struct loop_nest {
  index_t* shape;
  std::size_t ndim;
  loop_operand* operands;
  std::size_t count;
  bool repeats = false; // whether the kernel can do with one element for all of a row

  [[nodiscard]] index_t step(std::size_t k, std::size_t d) const { return operands[k].strides[d]; }
};

/// Drops axes of one element, runs axes forward, orders them by stride, joins adjacent ones. The
/// leading operands decide.
void order_loops(loop_nest& loops);

/// Copies n items of `itemsize` bytes; steps in bytes.
using row_copier = void (*)(std::byte* to, index_t to_step, const std::byte* from,
                            index_t from_step, index_t n, index_t itemsize);

/// The best function for these steps and items, to be called with the same ones.
row_copier row_copier_of(index_t to_step, index_t from_step, index_t itemsize);

inline void copy_row(std::byte* to, index_t to_step, const std::byte* from, index_t from_step,
                     index_t n, index_t itemsize) {
  row_copier_of(to_step, from_step, itemsize)(to, to_step, from, from_step, n, itemsize);
}

/// Rows in memory: the first item, and steps in bytes from row to row and from item to item.
struct plane {
  std::byte* data;
  index_t outer;
  index_t inner;
};

/// Copies `rows` rows of n items.
void copy_plane(const plane& to, const plane& from, index_t rows, index_t n, index_t itemsize);

} // namespace tessera::detail
