#include "files/from_root.hpp"
#include "files/packed_values.hpp"
#include "zarr/folders/node_names.hpp"
#include "zarr/metadata/fill_value.hpp"
#include "zarr/zarr_state.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace tessera {

namespace detail {

namespace {

using kind = store_folder::kind;

constexpr std::size_t deepest_group = 100;

zarr_entry entry_of_array(const std::string& path, const array_metadata& array) {
  zarr_entry entry{path, false, stored_name(array.type), array.shape};
  entry.chunk = array.inner_chunk();
  if (array.codecs.shards) entry.shard = array.chunk;
  entry.codecs = codecs_text(array.codecs);
  entry.dimensions = array.dimensions;
  if (array.type.size > 2 || array.type.kind != 'f')
    entry.fill_value = brief_text(fill_json(array.fill, array.type));
  return entry;
}

/// What stands in a folder, as far as it can be read; nothing where it is no node.
std::optional<zarr_entry> entry_of(const store_folder& folder, const std::string& path) {
  zarr_entry entry{path};
  try {
    const auto text = metadata_text(folder);
    if (!text) return {};
    const std::string action = fmt::format("cannot read '{}'", path);
    const json metadata = parse_json(*text, action);
    entry.is_group = !is_array(metadata, action);
    if (entry.is_group) {
      static_cast<void>(parse_group(metadata, action));
      return entry;
    }
    entry = entry_of_array(path, parse_array(metadata, action));
    entry.stored_bytes = folder.bytes() - static_cast<index_t>(text->size());
  } catch (const error& failure) {
    entry.refused = failure.what();
    entry.is_damaged = failure.kind() == error_kind::file_format;
  }
  return entry;
}

/// Calls `take(entry)` for the nodes below a group, in the order of the alphabet of each.
void walk_nodes(const store_folder& group, const std::string& path, std::size_t depth,
                const std::function<void(const zarr_entry&)>& take) {
  for (const std::string& name : group.names()) {
    const kind what = group.kind_of(name);
    if (name.starts_with("__") || (what != kind::folder && what != kind::link)) continue;
    const std::string below = path.empty() ? name : fmt::format("{}/{}", path, name);
    zarr_entry link{below};
    link.refused = "it is a symbolic link, which is not followed";
    if (what == kind::link) {
      take(link);
      continue;
    }
    const auto folder = group.folder(name);
    const auto entry = folder ? entry_of(*folder, below) : std::nullopt;
    if (!entry) continue;
    take(*entry);
    if (!entry->is_group) continue;
    if (depth == deepest_group)
      throw format_error(fmt::format("'{}' is nested deeper than {} groups", below, deepest_group));
    walk_nodes(*folder, below, depth + 1, take);
  }
}

std::vector<zarr_entry> entries_below(const store_folder& root) {
  std::vector<zarr_entry> found;
  walk_nodes(root, "", 0, [&](const zarr_entry& e) { found.push_back(e); });
  std::sort(found.begin(), found.end(),
            [](const zarr_entry& a, const zarr_entry& b) { return a.path < b.path; });
  return found;
}

} // namespace

std::vector<std::string> node_paths(const store_folder& root) {
  std::vector<std::string> paths;
  try {
    for (const zarr_entry& e : entries_below(root)) paths.push_back(e.path);
  } catch (const error&) { // it is for a message about something else
  }
  return paths;
}

namespace {

std::string bytes_of_entries(const std::vector<zarr_entry>& entries) {
  value_packer to;
  to.put(static_cast<index_t>(entries.size()));
  for (const zarr_entry& e : entries) {
    for (const std::string* text : {&e.path, &e.dtype, &e.codecs, &e.fill_value, &e.refused})
      to.put(*text);
    for (const auto* sizes : {&e.shape, &e.chunk, &e.shard}) to.put(*sizes);
    to.put(e.dimensions);
    to.put(static_cast<index_t>(e.is_group));
    to.put(static_cast<index_t>(e.is_damaged));
    to.put(e.stored_bytes);
  }
  return to.bytes();
}

std::vector<zarr_entry> entries_of_bytes(const std::string& bytes) {
  value_unpacker from(bytes);
  std::vector<zarr_entry> entries(static_cast<std::size_t>(from.take_index()));
  for (zarr_entry& e : entries) {
    for (std::string* text : {&e.path, &e.dtype, &e.codecs, &e.fill_value, &e.refused})
      from.take(*text);
    for (auto* sizes : {&e.shape, &e.chunk, &e.shard}) from.take(*sizes);
    from.take(e.dimensions);
    e.is_group = from.take_index() != 0;
    e.is_damaged = from.take_index() != 0;
    from.take(e.stored_bytes);
  }
  return entries;
}

/// Of a store that is read.
std::vector<zarr_entry> stored_entries(const store_folder& root) {
  auto itself = entry_of(root, "/");
  if (itself && !itself->is_group) return {*std::move(itself)};
  return entries_below(root);
}

/// Of one that is written.
std::vector<zarr_entry> planned_entries(const std::map<std::string, zarr_node>& nodes) {
  std::vector<zarr_entry> entries;
  for (const auto& [path, node] : nodes) {
    if (path.empty() && !node.is_array) continue;
    zarr_entry group{shown_name(path)};
    group.is_group = true;
    entries.push_back(node.is_array ? entry_of_array(shown_name(path), node.array) : group);
  }
  return entries;
}

} // namespace

} // namespace detail

using namespace detail;

std::vector<zarr_entry> zarr_store::entries() {
  state& s = *state_;
  if (s.output) return planned_entries(s.nodes);
  s.check_readable();
  const auto list = [&] { return stored_entries(*s.input); };
  // There may be many, so they are told to others alone.
  if (s.comm.size() == 1) return collectively(s.comm, list);
  return entries_of_bytes(text_from_root(s.comm, [&] { return bytes_of_entries(list()); }));
}

std::vector<std::string> zarr_store::arrays() {
  std::vector<std::string> names;
  for (const zarr_entry& e : entries())
    if (!e.is_group) names.push_back(e.path);
  return names;
}

} // namespace tessera
