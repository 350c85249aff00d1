/// @file
/// Extension points of Zarr's metadata: names with configurations.
#pragma once

#include "zarr/metadata/json.hpp"

#include <tessera/core/shape.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// A codec, a grid, a type of elements: {"name": ..., "configuration": {...}}, or a name alone.
struct named_configuration {
  std::string name;
  json configuration = json::object();
  bool must_be_known = true; ///< "must_understand"
};

/// `what`: "a codec", for messages. @throws format_error that begins with `action`.
named_configuration parse_named(const json& value, const std::string& what,
                                const std::string& action);

/// Throws format_error "...: its chunk_grid is damaged: ..." .
[[noreturn]] void throw_bad_member(const std::string& action, const std::string& what,
                                   const json& value);

/// A list of sizes of at least `least`, none so large that they could not be counted with.
/// @throws format_error that begins with `action`.
std::vector<index_t> parse_sizes(const json& value, index_t least, const std::string& what,
                                 const std::string& action);

/// A member of an object; null where there is none.
const json& member_of(const json& object, const char* name);

} // namespace tessera::detail
