/// @file
/// What of an element becomes columns of text.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/io/types/dtype.hpp>

#include <vector>

namespace tessera::detail {

/// A number or a text in an element.
struct text_leaf {
  index_t offset; ///< in bytes
  dtype type;
};

/// The members of a struct in their order, those of structs inside and the elements of arrays one
/// by one; of another type, the element itself.
std::vector<text_leaf> text_leaves_of(dtype type);

} // namespace tessera::detail
