#include "json.hpp"

#include <tessera/core/types/number_text.hpp>

#include <cstdio>

namespace apps {

std::string json_text(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    char code[8] = {c, '\0'};
    if (c == '"' || c == '\\') std::snprintf(code, sizeof code, "\\%c", c);
    if (static_cast<unsigned char>(c) < ' ') std::snprintf(code, sizeof code, "\\u%04x", c);
    result += code;
  }
  return result + '"';
}

std::string json_list(const std::vector<tessera::index_t>& numbers) {
  return '[' + tessera::detail::joined_text(numbers, ", ") + ']';
}

} // namespace apps
