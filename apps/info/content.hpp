// What tessera-info finds in a file.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <optional>
#include <string>
#include <vector>

namespace info {

using tessera::index_t;

/// What to look for.
struct wishes {
  bool attributes = false;
  bool statistics = false;
  bool verify = false; // of everything that has checksums
  bool quick = false;  // nothing of large files is read, not even of checkpoints
};

struct attribute {
  std::string name;
  std::string text;
};

/// Of the elements that are numbers; as text, since types differ.
struct summary {
  std::string min;
  std::string max;
  std::string mean;
  index_t nan = 0; // how many are not a number
};

/// An array, or something else that has a name.
struct object {
  std::string name;
  std::string dtype; // empty: no array
  std::vector<index_t> shape = {};
  std::vector<index_t> max_shape = {}; // -1: without limit; empty: fixed
  std::vector<index_t> chunk = {};
  std::string filters = {};
  index_t bytes = -1;       // in the file, where known
  std::string note = {};    // why it is not read, or what else it is
  std::string value = {};   // of a scalar
  std::string packing = {}; // what netCDF says that its numbers stand for
  std::vector<attribute> attributes = {};
  std::optional<summary> statistics = {};
};

/// A file, or one generation of a checkpoint.
struct content {
  std::string path;
  std::string kind;
  index_t bytes = -1;
  index_t step = -1; // of a generation
  std::vector<object> objects = {};
  std::vector<std::string> damage = {};
  std::vector<content> parts = {}; // of a checkpoint
  std::string verdict = {};        // of a check that found no damage
};

/// What is in a file of any kind that is known. Collective; the same on all ranks.
/// @throws tessera::file_error
content inspect(const tessera::communicator& world, const std::string& path, const wishes& w);

/// The same of a kind, by the path or by content. Collective.
content inspect_hdf5(const tessera::communicator& world, const std::string& path, const wishes& w);
content inspect_npy(const tessera::communicator& world, const std::string& path, const wishes& w);
content inspect_npz(const tessera::communicator& world, const std::string& path, const wishes& w);
content inspect_zarr(const tessera::communicator& world, const std::string& path, const wishes& w);
content inspect_checkpoints(const tessera::communicator& world, const std::string& path,
                            const wishes& w);

/// For people, and as one line of JSON.
std::string table(const content& c);
std::string json(const content& c);

/// Is something damaged?
bool is_damaged(const content& c);

} // namespace info
