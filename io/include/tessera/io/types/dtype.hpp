/// @file
/// Types of elements that text files hold.
#pragma once

#include <tessera/core/types/dtype.hpp>

#include <string>

namespace tessera::detail {

/// The types that text files hold.
template <class T> constexpr dtype text_dtype_of() { return dtype_of<T>(); }

} // namespace tessera::detail
