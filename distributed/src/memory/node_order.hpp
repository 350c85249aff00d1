// What the ranks of a node do one after another, though several threads of each want to.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <mutex>
#include <vector>

namespace tessera::detail {

/// Holds a mutex on all ranks of a node at once. The first of them takes its own before the others
/// do, and lets it go after they have done their work: so threads that come in another order on
/// another rank wait, and none waits for ever. Each thread has a communicator of its own, over
/// which this is collective among the ranks of the node.
class ordered_lock {
public:
  /// `node` numbers the ranks of this node in `comm`.
  ordered_lock(const communicator& comm, std::vector<int> node, std::mutex& mutex);
  ordered_lock(const ordered_lock&) = delete;
  ordered_lock& operator=(const ordered_lock&) = delete;
  ~ordered_lock();

private:
  const communicator& comm_;
  std::vector<int> node_;
  std::unique_lock<std::mutex> lock_;
};

} // namespace tessera::detail
