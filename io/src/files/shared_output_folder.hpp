/// @file
/// Folders that all ranks fill together, and that appear under their name only when complete.
#pragma once

#include <tessera/core/files/output_folder.hpp>
#include <tessera/distributed/communicator.hpp>

#include <string>

namespace tessera::detail {

/// An output_folder that all ranks of a communicator fill together. The constructor and `commit`
/// are collective, all other members are local.
class shared_output_folder {
public:
  /// Rank 0 makes the temporary folder, the others open it. Collective.
  /// @throws file_error on all ranks when one of them cannot.
  shared_output_folder(const communicator& comm, const std::string& path);

  [[nodiscard]] const std::string& path() const { return folder_.path(); }
  [[nodiscard]] const std::string& temporary() const { return folder_.temporary(); }
  /// Gives it up: any rank removes it, as the one that made it may never come to do so. Local.
  void remove() noexcept { folder_.remove(); }
  /// Gives it its name. Collective.
  /// @throws file_error on all ranks; what had the name has it then.
  void commit();

private:
  communicator comm_;
  output_folder folder_;
};

} // namespace tessera::detail
