/// @file
/// Profiles as lines of fields with tabs between them, and texts in traces. Not included by what
/// users include.
#pragma once

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/core/types/number_text.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <istream>
#include <string>
#include <utility>
#include <vector>

namespace tessera::detail {

/// Tabs, newlines and backslashes within a field.
inline std::string escaped(const std::string& field) {
  std::string text;
  for (const char c : field) {
    if (c == '\t' || c == '\n' || c == '\\') text += '\\';
    text += c == '\t' ? 't' : c == '\n' ? 'n' : c;
  }
  return text;
}

inline std::string unescaped(const std::string& text) {
  std::string field;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    if (escape) ++i;
    field += escape && text[i] == 't' ? '\t' : escape && text[i] == 'n' ? '\n' : text[i];
  }
  return field;
}

/// A text as JSON writes it.
inline std::string json_text(const std::string& text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string json = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') json += '\\';
    if (code >= 0x20)
      json += c;
    else
      json += {'\\', 'u', '0', '0', digits[code >> 4U], digits[code & 15U]};
  }
  return json + '"';
}

/// Reads the fields of the lines of one file.
class profile_reader {
public:
  /// `path` is what errors name.
  profile_reader(std::istream& lines, std::string path) : path_(std::move(path)), lines_(lines) {}

  bool next_line() {
    std::string line;
    if (!std::getline(lines_, line)) {
      if (lines_.bad()) throw_file_error("read", path_, errno);
      return false;
    }
    ++number_;
    fields_.clear();
    at_ = 0;
    for (std::size_t start = 0; start <= line.size();) {
      const std::size_t end = std::min(line.find('\t', start), line.size());
      fields_.push_back(line.substr(start, end - start));
      start = end + 1;
    }
    return true;
  }

  const std::string& text() {
    if (at_ == fields_.size()) fail("has too few fields");
    return fields_[at_++];
  }
  template <class Number> Number number() {
    const std::string& field = text();
    Number value{};
    const char* const end = field.data() + field.size();
    const auto [stop, code] = std::from_chars(field.data(), end, value);
    if (code != std::errc() || stop != end) fail("has '" + field + "' where a number must be");
    return value;
  }
  std::size_t place(std::size_t count) {
    const auto k = number<std::size_t>();
    if (k >= count) fail("names region " + number_text(k) + " of " + number_text(count));
    return k;
  }
  /// Calls and seconds of a region or a pair of them.
  template <class Counted> void times(Counted& c) {
    c.calls = number<index_t>();
    c.primitive_calls = number<index_t>();
    c.own = number<double>();
    c.cumulative = number<double>();
  }
  void messages(message_count& c) {
    c.messages = number<index_t>();
    c.bytes = number<index_t>();
  }
  void end_line() const {
    if (at_ != fields_.size()) fail("has too many fields");
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw parse_error("'" + path_ + "' is not a profile: line " + number_text(number_) + ' ' +
                      what);
  }

private:
  std::string path_;
  std::istream& lines_;
  std::vector<std::string> fields_;
  std::size_t at_ = 0;
  index_t number_ = 0;
};

} // namespace tessera::detail
