/// @file
/// Many steps of a stencil at once, as compiled code sees them.
#pragma once

#include <tessera/distributed/expressions/evaluation.hpp>
#include <tessera/distributed/stencils/stencil_cell.hpp>
#include <tessera/distributed/stencils/stencil_plan.hpp>

#include <vector>

namespace tessera::detail {

/// How many rows of a stencil to compute at once: what neighbouring rows read they share, from
/// registers. More would not fit there.
inline constexpr index_t rows_at_once = 4;

/// A stencil on `rows` rows of `n` cells, one above the other along the first axis: the only typed
/// code. `corners` are the first cells in the arrays, those that are computed first.
struct stencil_code {
  using function = void (*)(std::byte* const* corners, index_t rows, index_t n,
                            const cell_origin& origin, const void* context);
  function step;
  const void* context;
  bool may_throw; ///< on some ranks
};

} // namespace tessera::detail
