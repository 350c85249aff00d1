// What a profile says of raw calls: how often, how long they waited, and the messages in them.
#pragma once

#include "measuring/wrapped_profile.hpp"

#include <atomic>

#include <mpi.h>

namespace tessera::detail {

/// Where raw calls are counted; null: nowhere.
extern std::atomic<const profile_functions*> profile_of_calls;

inline bool is_counting() noexcept {
  const profile_functions* const to = profile_of_calls.load(std::memory_order_relaxed);
  return to != nullptr && to->is_recorded();
}

/// A raw call is a region of the profile, which has the name of the function and the place where it
/// is called.
class counted_call {
public:
  counted_call(const char* call, const void* caller, bool waits) {
    if (is_counting()) begin(call, caller, waits);
  }
  /// Of a call that is not counted.
  counted_call() = default;
  counted_call(const counted_call&) = delete;
  counted_call& operator=(const counted_call&) = delete;
  ~counted_call() {
    if (to_ != nullptr) end();
  }

  /// In the call, or before it has ended.
  void add_collective() const {
    if (to_ != nullptr) to_->collective();
  }
  void add_sent(MPI_Comm comm, int peer, int tag, int count, MPI_Datatype type) const;
  /// A message that has come.
  void add_received(MPI_Comm comm, const MPI_Status& status) const;
  [[nodiscard]] bool is_on() const { return to_ != nullptr; }

private:
  void begin(const char* call, const void* caller, bool waits);
  void end() noexcept;

  const profile_functions* to_ = nullptr;
  open_region region_;
  std::uint32_t wait_ = 0;
};

/// Room for what a call would not have said.
class noted_status {
public:
  explicit noted_status(MPI_Status* wanted) : given_(wanted) {}
  [[nodiscard]] MPI_Status* pointer() { return given_ == MPI_STATUS_IGNORE ? &own_ : given_; }
  [[nodiscard]] const MPI_Status& value() { return *pointer(); }

private:
  MPI_Status* given_;
  MPI_Status own_{};
};

} // namespace tessera::detail
