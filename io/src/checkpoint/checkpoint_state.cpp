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

/// Is a generation known to be whole? Local, on rank 0.
bool is_known(const std::string& folder, index_t generation, const checkpoint_state& state) {
  const auto known = state.whole.find(generation);
  return known != state.whole.end() && stamp_of(folder, generation) == known->second;
}

bool is_whole(const communicator& comm, const std::string& folder, index_t generation,
              checkpoint_state& state) {
  const std::string known = text_from_root(
      comm, [&] { return std::string(is_known(folder, generation, state) ? "y" : ""); });
  if (!known.empty()) return true;
  try {
    checked_step(comm, folder, generation, state);
    return true;
  } catch (const error&) {
    return false; // restoring says why
  }
}

/// The same by this rank alone.
bool is_whole(const std::string& folder, index_t generation, checkpoint_state& state) {
  if (is_known(folder, generation, state)) return true;
  const std::optional<generation_stamp> stamp = stamp_of(folder, generation);
  if (!stamp) return false;
  try {
    check_data(input_file(generation_path(folder, generation, ".h5")),
               read_manifest(generation_path(folder, generation, ".checkpoint")), 0, 1);
  } catch (const error&) {
    return false;
  }
  state.whole[generation] = *stamp;
  return true;
}

/// All but the newest `keep` that are whole; none where there are not as many.
template <class F>
std::vector<index_t> not_kept(const std::vector<index_t>& generations, index_t keep, F&& is_whole) {
  index_t whole = 0;
  std::vector<index_t> others;
  if (static_cast<index_t>(generations.size()) <= keep) return others;
  for (const index_t generation : generations) {
    if (whole < keep && is_whole(generation))
      ++whole;
    else
      others.push_back(generation);
  }
  return whole < keep ? std::vector<index_t>() : others;
}

void remove(const std::vector<index_t>& generations, const std::string& folder,
            checkpoint_state& state) {
  for (const index_t generation : generations) {
    remove_checkpoint(folder, generation);
    state.whole.erase(generation);
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
  const std::vector<index_t> others =
      not_kept(generations_in(comm, folder), keep,
               [&](index_t generation) { return is_whole(comm, folder, generation, state); });
  if (comm.rank() == 0) remove(others, folder, state);
}

void prune_checkpoints(const std::string& folder, index_t keep, checkpoint_state& state) {
  const std::vector<index_t> others =
      not_kept(list_checkpoints(folder).generations, keep,
               [&](index_t generation) { return is_whole(folder, generation, state); });
  remove(others, folder, state);
}

void note_whole(const std::string& folder, index_t generation, checkpoint_state& state) {
  if (const auto stamp = stamp_of(folder, generation)) state.whole[generation] = *stamp;
}

} // namespace tessera::detail
