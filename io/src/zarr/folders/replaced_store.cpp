#include "zarr/folders/replaced_store.hpp"
#include "zarr/folders/store_folder.hpp"
#include "zarr/metadata/json.hpp"
#include "zarr/metadata/named_configuration.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace tessera::detail {

namespace {

using kind = store_folder::kind;

constexpr index_t most_metadata = index_t{256} << 20U;
constexpr std::array<std::string_view, 5> metadata_names = {"zarr.json", ".zgroup", ".zarray",
                                                            ".zattrs", ".zmetadata"};

bool is_metadata(const std::string& name) {
  return std::find(metadata_names.begin(), metadata_names.end(), name) != metadata_names.end();
}

bool is_node(const store_folder& folder) {
  return folder.kind_of("zarr.json") == kind::file || folder.kind_of(".zgroup") == kind::file ||
         folder.kind_of(".zarray") == kind::file;
}

bool is_array_node(const store_folder& folder) {
  if (folder.kind_of(".zarray") == kind::file) return true;
  const auto file = folder.file("zarr.json");
  if (!file) return false;
  try {
    const json metadata = parse_json(content_of(*file, most_metadata), folder.path());
    return metadata.is_object() && member_of(metadata, "node_type") == json("array");
  } catch (const error&) {
    return false; // damaged: what lies beside it is not known
  }
}

/// "c", "0", "1.2", "c.1.2"
bool is_chunk_name(const std::string& name) {
  const std::size_t begin = name.starts_with('c') ? 1 : 0;
  return name.find_first_not_of("0123456789.", begin) == std::string::npos;
}

/// The first thing in a folder of chunks that is none; nothing where all are.
std::string foreign_among_chunks(const store_folder& folder) {
  for (const std::string& name : folder.names()) {
    const kind what = folder.kind_of(name);
    if (!is_chunk_name(name) || (what != kind::file && what != kind::folder))
      return folder.path() + '/' + name;
    if (what != kind::folder) continue;
    std::string found = foreign_among_chunks(*folder.folder(name));
    if (!found.empty()) return found;
  }
  return {};
}

std::string foreign_in(const store_folder& folder);

std::string foreign_folder(const store_folder& folder, const std::string& name, bool is_array) {
  if (name.starts_with("__")) return {}; // of Zarr's extensions
  const store_folder below = *folder.folder(name);
  if (is_array && is_chunk_name(name)) return foreign_among_chunks(below);
  if (is_node(below)) return foreign_in(below);
  return below.names().empty() ? std::string() : below.path();
}

/// The same in the folder of a group or an array.
std::string foreign_in(const store_folder& folder) {
  const bool is_array = is_array_node(folder);
  for (const std::string& name : folder.names()) {
    const kind what = folder.kind_of(name);
    const bool is_ours = is_metadata(name) || (is_array && is_chunk_name(name));
    if (what == kind::file && is_ours) continue;
    if (what != kind::folder) return folder.path() + '/' + name;
    std::string found = foreign_folder(folder, name, is_array);
    if (!found.empty()) return found;
  }
  return {};
}

} // namespace

void check_replaced_store(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;
  if (!S_ISDIR(status.st_mode))
    throw_file_error("write", path, "it is no folder, as Zarr stores are; remove it first");
  const store_folder folder(path);
  if (folder.names().empty()) return;
  const char* const advice = "which would be lost: remove it, or choose another name";
  if (!is_node(folder))
    throw_file_error("write", path,
                     fmt::format("it is a folder that holds no Zarr store, {}", advice));
  const std::string found = foreign_in(folder);
  if (!found.empty())
    throw_file_error("write", path,
                     fmt::format("'{}' is no part of a Zarr store, {}", found, advice));
}

} // namespace tessera::detail
