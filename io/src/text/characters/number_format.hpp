/// @file
/// Formats of numbers in text files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tessera::detail {

/// Throws argument_error about a format.
[[noreturn]] void throw_format(const std::string& text, const std::string& why);

/// One conversion in the manner of printf, with the meaning it has in Python: `%[flags][width]
/// [.precision]` and one of e E f F g G for floating point, d i for integers, s for either. No
/// locale plays a part.
class number_format {
public:
  /// Reads the conversion that starts at `first`, and moves `first` behind it. `text` is what
  /// errors show.
  /// @throws argument_error when there is none.
  number_format(const char*& first, const std::string& text);

  /// Is it %d or %i?
  [[nodiscard]] bool is_integer() const { return conversion_ == 'd'; }
  /// Formats never write more bytes than this.
  [[nodiscard]] std::size_t longest() const;

  /// Writes a number and returns the end. For %d, the fraction is cut off.
  /// @throws argument_error for nan and infinities with %d.
  char* write(char* to, double value) const;
  char* write(char* to, float value) const;
  char* write(char* to, bool value) const;
  char* write(char* to, std::int64_t value) const;
  char* write(char* to, std::uint64_t value) const;

  /// Is it %s?
  [[nodiscard]] bool is_text() const { return conversion_ == 's'; }
  /// A text, filled up to the width, which counts characters.
  /// @throws argument_error where the format is for numbers.
  [[nodiscard]] std::string of_text(std::string_view text) const;

private:
  template <class T> char* write_shortest(char* to, T value) const;
  char* write_without_exponent(char* to, char* last, int exponent) const;
  char* write_magnitude(char* to, double value) const;
  char* write_integer(char* to, std::uint64_t magnitude, bool negative) const;
  char* write_sign(char* to, bool negative) const;
  char* pad(char* first, char* digits, char* last) const;
  void take_flags(const char*& p);

  std::string text_;
  bool left_ = false;
  bool plus_ = false;
  bool space_ = false;
  bool zero_ = false;
  bool upper_ = false;
  bool plain_ = false; // no flags and no width
  int width_ = 0;
  int precision_ = 6;
  char conversion_ = 'e';
};

} // namespace tessera::detail
