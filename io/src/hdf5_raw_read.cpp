#include "hdf5_raw_read.hpp"

#include "file_box.hpp"
#include "hdf5_types.hpp"

namespace tessera::detail {

namespace {

bool holds_what_memory_does(const hdf5_handle& dataset, dtype type) {
  // What is no bool, HDF5 makes one.
  if (type.kind != 'f' && type.kind != 'i' && type.kind != 'u' && type.kind != 'c') return false;
  const hdf5_handle stored(H5Dget_type(dataset.get()));
  return stored.is_open() && H5Tequal(stored.get(), hdf5_type(type).get()) > 0;
}

bool is_one_piece(const hdf5_handle& dataset) {
  const hdf5_handle creation(H5Dget_create_plist(dataset.get()));
  return creation.is_open() && H5Pget_layout(creation.get()) == H5D_CONTIGUOUS &&
         H5Pget_external_count(creation.get()) == 0;
}

} // namespace

bool read_raw(const hdf5_handle& dataset, const input_file& bytes, const file_part& part,
              std::byte* data) {
  if (!part.steps.empty() || !is_one_piece(dataset) || !holds_what_memory_does(dataset, part.type))
    return false;
  const haddr_t offset = H5Dget_offset(dataset.get());
  if (offset == HADDR_UNDEF) return false; // nothing was written: all elements are the fill value
  read_box([&bytes](index_t at, void* to, index_t count) { bytes.read_at(at, to, count); }, part,
           static_cast<index_t>(offset), data);
  return true;
}

} // namespace tessera::detail
