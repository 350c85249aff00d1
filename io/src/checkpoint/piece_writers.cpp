#include "checkpoint/piece_writers.hpp"
#include "checkpoint/tile_codec.hpp"

#include <tessera/core/types/padding.hpp>

namespace tessera::detail {

namespace {

/// Where a box begins when an array is laid out box behind box, those of one row of boxes one after
/// another. No two boxes of a division along the axes overlap then.
index_t place_of_box(const std::vector<index_t>& lower, const std::vector<index_t>& shape,
                     const std::vector<index_t>& whole) {
  index_t place = 0;
  for (std::size_t d = 0; d < whole.size(); ++d) {
    index_t elements = lower[d];
    for (std::size_t k = 0; k < whole.size(); ++k)
      if (k != d) elements *= k < d ? shape[k] : whole[k];
    place += elements;
  }
  return place;
}

} // namespace

void tile_pieces::prepare(hashed_piece& noted, const file_part& piece, const file_part& part,
                          index_t offset) {
  std::vector<index_t> inside = piece.lower;
  for (std::size_t d = 0; d < inside.size(); ++d) inside[d] -= part.lower[d];
  const index_t element = place_of_box(part.lower, part.memory.shape, part.dataset) +
                          place_of_box(inside, piece.memory.shape, part.memory.shape);
  const index_t itemsize = piece.type.size;
  noted.place = {settings_.generation, offset + element * itemsize, piece.memory.size() * itemsize,
                 static_cast<int>(tile_compression::off)};
}

void tile_pieces::write(const file_part& piece, index_t, const std::byte* data,
                        hashed_piece& noted) const {
  const index_t bytes = piece.memory.size() * piece.type.size;
  buffer copied;
  const std::byte* elements = data + piece.memory.offset * piece.type.size;
  if (!piece.memory.is_contiguous() || has_padding(piece.type)) {
    copied = buffer(static_cast<std::size_t>(bytes));
    strided_copy(packed(piece.memory.shape, 0), piece.memory, piece.type.size)
        .run(copied.data(), data);
    zero_padding(copied.data(), piece.type, piece.memory.size());
    elements = copied.data();
  }
  piece_hash hash;
  hash.add(elements, bytes);
  noted.hash = hash.value();
  if (settings_.before != nullptr)
    if (const piece_place* same = settings_.before->find(noted)) {
      noted.place = *same;
      return;
    }
  buffer packed;
  const auto wanted = settings_.packing.find(noted.array);
  const auto codec = wanted == settings_.packing.end() ? tile_compression::off : wanted->second;
  const index_t packed_bytes = pack_tile(elements, bytes, piece.type.size, codec, packed);
  if (packed_bytes == 0) return output_.write_at(noted.place->offset, elements, bytes);
  noted.place->bytes = packed_bytes;
  noted.place->packing = static_cast<int>(codec);
  output_.write_at(noted.place->offset, packed.data(), packed_bytes);
}

} // namespace tessera::detail
