/// @file
/// The files of checkpoints in their folder.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// "folder/000007" + extension.
std::string generation_path(const std::string& folder, index_t generation, const char* extension);

/// What is in a folder of checkpoints.
struct checkpoint_files {
  std::vector<index_t> generations; ///< those with a manifest, the newest first
  std::vector<index_t> data_only;   ///< those whose manifest never came, or is gone
  std::vector<std::string> torn;    ///< paths of files that were being written
  [[nodiscard]] index_t newest() const;
};

/// Local. @throws file_error when the folder cannot be read.
checkpoint_files list_checkpoints(const std::string& folder);

/// Makes a folder and those above it, and puts their names on the medium. Local. @throws file_error
void make_folder(const std::string& folder);

/// Removes one generation, or what there is of it. Local.
void remove_checkpoint(const std::string& folder, index_t generation);

/// Removes what killed runs left, and generations beyond the newest `keep`. Local. What cannot be
/// removed stays: it does no harm.
void tidy_checkpoints(const std::string& folder, index_t keep);

} // namespace tessera::detail
