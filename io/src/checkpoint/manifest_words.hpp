/// @file
/// The words that lines of a manifest are made of.
#pragma once

#include <tessera/core/shape.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail::manifest_words {

/// Throws file_error.
[[noreturn]] void damaged(const std::string& why);

/// Sixteen digits.
std::string hexadecimal(std::uint64_t value);
/// "4x5"; "-" where there are no axes.
std::string extents_text(const std::vector<index_t>& extents);
/// Any text as one word: blanks, percent signs and what cannot be printed become "%20".
std::string as_word(std::string_view text);

/// Reads a line's words from left to right. @throws file_error where it finds another than was
/// asked for.
class reader {
public:
  explicit reader(std::string_view line) : rest_(line) {}

  std::string_view word();
  index_t number();
  std::uint64_t hash();
  std::vector<index_t> extents();
  /// The way back from `as_word`.
  std::string text();
  /// A type as manifests had it once: blanks are part of it between braces and brackets.
  std::string_view bare_type();
  std::string rest() { return std::string(rest_); }

private:
  std::string_view take(std::size_t end);

  std::string_view rest_;
};

} // namespace tessera::detail::manifest_words
