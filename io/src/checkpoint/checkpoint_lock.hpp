/// @file
/// Which job saves to a folder of checkpoints.
#pragma once

#include <memory>
#include <string>

namespace tessera::detail {

/// While it lives, no other process saves to the folder. It goes with the process, however that
/// ends: the system keeps it (fcntl), on NFS for all hosts. Objects of one process share it. Where
/// the file system knows no locks, it holds nobody off.
class checkpoint_lock {
public:
  /// Local. @throws file_error that says who holds it.
  static std::shared_ptr<checkpoint_lock> of(const std::string& folder);
  /// The process that has a folder, as "process 12 on host a"; empty for none, or this one. Local.
  static std::string holder(const std::string& folder);

  checkpoint_lock(const checkpoint_lock&) = delete;
  checkpoint_lock& operator=(const checkpoint_lock&) = delete;
  ~checkpoint_lock();

private:
  explicit checkpoint_lock(std::string path);

  std::string path_;
  int descriptor_ = -1;
};

} // namespace tessera::detail
