// What a raw call waits for, for the watch.
#pragma once

#include "inside.hpp"

#include <tessera/distributed/ranks/call_note.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <mpi.h>

namespace tessera::detail {

/// Which way a message goes.
enum class direction { in, out, both };

/// As long as it lives, this rank waits in a raw call.
class raw_wait {
public:
  /// For all ranks of a communicator.
  explicit raw_wait(const char* call) noexcept {
    if (own_note != nullptr) note_call(call, awaited::all_ranks);
  }
  /// For what has no deadline of its own: others may compute for hours.
  struct patiently {};
  raw_wait(const char* call, patiently /*tag*/) noexcept {
    if (own_note != nullptr) note_call(call, awaited::nothing);
  }
  /// For a message; `peer` is a rank of the world, or -1 for any.
  raw_wait(const char* call, direction way, int peer, int tag) noexcept {
    if (own_note != nullptr) note_message(call, way, peer, tag);
  }
  raw_wait(const raw_wait&) = delete;
  raw_wait& operator=(const raw_wait&) = delete;
  ~raw_wait() {
    if (note_ != nullptr) note_->turns.fetch_add(1, std::memory_order_release);
  }

private:
  void note_call(const char* call, awaited what) noexcept;
  void note_message(const char* call, direction way, int peer, int tag) noexcept;
  bool begin(awaited what, int peer) noexcept;

  call_note* note_ = nullptr;
  waiting here_;
};

} // namespace tessera::detail
