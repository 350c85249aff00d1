#include "hdf5_hyperslab.hpp"
#include "hdf5_raw_read.hpp"
#include "hdf5_types.hpp"
#include "pieces.hpp"
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
  if (!problem.empty()) throw element_type_error(action + ": " + problem);
  return hdf5_type(wanted, stored.get());
}

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

/// Calls `move(piece, elements)` for pieces of a part, with the memory of their elements: their own
/// where they are adjacent there, else a buffer.
template <class Move> void for_pieces(const file_part& part, std::byte* data, Move&& move) {
  const bool is_adjacent = part.memory.is_contiguous();
  const pieces cut(part.memory.shape, part.type.size, is_adjacent ? piece_bytes : buffer_bytes);
  const index_t between_bytes = is_adjacent ? 0 : cut.largest() * part.type.size;
  const buffer between(static_cast<std::size_t>(between_bytes));
  for (index_t k = 0; k < cut.count(); ++k) {
    const file_part piece = piece_of(part, cut, k);
    move(piece, is_adjacent ? data + piece.memory.offset * part.type.size : between.data());
  }
}

} // namespace

void set_hdf5_buffer_bytes(index_t bytes) { buffer_bytes = bytes; }
index_t hdf5_buffer_bytes() { return buffer_bytes; }
void set_hdf5_piece_bytes(index_t bytes) { piece_bytes = bytes; }

void read_hyperslab(const hdf5_handle& dataset, const input_file& bytes, const file_part& part,
                    const std::string& action, std::byte* data) {
  const hdf5_handle type = memory_type(dataset, part.type, action);
  if (part.memory.size() == 0 || read_raw(dataset, bytes, part, data)) return;
  for_pieces(part, data, [&](const file_part& piece, std::byte* elements) {
    const selected_spaces spaces(dataset, piece, action);
    check_hdf5(H5Dread(dataset.get(), type.get(), spaces.memory.get(), spaces.file.get(),
                       H5P_DEFAULT, elements),
               action);
    normalize_bools(elements, part.type, piece.memory.size());
    if (!part.memory.is_contiguous())
      strided_copy(piece.memory, packed(piece.memory.shape, 0), part.type.size).run(data, elements);
  });
}

void write_hyperslab(const hdf5_handle& dataset, const file_part& part, const std::string& action,
                     const std::byte* data) {
  const hdf5_handle type = hdf5_type(part.type);
  auto* const memory = const_cast<std::byte*>(data); // which is not written
  for_pieces(part, memory, [&](const file_part& piece, std::byte* elements) {
    if (!part.memory.is_contiguous())
      strided_copy(packed(piece.memory.shape, 0), piece.memory, part.type.size).run(elements, data);
    const selected_spaces spaces(dataset, piece, action);
    check_hdf5(H5Dwrite(dataset.get(), type.get(), spaces.memory.get(), spaces.file.get(),
                        H5P_DEFAULT, elements),
               action);
  });
}

} // namespace tessera::detail
