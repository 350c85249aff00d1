#include "files/from_root.hpp"
#include "files/packed_values.hpp"
#include "hdf5/attributes/hdf5_attribute_text.hpp"
#include "hdf5/datasets/chunk_filters.hpp"
#include "hdf5/datasets/hdf5_unpacking.hpp"
#include "hdf5/hdf5_state.hpp"
#include "hdf5/wrappers/hdf5_links.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <string>

namespace tessera {

namespace detail {

namespace {

index_t counted(hsize_t n) {
  constexpr auto most = static_cast<hsize_t>(std::numeric_limits<index_t>::max());
  return static_cast<index_t>(std::min(n, most));
}

void describe_creation(hid_t creation, hdf5_entry& entry, const std::string& action) {
  const int filters = check_hdf5(H5Pget_nfilters(creation), action);
  for (int k = 0; k < filters; ++k)
    entry.filters +=
        (k > 0 ? ", " : "") + hdf5_filter_name(creation, static_cast<unsigned>(k), action);
  if (check_hdf5(H5Pget_layout(creation), action) != H5D_CHUNKED) return;
  hsize_t chunk[H5S_MAX_RANK] = {};
  const int ndim = check_hdf5(H5Pget_chunk(creation, H5S_MAX_RANK, chunk), action);
  for (int d = 0; d < ndim; ++d) entry.chunk.push_back(counted(chunk[d]));
}

void describe_shape(const hdf5_handle& dataset, hdf5_entry& entry, const std::string& action) {
  const hdf5_handle space = own_hdf5(H5Dget_space(dataset.get()), "cannot read the shape");
  if (check_hdf5(H5Sget_simple_extent_type(space.get()), action) == H5S_NULL)
    throw file_error(action + ": it is empty, without a shape");
  hsize_t shape[H5S_MAX_RANK] = {};
  hsize_t most[H5S_MAX_RANK] = {};
  const int ndim = check_hdf5(H5Sget_simple_extent_dims(space.get(), shape, most), action);
  for (int d = 0; d < ndim; ++d) {
    check_extent(shape[d], most[d], action);
    entry.shape.push_back(counted(shape[d]));
    entry.max_shape.push_back(most[d] == H5S_UNLIMITED ? -1 : counted(most[d]));
  }
}

void describe_dataset(const hdf5_handle& dataset, index_t file_bytes, hdf5_entry& entry) {
  const std::string action = fmt::format("cannot read '{}'", entry.path);
  const hdf5_handle type = own_hdf5(H5Dget_type(dataset.get()), "cannot read the type");
  entry.dtype = stored_type_name(type.get());
  const hdf5_handle creation =
      own_hdf5(H5Dget_create_plist(dataset.get()), "cannot read how it is stored");
  describe_creation(creation.get(), entry, action);
  // To find the shape of a virtual dataset, HDF5 opens the files that it refers to.
  if (check_hdf5(H5Pget_layout(creation.get()), action) != H5D_VIRTUAL) {
    describe_shape(dataset, entry, action);
    entry.stored_bytes = counted(H5Dget_storage_size(dataset.get()));
  }
  refuse_other_files(creation.get(), action);
  if (file_bytes >= 0)
    check_hdf5_claim(creation.get(), static_cast<hsize_t>(entry.stored_bytes), type.get(),
                     entry.shape, file_bytes, action);
  const std::string missing = missing_hdf5_filter(creation.get(), action);
  if (!missing.empty()) throw file_error(missing);
  if (entry.shape.empty() && entry.chunk.empty()) entry.value = hdf5_scalar_text(dataset, action);
  if (has_hdf5_attributes(dataset.get(), action))
    entry.packing = hdf5_packing_text(dataset, action);
}

void describe_object(const hdf5_handle& object, index_t file_bytes, hdf5_entry& entry) {
  entry.is_group = H5Iget_type(object.get()) == H5I_GROUP;
  if (!entry.is_group) return describe_dataset(object, file_bytes, entry);
  if (entry.path.size() > longest_hdf5_path)
    throw file_error("what this group holds is not listed: its path is too long");
}

void describe_link(const hdf5_link& link, hdf5_entry& entry) {
  if (link.info.type == H5L_TYPE_SOFT)
    entry.link = hdf5_link_target(link);
  else if (link.info.type == H5L_TYPE_EXTERNAL)
    entry.refused = "a link to another file is not followed: " + hdf5_link_target(link);
  else
    entry.refused = "a link of a kind that HDF5 does not know";
}

hdf5_entry entry_of(const hdf5_link& link, const hdf5_handle& object, index_t file_bytes) {
  hdf5_entry entry;
  entry.path = link.path;
  try {
    if (link.info.type != H5L_TYPE_HARD)
      describe_link(link, entry);
    else if (object.is_open())
      describe_object(object, file_bytes, entry);
    else
      throw format_error("it is damaged: " + hdf5_reason());
  } catch (const error& e) {
    entry.refused = e.what();
    entry.is_damaged = e.kind() == error_kind::file_format;
  }
  return entry;
}

/// Is there something to say about it? Types that were given a name are neither group nor dataset.
bool is_listed(const hdf5_handle& object) {
  return !object.is_open() || H5Iget_type(object.get()) == H5I_GROUP ||
         H5Iget_type(object.get()) == H5I_DATASET;
}

std::vector<hdf5_entry> list(hid_t file, index_t file_bytes, const std::string& action) {
  std::vector<hdf5_entry> entries;
  const auto note = [&](const hdf5_link& link, const hdf5_handle& object) {
    if (is_listed(object)) entries.push_back(entry_of(link, object, file_bytes));
  };
  walk_hdf5_links(file, note, [&](const std::string& group, const std::string& why) {
    if (group.empty()) throw format_error(action + ": " + why);
    for (hdf5_entry& entry : entries) {
      if (entry.path != group) continue;
      entry.refused = why;
      entry.is_damaged = true;
    }
  });
  const auto comes_before = [](const hdf5_entry& a, const hdf5_entry& b) {
    return a.path < b.path;
  };
  if (!std::is_sorted(entries.begin(), entries.end(), comes_before)) // they mostly are
    std::sort(entries.begin(), entries.end(), comes_before);
  return entries;
}

std::string bytes_of_list(const std::vector<hdf5_entry>& entries) {
  value_packer to;
  to.put(static_cast<index_t>(entries.size()));
  for (const hdf5_entry& e : entries) {
    for (const std::string* text :
         {&e.path, &e.dtype, &e.filters, &e.link, &e.refused, &e.packing, &e.value})
      to.put(*text);
    for (const auto* sizes : {&e.shape, &e.max_shape, &e.chunk}) to.put(*sizes);
    to.put(static_cast<index_t>(e.is_group));
    to.put(static_cast<index_t>(e.is_damaged));
    to.put(e.stored_bytes);
  }
  return to.bytes();
}

std::vector<hdf5_entry> list_of_bytes(const std::string& bytes) {
  value_unpacker from(bytes);
  std::vector<hdf5_entry> entries(static_cast<std::size_t>(from.take_index()));
  for (hdf5_entry& e : entries) {
    for (std::string* text :
         {&e.path, &e.dtype, &e.filters, &e.link, &e.refused, &e.packing, &e.value})
      from.take(*text);
    for (auto* sizes : {&e.shape, &e.max_shape, &e.chunk}) from.take(*sizes);
    e.is_group = from.take_index() != 0;
    e.is_damaged = from.take_index() != 0;
    from.take(e.stored_bytes);
  }
  return entries;
}

} // namespace

} // namespace detail

std::vector<hdf5_entry> hdf5_file::entries() {
  state& s = *state_;
  if (!s.output) s.check_readable();
  const std::string action = fmt::format("cannot list '{}'", s.path);
  const auto list = [&] { return detail::list(s.file.get(), s.file_bytes, action); };
  // There may be many, so they are told to others alone.
  if (s.comm.size() == 1) return collectively(s.comm, list);
  return detail::list_of_bytes(
      detail::text_from_root(s.comm, [&] { return detail::bytes_of_list(list()); }));
}

} // namespace tessera
