#include "hdf5/wrappers/hdf5_file_driver.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace tessera::detail {

namespace {

int compare_files(const H5FD_t* a, const H5FD_t* b) { return a < b ? -1 : static_cast<int>(a > b); }

haddr_t get_end_of_addresses(const H5FD_t* file, H5FD_mem_t /*type*/) {
  return driver_file_of<hdf5_driver_file>(file).end_of_addresses;
}

herr_t set_end_of_addresses(H5FD_t* file, H5FD_mem_t /*type*/, haddr_t address) {
  driver_file_of<hdf5_driver_file>(file).end_of_addresses = address;
  return 0;
}

} // namespace

H5FD_class_t hdf5_driver_class(const char* name, [[maybe_unused]] int value,
                               const H5FD_mem_t (&kinds)[H5FD_MEM_NTYPES]) {
  H5FD_class_t driver{};
#if H5_VERSION_GE(1, 13, 0)
  driver.version = H5FD_CLASS_VERSION;
  driver.value = static_cast<H5FD_class_value_t>(value);
#endif
  driver.name = name;
  driver.maxaddr = HADDR_MAX;
  driver.fc_degree = H5F_CLOSE_STRONG;
  driver.cmp = compare_files;
  driver.get_eoa = get_end_of_addresses;
  driver.set_eoa = set_end_of_addresses;
  std::copy(std::begin(kinds), std::end(kinds), driver.fl_map);
  return driver;
}

std::size_t read_driver_bytes(const hdf5_driver_file& file, haddr_t address, std::size_t bytes,
                              void* to) {
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t got = ::pread(file.descriptor, static_cast<char*>(to) + done, bytes - done,
                                static_cast<off_t>(address + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

} // namespace tessera::detail
