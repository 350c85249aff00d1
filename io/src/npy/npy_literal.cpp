#include "npy/npy_literal.hpp"
#include "npy/literal_reader.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace tessera::detail {

namespace {

bool take_bool(literal_reader& reader, bool& value) {
  value = reader.take("True");
  return value || reader.take("False");
}

/// Which of the keys were seen.
struct seen_keys {
  bool descr = false;
  bool fortran_order = false;
  bool shape = false;
};

const char* parse_entry(literal_reader& reader, npy_header& header, seen_keys& seen) {
  std::string_view key;
  if (!reader.take_string(key) || !reader.take(":")) return "no key where one should be";
  if (key == "descr" && !std::exchange(seen.descr, true)) {
    std::string_view descr;
    if ((!reader.take_string(descr) && !reader.take_list(descr)) || descr.empty())
      return "'descr' is neither a plain type nor a list";
    header.descr = descr;
  } else if (key == "fortran_order" && !std::exchange(seen.fortran_order, true)) {
    if (!take_bool(reader, header.fortran_order)) return "'fortran_order' is no bool";
  } else if (key == "shape" && !std::exchange(seen.shape, true)) {
    if (!take_shape(reader, header.shape)) return "'shape' is no tuple of sizes";
  } else {
    return "a key is unknown or there twice";
  }
  return nullptr;
}

} // namespace

const char* parse_npy_literal(const std::string& text, npy_header& header) {
  literal_reader reader(text);
  seen_keys seen;
  if (!reader.take("{")) return "it is no dictionary";
  bool closed = reader.take("}");
  while (!closed) {
    if (const char* const problem = parse_entry(reader, header, seen)) return problem;
    const bool comma = reader.take(",");
    closed = reader.take("}");
    if (!comma && !closed) return "a comma is missing";
  }
  if (!seen.descr || !seen.fortran_order || !seen.shape) return "a key is missing";
  if (!reader.at_end()) return "something follows the dictionary";
  return nullptr;
}

} // namespace tessera::detail
