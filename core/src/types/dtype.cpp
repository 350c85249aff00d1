#include <tessera/core/error.hpp>
#include <tessera/core/members.hpp>
#include <tessera/core/types/number_text.hpp>

#include <fmt/core.h>

#include <string>

namespace tessera::detail {

namespace {

std::string struct_text(const struct_layout& layout) {
  if (layout.is_array()) return to_string(layout.all[0].type) + sizes_text(layout.all[0].shape);
  std::string text = "{";
  for (const struct_member& member : layout.all) {
    text += (text.size() > 1 ? ", " : "") + member.name + ": " + to_string(member.type);
    if (!member.shape.empty()) text += sizes_text(member.shape);
  }
  return text + "}";
}

} // namespace

std::string sizes_text(const std::vector<index_t>& shape) {
  return "[" + joined_text(shape, ", ") + "]";
}

std::string to_string(dtype type) {
  const std::string bits = std::to_string(8 * type.size);
  switch (type.kind) {
  case 'b': return "bool";
  case 'i': return "int" + bits;
  case 'u': return "uint" + bits;
  case 'f': return "float" + bits;
  case 'c': return "complex" + bits;
  case 'S': return fmt::format("S{}", type.size);
  case 'U': return fmt::format("U{}", type.size / 4);
  case 'T': return "string";
  default: return type.members != nullptr ? struct_text(*type.members) : "struct";
  }
}

const struct_member* elements_of_fixed(dtype type) {
  const bool is_fixed = type.members != nullptr && type.members->is_array();
  return is_fixed ? type.members->all.data() : nullptr;
}

index_t struct_member::count() const {
  index_t product = 1;
  for (const index_t n : shape) product *= n;
  return product;
}

void check_layout(const struct_layout& layout) {
  for (const struct_member& member : layout.all) {
    int same = 0;
    for (const struct_member& other : layout.all) same += other.name == member.name ? 1 : 0;
    if (member.name.empty() || same > 1)
      throw argument_error("members of a struct in files need names that differ: " +
                           struct_text(layout));
  }
}

} // namespace tessera::detail
