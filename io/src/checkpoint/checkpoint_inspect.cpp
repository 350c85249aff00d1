#include "checkpoint/checkpoint_data.hpp"
#include "checkpoint/checkpoint_folder.hpp"
#include "files/from_root.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/io/checkpoint_generation.hpp>

#include <filesystem>

namespace tessera {

namespace detail {

namespace {

/// The manifests that a path stands for, the newest first. Local.
std::vector<std::string> manifests_at(const std::string& path) {
  std::vector<std::string> paths;
  std::error_code ignored; // what is no folder is opened, which says what is wrong
  if (!std::filesystem::is_directory(path, ignored)) return {input_file(path).path()};
  for (const index_t generation : list_checkpoints(path).generations)
    paths.push_back(generation_path(path, generation, ".checkpoint"));
  return paths;
}

/// Where the data of a generation are, whose manifest may be damaged.
std::string data_of(const std::string& manifest, bool is_tiled) {
  return std::filesystem::path(manifest)
      .replace_extension(data_extensions[is_tiled ? 1 : 0])
      .string();
}

/// What the manifest says, and whether the file of data is there. Local.
void describe(checkpoint_generation& g, const checkpoint_manifest& manifest) {
  g.data = data_of(g.manifest, manifest.is_tiled);
  g.is_tiled = manifest.is_tiled;
  g.step = manifest.step;
  g.bytes = manifest.file_bytes;
  for (const stored_array& a : manifest.arrays)
    g.arrays.push_back({a.name, a.type, a.shape, a.bytes()});
}

/// Damage is an answer here. Collective.
checkpoint_generation inspect(const communicator& comm, const std::string& path, bool verify) {
  checkpoint_generation found;
  found.manifest = path;
  found.data = data_of(path, false);
  try {
    collectively(comm, [&] {
      const checkpoint_manifest manifest = read_manifest(path);
      describe(found, manifest);
      const files_of_manifest data(path, manifest);
      check_size(data.own(), manifest);
      if (verify) check_data(data, manifest, comm.rank(), comm.size());
    });
  } catch (const error& damage) {
    found.damage = damage.what();
  }
  return found;
}

} // namespace

} // namespace detail

std::vector<checkpoint_generation> inspect_checkpoint(const communicator& comm,
                                                      const std::string& path, bool verify) {
  const std::string names = detail::text_from_root(comm, [&] {
    std::string text;
    for (const std::string& manifest : detail::manifests_at(path)) text += manifest + '\0';
    return text;
  });
  std::vector<checkpoint_generation> generations;
  for (std::size_t at = 0; at < names.size(); at = names.find('\0', at) + 1)
    generations.push_back(detail::inspect(comm, names.c_str() + at, verify));
  return generations;
}

} // namespace tessera
