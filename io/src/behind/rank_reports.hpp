/// @file
/// What the ranks' threads tell rank 0's when they have written their parts, without MPI.
#pragma once

#include <tessera/core/files/output_file.hpp>
#include <tessera/core/threads/background.hpp>
#include <tessera/distributed/communicator.hpp>

#include <optional>
#include <string>

namespace tessera::detail {

/// One text from each rank, by a file in which every rank has its place; it is removed with the
/// last of these objects. The thread that writes in the background must not call MPI unless the
/// program asked for that; files it writes anyway.
class rank_reports {
public:
  /// Makes the file under a temporary name of `path`. `longest`: bytes of this rank's text, at
  /// most. Collective. @throws file_error on all ranks.
  rank_reports(const communicator& comm, const std::string& path, index_t longest);

  /// This rank has done its part. Local, for any thread. @throws file_error
  void tell_done(const std::string& text) const;
  /// This rank cannot do its part: rank 0 is not to wait for it. Local.
  void tell_failed() const noexcept;

  /// Waits for all ranks; their texts, one behind the other. Nothing where one of them failed or
  /// `work` was given up. Local, on rank 0. @throws file_error
  [[nodiscard]] std::optional<std::string> wait_for_all(const background_work& work) const;

private:
  void tell(std::int64_t state, const std::string& text) const;
  [[nodiscard]] std::optional<std::string> look(bool& has_failed) const;

  int rank_;
  int ranks_;
  index_t place_; // of this rank's text
  output_file file_;
};

} // namespace tessera::detail
