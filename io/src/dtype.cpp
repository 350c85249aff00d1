#include <tessera/io/dtype.hpp>

#include <string>

namespace tessera::detail {

std::string to_string(dtype type) {
  const std::string bits = std::to_string(8 * type.size);
  switch (type.kind) {
  case 'b': return "bool";
  case 'i': return "int" + bits;
  case 'u': return "uint" + bits;
  case 'f': return "float" + bits;
  case 'S': return "S" + std::to_string(type.size);
  default: return "complex" + bits;
  }
}

} // namespace tessera::detail
