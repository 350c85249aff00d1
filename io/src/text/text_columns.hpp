/// @file
/// From the fields of a row to values: which columns, and by which rules.
#pragma once

#include "text/text_dialect.hpp"

#include <tessera/io/text/text_part.hpp>
#include <tessera/io/types/dtype.hpp>

#include <algorithm>
#include <exception>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// Is a number from a converter, or the filling value, one of T's?
template <class T> bool fits(double value) {
  if constexpr (std::is_same_v<T, bool> || std::is_floating_point_v<T>) {
    return true;
  } else {
    // The smallest and largest numbers may have no double of their own; one beyond the largest has.
    const double low = static_cast<double>(std::numeric_limits<T>::min());
    constexpr T half = std::numeric_limits<T>::max() / 2 + 1;
    const double beyond = 2 * static_cast<double>(half);
    return value >= low && value < beyond && value == std::trunc(value);
  }
}

/// @throws argument_error for a filling value that is none of the elements'.
void check_filling(double value, bool fits_type, dtype type);

/// Parses rows field by field. Refers to the options.
template <class T> class column_parser {
public:
  explicit column_parser(const loadtxt_options& options)
      : options_(options), between_(row_finder(options).between()) {
    const std::optional<double>& filling = options.filling_values;
    if (filling) check_filling(*filling, fits<T>(*filling), dtype_of<T>());
  }

  /// Are the values the fields as they are, one after another?
  [[nodiscard]] bool are_plain() const {
    return options_.usecols.empty() && options_.quotechar == '\0' && options_.converters.empty() &&
           !options_.filling_values;
  }

  /// How many values a row like this has.
  [[nodiscard]] index_t count(std::string_view row) const {
    if (options_.usecols.empty()) return count_fields(row);
    return static_cast<index_t>(options_.usecols.size());
  }

  /// Parses a row of `columns` values. What is wrong is its first bad field, else the number of its
  /// fields; which of them does not depend on where the file was split.
  text_failure parse(std::string_view row, index_t columns, T* to) {
    const index_t fields = count_fields(row);
    text_failure failure;
    if (options_.usecols.empty()) {
      failure = parse_all(row, fields, columns, to);
      if (failure.why != text_failure::reason::none || fields == columns) return failure;
      failure.why = text_failure::reason::columns;
      failure.columns = fields;
      return failure;
    }
    return parse_chosen(row, fields, to);
  }

private:
  index_t count_fields(std::string_view row) const {
    field_scanner fields(row, between_, options_.quotechar);
    index_t count = 0;
    for (std::string_view field; fields.next(field);) ++count;
    return count;
  }

  text_failure parse_all(std::string_view row, index_t fields, index_t columns, T* to) {
    field_scanner scanner(row, between_, options_.quotechar);
    text_failure failure;
    T beyond{};
    for (index_t k = 0; k < fields && failure.why == text_failure::reason::none; ++k) {
      std::string_view field;
      scanner.next(field);
      failure = convert(field, scanner.is_open(), k, fields, k < columns ? to[k] : beyond);
    }
    return failure;
  }

  text_failure parse_chosen(std::string_view row, index_t fields, T* to) {
    field_scanner scanner(row, between_, options_.quotechar);
    for (const index_t wanted : options_.usecols)
      if (wanted >= fields || wanted < -fields) return missing_column(wanted, fields);
    for (index_t k = 0; k < fields; ++k) {
      std::string_view field;
      scanner.next(field);
      for (std::size_t u = 0; u < options_.usecols.size(); ++u) {
        if (!is_column(options_.usecols[u], k, fields)) continue;
        text_failure failure = convert(field, scanner.is_open(), k, fields, to[u]);
        if (failure.why != text_failure::reason::none) return failure;
      }
    }
    return {};
  }

  static bool is_column(index_t named, index_t k, index_t fields) {
    return k == (named < 0 ? named + fields : named);
  }

  static text_failure missing_column(index_t wanted, index_t fields) {
    text_failure failure;
    failure.why = text_failure::reason::missing_column;
    failure.column = wanted;
    failure.columns = fields;
    return failure;
  }

  /// One field, the k-th, to its value.
  text_failure convert(std::string_view field, bool open, index_t k, index_t fields, T& value) {
    const char* const first = field.data();
    const char* const last = first + field.size();
    if (open) return bad_field(field, k, "a quote that is not closed on its line");
    if (is_missing(field)) {
      value = static_cast<T>(*options_.filling_values);
      return {};
    }
    for (const column_converter& c : options_.converters)
      if (is_column(c.column, k, fields)) return by_converter(c, field, k, value);
    if (!field.empty() && parse_number(first, last, value) == last) return {};
    return bad_field(field, k, bad_text(field));
  }

  [[nodiscard]] bool is_missing(std::string_view field) const {
    if (!options_.filling_values) return false;
    const std::vector<std::string>& marks = options_.missing_values.texts();
    return field.empty() || std::find(marks.begin(), marks.end(), field) != marks.end();
  }

  text_failure by_converter(const column_converter& c, std::string_view field, index_t k,
                            T& value) {
    try {
      const double converted = c.convert(field);
      if (!fits<T>(converted))
        return bad_field(
            field, k, std::to_string(converted) + " does not fit into " + to_string(dtype_of<T>()));
      value = static_cast<T>(converted);
      return {};
    } catch (const std::exception& failure) {
      return bad_field(field, k, failure.what());
    }
  }

  static std::string bad_text(std::string_view field) {
    return bad_field_text(field.data(), field.data() + field.size(),
                          to_string(dtype_of<T>()).c_str());
  }

  static text_failure bad_field(std::string_view field, index_t k, const std::string& text) {
    text_failure failure;
    const bool stray = field.find('\r') != field.npos;
    failure.why = stray ? text_failure::reason::carriage_return : text_failure::reason::bad_field;
    failure.column = k + 1;
    failure.text = text;
    return failure;
  }

  const loadtxt_options& options_;
  separator between_;
};

} // namespace tessera::detail
