#include "text/text_dialect.hpp"
#include "text/characters/unicode_blanks.hpp"

#include <algorithm>

namespace tessera::detail {

row_finder::row_finder(const loadtxt_options& options)
    : comments_(options.comments.texts()), quote_(options.quotechar) {
  if (!options.delimiter.empty()) between_.delimiter = options.delimiter[0];
}

row_finder::line_kind row_finder::trim(std::string_view& line) {
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const std::size_t comment = comment_start(line);
  if (comment != line.npos) {
    if (line.find('\r', comment) != line.npos) return line_kind::stray_return;
    line = line.substr(0, comment);
  }
  if (has_wide_bytes(line)) line = with_plain_blanks(line, between_.delimiter, plain_);
  const char* const last = line.data() + line.size();
  return between_.skip_padding(line.data(), last) == last ? line_kind::nothing : line_kind::row;
}

std::size_t row_finder::comment_start(std::string_view line) const {
  if (quote_ != '\0' && line.find(quote_) != line.npos) return comment_behind_quotes(line);
  std::size_t first = line.npos;
  for (const std::string& sign : comments_) first = std::min(first, line.find(sign));
  return first;
}

bool row_finder::starts_comment(std::string_view text) const {
  return std::any_of(comments_.begin(), comments_.end(),
                     [&](const std::string& sign) { return text.starts_with(sign); });
}

/// Quotes count where a field begins, and again where it ends; two of them inside stand for one.
std::size_t row_finder::comment_behind_quotes(std::string_view line) const {
  bool inside = false;
  bool at_start = true;
  for (std::size_t k = 0; k < line.size(); ++k) {
    const char c = line[k];
    if (inside) {
      inside = c != quote_;
      continue;
    }
    if (starts_comment(line.substr(k))) return k;
    const bool doubled = c == quote_ && k > 0 && line[k - 1] == quote_;
    inside = c == quote_ && (at_start || doubled);
    const bool separates = between_.delimiter != '\0' ? c == between_.delimiter : is_blank(c);
    at_start = separates || (at_start && between_.is_padding(c));
  }
  return line.npos;
}

const char* field_scanner::end_of_field(const char* p) const {
  if (between_.delimiter != '\0') return std::find(p, last_, between_.delimiter);
  return std::find_if(p, last_, is_blank);
}

/// What stands between the quote at `first` and its end, and behind it up to the end of the field.
std::string_view field_scanner::quoted_field(const char* first) {
  unquoted_.clear();
  open_ = true;
  const char* p = first + 1;
  for (; p != last_; ++p) {
    if (*p == quote_ && (p + 1 == last_ || p[1] != quote_)) {
      open_ = false;
      break;
    }
    p += *p == quote_ ? 1 : 0;
    unquoted_ += *p;
  }
  const char* const behind = open_ ? last_ : p + 1;
  next_ = end_of_field(behind);
  const char* end = next_;
  while (end != behind && between_.is_padding(end[-1])) --end;
  unquoted_.append(behind, end);
  return unquoted_;
}

bool field_scanner::next(std::string_view& field) {
  if (done_) return false;
  const char* const first = between_.skip_padding(next_, last_);
  const bool by_blanks = between_.delimiter == '\0';
  if (by_blanks && first == last_) return false;
  if (quote_ != '\0' && first != last_ && *first == quote_) {
    field = quoted_field(first);
  } else {
    next_ = end_of_field(first);
    const char* end = next_;
    while (end != first && between_.is_padding(end[-1])) --end;
    field = {first, static_cast<std::size_t>(end - first)};
  }
  done_ = !by_blanks && next_ == last_;
  if (!by_blanks && !done_) ++next_;
  return true;
}

} // namespace tessera::detail
