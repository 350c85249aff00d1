// Files of a run, beside what the library does with them.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <string>

namespace heat {

/// Finds out before hours of computing that a file could not be written; without a name, nothing is
/// looked at. Collective.
void check_folder(const tessera::communicator& world, const std::string& path);

/// Waits until a file is on the medium under its name: a power cut must not leave a checkpoint that
/// is newer. Collective.
void sync(const tessera::communicator& world, const std::string& path);

/// Throws file_error: this is not the file of the run that goes on.
[[noreturn]] void refuse_frames(const std::string& path, const std::string& why);

} // namespace heat
