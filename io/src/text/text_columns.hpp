/// @file
/// From the fields of a row to values: which columns, and by which rules.
#pragma once

#include "text/text_dialect.hpp"

#include <tessera/io/text/text_part.hpp>
#include <tessera/io/types/dtype.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// Is a number from a converter, or the filling value, one of T's?
template <class T> bool fits(double value) {
  if constexpr (std::is_same_v<T, bool> || !std::is_integral_v<T>) {
    return true;
  } else {
    // The smallest and largest numbers may have no double of their own; one beyond the largest has.
    const double low = static_cast<double>(std::numeric_limits<T>::min());
    constexpr T half = std::numeric_limits<T>::max() / 2 + 1;
    const double beyond = 2 * static_cast<double>(half);
    return value >= low && value < beyond && value == std::trunc(value);
  }
}

/// The number as one of T's, real or complex.
template <class T> T number_of(double value) {
  if constexpr (is_complex<T>)
    return T(static_cast<typename T::value_type>(value));
  else
    return static_cast<T>(value);
}

/// @throws argument_error for a filling value that is none of the elements'.
void check_filling(double value, bool fits_type, dtype type);

/// A field of a row that is to become a value.
struct row_field {
  std::string_view text;
  bool is_open;   ///< does it begin with a quote that has no end?
  index_t number; ///< in the row, from 0
  index_t fields; ///< of the row
  index_t place;  ///< which value it is

  [[nodiscard]] bool is_column(index_t named) const {
    return number == (named < 0 ? named + fields : named);
  }
};

/// What is wrong with a field.
text_failure bad_field(const row_field& field, const std::string& text);

/// The fields of rows that options choose. Refers to the options.
class row_fields {
public:
  explicit row_fields(const loadtxt_options& options)
      : options_(options), between_(row_finder(options).between()) {}

  /// How many values a row like this has.
  [[nodiscard]] index_t count(std::string_view row) const {
    if (options_.usecols.empty()) return count_fields(row);
    return static_cast<index_t>(options_.usecols.size());
  }

  /// Calls `convert(row_field)` for the fields of a row of `columns` values. What is wrong is its
  /// first bad field, else the number of its fields; which of them does not depend on where the
  /// file was split.
  template <class Convert>
  text_failure parse(std::string_view row, index_t columns, Convert&& convert) const {
    const index_t fields = count_fields(row);
    if (!options_.usecols.empty()) return parse_chosen(row, fields, convert);
    text_failure failure = parse_all(row, fields, convert);
    if (failure.why != text_failure::reason::none || fields == columns) return failure;
    failure.why = text_failure::reason::columns;
    failure.columns = fields;
    return failure;
  }

private:
  [[nodiscard]] index_t count_fields(std::string_view row) const {
    field_scanner fields(row, between_, options_.quotechar);
    index_t count = 0;
    for (std::string_view field; fields.next(field);) ++count;
    return count;
  }

  template <class Convert>
  text_failure parse_all(std::string_view row, index_t fields, Convert& convert) const {
    field_scanner scanner(row, between_, options_.quotechar);
    text_failure failure;
    for (index_t k = 0; k < fields && failure.why == text_failure::reason::none; ++k) {
      std::string_view field;
      scanner.next(field);
      failure = convert(row_field{field, scanner.is_open(), k, fields, k});
    }
    return failure;
  }

  template <class Convert>
  text_failure parse_chosen(std::string_view row, index_t fields, Convert& convert) const {
    field_scanner scanner(row, between_, options_.quotechar);
    for (const index_t wanted : options_.usecols)
      if (wanted >= fields || wanted < -fields) return missing_column(wanted, fields);
    for (index_t k = 0; k < fields; ++k) {
      std::string_view text;
      scanner.next(text);
      row_field field{text, scanner.is_open(), k, fields, 0};
      for (const index_t wanted : options_.usecols) {
        if (field.is_column(wanted)) {
          text_failure failure = convert(field);
          if (failure.why != text_failure::reason::none) return failure;
        }
        ++field.place;
      }
    }
    return {};
  }

  static text_failure missing_column(index_t wanted, index_t fields) {
    text_failure failure;
    failure.why = text_failure::reason::missing_column;
    failure.column = wanted;
    failure.columns = fields;
    return failure;
  }

  const loadtxt_options& options_;
  separator between_;
};

/// Does a field stand for no value?
bool is_missing(const loadtxt_options& options, std::string_view field);

template <class T>
text_failure by_converter(const column_converter& c, const row_field& field, T& value) {
  try {
    const double number = c.convert(field.text);
    if (!fits<T>(number))
      return bad_field(field,
                       std::to_string(number) + " does not fit into " + to_string(dtype_of<T>()));
    value = number_of<T>(number);
    return {};
  } catch (const std::exception& failure) {
    return bad_field(field, failure.what());
  }
}

/// A field to its number, by the options' rules.
template <class T>
text_failure converted(const loadtxt_options& options, const row_field& field, T& value) {
  if (field.is_open) return bad_field(field, "a quote that is not closed on its line");
  if (is_missing(options, field.text)) {
    value = number_of<T>(*options.filling_values);
    return {};
  }
  for (const column_converter& c : options.converters)
    if (field.is_column(c.column)) return by_converter(c, field, value);
  const char* const first = field.text.data();
  const char* const last = first + field.text.size();
  if (first != last && parse_number(first, last, value) == last) return {};
  return bad_field(field, bad_field_text(first, last, to_string(dtype_of<T>()).c_str()));
}

/// Parses rows of numbers field by field. Refers to the options.
template <class T> class column_parser {
public:
  using value_type = T;
  static constexpr bool has_numbers = true;

  explicit column_parser(const loadtxt_options& options) : options_(options), row_(options) {
    const std::optional<double>& filling = options.filling_values;
    if (filling) check_filling(*filling, fits<T>(*filling), dtype_of<T>());
  }

  /// Are the values the fields as they are, one after another?
  [[nodiscard]] bool are_plain() const {
    return options_.usecols.empty() && options_.quotechar == '\0' && options_.converters.empty() &&
           !options_.filling_values;
  }
  [[nodiscard]] index_t count(std::string_view row) const { return row_.count(row); }
  [[nodiscard]] static std::size_t bytes_of(index_t fields) {
    return sizeof(T) * static_cast<std::size_t>(fields);
  }

  text_failure parse(std::string_view row, index_t columns, T* to) {
    T beyond{};
    return row_.parse(row, columns, [&](const row_field& field) {
      return converted(options_, field, field.place < columns ? to[field.place] : beyond);
    });
  }

private:
  const loadtxt_options& options_;
  row_fields row_;
};

} // namespace tessera::detail
