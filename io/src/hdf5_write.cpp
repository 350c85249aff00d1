#include "filtered_write.hpp"
#include "from_root.hpp"
#include "hdf5_box.hpp"
#include "hdf5_chunks.hpp"
#include "hdf5_hyperslab.hpp"
#include "hdf5_pieces.hpp"
#include "hdf5_source.hpp"
#include "hdf5_state.hpp"
#include "packed_values.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>

#include <algorithm>
#include <string>

namespace tessera {

using namespace detail;

namespace {

/// What this rank writes by itself: what it has, or after a redistribution where that is scattered
/// over the file. Collective.
held_part to_be_written(const hdf5_target& target, const hdf5_source& from, int rank) {
  if (from.global == nullptr) return held_here(from, rank);
  const operand_ref& view = *from.global;
  const bool is_good = target.chunk.empty() ? has_long_runs(view)
                                            : has_row_blocks(view) && has_adjacent_elements(view);
  return is_good ? held_here(from, rank) : brought_into_rows(from);
}

/// The box of the dataset that a place without gaps is.
chunk_walk chunks_of(const hdf5_target& target, const hdf5_place& place) {
  std::vector<index_t> lower;
  std::vector<index_t> shape;
  for (const hdf5_place_axis& a : place.axes) {
    lower.push_back(a.step < 0 ? a.first - (a.count - 1) : a.first);
    shape.push_back(a.count);
  }
  return {target.chunk, lower, shape};
}

} // namespace

void hdf5_file::state::write(const hdf5_target& target, const hdf5_place& place,
                             const hdf5_source& from) {
  if (place.size() == 0) return;
  writing([&] {
    const bool is_filtered = !target.filters.empty();
    if (target.is_direct && !is_filtered && place.is_dense())
      write_directly(target, place, from);
    else if (target.is_direct && is_filtered && has_whole_chunks(place, target.chunk))
      write_filtered(target, place, from);
    else
      write_through_root(target, place, from);
  });
}

void hdf5_file::state::write_directly(const hdf5_target& target, const hdf5_place& place,
                                      const hdf5_source& from) {
  std::vector<index_t> addresses;
  if (!target.chunk.empty()) {
    const std::string action = failure(target.name);
    const std::string bytes = text_from_root(comm, [&] {
      const hdf5_handle dataset = open_hdf5_dataset(file.get(), target.name, -1, action);
      value_packer packer;
      packer.put(place_chunks(device, dataset, target, chunks_of(target, place), action));
      return packer.bytes();
    });
    value_unpacker(bytes).take(addresses);
  }
  const held_part held = to_be_written(target, from, comm.rank());
  const hdf5_part mine = place.part(held.part);
  collectively(comm, [&] {
    if (!target.chunk.empty())
      write_to_chunks(*output, target, addresses, chunks_of(target, place), mine, held.data,
                      comm.rank(), comm.size());
    else if (mine.memory.size() > 0 && tiles)
      write_tiles(*output, target.name, mine, target.offset, held.data, *tiles);
    else if (mine.memory.size() > 0)
      write_box(*output, mine, target.offset, held.data, nullptr);
  });
}

namespace {

/// A piece of an array on rank 0, its elements adjacent. Collective.
const std::byte* gathered(const hdf5_source& piece, int root, bool is_root, const buffer& between) {
  if (piece.global != nullptr) {
    gather_elements(*piece.global, root, between.data());
    return between.data();
  }
  if (!is_root) return nullptr;
  const region memory{0, piece.shape, piece.strides};
  if (memory.is_contiguous()) return piece.data;
  strided_copy(packed(piece.shape, 0), memory, piece.type.size).run(between.data(), piece.data);
  return between.data();
}

} // namespace

void hdf5_file::state::write_through_root(const hdf5_target& target, const hdf5_place& place,
                                          const hdf5_source& from) {
  const std::string action = failure(target.name);
  const bool is_root = comm.rank() == 0;
  // The array may count the same ranks in another order.
  int root = from.global == nullptr ? 0 : from.global->block->comm().rank();
  broadcast(comm, &root, 1, 0);
  const pieces cut(from.shape, from.type.size, hdf5_buffer_bytes());
  hdf5_handle dataset;
  const buffer between = collectively(comm, [&] {
    if (is_root) dataset = open_hdf5_dataset(file.get(), target.name, -1, action);
    return buffer(is_root ? static_cast<std::size_t>(cut.largest() * from.type.size) : 0);
  });
  for (index_t k = 0; k < cut.count(); ++k) {
    hdf5_part piece{from.type, from.shape, {}, {}};
    std::vector<index_t> shape;
    cut.get(k, piece.lower, shape);
    piece.memory = packed(shape, 0);
    const source_box box(from, piece.lower, shape);
    const std::byte* const elements = gathered(box.get(), root, is_root, between);
    text_from_root(comm, [&] {
      write_hyperslab(dataset, place.part(piece), action, elements);
      check_device();
      return std::string();
    });
  }
}

} // namespace tessera
