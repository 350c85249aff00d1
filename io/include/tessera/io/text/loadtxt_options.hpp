/// @file
/// How loadtxt reads a file.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/io/text/text_list.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// What makes the values of one column out of its fields.
struct column_converter {
  /// Of the file, from 0; negative ones count from the last one of a row.
  index_t column = 0;
  /// Gets a field without the blanks and quotes around it. What it throws is the field's error.
  std::function<double(std::string_view)> convert;
};

/// Options of loadtxt, with the meaning they have for numpy.loadtxt (and the last two for
/// numpy.genfromtxt): `loadtxt<double>("in.csv", {.delimiter = ",", .skiprows = 1, .usecols = {0,
/// 2}})`.
struct loadtxt_options {
  /// From one of these on, the rest of a line is a comment. Empty: there are no comments.
  text_list comments = "#";
  /// The one character between two fields; blanks around it are ignored. Empty: any run of blanks.
  std::string delimiter = {};
  /// Lines at the start of the file to pass over, comments and blank lines included.
  index_t skiprows = 0;
  /// The columns to be read, in this order; negative ones count from the last one of a row. Rows
  /// may then have different numbers of columns. Empty: all columns.
  std::vector<index_t> usecols = {};
  /// Rows to be read at most; blank lines and comments are none. Negative: all.
  index_t max_rows = -1;
  /// Columns become rows: the array is the transpose of the file.
  bool unpack = false;
  /// Around a field that holds delimiters or comment signs; doubled inside, it stands for itself. A
  /// quoted field ends on its line. '\0': none.
  char quotechar = '\0';
  std::vector<column_converter> converters = {};
  /// Fields that stand for no value, such as "NA". An empty one does so without being listed.
  text_list missing_values = {};
  /// The value where there is none; without it, such a field is an error.
  std::optional<double> filling_values = {};
};

namespace detail {

/// @throws argument_error for options that make no sense.
void check(const loadtxt_options& options);

} // namespace detail

} // namespace tessera
