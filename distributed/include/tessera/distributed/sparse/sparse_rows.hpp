/// @file
/// Where the elements of a sparse matrix are, as code sees it that does not know their type.
///
/// Its parts lie in sparse_rows.cpp.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/distribution/axis_distribution.hpp>

#include <vector>

namespace tessera::detail {

/// The place of an element.
struct sparse_place {
  index_t row;
  index_t column;
};

/// This rank's rows: which elements of which columns they have, and where an x that these multiply
/// has its elements.
struct sparse_rows {
  std::vector<index_t> starts{0}; ///< of each row's elements, and the end of the last one
  std::vector<index_t> columns;   ///< of each element, ascending in a row
  std::vector<index_t>
      places; ///< of x's element: in the own part of x, or behind that what is fetched
  std::vector<index_t> fetched;    ///< columns whose elements of x others have, ascending
  std::vector<index_t> inner_rows; ///< that need nothing of others
  std::vector<index_t> outer_rows; ///< all others
};

/// @throws index_error naming rank, number, place and shape, unless the place lies in the shape.
void check_place(const communicator& comm, index_t number, const sparse_place& place,
                 const shape_t<2>& shape);

/// Fills the rows from the places of elements, sorted by rows, then columns. Rows are counted from
/// `first_row`; the own part of x is `own`.
void find_rows(sparse_rows& rows, const std::vector<sparse_place>& places, index_t first_row,
               index_t row_count, const interval& own);

/// @throws shape_error unless a vector has n elements.
void check_factor(const shape_t<2>& matrix, index_t n, const char* what, index_t expected);

} // namespace tessera::detail
