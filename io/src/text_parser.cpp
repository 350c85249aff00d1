#include "text_lines.hpp"
#include "text_numbers.hpp"
#include "with_dtype.hpp"

#include <tessera/io/text_part.hpp>

#include <cstring>
#include <string>

namespace tessera::detail {

namespace {

/// What separates fields: one character, or any run of blanks.
struct separator {
  char delimiter = '\0'; // none
  [[nodiscard]] bool is_padding(char c) const { return is_blank(c) && c != delimiter; }
  const char* skip_padding(const char* p, const char* last) const {
    while (p != last && is_padding(*p)) ++p;
    return p;
  }
};

/// Goes over the fields of a line without their padding. A line has at least one field.
class field_scanner {
public:
  field_scanner(std::string_view line, separator between)
      : next_(line.data()), last_(line.data() + line.size()), between_(between) {}

  bool next(std::string_view& field) {
    if (done_) return false;
    const char* const first = between_.skip_padding(next_, last_);
    if (between_.delimiter != '\0') {
      const char* end = first;
      while (end != last_ && *end != between_.delimiter) ++end;
      done_ = end == last_;
      next_ = done_ ? end : end + 1;
      while (end != first && between_.is_padding(end[-1])) --end;
      field = {first, static_cast<std::size_t>(end - first)};
      return true;
    }
    const char* end = first;
    while (end != last_ && !is_blank(*end)) ++end;
    next_ = end;
    field = {first, static_cast<std::size_t>(end - first)};
    return first != last_;
  }

private:
  const char* next_;
  const char* last_;
  separator between_;
  bool done_ = false;
};

/// Parses one part into values of type T.
template <class T> class part_parser {
public:
  explicit part_parser(const loadtxt_options& options) : comments_(options.comments) {
    if (!options.delimiter.empty()) between_.delimiter = options.delimiter[0];
  }

  text_part run(line_scanner&& lines) {
    std::string_view line;
    while (lines.next(line)) {
      ++part_.summary.lines;
      if (lines.too_long())
        fail(text_failure::reason::line_length);
      else if (prepare(line))
        take(line);
      if (part_.summary.failed != 0) break;
    }
    return std::move(part_);
  }

private:
  /// Cuts off comment and line end. False when there is nothing to parse on this line.
  bool prepare(std::string_view& line) {
    while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const std::size_t comment = comments_.empty() ? line.npos : line.find(comments_);
    if (comment != line.npos) {
      if (line.find('\r', comment) != line.npos) fail(text_failure::reason::carriage_return);
      line = line.substr(0, comment);
    }
    const char* const last = line.data() + line.size();
    return part_.summary.failed == 0 && between_.skip_padding(line.data(), last) != last;
  }

  void take(std::string_view line) {
    text_summary& summary = part_.summary;
    if (summary.first_row_line == 0) {
      summary.first_row_line = summary.lines;
      summary.columns = count_fields(line);
    }
    const std::size_t bytes = sizeof(T) * static_cast<std::size_t>(summary.columns);
    auto* const to = reinterpret_cast<T*>(part_.values.room(bytes));
    const char* const last = line.data() + line.size();
    const bool good = between_.delimiter == '\0' ? parse_blank_row(line.data(), last, to)
                                                 : parse_delimited_row(line.data(), last, to);
    if (!good) return diagnose(line);
    part_.values.added(bytes);
    ++summary.rows;
  }

  bool parse_blank_row(const char* p, const char* last, T* to) const {
    for (T* const end = to + part_.summary.columns; to != end; ++to) {
      while (p != last && is_blank(*p)) ++p;
      p = parse_number(p, last, *to);
      if (p == nullptr || (p != last && !is_blank(*p))) return false;
    }
    while (p != last && is_blank(*p)) ++p;
    return p == last;
  }

  bool parse_delimited_row(const char* p, const char* last, T* to) const {
    for (T* const end = to + part_.summary.columns; to != end; ++to) {
      p = parse_number(between_.skip_padding(p, last), last, *to);
      if (p == nullptr) return false;
      p = between_.skip_padding(p, last);
      if (to + 1 == end) break;
      if (p == last || *p++ != between_.delimiter) return false;
    }
    return p == last;
  }

  index_t count_fields(std::string_view line) const {
    field_scanner fields(line, between_);
    index_t count = 0;
    for (std::string_view field; fields.next(field);) ++count;
    return count;
  }

  /// Finds what is wrong with a line: its first bad field, else the number of its fields. Which
  /// of them does not depend on where the file was split.
  void diagnose(std::string_view line) {
    field_scanner fields(line, between_);
    index_t column = 0;
    for (std::string_view field; fields.next(field);) {
      ++column;
      const char* const last = field.data() + field.size();
      T value;
      if (parse_number(field.data(), last, value) == last && !field.empty()) continue;
      const bool stray = field.find('\r') != field.npos;
      fail(stray ? text_failure::reason::carriage_return : text_failure::reason::bad_field);
      part_.failure.column = column;
      part_.failure.text = bad_field_text(field.data(), last, to_string(dtype_of<T>()).c_str());
      return;
    }
    fail(text_failure::reason::columns);
    part_.failure.columns = column;
  }

  void fail(text_failure::reason why) {
    part_.failure.why = why;
    part_.failure.line = part_.summary.lines;
    part_.summary.failed = 1;
  }

  std::string_view comments_;
  separator between_;
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
