/// @file
/// What messages call operands of collective calls.
#pragma once

#include <tessera/distributed/expressions/evaluation.hpp>

#include <string>

namespace tessera::detail {

/// "view (3,) at [2:5] of float64, shape (24,) over 3 ranks".
std::string call_text(const view_ref& view);
/// The same of either kind.
std::string call_text(const operand_ref& operand);

} // namespace tessera::detail
