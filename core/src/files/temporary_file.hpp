/// @file
/// The temporary files under whose names others are written.
///
/// Beside "out.dat", these are ".out.dat.tessera-K.tmp" with a small number K, so that what a
/// killed process left is found without a look at the folder. A lock (flock) on the file tells
/// whether its maker lives; where the file system has none, it is taken to live.
#pragma once

#include <string>

namespace tessera::detail {

/// A name that is removed when the program is ended by a signal or by `exit`.
struct noted_name;

/// A new, empty file. Whoever has it closes both descriptors.
struct temporary_file {
  std::string name;
  int descriptor; ///< to write to
  int lock;       ///< as long as it is open, others leave the file alone
};

/// Removes what killed processes left beside `path`, and makes a file that did not exist.
/// @throws file_error
temporary_file make_temporary(const std::string& path);

/// Opens a file for writing, and no link; -1 and `errno` where it cannot.
int open_for_writing(const std::string& name, int flags);

/// Has an open file this name?
bool has_name(int descriptor, const std::string& name);

/// The part of a path up to its last slash; may be empty.
std::string folder_of(const std::string& path);

/// Notes a name; returns what `forget_name` takes.
noted_name* note_name(const std::string& name);
/// From now on, the name stays. Takes null pointers.
void forget_name(noted_name* noted) noexcept;

/// Lives from before a file is made until its name is noted: `comes_again` holds signals up.
class unnoted_file {
public:
  unnoted_file() noexcept;
  unnoted_file(const unnoted_file&) = delete;
  unnoted_file& operator=(const unnoted_file&) = delete;
  ~unnoted_file();
};

} // namespace tessera::detail
