#include "parts/chunk_shape.hpp"
#include "types/shape_text.hpp"
#include <tessera/core/error.hpp>
#include <tessera/io/hdf5/datasets/hdf5_layout.hpp>

#include <fmt/core.h>

#include <string>

namespace tessera::detail {

namespace {

// HDF5 counts the bytes of a chunk in 32 bits.
constexpr index_t largest_chunk = (index_t{1} << 32U) - 1;

void check_chunk(const std::vector<index_t>& chunk, const std::vector<index_t>& shape,
                 index_t itemsize) {
  if (chunk.size() != shape.size())
    throw argument_error(fmt::format(
        "chunks of shape {} have {} {}, the dataset of shape {} has {}", shape_text(chunk),
        chunk.size(), chunk.size() == 1 ? "axis" : "axes", shape_text(shape), shape.size()));
  index_t elements = 1;
  for (const index_t n : chunk) {
    if (n < 1)
      throw argument_error(fmt::format(
          "chunks of shape {}; along each axis they have at least one element", shape_text(chunk)));
    if (n > largest_chunk / itemsize / elements)
      throw argument_error(fmt::format("chunks of shape {} with elements of {} bytes are of 4 GiB "
                                       "or more, which HDF5 cannot store",
                                       shape_text(chunk), itemsize));
    elements *= n;
  }
}

/// Only what we and others read as complex numbers.
void check_names(const hdf5_complex_names& names) {
  const std::string both = names.real + " " + names.imag;
  for (const char* const known : {"r i", "re im", "real imag", "Real Imaginary"})
    if (both == known) return;
  throw argument_error(
      fmt::format("complex_names = {{'{}', '{}'}}; they are {{'r', 'i'}} (h5py), {{'real', "
                  "'imag'}} (Octave, MATLAB), {{'re', 'im'}} or {{'Real', 'Imaginary'}}",
                  names.real, names.imag));
}

} // namespace

void check_layout(const hdf5_layout& layout, const std::vector<index_t>& shape, index_t itemsize) {
  if (layout.deflate < 0 || layout.deflate > 9)
    throw argument_error(fmt::format(
        "deflate = {}; it is 0 (no compression) or 1 (fast) to 9 (small)", layout.deflate));
  check_names(layout.complex_names);
  if (shape.empty() && has_chunks(layout))
    throw argument_error("a scalar has no chunks, and so no filters");
  if (!layout.chunk.empty()) check_chunk(layout.chunk, shape, itemsize);
}

std::string layout_text(const hdf5_layout& layout) {
  std::string text;
  if (!layout.chunk.empty()) text += ", chunk = " + shape_text(layout.chunk);
  if (layout.deflate != 0) text += fmt::format(", deflate = {}", layout.deflate);
  if (layout.shuffle) text += ", shuffle";
  if (layout.fletcher32) text += ", fletcher32";
  if (layout.last_axes) text += ", last_axes";
  if (layout.complex_names.real != "r") text += ", complex_names = " + layout.complex_names.real;
  return text;
}

std::vector<index_t> chunk_shape(const hdf5_layout& layout, const std::vector<index_t>& shape,
                                 index_t itemsize, index_t limit) {
  return layout.chunk.empty() ? usual_chunk(shape, itemsize, limit) : layout.chunk;
}

} // namespace tessera::detail
