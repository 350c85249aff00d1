#include "hdf5/datasets/hdf5_dataset.hpp"
#include "files/from_root.hpp"
#include "files/packed_values.hpp"
#include "hdf5/wrappers/hdf5_links.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"
#include "types/claimed_bytes.hpp"
#include "types/shape_text.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <string>

namespace tessera::detail {

namespace {

// Deflate packs at most 1032 bytes in one.
constexpr index_t largest_compression = 1032;
// What was never written may be as large as this to be looked through.
constexpr index_t largest_scan = index_t{32} << 30U;

herr_t refuse_link(const char* /*parent_file*/, const char* /*parent_group*/,
                   const char* /*child_file*/, const char* /*child_object*/, unsigned* /*flags*/,
                   hid_t /*access*/, void* refused) {
  *static_cast<bool*>(refused) = true;
  return -1;
}

/// Access to an object that does not follow links to other files.
hdf5_handle local_links_only(bool& refused) {
  const std::string action = "cannot refuse links to other files";
  hdf5_handle access = own_hdf5(H5Pcreate(H5P_LINK_ACCESS), action);
  check_hdf5(H5Pset_elink_cb(access.get(), refuse_link, &refused), action);
  return access;
}

[[noreturn]] void refuse(const std::string& action, const std::string& what) {
  throw file_error(fmt::format(
      "{}: it is {}, which would read other files; copy it into one file first", action, what));
}

[[noreturn]] void throw_too_large(const std::string& what, const std::string& type_name,
                                  index_t file_bytes) {
  throw format_error(
      fmt::format("{} of {} is more than a file of {} bytes can hold; it is damaged or truncated",
                  what, type_name, file_bytes));
}

/// In the order of the alphabet; `problem` is what could not be listed, if anything.
std::vector<std::string> datasets_of(hid_t file, std::string& problem) {
  std::vector<std::string> names;
  const auto note = [&](const hdf5_link& link, const hdf5_handle& object) {
    if (object.is_open() && H5Iget_type(object.get()) == H5I_DATASET) names.push_back(link.path);
  };
  walk_hdf5_links(file, note,
                  [&](const std::string& /*group*/, const std::string& why) { problem = why; });
  std::sort(names.begin(), names.end());
  return names;
}

/// "the file holds 'a', 'b'"
std::string contents(hid_t file) {
  constexpr std::size_t most = 20;
  std::string problem;
  const std::vector<std::string> names = datasets_of(file, problem);
  if (!problem.empty()) return problem;
  std::string text = "the file holds ";
  if (names.empty()) return text + "no datasets";
  for (std::size_t k = 0; k < names.size() && k < most; ++k)
    text += fmt::format("{}{}'", k > 0 ? ", '" : "'", names[k]);
  if (names.size() > most) text += fmt::format(" and {} more", names.size() - most);
  return text;
}

} // namespace

void check_hdf5_name(const std::string& name) {
  const bool only_slashes = name.find_first_not_of('/') == std::string::npos;
  if (only_slashes || name.back() == '/' || name.find('\0') != std::string::npos)
    throw argument_error(
        fmt::format("'{}' names no dataset; use a path such as 'results/u'", name));
}

bool hdf5_has(hid_t file, const std::string& name) {
  bool refused = false;
  const hdf5_handle access = local_links_only(refused);
  // HDF5 finds the last part of a path only when all before it exist.
  for (std::size_t end = name.find('/', 1);; end = name.find('/', end + 1)) {
    const std::string part = name.substr(0, end);
    if (part.find_first_not_of('/') != std::string::npos &&
        (H5Lexists(file, part.c_str(), access.get()) <= 0 ||
         H5Oexists_by_name(file, part.c_str(), access.get()) <= 0))
      return false;
    if (end == std::string::npos) return true;
  }
}

namespace {

[[noreturn]] void throw_leads_out(const std::string& name, const std::string& part) {
  throw argument_error(fmt::format(
      "'{}' would not be in this file: '{}' is a link to another file, or to nothing", name, part));
}

} // namespace

void check_hdf5_path(hid_t file, const std::string& name) {
  bool refused = false;
  const hdf5_handle access = local_links_only(refused);
  for (std::size_t end = name.find('/', 1); end != std::string::npos;
       end = name.find('/', end + 1)) {
    const std::string part = name.substr(0, end);
    if (part.find_first_not_of('/') == std::string::npos) continue;
    if (H5Lexists(file, part.c_str(), access.get()) <= 0) return; // will be a group
    if (H5Oexists_by_name(file, part.c_str(), access.get()) <= 0) throw_leads_out(name, part);
  }
}

std::vector<std::string> hdf5_dataset_names(hid_t file, const std::string& action) {
  std::string problem;
  std::vector<std::string> names = datasets_of(file, problem);
  if (!problem.empty()) throw format_error(action + ": " + problem);
  return names;
}

hdf5_handle open_hdf5_object(hid_t file, const std::string& name, const std::string& action) {
  bool refused = false;
  const hdf5_handle access = local_links_only(refused);
  if (name.empty())
    throw dataset_not_found_error(fmt::format("{}: there is no such; {}", action, contents(file)));
  hdf5_handle object(H5Oopen(file, name.c_str(), access.get()));
  if (object.is_open()) return object;
  const std::string reason = hdf5_reason();
  if (refused) refuse(action, "a link to another file");
  if (!hdf5_has(file, name))
    throw dataset_not_found_error(fmt::format("{}: there is no such; {}", action, contents(file)));
  throw file_error(action + ": " + reason);
}

namespace {

bool may_be_unwritten(H5D_layout_t layout, hsize_t stored) {
  return layout == H5D_CHUNKED || (layout == H5D_CONTIGUOUS && stored == 0);
}

} // namespace

void refuse_other_files(hid_t creation, const std::string& action) {
  if (check_hdf5(H5Pget_layout(creation), action) == H5D_VIRTUAL)
    refuse(action, "a virtual dataset");
  if (check_hdf5(H5Pget_external_count(creation), action) > 0)
    refuse(action, "a dataset in external storage");
}

/// What is in one piece is all there. (Of chunks, most may never have been written.)
void check_hdf5_claim(hid_t creation, hsize_t stored, hid_t type, const std::vector<index_t>& shape,
                      index_t file_bytes, const std::string& action) {
  const H5D_layout_t layout = check_hdf5(H5Pget_layout(creation), action);
  if (may_be_unwritten(layout, stored)) return;
  const index_t claimed = claimed_bytes(shape, H5Tget_size(type));
  const bool is_compact = layout == H5D_COMPACT && !has_pointers(type);
  const auto there = is_compact ? static_cast<index_t>(stored) : file_bytes;
  if (claimed > there)
    throw_too_large(fmt::format("{}: its shape {}", action, shape_text(shape)),
                    stored_type_name(type), file_bytes);
}

void refuse_other_files(const hdf5_handle& dataset, const std::string& action) {
  refuse_other_files(own_hdf5(H5Dget_create_plist(dataset.get()), action).get(), action);
}

void check_hdf5_dataset(const hdf5_handle& dataset, hid_t creation, index_t file_bytes,
                        const std::string& action) {
  refuse_other_files(creation, action);
  const hsize_t stored = H5Dget_storage_size(dataset.get());
  const H5D_layout_t layout = check_hdf5(H5Pget_layout(creation), action);
  if (file_bytes < 0 || may_be_unwritten(layout, stored)) return;
  const hdf5_handle type = own_hdf5(H5Dget_type(dataset.get()), action);
  const std::vector<index_t> shape = hdf5_inspect(dataset, action).shape;
  check_hdf5_claim(creation, stored, type.get(), shape, file_bytes, action);
}

namespace {

void check_bytes(const std::string& what, const std::vector<index_t>& shape,
                 const std::string& type_name, index_t itemsize, index_t file_bytes,
                 index_t unwritten) {
  const index_t plausible = std::max(unwritten, file_bytes * largest_compression);
  if (claimed_bytes(shape, static_cast<std::size_t>(itemsize)) > plausible)
    throw_too_large(what + shape_text(shape), type_name, file_bytes);
}

} // namespace

void check_hdf5_memory(const std::vector<index_t>& asked_for, dtype type, index_t file_bytes,
                       const std::string& action) {
  check_bytes(action + ": what is asked for of shape ", asked_for, to_string(type), type.size,
              file_bytes, half_of_memory());
}

void check_hdf5_scan(const hdf5_dataset_info& info, index_t itemsize, index_t file_bytes,
                     const std::string& action) {
  check_bytes(action + ": its shape ", info.shape, info.type_name, itemsize, file_bytes,
              largest_scan);
}

hdf5_handle open_hdf5_dataset(hid_t file, const std::string& name, index_t file_bytes,
                              const std::string& action) {
  hdf5_handle dataset = open_hdf5_object(file, name, action);
  if (H5Iget_type(dataset.get()) != H5I_DATASET)
    throw file_error(fmt::format("{}: it is not a dataset; {}", action, contents(file)));
  if (file_bytes < 0) return dataset;
  const hdf5_handle creation = own_hdf5(H5Dget_create_plist(dataset.get()), action);
  check_hdf5_dataset(dataset, creation.get(), file_bytes, action);
  return dataset;
}

void check_extent(hsize_t size, hsize_t most, const std::string& action) {
  if (most == H5S_UNLIMITED || size <= most) return;
  throw format_error(fmt::format(
      "{}: it has size {} along an axis of at most {}: the file is damaged", action, size, most));
}

hdf5_dataset_info hdf5_inspect(const hdf5_handle& dataset, const std::string& action) {
  const hdf5_handle type = own_hdf5(H5Dget_type(dataset.get()), action);
  const hdf5_handle space = own_hdf5(H5Dget_space(dataset.get()), action);
  if (check_hdf5(H5Sget_simple_extent_type(space.get()), action) == H5S_NULL)
    throw file_error(action + ": it is empty, without a shape");
  const auto ndim =
      static_cast<std::size_t>(check_hdf5(H5Sget_simple_extent_ndims(space.get()), action));
  std::vector<hsize_t> extents(ndim);
  std::vector<hsize_t> most(ndim);
  check_hdf5(H5Sget_simple_extent_dims(space.get(), extents.data(), most.data()), action);
  for (std::size_t d = 0; d < ndim; ++d) check_extent(extents[d], most[d], action);
  hdf5_dataset_info info{{}, stored_type_name(type.get())};
  const haddr_t offset = H5Dget_offset(dataset.get());
  info.offset = offset == HADDR_UNDEF ? 0 : static_cast<index_t>(offset);
  for (const hsize_t n : extents) {
    if (n > static_cast<hsize_t>(std::numeric_limits<index_t>::max()))
      throw file_error(fmt::format("{}: its size {} cannot be counted", action, n));
    info.shape.push_back(static_cast<index_t>(n));
  }
  return info;
}

hdf5_dataset_info hdf5_inspect(const communicator& comm, hid_t file, const std::string& name,
                               index_t file_bytes, const std::string& action) {
  const std::string bytes = text_from_root(comm, [&] {
    const hdf5_handle dataset = open_hdf5_dataset(file, name, file_bytes, action);
    const hdf5_dataset_info info = hdf5_inspect(dataset, action);
    value_packer packer;
    packer.put(info.offset);
    packer.put(info.shape);
    packer.put(info.type_name);
    return packer.bytes();
  });
  hdf5_dataset_info info;
  value_unpacker unpacker(bytes);
  unpacker.take(info.offset);
  unpacker.take(info.shape);
  unpacker.take(info.type_name);
  return info;
}

} // namespace tessera::detail
