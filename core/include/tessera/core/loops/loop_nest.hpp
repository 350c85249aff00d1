/// @file
/// The one loop nest over strided operands. Every elementwise operation, copy, reduction and
/// stencil runs through it; what differs is the function that treats one row.
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera::detail {

/// So many arrays at most take part in a loop.
inline constexpr std::size_t max_operands = 64;

/// One array as the loop nest sees it.
struct loop_operand {
  std::byte* data;
  index_t itemsize;
  index_t* strides; ///< in elements, one per axis; the nest reorders them in place
};

/// How operands are used. Those that are read come after the one that is written, if any; that one
/// is written whole, and to be read it must be given a second time.
enum class loop_mode { read_only, first_is_written };

/// Treats n elements; `rows[k]` points to the first element of operand k, and its elements are
/// adjacent.
using row_function = void (*)(std::byte* const* rows, index_t n, const void* context);

/// Rows of one operand of which element i has the bits of `elements[i]` or `*value`: one of both is
/// zero, so that an operand may have a value of its own for every element, or one for all of a row.
/// Steps are in bytes, from row to row.
struct row_source {
  std::byte* elements;
  const std::byte* value;
  index_t elements_step;
  index_t value_step;

  void advance() {
    elements += elements_step;
    value += value_step;
  }
};

/// Treats `rows` rows of n elements each, which are numbers; moves the sources along.
using rows_function = void (*)(row_source* sources, index_t rows, index_t n, const void* context);

/// What is done with rows; one of both may be missing.
struct row_kernel {
  row_kernel(row_function one, rows_function several = nullptr) : row(one), rows(several) {}
  row_function row;
  rows_function rows;
};

/// The largest number of axes.
inline constexpr std::size_t max_ndim = 16;

/// Calls the kernel until each element of `shape` was visited once, in an order of its own choice:
/// axes are ordered by stride and adjacent ones collapsed, so that rows are as long as can be. An
/// operand whose elements are not adjacent along the row is staged through a small buffer, unless
/// they are all the same and the kernel can do with one.
///
/// What is written is written by all threads of the process where that pays: then the kernel is
/// called by several of them at once, for parts that do not touch.
///
/// `shape` and the operands' strides are overwritten.
void run_loop_nest(index_t* shape, std::size_t ndim, loop_operand* operands, std::size_t count,
                   loop_mode mode, const row_kernel& kernel, const void* context);

/// A part of the elements of some arrays, which one thread visits.
class element_piece {
public:
  element_piece(const void* nest, index_t piece) : nest_(nest), piece_(piece) {}

  /// Calls `row` until each element of the piece was visited once.
  void visit(row_function row, const void* context) const;

private:
  const void* nest_;
  index_t piece_;
};

/// Visits a piece, in a thread of any.
using piece_visitor = void (*)(const element_piece& piece, const void* context);

/// Calls `visit` for all pieces of the elements of operands that are read, as many as the threads
/// of the process can share. `shape` and the operands' strides are overwritten.
void visit_in_pieces(index_t* shape, std::size_t ndim, loop_operand* operands, std::size_t count,
                     piece_visitor visit, const void* context);

/// Treats `rows` rows of n elements; operand k's first element is at `corners[k]`, its rows lie
/// `steps[k]` elements apart, and the elements of a row are adjacent.
using plane_function = void (*)(std::byte* const* corners, const index_t* steps, index_t rows,
                                index_t n, const void* context);

/// Visits arrays as they lie in memory, plane by plane of the last two axes: nothing is reordered,
/// joined or staged, so that the function may look at neighbours. The elements of every operand are
/// adjacent along the last axis. With three axes or more, planes are visited in bands of
/// `rows_at_once` rows, so that those next to each other stay in the cache. The operands' pointers
/// are overwritten.
void run_planes(const index_t* shape, std::size_t ndim, loop_operand* operands, std::size_t count,
                index_t rows_at_once, plane_function plane, const void* context);

} // namespace tessera::detail
