/// @file
/// How HDF5 reaches a file that is being written: through a driver of ours, on rank 0 alone.
///
/// HDF5's own parallel driver is not used. With it on Open MPI 4.1.4, collective writes of
/// interleaved blocks put wrong bytes into files and report success (issue 12718 of open-mpi/ompi),
/// a full disk makes some ranks wait for ever, and after a close that failed the program crashes
/// when it ends. Here, rank 0 makes the datasets, tells the others at which byte the elements of
/// each begin, and every rank writes its own there. HDF5 itself only writes what it keeps about the
/// datasets, and for that it sees a disk that never fails: the first error is remembered, the rest
/// is dropped, and the file is given up. Chunks are written by all ranks, too: HDF5 is made to give
/// them a place and to enter it in its index, while the driver notes the place and drops the bytes.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"

#include <tessera/core/shape.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// What happened below HDF5.
struct hdf5_device {
  int error = 0;        ///< errno of the first failure; nothing is written after it
  bool is_lost = false; ///< the file will be removed: nothing more needs to be written
  index_t highest = 0;  ///< no byte behind this one was ever part of the file
  /// Where elements would be written, while only that is wanted.
  std::vector<index_t>* places = nullptr;
};

/// Makes a file in place of an existing, empty one. `device` must outlive the file. Local.
/// @throws file_error that begins with `action`.
hdf5_handle make_hdf5_file(const std::string& existing, hdf5_device& device,
                           const std::string& action);
/// Opens a file that exists for writing.
hdf5_handle continue_hdf5_file(const std::string& existing, hdf5_device& device,
                               const std::string& action);

} // namespace tessera::detail
