#include "hdf5/filtered_write.hpp"
#include "files/from_root.hpp"
#include "files/packed_values.hpp"
#include "hdf5/datasets/chunk_filter.hpp"
#include "hdf5/datasets/hdf5_chunks.hpp"
#include "hdf5/hdf5_state.hpp"
#include "parts/chunk_rounds.hpp"

#include <tessera/core/threads/tasks.hpp>
#include <tessera/distributed/collectives.hpp>

#include <algorithm>
#include <string>

namespace tessera {

namespace detail {

bool has_whole_chunks(const file_place& place, const std::vector<index_t>& chunk) {
  for (std::size_t d = 0; d < chunk.size(); ++d) {
    const file_place_axis& a = place.axes[d];
    const index_t upper = a.first + a.count;
    if (a.step != 1 || a.first % chunk[d] != 0) return false;
    if (upper % chunk[d] != 0 && upper != place.dataset[d]) return false;
  }
  return true;
}

namespace {

/// The part of a round that this rank filters.
struct my_share {
  part_in_memory held; // of the box of the round
  index_t order;       // the share's number
  file_part part;      // of the dataset
};

/// The place of a box of the dataset that lies in another place.
file_place part_of_place(const file_place& place, const std::vector<index_t>& lower,
                         const std::vector<index_t>& shape) {
  file_place part = place;
  for (std::size_t d = 0; d < lower.size(); ++d) {
    part.axes[d].first = lower[d];
    part.axes[d].count = shape[d];
  }
  return part;
}

/// The chunks that a place has elements of; axes that the array has not cannot be shared.
chunked_box chunks_of_place(const file_place& place, const std::vector<index_t>& chunk) {
  chunked_box box{{}, {}, chunk};
  for (const file_place_axis& a : place.axes) {
    box.lower.push_back(a.first);
    box.shape.push_back(a.count);
    box.is_undivided.push_back(a.axis < 0);
  }
  return box;
}

/// The box of the array that a box of the dataset is. Axes of the dataset that are inside of the
/// array's elements are none of the array.
source_box box_in_array(const file_source& from, const file_place& place, const file_place& part) {
  std::vector<index_t> lower;
  std::vector<index_t> shape;
  for (std::size_t d = 0; d < place.axes.size() && lower.size() < from.shape.size(); ++d) {
    if (place.axes[d].axis < 0) continue;
    lower.push_back(part.axes[d].first - place.axes[d].first);
    shape.push_back(part.axes[d].count);
  }
  return {from, lower, shape};
}

my_share share_of(const file_source& box, const hdf5_stored_form& form, const file_place& place,
                  std::size_t axis, index_t chunk, const communicator& comm) {
  my_share share{{}, 0, {}};
  if (box.global == nullptr) {
    share.held = held_here(box, comm.rank());
    share.order = comm.rank();
  } else {
    const communicator& ranks = box.global->block->comm();
    share.order = ranks.rank();
    share.held = brought_along(box, static_cast<std::size_t>(place.axes[axis].axis),
                               shares_of_chunks(place.axes[axis].count, chunk, ranks.size()));
  }
  share.part = place.part(form.part(share.held.part));
  return share;
}

/// The elements of each chunk that this rank has.
std::vector<region> chunks_of(const file_part& part, const std::vector<index_t>& chunk) {
  std::vector<region> chunks;
  if (part.memory.size() == 0) return chunks;
  chunk_walk walk(chunk, part.lower, part.memory.shape);
  do {
    region& memory = chunks.emplace_back(part.memory);
    memory.shape = walk.shape();
    for (std::size_t d = 0; d < memory.shape.size(); ++d)
      memory.offset += (walk.origin()[d] - part.lower[d]) * memory.strides[d];
  } while (walk.advance());
  return chunks;
}

/// Filters the chunks that this rank has, on its threads. Local.
std::vector<filtered_chunk> filter_share(const my_share& share, const std::vector<index_t>& chunk,
                                         const chunk_filter& filter) {
  const std::vector<region> chunks = chunks_of(share.part, chunk);
  std::vector<filtered_chunk> filtered(chunks.size());
  const index_t bytes =
      filter.is_for_threads() ? share.part.memory.size() * share.part.type.size : 0;
  for_tasks(static_cast<index_t>(chunks.size()), bytes, [&](index_t k) {
    const auto at = static_cast<std::size_t>(k);
    filtered[at] = filter.apply(chunks[at], share.held.data);
  });
  return filtered;
}

/// What rank 0 needs to know of a share's chunks.
struct chunk_sizes {
  index_t order = 0;
  std::vector<index_t> bytes;
  std::vector<index_t> left_out;
};

std::string packed_sizes(index_t order, const std::vector<filtered_chunk>& chunks) {
  chunk_sizes sizes;
  for (const filtered_chunk& c : chunks) {
    sizes.bytes.push_back(static_cast<index_t>(c.bytes.size()));
    sizes.left_out.push_back(c.left_out);
  }
  value_packer packer;
  packer.put(order);
  packer.put(sizes.bytes);
  packer.put(sizes.left_out);
  return packer.bytes();
}

/// Those of all ranks in the order of their shares.
std::vector<chunk_sizes> unpacked_sizes(const std::string& bytes, int ranks) {
  std::vector<chunk_sizes> all(static_cast<std::size_t>(ranks));
  value_unpacker unpacker(bytes);
  for (chunk_sizes& sizes : all) {
    unpacker.take(sizes.order);
    unpacker.take(sizes.bytes);
    unpacker.take(sizes.left_out);
  }
  std::sort(all.begin(), all.end(),
            [](const chunk_sizes& a, const chunk_sizes& b) { return a.order < b.order; });
  return all;
}

/// Places for the chunks of a round. Local, on rank 0.
std::string place_round(hdf5_device& device, const hdf5_handle& dataset, chunk_walk walk,
                        const std::vector<chunk_sizes>& shares, const std::string& action) {
  value_packer packer;
  for (const chunk_sizes& share : shares) {
    std::vector<index_t> addresses;
    for (std::size_t k = 0; k < share.bytes.size(); ++k) {
      addresses.push_back(place_chunk(device, dataset, walk.origin(), share.bytes[k],
                                      static_cast<unsigned>(share.left_out[k]), action));
      walk.advance();
    }
    packer.put(share.order);
    packer.put(addresses);
  }
  return packer.bytes();
}

std::vector<index_t> addresses_of(const std::string& bytes, index_t order, int ranks) {
  value_unpacker unpacker(bytes);
  std::vector<index_t> addresses;
  for (int k = 0; k < ranks; ++k) {
    const index_t share = unpacker.take_index();
    std::vector<index_t> its;
    unpacker.take(its);
    if (share == order) addresses = std::move(its);
  }
  return addresses;
}

} // namespace

} // namespace detail

using namespace detail;

void hdf5_file::state::write_filtered_round(const hdf5_output_dataset& target,
                                            const file_place& place, const file_source& box,
                                            std::size_t axis, const hdf5_handle& dataset,
                                            chunk_filter& filter) {
  const std::string action = failure(target.name);
  const my_share share =
      share_of(box, stored_form(target, box.type), place, axis, target.chunk[axis], comm);
  const auto chunks = collectively(comm, [&] { return filter_share(share, target.chunk, filter); });
  const std::string sizes = gather_text(comm, packed_sizes(share.order, chunks), 0);
  const std::string addresses = text_from_root(comm, [&] {
    std::vector<index_t> lower;
    std::vector<index_t> shape;
    for (const file_place_axis& a : place.axes) {
      lower.push_back(a.first);
      shape.push_back(a.count);
    }
    return place_round(device, dataset, chunk_walk(target.chunk, lower, shape),
                       unpacked_sizes(sizes, comm.size()), action);
  });
  collectively(comm, [&] {
    const std::vector<index_t> mine = addresses_of(addresses, share.order, comm.size());
    for (std::size_t k = 0; k < chunks.size(); ++k)
      output->write_at(mine[k], chunks[k].bytes.data(),
                       static_cast<index_t>(chunks[k].bytes.size()));
  });
}

void hdf5_file::state::write_filtered(const hdf5_output_dataset& target, const file_place& place,
                                      const file_source& from) {
  const std::string action = failure(target.name);
  const detail::dtype stored = stored_form(target, from.type).type;
  hdf5_handle dataset;
  std::optional<chunk_filter> filter;
  collectively(comm, [&] {
    if (comm.rank() == 0) dataset = open_hdf5_dataset(file.get(), target.name, -1, action);
    filter.emplace(target, stored, action);
  });
  const int sharers = from.global == nullptr ? 1 : comm.size();
  const chunk_rounds rounds(chunks_of_place(place, target.chunk), stored.size, sharers,
                            hdf5_buffer_bytes());
  for (index_t k = 0; k < rounds.count(); ++k) {
    std::vector<index_t> lower;
    std::vector<index_t> shape;
    rounds.get(k, lower, shape);
    const file_place part = part_of_place(place, lower, shape);
    const source_box box = box_in_array(from, place, part);
    write_filtered_round(target, part, box.get(), rounds.axis(), dataset, *filter);
  }
}

} // namespace tessera
