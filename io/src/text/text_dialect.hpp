/// @file
/// What rows and fields are, by the options of loadtxt.
#pragma once

#include "text/characters/text_numbers.hpp"

#include <tessera/io/text/loadtxt_options.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// What separates fields: one character, or any run of blanks.
struct separator {
  char delimiter = '\0'; // none
  [[nodiscard]] bool is_padding(char c) const { return is_blank(c) && c != delimiter; }
  const char* skip_padding(const char* p, const char* last) const {
    while (p != last && is_padding(*p)) ++p;
    return p;
  }
};

/// Finds the rows among the lines. Refers to the options; a row may lie in the finder.
class row_finder {
public:
  explicit row_finder(const loadtxt_options& options);

  enum class line_kind { nothing, row, stray_return };
  /// Cuts off comment and line end, and says what remains; valid until the next one. Blanks are
  /// then those of ASCII.
  line_kind trim(std::string_view& line);
  [[nodiscard]] separator between() const { return between_; }

private:
  [[nodiscard]] std::size_t comment_start(std::string_view line) const;
  [[nodiscard]] std::size_t comment_behind_quotes(std::string_view line) const;
  [[nodiscard]] bool starts_comment(std::string_view text) const;

  const std::vector<std::string>& comments_;
  separator between_;
  char quote_;
  std::string plain_; // a row whose blanks were replaced
};

/// Goes over the fields of a row without their padding and quotes. A row has at least one field.
class field_scanner {
public:
  field_scanner(std::string_view row, separator between, char quote = '\0')
      : next_(row.data()), last_(row.data() + row.size()), between_(between), quote_(quote) {}

  /// The next one, if there is one; valid until the next step.
  bool next(std::string_view& field);
  /// Does the last field begin with a quote that has no end?
  [[nodiscard]] bool is_open() const { return open_; }

private:
  std::string_view quoted_field(const char* first);
  const char* end_of_field(const char* p) const;

  const char* next_;
  const char* last_;
  separator between_;
  char quote_;
  bool done_ = false;
  bool open_ = false;
  std::string unquoted_;
};

} // namespace tessera::detail
