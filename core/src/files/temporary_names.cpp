#include "files/temporary_names.hpp"
#include "files/temporary_file.hpp"

#include <tessera/core/files/file_errors.hpp>

#include <fmt/core.h>

#include <random>
#include <string>

namespace tessera::detail {

namespace {

constexpr std::size_t longest_stem = 200; // of the 255 bytes that a name may have

std::string random_letters(std::size_t count) {
  static constexpr char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device device;
  std::uniform_int_distribution<std::size_t> pick(0, sizeof letters - 2);
  std::string text;
  while (text.size() < count) text += letters[pick(device)];
  return text;
}

} // namespace

temporary_names::temporary_names(const std::string& path) {
  const std::string folder = folder_of(path);
  const std::string stem = path.substr(folder.size());
  if (stem.empty()) throw_file_error("write", path, "it names no file");
  start_ = folder + '.' + stem.substr(0, longest_stem) + ".tessera-";
}

std::string temporary_names::operator[](int number) const {
  return with((number < most_numbers ? std::to_string(number) : random_letters(6)) + ".tmp");
}

void throw_cannot_make(const std::string& path, int code) {
  const std::string folder = folder_of(path);
  throw_file_error("write", path,
                   fmt::format("no new file can be made in the folder '{}': {}",
                               folder.empty() ? "." : folder, system_message(code)));
}

} // namespace tessera::detail
