#include "checkpoint/checkpoint_data.hpp"
#include "checkpoint/checkpoint_folder.hpp"
#include "checkpoint/checkpoint_manifest.hpp"
#include "checkpoint/checkpoint_state.hpp"
#include "files/from_root.hpp"
#include "hdf5/hdf5_state.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/output_file.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/io/checkpoint.hpp>
#include <tessera/io/checkpoint_generation.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace tessera {

namespace detail {

namespace {

/// The name as a path without what does not count in it.
std::string plain_path(const std::string& name) {
  std::string path;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    const std::string part = name.substr(at, end - at);
    if (!part.empty()) path += (path.empty() ? "" : "/") + part;
    at = end + 1;
  }
  return path;
}

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

void check_names(std::initializer_list<saved_value> values) {
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

/// "'u', 'rng'"
template <class Value> std::string names_of(std::initializer_list<Value> values) {
  std::string text;
  for (const Value& v : values) text += fmt::format("{}{}'", text.empty() ? "'" : ", '", v.name());
  return text;
}

/// The arrays of a file that is being written. Local, on rank 0.
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

void write_durably(const std::string& path, const std::string& text) {
  output_file file = output_file::create(path);
  file.write_at(0, text.data(), static_cast<index_t>(text.size()));
  file.sync();
  file.commit();
  sync_folder_of(path);
}

/// The folder may be from a script, or from a program that was killed, and these did not wait until
/// its name was on the medium. Who may not read the folder above has to leave that to them.
void sync_name_of(const std::string& folder) {
  std::error_code failure;
  const std::filesystem::path real = std::filesystem::canonical(folder, failure);
  try {
    if (!failure) sync_folder_of(real.string());
  } catch (const file_error&) { // what is wrong with the medium, saving tells
  }
}

/// With its manifest, a generation whose data have their name comes into being; without, they go.
void finish_generation(const std::string& folder, const checkpoint_manifest& head,
                       const std::string& manifest) {
  const std::string path = generation_path(folder, head.generation, ".checkpoint");
  try {
    parse_manifest(manifest);
    sync_folder_of(path);
    write_durably(path, manifest);
    check_size(input_file(generation_path(folder, head.generation, ".h5")), read_manifest(path));
  } catch (...) {
    remove_checkpoint(folder, head.generation);
    throw;
  }
}

void warn_of_damage(const std::string& what, bool is_last) {
  std::fprintf(stderr, "tessera: warning: a checkpoint is damaged: %s; %s\n", what.c_str(),
               is_last ? "there is no older one" : "the one before it is tried");
}

/// One that goes on from here would be refused when it saves, perhaps after hours.
void warn_of_another(const std::string& folder) {
  const std::string other = checkpoint_lock::holder(folder);
  if (!other.empty())
    std::fprintf(stderr, "tessera: warning: %s saves to '%s', and this one could not\n",
                 other.c_str(), folder.c_str());
}

} // namespace

void checkpointed<generator>::save(hdf5_file& file, const std::string& name,
                                   const generator& value) {
  const generator_state& s = value.state();
  file.set_attribute("/", name,
                     ndarray<std::uint64_t, 1>{s.seed, s.stream, s.position, s.children});
}

void checkpointed<generator>::restore(hdf5_file& file, const std::string& name, generator& value) {
  const auto words = file.attribute<ndarray<std::uint64_t, 1>>("/", name);
  if (words.size() != 4)
    throw file_error(
        fmt::format("'{}' in '{}' is not the state of a generator", name, file.path()));
  value.restore({words(0), words(1), words(2), words(3)});
}

} // namespace detail

using namespace detail;

checkpoint::checkpoint(communicator comm, std::string folder, const checkpoint_options& options)
    : comm_(std::move(comm)), folder_(std::move(folder)), options_(options),
      state_(std::make_shared<checkpoint_state>()) {
  if (options.keep < 1)
    throw argument_error(
        fmt::format("a checkpoint keeps {} generations; it must be 1 or more", options.keep));
  agree(comm_, "the folder of checkpoints",
        fmt::format("'{}' with the last {}", folder_, options.keep));
  text_from_root(comm_, [&] {
    make_folder(folder_);
    return std::string();
  });
}

/// Ends the data file; returns what the manifest says of it, without the pieces, on rank 0.
checkpoint_manifest checkpoint::finish_data(hdf5_file& file, index_t step) const {
  hdf5_file::state& s = *file.state_;
  checkpoint_manifest head;
  head.step = step;
  const bool is_root = comm_.rank() == 0;
  s.writing([&] {
    collectively(comm_, [&] {
      if (is_root) head.arrays = arrays_of(s.file.get(), s.failure("/"));
    });
  });
  s.finish([&] {
    collectively(comm_, [&] {
      if (!is_root) return;
      const input_file written(s.output->temporary());
      head.file_bytes = written.size();
      head.rest_hash = hash_of_rest(written, head.arrays);
    });
    s.output->sync();
    s.output->commit();
  });
  return head;
}

void checkpoint::save(index_t step, std::initializer_list<saved_value> values) {
  TESSERA_PROFILE("checkpoint: save");
  agree(comm_, "a checkpoint that is saved",
        fmt::format("step {} with {}", step, names_of(values)));
  collectively(comm_, [&] {
    if (step < 0) throw argument_error(fmt::format("a checkpoint of step {}", step));
    check_names(values);
  });
  const index_t generation = std::stoll(text_from_root(comm_, [&] {
    if (!state_->lock) {
      state_->lock = checkpoint_lock::of(folder_);
      sync_name_of(folder_);
    }
    return std::to_string(next_generation(folder_));
  }));
  hdf5_file file = hdf5_file::create(comm_, generation_path(folder_, generation, ".h5"));
  file.state_->hashed_pieces.emplace();
  for (const saved_value& v : values) v.save(file);
  for (hashed_piece& piece : *file.state_->hashed_pieces) piece.array = plain_path(piece.array);
  const std::string mine = piece_lines(*file.state_->hashed_pieces);
  checkpoint_manifest head = finish_data(file, step);
  head.generation = generation;
  const std::string pieces = gather_text(comm_, mine, 0);
  text_from_root(comm_, [&] {
    finish_generation(folder_, head, manifest_text(head, pieces));
    if (const auto stamp = stamp_of(folder_, generation)) state_->whole[generation] = *stamp;
    return std::string();
  });
  prune_checkpoints(comm_, folder_, options_.keep, *state_);
}

std::optional<index_t> checkpoint::restore(std::initializer_list<restored_value> values) {
  TESSERA_PROFILE("checkpoint: restore");
  agree(comm_, "a checkpoint that is restored", names_of(values));
  const std::vector<index_t> generations = generations_in(comm_, folder_);
  if (comm_.rank() == 0) warn_of_another(folder_);
  for (const index_t generation : generations) {
    index_t step = 0;
    try {
      step = checked_step(comm_, folder_, generation, *state_);
    } catch (const error& damage) {
      if (comm_.rank() == 0) warn_of_damage(damage.what(), generation == generations.back());
      continue;
    }
    hdf5_file file = hdf5_file::open(comm_, generation_path(folder_, generation, ".h5"));
    for (const restored_value& v : values) v.restore(file);
    return step;
  }
  if (generations.empty()) return std::nullopt;
  throw file_error(
      fmt::format("none of the {} checkpoints in '{}' is whole", generations.size(), folder_));
}

std::vector<index_t> checkpoint::steps() const {
  std::vector<index_t> steps;
  for (const checkpoint_generation& g : inspect_checkpoint(comm_, folder_, false))
    if (g.step >= 0) steps.push_back(g.step);
  return steps;
}

} // namespace tessera
