#include "text/characters/text_numbers.hpp"
#include "text/characters/unicode_blanks.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <locale.h>
#include <string>
#include <string_view>

namespace tessera::detail {

namespace {

constexpr std::ptrdiff_t longest_shown = 40;

std::string quoted(const char* first, const char* last) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text = "'";
  for (const char* p = first; p != last && p - first < longest_shown;) {
    const auto c = static_cast<unsigned char>(*p);
    const std::size_t bytes = utf8_bytes(p, last);
    if (bytes > 0 && c >= 0x20 && c != 0x7f)
      text.append(p, bytes);
    else
      text += {'\\', 'x', digits[c / 16U], digits[c % 16U]};
    p += std::max<std::size_t>(bytes, 1);
  }
  return text + (last - first > longest_shown ? "...'" : "'");
}

bool is_integer_text(const char* first, const char* last) {
  if (first != last && (*first == '+' || *first == '-')) ++first;
  if (first == last) return false;
  for (; first != last; ++first)
    if (*first < '0' || *first > '9') return false;
  return true;
}

} // namespace

bool is_part_of_number(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z') ||
         std::string_view("+-.()\r\n").find(c) != std::string_view::npos;
}

double out_of_range_value(const char* first, const char* last) {
  static const locale_t c_locale = ::newlocale(LC_ALL_MASK, "C", nullptr);
  return ::strtod_l(std::string(first, last).c_str(), nullptr, c_locale);
}

std::string bad_field_text(const char* first, const char* last, const char* wanted) {
  if (first == last) return "there is nothing between two delimiters";
  const std::string_view type(wanted);
  const bool floating = type.starts_with("float") || type.starts_with("complex");
  if (floating) return quoted(first, last) + " is not a number";
  if (!is_integer_text(first, last)) return quoted(first, last) + " is not an integer";
  return fmt::format("{} does not fit into {}", quoted(first, last), wanted);
}

} // namespace tessera::detail
