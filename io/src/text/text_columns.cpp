#include "text/text_columns.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void check_filling(double value, bool fits_type, dtype type) {
  if (!fits_type)
    throw argument_error(fmt::format("loadtxt: filling_values is {:f}, which is no value of {}",
                                     value, to_string(type)));
}

text_failure bad_field(const row_field& field, const std::string& text) {
  text_failure failure;
  const bool stray = field.text.find('\r') != field.text.npos;
  failure.why = stray ? text_failure::reason::carriage_return : text_failure::reason::bad_field;
  failure.column = field.number + 1;
  failure.text = text;
  return failure;
}

bool is_missing(const loadtxt_options& options, std::string_view field) {
  if (!options.filling_values) return false;
  const std::vector<std::string>& marks = options.missing_values.texts();
  return field.empty() || std::find(marks.begin(), marks.end(), field) != marks.end();
}

} // namespace tessera::detail
