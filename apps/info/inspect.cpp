#include "content.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/io/input_file.hpp>

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace info {

using namespace tessera;

namespace {

bool begins_with(const input_file& file, index_t at, std::string_view bytes) {
  std::string found(bytes.size(), '\0');
  if (file.size() < at + static_cast<index_t>(bytes.size())) return false;
  file.read_at(at, found.data(), static_cast<index_t>(found.size()));
  return found == bytes;
}

/// HDF5 files may begin with other bytes, of a power of two.
bool is_hdf5(const input_file& file) {
  constexpr std::string_view signature("\x89HDF\r\n\x1a\n", 8);
  if (begins_with(file, 0, signature)) return true;
  for (index_t at = 512; at < file.size(); at *= 2)
    if (begins_with(file, at, signature)) return true;
  return false;
}

/// By what is in it: names may lie. Local.
std::string kind_of(const std::string& path) {
  if (std::filesystem::is_directory(path)) return "checkpoint";
  const input_file file(path);
  if (is_hdf5(file)) return "HDF5";
  if (begins_with(file, 0, "\x93NUMPY")) return "npy";
  if (begins_with(file, 0, "PK\x03\x04") || begins_with(file, 0, "PK\x05\x06")) return "npz";
  // A damaged manifest is one all the same.
  if (begins_with(file, 0, "tessera checkpoint") || path.ends_with(".checkpoint"))
    return "checkpoint";
  throw file_error("'" + path + "' is no file of HDF5, npy, npz or a checkpoint");
}

index_t size_of(const std::string& path) {
  return std::filesystem::is_directory(path) ? -1 : input_file(path).size();
}

} // namespace

content inspect(const communicator& world, const std::string& path, const wishes& w) {
  std::string kind;
  index_t bytes = -1;
  collectively(world, [&] {
    kind = kind_of(path);
    bytes = size_of(path);
  });
  kind = broadcast(world, kind, 0);
  content c = kind == "HDF5"  ? inspect_hdf5(world, path, w)
              : kind == "npy" ? inspect_npy(world, path, w)
              : kind == "npz" ? inspect_npz(world, path, w)
                              : inspect_checkpoints(world, path, w);
  c.bytes = bytes;
  if (kind == "checkpoint" && c.parts.empty())
    throw file_error("'" + path + "' is a folder without checkpoints");
  return c;
}

bool is_damaged(const content& c) {
  return !c.damage.empty() || std::any_of(c.parts.begin(), c.parts.end(), is_damaged);
}

} // namespace info
