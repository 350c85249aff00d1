#include "checkpoint_data.hpp"
#include "checkpoint_folder.hpp"
#include "checkpoint_manifest.hpp"
#include "from_root.hpp"
#include "hdf5_state.hpp"
#include "hdf5_types.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/io/checkpoint.hpp>
#include <tessera/io/checkpoint_generation.hpp>

#include <cstdio>
#include <string>
#include <utility>

namespace tessera {

namespace detail {

namespace {

using word = std::uint64_t;

void check_names(std::initializer_list<saved_value> values) {
  for (const saved_value& v : values) {
    check_hdf5_name(v.name());
    if (v.name().find('\n') != std::string::npos)
      throw argument_error("the name of a saved value is more than one line: '" + v.name() + "'");
    index_t same = 0;
    for (const saved_value& other : values) same += static_cast<index_t>(other.name() == v.name());
    if (same > 1) throw argument_error("two values to be saved have the name '" + v.name() + "'");
  }
}

/// "'u', 'rng'"
template <class Value> std::string names_of(std::initializer_list<Value> values) {
  std::string text;
  for (const Value& v : values) text += (text.empty() ? "'" : ", '") + v.name() + "'";
  return text;
}

/// The arrays of a file that is being written. Local, on rank 0.
std::vector<stored_array> arrays_of(hid_t file, const std::string& action) {
  std::vector<stored_array> arrays;
  for (const std::string& name : hdf5_dataset_names(file)) {
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

/// With its manifest, a generation whose data have their name comes into being; without, they go.
void finish_generation(const std::string& folder, index_t generation, const std::string& manifest) {
  const std::string path = generation_path(folder, generation, ".checkpoint");
  try {
    sync_folder_of(path);
    write_durably(path, manifest);
  } catch (...) {
    remove_checkpoint(folder, generation);
    throw;
  }
}

std::string packed_numbers(const std::vector<index_t>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(index_t)};
}

std::vector<index_t> unpacked_numbers(const std::string& bytes) {
  std::vector<index_t> values(bytes.size() / sizeof(index_t));
  bytes.copy(reinterpret_cast<char*>(values.data()), bytes.size());
  return values;
}

/// The generations that have a manifest, the newest first. Collective.
std::vector<index_t> generations_in(const communicator& comm, const std::string& folder) {
  return unpacked_numbers(
      text_from_root(comm, [&] { return packed_numbers(list_checkpoints(folder).generations); }));
}

/// Checks a generation, every rank its share; returns its step. Collective.
index_t checked_step(const communicator& comm, const std::string& folder, index_t generation) {
  return collectively(comm, [&] {
    const checkpoint_manifest manifest =
        read_manifest(generation_path(folder, generation, ".checkpoint"));
    check_data(input_file(generation_path(folder, generation, ".h5")), manifest, comm.rank(),
               comm.size());
    return manifest.step;
  });
}

void warn_of_damage(const std::string& what, bool is_last) {
  std::fprintf(stderr, "tessera: warning: a checkpoint is damaged: %s; %s\n", what.c_str(),
               is_last ? "there is no older one" : "the one before it is tried");
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
    throw file_error("'" + name + "' in '" + file.path() + "' is not the state of a generator");
  value.restore({words(0), words(1), words(2), words(3)});
}

} // namespace detail

using namespace detail;

checkpoint::checkpoint(communicator comm, std::string folder, const checkpoint_options& options)
    : comm_(std::move(comm)), folder_(std::move(folder)), options_(options) {
  if (options.keep < 1)
    throw argument_error("a checkpoint keeps " + std::to_string(options.keep) +
                         " generations; it must be 1 or more");
  agree(comm_, "the folder of checkpoints",
        "'" + folder_ + "' with the last " + std::to_string(options.keep));
  text_from_root(comm_, [&] {
    make_folder(folder_);
    return std::string();
  });
}

/// Ends the data file; returns what the manifest says of it, without the tiles, on rank 0.
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
  agree(comm_, "a checkpoint that is saved",
        "step " + std::to_string(step) + " with " + names_of(values));
  collectively(comm_, [&] {
    if (step < 0) throw argument_error("a checkpoint of step " + std::to_string(step));
    check_names(values);
  });
  const index_t generation = std::stoll(text_from_root(comm_, [&] {
    tidy_checkpoints(folder_, options_.keep);
    return std::to_string(list_checkpoints(folder_).newest() + 1);
  }));
  hdf5_file file = hdf5_file::create(comm_, generation_path(folder_, generation, ".h5"));
  file.state_->tiles.emplace();
  for (const saved_value& v : values) v.save(file);
  const std::string mine = tile_lines(*file.state_->tiles);
  const checkpoint_manifest head = finish_data(file, step);
  const std::string tiles = gather(comm_, mine, 0);
  text_from_root(comm_, [&] {
    finish_generation(folder_, generation, manifest_text(head, tiles));
    tidy_checkpoints(folder_, options_.keep);
    return std::string();
  });
}

std::optional<index_t> checkpoint::restore(std::initializer_list<restored_value> values) {
  agree(comm_, "a checkpoint that is restored", names_of(values));
  const std::vector<index_t> generations = generations_in(comm_, folder_);
  for (const index_t generation : generations) {
    index_t step = 0;
    try {
      step = checked_step(comm_, folder_, generation);
    } catch (const error& damage) {
      if (comm_.rank() == 0) warn_of_damage(damage.what(), generation == generations.back());
      continue;
    }
    hdf5_file file = hdf5_file::open(comm_, generation_path(folder_, generation, ".h5"));
    for (const restored_value& v : values) v.restore(file);
    return step;
  }
  if (generations.empty()) return std::nullopt;
  throw file_error("none of the " + std::to_string(generations.size()) + " checkpoints in '" +
                   folder_ + "' is whole");
}

std::vector<index_t> checkpoint::steps() const {
  std::vector<index_t> steps;
  for (const checkpoint_generation& g : inspect_checkpoint(comm_, folder_, false))
    if (g.step >= 0) steps.push_back(g.step);
  return steps;
}

} // namespace tessera
