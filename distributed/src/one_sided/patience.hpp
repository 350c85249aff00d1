// Waiting for what another rank does in memory, while MPI moves its messages.
#pragma once

#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <optional>

namespace tessera::detail {

/// What to do after each look that was in vain: look again at once for some microseconds, then let
/// MPI and other processes run.
class patience {
public:
  explicit patience(const communicator& comm) : comm_(comm) {}
  patience(const patience&) = delete;
  patience& operator=(const patience&) = delete;
  ~patience() = default;

  void pause();

private:
  const communicator& comm_;
  int looks_ = 0;
  std::optional<waiting> waits_;
};

} // namespace tessera::detail
