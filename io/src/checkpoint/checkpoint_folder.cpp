#include "checkpoint/checkpoint_folder.hpp"

#include <tessera/core/files/file_errors.hpp>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace tessera::detail {

namespace {

constexpr std::size_t digits = 6;
constexpr index_t highest_number = 999'999'999'999'999'999;

std::string number_text(index_t generation) {
  std::string number = std::to_string(generation);
  if (number.size() < digits) number.insert(0, digits - number.size(), '0');
  return number;
}

/// The number that a name begins with, up to a dot, written as we write it; -1 for other files.
index_t generation_of(std::string_view name) {
  const std::size_t end = std::min(name.find('.'), name.size());
  index_t value = -1;
  const auto [last, code] = std::from_chars(name.data(), name.data() + end, value);
  const bool is_number = code == std::errc() && last == name.data() + end && value >= 0;
  return is_number && value <= highest_number && name.substr(0, end) == number_text(value) ? value
                                                                                           : -1;
}

/// A temporary file of ours: ".000007.h5.k3x9aa.tmp".
bool is_torn(std::string_view name) {
  if (!name.starts_with('.') || !name.ends_with(".tmp")) return false;
  name.remove_prefix(1);
  const std::size_t dot = std::min(name.find('.'), name.size());
  const std::string_view extension = name.substr(dot);
  return generation_of(name) >= 0 &&
         (extension.starts_with(".h5.") || extension.starts_with(".tiles.") ||
          extension.starts_with(".checkpoint.") || extension.starts_with(".reports."));
}

/// A folder of that name stays.
void remove_file(const std::string& path) { static_cast<void>(::unlink(path.c_str())); }

} // namespace

std::string generation_path(const std::string& folder, index_t generation, const char* extension) {
  return folder + '/' + number_text(generation) + extension;
}

index_t generation_of_manifest(const std::string& path) {
  const std::filesystem::path name = std::filesystem::path(path).filename();
  return name.extension() == ".checkpoint" ? generation_of(name.string()) : -1;
}

checkpoint_files list_checkpoints(const std::string& folder) {
  checkpoint_files found;
  std::vector<std::pair<index_t, const char*>> data;
  std::error_code failure;
  std::filesystem::directory_iterator entry(folder, failure);
  for (; !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
    const std::string name = entry->path().filename();
    if (is_torn(name)) found.leftovers.push_back(entry->path().string());
    const index_t generation = generation_of(name);
    if (name == number_text(generation) + ".checkpoint") found.generations.push_back(generation);
    for (const char* extension : data_extensions)
      if (name == number_text(generation) + extension) data.emplace_back(generation, extension);
    found.highest = std::max(found.highest, generation);
  }
  if (failure) throw_file_error("read", folder, failure.message());
  std::sort(found.generations.begin(), found.generations.end(), std::greater<>());
  for (const auto& [g, extension] : data)
    if (std::find(found.generations.begin(), found.generations.end(), g) == found.generations.end())
      found.leftovers.push_back(generation_path(folder, g, extension));
  return found;
}

index_t next_generation(const std::string& folder) {
  for (const std::string& path : list_checkpoints(folder).leftovers) remove_file(path);
  const index_t highest = list_checkpoints(folder).highest;
  if (highest < highest_number) return highest + 1;
  throw_file_error("write", folder, "a file in it has the highest number there can be");
}

void remove_checkpoint(const std::string& folder, index_t generation) {
  // The manifest first: without it, the data no longer count.
  remove_file(generation_path(folder, generation, ".checkpoint"));
  for (const char* extension : data_extensions)
    remove_file(generation_path(folder, generation, extension));
}

} // namespace tessera::detail
