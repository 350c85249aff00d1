#include "checkpoint/checkpoint_state.hpp"
#include "checkpoint/checkpoint_data.hpp"
#include "checkpoint/checkpoint_folder.hpp"
#include "files/from_root.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>

#include <sys/stat.h>

#include <set>
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

bool is_whole(const communicator& comm, const std::string& folder, index_t generation,
              checkpoint_state& state) {
  const std::string known = text_from_root(
      comm, [&] { return std::string(is_known(folder, generation, state) ? "y" : ""); });
  if (!known.empty()) return true;
  try {
    static_cast<void>(checked_manifest(comm, folder, generation, state));
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
    const std::string path = generation_path(folder, generation, ".checkpoint");
    const checkpoint_manifest manifest = read_manifest(path);
    check_data(files_of_manifest(path, manifest), manifest, 0, 1);
  } catch (const error&) {
    return false;
  }
  state.whole[generation] = *stamp;
  return true;
}

/// The generations that a generation refers to; none where its manifest cannot be read.
std::vector<index_t> references_of(const std::string& folder, index_t generation) {
  try {
    return read_manifest(generation_path(folder, generation, ".checkpoint")).references();
  } catch (const error&) {
    return {};
  }
}

/// Which generations stay, and which need not.
struct kept_and_others {
  std::vector<index_t> kept;
  std::vector<index_t> others;
};

/// The newest `keep` that are whole are kept; nothing else goes where there are not as many.
template <class F>
kept_and_others divided(const std::vector<index_t>& generations, index_t keep, F&& is_whole) {
  kept_and_others all;
  const auto most = static_cast<std::size_t>(keep);
  if (generations.size() <= most) return all;
  for (const index_t generation : generations) {
    const bool stays = all.kept.size() < most && is_whole(generation);
    (stays ? all.kept : all.others).push_back(generation);
  }
  if (all.kept.size() < most) all.others.clear();
  return all;
}

/// Removes the others, but for those that kept ones refer to.
void remove_others(const kept_and_others& all, const std::string& folder, checkpoint_state& state) {
  std::set<index_t> needed;
  if (!all.others.empty())
    for (const index_t generation : all.kept)
      for (const index_t other : references_of(folder, generation)) needed.insert(other);
  for (const index_t generation : all.others) {
    if (needed.contains(generation)) continue;
    remove_checkpoint(folder, generation);
    state.whole.erase(generation);
  }
}

} // namespace

namespace {

bool add_stamp(generation_stamp& stamp, const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0 || !S_ISREG(s.st_mode)) return false;
  for (const auto value : {static_cast<std::int64_t>(s.st_dev), static_cast<std::int64_t>(s.st_ino),
                           static_cast<std::int64_t>(s.st_size), s.st_mtim.tv_sec,
                           s.st_mtim.tv_nsec, s.st_ctim.tv_sec, s.st_ctim.tv_nsec})
    stamp.push_back(value);
  return true;
}

} // namespace

std::optional<generation_stamp> stamp_of(const std::string& folder, index_t generation) {
  generation_stamp stamp;
  if (!add_stamp(stamp, generation_path(folder, generation, ".checkpoint"))) return {};
  if (add_stamp(stamp, data_path(folder, generation, false))) return stamp;
  if (!add_stamp(stamp, data_path(folder, generation, true))) return {};
  for (const index_t other : references_of(folder, generation))
    if (!add_stamp(stamp, data_path(folder, other, true))) return {};
  return stamp;
}

bool is_known(const std::string& folder, index_t generation, const checkpoint_state& state) {
  const auto known = state.whole.find(generation);
  return known != state.whole.end() && stamp_of(folder, generation) == known->second;
}

std::vector<index_t> generations_in(const communicator& comm, const std::string& folder) {
  return unpacked_numbers(
      text_from_root(comm, [&] { return packed_numbers(list_checkpoints(folder).generations); }));
}

checkpoint_manifest checked_manifest(const communicator& comm, const std::string& folder,
                                     index_t generation, checkpoint_state& state) {
  const bool is_root = comm.rank() == 0;
  std::optional<generation_stamp> stamp;
  if (is_root) stamp = stamp_of(folder, generation);
  checkpoint_manifest manifest = collectively(comm, [&] {
    const std::string path = generation_path(folder, generation, ".checkpoint");
    checkpoint_manifest read = read_manifest(path);
    check_data(files_of_manifest(path, read), read, comm.rank(), comm.size());
    return read;
  });
  if (stamp) state.whole[generation] = *stamp;
  return manifest;
}

void prune_checkpoints(const communicator& comm, const std::string& folder, index_t keep,
                       checkpoint_state& state) {
  const kept_and_others all = divided(generations_in(comm, folder), keep, [&](index_t generation) {
    return is_whole(comm, folder, generation, state);
  });
  if (comm.rank() == 0) remove_others(all, folder, state);
}

void prune_checkpoints(const std::string& folder, index_t keep, checkpoint_state& state) {
  const kept_and_others all =
      divided(list_checkpoints(folder).generations, keep,
              [&](index_t generation) { return is_whole(folder, generation, state); });
  remove_others(all, folder, state);
}

void note_whole(const std::string& folder, index_t generation, checkpoint_state& state) {
  if (const auto stamp = stamp_of(folder, generation)) state.whole[generation] = *stamp;
}

} // namespace tessera::detail
