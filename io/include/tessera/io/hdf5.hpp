/// @file
/// HDF5 files: the class, and its members' bodies.
#pragma once

#include <tessera/io/hdf5/hdf5_file_class.hpp>
#include <tessera/io/hdf5/hdf5_file_members.hpp>
