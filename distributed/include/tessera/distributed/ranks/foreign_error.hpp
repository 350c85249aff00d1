/// @file
/// What exceptions of other libraries are here.
#pragma once

#include <tessera/core/error.hpp>

#include <exception>

namespace tessera::detail {

/// The error itself; of memory that ran out and of the file system, one of that kind; else one of
/// kind `other`.
error as_error(const std::exception& failure);

} // namespace tessera::detail
