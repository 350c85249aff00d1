/// @file
/// In check mode, a rank that waits says what for, so that a report can tell.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace tessera::detail {

/// What a rank waits for.
enum class awaited { nothing, all_ranks, message };

/// Written by the thread that called `run`, read by the one that watches it.
struct call_note {
  std::atomic<std::uint64_t> turns = 0; ///< odd while the note holds
  std::atomic<awaited> what = awaited::nothing;
  std::atomic<int> peer = -1; ///< in the communicator of `run`; -1: any, or unknown
  std::array<char, 240> text{};
};

/// Of the thread that called `run` in check mode; null for others, and outside of it.
extern constinit thread_local call_note* own_note;

/// Holds as long as it lives.
class noted_call {
public:
  /// A collective call: all ranks of the communicator are waited for.
  noted_call(const communicator& comm, std::string_view call, std::string_view operands) noexcept {
    if (own_note != nullptr) note_collective(comm, call, operands);
  }
  /// Where `doing` is not null: a message from or to a rank of the communicator; `doing` is "waits
  /// for a message from" or alike.
  noted_call(const communicator& comm, const char* doing, int peer, int tag) noexcept {
    if (own_note != nullptr && doing != nullptr) note_message(comm, doing, peer, tag);
  }
  noted_call(const noted_call&) = delete;
  noted_call& operator=(const noted_call&) = delete;
  ~noted_call() {
    if (note_ != nullptr) end();
  }

private:
  void note_collective(const communicator& comm, std::string_view call,
                       std::string_view operands) noexcept;
  void note_message(const communicator& comm, const char* doing, int peer, int tag) noexcept;
  bool begin(awaited what) noexcept;
  void end() noexcept;

  call_note* note_ = nullptr;
};

} // namespace tessera::detail
