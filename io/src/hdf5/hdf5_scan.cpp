#include "hdf5/datasets/hdf5_hyperslab.hpp"
#include "hdf5/hdf5_state.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"
#include "parts/box_pieces.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/distributed/agree.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tessera {

namespace detail {

namespace {

constexpr index_t scanned_bytes = index_t{8} << 20U;

/// Elements for which there is no type of ours, as they are stored.
element_conversion as_stored(hid_t type) {
  const int size = static_cast<int>(H5Tget_size(type));
  element_conversion conversion(size, size);
  conversion.add({0, 0, {{'S', size}, size}, {'S', size}, 1});
  return conversion;
}

/// Takes a box of a dataset from a reader and gives it on, a piece at a time.
class piece_scanner {
public:
  piece_scanner(const dataset_reader& reader, dtype type, const std::vector<index_t>& shape)
      : reader_(reader), type_(type), shape_(shape) {}

  template <class Take>
  void scan(const std::vector<index_t>& lower, const std::vector<index_t>& shape, Take&& take) {
    const region memory = packed(shape, 0);
    const index_t elements = memory.size();
    const auto bytes = static_cast<std::size_t>(elements * type_.size);
    if (bytes > between_.size()) between_.resize(bytes);
    reader_.read({type_, shape_, lower, memory}, between_.data());
    take(between_.data(), elements);
  }

private:
  const dataset_reader& reader_;
  dtype type_;
  std::vector<index_t> shape_;
  std::vector<std::byte> between_;
};

/// Boxes that are read in one go: of chunks, whole ones, which are then unpacked once.
pieces boxes_of(const std::vector<index_t>& shape, const std::vector<index_t>& chunk,
                index_t itemsize) {
  std::vector<index_t> counts = shape;
  index_t bytes = itemsize;
  for (std::size_t d = 0; d < chunk.size(); ++d) {
    counts[d] = (shape[d] + chunk[d] - 1) / chunk[d];
    bytes *= chunk[d];
  }
  return {counts, bytes, scanned_bytes};
}

/// From chunks to elements, within the dataset.
void in_elements(std::vector<index_t>& lower, std::vector<index_t>& count,
                 const std::vector<index_t>& shape, const std::vector<index_t>& chunk) {
  for (std::size_t d = 0; d < chunk.size(); ++d) {
    lower[d] *= chunk[d];
    count[d] = std::min(shape[d] - lower[d], count[d] * chunk[d]);
  }
}

} // namespace

} // namespace detail

using namespace detail;

bool hdf5_file::scan_pieces(const std::string& name, piece_taker take, void* context) {
  state& s = *state_;
  s.check_readable();
  s.check_same(fmt::format("read '{}'", name));
  const std::string action = s.failure(name);
  const std::vector<index_t> shape = this->shape(name);
  return collectively(s.comm, [&] {
    const hdf5_handle dataset = open_hdf5_dataset(s.file.get(), name, s.file_bytes, action);
    hdf5_handle type = own_hdf5(H5Dget_type(dataset.get()), action);
    if (has_pointers(type.get())) return false;
    check_hdf5_scan(hdf5_inspect(dataset, action), static_cast<index_t>(H5Tget_size(type.get())),
                    s.file_bytes, action);
    const auto known = conversion_from(type.get());
    const element_conversion conversion = known ? *known : as_stored(type.get());
    const detail::dtype in_memory{'S', static_cast<int>(conversion.size())};
    const dataset_reader reader(dataset, *s.input, std::move(type), conversion, action);
    const pieces cut = boxes_of(shape, reader.chunk(), conversion.size());
    piece_scanner scanner(reader, in_memory, shape);
    for (index_t k = s.comm.rank(); k < cut.count(); k += s.comm.size()) {
      std::vector<index_t> lower;
      std::vector<index_t> count;
      cut.get(k, lower, count);
      in_elements(lower, count, shape, reader.chunk());
      scanner.scan(lower, count, [&](const std::byte* data, index_t n) { take(context, data, n); });
    }
    return true;
  });
}

} // namespace tessera
