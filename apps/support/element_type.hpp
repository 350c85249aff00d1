// From NumPy's name of a type to the type.
#pragma once

#include <tessera/core/error.hpp>

#include <cstdint>
#include <string>
#include <type_traits>

namespace apps {

/// Names of the types that text can be read to and written from.
inline constexpr const char* element_types[] = {"float64", "float32", "int64",  "int32",
                                                "int16",   "int8",    "uint64", "uint32",
                                                "uint16",  "uint8",   "bool"};

/// Calls `f(std::type_identity<T>())` for the type of that name; false when there is none.
template <class F> bool with_element_type(const std::string& name, F&& f) {
  const auto call = [&]<class T>(std::type_identity<T> type, const char* its_name) {
    if (name != its_name) return false;
    f(type);
    return true;
  };
  return call(std::type_identity<double>(), "float64") ||
         call(std::type_identity<float>(), "float32") ||
         call(std::type_identity<float>(), "float16") || // as it is read
         call(std::type_identity<std::int64_t>(), "int64") ||
         call(std::type_identity<std::int32_t>(), "int32") ||
         call(std::type_identity<std::int16_t>(), "int16") ||
         call(std::type_identity<std::int8_t>(), "int8") ||
         call(std::type_identity<std::uint64_t>(), "uint64") ||
         call(std::type_identity<std::uint32_t>(), "uint32") ||
         call(std::type_identity<std::uint16_t>(), "uint16") ||
         call(std::type_identity<std::uint8_t>(), "uint8") ||
         call(std::type_identity<bool>(), "bool");
}

} // namespace apps
