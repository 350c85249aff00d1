#include "checkpoint/checkpoint_save.hpp"
#include "checkpoint/checkpoint_data.hpp"
#include "checkpoint/checkpoint_folder.hpp"
#include "hdf5/datasets/hdf5_dataset.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"
#include "parts/plain_path.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/io/input_file.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace tessera::detail {

namespace {

void check_pair(const saved_value& a, const saved_value& b) {
  const std::string as = plain_path(a.name());
  const std::string bs = plain_path(b.name());
  if (as == bs)
    throw argument_error(
        fmt::format("two values to be saved have the name '{}'{}", a.name(),
                    a.name() == b.name() ? "" : fmt::format(", which is '{}', too", b.name())));
  if (a.is_array() && b.is_array() && bs.starts_with(as + '/'))
    throw argument_error(fmt::format(
        "'{}' is the name of an array to be saved, so '{}' cannot be inside", a.name(), b.name()));
}

} // namespace

void check_saved_names(std::initializer_list<saved_value> values) {
  for (const saved_value& v : values) {
    check_hdf5_name(v.name());
    if (v.name().find('\n') != std::string::npos)
      throw argument_error(
          fmt::format("the name of a saved value is more than one line: '{}'", v.name()));
    if (v.is_array() && ('/' + plain_path(v.name()) + '/').find("/./") != std::string::npos)
      throw argument_error(
          fmt::format("'{}' cannot name a saved array: a part of it is '.'", v.name()));
    for (const saved_value& other : values)
      if (&v != &other) check_pair(v, other);
  }
}

std::vector<stored_array> arrays_of(hid_t file, const std::string& action) {
  std::vector<stored_array> arrays;
  for (const std::string& name : hdf5_dataset_names(file, action)) {
    const hdf5_handle dataset = open_hdf5_dataset(file, name, -1, action);
    const hdf5_handle type = own_hdf5(H5Dget_type(dataset.get()), action);
    hdf5_dataset_info info = hdf5_inspect(dataset, action);
    arrays.push_back({name, info.type_name, static_cast<int>(H5Tget_size(type.get())), info.offset,
                      std::move(info.shape)});
  }
  return arrays;
}

namespace {

void write_durably(const std::string& path, const std::string& text) {
  output_file file = output_file::create(path);
  file.write_at(0, text.data(), static_cast<index_t>(text.size()));
  file.sync();
  file.commit();
  sync_folder_of(path);
}

} // namespace

void sync_name_of(const std::string& folder) {
  std::error_code failure;
  const std::filesystem::path real = std::filesystem::canonical(folder, failure);
  try {
    if (!failure) sync_folder_of(real.string());
  } catch (const file_error&) { // what is wrong with the medium, saving tells
  }
}

void look_at_data(checkpoint_manifest& head, const output_file& data) {
  const input_file written(data.temporary());
  head.file_bytes = written.size();
  head.rest_hash = hash_of_rest(written, head.arrays);
}

void finish_generation(const std::string& folder, const checkpoint_manifest& head,
                       const std::string& pieces) {
  const std::string manifest = manifest_text(head, pieces);
  const std::string path = generation_path(folder, head.generation, ".checkpoint");
  try {
    parse_manifest(manifest);
    sync_folder_of(path);
    write_durably(path, manifest);
    check_size(input_file(data_path(folder, head.generation, head.is_tiled)), read_manifest(path));
  } catch (...) {
    remove_checkpoint(folder, head.generation);
    throw;
  }
}

} // namespace tessera::detail
