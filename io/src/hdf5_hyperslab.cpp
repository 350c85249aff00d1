#include "hdf5_hyperslab.hpp"
#include "hdf5_pieces.hpp"
#include "hdf5_raw_read.hpp"
#include "hdf5_types.hpp"
#include "swap_bytes.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/io/hdf5.hpp>

namespace tessera::detail {

namespace {

// Larger pieces are no faster through a buffer.
index_t buffer_bytes = index_t{32} << 20U;
// Calls that move more fail on some systems.
index_t piece_bytes = index_t{1} << 30U;

/// The type of the elements in memory, if those in the file can be read as such.
hdf5_handle memory_type(const hdf5_handle& dataset, dtype wanted, const std::string& action) {
  const hdf5_handle stored = own_hdf5(H5Dget_type(dataset.get()), action);
  const std::string problem = why_not_readable(stored.get(), wanted);
  if (!problem.empty()) throw file_error(action + ": " + problem);
  return hdf5_type(wanted, stored.get());
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

void read_hyperslab(const hdf5_handle& dataset, const input_file& bytes, const hdf5_part& part,
                    const std::string& action, std::byte* data) {
  const hdf5_handle type = memory_type(dataset, part.type, action);
  if (part.memory.size() == 0 || read_raw(dataset, bytes, part, data)) return;
  const bool is_adjacent = part.memory.is_contiguous();
  const pieces cut(part.memory.shape, part.type.size, is_adjacent ? piece_bytes : buffer_bytes);
  const buffer between(is_adjacent ? 0 : static_cast<std::size_t>(cut.largest() * part.type.size));
  for (index_t k = 0; k < cut.count(); ++k) {
    const hdf5_part piece = piece_of(part, cut, k);
    if (is_adjacent) {
      std::byte* const to = data + piece.memory.offset * part.type.size;
      read_adjacent(dataset, type, piece, action, to);
      normalize_bools(to, part.type, piece.memory.size());
      continue;
    }
    read_adjacent(dataset, type, piece, action, between.data());
    normalize_bools(between.data(), part.type, piece.memory.size());
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
