/// @file
/// How loadtxt reads a file.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>

namespace tessera {

/// Options of loadtxt, with the meaning they have for numpy.loadtxt:
/// `loadtxt<double>("in.csv", {.delimiter = ",", .skiprows = 1})`.
struct loadtxt_options {
  /// From here on, the rest of a line is a comment. Empty: there are no comments.
  std::string comments = "#";
  /// The one character between two fields; blanks around it are ignored. Empty: any run of blanks.
  std::string delimiter = {};
  /// Lines at the start of the file to pass over, comments and blank lines included.
  index_t skiprows = 0;
};

namespace detail {

/// @throws argument_error for options that make no sense.
void check(const loadtxt_options& options);

} // namespace detail

} // namespace tessera
