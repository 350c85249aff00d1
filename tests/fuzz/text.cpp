// Text files, packed or not. The first bytes of the input choose the options; the rest is the file.
// It is parsed whole and in parts, which must agree.
#include "fuzz.hpp"

#include "text/text_source.hpp"

#include <tessera/io/text/text_part.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

using namespace tessera;
using detail::dtype;
using tessera_fuzz::require;

namespace {

/// Takes choices off the front of the input.
class choices {
public:
  explicit choices(const std::string& bytes) : bytes_(bytes) {}

  /// A number below `count`.
  std::size_t below(std::size_t count) {
    return next_ < bytes_.size() ? static_cast<unsigned char>(bytes_[next_++]) % count : 0;
  }
  template <class T, std::size_t N> const T& of(const T (&table)[N]) { return table[below(N)]; }
  [[nodiscard]] std::vector<char> rest() const {
    return {bytes_.begin() + static_cast<std::ptrdiff_t>(next_), bytes_.end()};
  }

private:
  const std::string& bytes_;
  std::size_t next_ = 0;
};

double length_of(std::string_view field) {
  if (field.size() > 20) throw argument_error("too long");
  return static_cast<double>(field.size());
}

loadtxt_options options_from(choices& choose) {
  static const text_list comments[] = {"#", "", "//", {"#", "%", "//"}, {"##", "#"}, "'"};
  static const char* const delimiters[] = {"", ",", ";", "\t", " ", "#", "\v"};
  static const std::vector<index_t> columns[] = {{}, {}, {0}, {-1}, {1, 0}, {2, -2, 2}};
  static constexpr char quotes[] = {'\0', '\0', '"', '\''};
  loadtxt_options options;
  options.comments = choose.of(comments);
  options.delimiter = choose.of(delimiters);
  options.skiprows = static_cast<index_t>(choose.below(4));
  options.usecols = choose.of(columns);
  options.max_rows = static_cast<index_t>(choose.below(6)) - 1;
  options.quotechar = choose.of(quotes);
  const std::size_t more = choose.below(8);
  if ((more & 1U) != 0) options.converters = {{1, length_of}, {-1, length_of}};
  if ((more & 2U) != 0) options.filling_values = 7;
  if ((more & 4U) != 0) options.missing_values = {"NA", "-", "n/a"};
  return options;
}

/// What a file holds, or what is wrong with it.
struct outcome {
  std::string values;
  index_t columns = 0;
  std::string failure;
  friend bool operator==(const outcome&, const outcome&) = default;
};

outcome parse(const input_file& file, const loadtxt_options& options, dtype type, index_t parts,
              const detail::text_limits& limits) {
  const detail::text_extent extent = detail::find_extent(file, options, limits);
  const index_t bytes = extent.end - extent.begin;
  std::vector<detail::text_part> parsed;
  std::vector<detail::text_summary> summaries;
  for (index_t k = 0; k < parts; ++k) {
    parsed.push_back(detail::parse_part(file, extent, {bytes * k / parts, bytes * (k + 1) / parts},
                                        options, type, limits));
    summaries.push_back(parsed.back().summary);
  }
  const detail::text_layout layout = detail::lay_out(summaries, extent.lines_before);
  if (layout.failed_part >= 0)
    return {"", 0,
            failure_message("in.txt", parsed[static_cast<std::size_t>(layout.failed_part)], layout,
                            limits)};
  outcome result;
  result.columns = layout.columns;
  for (const detail::text_part& part : parsed)
    part.values.for_each([&](const std::byte* data, index_t count) {
      result.values.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(count));
    });
  const auto expected = layout.rows.back() * layout.columns * type.size;
  require(static_cast<index_t>(result.values.size()) == expected, "rows are no rows");
  return result;
}

/// A text that comes in pieces, as a whole.
input_file as_file(detail::text_source source) {
  if (source.file) return std::move(*source.file);
  std::vector<char> text;
  char piece[1000];
  while (const index_t got = source.stream->read(piece, sizeof piece))
    text.insert(text.end(), piece, piece + got);
  return {"in.txt", std::move(text)};
}

} // namespace

void tessera_fuzz::text(const std::string& bytes) {
  static constexpr dtype types[] = {{'f', 8}, {'f', 4}, {'i', 1}, {'i', 8}, {'u', 4}, {'b', 1}};
  static constexpr index_t chunks[] = {1, 5, 64, 1000};
  static constexpr index_t lengths[] = {10, 100, index_t{1} << 30U, index_t{1} << 30U};
  choices choose(bytes);
  const dtype type = choose.of(types);
  const detail::text_limits limits{.chunk = choose.of(chunks), .longest_line = choose.of(lengths)};
  const auto parts = static_cast<index_t>(choose.below(20)) + 2;
  const loadtxt_options options = options_from(choose);
  error_of([&] {
    detail::check(options);
    const input_file file = as_file(detail::open_text(input_file("in.txt", choose.rest())));
    const detail::text_limits at_once{.chunk = 8192, .longest_line = limits.longest_line};
    const outcome whole = parse(file, options, type, 1, at_once);
    require(parse(file, options, type, parts, limits) == whole, "parts differ from the whole");
  });
}
