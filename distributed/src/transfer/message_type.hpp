// Regions as MPI knows them.
#pragma once

#include <tessera/core/copies/strided_copy.hpp>
#include <tessera/distributed/communicator.hpp>

namespace tessera::detail {

/// Rows of adjacent bytes, in loops.
struct rows {
  rows(const region& r, index_t itemsize) : bytes(itemsize), axes(r.shape.size()) {
    while (axes > 0 && (r.shape[axes - 1] == 1 || r.strides[axes - 1] * itemsize == bytes))
      bytes *= r.shape[--axes];
    if (axes > 0) apart = r.strides[axes - 1] * itemsize;
  }
  index_t bytes;     // of a row
  std::size_t axes;  // of loops around it
  index_t apart = 0; // from row to row, in bytes
};

/// A committed type, to be freed by the caller.
MPI_Datatype type_of(const region& r, index_t itemsize);

} // namespace tessera::detail
