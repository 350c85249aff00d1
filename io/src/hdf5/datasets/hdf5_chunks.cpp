#include "hdf5/datasets/hdf5_chunks.hpp"
#include "hdf5/datasets/hdf5_fill.hpp"
#include "parts/file_box.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

namespace {

/// While it lives, the driver notes where elements would be written, and does not write them.
class noting {
public:
  explicit noting(hdf5_device& device) : device_(device) { device.places = &places_; }
  noting(const noting&) = delete;
  noting& operator=(const noting&) = delete;
  ~noting() { device_.places = nullptr; }
  [[nodiscard]] const std::vector<index_t>& places() const { return places_; }

private:
  hdf5_device& device_;
  std::vector<index_t> places_;
};

bool has_chunk(const hdf5_handle& dataset, const std::vector<index_t>& origin) {
  hsize_t bytes = 0;
  return H5Dget_chunk_storage_size(dataset.get(), hdf5_sizes(origin).data(), &bytes) >= 0 &&
         bytes > 0;
}

/// Fills what a chunk has beyond the elements lower <= i < lower + shape.
void write_fill(const shared_output_file& output, const std::vector<index_t>& chunk, index_t offset,
                const chunk_walk& at, dtype type, const std::string& fill) {
  std::vector<std::byte> row(static_cast<std::size_t>(chunk.back() * type.size));
  fill_elements(row.data(), chunk.back(), fill);
  std::vector<index_t> strides(chunk.size(), 0);
  strides.back() = 1;
  std::vector<index_t> lower(chunk.size(), 0);
  std::vector<index_t> shape = chunk;
  const auto write = [&](std::size_t axis, index_t first, index_t last) {
    lower[axis] = first;
    shape[axis] = last - first;
    const file_part beyond{type, chunk, lower, {0, shape, strides}};
    if (beyond.memory.size() > 0) write_box(output, beyond, offset, row.data());
  };
  for (std::size_t d = 0; d < chunk.size(); ++d) {
    const index_t upper = at.lower()[d] + at.shape()[d];
    write(d, 0, at.lower()[d]);
    write(d, upper, chunk[d]);
    lower[d] = at.lower()[d];
    shape[d] = at.shape()[d];
  }
}

} // namespace

index_t place_chunk(hdf5_device& device, const hdf5_handle& dataset,
                    const std::vector<index_t>& origin, index_t bytes, unsigned filters_left_out,
                    const std::string& action) {
  const noting notes(device);
  const char never_read = 0;
  check_hdf5(H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, filters_left_out, hdf5_sizes(origin).data(),
                            static_cast<std::size_t>(bytes), &never_read),
             action);
  if (notes.places().size() != 1)
    throw file_error(
        fmt::format("{}: HDF5 wrote a chunk in {} pieces", action, notes.places().size()));
  return notes.places().front();
}

std::vector<index_t> place_chunks(hdf5_device& device, const hdf5_handle& dataset,
                                  const hdf5_output_dataset& target, chunk_walk walk,
                                  const std::string& action) {
  const hdf5_handle type = own_hdf5(H5Dget_type(dataset.get()), action);
  const index_t bytes = target.chunk_elements() * static_cast<index_t>(H5Tget_size(type.get()));
  std::vector<index_t> addresses;
  do {
    const bool is_new = !walk.is_covered() && !has_chunk(dataset, walk.origin());
    const index_t offset = place_chunk(device, dataset, walk.origin(), bytes, 0, action);
    addresses.push_back(2 * offset + index_t{is_new});
  } while (walk.advance());
  return addresses;
}

chunk_address chunk_address_of(index_t packed) { return {packed / 2, packed % 2 != 0}; }

void write_to_chunks(const shared_output_file& output, const hdf5_output_dataset& target,
                     const std::vector<index_t>& addresses, chunk_walk box, const file_part& mine,
                     const std::byte* data, int rank, int ranks) {
  const auto address = [&](index_t number) {
    return chunk_address_of(addresses[static_cast<std::size_t>(number)]);
  };
  if (mine.memory.size() > 0) {
    chunk_walk walk(target.chunk, mine.lower, mine.memory.shape);
    do {
      file_part part{mine.type, target.chunk, walk.lower(), mine.memory};
      part.memory.shape = walk.shape();
      for (std::size_t d = 0; d < part.lower.size(); ++d)
        part.memory.offset +=
            (walk.origin()[d] + walk.lower()[d] - mine.lower[d]) * mine.memory.strides[d];
      write_box(output, part, address(box.number_of(walk.origin())).offset, data);
    } while (walk.advance());
  }
  index_t number = 0;
  do {
    const chunk_address at = address(number);
    if (at.is_new && number % ranks == rank)
      write_fill(output, target.chunk, at.offset, box, mine.type, target.fill);
    ++number;
  } while (box.advance());
}

} // namespace tessera::detail
