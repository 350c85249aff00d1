// Views of global arrays as plans see them.
#pragma once

#include <tessera/distributed/evaluation.hpp>

namespace tessera::detail {

inline placed_view placed(const operand_ref& view) {
  return {view.ndim, view.shape, view.walks, view.fixed, &view.block->axes(), view.block->layout()};
}

} // namespace tessera::detail
