#include "files/from_root.hpp"
#include "parts/file_place.hpp"
#include "types/claimed_bytes.hpp"
#include "types/shape_text.hpp"
#include "zarr/chunks/array_reader.hpp"
#include "zarr/folders/node_names.hpp"
#include "zarr/zarr_state.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/distributed/collectives.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

namespace tessera {

namespace detail {

std::optional<std::string> metadata_text(const store_folder& folder) {
  if (const auto file = folder.file("zarr.json")) return content_of(*file, most_metadata_bytes);
  for (const char* const name : {".zarray", ".zgroup"})
    if (folder.kind_of(name) == store_folder::kind::file)
      throw_format_error(folder.path(), fmt::format("it is of Zarr's version 2 (it holds {}), and "
                                                    "version 3 is read here; `zarr migrate v3` of "
                                                    "zarr-python converts it",
                                                    name));
  return {};
}

namespace {

/// The text of a node's metadata, on rank 0.
std::string text_of_node(const store_folder& root, const std::string& node,
                         const std::string& action) {
  const auto folder = root.folder(node);
  auto text = folder ? metadata_text(*folder) : std::nullopt;
  if (text) return *std::move(text);
  throw dataset_not_found_error(action + ": " + no_such(node_paths(root)));
}

zarr_node parse_node(const std::string& text, const std::string& action) {
  const json metadata = parse_json(text, action);
  zarr_node node{is_array(metadata, action)};
  if (node.is_array)
    node.array = parse_array(metadata, action);
  else
    node.attributes = parse_group(metadata, action);
  if (node.is_array) node.attributes = node.array.attributes;
  return node;
}

std::string what_was_asked_for(std::size_t ndim) {
  return ndim == 0
             ? "one element was asked for"
             : fmt::format("an array of {} {} was asked for", ndim, ndim == 1 ? "axis" : "axes");
}

/// Is what is wanted the only element of an array, whatever its axes?
bool is_single(const array_metadata& array, std::size_t ndim, std::size_t subscripts) {
  return ndim == 0 && subscripts == 0 &&
         std::all_of(array.shape.begin(), array.shape.end(), [](index_t n) { return n == 1; });
}

file_place place_of(const array_metadata& array, std::size_t ndim,
                    std::initializer_list<file_subscript> subscripts, const std::string& action) {
  return is_single(array, ndim, subscripts.size())
             ? file_place::first(array.shape)
             : file_place::select(array.shape, subscripts, action);
}

} // namespace

} // namespace detail

using namespace detail;

const zarr_node& zarr_store::state::find(const std::string& node, const std::string& action) {
  check_readable();
  const auto there = known.find(node);
  if (there != known.end()) return *there->second;
  // All ranks check the same bytes, and throw the same errors.
  const std::string text = text_from_root(comm, [&] { return text_of_node(*input, node, action); });
  auto found = std::make_shared<const zarr_node>(parse_node(text, action));
  return *known.emplace(node, std::move(found)).first->second;
}

const array_metadata& zarr_store::state::find_array(const std::string& node,
                                                    const std::string& action) {
  const zarr_node& found = find(node, action);
  if (!found.is_array) throw dataset_not_found_error(action + ": it is a group, not an array");
  return found.array;
}

const zarr_node& zarr_store::state::look_at(const std::string& node, const std::string& action) {
  return output ? written(node, action) : find(node, action);
}

store_folder zarr_store::state::folder_of(const std::string& node) const {
  auto folder = input->folder(node);
  if (!folder) throw_file_error("read", path + "/" + node, "it is not there any more");
  return std::move(*folder);
}

namespace {

/// What may be asked for is what the files can hold, packed as they are, or half of the memory.
void check_memory(const store_folder& folder, const std::vector<index_t>& selected,
                  detail::dtype type, const std::string& action) {
  constexpr index_t largest_compression = 1032; // of deflate
  const index_t claimed = claimed_bytes(selected, static_cast<std::size_t>(type.size));
  if (claimed <= half_of_memory()) return;
  const index_t stored = folder.bytes();
  if (claimed / largest_compression <= stored) return;
  throw format_error(fmt::format(
      "{}: what is asked for of shape {} of {} is more than {} bytes of files can hold; it is "
      "damaged, or mostly was never written: read parts of it",
      action, shape_text(selected), to_string(type), stored));
}

} // namespace

std::vector<index_t> zarr_store::selected_shape(const std::string& name, detail::dtype type,
                                                std::size_t ndim, subscript_list subscripts) {
  state& s = *state_;
  s.check_readable();
  const std::string node = node_path(name);
  const std::string action = s.failure(node);
  const array_metadata& array = s.find_array(node, action);
  const file_place place = place_of(array, ndim, subscripts, action);
  std::vector<index_t> selected = place.shape();
  s.check_same(fmt::format("read {} of '{}' as {}", to_string(place), name, to_string(type)));
  if (selected.size() != ndim)
    throw shape_error(fmt::format("{}: the part that is selected of shape {} has shape {}, and {}",
                                  action, shape_text(array.shape), shape_text(selected),
                                  what_was_asked_for(ndim)));
  text_from_root(s.comm, [&] {
    check_memory(s.folder_of(node), selected, type, action);
    return std::string();
  });
  return selected;
}

void zarr_store::read_selected(const std::string& name, const file_part& part, std::byte* data,
                               subscript_list subscripts) {
  TESSERA_PROFILE("Zarr: read");
  state& s = *state_;
  const std::string node = node_path(name);
  const std::string action = s.failure(node);
  const array_metadata& array = s.find_array(node, action);
  text_from_root(s.comm, [&] {
    const store_folder folder = s.folder_of(node);
    const file_place place = place_of(array, part.dataset.size(), subscripts, action);
    array_reader(folder, array, part.type, action).read(place.part(part), data);
    return std::string();
  });
  broadcast(s.comm, data, part.memory.size() * part.type.size, 0);
}

void zarr_store::read_selected_part(const std::string& name, const file_part& part, std::byte* data,
                                    subscript_list subscripts) {
  TESSERA_PROFILE("Zarr: read");
  state& s = *state_;
  s.check_readable();
  const std::string node = node_path(name);
  const std::string action = s.failure(node);
  const array_metadata& array = s.find_array(node, action);
  const file_place place =
      collectively(s.comm, [&] { return file_place::select(array.shape, subscripts, action); });
  s.check_same(fmt::format("read {} of '{}' as {}", to_string(place), name, to_string(part.type)));
  if (place.shape() != part.dataset)
    throw shape_error(
        fmt::format("{}: the part that is selected of shape {} has shape {}, the array {}", action,
                    shape_text(array.shape), shape_text(place.shape()), shape_text(part.dataset)));
  if (!holds_all_values(array.type, part.type)) // the same on all ranks
    throw_cannot_be_read_as(array.type, part.type, action);
  collectively(s.comm, [&] {
    const store_folder folder = s.folder_of(node);
    array_reader(folder, array, part.type, action).read(place.part(part), data);
  });
}

std::vector<index_t> zarr_store::shape(const std::string& name) {
  const std::string node = node_path(name);
  const zarr_node& found = state_->look_at(node, state_->failure(node));
  if (!found.is_array)
    throw dataset_not_found_error(state_->failure(node) + ": it is a group, not an array");
  return found.array.shape;
}

std::string zarr_store::dtype(const std::string& name) {
  const std::string node = node_path(name);
  const zarr_node& found = state_->look_at(node, state_->failure(node));
  if (!found.is_array)
    throw dataset_not_found_error(state_->failure(node) + ": it is a group, not an array");
  return stored_name(found.array.type);
}

bool zarr_store::has(const std::string& name) {
  state& s = *state_;
  const std::string node = node_path(name);
  if (s.output) return s.nodes.count(node) > 0;
  s.check_readable();
  const auto is_there = [&] {
    const auto folder = s.input->folder(node);
    return folder && folder->kind_of("zarr.json") == store_folder::kind::file;
  };
  return text_from_root(s.comm, [&] { return is_there() ? "y" : "n"; }) == "y";
}

} // namespace tessera
