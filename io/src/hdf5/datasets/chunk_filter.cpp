#include "hdf5/datasets/chunk_filter.hpp"
#include "hdf5/datasets/hdf5_fill.hpp"
#include "hdf5/wrappers/hdf5_memory_file.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"

#include <tessera/core/types/padding.hpp>

#include <string>

namespace tessera::detail {

namespace {

constexpr char dataset_name[] = "chunk";

} // namespace

chunk_filter::chunk_filter(const hdf5_output_dataset& target, dtype type, std::string action)
    : action_(std::move(action)), element_(type), has_padding_(has_padding(type)),
      itemsize_(type.size), shape_(target.chunk), fill_(target.fill) {
  bytes_ = target.chunk_elements() * itemsize_;
  const hdf5_handle creation = own_hdf5(H5Pdecode(target.filters.data()), action_);
  encoder_ = chunk_encoder::of(creation, itemsize_, action_);
  if (!encoder_) make_file(creation);
}

void chunk_filter::make_file(const hdf5_handle& creation) {
  file_ = hdf5_file_in_memory(bytes_, action_);
  type_ = hdf5_type(element_);
  const hdf5_handle access = own_hdf5(H5Pcreate(H5P_DATASET_ACCESS), action_);
  // Nothing is kept for later: what is written is filtered at once.
  check_hdf5(H5Pset_chunk_cache(access.get(), 0, 0, 1.0), action_);
  const std::vector<hsize_t> extents(shape_.begin(), shape_.end());
  const hdf5_handle space = own_hdf5(
      H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), action_);
  dataset_ = own_hdf5(H5Dcreate2(file_.get(), dataset_name, type_.get(), space.get(), H5P_DEFAULT,
                                 creation.get(), access.get()),
                      action_);
}

filtered_chunk chunk_filter::filtered(const std::byte* elements) const {
  if (encoder_) return {encoder_->run(elements, bytes_)};
  check_hdf5(H5Dwrite(dataset_.get(), type_.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, elements),
             action_);
  const std::vector<hsize_t> origin(shape_.size(), 0);
  hsize_t bytes = 0;
  check_hdf5(H5Dget_chunk_storage_size(dataset_.get(), origin.data(), &bytes), action_);
  filtered_chunk chunk{std::string(static_cast<std::size_t>(bytes), '\0')};
  check_hdf5(H5Dread_chunk(dataset_.get(), H5P_DEFAULT, origin.data(), &chunk.left_out,
                           chunk.bytes.data()),
             action_);
  return chunk;
}

filtered_chunk chunk_filter::apply(const region& part, const std::byte* data) const {
  if (part.shape == shape_ && part.is_contiguous() && !has_padding_)
    return filtered(data + part.offset * itemsize_);
  const buffer elements(static_cast<std::size_t>(bytes_));
  if (part.shape != shape_) fill_elements(elements.data(), bytes_ / itemsize_, fill_);
  const region target{0, part.shape, packed(shape_, 0).strides};
  strided_copy(target, part, itemsize_).run(elements.data(), data);
  if (has_padding_) zero_padding(elements.data(), element_, bytes_ / itemsize_);
  return filtered(elements.data());
}

} // namespace tessera::detail
