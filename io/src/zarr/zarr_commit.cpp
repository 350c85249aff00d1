#include "zarr/chunks/array_writer.hpp"
#include "zarr/chunks/chunk_file.hpp"
#include "zarr/zarr_state.hpp"

#include <tessera/core/error.hpp>

#include <string>
#include <utility>

namespace tessera {

using namespace detail;

void zarr_store::state::write_series() {
  for (auto& [name, node] : nodes) {
    if (!node.is_series) continue;
    const array_metadata& array = node.array;
    const file_part whole{array.type, array.shape, {0}, {0, array.shape, {1}}};
    array_writer(written_folder(name), shown_folder(name), array)
        .write(whole, reinterpret_cast<const std::byte*>(node.numbers.data()));
  }
}

namespace {

json metadata_of(const zarr_node& node) {
  if (!node.is_array) return group_json(node.attributes);
  array_metadata array = node.array;
  array.attributes = node.attributes;
  return array_json(array);
}

void write_text(const std::string& folder, const std::string& shown, const std::string& text) {
  chunk_file file(folder, shown, "zarr.json");
  file.write_at(0, text);
  file.close();
}

} // namespace

void zarr_store::state::write_metadata() {
  nodes.try_emplace("");
  json consolidated = json::object();
  for (const auto& [name, node] : nodes) {
    if (name.empty()) continue;
    json metadata = metadata_of(node);
    write_text(written_folder(name), shown_folder(name), json_text(metadata));
    consolidated[name] = std::move(metadata);
  }
  json root = metadata_of(nodes.at(""));
  if (!nodes.at("").is_array)
    root["consolidated_metadata"] = {
        {"kind", "inline"}, {"must_understand", false}, {"metadata", std::move(consolidated)}};
  write_text(written_folder(""), shown_folder(""), json_text(root));
}

} // namespace tessera
