/// @file
/// From the description of a type to the type.
#pragma once

#include <tessera/core/error.hpp>
#include <tessera/io/types/dtype.hpp>

#include <cstdint>
#include <string>

namespace tessera::detail {

/// Stands for a type in an argument list.
template <class T> struct type_tag { using type = T; };

/// Calls `f(type_tag<T>())` with the real type that `type` describes.
template <class F> decltype(auto) with_real_dtype(dtype type, F&& f) {
  switch (type.kind * 16 + type.size) {
  case 'b' * 16 + 1: return f(type_tag<bool>());
  case 'i' * 16 + 1: return f(type_tag<std::int8_t>());
  case 'i' * 16 + 2: return f(type_tag<std::int16_t>());
  case 'i' * 16 + 4: return f(type_tag<std::int32_t>());
  case 'i' * 16 + 8: return f(type_tag<std::int64_t>());
  case 'u' * 16 + 1: return f(type_tag<std::uint8_t>());
  case 'u' * 16 + 2: return f(type_tag<std::uint16_t>());
  case 'u' * 16 + 4: return f(type_tag<std::uint32_t>());
  case 'u' * 16 + 8: return f(type_tag<std::uint64_t>());
  case 'f' * 16 + 4: return f(type_tag<float>());
  case 'f' * 16 + 8: return f(type_tag<double>());
  default: throw argument_error("text files cannot hold elements of type " + to_string(type));
  }
}

} // namespace tessera::detail
