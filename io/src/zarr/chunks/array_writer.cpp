#include "zarr/chunks/array_writer.hpp"
#include "parts/file_box.hpp"
#include "types/claimed_bytes.hpp"
#include "types/fill_elements.hpp"
#include "zarr/chunks/packing.hpp"
#include "zarr/chunks/shard_index.hpp"

#include <tessera/core/memory.hpp>
#include <tessera/core/threads/tasks.hpp>
#include <tessera/io/zarr/metadata/zarr_buffers.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace tessera::detail {

namespace {

index_t buffer_bytes = index_t{32} << 20U;

std::vector<chunk_piece> pieces_of(const file_part& part, const std::vector<index_t>& chunk) {
  std::vector<chunk_piece> pieces;
  for_chunk_pieces(part, chunk, [&](chunk_piece&& p) { pieces.push_back(std::move(p)); });
  return pieces;
}

} // namespace

void set_zarr_buffer_bytes(index_t bytes) { buffer_bytes = bytes; }
index_t zarr_buffer_bytes() { return buffer_bytes; }

array_writer::array_writer(std::string folder, std::string shown, const array_metadata& array,
                           std::vector<index_t> first)
    : folder_(std::move(folder)), shown_(std::move(shown)), array_(array), first_(std::move(first)),
      is_zero_filled_(is_zero(array.fill)) {}

index_t array_writer::bytes_of(const std::vector<index_t>& chunk) const {
  return claimed_bytes(chunk, static_cast<std::size_t>(array_.type.size));
}

void array_writer::write(const file_part& part, const std::byte* data) const {
  if (part.memory.size() == 0) return;
  const std::vector<chunk_piece> files = pieces_of(part, array_.chunk);
  if (array_.codecs.shards) { // whose chunks are shared
    for (const chunk_piece& p : files) write_file(p, data);
    return;
  }
  for_tasks(static_cast<index_t>(files.size()), part.memory.size() * array_.type.size,
            [&](index_t k) { write_file(files[static_cast<std::size_t>(k)], data); });
}

void array_writer::write_file(const chunk_piece& p, const std::byte* data) const {
  std::vector<index_t> place = first_;
  for (std::size_t d = 0; d < p.origin.size(); ++d) place.push_back(p.origin[d] / array_.chunk[d]);
  chunk_file file(folder_, shown_, array_.names.name(place));
  if (array_.codecs.shards) {
    write_shard(p, file, data);
  } else if (array_.codecs.is_plain()) {
    write_plain(p, array_.chunk, file, 0, data);
    file.resize(bytes_of(array_.chunk));
  } else {
    file.write_at(0, packed_chunk(p, array_.chunk, array_.codecs.packings, data));
  }
  file.close();
}

void array_writer::write_shard(const chunk_piece& p, const chunk_file& file,
                               const std::byte* data) const {
  const zarr_sharding& sharding = *array_.codecs.shards;
  shard_index index(sharding, array_.chunk);
  const file_part inside{array_.type, array_.chunk, p.lower, p.memory};
  const std::vector<chunk_piece> inner = pieces_of(inside, sharding.chunk);
  const index_t end = sharding.inner.is_plain() ? write_plain_chunks(inner, file, index, data)
                                                : write_packed_chunks(inner, file, index, data);
  file.write_at(end, index.stored());
}

index_t array_writer::write_packed_chunks(const std::vector<chunk_piece>& inner,
                                          const chunk_file& file, shard_index& index,
                                          const std::byte* data) const {
  const zarr_sharding& sharding = *array_.codecs.shards;
  const index_t bytes = bytes_of(sharding.chunk);
  const auto at_once = static_cast<std::size_t>(std::max<index_t>(buffer_bytes / bytes, 1));
  index_t end = 0;
  for (std::size_t first = 0; first < inner.size(); first += at_once) {
    std::vector<std::string> packed(std::min(at_once, inner.size() - first));
    const auto count = static_cast<index_t>(packed.size());
    for_tasks(count, count * bytes, [&](index_t k) {
      const auto at = static_cast<std::size_t>(k);
      packed[at] = packed_chunk(inner[first + at], sharding.chunk, sharding.inner.packings, data);
    });
    for (std::size_t k = 0; k < packed.size(); ++k) {
      const auto size = static_cast<index_t>(packed[k].size());
      file.write_at(end, packed[k]);
      index.set(index.number_of(inner[first + k].origin), {end, size});
      end += size;
    }
  }
  return end;
}

index_t array_writer::write_plain_chunks(const std::vector<chunk_piece>& inner,
                                         const chunk_file& file, shard_index& index,
                                         const std::byte* data) const {
  const std::vector<index_t>& chunk = array_.codecs.shards->chunk;
  const index_t bytes = bytes_of(chunk);
  const auto count = static_cast<index_t>(inner.size());
  for_tasks(count, count * bytes, [&](index_t k) {
    write_plain(inner[static_cast<std::size_t>(k)], chunk, file, k * bytes, data);
  });
  for (index_t k = 0; k < count; ++k)
    index.set(index.number_of(inner[static_cast<std::size_t>(k)].origin), {k * bytes, bytes});
  return count * bytes;
}

void array_writer::write_plain(const chunk_piece& p, const std::vector<index_t>& chunk,
                               const chunk_file& file, index_t offset,
                               const std::byte* data) const {
  // What is not written reads as zeros.
  if (p.memory.shape != chunk && !is_zero_filled_)
    return file.write_at(offset, packed_chunk(p, chunk, {}, data));
  write_box([&](index_t at, const void* from, index_t bytes) { file.write_at(at, from, bytes); },
            {array_.type, chunk, p.lower, p.memory}, offset, data);
}

std::string array_writer::packed_chunk(const chunk_piece& p, const std::vector<index_t>& chunk,
                                       const std::vector<zarr_packing>& packings,
                                       const std::byte* data) const {
  const index_t itemsize = array_.type.size;
  const auto bytes = static_cast<std::size_t>(bytes_of(chunk));
  if (p.memory.shape == chunk && p.memory.is_contiguous() && !packings.empty())
    return pack(packings,
                {reinterpret_cast<const char*>(data) + p.memory.offset * itemsize, bytes});
  std::string elements(bytes, '\0');
  auto* const to = reinterpret_cast<std::byte*>(elements.data());
  if (p.memory.shape != chunk && !is_zero_filled_)
    fill_elements(to, bytes_of(chunk) / itemsize, array_.fill);
  strided_copy(p.in_chunk(chunk), p.memory, itemsize).run(to, data);
  return packings.empty() ? elements : pack(packings, elements);
}

} // namespace tessera::detail
