// The other processes of this job on this node, and how they are told that it is over.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <csignal>

namespace tessera::detail {

/// While it lives, this process knows the others of the node. Where several live, the first counts.
class node_processes {
public:
  /// Collective.
  explicit node_processes(const communicator& comm);
  node_processes(const node_processes&) = delete;
  node_processes& operator=(const node_processes&) = delete;
  ~node_processes();

private:
  bool is_first_ = false;
};

/// Tells them that this rank has failed: they remove their temporary files, and end in a moment,
/// also those that wait for `stop_requested`. mpirun alone would wait a second and more before it
/// tells them, and may kill those that do not run at that moment. Safe in a signal handler.
void end_other_processes() noexcept;

/// Is a signal that of another process that has failed?
bool is_end_of_other(const siginfo_t& signal) noexcept;

} // namespace tessera::detail
