#include "text/line_blocks.hpp"
#include "text/record_columns.hpp"
#include "text/text_columns.hpp"
#include "text/text_dialect.hpp"
#include "text/text_lines.hpp"
#include "types/with_dtype.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/threads.hpp>
#include <tessera/core/threads/pieces.hpp>
#include <tessera/io/text/text_part.hpp>

#include <algorithm>
#include <exception>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace tessera::detail {

namespace {

/// Does every comment begin with something that is neither part of a number nor a blank?
bool comments_end_fields(const loadtxt_options& options) {
  const std::vector<std::string>& signs = options.comments.texts();
  return std::none_of(signs.begin(), signs.end(), [](const std::string& sign) {
    return is_part_of_number(sign[0]) || is_blank(sign[0]);
  });
}

/// Parses one part into what `Columns` makes of rows.
template <class Columns> class part_parser {
public:
  using T = typename Columns::value_type;

  part_parser(const loadtxt_options& options, const Columns& columns)
      : rows_(options), between_(rows_.between()), columns_(columns), plain_(columns_.are_plain()),
        at_once_(plain_ && comments_end_fields(options)) {}

  /// Stops behind so many rows.
  void stop_behind(index_t rows) { most_rows_ = rows; }

  text_part run(line_scanner&& lines) {
    std::string_view line;
    while (true) {
      while (at_once_ && part_.summary.rows < most_rows_ && take_at_once(lines)) {
      }
      if (part_.summary.rows >= most_rows_ || !lines.next(line)) break;
      ++part_.summary.lines;
      take(line, lines.too_long());
      if (part_.summary.failed != 0) break;
    }
    return std::move(part_);
  }

private:
  /// Parses a line that is all in memory and has numbers and what separates them only, without
  /// looking for its end first. False, and nothing is done, where it is not like that.
  bool take_at_once(line_scanner& lines) {
    if (part_.summary.rows == 0) return false; // how many columns are there?
    const std::string_view text = lines.ahead();
    if (text.empty()) return false;
    const char* const last = text.data() + text.size();
    const char* end = parse_fields(text.data(), last, room_for_row());
    if (end == nullptr || end == last) return false;
    if (*end == '\r' && ++end == last) return false;
    if (*end != '\n') return false;
    lines.skip(end + 1 - text.data());
    ++part_.summary.lines;
    add_row();
    return true;
  }

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
    if (parse_row(line, room_for_row())) add_row();
  }

  T* room_for_row() { return reinterpret_cast<T*>(part_.values.room(row_bytes())); }
  void add_row() {
    part_.values.added(row_bytes());
    ++part_.summary.rows;
  }
  [[nodiscard]] std::size_t row_bytes() const { return columns_.bytes_of(part_.summary.columns); }

  /// False where the row is bad, which has then been noted.
  bool parse_row(std::string_view line, T* to) {
    const char* const last = line.data() + line.size();
    if (plain_ && parse_fields(line.data(), last, to) == last) return true;
    const text_failure bad = columns_.parse(line, part_.summary.columns, to);
    if (bad.why == text_failure::reason::none) return true;
    fail(bad.why);
    part_.failure.column = bad.column;
    part_.failure.columns = bad.columns;
    part_.failure.text = bad.text;
    return false;
  }

  /// Parses the fields of a row, and returns where they end; null where there are fewer.
  const char* parse_fields(const char* p, const char* last, T* to) const {
    if constexpr (Columns::has_numbers)
      return between_.delimiter == '\0' ? parse_blank_fields(p, last, to)
                                        : parse_delimited_fields(p, last, to);
    else
      return nullptr;
  }

  const char* parse_blank_fields(const char* p, const char* last, T* to) const {
    for (T* const end = to + part_.summary.columns; to != end; ++to) {
      while (p != last && is_blank(*p)) ++p;
      p = parse_field(p, last, *to);
      if (p == nullptr) return nullptr;
      if (to + 1 != end && (p == last || !is_blank(*p))) return nullptr;
    }
    while (p != last && is_blank(*p)) ++p;
    return p;
  }

  const char* parse_delimited_fields(const char* p, const char* last, T* to) const {
    for (T* const end = to + part_.summary.columns; to != end; ++to) {
      p = parse_field(between_.skip_padding(p, last), last, *to);
      if (p == nullptr) return nullptr;
      p = between_.skip_padding(p, last);
      if (to + 1 == end) break;
      if (p == last || *p++ != between_.delimiter) return nullptr;
    }
    return p;
  }

  void fail(text_failure::reason why) {
    part_.failure.why = why;
    part_.failure.line = part_.summary.lines;
    part_.summary.failed = 1;
  }

  row_finder rows_;
  separator between_;
  Columns columns_;
  bool plain_;   // values are the fields one after another
  bool at_once_; // and where the line ends shows while they are parsed
  index_t most_rows_ = std::numeric_limits<index_t>::max();
  text_part part_;
};

} // namespace

namespace {

/// Calls `f` with a parser for elements of a type.
template <class F> auto with_parser(const loadtxt_options& options, dtype type, F&& f) {
  const auto of_numbers = [&]<class T>(type_tag<T>) {
    return f(part_parser<column_parser<T>>(options, column_parser<T>(options)));
  };
  if (is_record(type))
    return f(part_parser<record_columns>(options, record_columns(options, type)));
  if (type == dtype{'c', 8}) return of_numbers(type_tag<std::complex<float>>());
  if (type == dtype{'c', 16}) return of_numbers(type_tag<std::complex<double>>());
  return with_real_dtype(type, of_numbers);
}

text_part parse_alone(const input_file& file, const text_extent& extent, interval piece,
                      const loadtxt_options& options, dtype type, const text_limits& limits) {
  const index_t begin = extent.begin + piece.lower;
  const index_t end = extent.begin + piece.upper;
  return with_parser(options, type, [&](auto&& parser) {
    line_scanner lines(file, extent.begin, begin, end, limits);
    return parser.run(std::move(lines));
  });
}

} // namespace

namespace {

/// What parts give together. What one of them threw would not have been met by who reads them one
/// after another and stops at a line before it that is wrong.
text_part joined_or_thrown(std::vector<text_part> parts,
                           const std::vector<std::exception_ptr>& thrown) {
  const auto first =
      std::find_if(thrown.begin(), thrown.end(), [](const auto& e) { return e != nullptr; });
  parts.resize(static_cast<std::size_t>(first - thrown.begin()));
  text_part whole = joined(std::move(parts));
  if (first != thrown.end() && whole.summary.failed == 0) std::rethrow_exception(*first);
  return whole;
}

} // namespace

text_part parse_part(const input_file& file, const text_extent& extent, interval piece,
                     const loadtxt_options& options, dtype type, const text_limits& limits) {
  const index_t bytes = piece.upper - piece.lower;
  const index_t least = std::max<index_t>(limits.chunk / 2, 1);
  const index_t pieces = options.converters.empty() ? pieces_of(bytes, least) : 1;
  if (pieces == 1) return parse_alone(file, extent, piece, options, type, limits);
  std::vector<text_part> parts(static_cast<std::size_t>(pieces));
  std::vector<std::exception_ptr> thrown(parts.size());
  for_pieces(pieces, [&](index_t k) {
    const auto at = static_cast<std::size_t>(k);
    const interval mine{piece.lower + piece_begin(k, pieces, bytes),
                        piece.lower + piece_begin(k + 1, pieces, bytes)};
    try {
      parts[at] = parse_alone(file, extent, mine, options, type, limits);
    } catch (...) {
      thrown[at] = std::current_exception();
    }
  });
  return joined_or_thrown(std::move(parts), thrown);
}

namespace {

bool has_failed(const std::vector<text_part>& parts) {
  std::vector<text_summary> summaries;
  summaries.reserve(parts.size());
  for (const text_part& part : parts) summaries.push_back(part.summary);
  return lay_out(summaries, 0).failed_part >= 0;
}

/// Some threads parse blocks of lines while one unpacks the next ones.
class block_parser {
public:
  block_parser(const std::string& path, const loadtxt_options& options, dtype type,
               const text_limits& limits)
      : path_(path), options_(options), type_(type), limits_(limits) {}

  text_part run(line_blocks& blocks) {
    const index_t at_once = 2 * index_t{threads()};
    auto texts = blocks.read(at_once);
    bool goes_on = !texts.empty();
    while (goes_on) {
      const std::size_t before = parts_.size();
      parts_.resize(before + texts.size());
      thrown_.resize(parts_.size());
      std::vector<std::vector<char>> next;
      for_pieces(static_cast<index_t>(texts.size()) + 1, [&](index_t k) {
        const auto at = static_cast<std::size_t>(k);
        if (k == 0)
          next = blocks.read(at_once);
        else
          parse(std::move(texts[at - 1]), before + at - 1);
      });
      texts = std::move(next);
      goes_on = !texts.empty() && thrown_.end() == first_thrown() && !has_failed(parts_);
    }
    const bool is_complete = thrown_.end() == first_thrown();
    text_part whole = joined_or_thrown(std::move(parts_), thrown_);
    if (is_complete && whole.summary.failed == 0) blocks.rethrow();
    return whole;
  }

private:
  void parse(std::vector<char>&& text, std::size_t at) {
    try {
      const auto size = static_cast<index_t>(text.size());
      const input_file file(path_, std::move(text));
      parts_[at] = parse_alone(file, {0, size, 0}, {0, size}, options_, type_, limits_);
    } catch (...) {
      thrown_[at] = std::current_exception();
    }
  }
  [[nodiscard]] std::vector<std::exception_ptr>::const_iterator first_thrown() const {
    return std::find_if(thrown_.begin(), thrown_.end(), [](const auto& e) { return e != nullptr; });
  }

  const std::string& path_;
  const loadtxt_options& options_;
  dtype type_;
  text_limits limits_;
  std::vector<text_part> parts_;
  std::vector<std::exception_ptr> thrown_;
};

/// Is there more than one thread, and nothing that they must not do? What somebody types is parsed
/// as soon as it comes.
bool goes_to_threads(const byte_stream& stream, const loadtxt_options& options) {
  return options.converters.empty() && options.max_rows < 0 && stream.path() != "-" &&
         pieces_of(2 * least_piece) > 1;
}

} // namespace

text_part parse_stream(byte_stream& stream, text_extent& extent, const loadtxt_options& options,
                       dtype type, const text_limits& limits) {
  line_scanner lines(stream, limits);
  extent.lines_before = skip_lines(lines, stream.path(), options.skiprows, limits);
  if (goes_to_threads(stream, options)) {
    line_blocks blocks(stream, lines.rest(), limits);
    return block_parser(stream.path(), options, type, limits).run(blocks);
  }
  return with_parser(options, type, [&](auto&& parser) {
    if (options.max_rows >= 0) parser.stop_behind(options.max_rows);
    return parser.run(std::move(lines));
  });
}

} // namespace tessera::detail
