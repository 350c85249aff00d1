#include "files/from_root.hpp"
#include "files/packed_values.hpp"
#include "hdf5/datasets/hdf5_chunks.hpp"
#include "hdf5/datasets/hdf5_hyperslab.hpp"
#include "hdf5/filtered_write.hpp"
#include "hdf5/hdf5_state.hpp"
#include "parts/box_pieces.hpp"
#include "parts/file_box.hpp"
#include "parts/part_in_memory.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/distributed/collectives.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace tessera {

using namespace detail;

namespace {

/// What this rank writes by itself: what it has, or after a redistribution where that is scattered
/// over the file. Collective.
part_in_memory to_be_written(const hdf5_output_dataset& target, const file_source& from, int rank) {
  if (from.global == nullptr) return held_here(from, rank);
  const view_ref& view = *from.global;
  const bool is_good = target.chunk.empty() ? has_long_stretches(view)
                                            : has_row_blocks(view) && has_adjacent_elements(view);
  return is_good ? held_here(from, rank) : brought_into_rows(from);
}

/// The box of the dataset that a place without gaps is.
chunk_walk chunks_of(const hdf5_output_dataset& target, const file_place& place) {
  std::vector<index_t> lower;
  std::vector<index_t> shape;
  for (const file_place_axis& a : place.axes) {
    lower.push_back(a.step < 0 ? a.first - (a.count - 1) : a.first);
    shape.push_back(a.count);
  }
  return {target.chunk, lower, shape};
}

} // namespace

void hdf5_file::state::write(const hdf5_output_dataset& target, const file_place& place,
                             const file_source& from) {
  if (place.size() == 0) return;
  TESSERA_PROFILE("HDF5: write");
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

void hdf5_file::state::write_directly(const hdf5_output_dataset& target, const file_place& place,
                                      const file_source& from) {
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
  part_in_memory held = to_be_written(target, from, comm.rank());
  const file_part mine = place.part(stored_form(target, from.type).part(held.part));
  collectively(comm, [&] {
    if (!target.chunk.empty())
      write_to_chunks(*output, target, addresses, chunks_of(target, place), mine, held.data,
                      comm.rank(), comm.size());
    else if (mine.memory.size() > 0 && sink != nullptr)
      sink->add(target.name, mine, target.offset, std::move(held));
    else if (mine.memory.size() > 0)
      write_box(*output, mine, target.offset, held.data);
  });
}

void hdf5_file::state::write_through_root(const hdf5_output_dataset& target,
                                          const file_place& place, const file_source& from) {
  const std::string action = failure(target.name);
  const hdf5_stored_form form = stored_form(target, from.type);
  hdf5_handle dataset;
  const auto write_piece = [&](const file_part& piece, const std::byte* elements) {
    text_from_root(comm, [&] {
      if (!dataset.is_open()) dataset = open_hdf5_dataset(file.get(), target.name, -1, action);
      write_hyperslab(dataset, place.part(form.part(piece)), action, elements);
      check_device();
      return std::string();
    });
  };
  if (from.global == nullptr) return write_piece(held_here(from, comm.rank()).part, from.data);
  // The array may count the same ranks in another order.
  int root = from.global->block->comm().rank();
  broadcast(comm, &root, 1, 0);
  const pieces cut(from.shape, from.type.size, hdf5_buffer_bytes());
  const index_t bytes = comm.rank() == 0 ? cut.largest() * from.type.size : 0;
  const buffer between =
      collectively(comm, [&] { return buffer(static_cast<std::size_t>(bytes)); });
  for (index_t k = 0; k < cut.count(); ++k) {
    file_part piece{from.type, from.shape, {}, {}};
    std::vector<index_t> shape;
    cut.get(k, piece.lower, shape);
    piece.memory = packed(shape, 0);
    const source_box box(from, piece.lower, shape);
    gather_elements(*box.get().global, root, between.data());
    write_piece(piece, between.data());
  }
}

} // namespace tessera
