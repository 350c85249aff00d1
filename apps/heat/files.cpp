#include "files.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/output_file.hpp>
#include <tessera/distributed/agree.hpp>

#include <fcntl.h>
#include <fmt/core.h>

#include <unistd.h>

namespace heat {

using namespace tessera;

void check_folder(const communicator& world, const std::string& path) {
  collectively(world, [&] {
    // A file that is not committed leaves no trace.
    if (!path.empty() && world.rank() == 0) output_file::create(path);
  });
}

void sync(const communicator& world, const std::string& path) {
  collectively(world, [&] {
    if (world.rank() != 0) return;
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool done = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0) ::close(descriptor);
    if (!done) throw file_error(fmt::format("cannot write '{}' to the medium", path));
    detail::sync_folder_of(path);
  });
}

void refuse_frames(const std::string& path, const std::string& why) {
  throw file_error(fmt::format(
      "cannot go on writing frames to '{}': {}; it is not the file of the run that was cut off",
      path, why));
}

} // namespace heat
