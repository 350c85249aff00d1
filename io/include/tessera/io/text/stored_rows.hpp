/// @file
/// Arrays of files whose type is found at run time.
///
/// Its parts lie in npy/npy_rows.cpp and hdf5/hdf5_rows.cpp.
#pragma once

#include <tessera/core/members.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/io/text/savetxt.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tessera::detail {

/// A type of memory that holds what a file has, and the layouts of structs that it refers to.
struct found_type {
  dtype type{};
  std::vector<std::shared_ptr<const struct_layout>> layouts{};
};

/// A rank's share of the rows of an array of at most two axes, whose elements are of any type;
/// without axes it is one row.
struct stored_rows {
  found_type found{};
  index_t rows = 0;
  index_t columns = 1;
  index_t row_stride = 1; ///< counts elements, as the next
  index_t column_stride = 1;
  buffer elements{};

  [[nodiscard]] text_matrix matrix() const {
    return {elements.data(), found.type, rows, columns, row_stride, column_stride};
  }
};

/// Of an npy file. Collective.
/// @throws element_type_error where a type or a member is neither number nor text.
stored_rows read_npy_rows(const communicator& comm, const std::string& path);
/// Of an npz file; rank 0 has all of them. Collective.
stored_rows read_npz_rows(const communicator& comm, const std::string& path,
                          const std::string& name);
/// Of a dataset of an HDF5 file. Collective.
stored_rows read_hdf5_rows(const communicator& comm, const std::string& path,
                           const std::string& dataset);

} // namespace tessera::detail
