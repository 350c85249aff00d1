/// @file
/// What the drivers have in common through which HDF5 reaches files.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

#include <cstddef>

namespace tessera::detail {

/// An open file. HDF5 knows the first member only.
struct hdf5_driver_file {
  H5FD_t known{};
  int descriptor = -1;
  haddr_t end_of_addresses = 0;
};

/// The file of a driver, whose struct is derived from `hdf5_driver_file`.
template <class File> File& driver_file_of(H5FD_t* known) {
  return static_cast<File&>(*reinterpret_cast<hdf5_driver_file*>(known));
}
template <class File> const File& driver_file_of(const H5FD_t* known) {
  return static_cast<const File&>(*reinterpret_cast<const hdf5_driver_file*>(known));
}

/// A driver but for what it does to files: to open, to close, to read, to write, where they end.
/// `value`: one of those that the HDF Group has not reserved. `kinds`: what is kept apart.
H5FD_class_t hdf5_driver_class(const char* name, int value,
                               const H5FD_mem_t (&kinds)[H5FD_MEM_NTYPES]);

/// Reads as many bytes as there are; returns how many.
std::size_t read_driver_bytes(const hdf5_driver_file& file, haddr_t address, std::size_t bytes,
                              void* to);

} // namespace tessera::detail
