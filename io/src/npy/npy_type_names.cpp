#include "npy/literal_reader.hpp"

#include <tessera/io/npy/npy_header.hpp>

#include <fmt/core.h>

#include <charconv>
#include <limits>
#include <string>
#include <string_view>

namespace tessera {

namespace {

using detail::literal_reader;

/// A type as it is called, and the bytes of an element; 0 where they are not known.
struct named_type {
  std::string name;
  index_t bytes = 0;
};

constexpr index_t largest_element = std::numeric_limits<int>::max(); // as in NumPy

std::string with_bits(const char* name, index_t bytes) {
  return fmt::format("{}{}", name, 8 * bytes);
}

/// "<f8", "|S2", "<M8[s]"
named_type plain_type(std::string_view descr) {
  const std::string_view name =
      descr.substr(!descr.empty() && std::string_view("<>=|").find(descr[0]) != descr.npos ? 1 : 0);
  if (name.empty()) return {std::string(descr), 0};
  index_t size = 0;
  const char* const last = name.data() + name.size();
  const char* const unit = std::from_chars(name.data() + 1, last, size).ptr;
  const std::string rest(unit, last);
  if (size < 0 || size > largest_element) return {std::string(descr), 0};
  switch (name[0]) {
  case 'b':
  case '?': return {"bool", 1};
  case 'i': return {with_bits("int", size), size};
  case 'u': return {with_bits("uint", size), size};
  case 'f': return {with_bits("float", size), size};
  case 'c': return {with_bits("complex", size), size};
  case 'M': return {"datetime64" + rest, size};
  case 'm': return {"timedelta64" + rest, size};
  case 'U': return {std::string(name), 4 * size};
  case 'O': return {"object", 0};
  default: return {std::string(name), size};
  }
}

bool take_type(literal_reader& reader, named_type& type);

/// "('x', '<f8', (3,))"; members without a name are what lies between members.
bool take_member(literal_reader& reader, named_type& type) {
  std::string_view name;
  std::string_view title;
  named_type member;
  std::vector<index_t> shape;
  const bool titled = reader.take("(") && reader.take("(");
  if (!reader.take_string(titled ? title : name)) return false;
  if (titled && (!reader.take(",") || !reader.take_string(name) || !reader.take(")"))) return false;
  if (!reader.take(",") || !take_type(reader, member)) return false;
  if (reader.take(",") && !detail::take_shape(reader, shape)) return false;
  if (!reader.take(")")) return false;
  for (const index_t n : shape)
    if (__builtin_mul_overflow(member.bytes, n, &member.bytes)) return false;
  if (__builtin_add_overflow(type.bytes, member.bytes, &type.bytes)) return false;
  if (name.empty()) return true;
  type.name += (type.name.size() > 1 ? ", " : "") + std::string(name) + ": " + member.name;
  for (std::size_t k = 0; k < shape.size(); ++k)
    type.name += fmt::format("{}{}", k == 0 ? "[" : ", ", shape[k]);
  if (!shape.empty()) type.name += ']';
  return true;
}

bool take_type(literal_reader& reader, named_type& type) {
  std::string_view descr;
  if (reader.take_string(descr)) {
    type = plain_type(descr);
    return true;
  }
  std::string_view members;
  if (!reader.take_list(members)) return false;
  literal_reader inside(members.substr(1, members.size() - 2));
  type = {"{", 0};
  while (!inside.at_end()) {
    if (!take_member(inside, type)) return false;
    if (!inside.take(",") && !inside.at_end()) return false;
  }
  type.name += '}';
  return true;
}

named_type type_of(const std::string& descr) {
  if (!descr.starts_with('[')) return plain_type(descr);
  named_type type;
  literal_reader reader(descr);
  return take_type(reader, type) ? type : named_type{descr, 0};
}

} // namespace

std::string npy_type_name(const npy_header& header) { return type_of(header.descr).name; }

index_t npy_itemsize(const npy_header& header) { return type_of(header.descr).bytes; }

} // namespace tessera
