#include "files/from_root.hpp"
#include "parts/agreed_source.hpp"
#include "parts/part_in_memory.hpp"
#include "types/shape_text.hpp"
#include "zarr/chunks/array_writer.hpp"
#include "zarr/chunks/owned_chunks.hpp"
#include "zarr/folders/node_names.hpp"
#include "zarr/zarr_state.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/io/zarr/metadata/zarr_buffers.hpp>

#include <fmt/core.h>

#include <cerrno>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace tessera {

using namespace detail;

void zarr_store::state::check_is_free(const std::string& node) const {
  const auto taken = nodes.find(node);
  if (taken != nodes.end())
    throw argument_error(fmt::format("'{}' has {} '{}' already", path,
                                     taken->second.is_array ? "an array" : "a group",
                                     shown_name(node)));
  for (const std::string& group : groups_around(node)) {
    const auto around = nodes.find(group);
    if (around != nodes.end() && around->second.is_array)
      throw argument_error(fmt::format("'{}' cannot be in '{}' of '{}', which is an array", node,
                                       shown_name(group), path));
  }
  if (node.empty() && !nodes.empty())
    throw argument_error(fmt::format(
        "the root of '{}' holds arrays or groups already, so it cannot be an array", path));
}

zarr_node& zarr_store::state::add(const std::string& node, zarr_node what) {
  for (const std::string& group : groups_around(node)) nodes.try_emplace(group);
  return nodes.insert_or_assign(node, std::move(what)).first->second;
}

zarr_node& zarr_store::state::written(const std::string& node, const std::string& action) {
  const auto found = nodes.find(node);
  if (found != nodes.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, each] : nodes) names.push_back(name);
  throw dataset_not_found_error(action + ": " + no_such(names));
}

std::string zarr_store::state::written_folder(const std::string& node) const {
  return output->temporary() + (node.empty() ? "" : "/" + node);
}

std::string zarr_store::state::shown_folder(const std::string& node) const {
  return path + (node.empty() ? "" : "/" + node);
}

void zarr_store::state::make_folder(const std::string& node) const {
  text_from_root(comm, [&] {
    std::vector<std::string> all_of_them = groups_around(node);
    all_of_them.push_back(node);
    for (const std::string& each : all_of_them)
      if (::mkdir(written_folder(each).c_str(), 0777) != 0 && errno != EEXIST)
        throw_file_error("write", shown_folder(each), errno);
    return std::string();
  });
}

namespace {

/// Writes what a rank has of whole chunks, and after a redistribution those that are divided.
/// Collective.
void write_chunks(const communicator& comm, const array_writer& writer,
                  const std::vector<index_t>& chunk, const file_source& from) {
  const owned_chunks owned(from, chunk);
  const part_in_memory held = held_here(from, comm.rank());
  collectively(comm, [&] { writer.write(owned.whole(held.part), held.data); });
  for (const chunked_box& box : owned.divided()) {
    const chunk_rounds rounds(box, from.type.size, comm.size(), zarr_buffer_bytes());
    for (index_t k = 0; k < rounds.count(); ++k) {
      std::vector<index_t> lower;
      std::vector<index_t> shape;
      rounds.get(k, lower, shape);
      const source_box part(from, lower, shape);
      const std::size_t axis = rounds.axis();
      const part_in_memory mine =
          brought_along(part.get(), axis, shares_of_chunks(shape[axis], chunk[axis], comm.size()));
      file_part in_array = mine.part;
      in_array.dataset = from.shape;
      for (std::size_t d = 0; d < lower.size(); ++d) in_array.lower[d] += lower[d];
      collectively(comm, [&] { writer.write(in_array, mine.data); });
    }
  }
}

} // namespace

void zarr_store::state::write_elements(const std::string& node, const array_metadata& array,
                                       const file_source& from, const std::vector<index_t>& first) {
  TESSERA_PROFILE("Zarr: write");
  make_folder(node);
  const array_writer writer(written_folder(node), shown_folder(node), array, first);
  write_chunks(comm, writer, array.chunk, from);
}

void zarr_store::write_new(const std::string& name, const file_source& elements,
                           const zarr_layout& layout) {
  state& s = *state_;
  s.check_writable();
  const file_source from = agreed_source(s.comm, elements);
  s.check_same(
      fmt::format("write {}{}", name_and_shape(name, from.type, from.shape), layout_text(layout)));
  checked_size(from.shape.data(), from.shape.size(), from.type.size);
  const std::string node = node_path(name);
  s.check_is_free(node);
  zarr_node what{true, plan_array(from.shape, from.type, layout)};
  s.writing([&] { s.write_elements(node, what.array, from); });
  s.add(node, std::move(what));
}

void zarr_store::create_group(const std::string& name) {
  state& s = *state_;
  s.check_writable();
  s.check_same(fmt::format("make the group '{}'", name));
  const std::string node = node_path(name);
  const auto there = s.nodes.find(node);
  if (there != s.nodes.end() && !there->second.is_array) return;
  if (!node.empty()) s.check_is_free(node);
  s.writing([&] { s.make_folder(node); });
  s.add(node, {});
}

} // namespace tessera
