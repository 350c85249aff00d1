#include "text/text_dialect.hpp"
#include "text/text_lines.hpp"

#include <tessera/core/error.hpp>
#include <tessera/io/text/text_part.hpp>

#include <fmt/core.h>

#include <cstring>
#include <string>
#include <utility>

namespace tessera::detail {

namespace {

using reason = text_failure::reason;

std::string columns_text(index_t count) {
  return fmt::format("{} {}", count, count == 1 ? "column" : "columns");
}

bool first_row_differs(const text_summary& part, const text_layout& layout) {
  return part.first_row_line > 0 && part.columns != layout.columns;
}

/// A first row of another length than the file's is the part's failure, unless an earlier line or
/// a field of that row is bad.
text_failure first_failure(const text_part& part, const text_layout& layout) {
  const text_summary& summary = part.summary;
  const bool earlier =
      part.failure.why != reason::none && part.failure.line <= summary.first_row_line;
  if (earlier || !first_row_differs(summary, layout)) return part.failure;
  text_failure failure;
  failure.why = reason::columns;
  failure.line = summary.first_row_line;
  failure.columns = summary.columns;
  return failure;
}

/// Rows whose first line holds another number of fields than the file's first row are bad, which
/// no part can know alone.
void find_failed_part(const std::vector<text_summary>& parts, text_layout& layout) {
  for (std::size_t k = 0; k < parts.size() && layout.failed_part < 0; ++k)
    if (parts[k].failed != 0 || first_row_differs(parts[k], layout))
      layout.failed_part = static_cast<int>(k);
}

bool has_stray_return(std::string_view line) {
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line.find('\r') != line.npos;
}

[[noreturn]] void throw_failure(const std::string& path, text_failure::reason why, index_t line,
                                const text_limits& limits) {
  text_part failed;
  failed.failure.why = why;
  failed.failure.line = line;
  text_layout layout;
  layout.failed_part = 0;
  layout.lines = {0};
  throw parse_error(failure_message(path, failed, layout, limits));
}

} // namespace

void check(const loadtxt_options& options) {
  const auto refuse = [](const std::string& why) { throw argument_error("loadtxt: " + why); };
  const std::string& delimiter = options.delimiter;
  const char quote = options.quotechar;
  if (delimiter.size() > 1)
    refuse(fmt::format("the delimiter is one character, or empty for any blanks, and not '{}'",
                       delimiter));
  if (!delimiter.empty() && is_part_of_number(delimiter[0]))
    refuse("the delimiter must not be a letter, a digit, a sign, a dot or a line end");
  if (quote != '\0' &&
      (is_part_of_number(quote) || is_blank(quote) || delimiter == std::string(1, quote)))
    refuse("the quote must not be the delimiter, a letter, a digit, a sign, a dot, a blank or a "
           "line end");
  for (const std::string& sign : options.comments.texts()) {
    if (!delimiter.empty() && sign.starts_with(delimiter))
      refuse(fmt::format("comments start with '{}', which the delimiter hides", sign));
    if (sign.find_first_of("\r\n") != std::string::npos)
      refuse("the comment sign must not contain a line end");
    if (quote != '\0' && sign[0] == quote) refuse("comments start with the quote");
  }
  if (options.skiprows < 0)
    refuse(fmt::format("skiprows is {}, and must not be negative", options.skiprows));
  for (const column_converter& c : options.converters)
    if (!c.convert) refuse(fmt::format("column {} has a converter without a function", c.column));
  if (!options.missing_values.texts().empty() && !options.filling_values)
    refuse("there are missing_values, but no filling_values to put in their place");
}

namespace {

/// Where the line behind the last row to be read starts.
index_t end_of_rows(const input_file& file, const text_extent& extent,
                    const loadtxt_options& options, const text_limits& limits) {
  row_finder rows(options);
  line_scanner lines(file, extent.begin, extent.begin, extent.end, limits);
  std::string_view line;
  for (index_t count = 0; count < options.max_rows && lines.next(line);)
    if (lines.too_long() || rows.trim(line) != row_finder::line_kind::nothing) ++count;
  return lines.position();
}

} // namespace

index_t skip_lines(line_scanner& lines, const std::string& path, index_t wanted,
                   const text_limits& limits) {
  index_t count = 0;
  for (std::string_view line; count < wanted && lines.next(line);) {
    ++count;
    if (lines.too_long()) throw_failure(path, reason::line_length, count, limits);
    if (has_stray_return(line)) throw_failure(path, reason::carriage_return, count, limits);
  }
  return count;
}

text_extent find_extent(const input_file& file, const loadtxt_options& options,
                        const text_limits& limits) {
  static constexpr char byte_order_mark[] = {'\xef', '\xbb', '\xbf'};
  char start[3] = {};
  text_extent extent{0, file.size(), 0};
  if (file.size() >= 3) file.read_at(0, start, 3);
  if (std::memcmp(start, byte_order_mark, 3) == 0) extent.begin = 3;

  line_scanner lines(file, extent.begin, extent.begin, extent.end, limits);
  extent.lines_before = skip_lines(lines, file.path(), options.skiprows, limits);
  extent.begin = lines.position();
  if (options.max_rows >= 0) extent.end = end_of_rows(file, extent, options, limits);
  return extent;
}

text_layout lay_out(const std::vector<text_summary>& parts, index_t lines_before) {
  text_layout layout;
  layout.rows.push_back(0);
  layout.lines.push_back(lines_before);
  for (const text_summary& part : parts) {
    if (layout.columns_line == 0 && part.first_row_line > 0) {
      layout.columns = part.columns;
      layout.columns_line = layout.lines.back() + part.first_row_line;
    }
    layout.rows.push_back(layout.rows.back() + part.rows);
    layout.lines.push_back(layout.lines.back() + part.lines);
  }
  find_failed_part(parts, layout);
  return layout;
}

text_part joined(std::vector<text_part> parts) {
  std::vector<text_summary> summaries;
  summaries.reserve(parts.size());
  for (const text_part& part : parts) summaries.push_back(part.summary);
  const text_layout layout = lay_out(summaries, 0);
  text_part whole;
  whole.summary = {layout.lines.back(), layout.rows.back(), layout.columns, layout.columns_line, 0};
  if (layout.failed_part >= 0) {
    const auto k = static_cast<std::size_t>(layout.failed_part);
    whole.failure = first_failure(parts[k], layout);
    whole.failure.line += layout.lines[k];
    whole.summary.failed = 1;
    return whole;
  }
  for (text_part& part : parts) whole.values.append(std::move(part.values));
  return whole;
}

std::string failure_message(const std::string& path, const text_part& failed,
                            const text_layout& layout, const text_limits& limits) {
  const text_failure failure = first_failure(failed, layout);
  const index_t before = layout.lines[static_cast<std::size_t>(layout.failed_part)];
  std::string where = fmt::format("'{}' line {}", path, before + failure.line);
  switch (failure.why) {
  case reason::bad_field:
    return fmt::format("{}, column {}: {}", where, failure.column, failure.text);
  case reason::columns:
    return fmt::format("{}: {}, but line {} has {}", where, columns_text(failure.columns),
                       layout.columns_line, layout.columns);
  case reason::missing_column:
    return fmt::format("{}: {}, and column {} of usecols (from 0) is none of them", where,
                       columns_text(failure.columns), failure.column);
  case reason::line_length:
    return fmt::format("{} is longer than {} bytes", where, limits.longest_line);
  case reason::carriage_return:
    return where + ": a carriage return inside the line; convert the line ends of the file, for "
                   "example by `tr '\\r' '\\n'`";
  case reason::none: break;
  }
  return where;
}

} // namespace tessera::detail
