/// @file
/// Different numbers among many.
#pragma once

#include <tessera/core/ndarray.hpp>

namespace tessera::detail {

/// The different elements of a sequence, sorted; all NaN are one, zeros of both signs, too.
struct distinct_places {
  ndarray<index_t, 1> firsts;  ///< where each is first
  ndarray<index_t, 1> counts;  ///< how often each is there
  ndarray<index_t, 1> inverse; ///< which of them each element is; empty unless it was asked for
};

/// Finds them by looking each element up in a small table, without sorting; false where they are
/// more than it holds, or too few elements for it to pay. Compiled for all numbers; see
/// loop_type_of.
template <class T>
bool find_few_distinct(const T* values, index_t n, bool with_inverse, distinct_places& result);

} // namespace tessera::detail
