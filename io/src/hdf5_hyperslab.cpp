#include "hdf5_hyperslab.hpp"
#include "hdf5_pieces.hpp"
#include "hdf5_types.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/io/hdf5.hpp>

namespace tessera::detail {

namespace {

// Larger pieces are no faster through a buffer.
index_t buffer_bytes = index_t{32} << 20U;
// Calls that move more fail on some systems.
index_t piece_bytes = index_t{1} << 30U;

void check_type(const hdf5_handle& dataset, dtype wanted, const std::string& action) {
  const hdf5_handle type = own_hdf5(H5Dget_type(dataset.get()), action);
  const auto stored = stored_dtype(type.get());
  if (!stored || !casts_safely(*stored, wanted))
    throw file_error(action + ": its elements are of type " + stored_type_name(type.get()) +
                     ", which cannot be read as " + to_string(wanted) + " without loss");
}

/// The elements of a part, in the file and in adjacent memory.
struct selected_spaces {
  selected_spaces(const hdf5_handle& dataset, const hdf5_part& part, const std::string& action)
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

void read_adjacent(const hdf5_handle& dataset, const hdf5_handle& type, const hdf5_part& part,
                   const std::string& action, std::byte* data) {
  const selected_spaces spaces(dataset, part, action);
  check_hdf5(
      H5Dread(dataset.get(), type.get(), spaces.memory.get(), spaces.file.get(), H5P_DEFAULT, data),
      action);
}

} // namespace

void set_hdf5_buffer_bytes(index_t bytes) { buffer_bytes = bytes; }
index_t hdf5_buffer_bytes() { return buffer_bytes; }
void set_hdf5_piece_bytes(index_t bytes) { piece_bytes = bytes; }

void read_hyperslab(const hdf5_handle& dataset, const hdf5_part& part, const std::string& action,
                    std::byte* data) {
  check_type(dataset, part.type, action);
  const hdf5_handle type = hdf5_type(part.type);
  const bool is_adjacent = part.memory.is_contiguous();
  const pieces cut(part.memory.shape, part.type.size, is_adjacent ? piece_bytes : buffer_bytes);
  const buffer between(is_adjacent ? 0 : static_cast<std::size_t>(cut.largest() * part.type.size));
  for (index_t k = 0; k < cut.count(); ++k) {
    const hdf5_part piece = piece_of(part, cut, k);
    if (is_adjacent) {
      read_adjacent(dataset, type, piece, action, data + piece.memory.offset * part.type.size);
      continue;
    }
    read_adjacent(dataset, type, piece, action, between.data());
    strided_copy(piece.memory, packed(piece.memory.shape, 0), part.type.size)
        .run(data, between.data());
  }
}

void write_hyperslab(const hdf5_handle& dataset, const hdf5_part& part, const std::string& action,
                     const std::byte* data) {
  const hdf5_handle type = hdf5_type(part.type);
  const pieces cut(part.memory.shape, part.type.size, piece_bytes);
  for (index_t k = 0; k < cut.count(); ++k) {
    const hdf5_part piece = piece_of(part, cut, k);
    const selected_spaces spaces(dataset, piece, action);
    check_hdf5(H5Dwrite(dataset.get(), type.get(), spaces.memory.get(), spaces.file.get(),
                        H5P_DEFAULT, data + piece.memory.offset * part.type.size),
               action);
  }
}

} // namespace tessera::detail
