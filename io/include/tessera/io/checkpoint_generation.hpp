/// @file
/// What is in the folder of a checkpoint.
///
/// It is implemented in checkpoint/checkpoint_inspect.cpp.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <string>
#include <vector>

namespace tessera {

/// An array in a checkpoint.
struct checkpoint_array {
  std::string name;
  std::string dtype; ///< NumPy's name
  std::vector<index_t> shape;
  index_t bytes = 0;
};

/// One generation of a checkpoint, as `inspect_checkpoint` finds it. A value; all members are
/// local.
struct checkpoint_generation {
  std::string manifest;  ///< path of `000007.checkpoint`
  std::string data;      ///< path of `000007.h5`, or of `000007.tiles`
  bool is_tiled = false; ///< are the elements in tiles, some of them perhaps in older files?
  index_t step = -1;     ///< -1 where the manifest does not tell
  std::string damage;    ///< what is wrong; empty when nothing was found
  index_t bytes = 0;     ///< of the data file, as the manifest says
  std::vector<checkpoint_array> arrays; ///< none where the manifest does not tell

  [[nodiscard]] bool is_whole() const { return damage.empty(); }
};

/// The generations in a folder, the newest first; or only one, of which `path` is the manifest.
/// With `verify`, every byte is read and compared with the checksums, each rank its share;
/// otherwise only manifests are read, and whether there are data. Nothing is changed. Collective.
///
///     for (const checkpoint_generation& g : inspect_checkpoint(world, "run"))
///       if (!g.is_whole()) std::cerr << g.damage << '\n';
///
/// @throws file_error when the folder or the manifest cannot be read.
std::vector<checkpoint_generation> inspect_checkpoint(const communicator& comm,
                                                      const std::string& path, bool verify = true);

} // namespace tessera
