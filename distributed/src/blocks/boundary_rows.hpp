// What fills one row of cells beyond an end of an axis.
#pragma once

#include <tessera/distributed/blocks/boundary.hpp>

namespace tessera::detail {

/// Of the cells of a row, where they come from, and what is done on the way.
struct edge_parameters {
  index_t from[2] = {};             ///< bytes from a cell to those that it is made from
  index_t factor = 0;               ///< of the difference between these
  index_t components = 1;           ///< numbers in an element
  index_t itemsize = 0;             ///< bytes of an element
  const std::byte* value = nullptr; ///< of every cell
};

/// Fills n cells, `step` bytes apart.
using edge_row = void (*)(std::byte* cells, index_t step, index_t n, const edge_parameters& with);

struct edge_rows {
  edge_row negate;      ///< the first cell that it is made from, with the other sign
  edge_row extrapolate; ///< the first, and so many times what it has more than the second
};

/// The functions that compute, for elements that are numbers.
edge_rows edge_rows_for(const number_layout& format);

/// Copies the first cell that it is made from.
edge_row copying_row(index_t itemsize);

/// The same value everywhere.
void repeat_value(std::byte* cells, index_t step, index_t n, const edge_parameters& with);

} // namespace tessera::detail
