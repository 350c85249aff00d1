/// @file
/// The files that the elements of a generation are in.
#pragma once

#include "checkpoint/checkpoint_manifest.hpp"

#include <tessera/io/input_file.hpp>

#include <map>
#include <mutex>
#include <string>

namespace tessera::detail {

/// The data file of a generation, and those that its manifest refers to. Local, for any threads.
class data_files {
public:
  data_files() = default;
  data_files(const data_files&) = delete;
  data_files& operator=(const data_files&) = delete;
  virtual ~data_files() = default;

  [[nodiscard]] virtual const input_file& own() const = 0;
  /// @throws file_error where it cannot be opened.
  [[nodiscard]] virtual const input_file& of(index_t generation) const = 0;
};

/// Those beside a manifest, whatever its name is, opened when they are needed.
class files_of_manifest : public data_files {
public:
  /// Opens the generation's own. @throws file_error
  files_of_manifest(const std::string& path, const checkpoint_manifest& manifest);

  [[nodiscard]] const input_file& own() const override { return own_; }
  [[nodiscard]] const input_file& of(index_t generation) const override;

private:
  std::string folder_;
  index_t generation_;
  input_file own_;
  mutable std::mutex opening_;
  mutable std::map<index_t, input_file> others_;
};

/// The elements of a piece that has a place, in row-major order. Local.
/// @throws file_error where they cannot be read or unpacked.
void read_placed_piece(const data_files& files, const hashed_piece& piece, index_t itemsize,
                       std::byte* to);

} // namespace tessera::detail
