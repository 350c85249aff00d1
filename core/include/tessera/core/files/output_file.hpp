/// @file
/// Files that appear under their name only when they are complete.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>
#include <utility>

namespace tessera {

namespace detail {

struct noted_name;

}

/// A file that is written under a temporary name in the same folder, and takes its own name when
/// `commit` is called. Until then, a file of that name stays as it was; without `commit`, nothing
/// remains. A process that is killed leaves the temporary file `.name.tessera-K.tmp`, which the
/// next one that writes a file of this name removes; one that is ended by a signal such as that of
/// Ctrl-C leaves it, too, unless `run` runs it. Local; move-only.
///
/// An existing file is replaced, and its permissions are kept, but for the bits that run a program
/// as its owner; behind a symbolic link, the file that it points to is replaced, or made.
///
///     output_file file = output_file::create("out.dat");
///     file.write_at(0, bytes, count);
///     file.commit();
class output_file {
public:
  /// Makes the temporary file.
  /// @throws file_error naming the path and the reason: no such folder, no permission, or a pipe,
  /// a device or the like has the name, which cannot be replaced.
  static output_file create(const std::string& path);
  /// Joins a temporary file that another process made; its maker commits or removes it.
  static output_file open(const std::string& path, const std::string& temporary);

  output_file(output_file&& other) noexcept;
  output_file& operator=(output_file&& other) noexcept;
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;
  /// Removes the temporary file if this object made it and did not commit.
  ~output_file();

  /// The name that it will have.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// The name that it has.
  [[nodiscard]] const std::string& temporary() const { return temporary_; }

  /// Writes `bytes` bytes from byte `offset` on. Any order; gaps read as zeros.
  /// @throws file_error when not all of them could be written, as on a full disk.
  void write_at(index_t offset, const void* data, index_t bytes) const;
  /// Waits until what this process wrote is on the medium, so that a power cut cannot undo it.
  void sync() const;
  /// Asks the system to begin putting bytes on the medium, without waiting: `sync` is then sooner
  /// done. Does nothing where there is no such call.
  void start_sync(index_t offset, index_t bytes) const noexcept;
  /// Gives it up: removes the temporary file, whoever made it.
  void remove() noexcept;
  /// Ends writing. Some file systems report only now that there was no room.
  void close();
  /// Closes it and gives it its name. To be called by its maker, when all have closed it.
  void commit();

private:
  output_file(std::string path, std::string temporary, int descriptor, bool made)
      : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor),
        made_(made) {}
  void discard() noexcept;

  std::string path_;
  std::string temporary_;
  int descriptor_ = -1;
  int lock_ = -1; // tells others that the temporary file is being written
  detail::noted_name* noted_ = nullptr;
  bool made_ = false;
};

namespace detail {

/// Waits until the names in a file's folder are on the medium: new ones, and those that are gone.
/// @throws file_error
void sync_folder_of(const std::string& path);

/// Makes a folder and those above it, and puts their names on the medium. Local.
/// @throws file_error
void make_folder(const std::string& folder);
/// Makes the folder of a file, if there is none. Local. @throws file_error
void make_folder_of(const std::string& path);

/// Removes all temporary files that this process has made and not yet given their name, as before
/// it ends. Safe in a signal handler.
void remove_temporaries() noexcept;
/// For a handler of a signal that ends the program: true where it interrupted this thread while a
/// file was being made that `remove_temporaries` does not know yet. The handler returns; the signal
/// is raised again when the file is known.
bool comes_again(int number) noexcept;

} // namespace detail

} // namespace tessera
