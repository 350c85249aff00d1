/// @file
/// Between a view of a global array and the whole of it on one rank, or on all.
#pragma once

#include <tessera/distributed/expressions/evaluation.hpp>

namespace tessera::detail {

/// @throws argument_error unless there is such a rank.
void check_root(int root, int ranks);
/// Copies a view's elements into a row-major array that rank `root` has, or all ranks if it is -1.
/// Collective.
void gather_elements(const view_ref& from, int root, void* whole);
/// Copies a strided array of the view's shape that rank `root` has into the view. Collective.
void scatter_elements(const view_ref& to, int root, const void* whole, const index_t* strides);
/// @throws shape_error unless the array that rank `root` has is of the expected shape. Collective.
void check_scatter(const communicator& comm, int root, const index_t* given,
                   const index_t* expected, std::size_t ndim);

} // namespace tessera::detail
