/// @file
/// Files that all ranks write together, and that appear under their name only when complete.
#pragma once

#include <tessera/core/files/output_file.hpp>
#include <tessera/distributed/communicator.hpp>

#include <string>
#include <utility>

namespace tessera {

/// An output_file that all ranks of a communicator write together. The constructor, `sync` and
/// `commit` are collective, all other members are local.
///
///     shared_output_file file(comm, "out.dat");
///     collectively(comm, [&] { file.write_at(my_offset, mine, my_bytes); });
///     file.commit();
class shared_output_file {
public:
  /// Rank 0 makes the temporary file, the others open it. Collective.
  /// @throws file_error on all ranks when one of them cannot.
  shared_output_file(const communicator& comm, const std::string& path);

  [[nodiscard]] const std::string& path() const { return file_.path(); }
  [[nodiscard]] const std::string& temporary() const { return file_.temporary(); }
  /// This rank's side of it. Local.
  [[nodiscard]] const output_file& own() const { return file_; }
  /// The same, for who ends it without the others. Local.
  [[nodiscard]] output_file release() && { return std::move(file_); }

  /// Writes a part. Local: failures must be agreed on, see `collectively`.
  void write_at(index_t offset, const void* data, index_t bytes) const {
    file_.write_at(offset, data, bytes);
  }
  /// See `output_file::start_sync`. Local.
  void start_sync(index_t offset, index_t bytes) const noexcept { file_.start_sync(offset, bytes); }
  /// Waits until everything is on the medium; `commit` alone leaves that to the system. Collective.
  /// @throws file_error on all ranks when one of them failed.
  void sync() const;
  /// Gives it up: any rank removes the temporary file, as the one that made it may never come to do
  /// so. Local.
  void remove() noexcept { file_.remove(); }
  /// Closes it on all ranks and gives it its name. Collective.
  /// @throws file_error on all ranks when one of them failed; the old file is then untouched.
  void commit();

private:
  communicator comm_;
  output_file file_;
};

} // namespace tessera
