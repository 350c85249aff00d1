#include "../support/file_kind.hpp"
#include "content.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/io/input_file.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace info {

using namespace tessera;

namespace {

/// What cannot be looked at is none.
bool is_folder(const std::string& path) {
  std::error_code failure;
  return std::filesystem::is_directory(path, failure);
}

/// Is it a folder of Zarr's, of any version?
bool is_zarr(const std::string& path) {
  std::error_code failure;
  for (const char* const name : {"zarr.json", ".zgroup", ".zarray"})
    if (std::filesystem::is_regular_file(std::filesystem::path(path) / name, failure)) return true;
  return false;
}

/// By what is in it: names may lie. Local.
std::string kind_of(const std::string& path) {
  if (is_folder(path)) return is_zarr(path) ? "Zarr" : "checkpoint";
  switch (apps::kind_of_input(path)) {
  case apps::file_kind::hdf5: return "HDF5";
  case apps::file_kind::npy: return "npy";
  case apps::file_kind::npz: return "npz";
  case apps::file_kind::checkpoint: return "checkpoint";
  default: break;
  }
  // A damaged manifest is one all the same.
  if (path.ends_with(".checkpoint")) return "checkpoint";
  throw file_error(
      fmt::format("'{}' is no file of HDF5, npy, npz, a Zarr store or a checkpoint", path));
}

index_t size_of(const std::string& path) { return is_folder(path) ? -1 : input_file(path).size(); }

} // namespace

content inspect(const communicator& world, const std::string& path, const wishes& w) {
  std::string kind;
  index_t bytes = -1;
  collectively(world, [&] {
    kind = kind_of(path);
    bytes = size_of(path);
  });
  kind = broadcast(world, kind, 0);
  content c = kind == "HDF5"   ? inspect_hdf5(world, path, w)
              : kind == "npy"  ? inspect_npy(world, path, w)
              : kind == "npz"  ? inspect_npz(world, path, w)
              : kind == "Zarr" ? inspect_zarr(world, path, w)
                               : inspect_checkpoints(world, path, w);
  c.bytes = bytes;
  if (kind == "checkpoint" && c.parts.empty())
    throw file_error(fmt::format("'{}' is a folder without checkpoints or a Zarr store", path));
  return c;
}

bool is_damaged(const content& c) {
  return !c.damage.empty() || std::any_of(c.parts.begin(), c.parts.end(), is_damaged);
}

} // namespace info
