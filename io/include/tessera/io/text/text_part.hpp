/// @file
/// Text files are parsed in parts, one for each rank. Nothing here communicates, so that any split
/// can be tested in one process.
///
/// Its parts lie in text_layout.cpp and text_parser.cpp.
#pragma once

#include <tessera/distributed/distribution/axis_distribution.hpp>
#include <tessera/io/files/byte_segments.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/text/loadtxt_options.hpp>
#include <tessera/io/types/dtype.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

class byte_stream;

/// The bytes of a file that hold lines to be parsed; `begin` is the start of a line.
struct text_extent {
  index_t begin = 0;
  index_t end = 0;
  index_t lines_before = 0;
};

/// Sizes that tests make tiny, in bytes.
struct text_limits {
  index_t chunk = index_t{1} << 20U;        ///< read at a time
  index_t longest_line = index_t{1} << 30U; ///< longer ones are an error
};

/// The first thing wrong in a part.
struct text_failure {
  enum class reason { none, bad_field, columns, missing_column, line_length, carriage_return };
  reason why = reason::none;
  index_t line = 0;    ///< counted from 1 at the start of the part
  index_t column = 0;  ///< number of the bad field, from 1; of the missing column, as it was named
  index_t columns = 0; ///< how many fields the line has
  std::string text;    ///< what is wrong with the field
};

/// What every rank tells all others about its part.
struct text_summary {
  index_t lines = 0;          ///< that start in the part, comments and blank ones included
  index_t rows = 0;           ///< lines with numbers
  index_t columns = 0;        ///< fields of the first row
  index_t first_row_line = 0; ///< line of the first row, from 1; 0 when there is none
  index_t failed = 0;
};

/// One part, parsed.
struct text_part {
  text_summary summary;
  text_failure failure;
  byte_segments values;
};

/// How the parts fit together.
struct text_layout {
  index_t columns = 0;
  index_t columns_line = 0;   ///< the line that decided on the number of columns
  int failed_part = -1;       ///< the first part with something wrong
  std::vector<index_t> rows;  ///< of the whole file, before each part, and in total
  std::vector<index_t> lines; ///< the same for lines
};

/// Finds the lines to parse: behind a byte order mark and the lines to be skipped.
/// @throws file_error, parse_error
text_extent find_extent(const input_file& file, const loadtxt_options& options,
                        const text_limits& limits = {});

/// Parses the lines that start in a piece of the extent, whose bytes are counted from its begin,
/// wherever they end. What is wrong in the text is part of the result. Large ones are parsed by all
/// threads of the process, unless functions of the user's convert values.
/// @throws file_error when the file cannot be read.
text_part parse_part(const input_file& file, const text_extent& extent, interval piece,
                     const loadtxt_options& options, dtype type, const text_limits& limits = {});

/// Parses the text of a stream, behind the lines to be skipped, as far as it is asked for; `extent`
/// then tells how many lines were skipped.
/// @throws file_error, parse_error
text_part parse_stream(byte_stream& stream, text_extent& extent, const loadtxt_options& options,
                       dtype type, const text_limits& limits = {});

/// Agrees on rows, columns and the first failure, from the summaries of all parts.
text_layout lay_out(const std::vector<text_summary>& parts, index_t lines_before);

/// What one part would be that holds all of these, which follow each other.
text_part joined(std::vector<text_part> parts);

/// The message about the failed part, with the line counted from the start of the file.
std::string failure_message(const std::string& path, const text_part& failed,
                            const text_layout& layout, const text_limits& limits = {});

} // namespace tessera::detail
