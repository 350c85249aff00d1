#include "files/from_root.hpp"
#include "files/packed_values.hpp"
#include "types/shape_text.hpp"
#include "zarr/folders/node_names.hpp"
#include "zarr/metadata/attribute_json.hpp"
#include "zarr/zarr_state.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

namespace tessera {

using namespace detail;

namespace {

std::string named(const std::string& name, const std::string& node) {
  return fmt::format("attribute '{}' of '{}'", name, shown_name(node));
}

/// @throws dataset_not_found_error listing those there are.
const json& attribute_of(const zarr_node& node, const std::string& name,
                         const std::string& action) {
  const auto found = node.attributes.find(name);
  if (found != node.attributes.end()) return *found;
  std::string text;
  for (const auto& [each, value] : node.attributes.items())
    text += fmt::format("{}{}'", text.empty() ? "there are '" : ", '", each);
  throw dataset_not_found_error(
      fmt::format("{}: there is no such; {}", action, text.empty() ? "there are none" : text));
}

} // namespace

void zarr_store::write_attribute(const std::string& object, const std::string& name,
                                 const attribute_value& value) {
  state& s = *state_;
  s.check_writable();
  const std::string node = node_path(object);
  s.check_same("set " + named(name, node));
  const std::string action = fmt::format("cannot set {} in '{}'", named(name, node), s.path);
  if (node.empty()) s.nodes.try_emplace("");
  zarr_node& holder = s.written(node, action);
  text_from_root(s.comm, [&] {
    holder.attributes[name] = attribute_json(name, value, action);
    return std::string();
  });
}

attribute_value zarr_store::read_attribute(const std::string& object, const std::string& name,
                                           const attribute_wanted& wanted) {
  state& s = *state_;
  const std::string node = node_path(object);
  const std::string action = fmt::format("cannot read {} in '{}'", named(name, node), s.path);
  return attribute_from_json(attribute_of(s.find(node, action), name, action), wanted, action);
}

std::vector<std::string> zarr_store::attributes(const std::string& object) {
  state& s = *state_;
  const std::string node = node_path(object);
  const zarr_node& holder = s.look_at(node, s.failure(node));
  const std::string bytes = text_from_root(s.comm, [&] {
    std::vector<std::string> names;
    for (const auto& [each, value] : holder.attributes.items()) names.push_back(each);
    value_packer packer;
    packer.put(names);
    return packer.bytes();
  });
  std::vector<std::string> names;
  value_unpacker(bytes).take(names);
  return names;
}

std::string zarr_store::attribute_text(const std::string& object, const std::string& name) {
  state& s = *state_;
  const std::string node = node_path(object);
  const std::string action = fmt::format("cannot read {} in '{}'", named(name, node), s.path);
  const zarr_node& holder = s.look_at(node, action);
  return text_from_root(s.comm, [&] { return brief_text(attribute_of(holder, name, action)); });
}

void zarr_store::describe(const std::string& array_name, const zarr_description& description) {
  state& s = *state_;
  s.check_writable();
  const std::string node = node_path(array_name);
  zarr_node& holder = s.written(node, s.failure(node));
  if (!holder.is_array)
    throw dataset_not_found_error(s.failure(node) + ": it is a group, not an array");
  array_metadata& array = holder.array;
  value_packer packer;
  packer.put(description.dimensions);
  const std::string bytes = text_from_root(s.comm, [&] { return packer.bytes(); });
  std::vector<std::string> names;
  value_unpacker(bytes).take(names);
  if (!names.empty() && names.size() != array.shape.size())
    throw shape_error(fmt::format("{}: {} names of dimensions of an array of shape {}",
                                  s.failure(node), names.size(), shape_text(array.shape)));
  if (!names.empty()) array.dimensions = names;
  for (const auto& [name, text] :
       {std::pair{"units", &description.units}, std::pair{"long_name", &description.long_name},
        std::pair{"standard_name", &description.standard_name}})
    if (!text->empty()) holder.attributes[name] = *text;
}

} // namespace tessera
