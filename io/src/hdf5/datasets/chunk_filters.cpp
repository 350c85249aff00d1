#include "hdf5/datasets/chunk_filters.hpp"

#include <fmt/core.h>

#include <array>

namespace tessera::detail {

namespace {

std::string numbered(H5Z_filter_t filter, const char* name) {
  const std::string number = fmt::format("filter {}", filter);
  return *name == '\0' ? number : number + " (" + name + ")";
}

} // namespace

std::vector<chunk_filter_setting> chunk_filters(hid_t creation, const std::string& action) {
  std::vector<chunk_filter_setting> found;
  const int count = check_hdf5(H5Pget_nfilters(creation), action);
  for (int k = 0; k < count; ++k) {
    unsigned flags = 0;
    std::array<unsigned, 8> values{};
    std::size_t value_count = values.size();
    const H5Z_filter_t id =
        check_hdf5(H5Pget_filter2(creation, static_cast<unsigned>(k), &flags, &value_count,
                                  values.data(), 0, nullptr, nullptr),
                   action);
    found.push_back({id, value_count > 0 ? values[0] : 0});
  }
  return found;
}

std::string hdf5_filter_name(hid_t creation, unsigned k, const std::string& action) {
  unsigned flags = 0;
  std::size_t count = 1;
  unsigned level = 0;
  char name[64] = {};
  const H5Z_filter_t filter = check_hdf5(
      H5Pget_filter2(creation, k, &flags, &count, &level, sizeof name - 1, name, nullptr), action);
  switch (filter) {
  case H5Z_FILTER_DEFLATE: return fmt::format("deflate {}", level);
  case H5Z_FILTER_SHUFFLE: return "shuffle";
  case H5Z_FILTER_FLETCHER32: return "fletcher32";
  case H5Z_FILTER_SZIP: return "szip";
  case H5Z_FILTER_NBIT: return "nbit";
  case H5Z_FILTER_SCALEOFFSET: return "scaleoffset";
  default: return numbered(filter, name);
  }
}

std::string missing_hdf5_filter(hid_t creation, const std::string& action) {
  const int count = check_hdf5(H5Pget_nfilters(creation), action);
  for (int k = 0; k < count; ++k) {
    const auto at = static_cast<unsigned>(k);
    unsigned flags = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter = check_hdf5(
        H5Pget_filter2(creation, at, &flags, &values, nullptr, 0, nullptr, nullptr), action);
    if (H5Zfilter_avail(filter) > 0) continue;
    return fmt::format("it needs {}, not installed", hdf5_filter_name(creation, at, action));
  }
  return {};
}

} // namespace tessera::detail
