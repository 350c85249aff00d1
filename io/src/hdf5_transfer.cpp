#include "hdf5_transfer.hpp"
#include "hdf5_pieces.hpp"
#include "hdf5_types.hpp"

#include <algorithm>

namespace tessera::detail {

namespace {

// A single write of more than 2 GiB fails in Open MPI.
index_t piece_limit = index_t{1} << 30U;
// Larger pieces are no faster through a buffer.
constexpr index_t largest_buffer = index_t{32} << 20U;

pieces cut(const hdf5_part& part, index_t limit) {
  return {part.memory.shape, part.type.size, limit};
}

index_t piece_bytes(bool staged) { return staged ? std::min(piece_limit, largest_buffer) : piece_limit; }

std::vector<hsize_t> sizes(const std::vector<index_t>& values) {
  return {values.begin(), values.end()};
}

} // namespace

void set_hdf5_piece_limit(index_t bytes) { piece_limit = bytes; }

hdf5_part hdf5_frame(hdf5_part part, index_t k, index_t count) {
  part.dataset.insert(part.dataset.begin(), count);
  part.lower.insert(part.lower.begin(), k);
  part.memory.shape.insert(part.memory.shape.begin(), 1);
  part.memory.strides.insert(part.memory.strides.begin(), 0);
  return part;
}

hdf5_transfer::hdf5_transfer(const hdf5_handle& dataset, const hdf5_part& part, std::string action)
    : dataset_(dataset), part_(part), action_(std::move(action)),
      staged_(!part.memory.is_contiguous()), piece_bytes_(piece_bytes(staged_)),
      type_(hdf5_type(part.type)) {
  if (staged_)
    staging_ = buffer(static_cast<std::size_t>(cut(part_, piece_bytes_).largest() * part_.type.size));
}

index_t hdf5_transfer::count() const { return cut(part_, piece_bytes_).count(); }

hdf5_transfer::selection hdf5_transfer::select(index_t k) const {
  selection s;
  s.file = own_hdf5(H5Dget_space(dataset_.get()), action_);
  const pieces all = cut(part_, piece_bytes_);
  if (k >= all.count()) {
    check_hdf5(H5Sselect_none(s.file.get()), action_);
    // Not a space of kind H5S_NULL: a collective write takes that for one element at offset 0.
    s.memory = own_hdf5(H5Scopy(s.file.get()), action_);
    return s;
  }
  std::vector<index_t> lower;
  all.get(k, lower, s.elements.shape);
  s.elements.strides = part_.memory.strides;
  s.elements.offset = part_.memory.offset;
  std::vector<hsize_t> first(lower.size());
  for (std::size_t d = 0; d < lower.size(); ++d) {
    s.elements.offset += lower[d] * part_.memory.strides[d];
    first[d] = static_cast<hsize_t>(part_.lower[d] + lower[d]);
  }
  const std::vector<hsize_t> count = sizes(s.elements.shape);
  const int ndim = static_cast<int>(count.size());
  s.memory = own_hdf5(H5Screate_simple(ndim, count.data(), nullptr), action_);
  check_hdf5(H5Sselect_hyperslab(s.file.get(), H5S_SELECT_SET, first.data(), nullptr, count.data(),
                                 nullptr),
             action_);
  return s;
}

void hdf5_transfer::write(index_t k, const std::byte* data, bool collective) {
  const selection s = select(k);
  const hdf5_handle mode = own_hdf5(H5Pcreate(H5P_DATASET_XFER), action_);
  check_hdf5(H5Pset_dxpl_mpio(mode.get(), collective ? H5FD_MPIO_COLLECTIVE : H5FD_MPIO_INDEPENDENT),
             action_);
  const std::byte* from = data;
  if (k < count() && staged_) {
    strided_copy(packed(s.elements.shape, 0), s.elements, part_.type.size).run(staging_.data(), data);
    from = staging_.data();
  } else if (k < count()) {
    from += s.elements.offset * part_.type.size;
  }
  check_hdf5(H5Dwrite(dataset_.get(), type_.get(), s.memory.get(), s.file.get(), mode.get(), from),
             action_);
}

void hdf5_transfer::read(index_t k, std::byte* data) {
  const selection s = select(k);
  std::byte* const to = staged_ ? staging_.data() : data + s.elements.offset * part_.type.size;
  check_hdf5(H5Dread(dataset_.get(), type_.get(), s.memory.get(), s.file.get(), H5P_DEFAULT, to),
             action_);
  if (staged_)
    strided_copy(s.elements, packed(s.elements.shape, 0), part_.type.size).run(data, staging_.data());
}

} // namespace tessera::detail
