#include "hdf5_strings.hpp"

#include <algorithm>
#include <string>

namespace tessera::detail {

std::string fixed_hdf5_text(hid_t type, const char* letters) {
  std::string text(letters, H5Tget_size(type));
  switch (H5Tget_strpad(type)) {
  case H5T_STR_SPACEPAD: text.erase(text.find_last_not_of(' ') + 1); break;
  case H5T_STR_NULLPAD: text.erase(text.find_last_not_of('\0') + 1); break;
  default: text.erase(std::min(text.find('\0'), text.size()));
  }
  return text;
}

} // namespace tessera::detail
