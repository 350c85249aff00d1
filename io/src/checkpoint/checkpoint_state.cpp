#include "checkpoint/checkpoint_state.hpp"
#include "checkpoint/checkpoint_data.hpp"
#include "checkpoint/checkpoint_folder.hpp"
#include "files/from_root.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>

#include <sys/stat.h>

#include <string>
#include <vector>

namespace tessera::detail {

namespace {

std::string packed_numbers(const std::vector<index_t>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(index_t)};
}

std::vector<index_t> unpacked_numbers(const std::string& bytes) {
  std::vector<index_t> values(bytes.size() / sizeof(index_t));
  bytes.copy(reinterpret_cast<char*>(values.data()), bytes.size());
  return values;
}

/// Is a generation known to be whole? Collective.
bool is_known(const communicator& comm, const std::string& folder, index_t generation,
              const checkpoint_state& state) {
  return text_from_root(comm, [&]() -> std::string {
           const auto known = state.whole.find(generation);
           const bool same =
               known != state.whole.end() && stamp_of(folder, generation) == known->second;
           return same ? "y" : "";
         }) == "y";
}

bool is_whole(const communicator& comm, const std::string& folder, index_t generation,
              checkpoint_state& state) {
  if (is_known(comm, folder, generation, state)) return true;
  try {
    checked_step(comm, folder, generation, state);
    return true;
  } catch (const error&) {
    return false; // restoring says why
  }
}

} // namespace

std::optional<generation_stamp> stamp_of(const std::string& folder, index_t generation) {
  generation_stamp stamp{};
  std::size_t k = 0;
  for (const char* extension : {".checkpoint", ".h5"}) {
    struct stat s {};
    if (::stat(generation_path(folder, generation, extension).c_str(), &s) != 0 ||
        !S_ISREG(s.st_mode))
      return std::nullopt;
    for (const auto value :
         {static_cast<std::int64_t>(s.st_dev), static_cast<std::int64_t>(s.st_ino),
          static_cast<std::int64_t>(s.st_size), s.st_mtim.tv_sec, s.st_mtim.tv_nsec,
          s.st_ctim.tv_sec, s.st_ctim.tv_nsec})
      stamp[k++] = value;
  }
  return stamp;
}

std::vector<index_t> generations_in(const communicator& comm, const std::string& folder) {
  return unpacked_numbers(
      text_from_root(comm, [&] { return packed_numbers(list_checkpoints(folder).generations); }));
}

index_t checked_step(const communicator& comm, const std::string& folder, index_t generation,
                     checkpoint_state& state) {
  const bool is_root = comm.rank() == 0;
  std::optional<generation_stamp> stamp;
  if (is_root) stamp = stamp_of(folder, generation);
  const index_t step = collectively(comm, [&] {
    const checkpoint_manifest manifest =
        read_manifest(generation_path(folder, generation, ".checkpoint"));
    check_data(input_file(generation_path(folder, generation, ".h5")), manifest, comm.rank(),
               comm.size());
    return manifest.step;
  });
  if (stamp) state.whole[generation] = *stamp;
  return step;
}

void prune_checkpoints(const communicator& comm, const std::string& folder, index_t keep,
                       checkpoint_state& state) {
  const std::vector<index_t> generations = generations_in(comm, folder);
  if (static_cast<index_t>(generations.size()) <= keep) return;
  index_t whole = 0;
  std::vector<index_t> others;
  for (const index_t generation : generations) {
    if (whole < keep && is_whole(comm, folder, generation, state))
      ++whole;
    else
      others.push_back(generation);
  }
  if (whole < keep || comm.rank() != 0) return;
  for (const index_t generation : others) {
    remove_checkpoint(folder, generation);
    state.whole.erase(generation);
  }
}

} // namespace tessera::detail
