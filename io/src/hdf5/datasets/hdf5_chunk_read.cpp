#include "hdf5/datasets/hdf5_chunk_read.hpp"
#include "hdf5/datasets/hdf5_fill.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"
#include "parts/chunk_pieces.hpp"
#include "parts/converted_box.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/threads/tasks.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace tessera::detail {

struct chunk_reader::piece : chunk_piece {
  std::optional<chunk_place> place{}; // of the chunk, where it was written
};

namespace {

std::vector<index_t> chunk_of(const hdf5_handle& creation, const std::string& action) {
  hsize_t extents[H5S_MAX_RANK] = {};
  const int ndim = check_hdf5(H5Pget_chunk(creation.get(), H5S_MAX_RANK, extents), action);
  return {extents, extents + ndim};
}

std::vector<index_t> shape_of(const hdf5_handle& dataset, const std::string& action) {
  const hdf5_handle space = own_hdf5(H5Dget_space(dataset.get()), action);
  hsize_t extents[H5S_MAX_RANK] = {};
  const int ndim = check_hdf5(H5Sget_simple_extent_dims(space.get(), extents, nullptr), action);
  return {extents, extents + ndim};
}

bool filters_edges(const hdf5_handle& creation, const std::string& action) {
  unsigned options = 0;
  check_hdf5(H5Pget_chunk_opts(creation.get(), &options), action);
  return (options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) == 0;
}

index_t product(const std::vector<index_t>& sizes) {
  index_t result = 1;
  for (const index_t n : sizes) result *= n;
  return result;
}

} // namespace

chunk_reader::chunk_reader(const hdf5_handle& dataset, const input_file& bytes,
                           const element_conversion& conversion, const std::string& action)
    : dataset_(dataset), bytes_(bytes), conversion_(conversion), action_(action),
      chunk_bytes_(conversion.stored_size()) {
  const hdf5_handle type = own_hdf5(H5Dget_type(dataset.get()), action);
  const bool is_elsewhere = has_pointers(type.get());
  const hdf5_handle creation = own_hdf5(H5Dget_create_plist(dataset.get()), action);
  chunk_ = chunk_of(creation, action);
  shape_ = shape_of(dataset, action);
  filters_edges_ = filters_edges(creation, action);
  if (is_elsewhere) chunk_bytes_ = bytes_in_file(type.get());
  chunk_bytes_ *= product(chunk_);
  decoder_ = chunk_decoder(creation, type, chunk_bytes_, action);
  if (is_elsewhere) return;
  const std::string stored = hdf5_fill_value(dataset, action);
  fill_.resize(static_cast<std::size_t>(conversion.size()));
  conversion_.run(stored.data(), fill_.data(), 1);
}

void chunk_reader::throw_damaged(const piece& p, const std::string& why) const {
  throw format_error(fmt::format("{}: {} (the one at {}); it is damaged", action_, why,
                                 tuple_text(p.origin.data(), p.origin.size())));
}

bool chunk_reader::is_filtered(const piece& p) const {
  if (!decoder_.has_filters() || filters_edges_) return decoder_.has_filters();
  for (std::size_t d = 0; d < chunk_.size(); ++d)
    if (p.origin[d] + chunk_[d] > shape_[d]) return false;
  return true;
}

void chunk_reader::fill(const piece& p, std::byte* data) const {
  const region one{0, p.memory.shape, std::vector<index_t>(p.memory.shape.size(), 0)};
  strided_copy(p.memory, one, conversion_.size()).run(data, fill_.data());
}

void chunk_reader::read_stored(const piece& p, index_t offset, dtype type, std::byte* data) const {
  const auto read = [this](index_t at, void* to, index_t count) { bytes_.read_at(at, to, count); };
  read_converted_box(read, conversion_, {type, chunk_, p.lower, p.memory}, offset, data);
}

std::vector<std::byte> chunk_reader::unpacked(const piece& p, const chunk_place& place,
                                              unsigned left_out) const {
  if (place.bytes > bytes_.size()) throw_damaged(p, "a chunk reaches behind the end of the file");
  std::vector<std::byte> chunk(static_cast<std::size_t>(place.bytes));
  bytes_.read_at(place.offset, chunk.data(), place.bytes);
  const std::string problem = decoder_.run(chunk, left_out);
  if (!problem.empty()) throw_damaged(p, problem);
  return chunk;
}

void chunk_reader::check_stored_size(const piece& p, index_t bytes) const {
  if (bytes != chunk_bytes_)
    throw_damaged(p, fmt::format("a chunk has {} bytes where {} belong", bytes, chunk_bytes_));
}

void chunk_reader::check_piece(const piece& p) const {
  if (!p.place) return;
  if (!is_filtered(p)) return check_stored_size(p, p.place->bytes);
  static_cast<void>(unpacked(p, *p.place, p.place->left_out));
}

void chunk_reader::read_piece(const piece& p, dtype type, std::byte* data) const {
  if (!p.place) return fill(p, data);
  const bool is_stored = !is_filtered(p);
  if (is_stored) check_stored_size(p, p.place->bytes);
  if (is_stored && !p.has_gaps()) return read_stored(p, p.place->offset, type, data);
  const unsigned none = ~0U;
  const std::vector<std::byte> chunk = unpacked(p, *p.place, is_stored ? none : p.place->left_out);
  place_converted(p.memory, data, p.in_chunk(chunk_), chunk.data(), conversion_);
}

template <class F> void chunk_reader::for_chunks(const file_part& part, F&& f) const {
  constexpr std::size_t at_once = 256; // HDF5 has told where so many are
  std::vector<piece> found;
  const auto treat = [&] {
    const auto count = static_cast<index_t>(found.size());
    for_tasks(count, decoder_.is_for_threads() ? count * chunk_bytes_ : 0,
              [&](index_t k) { f(found[static_cast<std::size_t>(k)]); });
    found.clear();
  };
  for_chunk_pieces(part, chunk_, [&](chunk_piece&& p) {
    found.push_back({std::move(p), {}});
    found.back().place = find_chunk(dataset_, found.back().origin, action_);
    if (found.size() == at_once) treat();
  });
  treat();
}

void chunk_reader::read(const file_part& part, std::byte* data) const {
  for_chunks(part, [&](const piece& p) { read_piece(p, part.type, data); });
}

void chunk_reader::check(const file_part& part) const {
  for_chunks(part, [&](const piece& p) { check_piece(p); });
}

} // namespace tessera::detail
