#include "checkpoint/checkpoint_folder.hpp"
#include "checkpoint/checkpoint_manifest.hpp"
#include "checkpoint/checkpoint_save.hpp"
#include "checkpoint/checkpoint_state.hpp"
#include "checkpoint/pending_slot.hpp"
#include "checkpoint/tile_reader.hpp"
#include "files/from_root.hpp"
#include "hdf5/hdf5_state.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/io/checkpoint.hpp>
#include <tessera/io/checkpoint_generation.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

namespace tessera {

namespace detail {

namespace {

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
      state_(std::make_shared<checkpoint_state>()), pending_(pending_slot::of(folder_)) {
  if (options.memory_limit < 0)
    throw argument_error(fmt::format("a checkpoint whose copies take {} bytes at most; the limit "
                                     "must be 0 or more",
                                     options.memory_limit));
  if (options.full_every < 1)
    throw argument_error(fmt::format("a checkpoint of which {} generations in a row depend on one; "
                                     "it must be 1 or more",
                                     options.full_every));
  if (options.keep < 1)
    throw argument_error(
        fmt::format("a checkpoint keeps {} generations; it must be 1 or more", options.keep));
  agree(comm_, "the folder of checkpoints",
        fmt::format("'{}' with the last {}{}", folder_, options.keep,
                    options.incremental
                        ? fmt::format(", only changes between each {}", options.full_every)
                        : ""));
  text_from_root(comm_, [&] {
    make_folder(folder_);
    return std::string();
  });
}

/// The data of a generation as one file, wherever its tiles are. Collective.
hdf5_file checkpoint::open_data(index_t generation, checkpoint_manifest manifest) const {
  const std::string path = data_path(folder_, generation, manifest.is_tiled);
  hdf5_file file = hdf5_file::open(comm_, path);
  if (!manifest.is_tiled) return file;
  collectively(comm_, [&] {
    const index_t bytes = manifest.file_bytes;
    const auto reader = std::make_shared<const tile_reader>(
        generation_path(folder_, generation, ".checkpoint"), std::move(manifest));
    file.state_->input = input_file(path, bytes, [reader](index_t offset, void* to, index_t count) {
      reader->read_at(offset, to, count);
    });
  });
  return file;
}

std::optional<index_t> checkpoint::restore(std::initializer_list<restored_value> values) {
  TESSERA_PROFILE("checkpoint: restore");
  wait_for_pending();
  agree(comm_, "a checkpoint that is restored", names_of(values));
  const std::vector<index_t> generations = generations_in(comm_, folder_);
  if (comm_.rank() == 0) warn_of_another(folder_);
  for (const index_t generation : generations) {
    checkpoint_manifest manifest;
    try {
      manifest = checked_manifest(comm_, folder_, generation, *state_);
    } catch (const error& damage) {
      if (comm_.rank() == 0) warn_of_damage(damage.what(), generation == generations.back());
      continue;
    }
    const index_t step = manifest.step;
    hdf5_file file = open_data(generation, std::move(manifest));
    for (const restored_value& v : values) v.restore(file);
    return step;
  }
  if (generations.empty()) return std::nullopt;
  throw file_error(
      fmt::format("none of the {} checkpoints in '{}' is whole", generations.size(), folder_));
}

std::vector<index_t> checkpoint::steps() const {
  wait_for_pending();
  std::vector<index_t> steps;
  for (const checkpoint_generation& g : inspect_checkpoint(comm_, folder_, false))
    if (g.step >= 0) steps.push_back(g.step);
  return steps;
}

} // namespace tessera
