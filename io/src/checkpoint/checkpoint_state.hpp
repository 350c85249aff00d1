/// @file
/// What a checkpoint remembers between saves.
#pragma once

#include "checkpoint/checkpoint_lock.hpp"
#include "checkpoint/checkpoint_manifest.hpp"

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tessera::detail {

/// Tells whether a generation's files are those they were: number, size and times of the manifest,
/// the data, and the data that the manifest refers to.
using generation_stamp = std::vector<std::int64_t>;

struct checkpoint_state {
  std::shared_ptr<checkpoint_lock> lock; ///< on rank 0, from the first save on
  /// Generations that were found whole, or written, by this object. On rank 0.
  std::map<index_t, generation_stamp> whole;
};

/// Nothing where a file is missing, or something else has its name. Local.
std::optional<generation_stamp> stamp_of(const std::string& folder, index_t generation);

/// The generations that have a manifest, the newest first. Collective.
std::vector<index_t> generations_in(const communicator& comm, const std::string& folder);

/// Is a generation known to be whole? Local, on rank 0.
[[nodiscard]] bool is_known(const std::string& folder, index_t generation,
                            const checkpoint_state& state);

/// Checks all bytes of a generation, every rank its share; returns its manifest. Collective.
/// @throws file_error that says what is damaged.
checkpoint_manifest checked_manifest(const communicator& comm, const std::string& folder,
                                     index_t generation, checkpoint_state& state);

/// Removes all but the newest `keep` generations that are whole, if there are as many, and those
/// that these refer to. Those that were not touched since they were found whole are not read again.
/// Collective.
void prune_checkpoints(const communicator& comm, const std::string& folder, index_t keep,
                       checkpoint_state& state);
/// The same by rank 0 alone, without MPI. Local.
void prune_checkpoints(const std::string& folder, index_t keep, checkpoint_state& state);

/// A generation was just written. Local, on rank 0.
void note_whole(const std::string& folder, index_t generation, checkpoint_state& state);

} // namespace tessera::detail
