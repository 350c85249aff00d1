/// @file
/// Numbers in text files.
#pragma once

#include "text/characters/parse_decimal.hpp"

#include <charconv>
#include <cmath>
#include <complex>
#include <cstdint>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

namespace tessera::detail {

/// The value of a number that is too large or too small for a double: an infinity, a zero or a
/// subnormal, as strtod rounds it, but in no locale.
double out_of_range_value(const char* first, const char* last);

/// What is wrong with a field that did not parse: "'abc' is not a number".
std::string bad_field_text(const char* first, const char* last, const char* wanted);

/// Digits as from_chars takes them; a plus sign is allowed before them.
inline const char* skip_plus(const char* first, const char* last) {
  if (first == last || *first != '+') return first;
  const bool signs = last - first > 1 && (first[1] == '-' || first[1] == '+');
  return signs ? first : first + 1;
}

/// Parses the number at the start of a text and returns where it ends; null when there is none.
/// What NumPy takes: an optional sign, decimal digits, an exponent, and nan, inf and infinity in
/// any case. Numbers too large for the type are infinite, too small ones zero.
template <class T>
requires std::is_floating_point_v<T>
const char* parse_number(const char* first, const char* last, T& value) {
  first = skip_plus(first, last);
  const auto [end, code] = std::from_chars(first, last, value);
  if (code == std::errc::invalid_argument) return nullptr;
  if (code == std::errc::result_out_of_range)
    value = static_cast<T>(out_of_range_value(first, end));
  if (std::isnan(value) && end[-1] == ')') return nullptr; // nan(...), which C allows
  return end;
}

/// The same for integers; null also when it does not fit into the type.
template <class T>
requires std::is_integral_v<T>
const char* parse_number(const char* first, const char* last, T& value) {
  first = skip_plus(first, last);
  const auto [end, code] = std::from_chars(first, last, value);
  return code == std::errc() ? end : nullptr;
}

/// Zero is false, any other integer is true.
inline const char* parse_number(const char* first, const char* last, bool& value) {
  std::int64_t integer = 0;
  const char* const end = parse_number(first, last, integer);
  value = integer != 0;
  return end;
}

/// A complex number as NumPy and Python write it: "1", "2j", "1+2j", "1+-2j", with parentheses or
/// without.
template <class T>
const char* parse_number(const char* first, const char* last, std::complex<T>& value) {
  const bool is_opened = first != last && *first == '(';
  T real{};
  T imaginary{};
  const char* p = parse_number(is_opened ? first + 1 : first, last, real);
  if (p == nullptr) return nullptr;
  if (p != last && *p == 'j') {
    std::swap(real, imaginary);
    ++p;
  } else if (p != last && (*p == '+' || *p == '-')) {
    p = parse_number(*p == '+' ? p + 1 : p, last, imaginary); // which may have a sign, too
    if (p == nullptr || p == last || *p++ != 'j') return nullptr;
  }
  if (is_opened && (p == last || *p++ != ')')) return nullptr;
  value = {real, imaginary};
  return p;
}

/// The same with bytes behind the text that can be read, as `parse_decimal` wants them.
template <class T> const char* parse_field(const char* first, const char* last, T& value) {
  if constexpr (std::is_floating_point_v<T>) {
    const char* const end = parse_decimal(first, value);
    if (end != nullptr && end <= last) return end;
  }
  return parse_number(first, last, value);
}

/// May the character be part of a number, or end a line? Letters are, too: 1e5, nan, inf.
bool is_part_of_number(char c);

/// Blanks inside a line. The carriage return is not one: only at the end of a line it is harmless.
inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }

} // namespace tessera::detail
