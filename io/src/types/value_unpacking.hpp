/// @file
/// Numbers that stand for others: scaled, moved, and with values for "missing".
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/io/types/dtype.hpp>

#include <cstddef>
#include <vector>

namespace tessera::detail {

/// What stored numbers of a type stand for.
struct value_unpacking {
  dtype stored; ///< as decoded, in memory
  double scale = 1;
  double offset = 0;
  std::vector<long double> missing{}; ///< become NaN; exact for all types

  /// Makes doubles of numbers.
  void run(const std::byte* from, double* to, index_t count) const;
};

} // namespace tessera::detail
