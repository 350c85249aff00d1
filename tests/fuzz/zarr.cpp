// Zarr: metadata of a node, and behind a zero byte what is stored of a chunk.
#include "fuzz.hpp"

#include "types/claimed_bytes.hpp"
#include "zarr/chunks/packing.hpp"
#include "zarr/chunks/shard_index.hpp"
#include "zarr/metadata/array_metadata.hpp"

#include <algorithm>
#include <string>

using namespace tessera;
using tessera_fuzz::require;

namespace {

const std::string action = "cannot read 'u'";

/// What is written of metadata says the same.
void check_written(const detail::array_metadata& array) {
  if (array.type.kind == 'f' && array.type.size == 2) return; // which is not written
  const auto again = detail::parse_array(detail::array_json(array), action);
  require(again.shape == array.shape && again.chunk == array.chunk && again.fill == array.fill &&
              detail::codecs_json(again.codecs) == detail::codecs_json(array.codecs),
          "metadata of ours are not read");
}

/// Entries of an index lie in the shard.
void check_index(const detail::array_metadata& array, const std::string& stored) {
  const auto size = static_cast<index_t>(stored.size());
  detail::shard_index index(*array.codecs.shards, array.chunk);
  if (index.stored_bytes() > size) return;
  const auto at = static_cast<std::size_t>(index.stored_at(size));
  const auto bytes = static_cast<std::size_t>(index.stored_bytes());
  if (!index.read(stored.substr(at, bytes), size).empty()) return;
  for (index_t k = 0; k < index.size(); ++k)
    require(index.at(k).is_missing() ||
                (index.at(k).bytes >= 0 && index.at(k).offset <= size - index.at(k).bytes),
            "an entry lies outside of the shard");
}

void check_chunk(const detail::array_metadata& array, std::string stored) {
  if (array.codecs.shards) return check_index(array, stored);
  const index_t most = std::min<index_t>(array.chunk_bytes(), index_t{1} << 20U);
  if (detail::unpack(array.codecs.packings, static_cast<std::size_t>(most), stored).empty())
    require(array.codecs.packings.empty() || static_cast<index_t>(stored.size()) <= most + 1 ||
                array.codecs.packings.front().codec == detail::zarr_packing::kind::crc32c,
            "more came out than fits");
}

} // namespace

void tessera_fuzz::zarr(const std::string& bytes) {
  const std::size_t end = std::min(bytes.find('\0'), bytes.size());
  error_of([&] {
    const detail::json metadata = detail::parse_json(bytes.substr(0, end), action);
    if (!detail::is_array(metadata, action)) {
      static_cast<void>(detail::parse_group(metadata, action));
      return;
    }
    const detail::array_metadata array = detail::parse_array(metadata, action);
    check_written(array);
    check_chunk(array, bytes.substr(std::min(end + 1, bytes.size())));
  });
}
