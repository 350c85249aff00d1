#include "zarr/chunks/array_reader.hpp"
#include "parts/converted_box.hpp"
#include "types/claimed_bytes.hpp"
#include "types/number_conversion.hpp"
#include "types/swap_bytes.hpp"
#include "zarr/chunks/packing.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/threads/tasks.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace tessera::detail {

namespace {

constexpr index_t at_once = 256; // pieces that threads share

element_conversion checked_conversion(const array_metadata& array, dtype wanted,
                                      const std::string& action) {
  if (!holds_all_values(array.type, wanted)) throw_cannot_be_read_as(array.type, wanted, action);
  return conversion_of_numbers(array.type, is_swapped(array.codecs), wanted);
}

stored_elements elements_of(const array_metadata& array) {
  stored_elements elements{array.type.size, array.fill};
  if (is_swapped(array.codecs)) swap_bytes(elements.fill.data(), array.type, 1);
  return elements;
}

[[noreturn]] void throw_damaged(const std::string& path, const std::string& why) {
  throw_format_error(path, why + "; it is damaged");
}

/// Calls `f(piece)` for all pieces of a part, on the threads of the process.
template <class F>
void for_shared_pieces(const file_part& part, const std::vector<index_t>& chunk, F&& f) {
  const index_t bytes = part.memory.size() * part.type.size;
  std::vector<chunk_piece> found;
  const auto treat = [&] {
    for_tasks(static_cast<index_t>(found.size()), bytes,
              [&](index_t k) { f(found[static_cast<std::size_t>(k)]); });
    found.clear();
  };
  for_chunk_pieces(part, chunk, [&](chunk_piece&& p) {
    found.push_back(std::move(p));
    if (static_cast<index_t>(found.size()) == at_once) treat();
  });
  treat();
}

} // namespace

void throw_cannot_be_read_as(dtype stored, dtype wanted, const std::string& action) {
  throw element_type_error(
      fmt::format("{}: its elements are of type {}, which cannot be read as {} without loss",
                  action, stored_name(stored), to_string(wanted)));
}

array_reader::array_reader(const store_folder& folder, const array_metadata& array, dtype wanted,
                           const std::string& action)
    : folder_(folder), array_(array), wanted_(wanted), action_(action),
      conversion_(checked_conversion(array, wanted, action)), elements_(elements_of(array)),
      fill_(static_cast<std::size_t>(wanted.size)) {
  conversion_.run(elements_.fill.data(), fill_.data(), 1);
}

void array_reader::read(const file_part& part, std::byte* data) const {
  // What shards hold is shared, not the shards.
  if (array_.codecs.has_open_shards())
    return for_chunk_pieces(part, array_.chunk, [&](chunk_piece&& p) { read_file(p, data); });
  for_shared_pieces(part, array_.chunk, [&](const chunk_piece& p) { read_file(p, data); });
}

std::vector<index_t> array_reader::grid_place(const std::vector<index_t>& origin) const {
  std::vector<index_t> place = origin;
  for (std::size_t d = 0; d < place.size(); ++d) place[d] /= array_.chunk[d];
  return place;
}

void array_reader::read_file(const chunk_piece& p, std::byte* data) const {
  const auto file = folder_.file(array_.names.name(grid_place(p.origin)));
  if (!file) return fill(p.memory, data);
  if (array_.codecs.has_open_shards()) return read_shard(p, *file, data);
  read_chunk(array_.codecs, array_.chunk, p, {*file, 0, file->size()}, data);
}

void array_reader::read_shard(const chunk_piece& p, const input_file& file, std::byte* data) const {
  const zarr_sharding& sharding = *array_.codecs.shards;
  shard_index index(sharding, array_.chunk);
  const index_t bytes = index.stored_bytes();
  if (bytes > file.size()) throw_damaged(file.path(), "a shard is shorter than its index");
  std::string stored(static_cast<std::size_t>(bytes), '\0');
  file.read_at(index.stored_at(file.size()), stored.data(), bytes);
  const std::string problem = index.read(std::move(stored), file.size());
  if (!problem.empty()) throw_damaged(file.path(), problem);
  const file_part inside{wanted_, array_.chunk, p.lower, p.memory, p.steps};
  for_shared_pieces(inside, sharding.chunk, [&](const chunk_piece& inner) {
    const shard_entry& entry = index.at(index.number_of(inner.origin));
    if (entry.is_missing()) return fill(inner.memory, data);
    read_chunk(sharding.inner, sharding.chunk, inner, {file, entry.offset, entry.bytes}, data);
  });
}

void array_reader::read_chunk(const zarr_codecs& codecs, const std::vector<index_t>& chunk,
                              const chunk_piece& p, const stored_place& from,
                              std::byte* data) const {
  const index_t bytes = claimed_bytes(chunk, static_cast<std::size_t>(elements_.size));
  if (codecs.is_plain() && from.bytes != bytes)
    throw_damaged(from.file.path(),
                  fmt::format("a chunk has {} bytes where {} belong", from.bytes, bytes));
  if (codecs.is_plain() && !p.has_gaps()) {
    const auto read = [&](index_t at, void* to, index_t count) {
      from.file.read_at(at, to, count);
    };
    return read_converted_box(read, conversion_, {wanted_, chunk, p.lower, p.memory}, from.offset,
                              data);
  }
  const std::string elements = decoded(codecs, chunk, from);
  place_converted(p.memory, data, p.in_chunk(chunk),
                  reinterpret_cast<const std::byte*>(elements.data()), conversion_);
}

std::string array_reader::decoded(const zarr_codecs& codecs, const std::vector<index_t>& chunk,
                                  const stored_place& from) const {
  const index_t bytes = claimed_bytes(chunk, static_cast<std::size_t>(elements_.size));
  if (bytes > half_of_memory())
    throw_format_error(
        from.file.path(),
        fmt::format("a chunk of {} bytes is more than half of this machine's memory", bytes));
  const index_t most = most_bytes_of_chunk(codecs, chunk, elements_.size);
  if (from.bytes > most)
    throw_damaged(from.file.path(), fmt::format("a chunk of {} bytes takes {}", bytes, from.bytes));
  std::string stored(static_cast<std::size_t>(from.bytes), '\0');
  from.file.read_at(from.offset, stored.data(), from.bytes);
  const std::string problem = decode_chunk(codecs, chunk, elements_, stored);
  if (!problem.empty()) throw_damaged(from.file.path(), "a chunk: " + problem);
  return stored;
}

void array_reader::fill(const region& memory, std::byte* data) const {
  const region same{0, memory.shape, std::vector<index_t>(memory.shape.size(), 0)};
  strided_copy(memory, same, conversion_.size()).run(data, fill_.data());
}

} // namespace tessera::detail
