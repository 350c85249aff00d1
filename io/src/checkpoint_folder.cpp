#include "checkpoint_folder.hpp"

#include <tessera/core/file_errors.hpp>
#include <tessera/core/output_file.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string_view>

namespace tessera::detail {

namespace {

constexpr std::size_t digits = 6;
constexpr std::size_t most_digits = 15;

/// The number that a name begins with, up to a dot; -1 for other files.
index_t generation_of(std::string_view name) {
  const std::size_t end = name.find('.');
  index_t value = -1;
  if (end == name.npos || end < digits || end > most_digits) return -1;
  const auto [last, code] = std::from_chars(name.data(), name.data() + end, value);
  return code == std::errc() && last == name.data() + end && value >= 0 ? value : -1;
}

/// A temporary file of ours: ".000007.h5.k3x9aa.tmp".
bool is_torn(std::string_view name) {
  if (!name.starts_with('.') || !name.ends_with(".tmp")) return false;
  name.remove_prefix(1);
  const std::size_t dot = std::min(name.find('.'), name.size());
  const std::string_view extension = name.substr(dot);
  return generation_of(name) >= 0 &&
         (extension.starts_with(".h5.") || extension.starts_with(".checkpoint."));
}

void remove_file(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

} // namespace

std::string generation_path(const std::string& folder, index_t generation, const char* extension) {
  std::string number = std::to_string(generation);
  if (number.size() < digits) number.insert(0, digits - number.size(), '0');
  return folder + '/' + number + extension;
}

index_t checkpoint_files::newest() const {
  index_t newest = generations.empty() ? 0 : generations.front();
  for (const index_t g : data_only) newest = std::max(newest, g);
  return newest;
}

checkpoint_files list_checkpoints(const std::string& folder) {
  checkpoint_files found;
  std::error_code failure;
  std::filesystem::directory_iterator entry(folder, failure);
  for (; !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
    const std::string name = entry->path().filename();
    if (is_torn(name)) found.torn.push_back(entry->path().string());
    const index_t generation = generation_of(name);
    if (generation < 0) continue;
    if (name.ends_with(".checkpoint")) found.generations.push_back(generation);
    if (name.ends_with(".h5")) found.data_only.push_back(generation);
  }
  if (failure) throw_file_error("read", folder, failure.message());
  std::sort(found.generations.begin(), found.generations.end(), std::greater<>());
  std::erase_if(found.data_only, [&](index_t g) {
    return std::find(found.generations.begin(), found.generations.end(), g) !=
           found.generations.end();
  });
  return found;
}

void make_folder(const std::string& folder) {
  std::error_code failure;
  std::vector<std::filesystem::path> made;
  for (std::filesystem::path path = folder;
       !path.empty() && !std::filesystem::exists(path, failure); path = path.parent_path())
    made.push_back(path);
  std::filesystem::create_directories(folder, failure);
  if (!std::filesystem::is_directory(folder, failure))
    throw_file_error("write", folder, failure ? failure.message() : "it is not a folder");
  // What is put on the medium in a folder is lost with the folder's name.
  for (const std::filesystem::path& path : made) sync_folder_of(path.string());
}

void remove_checkpoint(const std::string& folder, index_t generation) {
  // The manifest first: without it, the data no longer count.
  remove_file(generation_path(folder, generation, ".checkpoint"));
  remove_file(generation_path(folder, generation, ".h5"));
}

void tidy_checkpoints(const std::string& folder, index_t keep) {
  const checkpoint_files found = list_checkpoints(folder);
  for (const std::string& path : found.torn) remove_file(path);
  for (const index_t g : found.data_only) remove_file(generation_path(folder, g, ".h5"));
  for (std::size_t k = static_cast<std::size_t>(keep); k < found.generations.size(); ++k)
    remove_checkpoint(folder, found.generations[k]);
}

} // namespace tessera::detail
