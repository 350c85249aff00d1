// What collective calls were given, for ranks to compare, and for the error where they differ.
#pragma once

#include "blocks/block_text.hpp"

#include <tessera/distributed/expressions/operand_text.hpp>

namespace tessera::detail {

/// A fingerprint of where a view lies.
fingerprint fingerprint_of(const view_ref& view);

} // namespace tessera::detail
