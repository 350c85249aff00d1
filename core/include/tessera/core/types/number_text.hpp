/// @file
/// Numbers as text, for what is not formatted as an array. Not included by what users include.
#pragma once

#include <charconv>
#include <string>

namespace tessera::detail {

/// The shortest text that reads back as the same number.
template <class Number> std::string number_text(Number value) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

/// As printf("%.17g") writes it: with all digits that tell it from other numbers, as in
/// 0.10000000000000001.
std::string digits17_text(double value);

/// "4 x 5" of {4, 5} with " x " between.
template <class Values, class ToText>
std::string joined_text(const Values& values, const char* between, ToText&& text_of) {
  std::string text;
  const char* before = "";
  for (const auto& value : values) {
    text += before;
    text += text_of(value);
    before = between;
  }
  return text;
}

/// The same with the shortest texts of numbers.
template <class Values> std::string joined_text(const Values& values, const char* between) {
  return joined_text(values, between, [](const auto& value) { return number_text(value); });
}

} // namespace tessera::detail
