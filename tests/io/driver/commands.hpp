/// @file
/// What a Python script may ask of io_driver.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <map>
#include <string>
#include <vector>

namespace io_driver {

using words = std::vector<std::string>;
using command = void (*)(const tessera::communicator&, const words&);
using table = std::map<std::string, command>;

std::vector<std::string> split(const std::string& text, char end);

/// Runs a command on HDF5 files; false when it is none.
bool run_hdf5_command(const tessera::communicator& world, const words& w);
/// Forgets the file that is being written, if any. Before MPI ends.
void forget_hdf5_file();

/// The same of Zarr stores.
bool run_zarr_command(const tessera::communicator& world, const words& w);
void forget_zarr_store();

} // namespace io_driver
