#include "text/characters/number_format.hpp"

#include "text/characters/format_decimal.hpp"
#include "text/characters/utf8.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string>

namespace tessera::detail {

void throw_format(const std::string& text, const std::string& why) {
  throw argument_error(fmt::format("savetxt: the format '{}' {}; a format has conversions such as "
                                   "'%.18e', '%10.3f', '%g' or '%d'",
                                   text, why));
}

namespace {

constexpr int largest_number = 1000;           // that a width or precision may be
constexpr std::size_t digits_of_largest = 320; // of DBL_MAX before the point, and some more

/// Reads a number of at most four digits; -1 when there is none.
int take_number(const char*& p) {
  if (*p < '0' || *p > '9') return -1;
  int value = 0;
  while (*p >= '0' && *p <= '9' && value <= largest_number) value = 10 * value + (*p++ - '0');
  return value;
}

std::chars_format chars_format_of(char conversion) {
  switch (conversion) {
  case 'e': return std::chars_format::scientific;
  case 'f': return std::chars_format::fixed;
  default: return std::chars_format::general;
  }
}

/// Writes a finite number.
char* write_finite(char* to, char* last, double value, char conversion, int precision) {
  char* end = nullptr;
  if (conversion == 'e') end = format_scientific(to, value, precision);
  if (conversion == 'f') end = format_fixed(to, value, precision);
  if (end != nullptr) return end;
  return std::to_chars(to, last, value, chars_format_of(conversion), precision).ptr;
}

char* copy(char* to, const char* text) {
  while (*text != '\0') *to++ = *text++;
  return to;
}

} // namespace

number_format::number_format(const char*& first, const std::string& text) : text_(text) {
  const char* p = first;
  if (*p++ != '%') throw_format(text, "does not start with '%'");
  take_flags(p);
  width_ = std::max(take_number(p), 0);
  bool has_precision = false;
  if (*p == '.') {
    has_precision = true;
    precision_ = std::max(take_number(++p), 0);
  }
  if (width_ > largest_number || precision_ > largest_number)
    throw_format(text, fmt::format("asks for more than {} characters", largest_number));
  if (*p == '\0' || std::strchr("eEfFgGdis", *p) == nullptr)
    throw_format(text, "has a conversion that does not end with one of e E f F g G d i s");
  upper_ = *p == 'E' || *p == 'F' || *p == 'G';
  conversion_ = *p == 'i' ? 'd' : static_cast<char>(upper_ ? *p + ('a' - 'A') : *p);
  if ((is_integer() || is_text()) && has_precision)
    throw_format(text, std::string("has a precision for ") + (is_text() ? "%s" : "an integer"));
  if (is_text()) plus_ = space_ = zero_ = false; // as in Python
  plain_ = width_ == 0 && !plus_ && !space_ && !upper_ && !is_integer() && !is_text();
  first = p + 1;
}

void number_format::take_flags(const char*& p) {
  for (;; ++p) {
    switch (*p) {
    case '-': left_ = true; break;
    case '+': plus_ = true; break;
    case ' ': space_ = true; break;
    case '0': zero_ = true; break;
    default: return;
    }
  }
}

std::size_t number_format::longest() const {
  const auto digits = digits_of_largest + static_cast<std::size_t>(precision_);
  return std::max(digits, static_cast<std::size_t>(width_)) + 16;
}

char* number_format::write(char* to, double value) const {
  if (plain_ && std::isfinite(value))
    return write_finite(to, to + longest(), value, conversion_, precision_);
  if (is_text()) return write_shortest(to, value);
  if (is_integer()) {
    if (!std::isfinite(value))
      throw_format(text_, std::string("cannot write ") + (std::isnan(value) ? "nan" : "inf"));
    value = std::trunc(value) + 0.0; // no negative zero among integers
  }
  char* const digits = write_sign(to, std::signbit(value) && !std::isnan(value));
  char* const last = write_magnitude(digits, std::fabs(value));
  for (char* p = digits; upper_ && p != last; ++p)
    if (*p >= 'a' && *p <= 'z') *p = static_cast<char>(*p - ('a' - 'A'));
  return pad(to, digits, last);
}

char* number_format::write(char* to, float value) const {
  return is_text() ? write_shortest(to, value) : write(to, static_cast<double>(value));
}

char* number_format::write(char* to, bool value) const {
  if (!is_text()) return write(to, static_cast<std::uint64_t>(value));
  return pad(to, to, copy(to, value ? "True" : "False"));
}

std::string number_format::of_text(std::string_view text) const {
  if (!is_text()) throw_format(text_, "is for numbers, and a text is to be written by it: '%s'");
  const std::size_t size = characters_of(text);
  const auto width = static_cast<std::size_t>(width_);
  const std::string blanks(size < width ? width - size : 0, ' ');
  return left_ ? std::string(text) + blanks : blanks + std::string(text);
}

/// As Python's repr: as few digits as tell the number from all others, with an exponent where it is
/// below -4 or above 15.
template <class T> char* number_format::write_shortest(char* to, T value) const {
  if (!std::isfinite(value))
    return pad(to, to, copy(to, std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf"));
  char* last = std::to_chars(to, to + longest(), value, std::chars_format::scientific).ptr;
  char* const mark = std::find(to, last, 'e');
  int exponent = 0;
  std::from_chars(mark[1] == '+' ? mark + 2 : mark + 1, last, exponent);
  if (exponent >= -4 && exponent < 16) last = write_without_exponent(to, mark, exponent);
  return pad(to, to, last);
}

/// "-1.25" with exponent 1 becomes "-12.5".
char* number_format::write_without_exponent(char* to, char* last, int exponent) const {
  const std::string text(to, last);
  const bool negative = text[0] == '-';
  std::string digits = text.substr(negative ? 1 : 0, 1);
  if (text.size() > digits.size() + 1) digits += text.substr(negative ? 3 : 2);
  if (exponent < 0) digits.insert(0, static_cast<std::size_t>(-exponent), '0');
  const auto before = static_cast<std::size_t>(std::max(exponent, 0)) + 1;
  if (digits.size() <= before) digits.append(before + 1 - digits.size(), '0');
  digits.insert(before, 1, '.');
  return copy(copy(to, negative ? "-" : ""), digits.c_str());
}

char* number_format::write_magnitude(char* to, double value) const {
  if (std::isnan(value)) return copy(to, "nan");
  if (std::isinf(value)) return copy(to, "inf");
  return write_finite(to, to + longest(), value, is_integer() ? 'f' : conversion_,
                      is_integer() ? 0 : precision_);
}

char* number_format::write(char* to, std::int64_t value) const {
  if (!is_integer() && !is_text()) return write(to, static_cast<double>(value));
  const auto bits = static_cast<std::uint64_t>(value);
  return write_integer(to, value < 0 ? 0 - bits : bits, value < 0);
}

char* number_format::write(char* to, std::uint64_t value) const {
  if (!is_integer() && !is_text()) return write(to, static_cast<double>(value));
  return write_integer(to, value, false);
}

char* number_format::write_integer(char* to, std::uint64_t magnitude, bool negative) const {
  char* const digits = write_sign(to, negative);
  return pad(to, digits, std::to_chars(digits, digits + 20, magnitude).ptr);
}

char* number_format::write_sign(char* to, bool negative) const {
  if (negative)
    *to++ = '-';
  else if (plus_)
    *to++ = '+';
  else if (space_)
    *to++ = ' ';
  return to;
}

/// Fills up to the width: with blanks on the right or left, or zeros between sign and digits (also
/// before nan and inf, as Python does).
char* number_format::pad(char* first, char* digits, char* last) const {
  const std::ptrdiff_t missing = width_ - (last - first);
  if (missing <= 0) return last;
  const auto count = static_cast<std::size_t>(missing);
  if (left_) {
    std::memset(last, ' ', count);
  } else {
    char* const gap = zero_ ? digits : first;
    std::memmove(gap + missing, gap, static_cast<std::size_t>(last - gap));
    std::memset(gap, zero_ ? '0' : ' ', count);
  }
  return last + missing;
}

} // namespace tessera::detail
