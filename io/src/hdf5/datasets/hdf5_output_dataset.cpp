#include "hdf5/datasets/hdf5_output_dataset.hpp"
#include "files/packed_values.hpp"
#include "hdf5/datasets/hdf5_dataset.hpp"
#include "hdf5/datasets/hdf5_fill.hpp"
#include "hdf5/datasets/hdf5_groups.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"
#include "parts/inner_axes.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/members.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

std::string hdf5_output_dataset::packed() const {
  value_packer packer;
  for (const std::string& text : {name, type_name, filters, fill, refusal}) packer.put(text);
  packer.put(shape);
  packer.put(chunk);
  for (const index_t value : {index_t{is_growable}, index_t{is_direct}, offset}) packer.put(value);
  return packer.bytes();
}

hdf5_output_dataset hdf5_output_dataset::unpacked(const std::string& bytes) {
  hdf5_output_dataset target;
  value_unpacker unpacker(bytes);
  for (std::string* text :
       {&target.name, &target.type_name, &target.filters, &target.fill, &target.refusal})
    unpacker.take(*text);
  unpacker.take(target.shape);
  unpacker.take(target.chunk);
  target.is_growable = unpacker.take_index() != 0;
  target.is_direct = unpacker.take_index() != 0;
  target.offset = unpacker.take_index();
  return target;
}

void store_last_axes(hdf5_plan& plan) {
  const struct_member* const elements = elements_of_fixed(plan.type);
  if (!plan.layout.last_axes || elements == nullptr) return;
  const std::vector<index_t>& inner = elements->shape;
  plan.type = elements->type;
  plan.shape.insert(plan.shape.end(), inner.begin(), inner.end());
  if (!plan.chunk.empty()) plan.chunk.insert(plan.chunk.end(), inner.begin(), inner.end());
}

std::vector<index_t> hdf5_stored_form::shape(std::vector<index_t> of_elements) const {
  of_elements.insert(of_elements.end(), inner.begin(), inner.end());
  return of_elements;
}

file_part hdf5_stored_form::part(const file_part& of_elements) const {
  return inner.empty() ? of_elements : as_numbers(of_elements, type, inner);
}

hdf5_stored_form stored_form(const hdf5_output_dataset& target, dtype type) {
  const struct_member* const elements = elements_of_fixed(type);
  if (elements == nullptr || target.type_name != to_string(elements->type)) return {type};
  return {elements->type, elements->shape};
}

namespace {

/// In a form that makes the same dataset in another file.
std::string encoded(const hdf5_handle& properties, const std::string& action) {
  std::size_t bytes = 0;
  check_hdf5(H5Pencode(properties.get(), nullptr, &bytes), action);
  std::string text(bytes, '\0');
  check_hdf5(H5Pencode(properties.get(), text.data(), &bytes), action);
  return text;
}

/// Are the elements in the file as they are in memory?
bool is_native(hid_t type, const std::optional<dtype>& in_memory) {
  auto as = in_memory ? in_memory : stored_dtype(type);
  const struct_member* const elements = as ? elements_of_fixed(*as) : nullptr;
  if (elements != nullptr && H5Tget_class(type) != H5T_ARRAY) as = elements->type;
  if (!as || has_pointers(type)) return false;
  std::string problem;
  return conversion_from(type, *as, problem).has_same_bytes() && problem.empty();
}

/// Why nothing is written to numbers that do not fill their bytes; HDF5 would cut what does not
/// fit.
std::string why_not_writable(hid_t type) {
  const auto number = stored_number_of(type);
  if (!number || (number->bits == 0 && !number->is_odd)) return {};
  return fmt::format("it is of {} of {} bits, to which nothing is written here",
                     H5Tget_precision(type), 8 * number->size);
}

void look_at_chunks(hdf5_output_dataset& target, const hdf5_handle& creation,
                    const std::string& action) {
  std::vector<hsize_t> extents(target.shape.size());
  check_hdf5(H5Pget_chunk(creation.get(), static_cast<int>(extents.size()), extents.data()),
             action);
  target.chunk.assign(extents.begin(), extents.end());
  unsigned options = 0;
  check_hdf5(H5Pget_chunk_opts(creation.get(), &options), action);
  const bool is_filtered = check_hdf5(H5Pget_nfilters(creation.get()), action) > 0;
  if (is_filtered) target.filters = encoded(creation, action);
  // With options, not all chunks are filtered.
  target.is_direct = target.is_direct && (options == 0 || !is_filtered);
}

bool grows_along_first(const hdf5_handle& dataset, std::size_t ndim, const std::string& action) {
  if (ndim == 0) return false;
  const hdf5_handle space = own_hdf5(H5Dget_space(dataset.get()), action);
  std::vector<hsize_t> largest(ndim);
  check_hdf5(H5Sget_simple_extent_dims(space.get(), nullptr, largest.data()), action);
  return largest.front() == H5S_UNLIMITED;
}

/// Has a dataset its place in the file? (Where it has not, and a block of the user's precedes what
/// HDF5 keeps, H5Dget_offset gives a place all the same.)
bool is_allocated(const hdf5_handle& dataset, const std::string& action) {
  H5D_space_status_t status = H5D_SPACE_STATUS_ERROR;
  check_hdf5(H5Dget_space_status(dataset.get(), &status), action);
  return status == H5D_SPACE_STATUS_ALLOCATED;
}

index_t place_of(const hdf5_handle& dataset, const std::string& action) {
  const haddr_t offset = H5Dget_offset(dataset.get());
  if (offset == HADDR_UNDEF) throw_hdf5(action);
  return static_cast<index_t>(offset);
}

/// In its place at once and not filled beforehand.
void lay_out(const hdf5_handle& creation, const std::string& action) {
  check_hdf5(H5Pset_layout(creation.get(), H5D_CONTIGUOUS), action);
  check_hdf5(H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_EARLY), action);
  check_hdf5(H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER), action);
}

/// Chunks get their place when they are written; what was never written reads as zeros.
void lay_out_chunks(const hdf5_handle& creation, const hdf5_plan& plan, const std::string& action) {
  std::vector<hsize_t> extents(plan.chunk.begin(), plan.chunk.end());
  // Chunks larger than a dataset that cannot grow are none.
  for (std::size_t d = plan.is_growable ? 1 : 0; d < extents.size(); ++d)
    extents[d] = std::min(extents[d], static_cast<hsize_t>(std::max<index_t>(plan.shape[d], 1)));
  check_hdf5(H5Pset_chunk(creation.get(), static_cast<int>(extents.size()), extents.data()),
             action);
  if (plan.layout.shuffle) check_hdf5(H5Pset_shuffle(creation.get()), action);
  if (plan.layout.deflate > 0)
    check_hdf5(H5Pset_deflate(creation.get(), static_cast<unsigned>(plan.layout.deflate)), action);
  if (plan.layout.fletcher32) check_hdf5(H5Pset_fletcher32(creation.get()), action);
}

/// Without the time of day: the same array gives the same bytes.
hdf5_handle creation_of(const hdf5_plan& plan, const std::string& action) {
  hdf5_handle creation = own_hdf5(H5Pcreate(H5P_DATASET_CREATE), action);
  check_hdf5(H5Pset_obj_track_times(creation.get(), false), action);
  if (plan.chunk.empty())
    lay_out(creation, action);
  else
    lay_out_chunks(creation, plan, action);
  return creation;
}

} // namespace

hdf5_handle make_hdf5_dataset(hid_t file, const hdf5_plan& plan, const std::string& action) {
  const std::vector<hsize_t> extents(plan.shape.begin(), plan.shape.end());
  std::vector<hsize_t> largest = extents;
  if (plan.is_growable) largest.front() = H5S_UNLIMITED;
  const hdf5_complex_names& names = plan.layout.complex_names;
  const hdf5_handle type = plan.type.kind == 'c'
                               ? hdf5_complex_type(plan.type.size, names.real, names.imag)
                               : hdf5_type(plan.type);
  const hdf5_handle space = own_hdf5(
      H5Screate_simple(static_cast<int>(extents.size()), extents.data(), largest.data()), action);
  const hdf5_handle creation = creation_of(plan, action);
  const hdf5_handle links = make_hdf5_groups(file, plan.name, action);
  return own_hdf5(H5Dcreate2(file, plan.name.c_str(), type.get(), space.get(), links.get(),
                             creation.get(), H5P_DEFAULT),
                  action);
}

hdf5_output_dataset hdf5_target_of(const hdf5_handle& dataset, const std::string& name,
                                   const std::optional<dtype>& in_memory,
                                   const std::string& action) {
  const hdf5_dataset_info info = hdf5_inspect(dataset, action);
  hdf5_output_dataset target{name, info.type_name, info.shape};
  target.is_growable = grows_along_first(dataset, info.shape.size(), action);
  const hdf5_handle type = own_hdf5(H5Dget_type(dataset.get()), action);
  target.is_direct = is_native(type.get(), in_memory);
  target.refusal = why_not_writable(type.get());
  const hdf5_handle creation = own_hdf5(H5Dget_create_plist(dataset.get()), action);
  const H5D_layout_t layout = check_hdf5(H5Pget_layout(creation.get()), action);
  if (layout == H5D_CHUNKED) {
    target.fill = hdf5_fill_value(dataset, action);
    look_at_chunks(target, creation, action);
  } else {
    target.is_direct =
        target.is_direct && layout == H5D_CONTIGUOUS && is_allocated(dataset, action);
    target.offset = target.is_direct ? place_of(dataset, action) : 0;
  }
  return target;
}

hdf5_output_dataset hdf5_target_of(hid_t file, const std::string& name,
                                   const std::optional<dtype>& in_memory,
                                   const std::string& action) {
  // Files of others may be continued: what would write to other files is refused.
  const hdf5_handle dataset = open_hdf5_dataset(file, name, -1, action);
  refuse_other_files(dataset, action);
  return hdf5_target_of(dataset, name, in_memory, action);
}

} // namespace tessera::detail
