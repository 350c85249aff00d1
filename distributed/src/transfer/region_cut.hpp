// Regions in parts that follow each other in the order of their elements, the last axis fastest.
#pragma once

#include <tessera/core/copies/strided_copy.hpp>

namespace tessera::detail {

/// The part that begins with element number `first`, where another part ended: at most so many
/// elements, of whole rows of the outermost axis as far as these are short enough, else one.
/// Regions of one shape are cut alike.
region part_from(const region& whole, index_t first, index_t most);

} // namespace tessera::detail
