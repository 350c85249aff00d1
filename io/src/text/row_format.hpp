/// @file
/// Formats of text files and their rows.
#pragma once

#include "text/characters/number_format.hpp"

#include <tessera/io/text/savetxt.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// What savetxt writes for each number of a row, around it, and around all rows.
class row_format {
public:
  /// @throws argument_error when the formats make no sense, or are not as many as the columns.
  row_format(const savetxt_options& options, index_t columns);

  struct column {
    std::string before;
    number_format number;
    std::string after;
    /// Never more bytes than this.
    [[nodiscard]] std::size_t longest() const {
      return before.size() + number.longest() + after.size();
    }
  };
  [[nodiscard]] const column& at(index_t j) const {
    if (!is_uniform_) return columns_[static_cast<std::size_t>(j)];
    return j + 1 == count_ ? columns_.back() : columns_.front();
  }
  /// Is one format that of all columns?
  [[nodiscard]] bool is_uniform() const { return is_uniform_; }
  /// Before the first row, in whole lines.
  [[nodiscard]] const std::string& header() const { return header_; }
  /// Behind the last number of a row.
  [[nodiscard]] const std::string& line_end() const { return line_end_; }
  /// Behind the last row, in whole lines.
  [[nodiscard]] const std::string& footer() const { return footer_; }

private:
  void add(const std::string& text);

  std::vector<column> columns_; // where all are alike: the usual one and the last one
  bool is_uniform_ = false;
  index_t count_;
  std::string header_;
  std::string line_end_;
  std::string footer_;
};

} // namespace tessera::detail
