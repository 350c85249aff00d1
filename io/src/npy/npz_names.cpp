#include "npy/npz_names.hpp"

#include <algorithm>
#include <limits>

namespace tessera::detail {

namespace {

bool has_step_up(std::string_view name) {
  while (true) {
    const std::size_t slash = name.find('/');
    if (name.substr(0, slash) == "..") return true;
    if (slash == name.npos) return false;
    name.remove_prefix(slash + 1);
  }
}

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

} // namespace

const char* problem_of_npz_name(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.size() + npy_ending.size() > std::numeric_limits<unsigned short>::max())
    return "it is too long";
  if (std::any_of(name.begin(), name.end(), is_control)) return "it holds control characters";
  if (name.find('\\') != name.npos) return "it holds a backslash";
  const bool has_drive = name.size() > 1 && name[1] == ':';
  if (name[0] == '/' || has_drive || has_step_up(name))
    return "it leads out of the folder into which the archive is unpacked";
  return nullptr;
}

} // namespace tessera::detail
