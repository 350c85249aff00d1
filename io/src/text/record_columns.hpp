/// @file
/// From the fields of a row to structs and texts.
#pragma once

#include "text/text_columns.hpp"

#include <tessera/io/text/text_leaves.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// How many fields of a row make one element: one for each number and text among its members, two
/// for a complex number there, as savetxt writes them.
index_t fields_of_element(dtype type);
/// Are elements of this type made of fields by `record_columns`?
bool is_record(dtype type);

/// Parses rows field by field into elements that are structs, arrays or texts. Refers to the
/// options.
class record_columns {
public:
  using value_type = std::byte;
  static constexpr bool has_numbers = false;

  record_columns(const loadtxt_options& options, dtype type);

  [[nodiscard]] static bool are_plain() { return false; }
  [[nodiscard]] index_t count(std::string_view row) const { return row_.count(row); }
  /// Of a row of so many fields, whether they are whole elements or not.
  [[nodiscard]] std::size_t bytes_of(index_t fields) const;
  text_failure parse(std::string_view row, index_t columns, std::byte* to);

private:
  text_failure convert(const row_field& field, std::byte* to) const;
  text_failure convert_text(const row_field& field, int width, std::byte* to) const;

  const loadtxt_options& options_;
  row_fields row_;
  index_t size_;
  std::vector<text_leaf> leaves_;
};

} // namespace tessera::detail
