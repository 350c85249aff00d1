#include "zarr/folders/node_names.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail {

namespace {

constexpr std::size_t longest_part = 255;
constexpr std::size_t most_listed = 50;

/// Nothing where it may be a name.
std::string why_not(std::string_view part) {
  if (part.empty()) return "a part of it is empty";
  if (part.find_first_not_of('.') == part.npos) return "a part of it is made of dots alone";
  if (part.starts_with("__")) return "names that begin with __ are reserved";
  if (part == "zarr.json") return "zarr.json holds metadata";
  if (part.size() > longest_part) return "a part of it is too long";
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  if (std::any_of(part.begin(), part.end(), is_control)) return "it holds control characters";
  return {};
}

} // namespace

std::string node_path(const std::string& name) {
  if (name == "/" || name.empty()) return {};
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string problem = why_not(std::string_view(name).substr(begin, end - begin));
    if (!problem.empty())
      throw argument_error(fmt::format(
          "'{}' cannot be the name of an array or group in a Zarr store: {}", name, problem));
    begin = end + 1;
  }
  return name;
}

std::vector<std::string> groups_around(const std::string& path) {
  std::vector<std::string> groups{""};
  if (path.empty()) return {};
  for (std::size_t end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1))
    groups.push_back(path.substr(0, end));
  return groups;
}

std::string no_such(const std::vector<std::string>& those_there_are) {
  std::string text;
  for (std::size_t k = 0; k < std::min(those_there_are.size(), most_listed); ++k)
    text += fmt::format("{}'{}'", k > 0 ? ", " : "", shown_name(those_there_are[k]));
  if (those_there_are.size() > most_listed)
    text += fmt::format(" and {} more", those_there_are.size() - most_listed);
  return "there is no such; the store holds " + (text.empty() ? "no arrays" : text);
}

} // namespace tessera::detail
