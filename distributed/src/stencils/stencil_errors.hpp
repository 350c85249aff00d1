// What errors of stencils have in common.
#pragma once

#include <tessera/distributed/blocks/global_block.hpp>

#include <string>

namespace tessera::detail {

/// Throws argument_error.
[[noreturn]] void refuse_steps(const std::string& text);
/// "(8, 8)"
std::string shape_text(const global_block& array);
std::string distribution_text(const global_block& array);

} // namespace tessera::detail
