/// @file
/// The files of chunks and shards that are written.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>
#include <string_view>

namespace tessera::detail {

/// A new file below a folder that nobody else writes to. Local; any thread may write.
class chunk_file {
public:
  /// Makes the folders on the way, too. Errors call the folder `shown`, as it will be called.
  /// @throws file_error, also when there is such a file.
  chunk_file(const std::string& folder, const std::string& shown, const std::string& name);
  chunk_file(const chunk_file&) = delete;
  chunk_file& operator=(const chunk_file&) = delete;
  ~chunk_file();

  /// Gaps read as zeros.
  void write_at(index_t offset, const void* data, index_t bytes) const;
  void write_at(index_t offset, std::string_view bytes) const {
    write_at(offset, bytes.data(), static_cast<index_t>(bytes.size()));
  }
  /// Cuts or extends it, by zeros.
  void resize(index_t bytes) const;
  /// Some file systems report only now that there was no room.
  void close();

private:
  std::string shown_;
  int descriptor_ = -1;
};

} // namespace tessera::detail
