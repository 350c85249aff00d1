/// @file
/// Complex elements. In a header of its own because <complex> costs half a second to compile.
#pragma once

#include <tessera/core/operand.hpp>

#include <complex>

namespace tessera::detail {

template <class T> inline constexpr bool is_complex<std::complex<T>> = true;

} // namespace tessera::detail
