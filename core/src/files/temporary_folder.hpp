/// @file
/// The temporary folders under whose names others are written: named and locked as temporary files.
#pragma once

#include <string>

namespace tessera::detail {

/// A new, empty folder. Whoever has it closes the lock.
struct temporary_folder {
  std::string name;
  int lock; ///< as long as it is open, others leave the folder alone
};

/// Removes what killed processes left beside `path`, and makes a folder that did not exist.
/// @throws file_error
temporary_folder make_temporary_folder(const std::string& path);

/// Opens a folder, and no link; -1 and `errno` where it cannot.
int open_folder(const std::string& name);

/// Removes a folder and all in it, as far as it can, without memory or locks: safe in a handler of
/// a signal. Does nothing where the system has no call for that.
void remove_folder_now(const char* name) noexcept;

/// Gives a temporary folder its name; an older folder of that name is gone then. Where it cannot
/// be, that stays. @throws file_error
void rename_folder(const std::string& temporary, const std::string& path);

} // namespace tessera::detail
