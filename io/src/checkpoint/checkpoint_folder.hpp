/// @file
/// The files of checkpoints in their folder.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// "folder/000007" + extension.
std::string generation_path(const std::string& folder, index_t generation, const char* extension);

/// What the names of data files end with: ordinary ones, and those of tiles.
inline constexpr const char* data_extensions[] = {".h5", ".tiles"};
/// Where the data of a generation are.
inline std::string data_path(const std::string& folder, index_t generation, bool is_tiled) {
  return generation_path(folder, generation, data_extensions[is_tiled ? 1 : 0]);
}

/// The generation whose manifest has this path; -1 for other names.
index_t generation_of_manifest(const std::string& path);

/// What is in a folder of checkpoints.
struct checkpoint_files {
  std::vector<index_t> generations;   ///< those with a manifest, the newest first
  std::vector<std::string> leftovers; ///< files of saves that never ended
  index_t highest = 0;                ///< the highest number that anything has
};

/// Local. @throws file_error when the folder cannot be read.
checkpoint_files list_checkpoints(const std::string& folder);

/// Makes room for a new generation: removes what killed runs left. Returns the number that it
/// gets. Local. @throws file_error
index_t next_generation(const std::string& folder);

/// Removes one generation, or what there is of it; what cannot be removed stays: it does no harm.
/// Local.
void remove_checkpoint(const std::string& folder, index_t generation);

} // namespace tessera::detail
