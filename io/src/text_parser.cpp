#include "text_columns.hpp"
#include "text_dialect.hpp"
#include "text_lines.hpp"
#include "with_dtype.hpp"

#include <tessera/io/text_part.hpp>

#include <cstring>
#include <string>

namespace tessera::detail {

namespace {

/// Parses one part into values of type T.
template <class T> class part_parser {
public:
  explicit part_parser(const loadtxt_options& options)
      : rows_(options), between_(rows_.between()), columns_(options) {}

  text_part run(line_scanner&& lines) {
    std::string_view line;
    while (lines.next(line)) {
      ++part_.summary.lines;
      take(line, lines.too_long());
      if (part_.summary.failed != 0) break;
    }
    return std::move(part_);
  }

private:
  void take(std::string_view line, bool too_long) {
    using kind = row_finder::line_kind;
    if (too_long) return fail(text_failure::reason::line_length);
    const kind found = rows_.trim(line);
    if (found == kind::stray_return) return fail(text_failure::reason::carriage_return);
    if (found == kind::nothing) return;
    text_summary& summary = part_.summary;
    if (summary.first_row_line == 0) {
      summary.first_row_line = summary.lines;
      summary.columns = columns_.count(line);
    }
    const std::size_t bytes = sizeof(T) * static_cast<std::size_t>(summary.columns);
    auto* const to = reinterpret_cast<T*>(part_.values.room(bytes));
    if (!parse_row(line, to)) return;
    part_.values.added(bytes);
    ++summary.rows;
  }

  /// False where the row is bad, which has then been noted.
  bool parse_row(std::string_view line, T* to) {
    const char* const last = line.data() + line.size();
    const bool plain = columns_.are_plain();
    if (plain && (between_.delimiter == '\0' ? parse_blank_row(line.data(), last, to)
                                             : parse_delimited_row(line.data(), last, to)))
      return true;
    const text_failure bad = columns_.parse(line, part_.summary.columns, to);
    if (bad.why == text_failure::reason::none) return true;
    fail(bad.why);
    part_.failure.column = bad.column;
    part_.failure.columns = bad.columns;
    part_.failure.text = bad.text;
    return false;
  }

  bool parse_blank_row(const char* p, const char* last, T* to) const {
    for (T* const end = to + part_.summary.columns; to != end; ++to) {
      while (p != last && is_blank(*p)) ++p;
      p = parse_field(p, last, *to);
      if (p == nullptr || (p != last && !is_blank(*p))) return false;
    }
    while (p != last && is_blank(*p)) ++p;
    return p == last;
  }

  bool parse_delimited_row(const char* p, const char* last, T* to) const {
    for (T* const end = to + part_.summary.columns; to != end; ++to) {
      p = parse_field(between_.skip_padding(p, last), last, *to);
      if (p == nullptr) return false;
      p = between_.skip_padding(p, last);
      if (to + 1 == end) break;
      if (p == last || *p++ != between_.delimiter) return false;
    }
    return p == last;
  }

  void fail(text_failure::reason why) {
    part_.failure.why = why;
    part_.failure.line = part_.summary.lines;
    part_.summary.failed = 1;
  }

  row_finder rows_;
  separator between_;
  column_parser<T> columns_;
  text_part part_;
};

} // namespace

text_part parse_part(const input_file& file, const text_extent& extent, interval piece,
                     const loadtxt_options& options, dtype type, const text_limits& limits) {
  const index_t begin = extent.begin + piece.lower;
  const index_t end = extent.begin + piece.upper;
  return with_real_dtype(type, [&](auto tag) {
    line_scanner lines(file, extent.begin, begin, end, limits);
    return part_parser<typename decltype(tag)::type>(options).run(std::move(lines));
  });
}

} // namespace tessera::detail
