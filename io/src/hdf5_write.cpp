#include "file_runs.hpp"
#include "from_root.hpp"
#include "hdf5_groups.hpp"
#include "hdf5_pieces.hpp"
#include "hdf5_state.hpp"
#include "hdf5_types.hpp"
#include "strided_writer.hpp"
#include "tile_hash.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>

#include <string>

namespace tessera {

namespace detail {

namespace {

/// Contiguous in the file, in its place at once, not filled beforehand, without the time of day:
/// the same array gives the same bytes.
hdf5_handle creation_of_dataset(const std::string& action) {
  hdf5_handle creation = own_hdf5(H5Pcreate(H5P_DATASET_CREATE), action);
  check_hdf5(H5Pset_layout(creation.get(), H5D_CONTIGUOUS), action);
  check_hdf5(H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_EARLY), action);
  check_hdf5(H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER), action);
  check_hdf5(H5Pset_obj_track_times(creation.get(), false), action);
  return creation;
}

hdf5_handle new_dataset(hid_t file, const std::string& name, const hdf5_part& part,
                        const std::string& action) {
  const std::vector<hsize_t> extents(part.dataset.begin(), part.dataset.end());
  const hdf5_handle type = hdf5_type(part.type);
  const hdf5_handle space =
      own_hdf5(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), action);
  const hdf5_handle creation = creation_of_dataset(action);
  const hdf5_handle links = make_hdf5_groups(file, name, action);
  return own_hdf5(H5Dcreate2(file, name.c_str(), type.get(), space.get(), links.get(),
                             creation.get(), H5P_DEFAULT),
                  action);
}

std::string name_and_shape(const std::string& name, const hdf5_part& part) {
  return "'" + name + "' of " + to_string(part.type) + " " + shape_text(part.dataset);
}

/// Writes a box to the bytes of its dataset, which begins at byte `offset`.
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

// Large enough that few are listed, small enough that all ranks can share in checking them.
constexpr index_t tile_bytes = index_t{32} << 20U;

/// The same in tiles, whose checksums are noted.
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

} // namespace

hdf5_part hdf5_frame(hdf5_part part, index_t k, index_t count) {
  part.dataset.insert(part.dataset.begin(), count);
  part.lower.insert(part.lower.begin(), k);
  part.memory.shape.insert(part.memory.shape.begin(), 1);
  part.memory.strides.insert(part.memory.strides.begin(), 0);
  return part;
}

} // namespace detail

using namespace detail;

index_t hdf5_file::create_dataset(const std::string& name, const hdf5_part& part) {
  state& s = *state_;
  s.check_writable();
  s.check_same("create " + name_and_shape(name, part));
  // What the caller may get wrong is found before anything happens: the file stays usable.
  check_hdf5_name(name);
  checked_size(part.dataset.data(), part.dataset.size(), part.type.size);
  text_from_root(s.comm, [&] {
    check_hdf5_is_new(s.file.get(), name, s.path);
    return std::string();
  });
  const std::string action = s.failure(name);
  return s.writing([&] {
    return std::stoll(text_from_root(s.comm, [&] {
      const hdf5_handle dataset = new_dataset(s.file.get(), name, part, action);
      s.check_device();
      return std::to_string(hdf5_inspect(dataset, action).offset);
    }));
  });
}

void hdf5_file::write_elements(const std::string& name, const hdf5_part& part, index_t offset,
                               const std::byte* data) {
  state& s = *state_;
  s.writing([&] {
    collectively(s.comm, [&] {
      if (part.memory.size() == 0) return;
      if (s.tiles)
        write_tiles(*s.output, name, part, offset, data, *s.tiles);
      else
        write_box(*s.output, part, offset, data, nullptr);
    });
  });
}

void hdf5_file::write_new(const std::string& name, const hdf5_part& part, const std::byte* data) {
  const index_t offset = create_dataset(name, part);
  write_elements(name, part, offset, data);
}

void hdf5_file::write_local(const std::string& name, hdf5_part part, const std::byte* data) {
  state& s = *state_;
  s.check_writable();
  broadcast(s.comm, part.dataset.data(), static_cast<index_t>(part.dataset.size()), 0);
  // All others have an empty part of rank 0's dataset.
  if (s.comm.rank() != 0) part.memory.shape.assign(part.memory.shape.size(), 0);
  write_new(name, part, data);
}

void hdf5_file::write_into_series(const std::string& name, index_t k, const hdf5_part& part,
                                  const std::byte* data) {
  state& s = *state_;
  s.check_writable();
  s.check_same("write frame " + std::to_string(k) + " of " + name_and_shape(name, part));
  const hdf5_dataset_info info = hdf5_inspect(s.comm, s.file.get(), name, -1, s.failure(name));
  check_hdf5_frame(name, k, part, info);
  if (info.type_name != to_string(part.type))
    throw argument_error(s.failure(name) + ": it is a series of " + info.type_name + ", not of " +
                         to_string(part.type));
  write_elements(name, hdf5_frame(part, k, info.shape.front()), info.offset, data);
}

} // namespace tessera
