#include "hdf5_pieces.hpp"
#include "hdf5_state.hpp"
#include "hdf5_transfer.hpp"
#include "hdf5_types.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>

#include <exception>

namespace tessera {

namespace detail {

namespace {

/// Contiguous in the file, not filled beforehand, without the time of day: the same array gives
/// the same bytes.
hdf5_handle creation_of_dataset(const std::string& action) {
  hdf5_handle creation = own_hdf5(H5Pcreate(H5P_DATASET_CREATE), action);
  check_hdf5(H5Pset_layout(creation.get(), H5D_CONTIGUOUS), action);
  check_hdf5(H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_EARLY), action);
  check_hdf5(H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER), action);
  check_hdf5(H5Pset_obj_track_times(creation.get(), false), action);
  return creation;
}

hdf5_handle make_groups(const std::string& action) {
  hdf5_handle links = own_hdf5(H5Pcreate(H5P_LINK_CREATE), action);
  check_hdf5(H5Pset_create_intermediate_group(links.get(), 1), action);
  check_hdf5(H5Pset_char_encoding(links.get(), H5T_CSET_UTF8), action);
  return links;
}

hdf5_handle new_dataset(hid_t file, const std::string& name, const hdf5_part& part,
                        const std::string& action) {
  const std::vector<hsize_t> extents(part.dataset.begin(), part.dataset.end());
  const hdf5_handle type = hdf5_type(part.type);
  const hdf5_handle space =
      own_hdf5(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), action);
  const hdf5_handle creation = creation_of_dataset(action);
  const hdf5_handle links = make_groups(action);
  return own_hdf5(H5Dcreate2(file, name.c_str(), type.get(), space.get(), links.get(),
                             creation.get(), H5P_DEFAULT),
                  action);
}

/// Writes all ranks' pieces. Where each part is contiguous in the file, every rank writes on its
/// own; otherwise together, where that is known to be right. Collective; throws on this rank alone.
void write_pieces(const communicator& comm, hdf5_transfer& transfer, bool together,
                  const std::byte* data) {
  const index_t mine = transfer.count();
  const index_t rounds = together ? allreduce_max(comm, mine) : mine;
  std::exception_ptr failure;
  for (index_t k = 0; k < rounds; ++k) {
    try {
      transfer.write(k, data, together);
    } catch (...) {
      // The others count on this rank until the last round.
      if (!failure) failure = std::current_exception();
      if (!together) break;
    }
  }
  if (failure) std::rethrow_exception(failure);
}

} // namespace

} // namespace detail

using namespace detail;

namespace {

std::string describe(const std::string& verb, const std::string& name, const hdf5_part& part) {
  return verb + " '" + name + "' of " + to_string(part.type) + " " + shape_text(part.dataset);
}

/// What a caller may get wrong is found before anything happens, so that the file stays usable.
void check_new(const communicator& comm, hid_t file, const std::string& name,
               const std::string& path) {
  collectively(comm, [&] {
    check_hdf5_name(name);
    if (hdf5_has(file, name))
      throw argument_error("'" + path + "' has a '" + name + "' already; write it under another name");
  });
}

} // namespace

void hdf5_file::create_dataset(const std::string& name, const hdf5_part& part) {
  state& s = *state_;
  s.check_writable();
  s.check_same(describe("create", name, part));
  check_new(s.comm, s.file.get(), name, s.path);
  if (part.dataset.front() < 0)
    throw argument_error("a series of " + std::to_string(part.dataset.front()) + " frames");
  s.writing([&] { new_dataset(s.file.get(), name, part, s.failure(name)); });
}

void hdf5_file::write_new(const std::string& name, const hdf5_part& part, const std::byte* data) {
  create_dataset(name, part);
  write_into(name, part, data);
}

void hdf5_file::write_into(const std::string& name, const hdf5_part& part, const std::byte* data) {
  state& s = *state_;
  const std::string action = s.failure(name);
  hdf5_handle dataset;
  std::optional<hdf5_transfer> transfer;
  s.writing([&] {
    dataset = open_hdf5_dataset(s.file.get(), name, -1, action);
    transfer.emplace(dataset, part, action);
  });
  const bool apart = is_contiguous_in(part.memory.shape, part.dataset);
  const bool together = s.collective_is_safe && allreduce_min(s.comm, apart ? 1 : 0) == 0;
  s.writing([&] { write_pieces(s.comm, *transfer, together, data); });
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
  s.check_same("write frame " + std::to_string(k) + " of " + describe("", name, part));
  const hdf5_dataset_info info = hdf5_inspect(s.comm, s.file.get(), name, -1, s.failure(name));
  check_hdf5_frame(name, k, part, info);
  write_into(name, hdf5_frame(part, k, info.shape.front()), data);
}

} // namespace tessera
