#include "hdf5/wrappers/hdf5_memory_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>

namespace tessera::detail {

hdf5_handle hdf5_file_in_memory(index_t bytes, const std::string& action) {
  constexpr index_t smallest_growth = index_t{1} << 20U;
  const index_t growth = std::max(bytes, smallest_growth);
  const hdf5_handle access = own_hdf5(H5Pcreate(H5P_FILE_ACCESS), action);
  check_hdf5(H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG), action);
  check_hdf5(H5Pset_fapl_core(access.get(), static_cast<std::size_t>(growth), false), action);
  // Threads may have several at once.
  static std::atomic<unsigned> count = 0;
  const std::string name = fmt::format("tessera: chunks and their filters {}", ++count);
  return own_hdf5(H5Fcreate(name.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), action);
}

} // namespace tessera::detail
