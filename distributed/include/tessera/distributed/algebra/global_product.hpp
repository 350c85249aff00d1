/// @file
/// The product of two matrices over ranks, as untyped code sees it.
///
/// Its parts lie in global_product.cpp and product_run.cpp.
#pragma once

#include <tessera/distributed/expressions/evaluation.hpp>

namespace tessera::detail {

/// A matrix in this process; steps in elements.
struct local_matrix {
  std::byte* data;
  index_t rows;
  index_t columns;
  index_t row_step;
  index_t column_step;
};

/// c = a b, or where `adds`, c += a b, of matrices in this process.
using multiply_function = void (*)(const local_matrix& a, const local_matrix& b,
                                   const local_matrix& c, bool adds);

/// The distribution of a product of its own: rows as a's, columns as b's where these are divided
/// among as many ranks as a's columns, else in equal blocks.
axes_span product_axes(const view_ref& a, const view_ref& b);
/// That of a product with a vector: as the rows of the matrix, whose ranks all have some.
axes_span product_axis(const view_ref& matrix, std::size_t kept);

/// c = a b of views of two axes and one type, distributed in any way over the same ranks. Each rank
/// makes what it owns of c, of stretches of a's columns in ascending order. Operands that lie in
/// one rectangle on each rank, of which each rank needs only whole rows or columns of such
/// rectangles, stay where they are: what ranks of the same node have is read there; what others
/// have comes in panels, while the last ones are multiplied. Other operands, and a c that overlaps
/// them or does not lie so, go through arrays of their size. Collective.
/// @throws shape_error when the shapes do not fit, argument_error when the ranks differ,
/// memory_error.
void multiply_matrices(const view_ref& c, const view_ref& a, const view_ref& b,
                       multiply_function multiply);

} // namespace tessera::detail
