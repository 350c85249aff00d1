#include "hdf5/datasets/hdf5_hyperslab.hpp"
#include "hdf5/datasets/chunk_filters.hpp"
#include "hdf5/datasets/hdf5_chunk_read.hpp"
#include "hdf5/datasets/hdf5_dataset.hpp"
#include "hdf5/datasets/hdf5_fill.hpp"
#include "hdf5/datasets/hdf5_unpacking.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"
#include "parts/box_pieces.hpp"
#include "parts/converted_box.hpp"
#include "parts/inner_axes.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/members.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/types/padding.hpp>
#include <tessera/io/hdf5/datasets/hdf5_buffers.hpp>

#include <fmt/core.h>

#include <cstring>

namespace tessera::detail {

namespace {

// Larger pieces are no faster through a buffer.
index_t buffer_bytes = index_t{32} << 20U;
// Calls that move more fail on some systems.
index_t piece_bytes = index_t{1} << 30U;

/// The elements of a part, in the file and in adjacent memory.
struct selected_spaces {
  selected_spaces(const hdf5_handle& dataset, const file_part& part, const std::string& action)
      : file(own_hdf5(H5Dget_space(dataset.get()), action)) {
    const std::vector<hsize_t> shape = hdf5_sizes(part.memory.shape);
    memory =
        own_hdf5(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), action);
    if (shape.empty()) return; // a scalar is selected as it is
    const std::vector<hsize_t> lower = hdf5_sizes(part.lower);
    const std::vector<hsize_t> steps = hdf5_sizes(part.steps);
    check_hdf5(H5Sselect_hyperslab(file.get(), H5S_SELECT_SET, lower.data(),
                                   steps.empty() ? nullptr : steps.data(), shape.data(), nullptr),
               action);
  }

  hdf5_handle file;
  hdf5_handle memory;
};

/// Calls `write(piece, elements)` for pieces of a part, with adjacent elements: in their own
/// memory, or copied where they are not adjacent or have bytes that are no member's.
template <class Write>
void for_pieces(const file_part& part, const std::byte* data, Write&& write) {
  const index_t itemsize = part.type.size;
  const bool as_it_is = part.memory.is_contiguous() && !has_padding(part.type);
  const pieces cut(part.memory.shape, itemsize, as_it_is ? piece_bytes : buffer_bytes);
  const index_t between_bytes = as_it_is ? 0 : cut.largest() * itemsize;
  const buffer between(static_cast<std::size_t>(between_bytes));
  for (index_t k = 0; k < cut.count(); ++k) {
    const file_part piece = piece_of(part, cut, k);
    const region& memory = piece.memory;
    if (as_it_is) {
      write(piece, data + memory.offset * itemsize);
      continue;
    }
    strided_copy(packed(memory.shape, 0), memory, itemsize).run(between.data(), data);
    zero_padding(between.data(), part.type, memory.size());
    write(piece, static_cast<const std::byte*>(between.data()));
  }
}

/// The part as numbers along last axes where a dataset has so many; else as it is. Complex numbers
/// may be real ones along a last axis of 2, as PETSc has them.
file_part as_stored(const file_part& part, std::size_t ndim) {
  const struct_member* const elements = elements_of_fixed(part.type);
  if (part.type.kind == 'c' && ndim == part.dataset.size() + 1)
    return as_numbers(part, {'f', part.type.size / 2}, {2});
  if (elements != nullptr && ndim == part.dataset.size() + elements->shape.size())
    return as_numbers(part, elements->type, elements->shape);
  return part;
}

} // namespace

void set_hdf5_buffer_bytes(index_t bytes) { buffer_bytes = bytes; }
index_t hdf5_buffer_bytes() { return buffer_bytes; }
void set_hdf5_piece_bytes(index_t bytes) { piece_bytes = bytes; }

dataset_reader::dataset_reader(const hdf5_handle& dataset, const input_file& bytes,
                               hdf5_handle type, const element_conversion& conversion,
                               const std::string& action)
    : dataset_(dataset), bytes_(bytes), type_(std::move(type)), conversion_(conversion),
      action_(action) {
  const hdf5_handle creation = own_hdf5(H5Dget_create_plist(dataset.get()), action);
  const std::string missing = missing_hdf5_filter(creation.get(), action);
  if (!missing.empty()) throw file_error(action + ": " + missing);
  const hdf5_handle stored = own_hdf5(H5Dget_type(dataset.get()), action);
  const H5D_layout_t layout = check_hdf5(H5Pget_layout(creation.get()), action);
  is_elsewhere_ = has_pointers(stored.get());
  if (layout == H5D_CHUNKED) chunks_.emplace(dataset, bytes, conversion, action);
  if (is_elsewhere_) return;
  fill_ = hdf5_fill_value(dataset, action);
  if (layout == H5D_CONTIGUOUS) look_at_place();
}

void dataset_reader::look_at_place() {
  // Where nothing was written, and a block of the user's precedes what HDF5 keeps, H5Dget_offset
  // gives a place all the same.
  H5D_space_status_t status = H5D_SPACE_STATUS_ERROR;
  check_hdf5(H5Dget_space_status(dataset_.get(), &status), action_);
  is_unwritten_ = status == H5D_SPACE_STATUS_NOT_ALLOCATED;
  const haddr_t offset = H5Dget_offset(dataset_.get());
  if (!is_unwritten_ && offset != HADDR_UNDEF) offset_ = static_cast<index_t>(offset);
}

void dataset_reader::read(const file_part& part, std::byte* data) const {
  if (part.memory.size() == 0) return;
  if (chunks_ && !is_elsewhere_) return chunks_->read(part, data);
  if (chunks_) chunks_->check(part);
  if (is_unwritten_) return fill(part, data);
  if (offset_ < 0 || !part.steps.empty()) return read_through_hdf5(part, data);
  const auto read = [this](index_t at, void* to, index_t count) { bytes_.read_at(at, to, count); };
  read_converted_box(read, conversion_, part, offset_, data);
}

void dataset_reader::fill(const file_part& part, std::byte* data) const {
  std::vector<std::byte> one(static_cast<std::size_t>(conversion_.size()));
  conversion_.run(fill_.data(), one.data(), 1);
  const region same{0, part.memory.shape, std::vector<index_t>(part.memory.shape.size(), 0)};
  strided_copy(part.memory, same, conversion_.size()).run(data, one.data());
}

void dataset_reader::read_through_hdf5(const file_part& part, std::byte* data) const {
  const index_t size = conversion_.stored_size();
  const pieces cut(part.memory.shape, size, buffer_bytes);
  const buffer between(static_cast<std::size_t>(cut.largest() * size));
  for (index_t k = 0; k < cut.count(); ++k) {
    const file_part piece = piece_of(part, cut, k);
    const selected_spaces spaces(dataset_, piece, action_);
    // HDF5 passes over what was never written.
    if (fill_.empty())
      std::memset(between.data(), 0, static_cast<std::size_t>(piece.memory.size() * size));
    else
      fill_elements(between.data(), piece.memory.size(), fill_);
    check_hdf5(H5Dread(dataset_.get(), type_.get(), spaces.memory.get(), spaces.file.get(),
                       H5P_DEFAULT, between.data()),
               action_);
    place_converted(piece.memory, data, packed(piece.memory.shape, 0), between.data(), conversion_);
  }
}

namespace {

/// The conversion of numbers that stand for others, where that is asked for and they do.
std::optional<element_conversion> unpacking_conversion(const hdf5_handle& dataset, hid_t type,
                                                       dtype wanted, const std::string& action) {
  const auto unpacking = hdf5_unpacking(dataset, type, action);
  if (!unpacking) return std::nullopt;
  if (wanted != dtype{'f', 8})
    throw element_type_error(fmt::format("{}: what it holds stands for other numbers ({}); with "
                                         "mask_and_scale it is read as float64, not {}",
                                         action, hdf5_packing_text(dataset, action),
                                         to_string(wanted)));
  auto conversion = conversion_from(type);
  if (conversion) conversion->unpack(*unpacking);
  return conversion;
}

} // namespace

void read_hyperslab(const hdf5_handle& dataset, const input_file& bytes, const file_part& part,
                    bool unpacks, const std::string& action, std::byte* data) {
  const hdf5_handle space = own_hdf5(H5Dget_space(dataset.get()), action);
  const int ndim = check_hdf5(H5Sget_simple_extent_ndims(space.get()), action);
  const file_part numbers = as_stored(part, static_cast<std::size_t>(ndim));
  if (numbers.type != part.type)
    return read_hyperslab(dataset, bytes, numbers, unpacks, action, data);
  const hdf5_handle stored = own_hdf5(H5Dget_type(dataset.get()), action);
  hdf5_handle type = type_to_read(stored.get(), part.type);
  if (unpacks)
    if (const auto c = unpacking_conversion(dataset, type.get(), part.type, action))
      return dataset_reader(dataset, bytes, std::move(type), *c, action).read(part, data);
  std::string problem;
  const element_conversion conversion = conversion_from(type.get(), part.type, problem);
  if (!problem.empty()) throw element_type_error(action + ": " + problem);
  dataset_reader(dataset, bytes, std::move(type), conversion, action).read(part, data);
}

namespace {

/// Is a dataset in one piece that is about to get its place in the file, without being filled?
bool gets_unfilled_place(const hdf5_handle& dataset, const std::string& action) {
  const hdf5_handle creation = own_hdf5(H5Dget_create_plist(dataset.get()), action);
  H5D_fill_time_t when = H5D_FILL_TIME_IFSET;
  check_hdf5(H5Pget_fill_time(creation.get(), &when), action);
  H5D_space_status_t status = H5D_SPACE_STATUS_ERROR;
  check_hdf5(H5Dget_space_status(dataset.get(), &status), action);
  const H5D_layout_t layout = check_hdf5(H5Pget_layout(creation.get()), action);
  return when == H5D_FILL_TIME_NEVER && layout == H5D_CONTIGUOUS &&
         status == H5D_SPACE_STATUS_NOT_ALLOCATED;
}

void fill_place(const hdf5_handle& dataset, const hdf5_handle& stored, const std::string& action) {
  const std::string fill = hdf5_fill_value(dataset, action);
  const std::vector<index_t> shape = hdf5_inspect(dataset, action).shape;
  const auto itemsize = static_cast<index_t>(fill.size());
  const pieces cut(shape, itemsize, buffer_bytes);
  const buffer elements(static_cast<std::size_t>(cut.largest() * itemsize));
  fill_elements(elements.data(), cut.largest(), fill);
  for (index_t k = 0; k < cut.count(); ++k) {
    file_part part{{'S', static_cast<int>(itemsize)}, shape, {}, {}};
    std::vector<index_t> count;
    cut.get(k, part.lower, count);
    part.memory = packed(count, 0);
    const selected_spaces spaces(dataset, part, action);
    check_hdf5(H5Dwrite(dataset.get(), stored.get(), spaces.memory.get(), spaces.file.get(),
                        H5P_DEFAULT, elements.data()),
               action);
  }
}

} // namespace

void write_hyperslab(const hdf5_handle& dataset, const file_part& part, const std::string& action,
                     const std::byte* data) {
  const hdf5_handle stored = own_hdf5(H5Dget_type(dataset.get()), action);
  std::string problem;
  const bool is_same = !has_pointers(stored.get()) &&
                       conversion_from(stored.get(), part.type, problem).has_same_bytes() &&
                       problem.empty();
  const hdf5_handle type =
      is_same ? own_hdf5(H5Tcopy(stored.get()), action) : hdf5_type(part.type, stored.get());
  if (!has_pointers(stored.get()) && gets_unfilled_place(dataset, action))
    fill_place(dataset, stored, action);
  for_pieces(part, data, [&](const file_part& piece, const std::byte* elements) {
    const selected_spaces spaces(dataset, piece, action);
    check_hdf5(H5Dwrite(dataset.get(), type.get(), spaces.memory.get(), spaces.file.get(),
                        H5P_DEFAULT, elements),
               action);
  });
}

} // namespace tessera::detail
