#include "hdf5_box.hpp"
#include "file_runs.hpp"
#include "hdf5_pieces.hpp"
#include "strided_writer.hpp"

namespace tessera::detail {

void write_box(const shared_output_file& output, const hdf5_part& part, index_t offset,
               const std::byte* data, tile_hash* hash) {
  const auto write = [&](index_t at, const void* from, index_t bytes) {
    output.write_at(at, from, bytes);
    if (hash != nullptr) hash->add(from, bytes);
  };
  const index_t itemsize = part.type.size;
  file_runs run(part.dataset, part.lower, part.memory.shape);
  const std::size_t axis = run.axis();
  do {
    write_strided(write, offset + run.in_file() * itemsize,
                  {data + run.in_memory(part.memory) * itemsize, itemsize,
                   part.dataset.size() - axis, part.memory.shape.data() + axis,
                   part.memory.strides.data() + axis});
  } while (run.advance());
}

namespace {

// Large enough that few are listed, small enough that all ranks can share in checking them.
constexpr index_t tile_bytes = index_t{32} << 20U;

} // namespace

void write_tiles(const shared_output_file& output, const std::string& name, const hdf5_part& part,
                 index_t offset, const std::byte* data, std::vector<file_tile>& tiles) {
  const pieces cut(part.memory.shape, part.type.size, tile_bytes);
  for (index_t k = 0; k < cut.count(); ++k) {
    const hdf5_part tile = piece_of(part, cut, k);
    tile_hash hash;
    write_box(output, tile, offset, data, &hash);
    tiles.push_back({name, tile.lower, tile.memory.shape, hash.value()});
  }
}

} // namespace tessera::detail
