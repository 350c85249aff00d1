#include "hdf5_handle.hpp"

#include <tessera/core/error.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

namespace {

herr_t collect(unsigned /*depth*/, const H5E_error2_t* entry, void* causes) {
  auto& texts = *static_cast<std::vector<std::string>*>(causes);
  if (entry->desc != nullptr && *entry->desc != '\0') texts.emplace_back(entry->desc);
  return 0;
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return text;
}

} // namespace

void silence_hdf5() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

std::string hdf5_reason() {
  std::vector<std::string> causes; // the innermost first
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect, &causes);
  if (causes.empty()) return "HDF5 gives no reason";
  std::string text = causes.front();
  if (causes.size() > 1) text += " (" + causes[1] + ")";
  return one_line(text);
}

void throw_hdf5(const std::string& action) { throw file_error(action + ": " + hdf5_reason()); }

void close_hdf5_file(hdf5_handle& file, const std::string& action) {
  if (file.is_open()) check_hdf5(H5Fclose(file.release()), action);
}

} // namespace tessera::detail
