#include "zarr/chunks/chunk_decode.hpp"
#include "parts/chunk_walk.hpp"
#include "types/claimed_bytes.hpp"
#include "types/fill_elements.hpp"
#include "zarr/chunks/packing.hpp"
#include "zarr/chunks/shard_index.hpp"

#include <tessera/core/copies/strided_copy.hpp>

#include <fmt/core.h>

#include <string>
#include <vector>

namespace tessera::detail {

namespace {

index_t bytes_of_shape(const std::vector<index_t>& shape, index_t itemsize) {
  return claimed_bytes(shape, static_cast<std::size_t>(itemsize));
}

std::byte* bytes_in(std::string& text) { return reinterpret_cast<std::byte*>(text.data()); }

std::string read_index(shard_index& index, const std::string& bytes) {
  const auto size = static_cast<index_t>(bytes.size());
  if (index.stored_bytes() > size) return "a shard is shorter than its index";
  return index.read(bytes.substr(static_cast<std::size_t>(index.stored_at(size)),
                                 static_cast<std::size_t>(index.stored_bytes())),
                    size);
}

std::string decode_shard(const zarr_sharding& sharding, const std::vector<index_t>& shape,
                         const stored_elements& elements, std::string& bytes) {
  shard_index index(sharding, shape);
  std::string problem = read_index(index, bytes);
  if (!problem.empty()) return problem;
  std::string whole(static_cast<std::size_t>(bytes_of_shape(shape, elements.size)), '\0');
  fill_elements(bytes_in(whole), bytes_of_shape(shape, 1), elements.fill);
  chunk_walk walk(sharding.chunk, std::vector<index_t>(shape.size(), 0), shape);
  do {
    const shard_entry& entry = index.at(index.number_of(walk.origin()));
    if (entry.is_missing()) continue;
    std::string inner =
        bytes.substr(static_cast<std::size_t>(entry.offset), static_cast<std::size_t>(entry.bytes));
    problem = decode_chunk(sharding.inner, sharding.chunk, elements, inner);
    if (!problem.empty()) return problem;
    region place = packed(shape, 0);
    for (std::size_t d = 0; d < shape.size(); ++d)
      place.offset += walk.origin()[d] * place.strides[d];
    place.shape = sharding.chunk;
    strided_copy(place, packed(sharding.chunk, 0), elements.size)
        .run(bytes_in(whole), bytes_in(inner));
  } while (walk.advance());
  bytes.swap(whole);
  return {};
}

/// Axis k of what is stored is axis order[k] of the chunk.
void undo_transposition(const std::vector<std::size_t>& order, const std::vector<index_t>& shape,
                        index_t itemsize, std::string& bytes) {
  region stored = packed(shape, 0);
  index_t stride = 1;
  for (std::size_t k = order.size(); k-- > 0;) {
    stored.strides[order[k]] = stride;
    stride *= shape[order[k]];
  }
  std::string whole(bytes.size(), '\0');
  strided_copy(packed(shape, 0), stored, itemsize).run(bytes_in(whole), bytes_in(bytes));
  bytes.swap(whole);
}

} // namespace

namespace {

/// `stored`: the shape of the chunk as it is stored.
index_t most_bytes_before_packing(const zarr_codecs& codecs, const std::vector<index_t>& stored,
                                  index_t itemsize) {
  if (!codecs.shards) return bytes_of_shape(stored, itemsize);
  constexpr index_t most = index_t{1} << 59U; // so that it can be counted with
  const shard_index index(*codecs.shards, stored);
  const index_t inner = most_bytes_of_chunk(codecs.shards->inner, codecs.shards->chunk, itemsize);
  if (inner > most / index.size() || index.stored_bytes() > most) return most;
  return 2 * inner * index.size() + index.stored_bytes(); // there may be gaps
}

} // namespace

index_t most_bytes_of_chunk(const zarr_codecs& codecs, const std::vector<index_t>& shape,
                            index_t itemsize) {
  std::vector<index_t> stored = shape;
  for (std::size_t k = 0; k < codecs.order.size(); ++k) stored[k] = shape[codecs.order[k]];
  return most_stored_bytes(codecs.packings, most_bytes_before_packing(codecs, stored, itemsize));
}

std::string decode_chunk(const zarr_codecs& codecs, const std::vector<index_t>& shape,
                         const stored_elements& elements, std::string& bytes) {
  std::vector<index_t> stored = shape;
  for (std::size_t k = 0; k < codecs.order.size(); ++k) stored[k] = shape[codecs.order[k]];
  const index_t most = most_bytes_before_packing(codecs, stored, elements.size);
  std::string problem = unpack(codecs.packings, static_cast<std::size_t>(most), bytes);
  if (problem.empty() && codecs.shards)
    problem = decode_shard(*codecs.shards, stored, elements, bytes);
  if (!problem.empty()) return problem;
  const index_t wanted = bytes_of_shape(shape, elements.size);
  if (static_cast<index_t>(bytes.size()) != wanted)
    return fmt::format("it has {} bytes where {} belong", bytes.size(), wanted);
  if (!codecs.order.empty()) undo_transposition(codecs.order, shape, elements.size, bytes);
  return {};
}

} // namespace tessera::detail
