/// @file
/// Arrays and files of the same ranks.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <string>

namespace tessera::detail {

/// Throws argument_error when an array is over other ranks than the file to which it belongs. The
/// ranks may be counted in another order. Local.
void check_same_ranks(const communicator& of_file, const communicator& of_array,
                      const std::string& path);

} // namespace tessera::detail
