#include "text/row_format.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace tessera::detail {

namespace {

/// Reads text up to the next conversion, or up to the end.
std::string take_literal(const char*& p, const char* last) {
  std::string literal;
  for (; p != last; ++p) {
    if (*p == '%' && p[1] != '%') break;
    p += *p == '%' ? 1 : 0;
    literal += *p;
  }
  return literal;
}

/// Header or footer: every line behind the comment sign. Nothing for an empty text.
std::string commented(const std::string& text, const savetxt_options& options) {
  if (text.empty()) return {};
  std::string result = options.comments;
  for (const char c : text) {
    result += c;
    if (c == '\n') result += options.comments;
  }
  return result + options.newline;
}

} // namespace

/// Appends the conversions of one text, of which there is at least one.
void row_format::add(const std::string& text) {
  const char* p = text.c_str();
  const char* const last = p + text.size();
  std::string before = take_literal(p, last);
  if (p == last) throw_format(text, "has no conversion");
  while (p != last) {
    number_format number(p, text);
    columns_.push_back({std::move(before), std::move(number), ""});
    before = take_literal(p, last);
  }
  columns_.back().after = std::move(before);
}

row_format::row_format(const savetxt_options& options, index_t columns)
    : count_(columns), header_(commented(options.header, options)), line_end_(options.newline),
      footer_(commented(options.footer, options)) {
  const std::vector<std::string>& texts = options.fmt.texts();
  if (texts.empty()) throw_format("", "has no conversion");
  for (const std::string& text : texts) {
    const std::size_t before = columns_.size();
    add(text);
    if (texts.size() > 1 && columns_.size() != before + 1)
      throw_format(text, fmt::format("has {} conversions, where there are several formats",
                                     columns_.size() - before));
  }
  is_uniform_ = columns_.size() == 1;
  if (is_uniform_)
    columns_.push_back(columns_.front());
  else if (static_cast<index_t>(columns_.size()) != columns)
    throw_format(texts.front() + (texts.size() > 1 ? "', ..." : ""),
                 fmt::format("has {} conversions for {} {}", columns_.size(), columns,
                             columns == 1 ? "column" : "columns"));
  // In one text for all columns, it says itself what stands between them.
  if (texts.size() == 1 && !is_uniform_) return;
  for (std::size_t k = 0; k + 1 < columns_.size(); ++k) columns_[k].after += options.delimiter;
}

} // namespace tessera::detail
