// Files: text, npy, HDF5, checkpoints.
#pragma once

#include <tessera/distributed/global_array.hpp>

#include <string>

namespace bench {

struct io_options {
  std::string folder = ".";
  std::string only;      ///< one of text, arrays, checkpoint; all when empty
  long rows = 1000000;   ///< of the text, of ten numbers each
  long mebibytes = 2048; ///< of the array
  long repetitions = 5;
};

/// Writes and reads files of a folder of its own inside `folder`, which it removes. Collective.
void run_io(const tessera::communicator& world, const io_options& options);

/// What a save costs of which only changes are written, or whose tiles are packed. Collective.
void measure_tiles(const tessera::communicator& world, const std::string& folder,
                   tessera::global_array<double, 2>& u, long repetitions);
/// How long `start_save` keeps a program, and what it computes meanwhile. Collective.
void measure_behind(const tessera::communicator& world, const std::string& folder,
                    const tessera::global_array<double, 2>& u, long repetitions);

} // namespace bench
