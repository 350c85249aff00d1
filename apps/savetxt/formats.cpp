#include "formats.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace savetxt_app {

using namespace tessera;

namespace {

std::string usual_format(detail::dtype type) {
  switch (type.kind) {
  case 'S':
  case 'U':
  case 'T': return "%s";
  case 'f':
  case 'c': return "%.18e";
  default: return "%d";
  }
}

/// The letters of the conversions: "ds" for "%3d: %s".
std::string conversions_in(const std::string& format) {
  std::string letters;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%') continue;
    at = format.find_first_not_of("-+ 0123456789.", at + 1);
    if (at == format.npos) break;
    if (format[at] != '%') letters += format[at];
  }
  return letters;
}

/// Texts are written as they are where one format is that of all numbers.
std::string format_of(detail::dtype type, const std::string& asked_for, bool is_for_all) {
  if (type.kind == 'c') return complex_format(asked_for);
  const bool is_text = usual_format(type) == "%s";
  return is_text && is_for_all && conversions_in(asked_for) != "s" ? "%s" : asked_for;
}

std::string as_literal(const std::string& text) {
  std::string literal;
  for (const char c : text) literal += std::string(c == '%' ? 2 : 1, c);
  return literal;
}

} // namespace

std::string complex_format(const std::string& part) {
  // The sign joins the parts.
  const bool is_plain = part.size() > 1 && part[0] == '%' && part[1] != '+';
  return " (" + part + (is_plain ? "%+" + part.substr(1) : part) + "j)";
}

text_list row_formats(const std::vector<detail::text_leaf>& leaves, index_t columns,
                      const std::vector<std::string>& asked_for, const std::string& delimiter) {
  const std::size_t count = leaves.size() * static_cast<std::size_t>(columns);
  if (asked_for.size() > 1 && asked_for.size() != count)
    throw argument_error(
        fmt::format("savetxt: there are {} formats for {} columns", asked_for.size(), count));
  // It says itself what stands between the columns.
  if (asked_for.size() == 1 && conversions_in(asked_for[0]).size() > 1) return text_list(asked_for);
  std::string row;
  for (std::size_t k = 0; k < count; ++k) {
    const detail::dtype type = leaves[k % leaves.size()].type;
    const bool is_for_all = asked_for.size() < 2;
    const std::string& part =
        asked_for.empty() ? usual_format(type) : asked_for[is_for_all ? 0 : k];
    row += (k > 0 ? as_literal(delimiter) : "") + format_of(type, part, is_for_all);
  }
  return text_list(row);
}

} // namespace savetxt_app
