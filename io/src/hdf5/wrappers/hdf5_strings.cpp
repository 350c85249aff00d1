#include "hdf5/wrappers/hdf5_strings.hpp"

#include <tessera/core/error.hpp>

#include <algorithm>
#include <string>

namespace tessera::detail {

namespace {

std::vector<std::string> read_variable(hid_t type, hid_t space, hid_t transfer, std::size_t count,
                                       const std::string& action,
                                       const std::function<herr_t(hid_t, void*)>& read) {
  std::vector<char*> pointers(count, nullptr);
  const bool has_failed = read(type, pointers.data()) < 0;
  const std::string reason = has_failed ? hdf5_reason() : ""; // the next call forgets it
  std::vector<std::string> texts;
  if (!has_failed)
    for (const char* const text : pointers) texts.emplace_back(text != nullptr ? text : "");
  const herr_t reclaimed = H5Dvlen_reclaim(type, space, transfer, pointers.data());
  if (has_failed) throw file_error(action + ": " + reason);
  check_hdf5(reclaimed, action);
  return texts;
}

} // namespace

std::string fixed_hdf5_text(hid_t type, const char* letters) {
  std::string text(letters, H5Tget_size(type));
  switch (H5Tget_strpad(type)) {
  case H5T_STR_SPACEPAD: text.erase(text.find_last_not_of(' ') + 1); break;
  case H5T_STR_NULLPAD: text.erase(text.find_last_not_of('\0') + 1); break;
  default: text.erase(std::min(text.find('\0'), text.size()));
  }
  return text;
}

std::vector<std::string> read_hdf5_texts(hid_t type, hid_t space, hid_t transfer,
                                         const std::string& action,
                                         const std::function<herr_t(hid_t, void*)>& read) {
  const auto count =
      static_cast<std::size_t>(check_hdf5(H5Sget_simple_extent_npoints(space), action));
  if (count == 0) return {};
  if (H5Tis_variable_str(type) > 0)
    return read_variable(type, space, transfer, count, action, read);
  const std::size_t width = H5Tget_size(type);
  std::string letters(count * width, '\0');
  check_hdf5(read(type, letters.data()), action);
  std::vector<std::string> texts;
  for (std::size_t k = 0; k < count; ++k)
    texts.push_back(fixed_hdf5_text(type, letters.data() + k * width));
  return texts;
}

void check_hdf5_texts(const std::vector<std::string>& texts, const std::string& action) {
  for (const std::string& text : texts)
    if (text.find('\0') != text.npos)
      throw argument_error(action + ": a text with a zero byte inside would end there");
}

std::vector<const char*> hdf5_text_pointers(const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  pointers.reserve(texts.size());
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  return pointers;
}

} // namespace tessera::detail
