#include "parts/agreed_source.hpp"
#include "types/shape_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/expressions/operand_text.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera::detail {

std::string name_and_shape(const std::string& name, dtype type, const std::vector<index_t>& shape) {
  return fmt::format("'{}' of {} {}", name, to_string(type), shape_text(shape));
}

namespace {

/// Shape and elements of a local array.
std::string local_text(const file_source& from) {
  std::string text = to_string(from.type) + " " + shape_text(from.shape);
  if (from.type.kind != 'V') // structs may have gaps
    text += fmt::format(" with elements of fingerprint {}",
                        fingerprint_of_elements(from.data, from.type.size, from.shape.size(),
                                                from.shape.data(), from.strides.data()));
  return text;
}

/// Where arguments are checked, a local array that is written as rank 0's is the same on all ranks,
/// or empty on others. Collective.
void check_local(const communicator& comm, const file_source& from) {
  if (!checks_arguments() || comm.size() == 1) return;
  const bool is_empty = std::find(from.shape.begin(), from.shape.end(), 0) != from.shape.end();
  const std::string mine = local_text(from);
  const std::string first = broadcast_text(comm, mine, 0);
  agree(comm, "a local array that is written to a file", is_empty ? first : mine);
}

} // namespace

file_source agreed_source(const communicator& comm, const file_source& from) {
  if (from.global != nullptr)
    agree(comm, "an array that is written to a file", call_text(*from.global));
  else
    check_local(comm, from);
  file_source same = from;
  if (from.global == nullptr)
    broadcast(comm, same.shape.data(), static_cast<index_t>(same.shape.size()), 0);
  return same;
}

} // namespace tessera::detail
