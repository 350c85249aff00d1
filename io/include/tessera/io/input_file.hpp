/// @file
/// A file that is read at given positions.
#pragma once

#include <tessera/core/shape.hpp>

#include <functional>
#include <string>
#include <vector>

namespace tessera {

/// A regular file opened for reading. Local; move-only. Reads name their position, so any number
/// of ranks can read one file.
///
///     input_file file("in.dat");
///     file.read_at(0, header, sizeof header);
class input_file {
public:
  /// @throws file_error naming the path and the reason; folders, pipes and devices are refused.
  explicit input_file(const std::string& path);
  /// Bytes in memory that are read like a file; `path` is what errors call them.
  input_file(std::string path, std::vector<char> bytes);
  /// A file of `size` bytes whose reads `read` answers: `read(offset, to, bytes)`.
  input_file(std::string path, index_t size, std::function<void(index_t, void*, index_t)> read);
  /// A file that is open for reading, whose descriptor it takes over; -1 with `errno` where opening
  /// it failed. @throws file_error as the first constructor.
  static input_file adopt(std::string path, int descriptor);
  input_file(input_file&& other) noexcept;
  input_file& operator=(input_file&& other) noexcept;
  input_file(const input_file&) = delete;
  input_file& operator=(const input_file&) = delete;
  ~input_file();

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Bytes that it had when it was opened.
  [[nodiscard]] index_t size() const { return size_; }

  /// Reads exactly `bytes` bytes that start at byte `offset`.
  /// @throws file_error when the file ends before, or cannot be read.
  void read_at(index_t offset, void* to, index_t bytes) const;

private:
  void take(int descriptor);
  void close() noexcept;

  std::string path_;
  int descriptor_ = -1;
  std::vector<char> bytes_;                           // where there is no descriptor
  std::function<void(index_t, void*, index_t)> read_; // where others answer
  index_t size_ = 0;
};

} // namespace tessera
