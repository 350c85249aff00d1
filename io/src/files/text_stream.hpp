/// @file
/// Text to what is no file that could be replaced: the standard output, pipes and devices.
#pragma once

#include <tessera/distributed/communicator.hpp>
#include <tessera/io/files/byte_segments.hpp>

#include <string>

namespace tessera::detail {

/// Takes text in its order. Local.
class text_stream {
public:
  /// Is it the standard output, or a pipe or a device of characters that is there?
  static bool leads_to_one(const std::string& path);

  /// Waits for a reader, where it is a pipe. @throws file_error when it cannot be opened.
  explicit text_stream(std::string path);
  text_stream(const text_stream&) = delete;
  text_stream& operator=(const text_stream&) = delete;
  ~text_stream();

  /// @throws file_error when it cannot be written.
  void write(const byte_segments& text) const;
  void write(const std::byte* data, index_t bytes) const;

private:
  std::string path_;
  int descriptor_;
};

/// Writes the texts of all ranks in their order, through rank 0. Collective; errors on all ranks.
void write_to_stream(const communicator& comm, const std::string& path, const byte_segments& text);

} // namespace tessera::detail
