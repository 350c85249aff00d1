/// @file
/// The save that is under way to a folder of checkpoints.
#pragma once

#include "behind/held_memory.hpp"
#include "checkpoint/tile_history.hpp"

#include <tessera/io/pending_save.hpp>

#include <functional>
#include <memory>
#include <string>

namespace tessera::detail {

/// All checkpoints of a process that have the same folder share one, so that a second save waits
/// for the first, whoever starts it, and has its memory. The last of them waits for it when it
/// goes, unless an exception is under way, which others may have left a part of the save to.
class pending_slot {
public:
  static std::shared_ptr<pending_slot> of(const std::string& folder);

  pending_slot() = default;
  pending_slot(const pending_slot&) = delete;
  pending_slot& operator=(const pending_slot&) = delete;
  ~pending_slot();

  /// Memory for copies with this limit; what the last save left, if it had the same.
  std::shared_ptr<held_memory> memory_for(index_t limit);

  pending_save save;
  std::function<void()> when_saved;            ///< to be called when it was waited for
  std::shared_ptr<const tile_history> history; ///< of the last save; null: the next writes all

private:
  std::shared_ptr<held_memory> memory_;
  index_t limit_ = -1;
};

} // namespace tessera::detail
