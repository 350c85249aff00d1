#include "zarr/metadata/fill_value.hpp"
#include "types/with_dtype.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace tessera::detail {

namespace {

constexpr std::uint16_t half_infinity = 0x7c00;
constexpr std::uint16_t half_nan = 0x7e00;

/// The nearest number of half precision, ties to even.
std::uint16_t half_of(double value) {
  const auto sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000U : 0U);
  const double magnitude = std::fabs(value);
  if (std::isnan(value)) return half_nan;
  if (magnitude >= 65520.0) return static_cast<std::uint16_t>(sign | half_infinity);
  // Carries of the mantissa go on into the exponent.
  const int exponent = std::max(magnitude > 0 ? std::ilogb(magnitude) : -15, -15);
  const bool is_small = exponent < -14;
  const double digits = std::nearbyint(std::ldexp(magnitude, is_small ? 24 : 10 - exponent));
  const int above = is_small ? 0 : (exponent + 14) * 1024;
  return static_cast<std::uint16_t>(sign | static_cast<unsigned>(above + static_cast<int>(digits)));
}

template <class T> std::string bytes_of_value(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// The bits of a floating-point number of so many bytes.
std::string bytes_of_bits(std::uint64_t bits, int size) {
  if (size == 2) return bytes_of_value(static_cast<std::uint16_t>(bits));
  if (size == 4) return bytes_of_value(static_cast<std::uint32_t>(bits));
  return bytes_of_value(bits);
}

std::string bytes_of_float(double value, int size) {
  if (size == 2) return bytes_of_value(half_of(value));
  if (size == 4) return bytes_of_value(static_cast<float>(value));
  return bytes_of_value(value);
}

/// NaN without a sign, whose mantissa begins with a one, then zeros.
std::string usual_nan(int size) {
  const std::uint64_t bits = size == 2   ? std::uint64_t{half_nan}
                             : size == 4 ? std::uint64_t{0x7fc00000}
                                         : std::uint64_t{0x7ff8000000000000};
  return bytes_of_bits(bits, size);
}

/// Of "0x7fc00000".
std::optional<std::string> bytes_of_hex(const std::string& text, int size) {
  const std::size_t digits = text.size() < 2 ? 0 : text.size() - 2;
  if (!text.starts_with("0x") || digits == 0 || digits > 2 * static_cast<std::size_t>(size))
    return {};
  std::uint64_t bits = 0;
  const char* const end = text.data() + text.size();
  const auto [last, problem] = std::from_chars(text.data() + 2, end, bits, 16);
  if (problem != std::errc() || last != end) return {};
  return bytes_of_bits(bits, size);
}

std::optional<std::string> float_bytes(const json& value, int size) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (value.is_number()) return bytes_of_float(value.get<double>(), size);
  if (!value.is_string()) return {};
  const auto& text = value.get_ref<const std::string&>();
  if (text == "NaN") return usual_nan(size);
  if (text == "Infinity") return bytes_of_float(infinity, size);
  if (text == "-Infinity") return bytes_of_float(-infinity, size);
  return bytes_of_hex(text, size);
}

template <class T, class From> std::optional<std::string> integer_bytes(From value) {
  if (!std::in_range<T>(value)) return {};
  return bytes_of_value(static_cast<T>(value));
}

template <class T> std::optional<std::string> integer_of(const json& value) {
  if (value.is_number_unsigned()) return integer_bytes<T>(value.get<std::uint64_t>());
  if (value.is_number_integer()) return integer_bytes<T>(value.get<std::int64_t>());
  return {};
}

std::optional<std::string> real_bytes(const json& value, dtype type) {
  if (type.kind == 'f') return float_bytes(value, type.size);
  if (type.kind == 'b' && value.is_boolean()) return bytes_of_value(value.get<bool>());
  if (type.kind == 'b') return {};
  return with_real_dtype(type, [&]<class T>(type_tag<T>) -> std::optional<std::string> {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
      return integer_of<T>(value);
    else
      return {};
  });
}

std::optional<std::string> complex_bytes(const json& value, dtype type) {
  if (!value.is_array() || value.size() != 2) return {};
  const auto real = float_bytes(value[0], type.size / 2);
  const auto imaginary = float_bytes(value[1], type.size / 2);
  if (!real || !imaginary) return {};
  return *real + *imaginary;
}

} // namespace

std::string fill_bytes(const json& value, dtype type, const std::string& action) {
  if (value.is_null()) return std::string(static_cast<std::size_t>(type.size), '\0');
  const auto bytes = type.kind == 'c' ? complex_bytes(value, type) : real_bytes(value, type);
  if (bytes) return *bytes;
  throw format_error(fmt::format("{}: its fill_value {} is no {}", action, brief_text(value),
                                 type == dtype{'f', 2} ? "float16" : to_string(type)));
}

std::optional<std::string> number_bytes(const json& value, dtype type) {
  if (type.kind == 'c' || type.kind == 'S' || type.kind == 'V') return {};
  if (value.is_boolean() && type.kind != 'b') return real_bytes(value.get<bool>() ? 1 : 0, type);
  return real_bytes(value, type);
}

namespace {

json float_json(const std::string& bytes) {
  double value = 0;
  if (bytes.size() == 4) {
    float narrow = 0;
    std::memcpy(&narrow, bytes.data(), sizeof narrow);
    value = narrow;
  } else {
    std::memcpy(&value, bytes.data(), sizeof value);
  }
  if (std::isfinite(value)) return value;
  if (!std::isnan(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (bytes == usual_nan(static_cast<int>(bytes.size()))) return "NaN";
  std::uint64_t bits = 0;
  if (bytes.size() == 4) {
    std::uint32_t narrow = 0;
    std::memcpy(&narrow, bytes.data(), sizeof narrow);
    bits = narrow;
  } else {
    std::memcpy(&bits, bytes.data(), sizeof bits);
  }
  return fmt::format("0x{:0{}x}", bits, 2 * bytes.size());
}

} // namespace

json fill_json(const std::string& bytes, dtype type) {
  if (type.kind == 'f') return float_json(bytes);
  if (type.kind == 'c')
    return {float_json(bytes.substr(0, bytes.size() / 2)),
            float_json(bytes.substr(bytes.size() / 2))};
  return with_real_dtype(type, [&]<class T>(type_tag<T>) -> json {
    T value{};
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  });
}

namespace {

/// A part of a number that was given, exactly.
long double part_of(const zarr_fill& value, int part) {
  const dtype real = value.type().kind == 'c' ? dtype{'f', value.type().size / 2} : value.type();
  return with_real_dtype(real, [&]<class T>(type_tag<T>) {
    T number{};
    std::memcpy(&number, value.bytes() + static_cast<std::size_t>(part) * sizeof number,
                sizeof number);
    return static_cast<long double>(number);
  });
}

/// A number as an element of a real type; nothing where an integer is not that number.
std::optional<std::string> as_real(long double value, dtype type) {
  return with_real_dtype(type, [&]<class T>(type_tag<T>) -> std::optional<std::string> {
    if constexpr (!std::is_floating_point_v<T>) {
      constexpr auto low = static_cast<long double>(std::numeric_limits<T>::lowest());
      constexpr auto high = static_cast<long double>(std::numeric_limits<T>::max());
      if (!(value >= low && value <= high) || value != std::trunc(value)) return {};
    }
    return bytes_of_value(static_cast<T>(value));
  });
}

} // namespace

std::string fill_bytes(const zarr_fill& value, dtype type) {
  if (value.type() == type) return {value.bytes(), static_cast<std::size_t>(type.size)};
  const bool is_complex = value.type().kind == 'c';
  const long double imaginary = is_complex ? part_of(value, 1) : 0.0L;
  if (type.kind == 'c') {
    const dtype part{'f', type.size / 2};
    return *as_real(part_of(value, 0), part) + *as_real(imaginary, part);
  }
  const auto bytes = imaginary == 0 ? as_real(part_of(value, 0), type) : std::nullopt;
  if (bytes) return *bytes;
  throw argument_error(
      fmt::format("fill_value {} is no value of type {}",
                  brief_text(fill_json({value.bytes(), static_cast<std::size_t>(value.type().size)},
                                       value.type())),
                  to_string(type)));
}

} // namespace tessera::detail
