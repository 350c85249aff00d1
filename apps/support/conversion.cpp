#include "conversion.hpp"

#include "command_line.hpp"
#include "json.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>

#include <mpi.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include <cstdio>

namespace apps {

namespace {

/// A pipe or a device is not.
bool is_replaced(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return false;
  return !S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode);
}

} // namespace

conversion::conversion(command_line& line) : start_(MPI_Wtime()) {
  line.flag("--force", force_, "Replace the output if it exists");
  line.flag("--json", json_, "Print a summary as one line of JSON");
}

void conversion::check_output(const tessera::communicator& world) const {
  tessera::collectively(world, [&] {
    if (output == "-" && json_)
      throw tessera::usage_error("--json and an output to '-' would mix on stdout");
    // Rank 0 alone: the file may appear while others look.
    if (force_ || output == "-" || world.rank() != 0 || !is_replaced(output)) return;
    throw tessera::usage_error(fmt::format("'{}' exists; --force replaces it", output));
  });
}

void conversion::report(const tessera::communicator& world, const std::string& dtype,
                        const std::vector<tessera::index_t>& shape) const {
  if (!json_ || world.rank() != 0) return;
  const json summary{
      {"input", input},        {"output", output},
      {"dtype", dtype},        {"shape", shape},
      {"ranks", world.size()}, {"seconds", whole_microseconds(MPI_Wtime() - start_)}};
  std::puts(json_line(summary).c_str());
}

} // namespace apps
